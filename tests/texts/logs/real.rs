//! Logs of others, if they are there: in the folder that the environment variable SIPSCOPE_LOGS names, or in `../shared/logs`.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::logs::traffic::counted;

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("SIPSCOPE_LOGS").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/logs");
    let folder = named.unwrap_or(beside);
    let there = folder.join("INDEX.tsv").is_file();
    if !there {
        // Straight to standard error: what a test prints is not shown when it passes.
        let said = format!("no logs in {}: nothing was checked\n", folder.display());
        let _ = std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes());
    }
    there.then_some(folder)
}

/// What is read of a log: messages, Call-IDs, undecodable records; and where the index has other numbers, those of messages and
/// Call-IDs, and why.
struct Log {
    name: &'static str,
    read: (usize, usize, u64),
    index: Option<(usize, usize, &'static str)>,
}

const fn log(name: &'static str, messages: usize, calls: usize) -> Log {
    Log {
        name,
        read: (messages, calls, 0),
        index: None,
    }
}

const LOGS: &[Log] = &[
    log("a_uac_messages.log", 304, 48),
    log("a_uas_messages.log", 240, 40),
    log("b_watch_presence_messages.log", 160, 8),
    log("b_kamailio-sipdump.data", 584, 56),
    log("b_hep3.lenprefixed.bin", 584, 56),
    log("txt_sipviewer_b2b.txt", 14, 2),
    log("txt_sipviewer_proxy.txt", 515, 30),
    log("txt_sipviewer_subscribe.txt", 10, 2),
    log("txt_asterisk_pjsip_troubleshooting.md", 8, 3),
    log("txt_asterisk_presence_state.md", 2, 1),
    log("txt_bellesip_afl_sip.zip", 3, 1),
    log("txt_sipwise_sipp_msglogs_A.zip", 133, 16),
    Log {
        name: "txt_resip_raw_tests.txt",
        read: (34, 21, 2),
        index: Some((
            0,
            0,
            "it does not count in program text: 36 start lines, two of them broken by a line end",
        )),
    },
    Log {
        name: "txt_pjsip_fuzz_sip_seed.zip",
        read: (15, 13, 0),
        index: Some((14, 13, "it misses a method with signs in it (input.4.sip)")),
    },
    Log {
        name: "txt_rfc4475_A.zip",
        read: (30, 29, 0),
        index: Some((
            30,
            31,
            "it counts a status of ten digits (bigcode), which is none, and not SIP/7.0 (badvers), which is a version; \
             of two Call-IDs in one message (multi01) it counts both",
        )),
    },
    Log {
        name: "txt_sofia_sip_tests.zip",
        read: (56, 32, 0),
        index: Some((
            57,
            32,
            "it counts JUNK * SIP/1.0, which no header field follows (own8.txt)",
        )),
    },
];

#[test]
fn logs_of_others_have_the_messages_of_their_index() {
    let Some(folder) = folder() else {
        return;
    };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    for row in index.lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let counts = (cells[6].parse().unwrap(), cells[10].parse().unwrap());
        let mut logs = LOGS.iter();
        let log = logs.find(|log| log.name == cells[0]);
        let log = log.unwrap_or_else(|| panic!("{}: nothing is known of it", cells[0]));
        let told = log.index.map(|(messages, calls, _)| (messages, calls));
        let (messages, calls, _) = log.read;
        assert_eq!(counts, told.unwrap_or((messages, calls)), "{}", log.name);
        let path = folder.join(log.name);
        let found = match log.name.strip_suffix(".zip") {
            Some(_) => {
                let unpacked = unpacked(&fs::read(&path).unwrap());
                counted(unpacked.path())
            }
            None => counted(&path),
        };
        assert_eq!(found, log.read, "{}", log.name);
    }
}

/// The files of a ZIP archive (APPNOTE 4.3), in a folder.
fn unpacked(archive: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let short = |at: usize| usize::from(u16::from_le_bytes([archive[at], archive[at + 1]]));
    let long = |at: usize| short(at) | short(at + 2) << 16;
    let directory_end = memchr::memmem::rfind(archive, b"PK\x05\x06").unwrap();
    let mut entry = long(directory_end + 16);
    while archive[entry..].starts_with(b"PK\x01\x02") {
        let packed = long(entry + 20);
        let name = &archive[entry + 46..entry + 46 + short(entry + 28)];
        let local = long(entry + 42);
        let begin = local + 30 + short(local + 26) + short(local + 28);
        let bytes = &archive[begin..begin + packed];
        let path = folder.path().join(str::from_utf8(name).unwrap());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match short(entry + 10) {
            _ if name.ends_with(b"/") => {}
            0 => fs::write(path, bytes).unwrap(),
            method => {
                assert_eq!(method, 8, "how it is packed");
                let mut file = fs::File::create(path).unwrap();
                io::copy(&mut flate2::read::DeflateDecoder::new(bytes), &mut file).unwrap();
            }
        }
        entry += 46 + name.len() + short(entry + 30) + short(entry + 32);
    }
    folder
}
