//! In which ink what the audit found is written.

use crate::base::Ink;
use crate::rules::Severity;

/// The ink of a severity.
pub fn severity_ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Bad,
        Severity::Warning => Ink::Doubtful,
        Severity::Info => Ink::Told,
    }
}
