//! What rules look up in a dialog, found once: a dialog may have tens of thousands of transactions, and whoever searched all of
//! them for each of them would not come to an end.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

use super::TransactionScene;
use crate::trace::{Dialog, HopId, MessageId, Party};

type Table<K, V> = HashMap<K, V, RandomState>;

/// A side, a method and the number in CSeq.
type Numbered<'s> = (Party, &'s [u8], u32);

/// Positions of the transactions of a dialog, by what is asked for.
#[derive(Default)]
pub(super) struct Book<'s> {
    sent: OnceCell<[Vec<TransactionScene<'s>>; 2]>,
    numbered: OnceCell<Table<Numbered<'s>, usize>>,
    of_message: OnceCell<Table<MessageId, usize>>,
    pracks: OnceCell<Table<(Party, u32), Vec<TransactionScene<'s>>>>,
    hops: OnceCell<HashSet<HopId, RandomState>>,
}

impl<'s> Book<'s> {
    /// Those of one side, in the order in which it sent the requests.
    pub(super) fn sent_by(
        &self,
        party: Party,
        all: impl Iterator<Item = TransactionScene<'s>>,
    ) -> &[TransactionScene<'s>] {
        let both = self.sent.get_or_init(|| {
            let (mut caller, mut callee): (Vec<_>, Vec<_>) =
                all.partition(|one| one.transaction.from == Party::Caller);
            for own in [&mut caller, &mut callee] {
                own.sort_by_key(|one| one.transaction.first.first_message().id());
            }
            [caller, callee]
        });
        &both[usize::from(party == Party::Callee)]
    }

    /// The position of the first in the order of sending.
    pub(super) fn numbered(
        &self,
        party: Party,
        method: &'static str,
        number: u32,
        all: impl Iterator<Item = TransactionScene<'s>>,
    ) -> Option<usize> {
        let table = self.numbered.get_or_init(|| {
            let mut table = Table::default();
            for one in all {
                let of = &one.transaction;
                let key = (of.from, of.first.method_name(), of.first.cseq());
                table.entry(key).or_insert(one.position);
            }
            table
        });
        table.get(&(party, method.as_bytes(), number)).copied()
    }

    /// The position of that whose request or answer a message is.
    pub(super) fn of_message(
        &self,
        message: MessageId,
        all: impl Iterator<Item = TransactionScene<'s>>,
    ) -> Option<usize> {
        let table = self.of_message.get_or_init(|| {
            let mut table = Table::default();
            for one in all {
                for seen in one.request().into_iter().chain(one.answers()) {
                    table.entry(seen.message.id()).or_insert(one.position);
                }
            }
            table
        });
        table.get(&message).copied()
    }

    /// The PRACKs that one side sent for the INVITE with this number, in their order.
    pub(super) fn pracks(
        &self,
        party: Party,
        number: u32,
        sent: impl Iterator<Item = TransactionScene<'s>>,
    ) -> &[TransactionScene<'s>] {
        let table = self.pracks.get_or_init(|| {
            let mut table = Table::<_, Vec<_>>::default();
            for one in sent.filter(|one| one.transaction.first.method_name() == b"PRACK") {
                let rack = one.request().and_then(|request| request.sip.rack());
                if let Some(number) = rack.and_then(|rack| rack.cseq) {
                    table
                        .entry((one.transaction.from, number))
                        .or_default()
                        .push(one);
                }
            }
            table
        });
        table
            .get(&(party, number))
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// Whether the messages of a hop are of the dialog.
    pub(super) fn has_hop(&self, hop: HopId, dialog: &Dialog<'_>) -> bool {
        let hops = self
            .hops
            .get_or_init(|| dialog.hops().map(|hop| hop.id()).collect());
        hops.contains(&hop)
    }
}
