//! Numbers of the things in a trace. Each kind has its own type, so that a hop is never looked up as a dialog.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// At this position, from 0.
            pub(super) fn at(position: usize) -> Self {
                Self(position as u32)
            }

            /// Position, from 0.
            pub(super) fn position(self) -> usize {
                self.0 as usize
            }

            /// The number that people see, from 1.
            pub fn number(self) -> usize {
                self.0 as usize + 1
            }

            /// What people call by this number, from 1.
            pub fn numbered(number: usize) -> Option<Self> {
                Some(Self(u32::try_from(number.checked_sub(1)?).ok()?))
            }
        }
    )*};
}

ids! {
    /// A message.
    MessageId,
    /// A hop.
    HopId,
    /// A dialog.
    DialogId,
    /// A node.
    NodeId,
    /// A call.
    CallId,
}

macro_rules! may_be_absent {
    ($($name:ident)*) => {$(
        impl $name {
            /// Where none is.
            pub(super) const NONE: Self = Self(u32::MAX);

            /// `None` for [`Self::NONE`].
            pub(super) fn known(self) -> Option<Self> {
                (self != Self::NONE).then_some(self)
            }
        }
    )*};
}

may_be_absent! { MessageId HopId DialogId NodeId }
