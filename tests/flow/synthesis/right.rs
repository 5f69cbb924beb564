//! Flows that nothing is done to.

use sipscope::base::Transport;
use sipscope::flow::synthesis::Options;

use crate::synthesis::play::{audited, capture, events, flows, options};

#[test]
fn what_is_right_is_found_right() {
    let mut wrong = Vec::new();
    for template in flows() {
        for transport in [Transport::Udp, Transport::Tcp] {
            let options = options(transport);
            let (seen, found) = audited(&template, &options);
            let sent = events(&template, &options).len();
            if seen != sent || !found.is_empty() {
                let name = (&template.id, transport.name());
                wrong.push(format!("{name:?}: {seen} of {sent} messages, {found:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for template in flows() {
        let options = Options {
            count: 3,
            ..options(Transport::Tcp)
        };
        let one = capture(&template, &options);
        assert!(one == capture(&template, &options), "{}", template.id);
        let other = Options { seed: 8, ..options };
        assert!(one != capture(&template, &other), "{}", template.id);
    }
}
