//! What a place of the text claims of a message: a method, a status, whether it is a request or a response. Titles, captions and
//! sentences claim it in their own ways; whether it is so of the message that they belong to is asked the same way for all.

use super::lines::plain;
use super::model::{Message, Step, StepKind};
use super::prose::What;
use super::transactions::Before;
use super::words;
use crate::sip::METHODS;

/// What is claimed. A kind that is none of SIP claims nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) kind: StepKind,
    /// The method of the request, or of the one that is answered.
    pub(super) method: Option<String>,
    pub(super) status: Option<u16>,
    /// How the method is spelled, if that is wrong.
    pub(super) misspelled: Option<String>,
}

/// No more words of a label are looked at.
const MOST_WORDS: usize = 24;

impl Claim {
    fn new(kind: StepKind, method: Option<&str>, status: Option<u16>) -> Self {
        Self {
            kind,
            method: method.map(str::to_owned),
            status,
            misspelled: None,
        }
    }

    pub(super) fn request(method: &str) -> Self {
        Self::new(StepKind::Request, Some(method), None)
    }

    pub(super) fn response(status: u16) -> Self {
        Self::new(StepKind::Response, None, Some(status))
    }

    /// Of a label such as `200 (OK) response`, `F1 INVITE` or `Cx: query`.
    pub(super) fn of_label(label: &str) -> Self {
        let text = plain(label);
        let words = words_of(&text);
        let status = status(&text, &words);
        let known = words.iter().position(|(_, word)| METHODS.contains(word));
        // "non SIP registration", "Cx: Location query", "Diameter AAR", "HTTP 200 OK"
        let (head, tail) = text.split_once(':').unwrap_or(("", ""));
        let is_headed = !tail.is_empty() && !head.trim().is_empty() && !head.trim().contains(' ');
        let named = [known, status.map(|(at, _)| at)]
            .into_iter()
            .flatten()
            .min();
        let in_front = named.map_or(text.as_str(), |named| &text[..words[named].0]);
        let is_foreign = in_front.split_whitespace().any(words::names_protocol);
        let is_protocol = is_headed || is_foreign;
        let status = status.map(|(_, status)| status).filter(|_| !is_foreign);
        let words: Vec<_> = words.into_iter().map(|(_, word)| word).collect();
        let wrong = || words::misspelled_method(&words).filter(|_| !is_protocol);
        let (place, method, misspelled) = match (known, status) {
            (Some(at), _) => (Some(at), Some(words[at]), None),
            (None, Some(_)) => (None, None, None),
            (None, None) => match wrong() {
                Some((at, method)) => (Some(at), Some(method), Some(words[at].to_owned())),
                None => (None, None, None),
            },
        };
        let noun = place.and_then(|at| words.get(at + 1));
        let kind = match method {
            _ if status.is_some() => StepKind::Response,
            _ if is_protocol => StepKind::OtherProtocol,
            Some(_) if noun == Some(&"response") => StepKind::Response,
            Some(_) if is_no_sending(noun, &words) => StepKind::Internal,
            Some(_) => StepKind::Request,
            None => StepKind::Internal,
        };
        Self {
            misspelled,
            ..Self::new(kind, method.filter(|_| kind.is_sip()), status)
        }
    }

    /// Of a sentence.
    pub(super) fn of_sentence(what: &What) -> Self {
        match what {
            What::Request(method) => Self::request(method),
            What::Response(status) => Self::response(*status),
            What::ResponseTo(method) => Self::new(StepKind::Response, Some(method), None),
            What::TheRequest => Self::new(StepKind::Request, None, None),
            What::TheResponse => Self::new(StepKind::Response, None, None),
            What::Other | What::Fetches | What::Own => Self::new(StepKind::Internal, None, None),
        }
    }

    /// What is so of a message.
    pub(super) fn of_message(message: &Message) -> Self {
        let asked = message
            .value("CSeq")
            .and_then(|cseq| cseq.split_whitespace().nth(1));
        match message.status() {
            Some(status) => Self::new(StepKind::Response, asked, Some(status)),
            None => Self::new(StepKind::Request, message.method(), None),
        }
    }

    /// What is so of a step, as far as it was read for itself.
    pub(super) fn of_step(step: &Step) -> Self {
        Self::new(step.kind, step.method.as_deref(), step.status)
    }

    /// What is so of each step: what is printed for it, else what it is by its title.
    pub(super) fn of_steps(steps: &[Step], before: &[Before]) -> Vec<Self> {
        let of = |(step, before): (&Step, &Before)| {
            let own = match &step.message {
                Some(message) => Self::of_message(message),
                None => Self::of_step(step),
            };
            let asked = before.request.and_then(|request| {
                let method = steps[request].method.as_deref();
                method.filter(|_| own.kind == StepKind::Response)
            });
            let printed = step.message.as_ref().and(own.method.as_deref());
            let method = printed.or(asked).or(own.method.as_deref());
            Self::new(own.kind, method, own.status)
        };
        steps.iter().zip(before).map(of).collect()
    }

    /// Whether it can be said of this message.
    pub(super) fn is_of(&self, shown: &Self) -> bool {
        self.kind.is_sip() && self.kind == shown.kind && self.against(shown).is_none()
    }

    /// What it says, and what is, if that is not the same.
    pub(super) fn against(&self, shown: &Self) -> Option<(String, String)> {
        if !self.kind.is_sip() || !shown.kind.is_sip() {
            return None;
        }
        if self.kind != shown.kind {
            return Some(match (self.status, shown.status) {
                (None, None) => (self.with_kind(), shown.with_kind()),
                _ => (self.text(), shown.text()),
            });
        }
        if let (Some(says), Some(is)) = (self.status, shown.status)
            && says != is
        {
            return Some((says.to_string(), is.to_string()));
        }
        match (&self.method, &shown.method) {
            (Some(says), Some(is)) if says != is => Some((says.clone(), is.clone())),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> String {
        match (self.status, &self.method) {
            (Some(status), _) => status.to_string(),
            (None, Some(method)) => method.clone(),
            (None, None) => self.kind.name().to_owned(),
        }
    }

    fn with_kind(&self) -> String {
        let method = self.method.iter().map(String::as_str);
        let words: Vec<_> = method.chain([self.kind.name()]).collect();
        words.join(" ")
    }
}

/// The words of a text, and where each begins.
fn words_of(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut at = 0;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        if words.len() == MOST_WORDS {
            break;
        }
        if !word.is_empty() {
            words.push((at, word));
        }
        at += word.len()
            + text[at + word.len()..]
                .chars()
                .next()
                .map_or(0, char::len_utf8);
    }
    words
}

/// The first status among the words of a label, and its place. `H.248` and `200.5` are numbers of other kinds.
fn status(text: &str, words: &[(usize, &str)]) -> Option<(usize, u16)> {
    words.iter().enumerate().find_map(|(place, (at, word))| {
        let status = words::status(word).filter(|_| word.len() == 3)?;
        let (before, behind) = (&text[..*at], &text[at + word.len()..]);
        let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric());
        let is_decimal = behind.strip_prefix(['.', ',']).is_some_and(goes_on);
        let is_part = before.ends_with('.') || is_decimal;
        let neighbour = |place: Option<usize>| words.get(place?).map(|(_, word)| *word);
        let next = neighbour(Some(place + 1)).filter(|_| behind.starts_with(' '));
        let is_status = words::is_status_between(neighbour(place.checked_sub(1)), next);
        (is_status && !is_part).then_some((place, status))
    })
}

/// "PUBLISH is prepared": a sentence about a request, and none about its way.
fn is_no_sending(behind: Option<&&str>, words: &[&str]) -> bool {
    const GOES: [&str; 7] = [
        "sent",
        "forwarded",
        "routed",
        "returned",
        "relayed",
        "proxied",
        "received",
    ];
    let is_sentence = behind.is_some_and(|word| matches!(*word, "is" | "are"));
    is_sentence && !words.iter().any(|word| GOES.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_other_things_are_no_status() {
        for label in [
            "H.248 interaction",
            "Wait for 200 ms",
            "Release of 404 resources",
            "G.711 codec at 200.5 kbit/s",
            "Repeat of step 200",
            "Evaluation as in TS 133 203",
            "HTTP 200 OK",
        ] {
            assert_eq!(Claim::of_label(label).status, None, "{label}");
        }
        for label in [
            "200",
            "200 (OK)",
            "SIP 200 \"OK\" response",
            "F2 ACK-200 OK",
            "Final 200 for INVITE",
            "200 to INVITE",
            "200 response",
            "It is 200, then",
        ] {
            assert_eq!(Claim::of_label(label).status, Some(200), "{label}");
        }
    }

    #[test]
    fn other_protocols_have_names() {
        let kind = |label: &str| Claim::of_label(label).kind;
        for label in [
            "H.248 interaction",
            "Diameter AAR",
            "UAR/UAA",
            "Cx-Pull for REGISTER",
            "HTTP 200 OK",
            "DNS query",
        ] {
            assert_eq!(kind(label), StepKind::OtherProtocol, "{label}");
        }
        assert_eq!(kind("200 OK, and RTP flows"), StepKind::Response);
        assert_eq!(kind("REGISTER after UAA"), StepKind::Request);
        assert_eq!(kind("PUBLISH is prepared"), StepKind::Internal);
        assert_eq!(kind("PUBLISH is sent"), StepKind::Request);
    }

    #[test]
    fn labels_announce() {
        let kind = |label: &str| Claim::of_label(label).kind;
        assert_eq!(Claim::of_label("200 (OK) response").status, Some(200));
        let method = |label: &str| Claim::of_label(label).method;
        assert_eq!(method("SIP REGISTER request").as_deref(), Some("REGISTER"));
        assert_eq!(kind("F2 SIP ACK-200 OK"), StepKind::Response);
        assert_eq!(kind("INVITE response"), StepKind::Response);
        assert_eq!(
            kind("Cx: Location query for INVITE"),
            StepKind::OtherProtocol
        );
        assert_eq!(kind("Evaluation of criteria"), StepKind::Internal);
    }

    #[test]
    fn a_misspelled_method_is_the_nearest() {
        let read = |label: &str| {
            let claim = Claim::of_label(label);
            (claim.method.unwrap_or_default(), claim.misspelled)
        };
        for wrong in ["SUBSCRBE", "SUSBCRIBE", "SUBSCRIIBE", "SIBSCRIBE"] {
            let expected = ("SUBSCRIBE".to_owned(), Some(wrong.to_owned()));
            assert_eq!(read(&format!("{wrong} request")), expected);
            assert_eq!(read(wrong), expected);
        }
        let nothing = (String::new(), None);
        for other in ["SERVICE request", "Storing MESSAGES", "SUBSCRBE of a user"] {
            assert_eq!(read(other), nothing, "{other}");
        }
    }

    #[test]
    fn claims_are_compared_by_what_both_say() {
        let is = |label: &str, shown: &Claim| {
            let (says, is) = Claim::of_label(label).against(shown)?;
            Some(format!("{says}, {is}"))
        };
        let request = Claim::request("MESSAGE");
        let response = Claim::new(StepKind::Response, Some("MESSAGE"), Some(202));
        for right in ["MESSAGE request", "MESSAGE", "Evaluation", "Cx: INVITE"] {
            assert_eq!(is(right, &request), None, "{right}");
        }
        for right in ["202 (Accepted)", "MESSAGE response", "202 to MESSAGE"] {
            assert_eq!(is(right, &response), None, "{right}");
        }
        let wrong = |label: &str, shown: &Claim| is(label, shown).unwrap_or_default();
        assert_eq!(wrong("INVITE request", &request), "INVITE, MESSAGE");
        assert_eq!(
            wrong("MESSAGE response", &request),
            "MESSAGE response, MESSAGE request"
        );
        assert_eq!(wrong("200 (OK) response", &request), "200, MESSAGE");
        assert_eq!(wrong("200 (OK) response", &response), "200, 202");
        assert_eq!(wrong("202 to INVITE", &response), "INVITE, MESSAGE");
    }
}
