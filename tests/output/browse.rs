//! The interface in the terminal, driven by keys and looked at as text: what a person sees, on a small screen and on a large one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "browse/capture.rs"]
mod capture;
#[path = "browse/filter.rs"]
mod filter;
#[path = "browse/folds.rs"]
mod folds;
#[path = "browse/heads.rs"]
mod heads;
#[path = "browse/help.rs"]
mod help;
#[path = "browse/keys.rs"]
mod keys;
#[path = "browse/mouse.rs"]
mod mouse;
#[path = "browse/nodes.rs"]
mod nodes;
#[path = "browse/pictures.rs"]
mod pictures;
#[path = "browse/reading.rs"]
mod reading;
#[path = "browse/screens.rs"]
mod screens;
#[path = "browse/search.rs"]
mod search;
use crate::support;
#[cfg(unix)]
#[path = "browse/terminal.rs"]
mod terminal;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Modifier;
use sipscope::flow::{find_of_call, templates};
use sipscope::report::{Times, flow_lines};
use sipscope::rules::{Finding, Policy};
use sipscope::trace::{Hints, NodeHint, Trace};
use sipscope::tui::{Account, App, Colours, Readers, Theme, Want, World};
use sipscope::{Intake, Job, analyze, audit, correlate};

/// Inputs, read.
struct Read {
    intake: Intake,
    trace: Arc<Trace>,
    job: Job,
    account: Account,
}

impl Read {
    fn of(inputs: &[impl AsRef<Path>], nodes: Vec<NodeHint>) -> Self {
        let job = Job {
            inputs: inputs.iter().map(|one| one.as_ref().into()).collect(),
            ..Job::default()
        };
        let mut intake = analyze(&job).unwrap();
        let hints = Hints {
            nodes,
            ..Hints::default()
        };
        let trace = Arc::new(correlate(&mut intake, &job, &hints).unwrap());
        let place = |input: &PathBuf| {
            let name = input.file_name().unwrap();
            format!("{} record", name.to_string_lossy())
        };
        let account = Account {
            places: job.inputs.iter().map(place).collect(),
            lines: accounted(inputs),
            ..Account::default()
        };
        Self {
            intake,
            trace,
            job,
            account,
        }
    }

    fn world(&self) -> World {
        let timings = self.intake.inputs.iter().map(|input| input.timing);
        let times = Times::of(timings.collect(), &self.trace);
        let store = self.intake.store.reader();
        let readers: Readers = Arc::new(move || Box::new(store.reader()));
        World::new(self.trace.clone(), times, self.account.clone(), readers)
    }

    fn findings(&self) -> Vec<Finding> {
        let found = audit(&self.intake, &self.trace, &self.job, &Policy::default());
        found.unwrap().findings
    }
}

/// What `summary` says of the inputs.
fn accounted(inputs: &[impl AsRef<Path>]) -> Vec<String> {
    let mut summary = Command::new(env!("CARGO_BIN_EXE_sipscope"));
    summary.args(["summary", "--call-ids", "0"]);
    summary.args(inputs.iter().map(|input| input.as_ref()));
    let text = String::from_utf8(summary.output().unwrap().stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// The interface over a trace, and the screen that it draws on.
struct Opened {
    app: App,
    terminal: Terminal<TestBackend>,
    read: Read,
}

fn app() -> App {
    App::new(Theme {
        colours: Colours::None,
        unicode: true,
    })
}

impl Opened {
    fn of(inputs: &[&str], width: u16, height: u16) -> Self {
        let read = Read::of(inputs, Vec::new());
        let mut app = app();
        app.opened(read.world());
        app.audited(read.findings());
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        Self {
            app,
            terminal,
            read,
        }
    }

    fn press(&mut self, code: KeyCode) -> Option<Want> {
        let want = self.app.key(KeyEvent::new(code, KeyModifiers::NONE));
        self.wait();
        match want {
            Some(Want::Flows(id)) => {
                let Read {
                    trace, intake, job, ..
                } = &mut self.read;
                let (call, all) = (trace.call(id).unwrap(), templates());
                let found = find_of_call(trace, &all, call, &mut intake.store, job.threads);
                let found = found.unwrap();
                let lines = found.iter().flat_map(|one| flow_lines(trace, &all, one));
                self.app.matched(id, lines.collect());
                None
            }
            other => other,
        }
    }

    /// Until nothing goes on beside the screen.
    fn wait(&mut self) {
        while self.app.is_busy() {
            std::thread::yield_now();
            self.app.tick();
        }
    }

    /// Types characters; `\n` is Enter.
    fn keys(&mut self, text: &str) -> Option<Want> {
        let mut last = None;
        for character in text.chars() {
            last = match character {
                '\n' => self.press(KeyCode::Enter),
                other => self.press(KeyCode::Char(other)),
            };
        }
        last
    }

    fn draw(&mut self) {
        self.wait();
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
    }

    fn lines(&mut self) -> Vec<String> {
        self.draw();
        let buffer = self.terminal.backend().buffer();
        let width = usize::from(buffer.area.width);
        let cells: Vec<_> = buffer.content().iter().map(|cell| cell.symbol()).collect();
        let lines = cells.chunks(width.max(1)).map(|line| line.concat());
        lines.map(|line| line.trim_end().to_owned()).collect()
    }

    /// What is seen.
    fn seen(&mut self) -> String {
        self.lines().join("\n") + "\n"
    }

    /// The same, with a mark in front of what is selected.
    fn pictured(&mut self) -> String {
        let lines = self.lines();
        let buffer = self.terminal.backend().buffer();
        let selected = |y: usize| {
            let cell = &buffer[(0, y as u16)];
            cell.modifier.contains(Modifier::REVERSED)
        };
        let lines = lines.iter().enumerate().map(|(y, line)| {
            let mark = if selected(y) { '>' } else { ' ' };
            format!("{mark}{line}").trim_end().to_owned() + "\n"
        });
        lines.collect()
    }
}
