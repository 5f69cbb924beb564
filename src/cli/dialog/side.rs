//! What each side of a dialog knows: where it sends its requests, over which proxies, and how it numbers them.

use std::io::{Result, Write};

use serde::Serialize;
use sipscope::trace::{Jump, RouteSet, Sequence, Target};

use crate::cli::escape;

/// One side of a dialog as programs get it. What was not seen is null, or an empty list of targets.
#[derive(Serialize)]
pub(super) struct SideRow {
    route_set: Option<RouteSetRow>,
    /// The remote target and before it those that it replaced.
    targets: Vec<TargetRow>,
    cseq: Option<SequenceRow>,
}

#[derive(Serialize)]
struct RouteSetRow {
    routes: Vec<RouteRow>,
    message: usize,
    at_own_hop: bool,
}

#[derive(Serialize)]
struct RouteRow {
    uri: String,
    loose: bool,
}

#[derive(Serialize)]
struct TargetRow {
    uri: String,
    message: usize,
}

#[derive(Serialize)]
struct SequenceRow {
    first: u32,
    latest: u32,
    gaps: Vec<JumpRow>,
    back: Vec<JumpRow>,
}

#[derive(Serialize)]
struct JumpRow {
    from: u32,
    to: u32,
    message: usize,
}

impl SideRow {
    pub(super) fn of(
        routes: &Option<RouteSet>,
        targets: &[Target],
        cseq: &Option<Sequence>,
    ) -> Self {
        Self {
            route_set: routes.as_ref().map(RouteSetRow::of),
            targets: targets.iter().map(TargetRow::of).collect(),
            cseq: cseq.as_ref().map(SequenceRow::of),
        }
    }

    pub(super) fn print(&self, who: &str, out: &mut impl Write) -> Result<()> {
        match &self.cseq {
            Some(cseq) => cseq.print(who, out)?,
            None => writeln!(out, "    {who}: sent no request")?,
        }
        match self.targets.as_slice() {
            [] => writeln!(out, "      target     not seen")?,
            [before @ .., last] => {
                let (uri, message) = (escape::text(&last.uri), last.message);
                let changed = match before.len() {
                    0 => String::new(),
                    1 => ", the second".to_owned(),
                    more => format!(", after {more} others"),
                };
                writeln!(out, "      target     {uri} (message {message}{changed})")?;
            }
        }
        match &self.route_set {
            Some(set) => set.print(out),
            None => writeln!(out, "      route set  not seen"),
        }
    }
}

impl RouteSetRow {
    fn of(set: &RouteSet) -> Self {
        let routes = set.routes.iter().map(|route| RouteRow {
            uri: route.uri.clone(),
            loose: route.loose,
        });
        Self {
            routes: routes.collect(),
            message: set.message.number(),
            at_own_hop: set.at_own_hop,
        }
    }

    fn print(&self, out: &mut impl Write) -> Result<()> {
        let elsewhere = match self.at_own_hop {
            true => "",
            false => ", seen on another hop",
        };
        let message = self.message;
        let Some((first, rest)) = self.routes.split_first() else {
            return writeln!(out, "      route set  empty (message {message}{elsewhere})");
        };
        writeln!(
            out,
            "      route set  {} (message {message}{elsewhere})",
            first.text()
        )?;
        let mut rest = rest.iter();
        rest.try_for_each(|route| writeln!(out, "                 {}", route.text()))
    }
}

impl RouteRow {
    fn text(&self) -> String {
        let strict = if self.loose { "" } else { " strict" };
        format!("{}{strict}", escape::text(&self.uri))
    }
}

impl TargetRow {
    fn of(target: &Target) -> Self {
        Self {
            uri: target.uri.clone(),
            message: target.message.number(),
        }
    }
}

impl SequenceRow {
    fn of(sequence: &Sequence) -> Self {
        let rows = |jumps: &[Jump]| {
            let all = jumps.iter().map(|jump| JumpRow {
                from: jump.from,
                to: jump.to,
                message: jump.message.number(),
            });
            all.collect()
        };
        Self {
            first: sequence.first,
            latest: sequence.latest,
            gaps: rows(&sequence.gaps),
            back: rows(&sequence.back),
        }
    }

    fn print(&self, who: &str, out: &mut impl Write) -> Result<()> {
        let (first, latest) = (self.first, self.latest);
        let jumps = |what: &str, jumps: &[JumpRow]| match jumps {
            [] => String::new(),
            [first, rest @ ..] => {
                let more = match rest.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                let JumpRow { from, to, message } = first;
                format!(", {what} {from} to {to} (message {message}){more}")
            }
        };
        let (gaps, back) = (jumps("gap", &self.gaps), jumps("back", &self.back));
        writeln!(out, "    {who}: CSeq {first} to {latest}{gaps}{back}")
    }
}
