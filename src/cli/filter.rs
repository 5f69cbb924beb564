//! Which calls are meant: filters that all commands over calls share. All that are given have to hold. Where one call is wanted, its
//! number says which, or filters that let only one through.

use clap::Args;
use memchr::memmem;
use sipscope::Intake;
use sipscope::base::{Timestamp, Told};
use sipscope::report::{Criterion, Statuses};
use sipscope::trace::{Call, CallId, Trace};

use super::times::{Times, times};
use super::unknown::no_number;
use super::{WrongUsage, counted, say};

#[derive(Args)]
#[command(next_help_heading = "Which calls")]
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

    /// Only calls with this final status, or with one of a class: 486, 4xx. A challenge (401, 407) that was answered is of no class.
    #[arg(long, value_name = "STATUS")]
    status: Option<Statuses>,

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

fn time(text: &str) -> Result<Timestamp, &'static str> {
    let time: jiff::Timestamp = text
        .parse()
        .map_err(|_| "a time with its zone is wanted, such as 2026-01-31T12:00:00Z")?;
    i64::try_from(time.as_nanosecond())
        .map(Timestamp::from_nanos)
        .map_err(|_| "this time is too far away")
}

/// Calls listed by their numbers, where one was wanted, up to here.
const MOST_LISTED: usize = 8;

impl Filter {
    /// The calls that are meant. It is said where the filters let none through.
    pub(super) fn calls(&self, trace: &Trace, intake: &mut Intake) -> anyhow::Result<Vec<CallId>> {
        let times = times(intake, trace);
        let mut calls = Vec::new();
        for call in trace.calls() {
            if self.matches(&call, &times, intake)? {
                calls.push(call.id());
            }
        }
        let count = trace.calls().len();
        if calls.is_empty() && count > 0 {
            let all = counted(count, "call");
            say(&format!(
                "sipscope: none of {all} is meant by the filters: `sipscope calls` without them lists all"
            ));
        }
        Ok(calls)
    }

    /// The same; none where nothing was asked for, so that what belongs to no call is meant as well.
    pub(super) fn chosen(
        &self,
        trace: &Trace,
        intake: &mut Intake,
    ) -> anyhow::Result<Option<Vec<CallId>>> {
        match self.is_given() {
            true => self.calls(trace, intake).map(Some),
            false => Ok(None),
        }
    }

    /// The calls that are meant: the one with this number, or all that the filters let through. It is said where there is none.
    pub(super) fn numbered(
        &self,
        number: Option<usize>,
        trace: &Trace,
        intake: &mut Intake,
    ) -> anyhow::Result<Vec<CallId>> {
        let Some(number) = number else {
            return self.calls(trace, intake);
        };
        if self.is_given() {
            let wrong = "the number of a call says which is meant: filters are for more of them";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        let call = CallId::numbered(number).and_then(|id| trace.call(id));
        if call.is_none() {
            let count = trace.calls().len();
            no_number("call", number, count, "calls");
        }
        Ok(call.iter().map(Call::id).collect())
    }

    /// The call that is meant; none where it is not there, which is said.
    pub(super) fn one<'t>(
        &self,
        number: Option<usize>,
        trace: &'t Trace,
        intake: &mut Intake,
    ) -> anyhow::Result<Option<Call<'t>>> {
        let calls = self.numbered(number, trace, intake)?;
        if calls.len() > 1 {
            let numbers = calls.iter().take(MOST_LISTED).map(|call| call.number());
            let numbers: Vec<_> = numbers.map(|number| number.to_string()).collect();
            let dots = if calls.len() > MOST_LISTED {
                ", ..."
            } else {
                ""
            };
            let wrong = format!(
                "{} calls are meant ({}{dots}): say which behind the files, as `sipscope calls` numbers them",
                calls.len(),
                numbers.join(", ")
            );
            return Err(WrongUsage(wrong).into());
        }
        Ok(calls.first().and_then(|id| trace.call(*id)))
    }

    /// Whether anything was asked for.
    pub(super) fn is_given(&self) -> bool {
        let times = self.since.is_some() || self.until.is_some();
        times || self.grep.is_some() || self.criteria().next().is_some()
    }

    fn matches(&self, call: &Call<'_>, times: &Times, intake: &mut Intake) -> anyhow::Result<bool> {
        Ok(self.matches_entry(call, times) && self.matches_text(call, intake)?)
    }

    fn matches_entry(&self, call: &Call<'_>, times: &Times) -> bool {
        // What is no moment lies neither before nor behind one.
        let began = times.told(&call.first_message());
        let began = began.filter(Told::is_absolute).map(|began| began.time);
        self.criteria().all(|criterion| criterion.holds(call))
            && (self.since).is_none_or(|since| began.is_some_and(|began| began >= since))
            && (self.until).is_none_or(|until| began.is_some_and(|began| began < until))
    }

    fn criteria(&self) -> impl Iterator<Item = Criterion> {
        let all = [
            self.call_id.clone().map(Criterion::CallId),
            self.from.clone().map(Criterion::From),
            self.to.clone().map(Criterion::To),
            self.method.clone().map(Criterion::Method),
            self.status.map(Criterion::Status),
            self.node.clone().map(Criterion::Node),
        ];
        all.into_iter().flatten()
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
