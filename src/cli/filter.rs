//! Which calls are meant: filters that all commands over calls share. All that are given have to hold.

use std::str::FromStr;

use clap::Args;
use memchr::memmem;
use sipscope::Intake;
use sipscope::base::{Timestamp, Told};
use sipscope::report::CallLine;
use sipscope::trace::{Call, Hop, Part};

use super::times::Times;

#[derive(Args)]
pub(super) struct Filter {
    /// Only calls with this text in a Call-ID.
    #[arg(long, value_name = "TEXT")]
    call_id: Option<String>,

    /// Only calls with this text, in any case, in the From URI: the one that `calls` lists, or that of another request outside of
    /// a dialog. What the other side sends within a dialog has it the other way round, and does not count.
    #[arg(long, value_name = "TEXT")]
    from: Option<String>,

    /// Only calls with this text, in any case, in the To URI of these.
    #[arg(long, value_name = "TEXT")]
    to: Option<String>,

    /// Only calls with a request of this method.
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,

    /// Only calls with this final status, or with one of a class: 486, 4xx.
    #[arg(long, value_name = "STATUS")]
    status: Option<Status>,

    /// Only calls that came by this node: an address with or without port, or the label of the node in any case.
    #[arg(long, value_name = "NODE")]
    node: Option<String>,

    /// Only calls that began at this time or later, such as 2026-01-31T12:00:00Z: by the common clock of all inputs, as it is
    /// printed. Calls whose times are relative are not among them.
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Only calls that began before this time, by the same clock.
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,

    /// Only calls with this text in one of their messages.
    #[arg(long, value_name = "TEXT")]
    grep: Option<String>,
}

#[derive(Clone, Copy)]
enum Status {
    One(u16),
    Class(u16),
}

impl FromStr for Status {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let expected = "a status such as 486, or a class such as 4xx, is wanted";
        match text.as_bytes() {
            [class @ b'1'..=b'6', b'x' | b'X', b'x' | b'X'] => {
                Ok(Self::Class(u16::from(class - b'0')))
            }
            [b'1'..=b'6', _, _] => text.parse().map(Self::One).map_err(|_| expected),
            _ => Err(expected),
        }
    }
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    let time: jiff::Timestamp = text
        .parse()
        .map_err(|_| "a time with its zone is wanted, such as 2026-01-31T12:00:00Z")?;
    i64::try_from(time.as_nanosecond())
        .map(Timestamp::from_nanos)
        .map_err(|_| "this time is too far away")
}

impl Filter {
    /// Whether a call is meant.
    pub(super) fn matches(
        &self,
        call: &Call<'_>,
        times: &Times,
        intake: &mut Intake,
    ) -> anyhow::Result<bool> {
        Ok(self.matches_entry(call, times) && self.matches_text(call, intake)?)
    }

    fn matches_entry(&self, call: &Call<'_>, times: &Times) -> bool {
        let any_hop = |test: &dyn Fn(&Hop<'_>) -> bool| call.hops().any(|hop| test(&hop));
        let ends = || CallLine::ends(call);
        let is_outside = |hop: &Hop<'_>| {
            let request = hop.request();
            request.is_some_and(|request| request.to_tag().is_none())
        };
        let begins = |test: &dyn Fn(&Hop<'_>) -> bool| any_hop(&|hop| is_outside(hop) && test(hop));
        // What is no moment lies neither before nor behind one.
        let began = times.told(&call.first_message());
        let began = began.filter(Told::is_absolute).map(|began| began.time);
        self.call_id.as_ref().is_none_or(|text| {
            let mut ids = call.call_ids();
            ids.any(|id| memmem::find(id, text.as_bytes()).is_some())
        }) && (self.from.as_ref()).is_none_or(|text| {
            contains(ends().0.as_bytes(), text) || begins(&|hop| contains(hop.from(), text))
        }) && (self.to.as_ref()).is_none_or(|text| {
            contains(ends().1.as_bytes(), text) || begins(&|hop| contains(hop.to(), text))
        }) && self.method.as_ref().is_none_or(|method| {
            let is = |name: &[u8]| name.eq_ignore_ascii_case(method.as_bytes());
            // The ACK to a refusal is part of the hop of its INVITE.
            let refused = || {
                call.messages()
                    .iter()
                    .any(|message| message.part() == Part::Ack)
            };
            any_hop(&|hop| is(hop.method_name())) || is(b"ACK") && refused()
        }) && (self.status).is_none_or(|status| any_hop(&|hop| status.is(hop.status())))
            && (self.node.as_ref()).is_none_or(|node| any_hop(&|hop| touches(hop, node)))
            && (self.since).is_none_or(|since| began.is_some_and(|began| began >= since))
            && (self.until).is_none_or(|until| began.is_some_and(|began| began < until))
    }

    fn matches_text(&self, call: &Call<'_>, intake: &mut Intake) -> anyhow::Result<bool> {
        let Some(text) = &self.grep else {
            return Ok(true);
        };
        for message in call.messages() {
            let sighting = message.sighting();
            let (input, place) = (sighting.input(), sighting.location());
            let bytes = intake.store.read(input, place, sighting.length())?;
            if memmem::find(bytes, text.as_bytes()).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Status {
    fn is(self, status: Option<u16>) -> bool {
        status.is_some_and(|status| match self {
            Self::One(wanted) => status == wanted,
            Self::Class(class) => status / 100 == class,
        })
    }
}

fn contains(uri: &[u8], text: &str) -> bool {
    let uri = uri.to_ascii_lowercase();
    memmem::find(&uri, text.to_ascii_lowercase().as_bytes()).is_some()
}

fn touches(hop: &Hop<'_>, node: &str) -> bool {
    let ends = [hop.source(), hop.destination()];
    let mut ends = ends.into_iter().flatten();
    let mut nodes = [hop.source_node(), hop.destination_node()]
        .into_iter()
        .flatten();
    ends.any(|end| {
        end.to_string() == node
            || end
                .endpoint()
                .is_some_and(|end| end.address.to_string() == node)
    }) || nodes.any(|known| known.label().eq_ignore_ascii_case(node))
}
