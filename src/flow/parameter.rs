//! Whether a value of a header field has a parameter.

/// Whether a value has a parameter: of the field or of a URI in it, or as challenges have them.
pub(super) fn has_parameter(value: &str, name: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    let mut pieces = value.split(|letter| {
        quoted ^= letter == '"' && !escaped;
        escaped = quoted && letter == '\\' && !escaped;
        !quoted && matches!(letter, ';' | ',' | ' ' | '<' | '>' | '?')
    });
    pieces.any(|piece| {
        let key = piece.split('=').next().unwrap_or_default();
        key.eq_ignore_ascii_case(name)
    })
}

#[cfg(test)]
mod tests {
    use super::has_parameter;

    #[test]
    fn parameters_are_found_outside_of_quotes() {
        for (value, name, expected) in [
            ("<sip:a@b>;+g.poc.talkburst", "+g.poc.talkburst", true),
            ("Digest realm=\"a\", nonce=\"b\"", "nonce", true),
            ("Digest realm=\"a, nonce=b\"", "nonce", false),
            ("<sip:a@b>;Expires=3", "expires", true),
            ("<sip:a@b>;expired=3", "expires", false),
            ("<sip:a@b;lr;ob>", "ob", true),
            ("<sip:a@b;ob;lr>", "ob", true),
            ("<sip:a@b;ob>;lr", "ob", true),
            ("<sip:a@b;ob?Subject=c>", "ob", true),
            ("\"a;ob\" <sip:a@b>", "ob", false),
            ("\"a\\\";ob\" <sip:a@b>", "ob", false),
            ("<sip:ob@b;lr>", "ob", false),
        ] {
            assert_eq!(has_parameter(value, name), expected, "{value} {name}");
        }
    }
}
