//! The command line: arguments to a job, one file for each command.
//!
//! Exit status: 0 fine, 1 nothing found where something was asked for or a fault found, 2 usage, 3 an input (or the spill file) could not
//! be read. A reader that goes away is no error.

mod anomalies;
mod anonymize;
mod attempt;
mod audit;
mod baseline;
mod browse;
mod call;
mod calls;
mod catalogue;
mod clocks;
mod completions;
mod dialog;
mod document;
mod examples;
mod export;
mod file;
mod filter;
mod flows;
mod folds;
mod form;
mod formats;
mod hop;
mod inherited;
mod kept;
mod ladder;
mod layout;
mod link;
mod manual;
mod messages;
mod nodes;
mod printed;
mod progress;
mod publication;
mod registration;
mod report;
mod resolve;
mod rulebook;
mod rules;
mod scenario;
mod settings;
mod shapes;
mod show;
mod state;
mod summary;
mod terminal;
mod terms;
mod texts;
mod times;
mod traced;
mod typed;
mod unknown;
mod usage;
mod wrap;

use std::io::{self, BufWriter, Write};
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use sipscope::base::{Layer, escape};
use sipscope::trace::Sighting;
use sipscope::{Intake, Job, analyze};

use file::Named;

/// How the program is called.
const NAME: &str = "sipscope";

const EXIT_STATUS: &str = "\
Exit status:
  0  done
  1  nothing was found where something was asked for, or a fault was found where faults were looked for
  2  the arguments are not what they should be, or what a file of settings, nodes or a flow says
  3  an input could not be read, or an output not written";

/// Offline auditor for SIP and IMS traces.
#[derive(Parser)]
#[command(version, about, term_width = 80, after_help = EXIT_STATUS)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    browse: browse::Browse,
}

#[derive(Subcommand)]
enum Command {
    /// What is in the inputs: formats, accounting, messages by method and status, anomalies.
    Summary(summary::Summary),
    /// Every SIP message, a line each.
    Messages(messages::Messages),
    /// The SIP elements: their addresses and names, what they do, and the evidence for it.
    Nodes(nodes::Nodes),
    /// One message whole, where it came from, and what is odd about it; as JSON with typed header fields, body and problems.
    ///
    /// N is the number of the message, as `messages` gives it.
    #[command(override_usage = "sipscope show [OPTIONS] <FILE>... <N>")]
    Show(show::Show),
    /// Every call, registration, subscription and publication, a line each.
    Calls(calls::Calls),
    /// One call: its hops, its dialogs, and why it is one.
    ///
    /// N is the number of the call, as `calls` gives it. Where the filters let one call through only, it is not needed.
    #[command(override_usage = "sipscope call [OPTIONS] <FILE>... [N]")]
    Call(call::OneCall),
    /// What a node did to the messages that it passed on from one hop to the next, and whether it may.
    ///
    /// N is the number of a hop, as `call` gives it: what the node at its beginning did to the request, and to each response. At
    /// the beginning of a journey, what the next node did.
    #[command(override_usage = "sipscope hop [OPTIONS] <FILE>... <N>")]
    Hop(hop::OneHop),
    /// Which node broke which rule at which hop, with proof.
    Audit(audit::OneAudit),
    /// What the audit looks for, and why.
    Rules(rules::Rules),
    /// A call drawn as who sent what to whom, with what the audit found.
    ///
    /// N is the number of the call, as `calls` gives it. Where the filters let one call through only, it is not needed.
    #[command(override_usage = "sipscope ladder [OPTIONS] <FILE>... [N]")]
    Ladder(ladder::LadderOf),
    /// A call as the document of a flow: a figure, and numbered steps with their messages and what each node did.
    ///
    /// N is the number of the call, as `calls` gives it. Where the filters let one call through only, it is not needed.
    #[command(override_usage = "sipscope document [OPTIONS] <FILE>... [N]")]
    Document(document::DocumentOf),
    /// Everything as one page to look at in a browser: calls, their ladders and messages, what was found, what was read.
    Report(report::ReportOf),
    /// Calls for other programs: their packets as a capture, or their messages as text or JSON.
    ///
    /// N is the number of the call, as `calls` gives it; without it, all calls that the filters let through.
    #[command(override_usage = "sipscope export [OPTIONS] --output <PATH> <FILE>... [N]")]
    Export(export::Export),
    /// Traces that may be shared: users, numbers, names, hosts and addresses replaced everywhere by the same others.
    ///
    /// The audit of what is written finds the same. Captures become captures of their messages alone, logs stay logs. All that is no SIP
    /// is left out. To share some calls only, write them with `sipscope export` first.
    #[command(override_usage = "sipscope anonymize [OPTIONS] --output <OUT> <FILE>...")]
    Anonymize(anonymize::Anonymize),
    /// Flows that documents describe: all of them, one in words or drawn, and which of them a trace has in it.
    Flows(flows::Flows),
    /// The flows of a document, with every header filled in that it leaves out.
    Resolve(resolve::Resolve),
    /// What is read, and what each format keeps of a message.
    Formats(formats::Formats),
    /// What a shell needs to complete commands, options and their values.
    Completions(completions::Completions),
    /// Manual pages, one for each command.
    Manual(manual::Manual),
}

/// What every command takes.
#[derive(Args, Clone)]
#[command(next_help_heading = "Inputs")]
struct Inputs {
    /// Captures (pcap, pcapng, ERF, HEP), text logs and flow documents, plain, gzip or zstd; directories of them, or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    texts: texts::Texts,

    #[command(flatten)]
    common: Common,
}

#[derive(Args, Clone)]
struct Common {
    /// Threads to use; the result is the same for any number. Default: one for each processor.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// TLS key log (the format that browsers and openssl write) to decrypt with; may be given several times. Keys inside
    /// of a pcapng file are used without asking.
    #[arg(long = "keylog", value_name = "FILE")]
    key_logs: Vec<PathBuf>,

    /// No progress on standard error, and no counts of what an audit writes into a file.
    #[arg(long, short)]
    quiet: bool,
}

/// The form of most outputs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl form::Form for Format {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["txt"],
            Self::Json => &["json"],
        }
    }
}

/// What is asked for by number.
trait Numbered {
    /// What it is.
    const WHAT: &'static str;
    /// The command that tells the numbers.
    const COMMAND: &'static str;
}

/// How a command ended, if it could do its work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    Fine,
    NothingFound,
}

const NOTHING_FOUND: u8 = 1;
/// As for arguments that cannot be read.
const WRONG_USAGE: u8 = 2;
const UNREADABLE: u8 = 3;

/// What can be asked for, with examples.
fn command() -> clap::Command {
    examples::with_examples(Arguments::command())
}

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    ended_as(done())
}

fn done() -> Outcome {
    let matches = command().try_get_matches().map_err(usage::told)?;
    let arguments = Arguments::from_arg_matches(&matches).map_err(usage::told)?;
    kept::check(&matches)?;
    let Some(command) = &arguments.command else {
        return arguments.browse.run();
    };
    let stdout = io::stdout().lock();
    let mut out = BufWriter::new(Named::new("standard output", stdout));
    macro_rules! printed {
        ($command:expr) => {
            $command
                .printed
                .to(&mut out, |mut out| $command.run(&mut out))
        };
    }
    let ended = match command {
        Command::Summary(command) => printed!(command),
        Command::Messages(command) => printed!(command),
        Command::Nodes(command) => printed!(command),
        Command::Show(command) => printed!(command),
        Command::Calls(command) => printed!(command),
        Command::Call(command) => printed!(command),
        Command::Hop(command) => printed!(command),
        Command::Audit(command) => printed!(command),
        Command::Rules(command) => printed!(command),
        Command::Ladder(command) => command.run(&mut out),
        Command::Document(command) => command.run(&mut out),
        Command::Report(command) => command.run(&mut out),
        Command::Export(command) => command.run(&mut out),
        Command::Anonymize(command) => command.run(&mut out),
        Command::Flows(command) => command.run(&mut out),
        Command::Resolve(command) => printed!(command),
        Command::Formats(command) => printed!(command),
        Command::Completions(command) => printed!(command),
        Command::Manual(command) => command.run(&mut out),
    }?;
    out.flush()?;
    Ok(ended)
}

/// The exit status, and what is said of an error.
fn ended_as(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok((Ended::Fine, true)) => ExitCode::SUCCESS,
        Ok((Ended::NothingFound, true)) => ExitCode::from(NOTHING_FOUND),
        Ok((_, false)) => ExitCode::from(UNREADABLE),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("sipscope: {error:#}"));
            match error.is::<WrongUsage>() {
                true => ExitCode::from(WRONG_USAGE),
                false => ExitCode::from(UNREADABLE),
            }
        }
    }
}

/// Says where a defect showed, and what to do about it.
pub(crate) fn report_panic(panic: &PanicHookInfo<'_>) {
    say(&format!(
        "sipscope: {}\n\
         Please report it with the input that shows it, if you may share that.",
        panic_text(panic)
    ));
}

fn panic_text(panic: &PanicHookInfo<'_>) -> String {
    let place = panic
        .location()
        .map_or_else(String::new, ToString::to_string);
    let payload = panic.payload();
    let what = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    format!("this is a defect of the program, at {place}: {what}")
}

/// What a command gives: how it ended, and whether all inputs could be read.
type Outcome = anyhow::Result<(Ended, bool)>;

impl Inputs {
    /// Takes the number off that has to stand behind the files. To the parser of arguments it is one more file, so that options
    /// may stand in front of it.
    fn take_needed_number<N: Numbered>(&mut self) -> anyhow::Result<usize> {
        let last = self.files.pop().filter(|_| !self.files.is_empty());
        let number = last.as_ref().and_then(|last| last.to_str()?.parse().ok());
        let number = number.ok_or_else(|| {
            let (what, command) = (N::WHAT, N::COMMAND);
            let instead = last.filter(|last| !last.exists());
            let instead = instead.map_or_else(String::new, |last| {
                format!("{} is none: ", file::shown(&last))
            });
            WrongUsage(format!(
                "{instead}a {what} number is needed behind the files, as `sipscope {command}` gives it"
            ))
        })?;
        self.no_other_number()?;
        Ok(number)
    }

    /// Takes a number off the end of the files, where one stands there that is not the name of a file.
    fn take_number(&mut self) -> anyhow::Result<Option<usize>> {
        let Some(number) = self.last_number().filter(|_| self.files.len() > 1) else {
            return self.no_word().map(|()| None);
        };
        self.files.pop();
        self.no_other_number()?;
        Ok(Some(number))
    }

    /// Behind the files stands the number of a call, and nothing else that is no file.
    fn no_word(&self) -> anyhow::Result<()> {
        let last = self.files.last().filter(|_| self.files.len() > 1);
        match last.filter(|last| !last.exists() && last.as_os_str() != "-") {
            Some(word) => Err(WrongUsage(format!(
                "{}: there is no such file, and it is no number of a call, as `sipscope calls` gives it",
                file::shown(word)
            ))
            .into()),
            None => Ok(()),
        }
    }

    fn no_other_number(&self) -> anyhow::Result<()> {
        match self.last_number() {
            Some(other) => Err(WrongUsage(format!(
                "{other}: there is no such file, and behind the files stands one number only"
            ))
            .into()),
            None => Ok(()),
        }
    }

    /// The number that stands in the place of the last file, which there is not.
    fn last_number(&self) -> Option<usize> {
        let last = self.files.last().filter(|last| !last.exists())?;
        last.to_str()?.parse().ok()
    }

    /// Reads everything; see [`Self::analyze_job`].
    fn analyze(&self, keep_bytes: bool) -> anyhow::Result<Intake> {
        self.analyze_job(&self.job(keep_bytes))
    }

    fn job(&self, keep_bytes: bool) -> Job {
        let mut job = Job {
            inputs: self.files.clone(),
            key_logs: self.common.key_logs.clone(),
            keep_bytes,
            texts: self.texts.options(),
            ..Job::default()
        };
        if let Some(threads) = self.common.threads {
            job.threads = usize::from(threads);
        }
        job
    }

    /// Reads everything, showing progress; says on standard error what could not be read, of whole inputs and of parts.
    fn analyze_job(&self, job: &Job) -> anyhow::Result<Intake> {
        let progress = progress::start(job, self.common.quiet);
        let intake = analyze(job);
        progress.finish();
        let intake = intake?;
        for error in &intake.unreadable {
            say(&format!("sipscope: {}", escape::text(&error.to_string())));
        }
        for folder in self.files.iter().filter(|path| path.is_dir()) {
            let read = intake.inputs.iter().map(|input| input.path.as_path());
            let other = intake.unreadable.iter().chain(&intake.passed_over);
            let mut all = read.chain(other.map(|error| error.path.as_path()));
            if !all.any(|path| path.starts_with(folder)) {
                let folder = file::shown(folder);
                say(&format!(
                    "sipscope: {folder}: there is no file in it to read"
                ));
            }
        }
        self.unused_keys(&intake);
        for loss in anomalies::losses(&intake) {
            let count = loss.count();
            say(&format!("sipscope: not all was read: {count} {loss}"));
        }
        Ok(intake)
    }

    /// Says where key logs that were given opened nothing.
    fn unused_keys(&self, intake: &Intake) {
        let is_opened = |message: Sighting<'_>| message.path().contains(Layer::Tls);
        let logs = &self.common.key_logs;
        let mut unreadable = intake.unreadable.iter();
        let is_told = unreadable.any(|error| logs.contains(&error.path));
        if logs.is_empty() || is_told || intake.sightings.iter().any(is_opened) {
            return;
        }
        say(
            "sipscope: --keylog opened no message: the keys are of other connections, or there is no TLS; `sipscope summary` tells what \
             is encrypted",
        );
    }
}

/// The outcome of a command that went over these inputs. Where nothing was found since no message is in them, that is said.
fn ended(intake: &Intake, ended: Ended) -> Outcome {
    let (total, all_read) = (intake.total(), intake.unreadable.is_empty());
    if ended == Ended::NothingFound && all_read && total.sip() == 0 {
        let records = counted(total.total() as usize, "record");
        let more = match total.total() {
            0 => "",
            _ => ": `sipscope summary` tells what they are",
        };
        say(&format!("sipscope: no SIP message in {records}{more}"));
    }
    Ok((ended, all_read))
}

/// What the numbers of the records of an input count.
fn unit(intake: &Intake, input: u32) -> &'static str {
    match intake.inputs.get(input as usize) {
        Some(input) if input.is_text => "line",
        _ => "record",
    }
}

/// So many of something.
fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// What was asked for does not go with the inputs.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct WrongUsage(String);

/// The one place where the program speaks of itself.
fn say(text: &str) {
    // Where standard error cannot be written nobody is left to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        cause.downcast_ref::<io::Error>().is_some_and(broken)
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|error| error.io_error_kind() == Some(io::ErrorKind::BrokenPipe))
    })
}
