//! Single messages: what is read from them, and what is odd about them.

#[path = "messages/message.rs"]
mod message;
#[path = "messages/second_opinion.rs"]
mod second_opinion;
#[path = "messages/torture.rs"]
mod torture;
