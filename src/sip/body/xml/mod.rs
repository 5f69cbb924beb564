//! XML as a tree of places: what elements and attributes there are, in which namespaces, and where each stands in the
//! message. Nothing is copied; the tree is two flat lists of places, 40 bytes for an element and 24 for an attribute, each of
//! which takes at least four bytes of the body.

mod attributes;
mod build;
mod namespaces;
mod reference;
#[cfg(test)]
mod tests;
mod value;

pub use value::XmlValue;

use crate::base::Span;
use crate::sip::problem::Problems;
use crate::sip::text::Text;

/// A document, as far as it could be read.
#[derive(Clone, Debug, Default)]
pub struct Xml<'a> {
    body: Text<'a>,
    /// In the order in which they begin: the descendants of each follow it.
    nodes: Vec<Node>,
    /// In the order in which they stand.
    attributes: Vec<Attribute>,
}

/// Places of an element.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    /// From its start tag to its end tag, both included.
    span: Span,
    /// Its name without prefix.
    name: Span,
    /// The value that declares its namespace, the same place for all declarations of that namespace.
    namespace: Span,
    /// What stands between its tags.
    content: Span,
    /// Its first attribute; they end where those of the next element begin.
    attributes: u32,
    /// The first element that is no descendant of it.
    end: u32,
}

/// Places of an attribute.
#[derive(Clone, Copy, Debug)]
struct Attribute {
    /// Its name as written.
    name: Span,
    /// As for elements; none without a prefix.
    namespace: Span,
    /// Its value without quotes.
    value: Span,
}

impl<'a> Xml<'a> {
    /// Reads a body. Where it is not well-formed it says so and goes on as far as that has a meaning.
    pub fn read(body: Text<'a>, problems: &mut Problems) -> Self {
        build::read(body, problems)
    }

    /// The outermost element, if there is one.
    pub fn root(&self) -> Option<Element<'_, 'a>> {
        (!self.nodes.is_empty()).then_some(Element {
            xml: self,
            index: 0,
        })
    }

    /// All elements in the order in which they begin.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_, 'a>> {
        (0..self.nodes.len()).map(|index| Element { xml: self, index })
    }
}

/// An element.
#[derive(Clone, Copy, Debug)]
pub struct Element<'x, 'a> {
    xml: &'x Xml<'a>,
    index: usize,
}

impl<'x, 'a> Element<'x, 'a> {
    fn node(self) -> Node {
        self.xml.nodes[self.index]
    }

    fn text(self, span: Span) -> Text<'a> {
        self.xml.body.moved(span)
    }

    /// From its start tag to its end tag, both included.
    pub fn span(self) -> Span {
        self.node().span
    }

    /// Its name without prefix.
    pub fn name(self) -> Text<'a> {
        self.text(self.node().name)
    }

    /// The namespace it is in; empty if it is in none.
    pub fn namespace(self) -> Text<'a> {
        self.text(self.node().namespace)
    }

    /// What stands between its tags.
    pub fn content(self) -> XmlValue<'a> {
        XmlValue::content(self.text(self.node().content))
    }

    /// The text between its tags that is in no element inside. It is read around them, so that all elements of a document
    /// together are read once.
    pub fn own_text(self) -> String {
        let content = self.node().content;
        let behind = Span::new(content.end as usize, content.end as usize);
        let spans = self.elements().map(Self::span);
        let mut text = String::new();
        let mut at = content.start;
        for next in spans.chain([behind]) {
            let between = self.text(Span::new(at as usize, next.start as usize));
            text.push_str(&XmlValue::content(between).text());
            at = next.end;
        }
        text
    }

    /// Its child elements.
    pub fn elements(self) -> Children<'x, 'a> {
        self.select(Namespace::Any, None)
    }

    /// Its children in its own namespace.
    pub fn own_elements(self) -> Children<'x, 'a> {
        self.select(Namespace::Same(self.node().namespace), None)
    }

    /// Its children with this name in its own namespace.
    pub fn children(self, name: &'x str) -> Children<'x, 'a> {
        self.select(Namespace::Same(self.node().namespace), Some(name))
    }

    /// Its children with this name in another namespace.
    pub fn children_in(self, namespace: &'x str, name: &'x str) -> Children<'x, 'a> {
        self.select(Namespace::Named(namespace), Some(name))
    }

    /// The first of [`Self::children`].
    pub fn child(self, name: &'x str) -> Option<Self> {
        self.children(name).next()
    }

    /// The value of the attribute with this name, prefix included as written; the first of several.
    pub fn attribute(self, name: &str) -> Option<XmlValue<'a>> {
        self.value_of(|own, _| own == name)
    }

    /// The value of the attribute with this name in this namespace.
    pub fn attribute_in(self, namespace: &str, name: &str) -> Option<XmlValue<'a>> {
        self.value_of(|own, own_namespace| {
            own_namespace == namespace && attributes::split(own).1 == name
        })
    }

    /// Its attributes with their names as written, declarations of namespaces among them.
    pub fn attributes(self) -> impl Iterator<Item = (Text<'a>, XmlValue<'a>)> {
        self.own_attributes().iter().map(move |attribute| {
            let value = XmlValue::attribute(self.text(attribute.value));
            (self.text(attribute.name), value)
        })
    }

    fn value_of(self, is: impl Fn(Text<'a>, Text<'a>) -> bool) -> Option<XmlValue<'a>> {
        let found = self
            .own_attributes()
            .iter()
            .find(|one| is(self.text(one.name), self.text(one.namespace)))?;
        Some(XmlValue::attribute(self.text(found.value)))
    }

    fn own_attributes(self) -> &'x [Attribute] {
        let all = &self.xml.attributes;
        let next = self.xml.nodes.get(self.index + 1);
        let end = next.map_or(all.len(), |node| node.attributes as usize);
        &all[self.node().attributes as usize..end]
    }

    fn select(self, namespace: Namespace<'x>, name: Option<&'x str>) -> Children<'x, 'a> {
        Children {
            xml: self.xml,
            next: self.index + 1,
            end: self.node().end as usize,
            namespace,
            name,
        }
    }
}

/// Which namespace is asked for.
#[derive(Clone, Copy, Debug)]
enum Namespace<'x> {
    Any,
    /// The one that is declared here. All declarations of a namespace have the place of the first one, so that even the
    /// longest names are compared at once.
    Same(Span),
    Named(&'x str),
}

/// Child elements of an element.
#[derive(Clone, Debug)]
pub struct Children<'x, 'a> {
    xml: &'x Xml<'a>,
    next: usize,
    end: usize,
    namespace: Namespace<'x>,
    name: Option<&'x str>,
}

impl Children<'_, '_> {
    fn wants(&self, node: Node) -> bool {
        let text = |span| self.xml.body.moved(span);
        let in_namespace = match self.namespace {
            Namespace::Any => true,
            Namespace::Same(namespace) => node.namespace == namespace,
            Namespace::Named(namespace) => text(node.namespace) == namespace,
        };
        in_namespace && self.name.is_none_or(|name| text(node.name) == name)
    }
}

impl<'x, 'a> Iterator for Children<'x, 'a> {
    type Item = Element<'x, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.end {
            let index = self.next;
            let node = self.xml.nodes[index];
            self.next = node.end as usize;
            if self.wants(node) {
                return Some(Element {
                    xml: self.xml,
                    index,
                });
            }
        }
        None
    }
}
