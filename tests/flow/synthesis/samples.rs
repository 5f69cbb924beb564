//! The captures in `samples/flows` are what the command says that made them. With SIPSCOPE_WRITE_SAMPLES set they are made anew.

use std::path::Path;
use std::process::Command;

use crate::kept;

/// The arguments of each; the file is named by the flow.
const SAMPLES: &[&str] = &[
    "ims-presence-subscribe",
    "ims-registration --transport tcp",
    "ims-session-preconditions",
    "rfc3665-two-proxies --count 2",
];

#[test]
fn samples_are_what_is_made() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/flows");
    let readme = include_str!("../../../samples/README.md");
    for arguments in SAMPLES {
        let id = arguments.split(' ').next().unwrap();
        let path = folder.join(format!("{id}.pcapng"));
        let output = Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(["flows", "synthesize", "-o", "-"])
            .args(arguments.split(' '))
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments}: {output:?}");
        kept::hold(&path, &output.stdout);
        let command = format!("sipscope flows synthesize {arguments} -o samples/flows/{id}.pcapng");
        assert!(readme.contains(&command), "{command}");
    }
    let files = std::fs::read_dir(folder).unwrap();
    assert_eq!(files.count(), SAMPLES.len());
}
