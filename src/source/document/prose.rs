//! What a sentence says: who sends what to whom. Specifications repeat a few patterns; what fits none of them says nothing.

use super::lines::plain;
use super::name::{self, Name};
use super::words::{
    ADJECTIVES, ANSWERS, ARTICLES, BEGINS_CLAUSE, DETERMINERS, DOES, ENDS_NAME, FETCHES,
    HANDS_OVER, RECEIVES, SENDS, is_form_of, is_status_between, misspelled_method, status,
};
use crate::sip::METHODS;

/// What somebody does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Sends a request.
    Request(&'static str),
    /// Sends a response.
    Response(u16),
    /// Sends a response to such a request.
    ResponseTo(&'static str),
    /// Sends on the request that was told of before.
    TheRequest,
    /// Sends on that response.
    TheResponse,
    /// Hands something over that is no SIP message.
    Other,
    /// Fetches something.
    Fetches,
    /// Something that is no message, alone or with somebody.
    Own,
}

impl What {
    pub(super) fn is_sip(&self) -> bool {
        !matches!(self, Self::Other | Self::Fetches | Self::Own)
    }
}

/// What a sentence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) sender: Option<Name>,
    pub(super) receiver: Option<Name>,
    pub(super) what: What,
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<String> {
    let text = plain(text);
    let mut all = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(". ") {
        let next = text[at + 2..].trim_start().chars().next();
        if next.is_some_and(|next| next.is_uppercase() || matches!(next, '"' | '(')) {
            all.push(text[start..=at].trim().to_owned());
            start = at + 2;
        }
    }
    all.push(text[start..].trim().to_owned());
    all.retain(|sentence| !sentence.is_empty());
    all
}

/// A name has no more words.
const LONGEST_NAME: usize = 7;
/// Nor is more of a sentence looked at.
const LONGEST_SENTENCE: usize = 120;
const MOST_CLAUSES: usize = 4;
/// How far behind a subject its verb may stand.
const FURTHEST_VERB: usize = 20;

struct Sentence<'a> {
    words: Vec<&'a str>,
    /// Whether a comma, bracket or full stop follows each word.
    stops: Vec<bool>,
}

/// Reads a sentence. `before` is the subject of the one before, `is_known` tells names that are used elsewhere.
pub(super) fn read(
    sentence: &str,
    before: Option<&Name>,
    is_known: &dyn Fn(&Name) -> bool,
) -> Option<Said> {
    let text = plain(sentence);
    let sentence = Sentence::new(&text);
    let (start, clause) = sentence.main_clause();
    let clause_subject = clause.and_then(|at| sentence.subject(at));
    let (words, verb) = sentence
        .subject(start)
        .or_else(|| sentence.subject(clause?))?;
    let pronoun = matches!(words.as_slice(), ["it" | "It"]);
    let sender = if pronoun {
        let above = clause_subject.and_then(|(words, _)| Name::of_words(&words));
        above.or_else(|| before.cloned())
    } else {
        Name::of_words(&words)
    };
    let Some(sender) = sender else {
        return sentence.passive(verb, is_known);
    };
    sentence.active(sender, verb, is_known)
}

impl<'a> Sentence<'a> {
    fn new(text: &'a str) -> Self {
        let raw = text.split_whitespace().take(LONGEST_SENTENCE);
        let punctuation = ['.', ',', ';', ':', '(', ')', '"'];
        let (mut words, mut stops) = (Vec::new(), Vec::new());
        for word in raw {
            let word_end = word.trim_end_matches(punctuation);
            let bare = word_end.trim_start_matches(punctuation);
            match stops.last_mut() {
                Some(stops) if bare.is_empty() => *stops = true,
                _ => {
                    stops.push(word_end.len() < word.len());
                    words.push(bare);
                }
            }
        }
        Self { words, stops }
    }

    fn is(&self, at: usize, list: &[&str]) -> bool {
        let word = self.words.get(at).copied().unwrap_or_default();
        list.iter().any(|verb| is_form_of(word, verb))
    }

    fn is_word(&self, at: usize, list: &[&str]) -> bool {
        let word = self.words.get(at).copied().unwrap_or_default();
        // The AS is somebody.
        let is_name = word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        !is_name && list.iter().any(|known| word.eq_ignore_ascii_case(known))
    }

    fn is_verb(&self, at: usize) -> bool {
        let lists = [
            &SENDS[..],
            &ANSWERS,
            &HANDS_OVER,
            &FETCHES,
            &RECEIVES,
            &DOES,
        ];
        lists.iter().any(|list| self.is(at, list))
    }

    /// Where the main clause begins, and where the one before it does, if there is one.
    fn main_clause(&self) -> (usize, Option<usize>) {
        if !self.is_word(0, &BEGINS_CLAUSE) {
            return (0, None);
        }
        let mut clause = 1;
        while self.is_word(clause, &BEGINS_CLAUSE) || self.is_word(clause, &["soon", "case"]) {
            clause += 1;
        }
        let commas = (1..self.words.len()).filter(|at| self.stops[at - 1]);
        let main = commas
            .take(MOST_CLAUSES)
            .find(|at| self.subject(*at).is_some());
        match main {
            Some(main) => (main, Some(clause)),
            None => (clause, None),
        }
    }

    /// The words of the subject that begins here, and where its verb stands.
    fn subject(&self, start: usize) -> Option<(Vec<&'a str>, usize)> {
        let mut at = start;
        while self.is_word(at, &ARTICLES) {
            at += 1;
        }
        let mut words = Vec::new();
        while at < self.words.len() && words.len() <= LONGEST_NAME {
            if self.is_verb(at) && !words.is_empty() {
                return Some((words, at));
            }
            if self.is_word(at, &ENDS_NAME) || self.is_verb(at) {
                break;
            }
            if !words.is_empty() && self.is_unknown_verb(at) {
                return Some((words, at));
            }
            let is_inside = self.is_word(at, &ARTICLES) && words.last() == Some(&"of");
            if !is_inside && DETERMINERS.contains(&self.words[at]) {
                // "After 200 ms the UE", where no comma tells.
                words.clear();
            } else if !is_inside {
                words.push(self.words[at]);
            }
            at += 1;
            if self.stops[at - 1] {
                break;
            }
        }
        // "A watcher wishing to subscribe, sends"
        let far = self.words.len().min(at + FURTHEST_VERB);
        let verb = (at.max(1)..far).find(|at| self.stops[at - 1] && self.is_verb(*at));
        (!words.is_empty()).then_some((words, verb?))
    }

    /// "The MGCF initiates an interaction", "The UE rings.": what a form of a verb can only be where it stands.
    fn is_unknown_verb(&self, at: usize) -> bool {
        let word = self.words[at];
        let is_form = word.len() > 3
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && word.ends_with('s')
            && !word.ends_with("ss");
        let name = self.words[at - 1];
        let next = self.words.get(at + 1).filter(|_| !self.stops[at]);
        let has_object = next.is_some_and(|next| DETERMINERS.contains(next));
        // "Expected results" is no sentence.
        let is_proper = name.chars().skip(1).any(|c| !c.is_lowercase());
        let is_alone = next.is_none_or(|next| {
            *next == "with" || next.starts_with(|first: char| first.is_ascii_digit())
        });
        is_form
            && !self.stops[at - 1]
            && (has_object && name.contains(char::is_uppercase) || is_alone && is_proper)
    }

    fn active(&self, sender: Name, verb: usize, is_known: &dyn Fn(&Name) -> bool) -> Option<Said> {
        let mut handed = None;
        for at in verb..self.words.len() {
            if self.is(at, &RECEIVES) {
                return self.received(sender, at);
            }
            let message = if self.is(at, &SENDS) {
                self.message(at + 1)
            } else if self.is(at, &ANSWERS) {
                let by = |at: &usize| self.is_word(*at, &["with", "sending"]);
                let with = (at + 1..self.words.len()).find(by);
                with.and_then(|with| self.message(with + 1))
            } else {
                None
            };
            if let Some((what, behind)) = message {
                let receiver = self.receiver(behind, &["to"], &sender, is_known);
                let sender = Some(sender);
                return Some(Said {
                    sender,
                    receiver,
                    what,
                });
            }
            if handed.is_none() {
                handed = self.handed_over(at, &sender, is_known);
            }
        }
        let (what, receiver) = match handed {
            Some((what, receiver)) => (what, Some(receiver)),
            None => {
                let partner = self.receiver(verb + 1, &["with", "to"], &sender, is_known);
                (What::Own, partner)
            }
        };
        let sender = Some(sender);
        Some(Said {
            sender,
            receiver,
            what,
        })
    }

    /// "After the proxy receives a NOTIFY request sent by the server"
    fn received(&self, receiver: Name, at: usize) -> Option<Said> {
        let (what, behind) = self.message(at + 1)?;
        let by = (behind..self.words.len()).find(|at| self.is_word(*at, &["by", "from"]))?;
        Some(Said {
            sender: self.name(by + 1),
            receiver: Some(receiver),
            what,
        })
    }

    /// "The NOTIFY request is sent by the server to the proxy"
    fn passive(&self, verb: usize, is_known: &dyn Fn(&Name) -> bool) -> Option<Said> {
        let (what, _) = self.message(0)?;
        let sent = (verb..self.words.len())
            .find(|at| self.is_word(*at, &["sent", "forwarded", "routed", "initialized"]))?;
        let by = (sent..self.words.len())
            .rev()
            .find(|at| self.is_word(*at, &["by"]));
        let sender = by.and_then(|by| self.name(by + 1));
        let nobody = Name::new("");
        let receiver = self.receiver(sent, &["to"], &nobody, is_known);
        Some(Said {
            sender,
            receiver,
            what,
        })
    }

    fn handed_over(
        &self,
        at: usize,
        sender: &Name,
        is_known: &dyn Fn(&Name) -> bool,
    ) -> Option<(What, Name)> {
        if self.is(at, &["inform", "notify", "tell"]) {
            return Some((What::Other, self.name(at + 1)?));
        }
        // "queries the HSS"
        let direct = self
            .name(at + 1)
            .filter(|name| name::speaks_no_sip(&name.base));
        if let Some(name) = direct.filter(|_| self.is(at, &FETCHES)) {
            return Some((What::Fetches, name));
        }
        let (what, before): (_, &[&str]) = if self.is(at, &FETCHES) {
            (What::Fetches, &["from", "in"])
        } else if self.is(at, &HANDS_OVER) {
            (What::Other, &["to", "in"])
        } else if self.is(at, &SENDS) {
            (What::Other, &["to"])
        } else {
            return None;
        };
        Some((what, self.receiver(at + 1, before, sender, is_known)?))
    }

    /// The message that is named first from here on, and where its name ends.
    fn message(&self, start: usize) -> Option<(What, usize)> {
        for at in start..self.words.len() {
            let word = self.words[at];
            let before = at.checked_sub(1).map(|before| self.words[before]);
            let behind = self.words.get(at + 1).filter(|_| !self.stops[at]);
            if let Some(status) = status(word)
                && is_status_between(before, behind.copied())
            {
                return Some((What::Response(status), at + 1));
            }
            if let Some(method) = METHODS.iter().find(|method| **method == word) {
                return Some((self.sent(method, at), at + 1));
            }
            let follows = self.words.get(at + 1).copied();
            let named: Vec<_> = [word].into_iter().chain(follows).collect();
            if let Some((0, method)) = misspelled_method(&named).filter(|_| follows.is_some()) {
                return Some((self.sent(method, at), at + 1));
            }
            let ends =
                self.stops[at] || self.is_word(at + 1, &ENDS_NAME) || at + 1 == self.words.len();
            if self.is_word(at.wrapping_sub(1), &["the"]) && ends {
                match word {
                    "request" => return Some((What::TheRequest, at + 1)),
                    "response" => return Some((What::TheResponse, at + 1)),
                    _ => {}
                }
            }
        }
        None
    }

    /// A request, or `INVITE response`.
    fn sent(&self, method: &'static str, at: usize) -> What {
        let is_answer = !self.stops[at] && self.is_word(at + 1, &["response"]);
        match is_answer {
            true => What::ResponseTo(method),
            false => What::Request(method),
        }
    }

    /// The name behind the first of these words that one can stand behind.
    fn receiver(
        &self,
        start: usize,
        before: &[&str],
        sender: &Name,
        is_known: &dyn Fn(&Name) -> bool,
    ) -> Option<Name> {
        let mut places = (start..self.words.len()).filter(|at| self.is_word(*at, before));
        places.find_map(|at| {
            // "the state known to the watcher"
            if at > 0 && self.is_word(at - 1, &["known"]) {
                return None;
            }
            let name = self.name(at + 1)?;
            // "its core" is that of the sender, if there are several.
            let own = Name {
                base: name.base.clone(),
                owner: Some(sender.base.clone()),
            };
            if self.is_word(at + 1, &["its"]) && is_known(&own) {
                return Some(own);
            }
            let proper = name.base.contains(char::is_uppercase);
            (proper || is_known(&name)).then_some(name)
        })
    }

    /// The name that begins here, without article and adjectives.
    fn name(&self, start: usize) -> Option<Name> {
        let mut at = start;
        while self.is_word(at, &ARTICLES) || self.is_word(at, &ADJECTIVES) {
            at += 1;
        }
        let mut words = Vec::new();
        while at < self.words.len() && words.len() <= LONGEST_NAME {
            if self.is_word(at, &ENDS_NAME) || self.is(at, &DOES) {
                break;
            }
            if !(self.is_word(at, &ARTICLES) && words.last() == Some(&"of")) {
                words.push(self.words[at]);
            }
            at += 1;
            if self.stops[at - 1] {
                break;
            }
        }
        Name::of_words(&words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(sentence: &str, sender: Option<&str>, what: What, receiver: Option<&str>) {
        let known =
            |name: &Name| ["watcher", "core|watcher", "registrar"].contains(&name.key().as_str());
        let said = read(sentence, None, &known).expect(sentence);
        let text = |name: Option<Name>| name.map(|name| name.text());
        assert_eq!(text(said.sender).as_deref(), sender, "{sentence}");
        assert_eq!(said.what, what, "{sentence}");
        assert_eq!(text(said.receiver).as_deref(), receiver, "{sentence}");
    }

    #[test]
    fn senders_messages_and_receivers_are_found() {
        let request = What::Request;
        says(
            "The Server sends a SIP 200 OK response back to the Core network.",
            Some("Server"),
            What::Response(200),
            Some("Core"),
        );
        says(
            "As soon as the Server sends a SIP 202 Accepted response, it sends a SIP NOTIFY request.",
            Some("Server"),
            request("NOTIFY"),
            None,
        );
        says(
            "The watcher acknowledges the SIP NOTIFY request with a 200 (OK) response to its core network",
            Some("watcher"),
            What::Response(200),
            Some("core of the watcher"),
        );
        says(
            "The watcher's core resolves the address of the peer and forwards the request.",
            Some("core of the watcher"),
            What::TheRequest,
            None,
        );
        says(
            "A watcher wishing to see more, sends a SIP SUBSCRIBE request to the Core.",
            Some("watcher"),
            request("SUBSCRIBE"),
            Some("Core"),
        );
        says(
            "After the P-SIP server receives it, it sends a SIP NOTIFI message to the requesting W-PA identified by its name.",
            Some("P-SIP server"),
            request("NOTIFY"),
            Some("W-PA"),
        );
        says(
            "After a W-SIP server receives a SIP NOTIFY message sent by its P-SIP server",
            Some("P-SIP server"),
            request("NOTIFY"),
            Some("W-SIP server"),
        );
        says(
            "The AS forwards the SIP NOTIFY request as it is to the AS of the watcher.",
            Some("AS"),
            request("NOTIFY"),
            Some("AS of the watcher"),
        );
        says(
            "The SIP NOTIFY request is sent along the path to the Core of the watcher.",
            None,
            request("NOTIFY"),
            Some("Core of the watcher"),
        );
    }

    #[test]
    fn what_is_no_sip_message_is_told_apart() {
        for (sentence, sender, partner) in [
            (
                "The MGCF initiates a H.248 interaction with the IM-MGW.",
                "MGCF",
                Some("IM-MGW"),
            ),
            ("The IM-MGW reserves 200 kbit/s.", "IM-MGW", None),
            ("After 200 ms the UE#1 rings.", "UE#1", None),
            ("The UE answers after 200 ms.", "UE", None),
            ("Alice answers a colleague.", "Alice", None),
        ] {
            says(sentence, Some(sender), What::Own, partner);
        }
        let nobody = read("Expected results:", None, &|_| false);
        assert_eq!(nobody, None);
        says(
            "The UE#2 makes a request to the PCRF.",
            Some("UE#2"),
            What::Other,
            Some("PCRF"),
        );
        says(
            "The Server stores the document.",
            Some("Server"),
            What::Own,
            None,
        );
        says(
            "The lifetime of some information elapses.",
            Some("lifetime of the some information"),
            What::Own,
            None,
        );
        says(
            "The P-PA fetches the document from its PUA",
            Some("P-PA"),
            What::Fetches,
            Some("PUA"),
        );
        says(
            "the PUA records it and informs its P-PA",
            Some("PUA"),
            What::Other,
            Some("P-PA"),
        );
        says(
            "The PUA registers it to the registrar",
            Some("PUA"),
            What::Other,
            Some("registrar"),
        );
    }
}
