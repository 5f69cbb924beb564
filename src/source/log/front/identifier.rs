//! The identifier of a call that FreeSWITCH puts in front of every line of an entry (`mod_logfile`, `uuid`): another for each call.

/// Of 8, 4, 4, 4 and 12 hexadecimal digits.
const LENGTH: usize = 36;
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// What stands behind it and a blank, or the line end of a line that has nothing else.
pub(super) fn behind(raw: &[u8]) -> Option<&[u8]> {
    let (identifier, rest) = raw.split_at_checked(LENGTH)?;
    let is_one = identifier
        .iter()
        .enumerate()
        .all(|(at, byte)| match HYPHENS.contains(&at) {
            true => *byte == b'-',
            false => byte.is_ascii_hexdigit(),
        });
    let is_blank = || rest.trim_ascii().is_empty().then_some(rest);
    is_one.then(|| rest.strip_prefix(b" ").or_else(is_blank))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_digits_and_hyphens() {
        let identifier = "5f7a1c2e-0000-4000-8000-0000000000aa";
        for (rest, expected) in [(" a\n", Some("a\n")), ("\n", Some("\n")), ("a\n", None)] {
            let line = format!("{identifier}{rest}");
            assert_eq!(
                behind(line.as_bytes()),
                expected.map(str::as_bytes),
                "{rest:?}"
            );
            assert_eq!(behind(line.replace('-', "0").as_bytes()), None);
        }
        assert_eq!(behind(b"5f7a1c2e"), None);
    }
}
