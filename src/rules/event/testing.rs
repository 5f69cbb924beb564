//! Subscriptions for the tests of the rules.

use crate::rules::testing::Wire;

/// A SUBSCRIBE with these lines, and its answer.
pub(super) fn subscribed(lines: &[&str]) -> Wire {
    let lines = [&["Event: presence", "Expires: 600"], lines].concat();
    Wire::new().request(1, 2, "SUBSCRIBE", &lines).response(
        2,
        1,
        "200 OK",
        &["Expires: 600", "CSeq: 1 SUBSCRIBE"],
    )
}

/// Another SUBSCRIBE within the dialog, for so many seconds, and its answer.
pub(super) fn again(wire: Wire, number: u32, seconds: u32) -> Wire {
    let (cseq, expires) = (format!("{number} SUBSCRIBE"), format!("Expires: {seconds}"));
    wire.within(1, 2, &cseq, &["Event: presence", &expires])
        .answered(2, 1, "200 OK", &cseq, &[&expires])
}

/// A NOTIFY with this state and these lines, and its answer.
pub(super) fn notified(wire: Wire, number: u32, state: &str, lines: &[&str], status: &str) -> Wire {
    let (cseq, state) = (
        format!("{number} NOTIFY"),
        format!("Subscription-State: {state}"),
    );
    let event = match lines.iter().any(|line| line.starts_with("Event: ")) {
        true => "Subject: told",
        false => "Event: presence",
    };
    let lines = [&[event, &state], lines].concat();
    wire.within(2, 1, &cseq, &lines)
        .answered(1, 2, status, &cseq, &[])
}

/// A NOTIFY with registration information in which these lines stand.
pub(super) fn with_registration(lines: &[&str]) -> Wire {
    let root = "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"0\" state=\"full\">";
    let body = [&[root], lines, &["</reginfo>"]].concat();
    let length: usize = body.iter().map(|line| line.len() + 2).sum();
    let length = format!("Content-Length: {length}");
    let kind = "Content-Type: application/reginfo+xml";
    let head = [
        "Event: reg",
        "Subscription-State: active",
        kind,
        &length,
        "",
    ];
    Wire::new().request(1, 2, "NOTIFY", &[&head[..], &body].concat())
}
