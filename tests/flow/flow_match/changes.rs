//! The smallest change that a demand does not allow, at each message of each flow, is all that is told.

use sipscope::flow::{Demand, Must, REQUEST_URI, What, templates};

use crate::flow_match::every::{number, verdict};
use crate::flow_match::played::{edit, field, flow, matched, place, played};

/// The message with the smallest change that does not meet a demand; `None` where none can be made without making it a message of
/// another transaction.
fn violated(bytes: &[u8], demand: &Demand) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<String> = head.split("\r\n").map(str::to_owned).collect();
    let header = demand.header.as_str();
    if header == REQUEST_URI {
        let Must::Be(_) = demand.must else {
            return None;
        };
        let words: Vec<_> = lines[0].split(' ').collect();
        lines[0] = format!("{} sip:other.example {}", words[0], words[2]);
    } else {
        let is = |line: &String| {
            let name = line.split(':').next().unwrap_or_default();
            name.eq_ignore_ascii_case(header)
        };
        let at = lines.iter().position(is);
        match &demand.must {
            // They say what the message belongs to.
            _ if ["Via", "Call-ID", "CSeq", "Content-Length"].contains(&header) => return None,
            Must::BePresent | Must::BePresentAfter(_) => lines.retain(|line| !is(line)),
            Must::BeAbsent => lines.insert(1, format!("{header}: <sip:more.example>")),
            Must::Be(_) => lines[at?] = format!("{header}: other"),
            Must::Say(_) => {
                let body = " ".repeat(body.len());
                let changed = [lines.join("\r\n"), body].join("\r\n\r\n");
                return Some(changed.into_bytes());
            }
            Must::TellStatusOf(_) => {
                let body = body.replace("SIP/2.0 2", "SIP/2.0 6");
                let changed = [lines.join("\r\n"), body].join("\r\n\r\n");
                return Some(changed.into_bytes());
            }
            // That of a request was changed above.
            Must::BeReferredToIn(_) => return None,
            Must::HaveParameter(name) => {
                for line in lines.iter_mut().filter(|line| is(line)) {
                    *line = line.replace(name.as_str(), "other");
                }
            }
            Must::BeCopiedFrom(_) if ["From", "To"].contains(&header) => {
                lines[at?] = lines[at?].replacen(": ", ": \"Other\" ", 1);
            }
            Must::BeCopiedFrom(_) => lines[at?].push('9'),
            Must::BeOneLessThanIn(_) => lines[at?] = format!("{header}: 11"),
            Must::BeConsumedFrom(_) => lines.insert(1, format!("{header}: <sip:more.example>")),
        }
    }
    Some(
        [lines.join("\r\n"), body.to_owned()]
            .join("\r\n\r\n")
            .into_bytes(),
    )
}

/// Whether a demand compares with a step.
fn compares(demand: &Demand, step: usize) -> bool {
    match demand.must {
        Must::BeCopiedFrom(other) | Must::BeOneLessThanIn(other) | Must::BeConsumedFrom(other) => {
            other == step
        }
        _ => false,
    }
}

#[test]
fn what_is_changed_is_the_only_difference() {
    let mut wrong = Vec::new();
    let mut changes = 0;
    for template in templates() {
        let events = played(&template);
        for at in 0..events.len() {
            let step = events[at].step;
            for demand in template.demands(step) {
                let Some(bytes) = violated(&events[at].bytes, &demand) else {
                    continue;
                };
                changes += 1;
                let mut changed = events.clone();
                changed[at].bytes = bytes;
                let id = format!("{} {} {demand:?}", template.id, number(&template, step));
                let found = match verdict(&template, &changed) {
                    Ok(found) => found,
                    Err(said) => {
                        wrong.push(format!("{id}: {said}"));
                        continue;
                    }
                };
                // The step itself, and those that have to be as it is.
                let mut allowed = vec![number(&template, step)];
                for other in 0..template.steps.len() {
                    let demands = template.demands(other);
                    let mut same = demands.iter().filter(|one| one.header == demand.header);
                    if same.any(|one| compares(one, step)) {
                        allowed.push(number(&template, other));
                    }
                    // An answer has the To of its request (RFC 3261 8.2.6.2).
                    let what = &template.steps[other].what;
                    if demand.header == "To"
                        && matches!(what, What::Response(response) if response.answers == step)
                    {
                        allowed.push(number(&template, other));
                    }
                }
                let differences = found.differences();
                let told = differences
                    .iter()
                    .filter(|(_, one)| one.what == demand.header);
                let told: Vec<_> = told.map(|(number, _)| *number).collect();
                let only = found.blamed().iter().all(|one| allowed.contains(one));
                let nothing_else = differences.len() == told.len();
                if !told.contains(&number(&template, step)) || !only || !nothing_else {
                    wrong.push(format!(
                        "{id}: blamed {:?}, differences {differences:?}",
                        found.blamed()
                    ));
                }
            }
        }
    }
    assert!(changes > 500, "{changes}");
    assert!(wrong.is_empty(), "{changes} changes\n{}", wrong.join("\n"));
}

/// One request of a journey, or of those that one challenge made two, asks for something else: the others say which flow it is.
#[test]
fn a_request_that_asks_for_something_else_is_of_its_flow() {
    let known = templates();
    for (id, number, name, line) in [
        ("presence-fetch", "1", "Expires", "Expires: 60\r\n"),
        ("presence-fetch", "2", "Expires", "Expires: 60\r\n"),
        ("presence-polite-blocking", "1", "Expires", "Expires: 0\r\n"),
        ("ims-registration", "2", "Expires", "Expires: 0\r\n"),
        ("ims-registration", "5", "Contact", ""),
        ("ims-registration", "13", "Contact", ""),
        ("ims-registration", "16", "Expires", "Expires: 0\r\n"),
        ("ims-deregistration", "2", "Expires", "Expires: 60\r\n"),
        ("poc-registration", "1", "Contact", ""),
        ("poc-registration", "3", "Contact", ""),
    ] {
        let mut events = played(&flow(id));
        let at = place(&flow(id), &events, number);
        let own = format!("{}\r\n", field(&events[at], name));
        edit(&mut events[at], &own, line);
        let found = matched(&events, &known);
        let [found] = &found[..] else {
            panic!("{id} {number}: {found:?}");
        };
        assert_eq!(found.id, id, "{number}");
        assert_eq!(found.blamed(), [number], "{id} {:?}", found.differences());
        let told = found.told();
        let [(_, what)] = told[..] else {
            panic!("{id} {number}: {told:?}");
        };
        // Where the template asks for nothing else, what it asks for is told.
        assert!([name, "Purpose"].contains(&what), "{id} {number}: {what}");
    }
}
