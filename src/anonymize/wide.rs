//! XML in UTF-16: replaced as what it says, and UTF-16 again.

/// How the bytes of a character follow each other.
#[derive(Clone, Copy)]
struct Order {
    /// Which byte of two is the one that ASCII has.
    low: usize,
    high: usize,
}

/// The mark in front of a text that tells the order: U+FEFF.
const MARK: [u8; 2] = [0xfe, 0xff];

const LITTLE: Order = Order { low: 0, high: 1 };
const BIG: Order = Order { low: 1, high: 0 };

impl Order {
    /// As far as a text tells it by how it begins (XML 1.0 appendix F).
    fn of(text: &[u8]) -> Option<Self> {
        match text {
            [0xff, 0xfe, ..] | [b'<', 0, ..] => Some(LITTLE),
            [0xfe, 0xff, ..] | [0, b'<', ..] => Some(BIG),
            _ => None,
        }
    }
}

/// Whether it begins as XML in UTF-16 does.
pub(super) fn is_wide(text: &[u8]) -> bool {
    Order::of(text).is_some()
}

/// Lets the text be replaced as if it were one of ASCII. In place of other characters it gets a letter.
pub(super) fn narrowed(text: &mut [u8], replace: impl FnOnce(&mut [u8])) {
    let Some(order) = Order::of(text) else {
        return replace(text);
    };
    let is_mark = |unit: &[u8]| [unit[order.high], unit[order.low]] == MARK;
    let start = if text.get(..2).is_some_and(is_mark) {
        2
    } else {
        0
    };
    let units = text[start..].chunks_exact(2);
    let narrow = units.map(|unit| match unit[order.high] {
        0 if unit[order.low].is_ascii() => unit[order.low],
        _ => b'x',
    });
    let mut narrow: Vec<u8> = narrow.collect();
    replace(&mut narrow);
    let mut units = text[start..].chunks_exact_mut(2);
    for (unit, plain) in units.by_ref().zip(narrow) {
        unit[order.high] = 0;
        unit[order.low] = plain;
    }
    units.into_remainder().fill(b'x');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_with_and_without_a_mark() {
        let little =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let big =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
        for written in [little, big] {
            for mark in ["", "\u{feff}"] {
                let mut text = written(&format!("{mark}<a>Zo\u{eb} \u{1f600}</a>"));
                narrowed(&mut text, |narrow| {
                    assert_eq!(narrow, b"<a>Zox xx</a>");
                    narrow[3..6].copy_from_slice(b"Abc");
                });
                assert_eq!(text, written(&format!("{mark}<a>Abc xx</a>")));
            }
        }
    }

    #[test]
    fn half_a_character_at_the_end_is_none() {
        let mut text = b"<\0a\0>\0Z".to_vec();
        narrowed(&mut text, |narrow| assert_eq!(narrow, b"<a>"));
        assert_eq!(text, b"<\0a\0>\0x");
    }
}
