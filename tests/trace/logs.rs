//! Logs do not tell everything: between whom a message went, its line ends, when it was. What a capture or another log saw of
//! the same messages brings them in line.

use std::net::SocketAddr;

use sipscope::base::{
    Anomalies, Endpoint, Flow, Layer, Location, Path, RecordId, Spoiled, TimeBasis, Timestamp,
    Transport,
};
use sipscope::sip::{Carried, frame_datagram};
use sipscope::trace::{ClockSource, Facts, Hints, Origin, Sightings, Trace};

use super::calls::through_two_proxies;
use super::scenario::{MS, Net, Packet};
use super::sip::Talk;
use super::sound::assert_sound;
use super::told::Told;

const SECOND: i64 = 1000 * MS;
const START: i64 = 1_700_000_000 * SECOND;

/// An input as its source gives it: packets, and what it does not tell of them.
#[derive(Clone)]
struct Input {
    packets: Vec<Packet>,
    basis: TimeBasis,
    times: bool,
    /// Digits behind the second.
    digits: Option<u8>,
    source: bool,
    destination: bool,
    line_ends: bool,
}

fn capture(packets: Vec<Packet>) -> Input {
    Input {
        packets,
        basis: TimeBasis::Absolute,
        times: true,
        digits: None,
        source: true,
        destination: true,
        line_ends: true,
    }
}

/// A log of these packets that tells no addresses.
fn log(packets: &[Packet], basis: TimeBasis, later: i64) -> Input {
    let packets = packets.iter().map(|packet| packet.later(later));
    Input {
        basis,
        source: false,
        destination: false,
        ..capture(packets.collect())
    }
}

/// The same with its times cut to so many digits behind the second.
fn cut(log: Input, digits: u8) -> Input {
    let unit = SECOND / 10_i64.pow(digits.into());
    let packets = log.packets.into_iter().map(|packet| {
        let cut = packet.at.rem_euclid(unit);
        packet.later(-cut)
    });
    Input {
        packets: packets.collect(),
        digits: Some(digits),
        ..log
    }
}

fn trace(inputs: &[Input]) -> Trace {
    let mut all = Vec::new();
    for (input, from) in (0..).zip(inputs) {
        let numbered = (1..).zip(&from.packets);
        let record = |number| RecordId {
            input,
            number,
            interface: 0,
        };
        all.extend(numbered.map(|(number, packet)| (record(number), from, packet)));
    }
    all.sort_by_key(|(record, from, packet)| {
        let at = from.times.then_some(packet.at);
        (at, record.input, record.number)
    });
    let endpoint = |known: bool, address: SocketAddr| {
        known.then(|| Endpoint::new(address.ip(), address.port()).into())
    };
    let mut sightings = Sightings::default();
    let mut facts = Facts::with_room_for(all.len());
    let mut reader = facts.reader();
    for (record, from, packet) in all {
        let bytes = match from.line_ends {
            true => packet.payload.clone(),
            false => packet
                .payload
                .iter()
                .copied()
                .filter(|byte| *byte != b'\r')
                .collect(),
        };
        let both = from.source && from.destination;
        let mut path = Path::EMPTY;
        assert!(from.digits.is_none() || path.push(Layer::Log));
        let time = from.times.then(|| Timestamp::from_nanos(packet.at));
        let found = Carried {
            flow: Flow {
                source: endpoint(from.source, packet.source),
                destination: endpoint(from.destination, packet.destination),
                transport: if both {
                    Transport::Udp
                } else {
                    Transport::Unknown
                },
                path,
            },
            bytes: &bytes,
            glance: frame_datagram(&bytes, 0).unwrap().glance,
            records: &[record],
            first: time,
            digits: from.digits,
            last: time,
            offset: None,
            identification: std::num::NonZeroU16::new(packet.id).filter(|_| both),
            whole: true,
            spoiled: match from.line_ends {
                true => Spoiled::NOTHING,
                false => Spoiled::LINE_ENDS,
            },
        };
        sightings.add(&found, Location::Spill(0), &mut Anomalies::default());
        let clue = reader.read(&bytes, true);
        facts.add(&clue, &bytes);
    }
    let origins = (0..).zip(inputs).map(|(capture_point, input)| Origin {
        name: String::new(),
        capture_point,
        time_basis: input.basis,
        goes_on_with: None,
    });
    let origins: Vec<_> = origins.collect();
    let trace = Trace::build(sightings, facts, &origins, &Hints::default(), 2);
    assert_sound(&trace);
    trace
}

fn told<'n>(net: &'n Net, inputs: &[Input]) -> Told<'n> {
    net.told_as(trace(inputs), inputs.len() as u32)
}

fn basic() -> Net {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    through_two_proxies(&mut net, "basic", 0);
    net
}

/// The hops of a net when everything was seen so often.
fn all_seen(net: &Net, times: usize) -> Vec<String> {
    let twice = |word: &str| {
        let word = word.to_owned();
        let is_message = word == "request" || word.parse::<u16>().is_ok();
        if is_message {
            format!("{word}*{times}")
        } else {
            word
        }
    };
    let hops = net.told().hops();
    let lines = hops.iter().map(|line| {
        let (ends, messages) = line.split_once(": ").unwrap();
        let messages: Vec<_> = messages.split(' ').map(twice).collect();
        format!("{ends}: {}", messages.join(" "))
    });
    lines.collect()
}

#[test]
fn a_capture_and_a_log_without_addresses() {
    let net = basic();
    for line_ends in [true, false] {
        for basis in [TimeBasis::Absolute, TimeBasis::NoZone] {
            let ahead = 3600 * SECOND + 2 * MS;
            let log = Input {
                line_ends,
                ..log(&net.packets, basis, ahead)
            };
            let told = told(&net, &[capture(net.packets.clone()), log]);
            assert_eq!(told.clock(1).offset, -ahead);
            let shared = ClockSource::Shared {
                with: 0,
                messages: 26,
                spread: 0,
            };
            assert_eq!(told.clock(1).source, shared);
            assert_eq!(told.hops(), all_seen(&net, 2));
        }
    }
}

/// The log seems older by half a century and so comes first, but the capture is the one that knows the date.
#[test]
fn a_log_without_year() {
    let net = basic();
    let inputs = [
        log(&net.packets, TimeBasis::NoYear, -START),
        capture(net.packets.clone()),
    ];
    let told = told(&net, &inputs);
    assert_eq!(
        (told.clock(0).offset, told.clock(0).relative),
        (START, false)
    );
    assert_eq!(
        (told.clock(1).offset, &told.clock(1).source),
        (0, &ClockSource::Own)
    );
    assert_eq!(told.hops(), all_seen(&net, 2));
}

/// Such as a followed stream, or files of messages. What was sent again stands there again.
#[test]
fn a_text_without_times() {
    let mut net = basic();
    let invite = net.send(
        "uac",
        "uas",
        Talk::new("again").request("INVITE", 1),
        20_900,
    );
    net.again(&invite, 21_400);
    net.again(&invite, 22_400);
    let untimed = |packets: &[Packet]| Input {
        times: false,
        ..log(packets, TimeBasis::Absolute, 0)
    };
    let whole = [untimed(&net.packets), capture(net.packets.clone())];
    let mut expected = all_seen(&net, 2);
    expected[12] = "13 INVITE uac>uas: request*2 again*2 again*2".to_owned();
    assert_eq!(told(&net, &whole).hops(), expected);
    // Of a part of them nothing moves.
    let part = [untimed(&net.packets[9..12]), capture(net.packets.clone())];
    let told = told(&net, &part);
    let seen = told
        .trace
        .messages()
        .map(|message| message.sightings().len());
    let mut expected = vec![1; net.packets.len()];
    expected[9..12].fill(2);
    assert_eq!(seen.collect::<Vec<_>>(), expected);
}

/// What a log without line ends shows comes first or last by a little; both find what the capture saw.
#[test]
fn two_logs_and_a_capture() {
    let net = basic();
    let first = Input {
        line_ends: false,
        ..log(&net.packets, TimeBasis::TimeOfDay, -START)
    };
    let inputs = [
        first,
        log(&net.packets, TimeBasis::Absolute, -MS),
        capture(net.packets.clone()),
    ];
    assert_eq!(told(&net, &inputs).hops(), all_seen(&net, 3));
}

/// Nothing tells when it was: it stands behind, in its own order, whatever its times look like.
#[test]
fn relative_times_that_nothing_ties() {
    for (basis, later) in [(TimeBasis::Uptime, -START), (TimeBasis::NoZone, -SECOND)] {
        let net = basic();
        let mut other = Net::new(&["uac", "uas"]);
        let options = other.send("uac", "uas", Talk::new("other").request("OPTIONS", 1), 0);
        other.reply(&options, 200, "b", 100);
        let inputs = [
            log(&other.packets, basis, later),
            capture(net.packets.clone()),
        ];
        let told = told(&net, &inputs);
        let clocks = [0, 1].map(|input| (told.clock(input).offset, told.clock(input).relative));
        assert_eq!(clocks, [(0, true), (0, false)]);
        let mut expected = net.told().messages();
        expected.extend(["OPTIONS unknown>unknown", "200 unknown>unknown"].map(str::to_owned));
        assert_eq!(told.messages(), expected);
        assert_eq!(told.calls(), ["basic", "other"]);
    }
}

/// Two logs that share messages have one clock, even if nothing tells when that was: that of the one that knows more, here the
/// time of day.
#[test]
fn two_logs_with_relative_times() {
    let net = basic();
    let mut other = Net::new(&["uac", "uas"]);
    other.send("uac", "uas", Talk::new("other").request("OPTIONS", 1), 0);
    let inputs = [
        log(&net.packets, TimeBasis::Uptime, -START),
        log(&net.packets, TimeBasis::TimeOfDay, 50 * SECOND - START),
        capture(other.packets),
    ];
    let told = told(&net, &inputs);
    let clocks = [0, 1, 2].map(|input| (told.clock(input).offset, told.clock(input).relative));
    assert_eq!(clocks, [(50 * SECOND, true), (0, true), (0, false)]);
    let messages = told.messages();
    assert_eq!(messages.len(), 27);
    // The second node of the first net.
    assert_eq!(messages[0], "OPTIONS uac>p1");
    assert!(
        messages[1..].iter().all(|line| line.ends_with("*2")),
        "{messages:?}"
    );
}

/// Times of all messages, in their order.
fn times(told: &Told<'_>) -> Vec<i64> {
    let messages = told.trace.messages();
    messages
        .map(|message| message.time().unwrap().nanos())
        .collect()
}

/// Every half second or so a call, so that messages lie anywhere in their seconds.
fn calls() -> Net {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    for number in 0..12 {
        let at = i64::from(number) * 1370;
        through_two_proxies(&mut net, &format!("call-{number}"), at);
    }
    net
}

fn all_twice(net: &Net) -> Vec<String> {
    let messages = net.told().messages().into_iter();
    messages.map(|message| format!("{message}*2")).collect()
}

/// What is cut off is no difference of the clocks. The capture tells when each message was, and in what order they were.
#[test]
fn whole_seconds_beside_a_capture() {
    let net = calls();
    let expected = (all_twice(&net), times(&net.told()));
    for log in [
        log(&net.packets, TimeBasis::Absolute, 0),
        log(&net.packets, TimeBasis::NoZone, 0),
        capture(
            net.packets
                .iter()
                .cloned()
                .map(Packet::without_id)
                .collect(),
        ),
    ] {
        for digits in [0, 1, 2, 3] {
            let about = format!(
                "{digits} digits, ends known: {}, {:?}",
                log.source, log.basis
            );
            let told = told(
                &net,
                &[capture(net.packets.clone()), cut(log.clone(), digits)],
            );
            assert_eq!(told.clock(1).offset, 0, "{about}");
            assert_eq!((told.messages(), times(&told)), expected, "{about}");
        }
    }
}

/// A capture that is told in microseconds keeps its times beside a log that is as exact and is dated by it.
#[test]
fn microseconds_of_a_log_without_date() {
    let net = calls();
    let own = times(&told(&net, &[capture(net.packets.clone())]));
    let log = cut(log(&net.packets, TimeBasis::TimeOfDay, -7 * SECOND), 6);
    let inputs = [capture(net.packets.clone()), log];
    assert_eq!(times(&told(&net, &inputs)), own);
}

/// A clock that is wrong by more than that is still brought in line, as far as can be told.
#[test]
fn whole_seconds_of_a_clock_that_is_wrong() {
    let net = calls();
    let expected = (all_twice(&net), times(&net.told()));
    for ahead in [3600 * SECOND, 700 * MS, -7200 * SECOND - 400 * MS] {
        let log = cut(log(&net.packets, TimeBasis::NoZone, ahead), 0);
        let told = told(&net, &[capture(net.packets.clone()), log]);
        let off = (told.clock(1).offset + ahead).abs();
        assert!(off <= 200 * MS, "{ahead}: {off}");
        assert_eq!((told.messages(), times(&told)), expected, "{ahead}");
    }
}

/// The log of whole seconds shares most messages with either of the others, and is the first.
#[test]
fn a_coarse_clock_does_not_stand_between_fine_ones() {
    let net = calls();
    let inputs = [
        cut(log(&net.packets, TimeBasis::Absolute, 0), 0),
        cut(log(&net.packets, TimeBasis::NoZone, 3 * SECOND), 3),
        capture(net.packets[..40].to_vec()),
    ];
    let told = told(&net, &inputs);
    let with = |input| match told.clock(input).source {
        ClockSource::Shared { with, .. } => Some(with),
        _ => None,
    };
    assert_eq!([0, 1, 2].map(with), [Some(2), Some(2), None]);
    assert_eq!([0, 2].map(|input| told.clock(input).offset), [0, 0]);
    // A millisecond is what the digits of the log do not tell.
    let off = (told.clock(1).offset + 3 * SECOND).abs();
    assert!(off <= MS, "{off}");
    assert_eq!(told.messages().len(), net.packets.len());
}

/// It was sent again within the second that the log tells.
#[test]
fn a_retransmission_within_a_second() {
    let mut net = Net::new(&["uac", "uas"]);
    let invite = net.send("uac", "uas", Talk::new("again").request("INVITE", 1), 200);
    net.again(&invite, 700);
    let logs = [
        log(&net.packets, TimeBasis::Absolute, 0),
        capture(
            net.packets
                .iter()
                .cloned()
                .map(Packet::without_id)
                .collect(),
        ),
    ];
    for log in logs.map(|log| cut(log, 0)) {
        let told = told(&net, &[capture(net.packets.clone()), log]);
        assert_eq!(told.hops(), ["1 INVITE uac>uas: request*2 again*2"]);
    }
}

/// A log that counts in seconds: each sending finds its own.
#[test]
fn a_retransmission_in_a_log() {
    let mut net = Net::new(&["uac", "uas"]);
    for number in 0..9 {
        let talk = Talk::new("tick");
        net.send(
            "uac",
            "uas",
            talk.request("MESSAGE", number),
            i64::from(number) * 1100,
        );
    }
    let invite = net.send(
        "uac",
        "uas",
        Talk::new("again").request("INVITE", 1),
        20_900,
    );
    net.again(&invite, 21_400);
    net.again(&invite, 22_400);
    let mut log = log(&net.packets, TimeBasis::Absolute, 0);
    for packet in &mut log.packets {
        packet.at -= packet.at.rem_euclid(SECOND);
    }
    let told = told(&net, &[capture(net.packets.clone()), log]);
    assert_eq!(
        told.hops()[9],
        "10 INVITE uac>uas: request*2 again*2 again*2"
    );
}

/// What a log knows of the ends has to agree.
#[test]
fn a_log_that_knows_one_end() {
    let net = basic();
    let half = |packets: &[Packet]| Input {
        source: true,
        ..log(packets, TimeBasis::Absolute, 0)
    };
    let inputs = [capture(net.packets.clone()), half(&net.packets)];
    assert_eq!(told(&net, &inputs).hops(), all_seen(&net, 2));
    let mut moved = net.packets.clone();
    for packet in &mut moved {
        packet.source.set_port(6000);
    }
    let told = told(&net, &[capture(net.packets.clone()), half(&moved)]);
    assert_eq!(told.messages().len(), 2 * net.packets.len());
}

/// Two files of one capture, and a request whose bytes changed when it was sent again: no clock is wrong.
#[test]
fn captures_that_tell_everything_are_compared_by_bytes() {
    let mut net = Net::new(&["uac", "uas"]);
    let talk = Talk::new("changed");
    let invite = net.send("uac", "uas", talk.request("INVITE", 1), 0);
    let again = invite.message.clone().with("Timestamp: 2");
    net.raw("uac", "uas", again, 200);
    let packets: Vec<_> = net
        .packets
        .iter()
        .cloned()
        .map(Packet::without_id)
        .collect();
    let files = packets.into_iter().map(|packet| capture(vec![packet]));
    let told = told(&net, &files.collect::<Vec<_>>());
    assert_eq!(told.clock(1).source, ClockSource::Own);
    assert_eq!(told.hops(), ["1 INVITE uac>uas: request again"]);
}

/// Forks answer one request with the same status: the To tag tells which is which.
#[test]
fn answers_of_a_fork_in_a_log() {
    let mut net = Net::new(&["uac", "p"]);
    let invite = net.send("uac", "p", Talk::new("fork").request("INVITE", 1), 0);
    net.reply(&invite, 180, "b", 100);
    net.reply(&invite, 180, "another", 101);
    let mut swapped = log(&net.packets, TimeBasis::Absolute, 0);
    let (one, other) = (swapped.packets[1].at, swapped.packets[2].at);
    (swapped.packets[1].at, swapped.packets[2].at) = (other, one);
    let told = told(&net, &[capture(net.packets.clone()), swapped]);
    let expected = ["1 INVITE uac>p: request*2 180*2 180*2"];
    assert_eq!(told.hops(), expected);
    for message in told.trace.messages() {
        let tags = message.sightings().map(|seen| seen.length());
        let lengths: Vec<_> = tags.collect();
        assert_eq!(lengths[0], lengths[1]);
    }
}

/// Any file may claim any time.
#[test]
fn times_at_the_ends_of_all_time() {
    let net = basic();
    let ends = [i64::MIN + 1, i64::MIN + 2, -1, 0, 1, i64::MAX - 1, i64::MAX];
    let at_ends = |turn: usize| {
        let mut packets = net.packets.clone();
        for (number, packet) in packets.iter_mut().enumerate() {
            packet.at = ends[(number + turn) % ends.len()];
        }
        packets
    };
    for turn in 0..ends.len() {
        for basis in [TimeBasis::Absolute, TimeBasis::Uptime] {
            let log = Input {
                basis,
                ..log(&at_ends(turn), basis, 0)
            };
            let _ = trace(&[capture(at_ends(0)), capture(at_ends(turn)), log]);
        }
    }
}

/// Nothing that both saw: only what caused what tells where the messages of the log stand.
#[test]
fn a_log_of_one_side_and_a_capture_of_the_other() {
    let mut net = Net::new(&["uac", "p1", "p2", "uas"]).record_routing(&["p1", "p2"]);
    through_two_proxies(&mut net, "first", 0);
    through_two_proxies(&mut net, "second", 40_250);
    let last = net.packets.iter().position(|packet| {
        let text = String::from_utf8_lossy(&packet.payload);
        text.starts_with("SIP/2.0 180")
    });
    let far_end = net.packets[last.unwrap()].source;
    let (captured, logged): (Vec<Packet>, Vec<Packet>) = net
        .packets
        .iter()
        .cloned()
        .partition(|packet| packet.source == far_end || packet.destination == far_end);
    assert!(captured.len() > 10 && logged.len() > 20);
    for (basis, later) in [
        (TimeBasis::Uptime, 77 * SECOND - START),
        (TimeBasis::NoZone, 2 * 3600 * SECOND),
        (TimeBasis::NoZone, -7 * 3600 * SECOND),
        (TimeBasis::TimeOfDay, -START),
    ] {
        for digits in [6, 3] {
            let log = Input {
                source: true,
                destination: true,
                ..log(&logged, basis, later)
            };
            let inputs = [cut(log, digits), capture(captured.clone())];
            let told = told(&net, &inputs);
            assert!(told.clock(0).relative);
            // What is sent at once in two directions may stand in any order.
            let all = |told: &Told<'_>| -> Vec<String> {
                let messages = told.messages().into_iter();
                messages.filter(|line| !line.starts_with("100 ")).collect()
            };
            assert_eq!(all(&told), all(&net.told()), "{later}");
            assert_eq!(told.calls(), net.told().calls());
        }
    }
}
