//! The dialogs of a call, as people and programs get them: state, routes, targets, numbers, session and session timer.

mod session;
mod side;

use std::io::{Result, Write};

use serde::Serialize;
use sipscope::trace::{Call, Dialog, DialogState, EndReason, Ended, Message};

use super::escape;
use session::{SessionRow, TimerRow};
use side::SideRow;

/// A dialog as programs get it.
#[derive(Serialize)]
pub(super) struct DialogRow {
    call_id: String,
    caller_tag: String,
    callee_tag: String,
    /// Number of the request that made it.
    made_by: Option<usize>,
    joined_late: bool,
    confirmed: bool,
    hops: usize,
    /// `early`, `confirmed` or `ended`.
    state: &'static str,
    forked: bool,
    /// Number of the message that confirmed it.
    confirmed_by: Option<usize>,
    ended: Option<EndedRow>,
    session_ended: Option<EndedRow>,
    caller: SideRow,
    callee: SideRow,
    session: SessionRow,
    timer: TimerRow,
    incomplete: bool,
}

#[derive(Serialize)]
struct EndedRow {
    message: usize,
    reason: &'static str,
    status: Option<u16>,
}

/// The dialogs of a call; `read` gives the bytes of a message.
pub(super) fn rows<'a>(
    call: &Call<'a>,
    read: impl FnMut(&Message<'a>) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<Vec<DialogRow>> {
    let states = call.dialog_states(read)?;
    Ok(states.iter().map(DialogRow::of).collect())
}

impl DialogRow {
    fn of(state: &DialogState<'_>) -> Self {
        let dialog = &state.dialog;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let made_by = dialog.made_by().map(|hop| hop.first_message().id());
        Self {
            call_id: text(dialog.call_id()),
            caller_tag: text(dialog.caller_tag()),
            callee_tag: text(dialog.callee_tag()),
            made_by: made_by.map(|message| message.number()),
            joined_late: dialog.joined_late(),
            confirmed: dialog.confirmed(),
            hops: dialog.hops().count(),
            state: stage(dialog, state),
            forked: state.forked,
            confirmed_by: state.life.confirmed_by.map(|message| message.number()),
            ended: state.life.ended.map(EndedRow::of),
            session_ended: state.life.session_ended.map(EndedRow::of),
            caller: SideRow::of(
                &state.routes.caller,
                &state.targets.caller,
                &state.cseq.caller,
            ),
            callee: SideRow::of(
                &state.routes.callee,
                &state.targets.callee,
                &state.cseq.callee,
            ),
            session: SessionRow::of(&state.session),
            timer: TimerRow::of(&state.timer),
            incomplete: state.incomplete,
        }
    }

    pub(super) fn print(&self, out: &mut impl Write) -> Result<()> {
        let made = match self.made_by {
            Some(number) => format!("made by message {number}"),
            None => "joined late".to_owned(),
        };
        let forked = if self.forked { ", forked" } else { "" };
        let (caller, callee) = (
            escape::text(&self.caller_tag),
            escape::text(&self.callee_tag),
        );
        let (state, hops) = (self.state, super::counted(self.hops, "hop"));
        writeln!(
            out,
            "  {caller} / {callee}  {state}, {made}{forked}, {hops}"
        )?;
        if self.incomplete {
            writeln!(
                out,
                "    not read whole: too many dialogs share a request of it"
            )?;
        }
        match (&self.ended, &self.session_ended) {
            (Some(ended), _) => ended.print("ended", out)?,
            (None, Some(ended)) => ended.print("session ended", out)?,
            (None, None) => {}
        }
        self.caller.print("caller", out)?;
        self.callee.print("callee", out)?;
        self.session.print(out)?;
        self.timer.print(out)
    }
}

fn stage(dialog: &Dialog<'_>, state: &DialogState<'_>) -> &'static str {
    if state.life.ended.is_some() {
        "ended"
    } else if dialog.confirmed() {
        "confirmed"
    } else {
        "early"
    }
}

impl EndedRow {
    fn of(ended: Ended) -> Self {
        let (reason, status) = match ended.reason {
            EndReason::Bye => ("BYE", None),
            EndReason::Refused(status) => ("refused", Some(status)),
            EndReason::Terminated => ("terminated", None),
            EndReason::Lost(status) => ("lost", Some(status)),
        };
        Self {
            message: ended.message.number(),
            reason,
            status,
        }
    }

    fn print(&self, what: &str, out: &mut impl Write) -> Result<()> {
        let status = self.status.map(|status| format!(" {status}"));
        let (message, reason) = (self.message, self.reason);
        let status = status.unwrap_or_default();
        writeln!(out, "    {what} by message {message} ({reason}{status})")
    }
}
