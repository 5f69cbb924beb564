//! The program in a real terminal: what it shows is walked through, and the terminal is given back as it was.

use std::fs::{File, Permissions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Termios, Winsize, tcgetattr, tcsetwinsize};

/// Xterm: the alternate screen, taken and given back.
const TAKEN: &[u8] = b"\x1b[?1049h";
const GIVEN_BACK: &[u8] = b"\x1b[?1049l";
/// A slow machine is no defect.
const PATIENCE: Duration = Duration::from_secs(60);

/// Both sides of a terminal.
struct Sides {
    outer: File,
    /// The side of the program, kept open so that what it wrote can be read after it ended.
    inner: File,
}

impl Sides {
    fn open() -> Self {
        let outer = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        // With it in the hands of the program the terminal would never be gone.
        fcntl_setfd(&outer, FdFlags::CLOEXEC).unwrap();
        grantpt(&outer).unwrap();
        unlockpt(&outer).unwrap();
        let name = ptsname(&outer, Vec::new()).unwrap().into_string().unwrap();
        let mut both_ways = File::options();
        both_ways.read(true).write(true);
        let inner = both_ways.open(PathBuf::from(name)).unwrap();
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        tcsetwinsize(&inner, size).unwrap();
        let outer = File::from(outer);
        Self { outer, inner }
    }

    fn start(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
        let side = || self.inner.try_clone().unwrap();
        Command::new(env!("CARGO_BIN_EXE_sipscope"))
            .args(arguments)
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("NO_COLOR")
            .envs(variables.iter().copied())
            .stdin(side())
            .stdout(side())
            .stderr(side())
            .spawn()
            .unwrap()
    }
}

fn has(written: &[u8], text: &[u8]) -> bool {
    written.windows(text.len()).any(|window| window == text)
}

fn ended(program: &mut Child) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = program.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > PATIENCE {
            program.kill().unwrap();
            panic!("it does not end");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn wait_until(holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "it does not come about");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A terminal with the program in it.
struct Pty {
    sides: Sides,
    program: Child,
    written: Arc<Mutex<Vec<u8>>>,
    before: Termios,
}

impl Pty {
    fn open(input: &str) -> Self {
        Self::open_with(&[input], &[])
    }

    fn open_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let sides = Sides::open();
        let before = tcgetattr(&sides.inner).unwrap();
        let program = sides.start(arguments, variables);
        let written = Arc::new(Mutex::new(Vec::new()));
        let (mut out, kept) = (sides.outer.try_clone().unwrap(), written.clone());
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = out.read(&mut bytes) {
                kept.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Self {
            sides,
            program,
            written,
            before,
        }
    }

    fn has(&self, text: &[u8]) -> bool {
        has(&self.written.lock().unwrap(), text)
    }

    fn wait_for(&mut self, text: &[u8]) {
        let start = Instant::now();
        while !self.has(text) {
            let written = self.written.lock().unwrap();
            let seen = String::from_utf8_lossy(&written);
            assert!(
                start.elapsed() < PATIENCE,
                "not seen: {}",
                seen.escape_debug()
            );
            drop(written);
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn press(&mut self, keys: &[u8]) {
        self.sides.outer.write_all(keys).unwrap();
    }

    fn ended(&mut self) -> ExitStatus {
        ended(&mut self.program)
    }

    fn assert_given_back(&mut self) {
        self.wait_for(GIVEN_BACK);
        let now = tcgetattr(&self.sides.inner).unwrap();
        assert_eq!(now.local_modes, self.before.local_modes);
        assert_eq!(now.input_modes, self.before.input_modes);
        assert_eq!(now.output_modes, self.before.output_modes);
        assert!(self.has(b"\x1b[?25h"), "the cursor is shown again");
    }
}

#[test]
fn a_walk_to_a_ladder_and_out_leaves_the_terminal_as_it_was() {
    let mut pty = Pty::open("samples/call.pcap");
    pty.wait_for(TAKEN);
    pty.wait_for("2 of 2 calls".as_bytes());
    let raw = tcgetattr(&pty.sides.inner).unwrap().local_modes;
    assert!(!raw.intersects(LocalModes::ECHO | LocalModes::ICANON));
    pty.press(b"\r");
    pty.wait_for("►".as_bytes());
    pty.press(b"qq");
    assert!(pty.ended().success());
    pty.assert_given_back();
}

/// The theme that is asked for counts more than NO_COLOR, and what is selected is seen with either.
#[test]
fn what_is_selected_is_seen_with_and_without_colours() {
    const REVERSED: &[u8] = b"\x1b[7m";
    const COLOURED: &[u8] = b"\x1b[38;5;";
    for (arguments, no_color, coloured) in [
        (&["samples/call.pcap"][..], "1", false),
        (&["--theme", "none", "samples/call.pcap"], "", false),
        (&["--theme", "dark", "samples/call.pcap"], "1", true),
        (&["samples/call.pcap"], "", true),
    ] {
        let mut pty = Pty::open_with(arguments, &[("NO_COLOR", no_color)]);
        pty.wait_for("2 of 2 calls".as_bytes());
        pty.press(b"q");
        pty.ended();
        pty.assert_given_back();
        let written = pty.written.lock().unwrap();
        assert_eq!(has(&written, COLOURED), coloured, "{arguments:?}");
        let text = String::from_utf8_lossy(&written).into_owned();
        let behind = text.split("\x1b[7m").nth(1).unwrap_or_default();
        assert!(
            has(&written, REVERSED) && !behind.starts_with("\x1b[m"),
            "{arguments:?}: {behind:?}"
        );
        assert!(
            !behind.starts_with("\x1b[0m") && !behind.starts_with("\x1b[;m"),
            "{arguments:?}: {behind:?}"
        );
    }
}

/// The ladder that is open is saved as a capture, which is one that the program reads.
#[test]
fn what_is_saved_as_a_capture_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one.pcapng");
    let name = path.to_str().unwrap();
    let mut pty = Pty::open("samples/call.pcap");
    pty.wait_for("2 of 2 calls".as_bytes());
    pty.press(format!("\r:save {name}\r").as_bytes());
    pty.wait_for(b"1 call saved as");
    pty.press(b"qq");
    assert!(pty.ended().success());
    let mut again = Pty::open(name);
    again.wait_for("1 of 1 calls".as_bytes());
    again.press(b"q");
    again.ended();
}

/// The input was cut while the program was open: that is told, and no file is left.
#[test]
fn what_cannot_be_read_any_more_is_not_saved() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.pcap");
    std::fs::copy("samples/call.pcap", &input).unwrap();
    let mut pty = Pty::open(input.to_str().unwrap());
    pty.wait_for("2 of 2 calls".as_bytes());
    // What is asked for is done when the audit is through.
    pty.press(b"D");
    pty.wait_for(b"rfc");
    let file = File::options().write(true).open(&input).unwrap();
    file.set_len(24).unwrap();
    for name in ["one.pcapng", "one.html"] {
        let path = folder.path().join(name);
        pty.press(format!("c:save {}\r", path.display()).as_bytes());
        pty.wait_for(format!("not saved as {}", folder.path().display()).as_bytes());
        pty.written.lock().unwrap().clear();
        assert!(!path.exists(), "{name}");
    }
    pty.press(b"q");
    pty.ended();
}

/// The second change leaves what the user wrote where the first one put it.
#[test]
fn the_node_file_of_the_user_stays_beside_the_changed_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nodes.toml");
    let said = "# mine\n[[node]]\nlabel = \"elsewhere\"\naddresses = [\"192.0.2.99\"]\n";
    std::fs::write(&file, said).unwrap();
    // What else the user has there is not touched.
    let other = folder.path().join("nodes.toml.new");
    std::fs::write(&other, "mine").unwrap();
    let mode = || std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
    // Nor a link to the file.
    let link = folder.path().join("link.toml");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let now = || std::fs::read_to_string(&file).unwrap();
    for (label, path) in [("first", &file), ("second", &file), ("third", &link)] {
        let name = path.to_str().unwrap();
        let mut pty = Pty::open_with(&["--nodes", name, "samples/call.pcap"], &[]);
        pty.wait_for("2 of 2 calls".as_bytes());
        pty.press(format!("ne\x15{label}\r").as_bytes());
        wait_until(|| now().contains(label));
        pty.press(b"qq");
        assert!(pty.ended().success());
    }
    let before = std::fs::read_to_string(folder.path().join("nodes.toml.before"));
    assert_eq!(before.unwrap(), said);
    // What somebody else writes meanwhile is not lost.
    let mut pty = Pty::open_with(
        &["--nodes", file.to_str().unwrap(), "samples/call.pcap"],
        &[],
    );
    pty.wait_for("2 of 2 calls".as_bytes());
    let others = format!(
        "{}\n[[node]]\nlabel = \"theirs\"\naddresses = [\"192.0.2.98\"]\n",
        now()
    );
    std::fs::write(&file, &others).unwrap();
    pty.press(b"ne\x15mine\r");
    pty.wait_for(b"somebody else has changed it");
    pty.press(b"qq");
    assert!(pty.ended().success());
    assert_eq!(now(), others);
    let now = std::fs::read_to_string(&file).unwrap();
    assert!(now.contains("third") && now.contains("192.0.2.99"), "{now}");
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "mine");
    assert_eq!(mode(), 0o640);
    assert!(link.is_symlink());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
}

/// A line of the file is changed, and every other stays as it was written.
#[test]
fn comments_in_the_node_file_stay() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nodes.toml");
    let said = "# The lab.\n\n# Broken until Monday.\n[[node]]\nrole = \"proxy\" # for now\n\
                addresses = [ '10.0.0.1' ]\n\n[[node]]\n  label = \"callee\" # the one in Berlin\n\
                \x20 addresses = [\"10.128.0.1\"]\n# The end.\n";
    std::fs::write(&file, said).unwrap();
    let now = || std::fs::read_to_string(&file).unwrap();
    let mut pty = Pty::open_with(
        &["--nodes", file.to_str().unwrap(), "samples/call.pcap"],
        &[],
    );
    pty.wait_for("2 of 2 calls".as_bytes());
    let mut expected = said.to_owned();
    for (keys, from, to) in [
        (
            ":node 2\re\x15first\r",
            "[[node]]\nrole",
            "[[node]]\nlabel = \"first\"\nrole",
        ),
        (
            ":node 4\re\x15callee of it\r",
            "\"callee\"",
            "\"callee of it\"",
        ),
        (":node 2\ro\x15p-cscf\r", "\"proxy\"", "\"P-CSCF\""),
    ] {
        // Nothing is asked for while everything is read again.
        pty.written.lock().unwrap().clear();
        pty.press(b"c:call 1\r");
        pty.wait_for("►".as_bytes());
        pty.press(keys.as_bytes());
        expected = expected.replacen(from, to, 1);
        let start = Instant::now();
        while now() != expected {
            assert!(start.elapsed() < PATIENCE / 4, "{}", now());
            thread::sleep(Duration::from_millis(10));
        }
        pty.wait_for(b"saved as");
        thread::sleep(Duration::from_millis(300));
    }
    pty.press(b"\x03");
    assert!(pty.ended().success());
}

/// Also by somebody whom no permission holds back.
#[test]
fn a_node_file_that_is_not_to_be_written_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nodes.toml");
    let said = "[[node]]\nlabel = \"callee\"\naddresses = [\"10.128.0.1\"]\n";
    std::fs::write(&file, said).unwrap();
    std::fs::set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
    let mut pty = Pty::open_with(
        &["--nodes", file.to_str().unwrap(), "samples/call.pcap"],
        &[],
    );
    pty.wait_for("2 of 2 calls".as_bytes());
    pty.press(b"ne\x15west\r");
    pty.wait_for(b"it is read-only");
    pty.press(b"\x03");
    assert!(pty.ended().success());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), said);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// What comes by a pipe comes once, and is no place to write to: a name is asked.
#[test]
fn nodes_are_read_from_a_pipe_once() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let written = pipe.clone();
    thread::spawn(move || {
        let said = "# mine\n[[node]]\nlabel = \"callee\"\naddresses = [\"10.128.0.1\"]\n";
        std::fs::write(written, said).unwrap();
    });
    let mut pty = Pty::open_with(
        &["--nodes", pipe.to_str().unwrap(), "samples/call.pcap"],
        &[],
    );
    pty.wait_for("2 of 2 calls".as_bytes());
    pty.wait_for(b"is no file that");
    pty.press(b"n");
    pty.wait_for(b"callee");
    pty.press(b"e\x15west\r");
    pty.wait_for(b"write the nodes to: ");
    let file = folder.path().join("nodes.toml");
    pty.press(format!("\x15{}\r", file.display()).as_bytes());
    wait_until(|| file.exists());
    pty.wait_for(b"saved as");
    // Nor is another.
    pty.press(b"\x03");
    assert!(pty.ended().success());
    let said = std::fs::read_to_string(&file).unwrap();
    assert!(
        said.starts_with("# mine\n[[node]]\nlabel = \"callee\""),
        "{said}"
    );
    assert!(said.contains("\"west\""), "{said}");
}

/// The settings name a node file that is written when there is something to write.
#[test]
fn a_node_file_that_is_not_there_yet_is_written_when_a_node_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.toml");
    std::fs::write(&settings, "nodes = \"nodes.toml\"\n").unwrap();
    let file = folder.path().join("nodes.toml");
    for named in [
        ["--config", settings.to_str().unwrap()],
        ["--nodes", file.to_str().unwrap()],
    ] {
        let _ = std::fs::remove_file(&file);
        let mut pty = Pty::open_with(&[&named[..], &["samples/call.pcap"]].concat(), &[]);
        pty.wait_for("2 of 2 calls".as_bytes());
        pty.wait_for(b"is not there yet");
        assert!(!file.exists());
        pty.press(b"ne\x15west\r");
        wait_until(|| file.exists());
        pty.wait_for(b"saved as");
        pty.press(b"\x03");
        assert!(pty.ended().success());
        let said = std::fs::read_to_string(&file).unwrap();
        assert!(said.contains("label = \"west\""), "{said}");
    }
}

/// A screen of lines is saved as text, and under no name that says something else.
#[test]
fn a_page_is_saved_as_text_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut pty = Pty::open("samples/call.pcap");
    pty.wait_for("2 of 2 calls".as_bytes());
    pty.press(b"n");
    let path = |name: &str| folder.path().join(name);
    let others = ["m.pcapng", "m.svg", "m"];
    for name in others {
        pty.press(format!(":save {}\r", path(name).display()).as_bytes());
        pty.wait_for(b"the name has to end in .txt");
    }
    pty.press(format!(":save {}\r", path("m.txt").display()).as_bytes());
    wait_until(|| path("m.txt").exists());
    assert!(others.iter().all(|name| !path(name).exists()));
    pty.press(b"qq");
    assert!(pty.ended().success());
}

/// Two calls with 21 messages each.
#[test]
fn the_inputs_are_accounted_for_with_their_messages() {
    let mut pty = Pty::open("samples/call.pcap");
    pty.wait_for("2 of 2 calls".as_bytes());
    pty.press(b"i");
    pty.wait_for(b"SIP messages as captured: 42");
    pty.press(b"G");
    pty.wait_for(b"Call-IDs: 2");
    // There is no such option here.
    assert!(!pty.has(b"--call-ids"));
    pty.press(b"qq");
    assert!(pty.ended().success());
}

#[test]
fn told_to_end_it_leaves_the_terminal_as_it_was_and_says_why() {
    for (signal, code) in [
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
        (Signal::TERM, 143),
    ] {
        let mut pty = Pty::open("samples/call.pcap");
        pty.wait_for("2 of 2 calls".as_bytes());
        let id = Pid::from_child(&pty.program);
        kill_process(id, signal).unwrap();
        assert_eq!(pty.ended().code(), Some(code));
        pty.assert_given_back();
    }
}

#[test]
fn stopped_it_leaves_the_terminal_to_others_until_it_goes_on() {
    let mut pty = Pty::open("samples/call.pcap");
    pty.wait_for("2 of 2 calls".as_bytes());
    let id = Pid::from_child(&pty.program);
    kill_process(id, Signal::TSTP).unwrap();
    let modes = |pty: &Pty| tcgetattr(&pty.sides.inner).unwrap().local_modes;
    wait_until(|| modes(&pty) == pty.before.local_modes);
    pty.assert_given_back();
    pty.written.lock().unwrap().clear();
    wait_until(|| {
        // It may not have stopped yet.
        kill_process(id, Signal::CONT).unwrap();
        pty.has(TAKEN)
    });
    pty.wait_for("2 of 2 calls".as_bytes());
    assert!(!modes(&pty).intersects(LocalModes::ECHO | LocalModes::ICANON));
    pty.press(b"q");
    assert!(pty.ended().success());
}

/// As when a window is closed.
#[test]
fn it_does_not_outlive_its_terminal() {
    let mut program = without_terminal();
    // By now it waits for a key that cannot come.
    thread::sleep(Duration::from_millis(300));
    // It may be that it has ended already.
    let _ = kill_process(Pid::from_child(&program), Signal::HUP);
    ended(&mut program);
}

/// As when what stands between terminal and program ends, and nobody tells the program.
#[test]
fn it_ends_without_a_signal_when_its_terminal_is_gone() {
    let start = Instant::now();
    let mut program = without_terminal();
    ended(&mut program);
    assert!(start.elapsed() < PATIENCE / 2);
}

/// The program with the list of calls on a terminal that is there no longer.
fn without_terminal() -> Child {
    let Sides { mut outer, inner } = Sides::open();
    let sides = Sides {
        outer: outer.try_clone().unwrap(),
        inner,
    };
    let program = sides.start(&["samples/call.pcap"], &[]);
    let (mut written, mut bytes) = (Vec::new(), [0; 4096]);
    while !has(&written, b"2 of 2 calls") {
        let count = outer.read(&mut bytes).unwrap();
        written.extend_from_slice(&bytes[..count]);
    }
    drop((outer, sides));
    program
}

#[test]
fn what_cannot_be_read_is_told_on_the_screen_and_when_it_is_left() {
    let mut pty = Pty::open("samples/nothing.pcap");
    pty.wait_for("0 of 0 calls".as_bytes());
    pty.press(b"q");
    assert_eq!(pty.ended().code(), Some(3));
    pty.assert_given_back();
    assert!(pty.has(b"samples/nothing.pcap: cannot be opened"));
}
