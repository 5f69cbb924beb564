//! What a request has to have of another message because it is for that: an ACK and a PRACK of a response, a CANCEL of a request.

use super::answers::same_uri;
use super::{Deviation, Judge};
use crate::flow::matching::meaning::mean_the_same;
use crate::flow::template::{PRACK, REQUEST_URI, What};
use crate::sip::{Address, FirstLine, Message, Name};
use crate::trace::MessageId;

impl Judge<'_, '_> {
    /// What a request has otherwise than the response that it is for: the number of the CSeq and the tag of an ACK (RFC 3261
    /// 13.2.2.4), all that a RAck tells (RFC 3262 7.2).
    pub(super) fn acknowledged(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let What::Request(request) = &self.template.steps[step].what else {
            return Vec::new();
        };
        let response = request.acknowledges.filter(|_| request.relays.is_none());
        let response = response.filter(|response| !self.wrong_status.contains_key(response));
        let response = response.and_then(|response| self.messages[response]);
        let pair = response.and_then(|id| Some((self.scene.sip(message)?, self.scene.sip(id)?)));
        let Some((own, answer)) = pair else {
            return Vec::new();
        };
        let mut deviations = Vec::new();
        let mut differs = |what: &str, expected: String, got: String| {
            if expected != got {
                deviations.push(Deviation {
                    what: what.to_owned(),
                    expected,
                    got,
                });
            }
        };
        let (cseq, answered) = (own.cseq(), answer.cseq());
        // The number is that of the INVITE, whatever its answer says (RFC 3261 13.2.2.4).
        let asked = match &self.template.steps[request.acknowledges.unwrap_or(step)].what {
            What::Response(response) => self.messages[response.answers],
            _ => None,
        };
        let asked = asked.and_then(|id| self.scene.sip(id)?.cseq());
        match request.method.as_str() {
            "ACK" => {
                let number = asked.or(answered).and_then(|cseq| cseq.number);
                if let (Some(expected), Some(got)) = (number, cseq)
                    && let Some(number) = got.number
                {
                    let got = format!("{number} {}", got.method.lossy());
                    differs("CSeq", format!("{expected} ACK"), got);
                }
            }
            PRACK => {
                let expected = answer.number(Name::RSeq).and_then(|rseq| rseq.value);
                if let (Some(expected), Some(cseq)) = (expected, answered)
                    && let Some(of) = cseq.number
                {
                    let method = cseq.method.lossy();
                    let got = own.rack().and_then(|rack| {
                        let method = rack.method.lossy();
                        Some(format!("{} {} {method}", rack.response?, rack.cseq?))
                    });
                    let written = self.scene.values(message, "RAck").unwrap_or_default();
                    let got = got.unwrap_or_else(|| match written.as_slice() {
                        [] => "none".to_owned(),
                        values => values.join(", "),
                    });
                    differs("RAck", format!("{expected} {of} {method}"), got);
                }
            }
            _ => return deviations,
        }
        if let Some(expected) = tag(answer.to()) {
            let got = tag(own.to()).unwrap_or_else(|| "none".to_owned());
            differs("To", expected, got);
        }
        if request.method == "ACK" {
            deviations.extend(other_users(&answer, &own));
        }
        deviations
    }

    /// What a CANCEL has otherwise than the request that it is for, and the ACK to a refusal otherwise than what was refused: the two
    /// are of one hop (RFC 3261 9.1, 17.1.1.3).
    pub(super) fn of_hop(&self, step: usize, message: MessageId) -> Vec<Deviation> {
        let What::Request(request) = &self.template.steps[step].what else {
            return Vec::new();
        };
        let refused = self.refused_by(step);
        let of = refused.or(request.cancels);
        let of = of.and_then(|of| self.messages[of]);
        let pair = of.and_then(|id| Some((self.scene.sip(id)?, self.scene.sip(message)?)));
        let Some((of, own)) = pair else {
            return Vec::new();
        };
        let mut same = vec![("From", tag(of.from()), tag(own.from()))];
        if refused.is_none() {
            let number = |message: &Message<'_>| {
                let number = message.cseq()?.number?;
                Some(format!("{number} CANCEL"))
            };
            same.push(("Request-URI", target(&of), target(&own)));
            same.push(("Via", sender(&of), sender(&own)));
            same.push(("To", tag(of.to()), tag(own.to())));
            same.push(("CSeq", number(&of), number(&own)));
        }
        let differing = same.into_iter().filter(|(_, of, own)| of != own);
        let said = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
        let mut deviations: Vec<Deviation> = differing
            .map(|(what, of, own)| Deviation {
                what: what.to_owned(),
                expected: said(of),
                got: said(own),
            })
            .collect();
        if refused.is_some() {
            deviations.extend(other_target(&of, &own));
            deviations.extend(other_users(&of, &own));
        }
        deviations
    }

    /// The request whose refusal an ACK is for.
    pub(super) fn refused_by(&self, step: usize) -> Option<usize> {
        let mut hops = self.plan.hops.iter();
        let hop = hops.find(|hop| hop.ack == Some(step));
        hop.map(|hop| hop.request)
    }
}

/// A Request-URI that means another one.
fn other_target(of: &Message<'_>, own: &Message<'_>) -> Option<Deviation> {
    let (expected, got) = (target(of)?, target(own)?);
    (!mean_the_same(REQUEST_URI, &expected, &got)).then(|| Deviation {
        what: REQUEST_URI.to_owned(),
        expected,
        got,
    })
}

/// From and To that name somebody else.
fn other_users(of: &Message<'_>, own: &Message<'_>) -> Vec<Deviation> {
    let both = [("From", of.from(), own.from()), ("To", of.to(), own.to())];
    let known = both
        .into_iter()
        .filter_map(|(what, of, own)| Some((what, of?, own?)));
    let differing = known.filter(|(_, of, own)| !same_uri(of, own));
    differing
        .map(|(what, of, own)| Deviation {
            what: what.to_owned(),
            expected: of.uri_text().lossy().into_owned(),
            got: own.uri_text().lossy().into_owned(),
        })
        .collect()
}

/// Whom a request is for.
fn target(request: &Message<'_>) -> Option<String> {
    match request.first_line() {
        FirstLine::Request { uri, .. } => Some(uri.lossy().into_owned()),
        _ => None,
    }
}

/// What tells who sent a request in which transaction: sent-by and branch of the topmost Via.
fn sender(request: &Message<'_>) -> Option<String> {
    let via = request.vias().next()?;
    let port = via.port.map(|port| format!(":{}", port.text.lossy()));
    let host = via.host.text.lossy();
    Some(format!(
        "{host}{};branch={}",
        port.unwrap_or_default(),
        via.branch()?.lossy()
    ))
}

fn tag(address: Option<Address<'_>>) -> Option<String> {
    let address = address?;
    Some(format!("tag {}", address.tag()?.lossy()))
}
