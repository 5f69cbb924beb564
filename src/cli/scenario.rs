//! `sipscope export -f sipp`: a call as two scenarios, each in a file of its own.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use sipscope::Intake;
use sipscope::render::scenario;
use sipscope::trace::{CallId, Message, Trace};

use super::file::{shown, whole};
use super::{Ended, WrongUsage, counted, escape, say};

/// What is wrong with an output that is to become two.
pub(super) fn check(output: &Path) -> anyhow::Result<()> {
    match output.file_name() {
        Some(name) if name != "-" => Ok(()),
        _ => Err(WrongUsage("scenarios are two files: --output names them".to_owned()).into()),
    }
}

/// Writes the scenarios of the only call that is meant.
pub(super) fn write(
    output: &Path,
    intake: &mut Intake,
    trace: &Trace,
    calls: &[CallId],
) -> anyhow::Result<Ended> {
    let [call] = calls else {
        let wrong = format!(
            "scenarios are of one call, and {} are meant: its number tells which",
            calls.len()
        );
        return Err(WrongUsage(wrong).into());
    };
    let Some(call) = trace.call(*call) else {
        return Ok(Ended::NothingFound);
    };
    let read = |message: &Message<'_>| -> io::Result<Vec<u8>> {
        let sighting = message.sighting();
        let (input, location) = (sighting.input(), sighting.location());
        let bytes = intake.store.read(input, location, sighting.length())?;
        Ok(bytes.to_vec())
    };
    let pair = match scenario::pair(&call, read)? {
        Ok(pair) => pair,
        Err(reason) => {
            let number = call.id().number();
            say(&format!(
                "sipscope: call {number} cannot be played: {reason}"
            ));
            return Ok(Ended::NothingFound);
        }
    };
    let mut paths = Vec::new();
    for (end, text) in [("uac", &pair.uac), ("uas", &pair.uas)] {
        let path = of_end(output, end);
        whole(&path, |out| Ok(out.write_all(text.as_bytes())?))?;
        paths.push(shown(&path));
    }
    let mut told = format!("sipscope: 1 call; {}", paths.join(" and "));
    if pair.elsewhere > 0 {
        let messages = counted(pair.elsewhere, "message");
        told.push_str(&format!(
            "; {messages} left out, of other dialogs with others: a scenario has one neighbour"
        ));
    }
    if let Some(message) = &pair.between {
        told.push_str(&format!(
            "; with nothing between them the two do not play: only one of them has {}",
            escape::text(&message.to_string())
        ));
    }
    say(&told);
    Ok(Ended::Fine)
}

/// `call.xml` as `call-uac.xml`
fn of_end(output: &Path, end: &str) -> PathBuf {
    let mut name = output.file_stem().map(OsString::from).unwrap_or_default();
    name.push(format!("-{end}."));
    name.push(output.extension().unwrap_or(OsStr::new("xml")));
    output.with_file_name(name)
}
