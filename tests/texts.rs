//! Logs and flow documents as inputs.

mod support;

#[path = "texts/documents.rs"]
mod documents;
#[path = "texts/logs.rs"]
mod logs;
