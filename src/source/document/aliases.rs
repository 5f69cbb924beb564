//! What else a document calls its actors: in captions, as subject and object of sentences, in front of their hosts.

use super::claims::Claim;
use super::hop;
use super::lines::{Line, plain};
use super::model::{Actor, Step};
use super::name;
use super::prose::{self, What};

/// More names of one actor are not kept, nor are more actors looked at for a name.
pub(super) const MOST_KEPT: usize = 32;

/// Notes a name or host, unless it is known.
pub(super) fn add(all: &mut Vec<String>, text: &str, but: &str) {
    if text != but && all.len() < MOST_KEPT && !all.iter().any(|known| known == text) {
        all.push(text.to_owned());
    }
}

/// The sentences of a step call its ends by names of their own: another word for the same role, or one of several with a number.
pub(super) fn read_steps(steps: &[Step], actors: &mut [Actor]) {
    for step in steps {
        if let Some(caption) = &step.caption
            && let Some((_, (one, other))) = hop::of_title(&caption.text)
        {
            alias(actors, step.from, &one);
            alias(actors, step.to, &other);
        }
        for remark in step.prose.iter().take(MOST_REMARKS) {
            for actor in actors.iter_mut().take(MOST_KEPT) {
                let hosts = actor.hosts.iter();
                let names: Vec<_> = hosts
                    .filter_map(|host| name_in_front(&remark.text, host))
                    .collect();
                for name in names {
                    let known = actor.name.clone();
                    add(&mut actor.aliases, &name, &known);
                }
            }
            for sentence in prose::sentences(&remark.text) {
                let Some(said) = prose::read(&sentence, None, &|_| true) else {
                    continue;
                };
                let claim = Claim::of_sentence(&said.what);
                // What "it" is the step tells.
                let is_it = said.what == What::Other && sentence.contains(" it to ");
                if step.kind.is_sip() && !is_it && !claim.is_of(&Claim::of_step(step)) {
                    continue;
                }
                if let Some(receiver) = said.receiver.map(|name| name.text()) {
                    alias(
                        actors,
                        step.to,
                        &inside(&sentence, &receiver, actors, step.to),
                    );
                }
                if let Some(sender) = said.sender.map(|name| name.text()) {
                    alias(actors, step.from, &sender);
                }
            }
        }
    }
}

/// `Watcher Agent in the UE`, where the sentence says so of a part of an actor.
fn inside(sentence: &str, says: &str, actors: &[Actor], actor: Option<usize>) -> String {
    let whole = actor.map(|actor| format!("{says} in the {}", actors[actor].name));
    let said = whole.filter(|whole| sentence.contains(whole.as_str()));
    said.unwrap_or_else(|| says.to_owned())
}

/// "the Application Server ps.example.net": the words in front of a host are a name of its actor.
fn name_in_front(text: &str, host: &str) -> Option<String> {
    let before = text[..text.find(host)?].strip_suffix(' ')?;
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    let words: Vec<_> = before.rsplit(' ').take_while(capital).take(4).collect();
    let name: Vec<_> = words.into_iter().rev().collect();
    (!name.is_empty()).then(|| name.join(" "))
}

/// "between a W-SIP server and a P-SIP server": names for two actors of the flow.
pub(super) fn read_pairs(lines: &[Line<'_>], actors: &mut [Actor]) {
    for line in lines {
        let text = plain(line.text);
        let Some((_, pair)) = text.split_once(" between ") else {
            continue;
        };
        let pair = pair.split(['.', ',']).next().unwrap_or_default();
        let Some((one, other)) = pair.split_once(" and ") else {
            continue;
        };
        for name in [one, other] {
            let article = name
                .split_once(' ')
                .filter(|(a, _)| matches!(*a, "a" | "an" | "the"));
            let name = article.map_or(name, |(_, name)| name).trim();
            let mut all = actors.iter_mut().take(MOST_KEPT);
            let of = all.find(|actor| name.len() < 64 && name::may_be_one(&actor.name, name));
            if let Some(actor) = of {
                let known = actor.name.clone();
                add(&mut actor.aliases, name, &known);
            }
        }
    }
}

/// Only the first paragraphs of a step tell of its message.
pub(super) const MOST_REMARKS: usize = 4;

/// Notes another name of an actor, if it can be one.
fn alias(actors: &mut [Actor], actor: Option<usize>, says: &str) {
    let Some(actor) = actor.and_then(|actor| actors.get_mut(actor)) else {
        return;
    };
    let same = name::key(name::role(says)) == name::key(name::role(&actor.name));
    let inside = says.ends_with(&format!(" in the {}", actor.name));
    if same || inside || name::may_be_one(&actor.name, says) {
        let known = actor.name.clone();
        add(&mut actor.aliases, says, &known);
    }
}
