//! What commands print.

mod program;
mod support;

#[path = "commands/anonymize.rs"]
mod anonymize;
#[path = "commands/audit.rs"]
mod audit;
#[path = "commands/calls.rs"]
mod calls;
#[path = "commands/catalogue.rs"]
mod catalogue;
#[path = "commands/cli.rs"]
mod cli;
#[path = "commands/export.rs"]
mod export;
#[path = "commands/help.rs"]
mod help;
#[path = "commands/hostile.rs"]
mod hostile;
#[path = "commands/nodes.rs"]
mod nodes;
#[path = "commands/notices.rs"]
mod notices;
#[path = "commands/readme.rs"]
mod readme;
#[path = "commands/resources.rs"]
mod resources;
#[path = "commands/scenario.rs"]
mod scenario;
#[path = "commands/show.rs"]
mod show;
#[path = "commands/suites.rs"]
mod suites;
#[path = "commands/voice.rs"]
mod voice;
