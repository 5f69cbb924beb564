//! sipscope, the program: exit status, broken pipes, the panic hook; nothing else.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(cli::report_panic));
    cli::run()
}
