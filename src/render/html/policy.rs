//! The content security policy of a page: nothing is fetched, nothing is sent, and nothing runs but the one script and the one
//! style that are named by their hashes (CSP level 3, 8.4).

use sha2::{Digest, Sha256};

use crate::base::base64;

/// The policy.
pub(super) fn policy(script: &str, style: &str) -> String {
    let (script, style) = (hash(script), hash(style));
    format!(
        "default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; trusted-types"
    )
}

fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification of the policy, of a script that says hello.
    #[test]
    fn a_hash_is_that_of_the_specification() {
        let hash = hash("alert('Hello, world.');");
        assert_eq!(hash, "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }
}
