//! Captures of others, if they are there (see tests/intake/captures.rs), against what their index and their makers say of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sipscope::trace::{
    Call, Hints, Hop, Link, LinkKind, Part, Party, PublicationState, RouteSet, Subject, Trace,
};
use sipscope::{Job, analyze, correlate};

use super::registrations::told_steps;
use super::sound::assert_sound;

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("SIPSCOPE_CAPTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/captures");
    let folder = named.unwrap_or(beside);
    let there = folder.join("INDEX.tsv").is_file();
    if !there {
        // Straight to standard error: what a test prints is not shown when it passes.
        let said = format!("no captures in {}: nothing was checked\n", folder.display());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
    }
    there.then_some(folder)
}

fn trace_of(path: &Path) -> Trace {
    let key_log = path.with_extension("keylog");
    let job = Job {
        inputs: vec![path.to_owned()],
        key_logs: key_log.is_file().then_some(key_log).into_iter().collect(),
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    assert_sound(&trace);
    trace
}

fn named(name: &str) -> Option<Trace> {
    Some(trace_of(&folder()?.join(name)))
}

/// Captures of which the index is not the truth; tests/intake/captures.rs says why.
const BETTER: [(&str, usize); 6] = [
    ("o5gs_ipsec_reg.pcapng", 4),
    ("o5gs_ipsec_to_nonipsec_call.pcapng", 3),
    ("o5gs_nonipsec_to_ipsec_call.pcapng", 5),
    ("o5gs_volte.pcapng", 3),
    ("snort3_gtpingtp.pcap", 1),
    ("b_hep3_mirror_of_presence.pcap", 56),
];

#[test]
fn call_ids_of_every_capture_are_those_of_the_index() {
    let Some(folder) = folder() else { return };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let mut lines = index.lines();
    let columns: Vec<_> = lines.next().unwrap().split('\t').collect();
    for line in lines {
        let row: BTreeMap<_, _> = columns.iter().copied().zip(line.split('\t')).collect();
        let name = row["name"];
        let better = BETTER.iter().find(|(better, _)| *better == name);
        let expected = better.map_or_else(
            || row["distinct_call_ids"].parse().unwrap(),
            |(_, call_ids)| *call_ids,
        );
        let trace = trace_of(&folder.join(name));
        let call_ids = trace.calls().flat_map(|call| call.call_ids());
        assert_eq!(call_ids.count(), expected, "{name}");
    }
}

fn is_request(hop: Hop<'_>, method: &[u8]) -> bool {
    hop.method_name() == method && hop.request().is_some()
}

/// The hops of the INVITEs of a call that nobody sent within a dialog.
fn invites<'a>(call: Call<'a>) -> Vec<Hop<'a>> {
    let initial = |hop: &Hop<'_>| {
        let request = hop.request();
        is_request(*hop, b"INVITE") && request.is_some_and(|request| request.to_tag().is_none())
    };
    call.hops().filter(initial).collect()
}

/// How many calls with an INVITE ended with each status, by the first INVITE that was sent.
fn outcomes(trace: &Trace) -> BTreeMap<Option<u16>, usize> {
    let mut outcomes = BTreeMap::new();
    for call in trace.calls() {
        if let Some(first) = invites(call).first() {
            *outcomes.entry(first.status()).or_default() += 1;
        }
    }
    outcomes
}

#[test]
fn calls_through_a_proxy_on_a_loopback_interface() {
    let Some(trace) = named("a_proxy_rr_udp.pcap") else {
        return;
    };
    let expected = [(200, 24), (302, 8), (404, 8), (486, 8)];
    let expected = expected.map(|(status, count)| (Some(status), count));
    assert_eq!(outcomes(&trace), expected.into());
    for call in trace.calls() {
        assert_eq!(call.call_ids().count(), 1);
        let invites = invites(call);
        let Some(first) = invites.first() else {
            continue;
        };
        if first.status() == Some(404) {
            // The proxy itself knows of no such user.
            assert_eq!(invites.len(), 1);
            continue;
        }
        let [first, second] = invites[..] else {
            panic!("{} INVITEs in {:?}", invites.len(), call.id());
        };
        assert!(first.parent().is_none());
        let (parent, link) = second.parent().unwrap();
        assert_eq!((parent.id(), link), (first.id(), Link::Via));
        assert_eq!(first.destination(), second.source());
        assert_eq!(first.status(), second.status());
        let dialogs = call.dialogs();
        let answered = first.status() == Some(200);
        assert_eq!(
            dialogs.iter().filter(|dialog| dialog.confirmed()).count(),
            usize::from(answered)
        );
    }
}

#[test]
fn calls_over_tcp_with_large_bodies() {
    let Some(trace) = named("c1_tcp_big_multipart_calls.pcap") else {
        return;
    };
    let expected = [(200, 18), (302, 6), (486, 6)];
    let expected = expected.map(|(status, count)| (Some(status), count));
    assert_eq!(outcomes(&trace), expected.into());
}

#[test]
fn calls_to_a_server_that_is_dead() {
    let Some(trace) = named("d_dead_server_retransmissions.pcap") else {
        return;
    };
    let mut again = 0;
    for message in trace.messages() {
        assert!(matches!(message.subject(), Subject::Request(_)));
        assert!(matches!(
            message.part(),
            Part::Request | Part::Retransmission
        ));
        again += usize::from(message.part() == Part::Retransmission);
    }
    assert!(again > 0);
    assert!(trace.hops().all(|hop| hop.status().is_none()));
}

/// A packet core that was captured before, inside and behind its tunnels.
#[test]
fn calls_over_a_packet_core_are_seen_several_times() {
    for name in [
        "o5gs_ipsec_to_nonipsec_call.pcapng",
        "o5gs_nonipsec_to_ipsec_call.pcapng",
    ] {
        let Some(trace) = named(name) else { return };
        assert!(
            trace
                .messages()
                .any(|message| message.sightings().len() > 1),
            "{name}"
        );
        let calls = trace.calls().filter(|call| !invites(*call).is_empty());
        assert_eq!(calls.count(), 1, "{name}");
    }
}

/// A whole IMS core on one address, told apart by ports: P-CSCF 5060, S-CSCF 6060 (for both users) and I-CSCF 4060. Ports and
/// Via branches as tshark shows them; the UE that is called was captured three times, on the way through its tunnels.
#[test]
fn a_spiral_through_an_ims_core_on_one_address() {
    let Some(trace) = named("o5gs_volte.pcapng") else {
        return;
    };
    let mut calls = trace.calls().filter(|call| !invites(*call).is_empty());
    let call = calls.next().unwrap();
    assert!(calls.next().is_none());
    let ports = |method: &[u8]| -> Vec<(u16, u16)> {
        let port = |endpoint: Option<sipscope::trace::End<'_>>| {
            endpoint.and_then(|end| end.endpoint()).unwrap().port
        };
        let hops = call.hops().filter(|hop| is_request(*hop, method));
        hops.map(|hop| (port(hop.source()), port(hop.destination())))
            .collect()
    };
    assert_eq!(
        ports(b"INVITE"),
        [
            (40762, 5060),
            (5060, 6060),
            (6060, 4060),
            (4060, 6060),
            (6060, 5060),
            (5060, 5060),
        ]
    );
    assert_eq!(
        ports(b"ACK"),
        [
            (40762, 5060),
            (5060, 6060),
            (6060, 6060),
            (6060, 5060),
            (5060, 5060)
        ]
    );
    for method in [&b"INVITE"[..], b"ACK"] {
        let hops: Vec<_> = call.hops().filter(|hop| is_request(*hop, method)).collect();
        assert!(hops[0].parent().is_none());
        for pair in hops.windows(2) {
            let (parent, link) = pair[1].parent().unwrap();
            assert_eq!((parent.id(), link), (pair[0].id(), Link::Via));
        }
        let seen = |message: sipscope::trace::Message<'_>| message.sightings().len();
        assert!(
            hops[1..hops.len() - 1]
                .iter()
                .all(|hop| hop.messages().all(|one| seen(one) == 1))
        );
        assert!(hops[hops.len() - 1].messages().all(|one| seen(one) == 3));
    }
    assert!(invites(call).iter().all(|hop| hop.status() == Some(200)));
    let dialogs = call.dialogs();
    assert_eq!(dialogs.len(), 1);
    assert_eq!(dialogs[0].hops().count(), 11);
}

/// The P-CSCF takes the call in over TCP and sends it on over UDP: it is in the route twice, and both sides must have it so.
/// Record-Route and Session-Expires as tshark shows them in the INVITE at the called UE and in the 200 at the calling one.
#[test]
fn a_route_through_an_ims_core_with_two_transports() {
    let Some(folder) = folder() else { return };
    let job = Job {
        inputs: vec![folder.join("o5gs_volte.pcapng")],
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    let call = trace.calls().find(|call| !invites(*call).is_empty());
    let states = call.unwrap().dialog_states(|message| {
        let seen = message.sighting();
        let bytes = intake
            .store
            .read(seen.input(), seen.location(), seen.length());
        bytes.map(<[u8]>::to_vec)
    });
    let states = states.unwrap();
    let [state] = &states[..] else {
        panic!("{} dialogs", states.len())
    };
    let routes = |set: &Option<RouteSet>| -> Vec<String> {
        let set = set.as_ref().unwrap();
        assert!(set.at_own_hop && set.routes.iter().all(|route| route.loose));
        let uris = set.routes.iter().map(|route| &route.uri);
        uris.map(|uri| uri.split(";lr").next().unwrap().to_owned())
            .collect()
    };
    let mut expected = [
        "sip:mo@10.4.128.21;transport=tcp;r2=on",
        "sip:mo@10.4.128.21;r2=on",
        "sip:mo@10.4.128.21:6060",
        "sip:mt@10.4.128.21:6060",
        "sip:mt@10.4.128.21",
    ];
    assert_eq!(routes(&state.routes.caller), expected);
    expected.reverse();
    assert_eq!(routes(&state.routes.callee), expected);
    let timer = state.timer.current().unwrap();
    assert_eq!(
        (timer.interval, timer.refresher),
        (Some(1800), Some(Party::Caller))
    );
    assert!(state.life.confirmed_by.is_some() && state.life.ended.is_none());
}

/// A terminal of a packet core registers, answers the challenge of AKA from its protected port, and subscribes to the state of
/// its registration under the number that the 200 says is registered along (`tel:0398765432100`).
#[test]
fn a_registration_in_an_ims_core_and_the_subscription_to_it() {
    let Some(trace) = named("o5gs_ipsec_reg.pcapng") else {
        return;
    };
    let call = trace.calls().next().unwrap();
    let reasons: Vec<_> = call.edges().map(|edge| edge.kind).collect();
    assert_eq!(reasons, [LinkKind::RegistrationState]);
    assert_eq!(call.outcome().to_string(), "registered 3240 s");
    let registrations = trace.registrations();
    assert_eq!(registrations.len(), 1);
    let expected = [
        "1 create 401 3600>-",
        "9 create 200 3600>3240 after 1 (challenge)",
    ];
    assert_eq!(told_steps(&registrations[0].steps), expected);
}

/// The proxy publishes the registrations of 4 users to itself in 12 requests; what the users publish they remove again.
#[test]
fn publications_to_a_presence_server() {
    let Some(trace) = named("b_presence_udp.pcap") else {
        return;
    };
    let publications = trace.publications();
    let (own, of_users): (Vec<_>, Vec<_>) = publications.iter().partition(|one| one.event == "reg");
    assert_eq!(own.len(), 4);
    assert_eq!(own.iter().map(|one| one.steps.len()).sum::<usize>(), 12);
    assert!(!of_users.is_empty());
    for one in &of_users {
        assert_eq!(one.state(), PublicationState::Removed);
        let chained = one.steps[1..].iter().all(|step| step.follows.is_some());
        assert!(chained && !one.joined_late());
    }
}
