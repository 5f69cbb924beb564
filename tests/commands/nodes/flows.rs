//! Every flow of the program, played: nobody is taken for something else than the flow says.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use sipscope::base::Transport;
use sipscope::flow::synthesis::{Options, synthesize, write_capture};
use sipscope::flow::{Template, templates};
use sipscope::trace::{Hints, Role, Trace};
use sipscope::{Job, analyze, correlate};

fn trace_of(template: &Template, options: &Options) -> Trace {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.pcapng");
    let mut bytes = Vec::new();
    write_capture(&mut bytes, template, options).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let job = Job {
        inputs: vec![path],
        threads: 1,
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    correlate(&mut intake, &job, &Hints::default()).unwrap()
}

/// A user agent is an end of which no more is known, and a terminal that registers is one, too. A proxy is what each of these is, and an S-CSCF
/// is a registrar (3GPP TS 24.229 4.1).
fn may_be(is: Role, found: Role) -> bool {
    let proxies = [Role::PCscf, Role::ICscf, Role::SCscf, Role::Ibcf];
    match found {
        Role::UserAgent => true,
        Role::Ue => matches!(is, Role::Ue | Role::UserAgent),
        Role::Registrar => matches!(is, Role::Registrar | Role::SCscf),
        Role::Proxy => is == Role::Proxy || proxies.contains(&is),
        _ => found == is,
    }
}

#[test]
fn no_actor_is_taken_for_another_one() {
    let mut told = 0;
    for template in templates() {
        for transport in [Transport::Udp, Transport::Tcp] {
            let options = Options {
                transport,
                seed: 7,
                ..Options::default()
            };
            let events = synthesize(&template, &options, 0);
            let ends = events.iter().flat_map(|event| {
                let from = (event.source, event.from);
                [from, (event.destination, event.to)]
            });
            let actors: BTreeMap<SocketAddr, usize> = ends.collect();
            for node in trace_of(&template, &options).nodes() {
                let all = node.addresses().into_iter().map(|one| one.endpoint);
                let mut all = all.map(|end| SocketAddr::new(end.address, end.port));
                let actor = all.find_map(|end| actors.get(&end)).unwrap();
                let actor = &template.actors[*actor];
                let said = (&template.id, transport.name(), &actor.id);
                assert!(
                    may_be(actor.role, node.role()),
                    "{said:?}: {}",
                    node.role().name()
                );
                told += usize::from(actor.role == node.role());
            }
        }
    }
    assert!(told > 100, "{told} roles are told");
}
