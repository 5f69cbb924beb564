//! What a node does wrong in every message it does wrong for one reason: of such findings the first is told, with where it shows
//! again. What a rule found is one thing, who reads it is another: ladders mark each occurrence in its own call.

use std::collections::HashMap;

use super::audit::{AuditReport, FindingReport};

impl AuditReport {
    /// Leaves of findings with one cause the first, which names the others. Returns which are left.
    pub fn fold(&mut self) -> Vec<bool> {
        let mut first: HashMap<String, usize> = HashMap::new();
        let mut left: Vec<FindingReport> = Vec::new();
        let mut kept = Vec::with_capacity(self.findings.len());
        for finding in self.findings.drain(..) {
            let known = finding.cause.as_ref().and_then(|cause| first.get(cause));
            kept.push(known.is_none());
            match known {
                Some(at) => {
                    let known = &mut left[*at];
                    let message = finding.messages.first().copied();
                    let told = known.messages.first().copied();
                    let new = message != told && message != known.also.last().copied();
                    known.also.extend(message.filter(|_| new));
                    known.follows.extend(finding.follows);
                    known.occurrences += finding.occurrences;
                }
                None => {
                    if let Some(cause) = &finding.cause {
                        first.insert(cause.clone(), left.len());
                    }
                    left.push(finding);
                }
            }
        }
        self.findings = left;
        kept
    }
}

#[cfg(test)]
mod tests {
    use crate::report::audit::{Accounting, AuditReport, Explanation, FindingReport};

    fn finding(message: usize, cause: Option<&str>, follows: &[usize]) -> FindingReport {
        FindingReport {
            code: "MF03",
            name: "",
            severity: "error",
            subject: "relay",
            messages: vec![message, 1],
            records: Vec::new(),
            lines: Vec::new(),
            inputs: Vec::new(),
            headers: Vec::new(),
            expected: String::new(),
            got: String::new(),
            citations: Vec::new(),
            call: None,
            call_id: None,
            follows: follows.to_vec(),
            also: Vec::new(),
            occurrences: 1,
            cause: cause.map(str::to_owned),
            fingerprint: String::new(),
            explanation: Explanation {
                flags: "",
                cause: "",
                excluded: Vec::new(),
                silenced_by: &[],
            },
        }
    }

    #[test]
    fn one_cause_is_one_finding_and_names_every_message() {
        let mut report = AuditReport {
            rules: Vec::new(),
            findings: vec![
                finding(2, Some("a"), &[3]),
                finding(5, None, &[]),
                finding(6, Some("b"), &[]),
                finding(8, Some("a"), &[9]),
                finding(11, None, &[]),
                // Another place in a message that is told already.
                finding(12, Some("a"), &[]),
                finding(12, Some("a"), &[]),
                finding(6, Some("b"), &[]),
            ],
            accepted: 0,
            is_of_nothing: false,
            accounting: Accounting {
                records: 0,
                messages: 0,
                calls: 0,
                adds_up: true,
                unreadable: Vec::new(),
                anomalies: Vec::new(),
            },
        };
        assert_eq!(
            report.fold(),
            [true, true, true, false, true, false, false, false]
        );
        let told = report.findings.iter();
        let told: Vec<_> = told
            .map(|one| (one.messages[0], one.also.as_slice(), one.follows.as_slice()))
            .collect();
        let occurrences: Vec<_> = report.findings.iter().map(|one| one.occurrences).collect();
        assert_eq!(occurrences, [4, 1, 2, 1]);
        let none: &[usize] = &[];
        let expected = [
            (2, [8, 12].as_slice(), [3, 9].as_slice()),
            (5, none, none),
            (6, none, none),
            (11, none, none),
        ];
        assert_eq!(told, expected);
    }
}
