//! XML as a tree of elements. How deep it is, is bounded by the reader.

use sipscope::sip::XmlValue;
use sipscope::sip::xml::Element;

use super::write::{Each, Shown, beginning, shown};

shown! {
    Element<'_, '_>, element => {
        "name": Shown(element.name()),
        "namespace": beginning(element.namespace().bytes()),
        "span": Shown(element.span());
        "attributes": element.attributes().next().map(|_| Each(|| element.attributes().map(Shown))),
        "text": text(&element.own_text()),
        "children": element.elements().next().map(|_| Each(|| element.elements().map(Shown)))
    }
    (sipscope::sip::Text<'_>, XmlValue<'_>), attribute => {
        "name": Shown(attribute.0), "value": Shown(attribute.1)
    }
}

/// What stands in an element beside other elements, if it is not white space only.
fn text(own: &str) -> Option<&str> {
    Some(own.trim_ascii()).filter(|text| !text.is_empty())
}
