//! Where a sentence claims another message, sender or receiver than the step has in whose text it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::aliases::MOST_REMARKS;
use super::claims::Claim;
use super::model::{Contradicted, Remark, Step};
use super::name;
use super::prose::{self, Said};

/// What may be so, or is not so, contradicts nothing.
const HEDGES: [&str; 8] = [
    " may ", " might ", " can ", " could ", " not ", " if ", "If ", " would ",
];
/// The one behind is not the next.
const OVER: [&str; 2] = [" via ", " through "];

/// What all steps of a flow tell of names.
pub(super) struct Flow {
    /// The keys of all who send and receive.
    actors: BTreeSet<String>,
    /// The keys of all to whom a message goes in some step.
    reached: BTreeMap<String, BTreeSet<String>>,
}

impl Flow {
    pub(super) fn of(steps: &[Step], shown: &[Claim]) -> Self {
        let said = steps.iter().flat_map(|step| [&step.said.0, &step.said.1]);
        let actors = said.flatten().map(|word| key(word)).collect();
        let mut reached: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (step, shown) in steps.iter().zip(shown) {
            let to = step.said.1.as_ref().map(|to| key(to));
            reached.entry(shown.text()).or_default().extend(to);
        }
        Self { actors, reached }
    }

    /// Whether a name is that of another role or of another actor, and not one more for this one.
    fn is_another(&self, named: &str, says: &str) -> bool {
        let says_key = key(says);
        if says_key == key(named) || name::may_be_one(named, says) {
            return false;
        }
        self.actors.contains(&says_key) || name::is_other_role(named, says)
    }
}

fn key(word: &str) -> String {
    name::key(name::role(word))
}

/// What a sentence of a step says.
struct Sentence {
    line: u64,
    text: String,
    said: Said,
    claim: Claim,
}

/// Notes what the sentences of a step claim that is not so.
pub(super) fn read(step: &mut Step, shown: &Claim, flow: &Flow) {
    if !shown.kind.is_sip() {
        return;
    }
    let sentences: Vec<_> = step
        .prose
        .iter()
        .take(MOST_REMARKS)
        .flat_map(read_remark)
        .collect();
    let (own, others): (Vec<_>, Vec<_>) = sentences
        .into_iter()
        .partition(|sentence| sentence.claim.is_of(shown));
    for sentence in &own {
        ends(step, sentence, shown, flow);
    }
    let is_told = !own.is_empty() || has_reference(step);
    if let Some(first) = others.first().filter(|_| !is_told)
        && has_none(&first.text, &HEDGES)
        && goes_this_way(step, &first.said)
        && let Some((says, is)) = first.claim.against(shown)
    {
        step.contradict(first.line, Contradicted::Reference, says, is);
    }
}

/// What it says of messages.
fn read_remark(remark: &Remark) -> impl Iterator<Item = Sentence> {
    let line = remark.line;
    prose::sentences(&remark.text)
        .into_iter()
        .filter_map(move |text| {
            let said = prose::read(&text, None, &|_| true)?;
            let claim = Claim::of_sentence(&said.what);
            claim.kind.is_sip().then_some(Sentence {
                line,
                text,
                said,
                claim,
            })
        })
}

/// Another sender, or a receiver whom the message never reaches.
fn ends(step: &mut Step, sentence: &Sentence, shown: &Claim, flow: &Flow) {
    let line = sentence.line;
    let text = |name: &Option<name::Name>| name.as_ref().map(name::Name::text);
    if let (Some(says), Some(is)) = (text(&sentence.said.sender), step.said.0.clone())
        && flow.is_another(&is, &says)
    {
        return step.contradict(line, Contradicted::Sender, says, is);
    }
    if let (Some(says), Some(is)) = (text(&sentence.said.receiver), step.said.1.clone())
        && flow.is_another(&is, &says)
        && has_none(&sentence.text, &HEDGES)
        && has_none(&sentence.text, &OVER)
        && !flow
            .reached
            .get(&shown.text())
            .is_some_and(|reached| reached.contains(&key(&says)))
    {
        step.contradict(line, Contradicted::Receiver, says, is);
    }
}

fn has_none(sentence: &str, words: &[&str]) -> bool {
    !words.iter().any(|word| sentence.contains(word))
}

fn has_reference(step: &Step) -> bool {
    let mut all = step.contradictions.iter();
    all.any(|one| one.what == Contradicted::Reference)
}

/// Whether a sentence tells of what is sent between the two of the step.
fn goes_this_way(step: &Step, said: &Said) -> bool {
    let is = |word: &Option<String>, name: &Option<name::Name>| match (word, name) {
        (Some(word), Some(name)) => {
            key(word) == key(&name.text()) || name::may_be_one(word, &name.text())
        }
        _ => false,
    };
    is(&step.said.0, &said.sender) && (said.receiver.is_none() || is(&step.said.1, &said.receiver))
}
