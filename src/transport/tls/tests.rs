//! Whole connections, as they were recorded and with everything that can happen to them in a capture.

use super::samples::*;
use super::*;

type Sides = [Vec<u8>; 2];

const ALL: [Sample; 6] = [
    GCM,
    CHACHA,
    MAC_THEN_ENCRYPT,
    ENCRYPT_THEN_MAC,
    KEY_UPDATE,
    RETRY,
];

/// The data of both sides, and what stayed locked.
fn read(records: &[(usize, Vec<u8>)], secrets: &Secrets) -> (Sides, Vec<Lock>) {
    let mut session = Session::default();
    let mut data = Sides::default();
    let mut locks = Vec::new();
    for (side, record) in records {
        match session.record(*side, record, secrets) {
            Opened::Control => {}
            Opened::Data(bytes) => data[*side].extend(bytes),
            Opened::Locked(lock) => locks.push(lock),
        }
    }
    (data, locks)
}

#[test]
fn data_of_both_sides_is_read() {
    for (sample, times) in ALL.iter().zip([1, 1, 1, 1, 2, 1]) {
        let (data, locks) = read(&sample.records(), &sample.secrets());
        assert_eq!(data, [REQUEST.repeat(times), RESPONSE.repeat(times)]);
        assert_eq!(locks, []);
    }
}

#[test]
fn sides_may_have_either_name() {
    let swapped: Vec<_> = KEY_UPDATE
        .records()
        .into_iter()
        .map(|(side, record)| (1 - side, record))
        .collect();
    let (data, _) = read(&swapped, &KEY_UPDATE.secrets());
    assert_eq!(data, [RESPONSE.repeat(2), REQUEST.repeat(2)]);
}

#[test]
fn the_reason_is_told_when_nothing_can_be_read() {
    for sample in [GCM, KEY_UPDATE] {
        let records = sample.records();
        let (data, locks) = read(&records, &Secrets::default());
        assert_eq!(data, Sides::default());
        assert!(!locks.is_empty() && locks.iter().all(|lock| *lock == Lock::NoKeys));
        for hello in 0..2 {
            let mut records = records.clone();
            records.remove(hello);
            let (data, locks) = read(&records, &sample.secrets());
            assert_eq!(data, Sides::default());
            let unseen = |lock: &Lock| *lock == Lock::HandshakeNotSeen;
            assert!(!locks.is_empty() && locks.iter().all(unseen));
        }
    }
}

#[test]
fn a_lost_hello_matters_only_if_it_was_the_last() {
    let (data, _) = read(&RETRY.records()[1..], &RETRY.secrets());
    assert_eq!(data, [REQUEST, RESPONSE]);
}

#[test]
fn secrets_may_come_late() {
    for sample in ALL {
        let mut session = Session::default();
        let mut data = Sides::default();
        for (at, (side, record)) in sample.records().iter().enumerate() {
            let secrets = match at {
                0..8 => Secrets::default(),
                _ => sample.secrets(),
            };
            if let Opened::Data(bytes) = session.record(*side, record, &secrets) {
                data[*side].extend(bytes);
            }
        }
        assert!(data.iter().any(|bytes| !bytes.is_empty()));
    }
}

#[test]
fn the_rest_is_read_after_a_loss() {
    for sample in ALL {
        let (records, secrets) = (sample.records(), sample.secrets());
        let hello = |record: &[u8]| record[0] == HANDSHAKE && matches!(record[5], 1 | 2);
        for missing in (0..records.len()).filter(|at| !hello(&records[*at].1)) {
            let mut session = Session::default();
            for (at, (side, record)) in records.iter().enumerate() {
                if at == missing {
                    session.lost(*side);
                    continue;
                }
                let opened = session.record(*side, record, &secrets);
                assert!(
                    !matches!(opened, Opened::Locked(_)),
                    "{missing} {at} {opened:?}"
                );
            }
        }
    }
}

#[test]
fn a_search_is_given_up_before_it_costs_too_much() {
    let (records, secrets) = (GCM.records(), GCM.secrets());
    let mut session = Session::default();
    let (last, earlier) = records.split_last().unwrap();
    for (side, record) in earlier {
        session.record(*side, record, &secrets);
    }
    let mut bad = last.1.clone();
    bad[20] ^= 1;
    for _ in 0..1000 {
        session.lost(last.0);
        let opened = session.record(last.0, &bad, &secrets);
        assert_eq!(opened, Opened::Locked(Lock::BadRecord));
    }
    assert_eq!(session.record(last.0, &last.1, &secrets), Opened::Control);
}

#[test]
fn changed_records_are_locked_and_never_misread() {
    for sample in ALL {
        let secrets = sample.secrets();
        let (whole, _) = read(&sample.records(), &secrets);
        let mut records = sample.records();
        for at in 0..records.len() {
            for byte in 0..records[at].1.len() {
                records[at].1[byte] ^= 0x11;
                let (data, _) = read(&records, &secrets);
                for (read, sent) in data.iter().zip(&whole) {
                    assert!(read.is_empty() || sent.ends_with(read) || sent.starts_with(read));
                }
                records[at].1[byte] ^= 0x11;
            }
        }
    }
}

#[test]
fn records_may_be_cut_anywhere() {
    for sample in ALL {
        let secrets = sample.secrets();
        let records = sample.records();
        for at in 0..records.len() {
            for length in 0..records[at].1.len() {
                let mut cut = records.clone();
                cut[at].1.truncate(length);
                read(&cut, &secrets);
            }
        }
    }
}

#[test]
fn the_length_of_a_record_is_told_by_its_header() {
    let whole = [23, 3, 3, 1, 2];
    assert_eq!(record_length(&whole), Extent::Record(5 + 258));
    for length in 0..whole.len() {
        assert_eq!(record_length(&whole[..length]), Extent::More);
    }
    for foreign in [
        &b"OPTIONS"[..],
        b"\x16\x02",
        b"\x16\x03\x05",
        b"\x17\x03\x03\x00\x00",
        b"\x17\x03\x03\x48\x01",
    ] {
        assert_eq!(record_length(foreign), Extent::Foreign);
    }
}
