//! Who watches whom, as it is told to those who subscribe to the `winfo` of a package (RFC 3858).

use super::expect::{Extent, attribute, number, root, word, words};
use super::xml::{Element, Xml, XmlValue};
use crate::base::Span;
use crate::sip::problem::Problems;

const NAMESPACE: &str = "urn:ietf:params:xml:ns:watcherinfo";

/// A watcher information document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watcherinfo<'a> {
    /// Counts the documents of a subscription, from 0.
    pub version: Option<u64>,
    /// Whether it tells all watchers or those that changed.
    pub state: Option<Extent>,
    /// One for each resource and package.
    pub lists: Vec<WatcherList<'a>>,
}

/// The watchers of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatcherList<'a> {
    /// All of it.
    pub span: Span,
    /// What is watched.
    pub resource: Option<XmlValue<'a>>,
    /// The event package.
    pub package: Option<XmlValue<'a>>,
    /// Who watches.
    pub watchers: Vec<Watcher<'a>>,
}

/// One who watches, or wants to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watcher<'a> {
    /// All of it.
    pub span: Span,
    /// What the subscription is called.
    pub id: Option<XmlValue<'a>>,
    /// How it is.
    pub status: Option<WatcherStatus>,
    /// What brought it into this state.
    pub event: Option<WatcherEvent>,
    /// The URI of the watcher.
    pub uri: XmlValue<'a>,
    /// The display name of the watcher.
    pub display_name: Option<XmlValue<'a>>,
    /// Seconds the subscription has left.
    pub expiration: Option<u64>,
    /// Seconds since it was made.
    pub duration_subscribed: Option<u64>,
}

words! {
    /// How a subscription is (RFC 3857 4.7.1).
    WatcherStatus {
        /// It waits for a decision.
        Pending "pending"
        /// It is allowed.
        Active "active"
        /// It ended before there was a decision, which is waited for still.
        Waiting "waiting"
        /// It is over.
        Terminated "terminated"
    }
}

words! {
    /// What brought a subscription into its state.
    WatcherEvent {
        /// The watcher subscribed.
        Subscribe "subscribe"
        /// It was allowed.
        Approved "approved"
        /// The notifier ended it; the watcher may come back at once.
        Deactivated "deactivated"
        /// The notifier ended it; the watcher may come back later.
        Probation "probation"
        /// It was refused.
        Rejected "rejected"
        /// It was not prolonged.
        Timeout "timeout"
        /// Nobody decided about it.
        Giveup "giveup"
        /// What was watched is gone.
        Noresource "noresource"
    }
}

impl<'a> Watcherinfo<'a> {
    /// Reads a watcher information document.
    pub fn read(xml: &Xml<'a>, problems: &mut Problems) -> Self {
        let Some(root) = root(xml, &["watcherinfo"], NAMESPACE, problems) else {
            return Self::default();
        };
        let version = attribute(root, "version", problems);
        let state = attribute(root, "state", problems);
        Self {
            version: number(version, problems),
            state: word(state, problems),
            lists: root
                .children("watcher-list")
                .map(|list| WatcherList::of(list, problems))
                .collect(),
        }
    }
}

impl<'a> WatcherList<'a> {
    fn of(list: Element<'_, 'a>, problems: &mut Problems) -> Self {
        Self {
            span: list.span(),
            resource: attribute(list, "resource", problems),
            package: attribute(list, "package", problems),
            watchers: list
                .children("watcher")
                .map(|watcher| Watcher::of(watcher, problems))
                .collect(),
        }
    }
}

impl<'a> Watcher<'a> {
    fn of(watcher: Element<'_, 'a>, problems: &mut Problems) -> Self {
        let status = attribute(watcher, "status", problems);
        let event = attribute(watcher, "event", problems);
        Self {
            span: watcher.span(),
            id: attribute(watcher, "id", problems),
            status: word(status, problems),
            event: word(event, problems),
            uri: watcher.content(),
            display_name: watcher.attribute("display-name"),
            expiration: number(watcher.attribute("expiration"), problems),
            duration_subscribed: number(watcher.attribute("duration-subscribed"), problems),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sip::body::testing::{assert_noted, assert_survives, read_clean};
    use crate::sip::problem::ProblemKind::{self, *};

    const DOCUMENT: &str = r#"<?xml version="1.0"?>
<watcherinfo xmlns="urn:ietf:params:xml:ns:watcherinfo" version="0" state="full">
  <watcher-list resource="sip:professor@example.net" package="presence">
    <watcher status="active" id="8ajksjda7s" duration-subscribed="509" expiration="20"
             event="approved" display-name="M&#xFC;ller">sip:userA@example.net</watcher>
    <watcher id="hh8juja87s997-ass7" status="pending" event="subscribe">
      sip:userB@example.org
    </watcher>
  </watcher-list>
</watcherinfo>"#;

    fn noted(document: &str, kinds: &[ProblemKind]) {
        assert_noted(document, kinds, |xml, problems| {
            Watcherinfo::read(xml, problems);
        });
    }

    #[test]
    fn reads_watchers() {
        let winfo = read_clean(DOCUMENT, Watcherinfo::read);
        assert_eq!((winfo.version, winfo.state), (Some(0), Some(Extent::Full)));
        let list = &winfo.lists[0];
        assert!(list.resource.unwrap().is("sip:professor@example.net"));
        assert!(list.package.unwrap().is("presence"));
        let [one, two] = &list.watchers[..] else {
            panic!("two watchers");
        };
        assert_eq!(one.status, Some(WatcherStatus::Active));
        assert_eq!(one.event, Some(WatcherEvent::Approved));
        assert_eq!(
            (one.duration_subscribed, one.expiration),
            (Some(509), Some(20))
        );
        assert!(one.display_name.unwrap().is("M\u{fc}ller"));
        assert!(one.id.unwrap().is("8ajksjda7s") && one.uri.is("sip:userA@example.net"));
        assert_eq!(two.status, Some(WatcherStatus::Pending));
        assert_eq!(two.event, Some(WatcherEvent::Subscribe));
        assert!(two.uri.is("sip:userB@example.org"));
    }

    #[test]
    fn notes_what_is_missing_or_odd() {
        noted(
            "<watcherinfo«» xmlns='urn:ietf:params:xml:ns:watcherinfo' version='1'>\
             <watcher-list«» resource='sip:a'><watcher id='1' status='«allowed»' event='«»'/>\
             </watcher-list></watcherinfo>",
            &[XmlAttribute; 4],
        );
        noted(
            "<watcherinfo xmlns='urn:ietf:params:xml:ns:watcherinfo' version='1' state='full'>\
             <watcher-list resource='sip:a' package='presence'>\
             <watcher id='1' status='active' event='timeout' expiration='«2.5»'/>«</watcher>»\
             </watcher-list></watcherinfo>",
            &[XmlAttribute, Xml],
        );
        noted(
            "<«watcherinfo» xmlns='urn:x' version='1' state='full'/>",
            &[XmlRoot],
        );
    }

    #[test]
    fn survives_damage() {
        assert_survives(DOCUMENT, |xml, problems| {
            Watcherinfo::read(xml, problems);
        });
    }
}
