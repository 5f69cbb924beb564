//! The interface in the terminal, driven by keys and looked at as text: what a person sees, on a small screen and on a large one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "browse/keys.rs"]
mod keys;
#[path = "browse/screens.rs"]
mod screens;

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use sipscope::report::Times;
use sipscope::rules::Policy;
use sipscope::trace::Hints;
use sipscope::tui::{Account, App, Theme, Want, World};
use sipscope::{Job, analyze, audit, correlate};

/// The interface over a trace, and the screen that it draws on.
struct Opened {
    app: App,
    terminal: Terminal<TestBackend>,
}

impl Opened {
    fn of(inputs: &[&str], width: u16, height: u16) -> Self {
        let job = Job {
            inputs: inputs.iter().map(Into::into).collect(),
            ..Job::default()
        };
        let mut intake = analyze(&job).unwrap();
        let trace = Arc::new(correlate(&mut intake, &job, &Hints::default()).unwrap());
        let timings = intake.inputs.iter().map(|input| input.timing).collect();
        let account = Account {
            places: inputs
                .iter()
                .map(|input| format!("{input} record"))
                .collect(),
            lines: vec!["Inputs".to_owned()],
        };
        let times = Times::of(timings, &trace);
        let bytes = Box::new(intake.store.reader());
        let theme = Theme {
            colours: false,
            unicode: true,
        };
        let mut app = App::new(theme);
        app.opened(World::new(trace.clone(), times, account, bytes));
        let found = audit(&intake, &trace, &job, &Policy::default()).unwrap();
        app.audited(found.findings);
        let terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        Self { app, terminal }
    }

    fn press(&mut self, code: KeyCode) -> Option<Want> {
        self.app.key(KeyEvent::new(code, KeyModifiers::NONE))
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

    /// What is seen.
    fn seen(&mut self) -> String {
        while self.app.is_busy() {
            self.app.tick();
        }
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
        let buffer = self.terminal.backend().buffer();
        let width = usize::from(buffer.area.width);
        let cells: Vec<_> = buffer.content().iter().map(|cell| cell.symbol()).collect();
        let lines = cells.chunks(width.max(1)).map(|line| line.concat());
        let lines: Vec<_> = lines.map(|line| line.trim_end().to_owned()).collect();
        lines.join("\n") + "\n"
    }
}
