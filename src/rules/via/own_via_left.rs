//! An answer that its sender passed on with its own Via still on top.

use super::leaves_out_via;
use crate::base::Endpoint;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{Problems, Text, Via};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "VIA13",
    name: "own-via-left-in-answer",
    family: Family::Via,
    severity: Severity::Error,
    flags: "An answer whose topmost Via names the address and port that it came from, and whose next one names the address that it went to.",
    matters: "The next node finds an address on top that is not its own, and drops the answer (RFC 3261 18.1.2).",
    cause: "A proxy that put two values on top of the request, or gave its Via another branch than it looks for in the answer.",
    silenced: &[
        "An answer with one value went to where that was meant for, or VIA07 and VIA10 tell.",
        "A host name without received: nothing here knows its addresses.",
        "Several nodes behind one address: those between which it went have different ones.",
    ],
    citations: &[rfc("RFC 3261", "16.7 step 3")],
    check: Check::Message(check),
};

/// Where a Via is answered without port (RFC 3261 18.2.2).
const USUAL: u16 = 5060;
const USUAL_TLS: u16 = 5061;

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    let (false, [own, next, ..]) = (seen.is_request(), seen.vias()) else {
        return;
    };
    let sighting = seen.message.sighting();
    let ends = [sighting.source(), sighting.destination()];
    let [Some(from), Some(to)] = ends.map(|end| end.and_then(|end| end.endpoint())) else {
        return verdicts.not_provable();
    };
    let (Some(sender), Some(receiver)) = (named(*own), named(*next)) else {
        return verdicts.not_provable();
    };
    if leaves_out_via(seen) {
        return verdicts.not_provable();
    }
    let is_left = sender == from && receiver.address == to.address && from.address != to.address;
    verdicts.check(!is_left, || {
        let fault = Fault::at(seen, *own);
        fault.expected(next.lossy())
    });
}

/// The address and port of who put a value there.
fn named(value: Text<'_>) -> Option<Endpoint> {
    let via = Via::read(value, &mut Problems::ignored());
    if via.maddr().is_some() {
        return None;
    }
    let address = match via.received() {
        Some(received) => received.lossy().trim_matches(['[', ']']).parse().ok(),
        None => via.host.address(),
    };
    let usual = match via.transport.is("TLS") {
        true => USUAL_TLS,
        false => USUAL,
    };
    let port = via.port.map_or(Some(usual), |port| port.number);
    Some(Endpoint::new(address?, port?))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const ONE: &str = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1";
    const TWO: &str = "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2";

    fn answered(vias: &[&str]) -> Wire {
        Wire::new().response(2, 1, "200 OK", vias)
    }

    #[test]
    fn fails() {
        answered(&[TWO, ONE]).fails(&RULE, "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK2");
        let named = "SIP/2.0/UDP proxy.example;received=192.0.2.2;branch=z9hG4bK2";
        answered(&[&format!("Via: {named}"), ONE]).fails(&RULE, named);
    }

    #[test]
    fn passes() {
        let three = "Via: SIP/2.0/UDP 192.0.2.3;branch=z9hG4bK3";
        answered(&[ONE, three]).passes(&RULE);
        // Others may use another port of the same machine.
        answered(&["Via: SIP/2.0/UDP 192.0.2.2:5070;branch=z9hG4bK2", ONE]).passes(&RULE);
        answered(&[TWO, three]).passes(&RULE);
    }

    #[test]
    fn not_provable() {
        answered(&["Via: SIP/2.0/UDP proxy.example;branch=z9hG4bK2", ONE]).cannot_tell(&RULE);
        answered(&[TWO, "Via: SIP/2.0/UDP phone.example;branch=z9hG4bK1"]).cannot_tell(&RULE);
    }

    #[test]
    fn says_nothing_of_one_value() {
        answered(&[TWO]).says_nothing(&RULE);
        Wire::new()
            .request(2, 1, "INVITE", &[TWO, ONE])
            .says_nothing(&RULE);
    }
}
