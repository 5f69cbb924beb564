//! What single values tell of where a message belongs. The same ones pass on every hop and in every answer: each is read once
//! and remembered, with its places counted from its own beginning.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;

use crate::base::Span;
use crate::sip::{Address, Host, Port, Problems, Remembered, Text, Uri, Via};

/// What values told before.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    vias: Remembered<ViaTold>,
    addresses: Remembered<AddressTold>,
}

impl Told {
    /// What a Via value tells, with its places in the message.
    pub(super) fn via(&mut self, value: Text<'_>, hashes: &RandomState) -> ViaTold {
        let told = self
            .vias
            .of(value.bytes(), |text| ViaTold::of(text, hashes));
        ViaTold {
            sent_by: told.sent_by.moved(value.start()),
            ..told
        }
    }

    /// What an address tells, with its places in the message.
    pub(super) fn address(&mut self, value: Text<'_>) -> AddressTold {
        let told = self.addresses.of(value.bytes(), AddressTold::of);
        told.moved(value.start())
    }
}

/// What a Via value tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct ViaTold {
    /// Of sent-by and branch.
    pub(super) own: u64,
    pub(super) sent_by: Span,
    /// Whether its branch begins as one has to (RFC 3261 8.1.1.7).
    pub(super) has_cookie: bool,
}

impl ViaTold {
    fn of(value: &[u8], hashes: &RandomState) -> Self {
        let via = Via::read(Text::all(value), &mut Problems::ignored());
        let branch = via.branch().unwrap_or_default();
        Self {
            own: identity_of(&via, branch, hashes),
            sent_by: place(via.host, via.port),
            has_cookie: has_cookie(branch.bytes()),
        }
    }
}

/// What an address with its parameters tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct AddressTold {
    /// Who is meant.
    pub(super) identity: Span,
    pub(super) tag: Span,
    /// The URI without brackets.
    pub(super) uri: Span,
    /// Host and port.
    pub(super) place: Span,
    pub(super) is_loose_router: bool,
    /// Whether it says that its node wrote another Record-Route beside it.
    pub(super) is_one_of_two: bool,
}

impl AddressTold {
    fn of(value: &[u8]) -> Self {
        let address = Address::read(Text::all(value), &mut Problems::ignored());
        let uri = address.uri();
        Self {
            identity: without_params(&uri),
            tag: address.tag().map(Text::span).unwrap_or_default(),
            uri: address.uri_text().span(),
            place: place(uri.host, uri.port),
            is_loose_router: uri.is_loose_router(),
            is_one_of_two: is_one_of_two(&uri),
        }
    }

    fn moved(self, by: usize) -> Self {
        Self {
            identity: self.identity.moved(by),
            tag: self.tag.moved(by),
            uri: self.uri.moved(by),
            place: self.place.moved(by),
            ..self
        }
    }
}

/// RFC 3261 8.1.1.7.
fn has_cookie(branch: &[u8]) -> bool {
    branch
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"z9hG4bK"))
}

/// Bytes that are hashed at a time.
const PIECE: usize = 64;

/// Of what names a Via: sent-by and branch, in any case. What a receiver adds to it (received, rport) does not count.
fn identity_of(via: &Via<'_>, branch: Text<'_>, hashes: &RandomState) -> u64 {
    let mut hasher = hashes.build_hasher();
    // In pieces: a hash of single bytes costs several times as much.
    let mut add = |text: &[u8]| {
        for piece in text.chunks(PIECE) {
            let mut lower = [0; PIECE];
            let lower = &mut lower[..piece.len()];
            lower.copy_from_slice(piece);
            lower.make_ascii_lowercase();
            hasher.write(lower);
        }
        hasher.write_u8(0);
    };
    add(via.host.text.bytes());
    add(via.port.map(|port| port.text).unwrap_or_default().bytes());
    add(branch.bytes());
    hasher.finish()
}

/// Who is meant: the URI without parameters and headers.
pub(super) fn identity(address: &Address<'_>) -> Span {
    without_params(&address.uri())
}

pub(super) fn without_params(uri: &Uri<'_>) -> Span {
    let all = uri.text;
    let end = match (uri.port, uri.host.text.is_empty()) {
        (Some(port), _) => port.text.end(),
        (None, false) => uri.host.text.end(),
        (None, true) => uri.opaque.end(),
    };
    all.between(all.start(), end).span()
}

/// Whether a Record-Route value says that its node wrote another beside it.
fn is_one_of_two(uri: &Uri<'_>) -> bool {
    let word = uri.params.value("r2");
    word.is_some_and(|word| word.is("on"))
}

/// Host and port as written.
fn place(host: Host<'_>, port: Option<Port<'_>>) -> Span {
    let host = host.text.span();
    match port {
        Some(port) => Span::new(host.start as usize, port.text.end()),
        None => host,
    }
}
