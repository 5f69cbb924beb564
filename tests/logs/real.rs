//! Logs of others, if they are there: in the folder that the environment variable SIPSCOPE_LOGS names, or in `../shared/logs`.

use std::path::{Path, PathBuf};

use crate::traffic::counted;

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

/// Messages and Call-IDs as the index has them, undecodable records.
const COUNTS: [(&str, usize, usize, u64); 10] = [
    ("a_uac_messages.log", 304, 48, 0),
    ("a_uas_messages.log", 240, 40, 0),
    ("b_watch_presence_messages.log", 160, 8, 0),
    ("b_kamailio-sipdump.data", 584, 56, 0),
    ("txt_sipviewer_b2b.txt", 14, 2, 0),
    ("txt_sipviewer_proxy.txt", 515, 30, 0),
    ("txt_sipviewer_subscribe.txt", 10, 2, 0),
    ("txt_asterisk_pjsip_troubleshooting.md", 8, 3, 0),
    ("txt_asterisk_presence_state.md", 2, 1, 0),
    // Program text, not counted by the index: of 35 start lines two are broken over two strings.
    ("txt_resip_raw_tests.txt", 33, 20, 0),
];

#[test]
fn logs_of_others_have_the_messages_of_their_index() {
    let Some(folder) = folder() else {
        return;
    };
    for (name, messages, calls, undecodable) in COUNTS {
        let found = counted(&folder.join(name));
        assert_eq!(found, (messages, calls, undecodable), "{name}");
    }
}
