//! The names of lifelines on a ladder that is wider than the screen: one that is cut says so, since a part of an address is another
//! address.

use super::Opened;

const WIDE: &str = "samples/flows/ims-session-preconditions.pcapng";

/// Names of lifelines, as they are seen.
fn heads(opened: &mut Opened) -> Vec<String> {
    let line = opened.lines()[1].clone();
    let heads = line.split_whitespace().map(str::to_owned);
    heads.collect()
}

#[test]
fn a_head_that_is_cut_at_an_edge_says_so() {
    let mut whole = Opened::of(&[WIDE], 400, 24);
    whole.keys("\n");
    let known = heads(&mut whole);
    assert!(
        known.len() > 4 && known.iter().all(|head| !head.contains('~')),
        "{known:?}"
    );
    let (mut begins, mut ends) = (0, 0);
    for width in 60..76 {
        let mut opened = Opened::of(&[WIDE], width, 24);
        opened.keys("\n");
        for _ in 0..12 {
            for head in heads(&mut opened) {
                let is_right = match (head.strip_prefix('~'), head.strip_suffix('~')) {
                    (Some(end), _) => {
                        ends += 1;
                        known.iter().any(|head| head.ends_with(end))
                    }
                    (_, Some(begin)) => {
                        begins += 1;
                        known.iter().any(|head| head.starts_with(begin))
                    }
                    (None, None) => known.contains(&head),
                };
                assert!(is_right, "{head}\n{}", opened.seen());
            }
            opened.keys("l");
        }
    }
    assert!(begins > 0 && ends > 0, "{begins} {ends}");
}
