//! `sipscope FILE...`: opens the interface in the terminal. This is its outer side: the terminal, the thread that reads, files that
//! are written. What is seen, and what keys do, is `tui`.

mod clipboard;
mod load;
mod save;
mod screen;

use std::io::{self, IsTerminal};
use std::sync::mpsc::TryRecvError;
use std::time::Duration;

use clap::Args;
use ratatui::crossterm::event::{self, Event, MouseEventKind};
use sipscope::tui::{App, Theme, Want};

use super::traced::Traced;
use super::{Ended, Outcome, WrongUsage, say};
use load::News;
use screen::Screen;

#[derive(Args)]
pub(super) struct Browse {
    #[command(flatten)]
    traced: Traced,

    /// The interface in ASCII, for terminals without box drawing characters.
    #[arg(long)]
    ascii: bool,
}

/// How long a key is waited for while something else goes on, and while nothing does.
const BUSY: Duration = Duration::from_millis(10);
const IDLE: Duration = Duration::from_millis(200);

impl Browse {
    pub(super) fn run(&self) -> Outcome {
        if !io::stdout().is_terminal() {
            let wrong = "without a command the interface opens, and standard output is no terminal: \
                         `sipscope calls FILE` lists what is in it";
            return Err(WrongUsage(wrong.to_owned()).into());
        }
        let loading = load::start(&self.traced)?;
        let theme = Theme {
            colours: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            unicode: !self.ascii,
        };
        let mut screen = Screen::open()?;
        let ended = self.go(&mut screen, App::new(theme), &loading);
        screen.close()?;
        let failed = ended?;
        let read = failed.is_empty();
        for text in failed {
            say(&format!("sipscope: {text}"));
        }
        Ok((Ended::Fine, read))
    }

    /// Until somebody leaves. Gives what went wrong with the inputs, to be said when the terminal is as it was.
    fn go(
        &self,
        screen: &mut Screen,
        mut app: App,
        loading: &load::Loading,
    ) -> anyhow::Result<Vec<String>> {
        let mut failed = Vec::new();
        let mut reading = true;
        loop {
            match loading.news.try_recv() {
                Ok(News::Opened(world, unread)) => {
                    app.opened(*world);
                    if let Some(first) = unread.first() {
                        app.say(first);
                    }
                    failed.extend(unread);
                }
                Ok(News::Audited(findings)) => app.audited(findings),
                Ok(News::Failed(text)) => {
                    failed.push(text);
                    return Ok(failed);
                }
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => reading = false,
            }
            app.progress(loading.read(), loading.total);
            screen.draw(|frame| app.draw(frame))?;
            if screen.asked_to_end() {
                return Ok(failed);
            }
            let wait = match app.is_busy() || reading {
                true => BUSY,
                false => IDLE,
            };
            if !event::poll(wait)? {
                app.tick();
                continue;
            }
            let want = match event::read()? {
                Event::Key(key) => app.key(key),
                Event::Mouse(mouse) => {
                    match mouse.kind {
                        MouseEventKind::ScrollUp => app.wheel(-3),
                        MouseEventKind::ScrollDown => app.wheel(3),
                        _ => {}
                    }
                    None
                }
                _ => None,
            };
            match want {
                None => {}
                Some(Want::Quit) => return Ok(failed),
                Some(Want::SaveLadder(ladder, name)) => app.say(save::ladder(&ladder, &name)),
                Some(Want::SaveText(text, name)) => app.say(save::text(&text, &name)),
                Some(Want::Copy(text)) => {
                    clipboard::put(&text)?;
                    app.say("copied, if the terminal allows it (OSC 52)");
                }
            }
        }
    }
}
