//! Parts of a log that was rotated: what its stamps leave out of the date goes on from file to file, whatever the order of the
//! arguments.

use std::fs;

use sipscope::base::Limits;
use sipscope::source::TextOptions;
use sipscope::trace::{ClockSource, Hints};
use sipscope::{Job, analyze, correlate};

/// An OPTIONS of its own number, sent at a time of day.
fn sofia(time: &str, number: u32) -> String {
    format!(
        "send 300 bytes to udp/[192.0.2.2]:5060 at {time}.000000:\n   {}\n{}",
        "-".repeat(72),
        options(number)
    )
}

/// The same behind a date without a year.
fn pjsip(date: &str, number: u32) -> String {
    format!(
        "[{date}] VERBOSE[12] res_pjsip_logger.c: <--- Transmitting SIP request (300 bytes) to UDP:192.0.2.2:5060 --->\n{}",
        options(number)
    )
}

fn options(number: u32) -> String {
    format!(
        "OPTIONS sip:b@example.org SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}\n\
         From: <sip:a@example.org>;tag={number}\nTo: <sip:b@example.org>\nCall-ID: call-{number}\nCSeq: 1 OPTIONS\n\
         Max-Forwards: 70\nContent-Length: 0\n\n"
    )
}

/// Of each message in the order of the trace: its number, the day and the second of it, and who sent it.
fn told(files: &[(&str, String)], year: Option<i16>) -> Vec<(String, String, String)> {
    let directory = tempfile::tempdir().unwrap();
    let paths = files.iter().map(|(name, text)| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    });
    let mut inputs: Vec<_> = paths.collect();
    let mut all = Vec::new();
    for _ in 0..2 {
        let job = Job {
            inputs: inputs.clone(),
            texts: TextOptions {
                year,
                zone: Some(0),
                ..TextOptions::default()
            },
            limits: Limits {
                batch_bytes: 4096,
                ..Limits::default()
            },
            ..Job::default()
        };
        let mut intake = analyze(&job).unwrap();
        assert!(intake.unreadable.is_empty(), "{:?}", intake.unreadable);
        let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
        let told = trace.messages().map(|message| {
            let sighting = message.sighting();
            let call_id = String::from_utf8_lossy(sighting.call_id().unwrap()).into_owned();
            let time = message.time().unwrap().to_string();
            let from = sighting.source().unwrap().to_string();
            (call_id.replace("call-", ""), time[..19].to_owned(), from)
        });
        all.push(told.collect::<Vec<_>>());
        inputs.reverse();
    }
    assert_eq!(all[0], all[1], "the order of the arguments");
    all.remove(0)
}

fn row(number: &str, time: &str, from: &str) -> (String, String, String) {
    (number.to_owned(), time.to_owned(), from.to_owned())
}

#[test]
fn a_midnight_goes_on_from_file_to_file() {
    let files = [
        ("fs.log", sofia("00:00:03", 5)),
        ("fs.log.1", sofia("00:00:01", 3) + &sofia("00:00:02", 4)),
        ("fs.log.2", sofia("23:59:58", 1) + &sofia("00:00:00", 2)),
    ];
    assert_eq!(
        told(&files, None),
        [
            row("1", "1970-01-01T23:59:58", "fs.log"),
            row("2", "1970-01-02T00:00:00", "fs.log"),
            row("3", "1970-01-02T00:00:01", "fs.log"),
            row("4", "1970-01-02T00:00:02", "fs.log"),
            row("5", "1970-01-02T00:00:03", "fs.log"),
        ]
    );
}

#[test]
fn a_new_year_goes_on_from_file_to_file() {
    let files = [
        ("full.1", pjsip("Dec 31 23:59:58", 1)),
        ("full", pjsip("Jan  1 00:00:01", 2)),
    ];
    let rows = |years: [&str; 2]| {
        [
            row("1", &format!("{}-12-31T23:59:58", years[0]), "full"),
            row("2", &format!("{}-01-01T00:00:01", years[1]), "full"),
        ]
    };
    assert_eq!(told(&files, Some(2025)), rows(["2025", "2026"]));
    assert_eq!(told(&files, None), rows(["1972", "1973"]));
}

/// Whoever opens a file sees the first of it only.
#[test]
fn parts_may_begin_with_much_of_something_else() {
    let idle = "NOTICE[1] app.c: nothing to do, and nobody to do it for\n".repeat(200);
    let files = [
        ("full.1", format!("{idle}{}", pjsip("Dec 31 23:59:58", 1))),
        ("full", format!("{idle}{}", pjsip("Jan  1 00:00:01", 2))),
    ];
    assert_eq!(
        told(&files, Some(2025)),
        [
            row("1", "2025-12-31T23:59:58", "full"),
            row("2", "2026-01-01T00:00:01", "full"),
        ]
    );
}

/// Where a part is missing nobody knows what stood in it, and where the log itself is missing the numbers may count onwards.
#[test]
fn what_is_not_known_to_follow_begins_anew() {
    let names = [
        ["a.log", "a.log.2"],
        ["a.log.1", "a.log.2"],
        ["a.log", "b.log.1"],
    ];
    for [last, first] in names {
        let files = [
            (first, pjsip("Dec 31 23:59:58", 1)),
            (last, pjsip("Jan  1 00:00:01", 2)),
        ];
        let mut told = told(&files, Some(2025));
        told.sort();
        assert_eq!(
            told,
            [
                row("1", "2025-12-31T23:59:58", first),
                row("2", "2025-01-01T00:00:01", last),
            ],
            "{last} {first}"
        );
    }
}

#[test]
fn what_was_assumed_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let files = [
        ("fs.log", sofia("00:00:03", 2)),
        ("fs.log.1", sofia("23:59:58", 1)),
        ("dated.log", pjsip("2025-11-20 12:00:05", 4)),
        ("dated.log.1", pjsip("2025-11-20 12:00:00", 3)),
    ];
    let inputs = files.iter().map(|(name, text)| {
        let path = directory.path().join(name);
        fs::write(&path, text).unwrap();
        path
    });
    let job = Job {
        inputs: inputs.collect(),
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    let goes_on: Vec<_> = intake
        .inputs
        .iter()
        .map(|input| input.goes_on_with)
        .collect();
    assert_eq!(goes_on, [None, Some(0), None, None]);
    let points: Vec<_> = intake
        .inputs
        .iter()
        .map(|input| input.capture_point)
        .collect();
    assert_eq!(points[0], points[1]);
    let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    let clock = trace.clock(1).unwrap();
    assert_eq!(clock.source, ClockSource::Continued { with: 0 });
    assert!(clock.relative);
}
