//! A request whose charging vector already names the network that it goes to.

use super::is_initial;
use crate::rules::rule::{Check, Family, Rule, Severity, rfc};
use crate::rules::{Fault, Seen, Verdicts};
use crate::sip::{Name, Params};

pub(in crate::rules) const RULE: Rule = Rule {
    code: "IMS23",
    name: "term-ioi-in-request",
    family: Family::Ims,
    severity: Severity::Warning,
    flags: "A request outside of dialogs with term-ioi in P-Charging-Vector.",
    matters: "The network that answers gives its name there: networks settle their accounts by it.",
    cause: "A node that writes both names where it should write that of the sender alone.",
    silenced: &[
        "Answers, in which term-ioi belongs, and requests within dialogs.",
        "REGISTER.",
    ],
    citations: &[rfc("RFC 7315", "4.6"), rfc("3GPP TS 24.229", "")],
    check: Check::Message(check),
};

fn check(seen: &Seen<'_>, verdicts: &mut Verdicts) {
    if !is_initial(seen) {
        return;
    }
    let Some(vector) = seen.sip.value(Name::PChargingVector) else {
        return;
    };
    let mut params = Params::new(vector).iter();
    match params.find(|param| param.name.is("term-ioi")) {
        None => verdicts.pass(),
        Some(param) => {
            let named = param.value.unwrap_or(param.name);
            let fault = Fault::at(seen, vector.between(param.name.start(), named.end()));
            verdicts.fail(fault.expected("orig-ioi alone, the name of the network that sends"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::rules::testing::Wire;

    const ONE: &str = "P-Charging-Vector: icid-value=one;orig-ioi=home1.net";
    const BOTH: &str = "P-Charging-Vector: icid-value=one;orig-ioi=home1.net;term-ioi=home2.net";

    #[test]
    fn fails() {
        Wire::new()
            .request(1, 2, "INVITE", &[BOTH])
            .fails(&RULE, "term-ioi=home2.net");
    }

    #[test]
    fn passes() {
        Wire::new().request(1, 2, "INVITE", &[ONE]).passes(&RULE);
    }

    #[test]
    fn an_answer_names_both() {
        Wire::new()
            .request(1, 2, "INVITE", &[ONE])
            .response(2, 1, "200 OK", &[BOTH])
            .passes(&RULE);
    }

    #[test]
    fn says_nothing_within_a_dialog() {
        Wire::new()
            .within(1, 2, "2 UPDATE", &[BOTH])
            .says_nothing(&RULE);
    }
}
