//! Documented flows: templates that say what a document says of a flow, from which come figures, synthesized captures and the
//! verdict on a real trace. A template is a file `templates/<id>.toml` and one line in `library.rs`.

mod library;
mod made;
mod matching;
mod parameter;
mod read;
pub mod synthesis;
mod template;

pub use library::{template, templates};
pub use matching::{
    Conclusion, Deviation, Fate, Found, Given, StepResult, Told, ToldFlow, ToldKind, find,
    find_of_call, match_told,
};
pub use read::read_template;
pub use template::{
    Actor, BODY, Body, Demand, Dialog, Group, GroupKind, Must, PURPOSE, REQUEST_URI, Request,
    Response, Step, Template, What,
};
