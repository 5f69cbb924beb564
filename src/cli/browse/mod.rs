//! `sipscope FILE...`: opens the interface in the terminal. This is its outer side: the terminal, the thread that reads, files that
//! are written. What is seen, and what keys do, is `tui`.

mod clipboard;
mod load;
mod look;
mod node_file;
mod panics;
mod save;
mod screen;

use std::io::{self, IsTerminal};
use std::process;
use std::time::Duration;

use clap::Args;
use ratatui::crossterm::event::{self, Event};
use ratatui::crossterm::style::force_color_output;
use sipscope::trace::CallId;
use sipscope::tui::{App, Colours, Want};

use super::flows::{Templates, known};
use super::rulebook::Rulebook;
use super::traced::Traced;
use super::{Ended, Outcome, WrongUsage, command, escape, say};
use load::{Loading, News, Order};
use node_file::NodeFile;
use screen::Screen;

#[derive(Args)]
pub(super) struct Browse {
    #[command(flatten)]
    traced: Traced,

    #[command(flatten)]
    rulebook: Rulebook,

    #[command(flatten)]
    templates: Templates,

    #[command(flatten)]
    look: look::Look,
}

/// How long a key is waited for while something changes on the screen, and while nothing does.
const BUSY: Duration = Duration::from_millis(20);
const IDLE: Duration = Duration::from_millis(100);
/// Keys and clicks that are taken before the screen is drawn again.
const MOST_EVENTS: usize = 100;

impl Browse {
    /// A word in the place of a command, without a file of that name.
    fn mistaken_command(&self) -> Option<&str> {
        let first = self.traced.inputs.files.first()?;
        let word = first.to_str()?;
        let is_word = word.bytes().all(|byte| byte.is_ascii_alphabetic());
        (is_word && !first.exists()).then_some(word)
    }

    pub(super) fn run(&self) -> Outcome {
        if let Some(word) = self.mistaken_command() {
            let wrong = match command().find_subcommand(word) {
                Some(_) => format!("options of `sipscope {word}` stand behind its name"),
                None => format!(
                    "{word} is neither a file nor a command: `sipscope --help` lists the commands"
                ),
            };
            return Err(WrongUsage(wrong).into());
        }
        if !io::stdout().is_terminal() {
            let wrong = "without a command the interface opens, and standard output is no terminal: \
                         `sipscope calls FILE` lists what is in it";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        let templates = known(&self.templates, None)?;
        let theme = self.look.theme();
        // With NO_COLOR crossterm leaves colours out by itself, and the signs for what is selected with them.
        force_color_output(theme.colours != Colours::None);
        let mut app = App::new(theme);
        let (node_file, nodes) = NodeFile::open(&self.traced, &mut app)?;
        let mut session = Session {
            app,
            loading: load::start(&self.traced, &self.rulebook, templates, nodes),
            node_file,
            failed: Vec::new(),
        };
        let mut screen = Screen::open()?;
        let ended = session.go(&mut screen);
        let signal = screen.asked_to_end();
        screen.close()?;
        ended?;
        let read = session.failed.is_empty();
        for text in session.failed {
            say(&format!("sipscope: {text}"));
        }
        if let Some(signal) = signal {
            // As shells tell it of a program that a signal ended.
            process::exit(128 + signal);
        }
        Ok((Ended::Fine, read))
    }
}

/// The interface while it is open.
struct Session {
    app: App,
    loading: Loading,
    node_file: NodeFile,
    /// What went wrong with the inputs, to be said when the terminal is as it was.
    failed: Vec<String>,
}

impl Session {
    /// Until somebody leaves.
    fn go(&mut self, screen: &mut Screen) -> anyhow::Result<()> {
        loop {
            while let Ok(news) = self.loading.news.try_recv() {
                self.hear(news);
            }
            self.app.tick();
            self.app.progress(self.loading.read(), self.loading.total);
            screen.draw(|frame| self.app.draw(frame))?;
            if screen.asked_to_end().is_some() {
                return Ok(());
            }
            let mut wait = match self.app.is_busy() {
                true => BUSY,
                false => IDLE,
            };
            for _ in 0..MOST_EVENTS {
                if !event::poll(wait)? {
                    break;
                }
                wait = Duration::ZERO;
                match event::read()? {
                    Event::Key(key) => {
                        let want = self.app.key(key);
                        if want.is_some_and(|want| self.does(want)) {
                            return Ok(());
                        }
                    }
                    Event::Mouse(mouse) => self.app.mouse(mouse),
                    _ => {}
                }
            }
        }
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Opened(world, unread) => {
                self.app.opened(*world);
                if let Some(first) = unread.first() {
                    self.app.say(first);
                }
                self.failed = unread;
            }
            News::Audited(findings) => self.app.audited(findings),
            News::Flows(call, lines) => self.app.matched(call, lines),
            News::Said(text) => self.app.say(text),
            News::Failed(text) => {
                self.app.failed(&text);
                self.failed.push(text);
            }
        }
    }

    /// Does what only the program can do; true where it is to end.
    fn does(&mut self, want: Want) -> bool {
        match want {
            Want::Quit => return true,
            Want::Flows(call) => self.order(Order::Flows(call)),
            Want::SaveCalls(calls, name) => self.save_calls(calls, name),
            Want::SaveNodes(text, name) => self.save_nodes(&text, &name),
            Want::SaveLadder(_, calls, name) if save::is_of_calls(&name) => {
                self.save_calls(calls, name);
            }
            Want::SaveLadder(ladder, _, name) => self.app.say(save::ladder(&ladder, &name)),
            Want::SaveText(text, name) => self.app.say(save::page(&text, &name)),
            Want::Copy(text) => self.app.say(match clipboard::put(&text) {
                Ok(()) => "copied, if the terminal allows it (OSC 52)".to_owned(),
                Err(error) => format!("not copied: {error}"),
            }),
        }
        false
    }

    fn save_calls(&mut self, calls: Vec<CallId>, name: String) {
        self.app.say("the calls are being written");
        self.order(Order::Save(calls, name));
    }

    fn order(&self, order: Order) {
        // The thread ends when nobody gives orders any more, and not before.
        let _ = self.loading.orders.send(order);
    }

    fn save_nodes(&mut self, text: &str, name: &str) {
        match self.node_file.save(text, name) {
            Ok(nodes) => {
                self.app.keeps_nodes_in(name);
                self.app.knows_nodes_by(text);
                self.app.reads_again();
                self.app.say(format!("saved as {}", escape::text(name)));
                self.order(Order::Again(nodes));
            }
            Err(error) => self.app.say(error),
        }
    }
}
