//! `sipscope export`: calls for other programs, as a capture, as their messages, or as what plays them.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use sipscope::{Extracted, Filled, Gaps, extract};

use super::file::{put, shown};
use super::filter::Filter;
use super::form::Form;
use super::terminal::{Escaped, is_seen, refuse_captures};
use super::traced::Traced;
use super::{Ended, Outcome, WrongUsage, counted, ended, say, scenario};

#[derive(Args)]
pub(super) struct Export {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    filter: Filter,

    /// In which form; without it, the one that the end of the output's name says.
    #[arg(long, short, value_enum, help_heading = "Output")]
    format: Option<Written>,

    /// Where to write it; - is standard output. At a terminal control characters are escaped.
    #[arg(long, short, value_name = "PATH", help_heading = "Output")]
    output: PathBuf,

    /// Fills in what packets need and logs leave open, so that programs which know packets alone, as sngrep, read them: ends by
    /// their nodes, by Via and by where requests go, else of 198.18.0.0/15 or 2001:db8::/32; the transport of Via, as far as
    /// packets without encryption can; times in the order of the log.
    #[arg(long, help_heading = "Output")]
    fill_in: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Written {
    /// A capture with any number of link layers, comments, and keys for what is encrypted.
    Pcapng,
    /// A capture that every program reads, with one link layer.
    Pcap,
    /// Messages with their times and ends, as Kamailio's sipdump writes them.
    Text,
    /// Messages with their times and ends, as Homer gives them out, a line each.
    Json,
    /// One call as two scenarios for SIPp, as of call.xml call-uac.xml and call-uas.xml.
    Sipp,
}

impl Form for Written {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pcapng => &["pcapng", "ntar"],
            Self::Pcap => &["pcap", "cap"],
            Self::Text => &["txt", "log", "sip"],
            Self::Json => &["json", "ndjson"],
            Self::Sipp => &["xml"],
        }
    }
}

impl Written {
    /// The form, unless the messages are not written as they are.
    fn form(self) -> Option<sipscope::Form> {
        match self {
            Self::Pcapng => Some(sipscope::Form::Pcapng),
            Self::Pcap => Some(sipscope::Form::Pcap),
            Self::Text => Some(sipscope::Form::Text),
            Self::Json => Some(sipscope::Form::Json),
            Self::Sipp => None,
        }
    }
}

impl Export {
    pub(super) fn run(&self, out: &mut impl Write) -> Outcome {
        let mut traced = self.traced.clone();
        let number = traced.inputs.take_number()?;
        let written = Written::of(self.format, &self.output)?;
        let is_capture = matches!(written, Written::Pcapng | Written::Pcap);
        if self.fill_in && !is_capture {
            let wrong = "--fill-in is about packets: it goes with -f pcapng and -f pcap";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        if is_capture {
            refuse_captures(&self.output)?;
        }
        if written == Written::Sipp {
            scenario::check(&self.output)?;
        }
        let (mut intake, trace) = traced.trace()?;
        let calls = self.filter.numbered(number, &trace, &mut intake)?;
        if calls.is_empty() {
            return ended(&intake, Ended::NothingFound);
        }
        let Some(form) = written.form() else {
            let how = scenario::write(&self.output, &mut intake, &trace, &calls)?;
            return ended(&intake, how);
        };
        let job = traced.job();
        let gaps = match self.fill_in {
            true => Gaps::FilledIn,
            false => Gaps::Open,
        };
        let mut write = |mut out: &mut dyn Write| {
            let form = (form, gaps);
            extract(&mut out, &mut intake, &trace, &job, &calls, form)
        };
        let extracted = put(&self.output, out, |out| {
            let done = match is_seen(Some(&self.output)) {
                true => {
                    let mut out = Escaped::new(out);
                    let done = write(&mut out);
                    out.flush()?;
                    done
                }
                false => write(out),
            };
            done.map_err(|error| match error.kind() {
                // Of what the form cannot hold.
                io::ErrorKind::InvalidInput if self.output.as_os_str() != "-" => {
                    anyhow::Error::from(error).context(shown(&self.output))
                }
                _ => error.into(),
            })
        })?;
        say(&told(calls.len(), extracted, written));
        ended(&intake, Ended::Fine)
    }
}

/// What came of it, in a line.
fn told(calls: usize, extracted: Extracted, written: Written) -> String {
    let Extracted {
        frames,
        wrapped,
        bare,
        told,
        listed,
        changed,
        keys,
        others,
        filled,
    } = extracted;
    let mut parts = vec![counted(calls, "call")];
    let mut part = |count: usize, what: &str, how: &str| {
        if count > 0 {
            parts.push(format!("{}{how}", counted(count, what)));
        }
    };
    part(listed, "message", "");
    part(
        changed,
        "message",
        " with bytes that are no UTF-8, which JSON cannot hold: they are U+FFFD there",
    );
    part(frames, "frame", " copied");
    part(
        others,
        "other call",
        " along, of the same connections, which are copied whole: -f text and -f json leave others out",
    );
    part(
        wrapped,
        "message",
        " in new packets: no frames, or none without messages of others",
    );
    part(
        bare,
        "message",
        " as exported PDUs, which Wireshark reads and sngrep does not: too little is known of their ends, transports or times for packets, which --fill-in makes up",
    );
    part(
        told,
        "message",
        " told by texts: what these leave open, as the transport, is no longer open in packets",
    );
    part(filled.messages, "message", &filled_in(filled));
    match written {
        Written::Pcap => part(
            keys,
            "key log",
            " left out, for which pcap has no place: other programs need them beside it",
        ),
        _ => part(keys, "key log", " copied"),
    }
    format!("sipscope: {}", parts.join("; "))
}

/// ` filled in (2 ends, 1 transport)`
fn filled_in(filled: Filled) -> String {
    let kinds = [
        (filled.ends, "end"),
        (filled.transports, "transport"),
        (filled.times, "time"),
    ];
    let kinds = kinds.iter().filter(|(count, _)| *count > 0);
    let kinds: Vec<_> = kinds.map(|(count, what)| counted(*count, what)).collect();
    format!(" filled in ({})", kinds.join(", "))
}
