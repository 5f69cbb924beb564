//! JSON that is made while it is written: whatever a message holds, its JSON takes no more memory than the message.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};
use sipscope::base::Span;
use sipscope::sip::{Text, XmlValue};

/// Something as programs get it.
pub(super) struct Shown<T>(pub(super) T);

/// A list that is walked when it is written.
pub(super) struct Each<F>(pub(super) F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: IntoIterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Writes an object: keys that are always there, then those that are left out without a value.
macro_rules! object {
    ($serializer:expr; $($key:literal: $value:expr),* $(; $($maybe:literal: $option:expr),*)?) => {{
        let mut object = serde::Serializer::serialize_map($serializer, None)?;
        $(serde::ser::SerializeMap::serialize_entry(&mut object, $key, &$value)?;)*
        $($(if let Some(value) = &$option {
            serde::ser::SerializeMap::serialize_entry(&mut object, $maybe, value)?;
        })*)?
        serde::ser::SerializeMap::end(object)
    }};
}
pub(super) use object;

/// Defines how something is written as an object.
macro_rules! shown {
    ($($type:ty, $it:ident => { $($object:tt)* })+) => {
        $(impl serde::Serialize for $crate::cli::typed::write::Shown<$type> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $it = &self.0;
                $crate::cli::typed::write::object!(serializer; $($object)*)
            }
        })+
    };
}
pub(super) use shown;

impl Serialize for Shown<Text<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.lossy())
    }
}

impl Serialize for Shown<XmlValue<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.text())
    }
}

impl Serialize for Shown<Span> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.0.start, self.0.end].serialize(serializer)
    }
}

/// What is there, or nothing if it is empty.
pub(super) fn filled(text: Text<'_>) -> Option<Shown<Text<'_>>> {
    Some(Shown(text)).filter(|_| !text.is_empty())
}

/// The beginning of something that may be long and stand in the output often.
pub(super) fn beginning(bytes: &[u8]) -> Cow<'_, str> {
    const LONGEST: usize = 256;
    String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)])
}
