//! Steps that are told in sentences: "The core network forwards the SIP NOTIFY request to the watcher."

use std::collections::BTreeMap;

use super::claims::Claim;
use super::model::{Remark, Step, StepKind};
use super::name::Name;
use super::prose::{self, Said, What};

/// A name has no more words.
const LONGEST_NAME: usize = 7;

/// Finds in the sentences of all steps what each is and between whom.
pub(super) fn tell(steps: &mut [Step]) {
    let names = Names::of(steps);
    let mut before = Before::default();
    let mut all: Vec<Option<Said>> = Vec::new();
    for step in steps.iter_mut() {
        let told = step_says(step, &names);
        if let Some((said, sentence)) = &told {
            before.apply(step, said);
            let (line, text) = (
                step.title_line,
                std::mem::replace(&mut step.title, sentence.clone()),
            );
            step.prose.insert(0, Remark { line, text });
        } else if Claim::of_label(&step.title).kind == StepKind::OtherProtocol {
            step.kind = StepKind::OtherProtocol;
        }
        all.push(told.map(|(said, _)| said));
    }
    ends(steps, all, &names);
}

/// What was told last, for "forwards the request".
#[derive(Default)]
struct Before {
    method: Option<String>,
    /// The method of the last request that is answered.
    asked: Option<String>,
    status: Option<u16>,
}

impl Before {
    fn apply(&mut self, step: &mut Step, said: &Said) {
        match &said.what {
            What::Request(method) => {
                self.method = Some((*method).to_owned());
                self.status = None;
                // Nobody answers an ACK.
                if *method != "ACK" {
                    self.asked.clone_from(&self.method);
                }
            }
            What::Response(status) => self.status = Some(*status),
            What::TheRequest | What::TheResponse | What::ResponseTo(_) => {}
            What::Other | What::Fetches => return step.kind = StepKind::OtherProtocol,
            What::Own => return,
        }
        step.kind = Claim::of_sentence(&said.what).kind;
        step.status = self.status.filter(|_| step.kind == StepKind::Response);
        step.method = match step.kind {
            StepKind::Response => self.asked.clone(),
            _ => self.method.clone(),
        };
    }
}

/// Those who do something in the flow, by the key of their names.
struct Names(BTreeMap<String, Name>);

impl Names {
    fn of(steps: &[Step]) -> Self {
        let mut names = BTreeMap::new();
        for step in steps {
            let sentences = prose::sentences(&text(step));
            for sentence in sentences {
                let said = prose::read(&sentence, None, &|_| false);
                for name in said
                    .into_iter()
                    .flat_map(|said| [said.sender, said.receiver])
                {
                    names.extend(name.map(|name| (name.key(), name)));
                }
            }
        }
        Self(names)
    }

    fn has(&self, name: &Name) -> bool {
        self.0.contains_key(&name.key())
    }

    /// "UA-A and UA-B exchange RTP packets": two of them, one behind the other.
    fn both_in(&self, sentence: &str) -> Option<(Option<String>, Option<String>)> {
        let (one, rest) = sentence.split_once(" and ")?;
        let known = |text: &str| {
            let bare = text.strip_prefix("The ").or(text.strip_prefix("the "));
            let name = Name::new(bare.unwrap_or(text));
            self.has(&name).then(|| name.text())
        };
        let words: Vec<_> = rest.split(' ').take(LONGEST_NAME).collect();
        let mut heads = (1..=words.len()).map(|count| words[..count].join(" "));
        let (one, other) = (known(one)?, heads.find_map(|head| known(&head))?);
        Some((Some(one), Some(other)))
    }

    /// The names with an owner that have this base.
    fn owned(&self, base: &Name) -> Vec<&Name> {
        let own = base.key();
        let all = self.0.values().filter(|name| name.owner.is_some());
        all.filter(|name| Name::new(&name.base).key() == own)
            .collect()
    }
}

fn text(step: &Step) -> String {
    let mut text = step.title.clone();
    for remark in step
        .prose
        .iter()
        .take_while(|remark| !is_note(&remark.text))
    {
        text.push(' ');
        text.push_str(&remark.text);
    }
    text
}

/// A note behind the last step is not part of it.
fn is_note(text: &str) -> bool {
    let head = text.split(':').next().unwrap_or_default();
    head.len() < 12 && (head.starts_with("NOTE") || head.starts_with("Editor"))
}

/// What is sent is told last, in this sentence; one about it may add who gets it.
fn step_says(step: &Step, names: &Names) -> Option<(Said, String)> {
    let mut found: Option<(Said, String)> = None;
    let mut subject: Option<Name> = None;
    for sentence in prose::sentences(&text(step)) {
        let said = prose::read(&sentence, subject.as_ref(), &|name| names.has(name));
        let Some(said) = said else {
            continue;
        };
        subject = said.sender.clone().or(subject);
        found = match found {
            Some((found, first)) if said.sender.is_none() => {
                let same = said.what == found.what;
                let receiver = said.receiver.filter(|_| same).or(found.receiver);
                Some((Said { receiver, ..found }, first))
            }
            Some(found) if found.0.what.is_sip() && !said.what.is_sip() => Some(found),
            _ if said.sender.is_some() => Some((said, sentence)),
            other => other,
        };
    }
    found
}

/// Who sends and who receives: as told, else the one that goes on with it in the next step; an ACK is for the one that answered.
fn ends(steps: &mut [Step], all: Vec<Option<Said>>, names: &Names) {
    let mut sender_before: Option<Name> = None;
    let mut senders: Vec<Option<Name>> = Vec::new();
    for said in &all {
        let said = said.as_ref();
        let mut sender = said.and_then(|said| said.sender.clone());
        if let Some(name) = &mut sender
            && name.owner.is_none()
            && let [one, other] = names.owned(name)[..]
        {
            // Of two with this name it is the one that did not act just before.
            let acted = sender_before.as_ref().map(Name::key);
            *name = match acted == Some(one.key()) {
                true => other.clone(),
                false => one.clone(),
            };
        }
        if said.is_some_and(|said| said.what.is_sip()) {
            sender_before.clone_from(&sender);
        }
        senders.push(sender);
    }
    let subjects: Vec<Option<Name>> = senders.clone();
    // Who sent what came last.
    let mut came: Option<Name> = None;
    for (position, (step, said)) in steps.iter_mut().zip(all).enumerate() {
        let sender = senders[position].take();
        if said.is_none() {
            step.said = names.both_in(&step.title).unwrap_or_default();
            continue;
        }
        let receiver = said.and_then(|said| said.receiver);
        if step.kind == StepKind::Internal {
            // Only those who also send or receive are actors: "the lifetime elapses".
            step.said.0 = sender
                .filter(|name| acts(&subjects, name, position))
                .map(|n| n.text());
            continue;
        }
        let key = sender.as_ref().map(Name::key);
        // Who goes on has nothing from itself.
        let next = subjects.get(position + 1).cloned().flatten();
        let next = next.filter(|next| Some(next.key()) != key);
        let is_ack = step.kind == StepKind::Request && step.method.as_deref() == Some("ACK");
        let receiver = receiver.or(next).or(came.take().filter(|_| is_ack));
        if step.kind.is_sip() {
            came.clone_from(&sender);
        }
        step.said.0 = sender.map(|name| name.text());
        step.said.1 = receiver.map(|name| name.text());
    }
}

fn acts(subjects: &[Option<Name>], name: &Name, position: usize) -> bool {
    let key = name.key();
    let near = subjects.iter().enumerate().take(256);
    near.into_iter()
        .any(|(at, other)| at != position && other.as_ref().is_some_and(|other| other.key() == key))
}
