//! Audits for other programs: build servers, editors, tables, reviews.

mod csv;
mod json;
mod markdown;
mod sarif;

pub use csv::table;
pub use json::{document, lines};
pub use markdown::page;
pub use sarif::log;
