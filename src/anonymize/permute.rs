//! Digits become other digits, of which each has a radix of its own, so that two rows of digits never become one: a Feistel network,
//! in which each half is moved by what the other half says (as FF1 of NIST SP 800-38G, over mixed radices).

use super::key::Key;

/// A digit and how many there are at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digit {
    pub(super) value: u16,
    pub(super) radix: u16,
}

const ROUNDS: u8 = 8;
/// As many bytes in front of a digit are looked at as they are; longer beginnings are told by so many numbers, so that a row of any length
/// takes no longer for each of its digits.
const LONGEST_BEFORE: usize = 128;
const TOLD: usize = 16;

/// Replaces a row of digits, in another way for each tweak.
pub(super) fn permute(key: &Key, tweak: &[u8], digits: &mut [Digit]) {
    let radices: Vec<u8> = digits
        .iter()
        .flat_map(|digit| digit.radix.to_be_bytes())
        .collect();
    if let [only] = &*digits {
        // One digit alone always becomes another.
        let others = only.radix.saturating_sub(1);
        let by = key.numbers(&[b"one", tweak, &radices], 1);
        if others > 0 {
            shift(digits, &[1 + by[0] % others]);
        }
        return;
    }
    let (left, right) = digits.split_at_mut(digits.len() / 2);
    for round in 0..ROUNDS {
        let (told, moved) = match round % 2 {
            0 => (&*left, &mut *right),
            _ => (&*right, &mut *left),
        };
        let told: Vec<u8> = told
            .iter()
            .flat_map(|digit| digit.value.to_be_bytes())
            .collect();
        let by = key.numbers(&[&[round], tweak, &radices, &told], moved.len());
        shift(moved, &by);
    }
}

/// Replaces each digit by what stands before it, so that rows with the same beginning keep one. The last that can become another does:
/// no row stays itself.
pub(super) fn permute_in_order(key: &Key, tweak: &[u8], digits: &mut [Digit]) {
    let last = digits.iter().rposition(|digit| digit.radix > 1);
    let mut before = Vec::with_capacity(digits.len() * 2);
    for (at, digit) in digits.iter_mut().enumerate() {
        let own = digit.value.to_be_bytes();
        let texts = [&b"in order"[..], tweak, &digit.radix.to_be_bytes(), &before];
        let by = key.numbers(&texts, 1);
        let by = match last == Some(at) {
            true => 1 + by[0] % (digit.radix - 1),
            false => by[0],
        };
        shift(std::slice::from_mut(digit), &[by]);
        before.extend(own);
        if before.len() >= LONGEST_BEFORE {
            let told = key.numbers(&[b"before", &before], TOLD);
            before = told.into_iter().flat_map(u16::to_be_bytes).collect();
        }
    }
}

fn shift(digits: &mut [Digit], by: &[u16]) {
    for (digit, by) in digits.iter_mut().zip(by) {
        let moved = u32::from(digit.value) + u32::from(*by);
        digit.value = (moved % u32::from(digit.radix.max(1))) as u16;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all(radices: &[u16]) -> Vec<Vec<Digit>> {
        let mut rows = vec![Vec::new()];
        for radix in radices {
            let longer = rows.iter().flat_map(|row: &Vec<Digit>| {
                let digits = (0..*radix).map(|value| Digit {
                    value,
                    radix: *radix,
                });
                digits.map(|digit| [row.clone(), vec![digit]].concat())
            });
            rows = longer.collect();
        }
        rows
    }

    fn values(row: &[Digit]) -> Vec<u16> {
        row.iter().map(|digit| digit.value).collect()
    }

    #[test]
    fn no_two_rows_become_one_and_every_digit_stays_below_its_radix() {
        let key = Key::new(b"secret");
        for permute in [permute, permute_in_order] {
            for radices in [&[10][..], &[26, 10], &[3, 26, 7], &[2, 3, 5, 4, 1]] {
                let rows = all(radices);
                let count = rows.len();
                let replaced = rows.into_iter().map(|mut row| {
                    permute(&key, b"", &mut row);
                    assert!(row.iter().all(|digit| digit.value < digit.radix));
                    values(&row)
                });
                assert_eq!(replaced.collect::<BTreeSet<_>>().len(), count);
            }
        }
    }

    #[test]
    fn one_digit_becomes_another() {
        let key = Key::new(b"secret");
        for mut row in all(&[26]) {
            let before = row.clone();
            permute(&key, b"", &mut row);
            assert_ne!(row, before);
        }
    }

    #[test]
    fn long_rows_are_replaced_to_their_end() {
        let key = Key::new(b"secret");
        let ones = vec![
            Digit {
                value: 1,
                radix: 10
            };
            1 << 20
        ];
        for permute in [permute, permute_in_order] {
            let mut row = ones.clone();
            permute(&key, b"", &mut row);
            let last = &values(&row)[row.len() - 100..];
            assert_eq!(last.iter().collect::<BTreeSet<_>>().len(), 10);
        }
    }

    #[test]
    fn in_order_no_row_stays_itself() {
        let key = Key::new(b"secret");
        for mut row in all(&[10, 1, 3, 10, 1]) {
            let before = row.clone();
            permute_in_order(&key, b"", &mut row);
            assert_ne!(row, before);
        }
    }

    #[test]
    fn in_order_the_same_beginning_stays_the_same() {
        let key = Key::new(b"secret");
        let replaced = |number: &str| {
            let digits = number.bytes().map(|byte| Digit {
                value: u16::from(byte - b'0'),
                radix: 10,
            });
            let mut row: Vec<_> = digits.collect();
            permute_in_order(&key, b"", &mut row);
            values(&row)
        };
        let (one, other) = (replaced("4915112345"), replaced("4915198765"));
        assert_eq!(one[..5], other[..5]);
        assert_ne!(one[5], other[5]);
    }
}
