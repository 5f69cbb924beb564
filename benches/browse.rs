//! How long the interface in the terminal takes for a frame, and for what goes on beside the screen, over a million calls. A person
//! notices nothing that takes less than 16 ms.

#![allow(clippy::unwrap_used, reason = "a benchmark on its own input")]

use std::io::{BufWriter, Write};
use std::sync::{Arc, Mutex, OnceLock};

use divan::Bencher;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use sipscope::report::Times;
use sipscope::trace::{Hints, Trace};
use sipscope::tui::{Account, App, Colours, Readers, Theme, World};
use sipscope::{Intake, Job, analyze, correlate};
use tempfile::NamedTempFile;

const CALLS: u32 = 1_000_000;

fn main() {
    divan::main();
}

struct Read {
    intake: Mutex<Intake>,
    trace: Arc<Trace>,
    _file: NamedTempFile,
}

fn read() -> &'static Read {
    static READ: OnceLock<Read> = OnceLock::new();
    READ.get_or_init(|| {
        let file = capture();
        let job = Job {
            inputs: vec![file.path().to_owned()],
            ..Job::default()
        };
        let mut intake = analyze(&job).unwrap();
        let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
        assert_eq!(trace.calls().len(), CALLS as usize);
        Read {
            intake: Mutex::new(intake),
            trace: Arc::new(trace),
            _file: file,
        }
    })
}

/// A capture of OPTIONS requests, each a call of its own: pcap with packets of IPv4 (RFC 791) and UDP (RFC 768).
fn capture() -> NamedTempFile {
    const RAW_IP: u32 = 101;
    let file = NamedTempFile::new().unwrap();
    let mut out = BufWriter::new(&file);
    for word in [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, RAW_IP] {
        out.write_all(&word.to_le_bytes()).unwrap();
    }
    for call in 0..CALLS {
        // Users in another order than that of the calls.
        let user = call.wrapping_mul(2_654_435_761);
        let message = format!(
            "OPTIONS sip:{user}@example.org SIP/2.0\r\n\
             Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{call}\r\n\
             From: <sip:a@example.org>;tag={call}\r\nTo: <sip:{user}@example.org>\r\n\
             Call-ID: {call}@192.0.2.1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        );
        let udp = 8 + message.len() as u16;
        let mut packet = vec![0x45, 0];
        packet.extend((20 + udp).to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
        for field in [5060, 5060, udp, 0] {
            packet.extend(u16::to_be_bytes(field));
        }
        packet.extend(message.as_bytes());
        let length = packet.len() as u32;
        for word in [call / 1000, call % 1000 * 1000, length, length] {
            out.write_all(&word.to_le_bytes()).unwrap();
        }
        out.write_all(&packet).unwrap();
    }
    out.flush().unwrap();
    drop(out);
    file
}

struct Opened {
    app: App,
    terminal: Terminal<TestBackend>,
}

impl Opened {
    fn new() -> Self {
        let read = read();
        let intake = read.intake.lock().unwrap();
        let timings = intake.inputs.iter().map(|input| input.timing).collect();
        let times = Times::of(timings, &read.trace);
        let store = intake.store.reader();
        let readers: Readers = Arc::new(move || Box::new(store.reader()));
        let world = World::new(read.trace.clone(), times, Account::default(), readers);
        let mut app = App::new(Theme {
            colours: Colours::Dark,
            unicode: true,
        });
        app.opened(world);
        app.audited(Vec::new());
        let terminal = Terminal::new(TestBackend::new(200, 60)).unwrap();
        Self { app, terminal }
    }

    fn press(&mut self, code: KeyCode) {
        self.app.key(KeyEvent::new(code, KeyModifiers::NONE));
    }

    fn sort_by_whom_is_called(&mut self) {
        for _ in 0..3 {
            self.press(KeyCode::Char('>'));
        }
    }

    fn look_for(&mut self, text: &str) {
        self.press(KeyCode::Char('/'));
        for character in text.chars() {
            self.press(KeyCode::Char(character));
        }
        self.press(KeyCode::Enter);
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
    }

    fn wait(&mut self) {
        while self.app.is_busy() {
            self.app.tick();
            std::thread::yield_now();
        }
    }
}

/// The list, a page further down with each frame.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn frame_of_the_list(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    bencher.bench_local(|| {
        opened.press(KeyCode::PageDown);
        opened.draw();
    });
}

/// The list while it is sorted by whom is called: keys and frames go on.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn frame_while_sorting(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    opened.sort_by_whom_is_called();
    bencher.bench_local(|| {
        opened.press(KeyCode::PageDown);
        opened.app.tick();
        opened.draw();
    });
}

/// The list while the words of a filter are typed.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn frame_while_filtering(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    opened.press(KeyCode::F(7));
    bencher.bench_local(|| {
        opened.press(KeyCode::Char('9'));
        opened.app.tick();
        opened.draw();
    });
}

/// The list while messages are looked through for a text that none has.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn frame_while_looking(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    opened.look_for("no such text");
    bencher.bench_local(|| {
        opened.app.tick();
        opened.draw();
    });
}

/// The ladder of one of the calls.
#[divan::bench(sample_count = 200, sample_size = 1)]
fn frame_of_a_ladder(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    opened.press(KeyCode::Enter);
    bencher.bench_local(|| opened.draw());
}

/// Until all calls are sorted the other way round.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn sorted_beside_the_screen(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    opened.sort_by_whom_is_called();
    opened.wait();
    bencher.bench_local(|| {
        opened.press(KeyCode::Char('z'));
        opened.wait();
    });
}

/// Until it is known which calls have a word, which none has.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn filtered_beside_the_screen(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    opened.press(KeyCode::F(7));
    bencher.bench_local(|| {
        opened.press(KeyCode::Char('x'));
        opened.wait();
    });
}

/// Until all messages are looked through for a text.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn looked_through_beside_the_screen(bencher: Bencher<'_, '_>) {
    let mut opened = Opened::new();
    bencher.bench_local(|| {
        opened.look_for("no such text");
        opened.wait();
    });
}
