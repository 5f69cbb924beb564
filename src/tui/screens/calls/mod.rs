//! All calls, or those with the words that were typed.
//!
//! ```text
//!       # time            kind         from           to             found  msgs   outcome
//! *     1 22:13:20.000001 call         sip:a@x.org    sip:b@x.org    2E     21     answered, 15 s
//! ```
//!
//! Which columns there are is chosen on a screen of their own, and stays so while the program runs:
//!
//! ```text
//! Columns of the list of calls
//!   [x] kind
//!   [ ] call-id
//! ```
//!
//! There may be millions: a line is made when it is shown, and what takes long is done beside the screen.

mod columns;
mod listing;

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::base::escape;
use crate::trace::CallId;
use crate::tui::beside::{Beside, News};
use crate::tui::page::{Page, PageLine, Target};
use crate::tui::search::Search;
use crate::tui::theme::{Theme, Tone};
use crate::tui::window::Window;
use crate::tui::world::World;
use columns::{Chosen, Column, Widths};
use listing::{Part, Wanted, spot};

/// The list of calls.
#[derive(Default)]
pub(in crate::tui) struct Calls {
    window: Window,
    left: usize,
    /// Cells of the screen, as it was drawn last.
    screen: usize,
    wanted: Wanted,
    chosen: Chosen,
    /// Numbers of the calls that are listed, in their order; none where it is all of them in the order of their numbers.
    listed: Option<Arc<Vec<u32>>>,
    /// What finds out which these are.
    listing: Option<Beside<Part>>,
    /// Calls that were looked through for the words so far.
    looked: u32,
    marked: BTreeSet<CallId>,
    /// The call that is to be selected once it is known where it is listed.
    kept: Option<CallId>,
    /// The words before others were typed, and the call that was selected.
    before: (String, Option<CallId>),
}

impl Calls {
    fn count(&self, world: &World) -> usize {
        match &self.listed {
            Some(listed) => listed.len(),
            None => world.trace.calls().len(),
        }
    }

    fn at(&self, position: usize) -> Option<CallId> {
        at(self.listed.as_deref(), position)
    }

    pub(in crate::tui) fn selected(&self, world: &World) -> Option<CallId> {
        let id = self.at(self.window.selected)?;
        world.call(id).map(|call| call.id())
    }

    /// Selects a call, where it is listed.
    pub(in crate::tui) fn select(&mut self, call: CallId) {
        let place = match &self.listed {
            Some(listed) => listed.iter().position(|one| *one as usize == call.number()),
            None => Some(call.number() - 1),
        };
        self.window.selected = place.unwrap_or(self.window.selected);
    }

    pub(in crate::tui) fn step(&mut self, by: isize, world: &World) {
        self.kept = None;
        self.window.step(by, self.count(world));
    }

    pub(in crate::tui) fn scroll(&mut self, by: isize) {
        self.left = self.left.saturating_add_signed(by);
    }

    /// A click on a row of the screen below its head; whether the call there was selected before.
    pub(in crate::tui) fn click(&mut self, cell: usize, row: usize, world: &World) -> bool {
        self.kept = None;
        if let Some(row) = row.checked_sub(1) {
            return self.window.click(row).unwrap_or_default();
        }
        let column = Widths::of(self.screen, &self.chosen).column_at(self.left + cell);
        self.wanted.reverse = self.wanted.column == column && !self.wanted.reverse;
        self.wanted.column = column;
        self.list(world);
        false
    }

    /// The words that calls must have.
    pub(in crate::tui) fn words(&self) -> String {
        self.wanted.words.join(" ")
    }

    /// Lists only calls with all of these words; with none, all calls.
    pub(in crate::tui) fn filter(&mut self, text: &str, world: &World) {
        let words: Vec<_> = text.split_whitespace().map(str::to_owned).collect();
        if words == self.wanted.words {
            return;
        }
        self.wanted.words = words;
        self.window = Window::default();
        self.listed = (!self.wanted.words.is_empty()).then(Arc::default);
        self.list(world);
    }

    pub(in crate::tui) fn is_filtered(&self) -> bool {
        !self.wanted.words.is_empty()
    }

    /// Lists all calls again; the selected one stays so.
    pub(in crate::tui) fn unfilter(&mut self, world: &World) {
        self.kept = self.selected(world);
        self.filter("", world);
    }

    /// Before other words are typed.
    pub(in crate::tui) fn remember(&mut self, world: &World) {
        self.before = (self.words(), self.selected(world));
    }

    /// What is listed as it was then.
    pub(in crate::tui) fn filter_as_before(&mut self, world: &World) {
        let (words, selected) = std::mem::take(&mut self.before);
        if words != self.words() {
            self.kept = selected;
            self.filter(&words, world);
        }
    }

    pub(in crate::tui) fn next_column(&mut self, world: &World) {
        self.wanted.column = self.chosen.further(self.wanted.column, true);
        self.list(world);
    }

    pub(in crate::tui) fn column_before(&mut self, world: &World) {
        self.wanted.column = self.chosen.further(self.wanted.column, false);
        self.list(world);
    }

    pub(in crate::tui) fn turn_round(&mut self, world: &World) {
        self.wanted.reverse = !self.wanted.reverse;
        self.list(world);
    }

    /// The columns, and which of them are shown.
    pub(in crate::tui) fn columns(&self) -> Page {
        let mut page = Page::new("Columns of the list of calls");
        for (place, (name, chosen)) in self.chosen.all().enumerate() {
            let (sign, tone) = match chosen {
                true => ("[x]", Tone::Good),
                false => ("[ ]", Tone::Plain),
            };
            let line = PageLine::of(tone, format!("  {sign} {name}"));
            page.push(line.to(Target::Column(place)));
        }
        page
    }

    /// Shows a column, or does so no longer. By what is not shown nothing is sorted.
    pub(in crate::tui) fn turn_column(&mut self, place: usize, world: &World) {
        self.chosen.turn(place);
        if !self.chosen.has(self.wanted.column) {
            self.wanted.column = Column::default();
            self.list(world);
        }
    }

    /// Finds out anew what is listed. Until that is known, what was listed before stays.
    fn list(&mut self, world: &World) {
        self.looked = 0;
        if self.wanted.is_everything() {
            (self.listed, self.listing) = (None, None);
            self.select_kept();
        } else {
            self.listing = Some(self.wanted.start(world.known()));
        }
    }

    fn select_kept(&mut self) {
        if let Some(call) = self.kept.take() {
            self.select(call);
        }
    }

    /// Takes another reading of the inputs, or what was found in them: what is selected and marked stays so where it is there.
    pub(in crate::tui) fn renew(&mut self, before: Option<&World>, world: &World) {
        let Some(before) = before else {
            self.list(world);
            return;
        };
        let marked = std::mem::take(&mut self.marked).into_iter();
        let here = marked.filter_map(|call| world.call_of(before, call));
        self.marked = here.collect();
        let here = |call: Option<CallId>| world.call_of(before, call?);
        self.before.1 = here(self.before.1);
        self.kept = here(self.kept.or(self.selected(before)));
        self.list(world);
    }

    /// Whether something is found out beside the screen.
    pub(in crate::tui) fn is_looking(&self) -> bool {
        self.listing.is_some()
    }

    /// Takes what was found out.
    pub(in crate::tui) fn look_on(&mut self) {
        while let Some(listing) = &self.listing {
            match listing.next() {
                News::Part(Part::Looked(looked, found)) => {
                    let listed = self.listed.get_or_insert_default();
                    // Before the first part the list is that of other words, or of none.
                    if self.looked == 0 {
                        *listed = Arc::default();
                    }
                    Arc::make_mut(listed).extend(found);
                    self.looked = looked;
                }
                News::Part(Part::Sorted(sorted)) => {
                    self.listed = Some(Arc::new(sorted));
                    self.select_kept();
                }
                News::NotYet => break,
                News::Over => self.listing = None,
            }
        }
    }

    /// Looks for the next call that has a text, in what the list says of it or in one of its messages, going round.
    pub(in crate::tui) fn search(&self, text: &str, forth: bool, world: &World) -> Search {
        let count = self.count(world);
        let from = self.window.selected;
        let listed = self.listed.clone();
        Search::start(world.known(), text, forth, move |known| {
            let places = (1..=count).map(move |step| match forth {
                true => (from + step) % count,
                false => (from + count - step) % count,
            });
            let calls = places.filter_map(move |place| at(listed.as_deref(), place));
            Box::new(calls.filter_map(|call| spot(known, call)))
        })
    }

    /// Marks the selected call, or takes its mark away, and goes on to the next.
    pub(in crate::tui) fn mark(&mut self, world: &World) {
        if let Some(call) = self.selected(world) {
            if !self.marked.remove(&call) {
                self.marked.insert(call);
            }
            self.step(1, world);
        }
    }

    /// The calls that are marked or, where none is, the selected one.
    pub(in crate::tui) fn chosen(&self, world: &World) -> Vec<CallId> {
        match self.marked.is_empty() {
            true => self.selected(world).into_iter().collect(),
            false => self.marked.iter().copied().collect(),
        }
    }

    /// The calls that are marked or, where none is, all that are listed.
    pub(in crate::tui) fn to_save(&self, world: &World) -> Vec<CallId> {
        match self.marked.is_empty() {
            true => (0..self.count(world))
                .filter_map(|place| self.at(place))
                .collect(),
            false => self.marked.iter().copied().collect(),
        }
    }

    /// Whether these are all of them, in their order.
    pub(in crate::tui) fn is_known_what_to_save(&self) -> bool {
        !self.is_looking() || !self.marked.is_empty()
    }

    /// What the screen is called.
    pub(in crate::tui) fn title(&self, world: &World) -> String {
        let all = world.trace.calls().len();
        let mut title = format!("{} of {all} calls", self.count(world));
        if !world.whole {
            title.push_str(" so far");
        }
        if !self.wanted.words.is_empty() {
            title.push_str(&format!(" with \"{}\"", self.words()));
        }
        if !self.marked.is_empty() {
            title.push_str(&format!(", {} marked", self.marked.len()));
        }
        match (&self.listing, self.looked) {
            (None, _) => {}
            (Some(_), 0) => title.push_str(", sorting"),
            (Some(_), looked) => title.push_str(&format!(", {looked} looked through")),
        }
        title
    }

    /// The selected call, as text.
    pub(in crate::tui) fn selected_text(&self, world: &World) -> String {
        let line = self.selected(world).and_then(|id| world.line(id));
        line.map_or_else(String::new, |line| {
            let time = line.time.map_or_else(String::new, |time| time.to_string());
            let texts = [line.kind, line.from, line.to, line.outcome].map(|one| escape::text(&one));
            format!("{} {time} {}", line.number, texts.join(" "))
        })
    }

    pub(in crate::tui) fn draw(
        &mut self,
        world: &World,
        area: Rect,
        theme: Theme,
        buffer: &mut Buffer,
    ) {
        self.window.rows.clear();
        if area.height < 2 {
            return;
        }
        self.screen = usize::from(area.width);
        let widths = Widths::of(self.screen, &self.chosen);
        let list = Rect::new(area.x, area.y + 1, area.width, area.height - 1);
        let height = usize::from(list.height);
        self.window.follow(height, self.count(world), |_| 1);
        let places = self.window.top..self.window.top + height;
        let lines = places.map_while(|place| Some((place, world.line(self.at(place)?)?)));
        let lines: Vec<_> = lines.collect();
        // As far as there is something to see on the right.
        let reach = lines.iter().map(|(_, line)| widths.reach(world, line));
        let reach = reach.max();
        let most = reach.unwrap_or_default().saturating_sub(self.screen);
        self.left = self.left.min(most);
        let head = widths.head(self.wanted.column, self.wanted.reverse);
        head.show(area, self.left, false, theme, buffer);
        for ((position, line), y) in lines.iter().zip(list.y..) {
            let id = CallId::numbered(line.number);
            let counts = id.map(|id| world.counts(id));
            let counts = counts.filter(|_| world.is_audited());
            let marked = id.is_some_and(|id| self.marked.contains(&id));
            let place = Rect::new(list.x, y, list.width, 1);
            let selected = *position == self.window.selected;
            let mut canvas = widths.row(world, line, counts, marked);
            canvas.cut_at(self.left + self.screen);
            canvas.show(place, self.left, selected, theme, buffer);
            self.window.rows.push(*position);
        }
    }
}

/// The call at a place of a list.
fn at(listed: Option<&Vec<u32>>, place: usize) -> Option<CallId> {
    let number = match listed {
        Some(listed) => *listed.get(place)? as usize,
        None => place + 1,
    };
    CallId::numbered(number)
}
