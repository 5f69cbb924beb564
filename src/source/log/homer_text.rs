//! The text that Homer 7 exports (`exportwriter.go` of homer-app).
//!
//! `proto:UDP 2023-11-14T22:13:20.000001Z  192.0.2.1:5060 ---> 192.0.2.2:5060`, a blank line, the message as it was captured, a
//! line end. Times have a zone and the fraction that the database keeps. Both addresses are there; 127.0.0.1:0 and 127.0.0.2:0
//! stand for one that Homer does not know. IPv6 has no brackets.

use super::framed::{Announced, Announces, Part};
use super::words::{party, split_once, transport};
use super::{Log, stamp};
use crate::source::about::About;

/// Reads it.
#[derive(Clone, Default)]
pub(super) struct HomerText;

impl Announces for HomerText {
    const ABOUT: &'static [About] = &[About {
        what: "Homer text",
        time: "as the database has it",
        addresses: "both, unless unknown to Homer",
        transport: "yes",
        message: "exact",
        note: "",
    }];
    const MARKS: &'static [&'static [u8]] = &[b" ---> "];
    const BEGINS: &'static [&'static [u8]] = &[b"proto:"];

    fn announced(&mut self, text: &[u8]) -> Option<Announced> {
        let (before, said) = split_once(text, b"proto:")?;
        let (carrier, said) = split_once(said, b" ")?;
        let (source, destination) = split_once(said, b" ---> ")?;
        let (time, source) = split_once(source, b"  ")?;
        Some(Announced {
            at: before.len(),
            moment: stamp::read(time).map(|(moment, _)| moment),
            ..Announced::between(party(source), party(destination), transport(carrier)?)
        })
    }

    fn part(&mut self, text: &[u8], log: &Log) -> Part {
        match !log.is_empty() && text.is_empty() && log.is_complete() {
            true => Part::End,
            false => Part::Message,
        }
    }
}
