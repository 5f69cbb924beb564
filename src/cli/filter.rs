//! Which calls are meant: filters that all commands over calls share. All that are given have to hold.

use clap::Args;
use memchr::memmem;
use sipscope::Intake;
use sipscope::base::{Timestamp, Told};
use sipscope::report::{Criterion, Statuses};
use sipscope::trace::Call;

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
