//! What is written on and below the arrow of a captured message.

use super::{Labels, Options};
use crate::base::escape;
use crate::sip::{FirstLine, Message, Name};

/// What stands on the arrow. `of` is the method of what a response answers, where that is not clear.
pub(super) fn caption(message: &Message<'_>, labels: Labels, of: Option<&[u8]>) -> String {
    let mut caption = match (message.first_line(), labels) {
        (FirstLine::Request { method, .. }, _) => escape::bytes(method.bytes()),
        (FirstLine::Status { code, .. }, Labels::Short) => code.to_string(),
        (FirstLine::Status { code, reason, .. }, _) => {
            let reason = escape::bytes(reason.bytes());
            format!("{code} {reason}").trim_end().to_owned()
        }
        (FirstLine::Other(line), _) => escape::bytes(line.bytes()),
    };
    if labels == Labels::Short {
        return caption;
    }
    let mut more: Vec<_> = of.map(escape::bytes).into_iter().collect();
    let media_type = message.value(Name::ContentType);
    if let Some(media_type) = media_type.filter(|_| !message.rest().is_empty()) {
        more.push(body_word(&escape::bytes(media_type.bytes())));
    }
    if !more.is_empty() {
        caption = format!("{caption} ({})", more.join(", "));
    }
    caption
}

/// What a body is in a word: `SDP`, `pidf`, `multipart`.
pub(super) fn body_word(media_type: &str) -> String {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = plain.split_once('/').unwrap_or(("", plain));
    match (kind, subtype) {
        ("application", "sdp") => "SDP".to_owned(),
        ("multipart", _) => kind.to_owned(),
        _ => subtype.strip_suffix("+xml").unwrap_or(subtype).to_owned(),
    }
}

/// Of a longer message so many characters are shown.
const MOST_SHOWN: usize = 4000;

/// The lines of a message, up to a limit that is said.
pub(super) fn whole(message: &Message<'_>) -> String {
    let lines = message.bytes().split(|byte| *byte == b'\n');
    let lines = lines.map(|line| escape::bytes(line.strip_suffix(b"\r").unwrap_or(line)));
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = text.trim_end_matches('\n');
    match text.char_indices().nth(MOST_SHOWN) {
        None => text.to_owned(),
        Some((end, _)) => {
            let more = text[end..].chars().count();
            format!("{}\n... and {more} characters more", &text[..end])
        }
    }
}

/// The header fields that are asked for, a line each.
pub(super) fn small_print(message: &Message<'_>, options: &Options) -> Vec<String> {
    let mut lines = Vec::new();
    for wanted in options.small_print() {
        if wanted.eq_ignore_ascii_case("Request-URI") {
            if let FirstLine::Request { uri, .. } = message.first_line() {
                lines.push(format!("{wanted}: {}", escape::bytes(uri.bytes())));
            }
            continue;
        }
        let known = Name::of(wanted.as_bytes());
        let fields = message.headers().filter(|field| match known {
            Name::Other => field.name.is(wanted),
            known => field.known == known,
        });
        let values = fields.map(|field| escape::bytes(&field.value.unfolded()));
        lines.extend(values.map(|value| format!("{}: {value}", escape::text(wanted))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::Index;

    const OK: &[u8] = b"SIP/2.0 200 OK\r\nv: SIP/2.0/UDP a\r\nX-A: 1\r\n\
        Content-Type: application/sdp; x=y\r\nContent-Length: 3\r\n\r\nv=0";

    #[test]
    fn captions_say_what_is_asked_for() {
        let mut index = Index::default();
        let message = Message::read(OK, &mut index);
        assert_eq!(caption(&message, Labels::Short, Some(b"BYE")), "200");
        assert_eq!(caption(&message, Labels::Full, None), "200 OK (SDP)");
        let of = caption(&message, Labels::Full, Some(b"INVITE"));
        assert_eq!(of, "200 OK (INVITE, SDP)");
        let options = Options {
            headers: ["Via", "x-a", "Route"].map(str::to_owned).to_vec(),
            ..Options::default()
        };
        let small = small_print(&message, &options);
        assert_eq!(small, ["Via: SIP/2.0/UDP a", "x-a: 1"]);
    }

    #[test]
    fn control_characters_never_get_into_a_caption() {
        let mut index = Index::default();
        let message = Message::read(b"SIP/2.0 200 O\x1bK\xff\r\n\r\n", &mut index);
        assert_eq!(caption(&message, Labels::Full, None), "200 O\\u{1b}K\\xff");
    }

    #[test]
    fn whole_messages_are_lines_up_to_a_limit() {
        let mut index = Index::default();
        let message = Message::read(
            b"SIP/2.0 200 OK\r\nX: \x1b\t\xff\r\n\r\na\nb\r\n",
            &mut index,
        );
        assert_eq!(
            whole(&message),
            "SIP/2.0 200 OK\nX: \\u{1b}\\t\\xff\n\na\nb"
        );
        let long = format!("SIP/2.0 200 OK\r\n\r\n{}", "\u{e9}".repeat(5000));
        let mut index = Index::default();
        let shown = whole(&Message::read(long.as_bytes(), &mut index));
        // The first line and two line ends are 16 of the 5016 characters.
        assert!(
            shown.ends_with("\u{e9}\n... and 1016 characters more"),
            "{shown}"
        );
    }

    #[test]
    fn bodies_have_short_names() {
        assert_eq!(body_word("application/pidf+xml"), "pidf");
        assert_eq!(body_word("multipart/mixed;boundary=x"), "multipart");
        assert_eq!(body_word("message/sipfrag;version=2.0"), "sipfrag");
    }
}
