//! The session of a dialog: offers and answers, who holds whom, and the session timer.

use std::io::{Result, Write};

use serde::Serialize;
use sipscope::sip::body::Direction;
use sipscope::trace::{
    Agreement, Description, Exchange, MediaLine, Party, Reply, Session, SessionTimer, Stream,
};

use crate::cli::escape;

/// A session as programs get it.
#[derive(Serialize)]
pub(super) struct SessionRow {
    exchanges: Vec<ExchangeRow>,
    /// Messages with a description that is neither offer nor answer where it stands.
    unplaced: Vec<usize>,
    /// Messages with a description that is one of the two, without the request that tells which.
    untold: Vec<usize>,
    /// Who holds the other at the end.
    held_by: Vec<&'static str>,
}

#[derive(Serialize)]
struct ExchangeRow {
    offer: DescriptionRow,
    preview: Option<usize>,
    answer: Option<DescriptionRow>,
    refused: Option<RefusedRow>,
    held_by: Vec<&'static str>,
    /// A line for each stream on which both have spoken.
    #[serde(skip)]
    agreed: Vec<String>,
}

#[derive(Serialize)]
struct DescriptionRow {
    message: usize,
    by: &'static str,
    media: Option<Vec<MediaRow>>,
}

#[derive(Serialize)]
struct MediaRow {
    kind: String,
    port: Option<u16>,
    codecs: Vec<String>,
    direction: &'static str,
    nowhere: bool,
}

#[derive(Serialize)]
struct RefusedRow {
    message: usize,
    status: u16,
}

/// A session timer as programs get it.
#[derive(Serialize)]
pub(super) struct TimerRow {
    /// Seconds; null if there is no timer.
    interval: Option<u32>,
    refresher: Option<&'static str>,
    refreshes: usize,
    agreements: Vec<AgreementRow>,
    too_brief: Vec<TooBriefRow>,
}

#[derive(Serialize)]
struct AgreementRow {
    request: Option<usize>,
    answer: usize,
    by: &'static str,
    asked: Option<u32>,
    least: Option<u32>,
    interval: Option<u32>,
    refresher: Option<&'static str>,
}

#[derive(Serialize)]
struct TooBriefRow {
    message: usize,
    least: Option<u32>,
}

/// Exchanges in a row that agree on the same are printed once; of further ones only so many.
const LISTED: usize = 20;

impl SessionRow {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            exchanges: session.exchanges.iter().map(ExchangeRow::of).collect(),
            unplaced: session.unplaced.iter().map(|id| id.number()).collect(),
            untold: session.untold.iter().map(|id| id.number()).collect(),
            held_by: session.agreed().map(held_by).unwrap_or_default(),
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> Result<()> {
        let mut groups: Vec<&[ExchangeRow]> = self
            .exchanges
            .chunk_by(|one, next| one.agrees_like(next))
            .collect();
        let hidden = groups.split_off(groups.len().min(LISTED));
        for (number, group) in groups.iter().enumerate() {
            let title = if number == 0 { "session:" } else { "" };
            group[0].print(title, out)?;
            if let [_, .., last] = group {
                let (more, message) = (group.len() - 1, last.offer.message);
                writeln!(
                    out,
                    "               and {more} more that agree on the same, the last from message {message}"
                )?;
            }
        }
        let hidden: usize = hidden.iter().map(|group| group.len()).sum();
        if hidden > 0 {
            writeln!(
                out,
                "               and {hidden} more: --format json lists them"
            )?;
        }
        print_apart("neither offer nor answer", &self.unplaced, out)?;
        print_apart("offer or answer, not known which,", &self.untold, out)
    }
}

/// Messages with descriptions that belong to no exchange.
fn print_apart(what: &str, messages: &[usize], out: &mut impl Write) -> Result<()> {
    let [first, rest @ ..] = messages else {
        return Ok(());
    };
    let more = match rest.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    writeln!(out, "    session:   {what} in message {first}{more}")
}

impl ExchangeRow {
    fn of(exchange: &Exchange) -> Self {
        let (answer, refused) = match &exchange.reply {
            Reply::None => (None, None),
            Reply::Answered(answer) => (Some(DescriptionRow::of(answer)), None),
            Reply::Refused { message, status } => {
                let (message, status) = (message.number(), *status);
                (None, Some(RefusedRow { message, status }))
            }
        };
        Self {
            offer: DescriptionRow::of(&exchange.offer),
            preview: exchange.preview.map(|message| message.number()),
            answer,
            refused,
            held_by: held_by(exchange),
            agreed: exchange.streams().iter().map(agreed).collect(),
        }
    }

    fn agrees_like(&self, other: &Self) -> bool {
        self.answer.is_some()
            && other.answer.is_some()
            && (&self.agreed, &self.held_by) == (&other.agreed, &other.held_by)
    }

    fn print(&self, title: &str, out: &mut impl Write) -> Result<()> {
        let (offer, by) = (self.offer.message, self.offer.by);
        let reply = match (&self.answer, &self.refused) {
            (Some(answer), _) => format!("answered in {}", answer.message),
            (_, Some(refused)) => {
                let RefusedRow { message, status } = refused;
                format!("refused in {message} ({status})")
            }
            _ => "no answer seen".to_owned(),
        };
        let preview = match (self.preview, &self.answer) {
            (Some(preview), None) => format!(", in advance in {preview}"),
            _ => String::new(),
        };
        writeln!(
            out,
            "    {title:<10} offer of the {by} in message {offer}, {reply}{preview}"
        )?;
        for stream in &self.agreed {
            writeln!(out, "               {stream}")?;
        }
        for holder in &self.held_by {
            writeln!(out, "               held by the {holder}")?;
        }
        Ok(())
    }
}

fn held_by(exchange: &Exchange) -> Vec<&'static str> {
    let both = [Party::Caller, Party::Callee].into_iter();
    both.filter(|party| exchange.held_by(*party))
        .map(Party::name)
        .collect()
}

/// `audio AMR, telephone-event, ports 4000 and 4002`, the caller first.
fn agreed(stream: &Stream<'_>) -> String {
    let kind = escape::text(&stream.offer.kind);
    if !stream.is_used() {
        return format!("{kind} not used");
    }
    let port = |party| match stream.of(party).port {
        Some(port) => port.to_string(),
        None => "unknown".to_owned(),
    };
    let flow = match (
        stream.flows_from(Party::Caller),
        stream.flows_from(Party::Callee),
    ) {
        (true, true) => "",
        (true, false) => ", only from the caller",
        (false, true) => ", only from the callee",
        (false, false) => ", no media",
    };
    let codecs = escape::text(&stream.answer.codecs.join(", "));
    let (caller, callee) = (port(Party::Caller), port(Party::Callee));
    format!("{kind} {codecs}, ports {caller} and {callee}{flow}")
}

impl DescriptionRow {
    fn of(description: &Description) -> Self {
        let media = description.media.as_ref();
        Self {
            message: description.message.number(),
            by: description.by.name(),
            media: media.map(|media| media.iter().map(MediaRow::of).collect()),
        }
    }
}

impl MediaRow {
    fn of(line: &MediaLine) -> Self {
        Self {
            kind: line.kind.clone(),
            port: line.port,
            codecs: line.codecs.clone(),
            direction: match line.direction {
                Direction::SendRecv => "sendrecv",
                Direction::SendOnly => "sendonly",
                Direction::RecvOnly => "recvonly",
                Direction::Inactive => "inactive",
            },
            nowhere: line.is_nowhere(),
        }
    }
}

impl TimerRow {
    pub(super) fn of(timer: &SessionTimer) -> Self {
        let current = timer.current();
        let too_brief = timer.too_brief.iter().map(|brief| TooBriefRow {
            message: brief.message.number(),
            least: brief.least,
        });
        Self {
            interval: current.and_then(|current| current.interval),
            refresher: current
                .and_then(|current| current.refresher)
                .map(Party::name),
            refreshes: timer.refreshes(),
            agreements: timer.agreements.iter().map(AgreementRow::of).collect(),
            too_brief: too_brief.collect(),
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> Result<()> {
        let mut title = "timer:";
        for brief in &self.too_brief {
            let least = match brief.least {
                Some(least) => format!(", at least {least} s"),
                None => String::new(),
            };
            let message = brief.message;
            writeln!(
                out,
                "    {title:<10} too brief (422 in message {message}){least}"
            )?;
            title = "";
        }
        let Some(last) = self.agreements.last() else {
            return Ok(());
        };
        let answer = last.answer;
        match self.interval {
            Some(interval) => {
                let refresher = match self.refresher {
                    Some(refresher) => format!("the {refresher} refreshes"),
                    None => "no refresher named".to_owned(),
                };
                let refreshes = self.refreshes;
                writeln!(
                    out,
                    "    {title:<10} {interval} s from message {answer}, {refresher}, {refreshes} refreshes seen"
                )
            }
            None => writeln!(out, "    {title:<10} ended by message {answer}"),
        }
    }
}

impl AgreementRow {
    fn of(agreement: &Agreement) -> Self {
        Self {
            request: agreement.request.map(|message| message.number()),
            answer: agreement.answer.number(),
            by: agreement.by.name(),
            asked: agreement.asked,
            least: agreement.least,
            interval: agreement.interval,
            refresher: agreement.refresher.map(Party::name),
        }
    }
}
