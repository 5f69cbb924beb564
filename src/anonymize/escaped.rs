//! Text in which some bytes are written as `%41` (RFC 3986 2.1): it is replaced as what it stands for, and written as it was.

/// Lets a text be replaced without its escapes; what is replaced has as many bytes.
pub(super) fn unescaped(text: &mut [u8], replace: impl FnOnce(&mut [u8])) {
    if memchr::memchr(b'%', text).is_none() {
        return replace(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let escaped = escape(&text[at..]);
        places.push((at, escaped.is_some()));
        plain.push(escaped.unwrap_or(text[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    let before = plain.clone();
    replace(&mut plain);
    for ((at, is_escaped), (old, new)) in places.into_iter().zip(before.iter().zip(&plain)) {
        match is_escaped {
            _ if old == new => {}
            true => write(&mut text[at..at + 3], *new),
            false => text[at] = *new,
        }
    }
}

fn escape(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = *text else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(high)? << 4 | digit(low)?) as u8)
}

/// With letters as large as they were.
fn write(escape: &mut [u8], byte: u8) {
    let is_small = escape.iter().any(u8::is_ascii_lowercase);
    let digits: &[u8; 16] = match is_small {
        true => b"0123456789abcdef",
        false => b"0123456789ABCDEF",
    };
    escape[1] = digits[usize::from(byte >> 4)];
    escape[2] = digits[usize::from(byte & 15)];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_replaced_where_they_are_escaped_and_where_not() {
        let mut text = b"%61%6cice%40%zz%4".to_vec();
        unescaped(&mut text, |plain| {
            assert_eq!(plain, b"alice@%zz%4");
            plain[..5].copy_from_slice(b"zorkj");
        });
        assert_eq!(text, b"%7A%6frkj%40%zz%4");
    }
}
