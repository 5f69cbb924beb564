//! Flows that are broken in one place.

use std::collections::BTreeSet;

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Alteration, Options, breakable, breaks};
use sipscope::rules::RULES;

use crate::synthesis::play::{audited, flows, options};

/// Rules that no flow exercises alone, and why; their own tests have to do.
const NOT_PLAYED: &[(&str, &str)] = &[
    ("DLG06", "no flow has a back-to-back user agent"),
    ("DLG18", "no flow has a Session-ID"),
    (
        "DLG19",
        "a request with a lower number violates DLG05 before",
    ),
    ("DOC01", "a flow that is played is no document"),
    ("DOC02", "a flow that is played is no document"),
    ("DOC03", "a flow that is played is no document"),
    ("DOC04", "a flow that is played is no document"),
    ("DOC05", "a flow that is played is no document"),
    ("DOC06", "a flow that is played is no document"),
    ("DOC07", "a flow that is played is no document"),
    ("EVT08", "no flow has a publication that is changed twice"),
    ("EVT09", "a flow that is played ends with its last message"),
    ("EVT12", "no flow has a NOTIFY that is refused"),
    ("EVT16", "no flow has a publication that is lost"),
    ("EVT18", "no flow tells the same subscriber a list twice"),
    ("EVT20", "no flow has a subscription to a list"),
    ("EVT21", "no flow has a subscription to a list"),
    ("EVT26", "no flow tells the same subscriber a list twice"),
    (
        "IMS25",
        "a flow that is played says nothing of trust domains",
    ),
    (
        "MF06",
        "a request without Max-Forwards violates MF01 before",
    ),
    ("RTE11", "a Route entry without lr violates RTE03 before"),
    (
        "SES25",
        "no flow has requests of the side that waits for refreshes",
    ),
    ("SES26", "no flow has a refresh that fails"),
    ("TXN21", "no flow has a caller who cancels"),
    ("TXN22", "no flow has a request that comes on two ways"),
    ("VIA11", "no flow has a node that gets a request twice"),
];

#[test]
fn each_rule_can_be_violated() {
    let mut codes: Vec<_> = breaks().map(|one| one.code).collect();
    codes.extend(NOT_PLAYED.iter().map(|(code, _)| *code));
    codes.sort_unstable();
    let mut rules: Vec<_> = RULES.iter().map(|rule| rule.code).collect();
    rules.sort_unstable();
    assert_eq!(codes, rules);
}

#[test]
fn each_rule_is_exercised_by_a_flow() {
    let transports = [Transport::Udp, Transport::Tcp].map(options);
    let flows = flows();
    for one in breaks() {
        let mut all = flows.iter();
        let is_exercised = all.any(|flow| {
            let mut transports = transports.iter();
            transports.any(|options| !breakable(flow, options, one).is_empty())
        });
        assert!(is_exercised, "{}", one.code);
    }
}

/// Of a long flow only some steps: the first, the last, and two between; each once.
fn some(steps: &[usize]) -> BTreeSet<usize> {
    let third = steps.len().div_ceil(3).max(1);
    steps
        .iter()
        .step_by(third)
        .chain(steps.last())
        .copied()
        .collect()
}

fn finds_what_was_broken_and_nothing_else(transport: Transport) {
    let options = options(transport);
    let mut wrong = Vec::new();
    for one in breaks() {
        for template in flows() {
            for step in some(&breakable(&template, &options, one)) {
                let broken = Options {
                    alterations: vec![Alteration::Break(one.code, step)],
                    ..options.clone()
                };
                let number = &template.steps[step].number;
                let (_, found) = audited(&template, &broken);
                let exact = found.len() == 1
                    && found[0].code == one.code
                    && found[0].steps.contains(number);
                if !exact {
                    let name = (one.code, &template.id, transport.name(), number);
                    wrong.push(format!("{name:?}: {found:#?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_finds_what_was_broken_over_udp_and_nothing_else() {
    finds_what_was_broken_and_nothing_else(Transport::Udp);
}

#[test]
fn each_rule_finds_what_was_broken_over_tcp_and_nothing_else() {
    finds_what_was_broken_and_nothing_else(Transport::Tcp);
}
