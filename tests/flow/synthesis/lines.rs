//! Flows as logs.

use sipscope::base::Transport;
use sipscope::flow::synthesis::log::{busiest, formats, write_log};
use sipscope::source::TextOptions;
use sipscope::{Job, analyze};

use crate::synthesis::play::{events, flows, options};

#[test]
fn each_format_is_read_back() {
    for (turn, template) in flows().into_iter().enumerate() {
        for (side, transport) in [Transport::Udp, Transport::Tcp].into_iter().enumerate() {
            let options = options(transport);
            let events = events(&template, &options);
            let actor = busiest(&events, template.actors.len());
            // Each flow in each format, over one of the two by turns.
            for format in formats().skip((turn + side) % 2).step_by(2) {
                let mut text = Vec::new();
                write_log(&mut text, &template, &options, format, actor).unwrap();
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("flow.log");
                std::fs::write(&path, text).unwrap();
                let intake = analyze(&Job {
                    inputs: vec![path],
                    threads: 1,
                    texts: TextOptions {
                        format: Some(format.name.to_owned()),
                        ..TextOptions::default()
                    },
                    ..Job::default()
                })
                .unwrap();
                let seen = events
                    .iter()
                    .filter(|event| !format.one_sided || event.from == actor || event.to == actor);
                let name = (format.name, &template.id, transport.name());
                assert_eq!(intake.sightings.len(), seen.count(), "{name:?}");
                assert!(intake.sightings.iter().all(|one| one.whole()), "{name:?}");
            }
        }
    }
}
