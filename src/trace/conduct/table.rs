//! What proxies do, may do and must not do to each part of a message: one line for each, the first that fits counts. All
//! clauses of RFC 3261 16.6 speak of requests, those of 16.7 of responses; "step" is the number in their lists.

use super::case::Case;
use super::{Class, Side};
use crate::sip::Name;
use crate::trace::relay::{Edit, Place};

/// What a line speaks of.
enum Where {
    Anywhere,
    FirstLine,
    Body,
    Field(Name),
    AnyField,
}

enum Message {
    Any,
    Request,
    Response,
}

pub(super) struct Rule {
    place: Where,
    message: Message,
    /// `None` for any.
    edit: Option<Edit>,
    when: fn(&Case<'_, '_>) -> bool,
    pub(super) class: Class,
    pub(super) side: Side,
    pub(super) why: &'static str,
    pub(super) cites: &'static str,
}

impl Rule {
    fn fits(&self, case: &Case<'_, '_>) -> bool {
        let place = case.change.place;
        let here = match &self.place {
            Where::Anywhere => true,
            Where::FirstLine => place == Place::FirstLine,
            Where::Body => place == Place::Body,
            Where::Field(name) => place == Place::Field(*name),
            Where::AnyField => matches!(place, Place::Field(_)),
        };
        let kind = match self.message {
            Message::Any => true,
            Message::Request => case.is_request(),
            Message::Response => !case.is_request(),
        };
        let edit = self.edit.is_none_or(|edit| edit == case.change.edit);
        here && kind && edit && (self.when)(case)
    }
}

/// The line that speaks of a change.
pub(super) fn rule_of(case: &Case<'_, '_>) -> &'static Rule {
    RULES.iter().find(|rule| rule.fits(case)).unwrap_or(&LAST)
}

/// All lines.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain([&LAST])
}

macro_rules! rules {
    ($($place:ident $(($name:ident))? $message:ident $edit:ident if $when:ident:
        $class:ident $side:ident $why:literal $cites:literal)+) => {
        const RULES: &[Rule] = &[$(Rule {
            place: Where::$place $((Name::$name))?,
            message: Message::$message,
            edit: rules!(@$edit),
            when: |case| case.$when(),
            class: Class::$class,
            side: Side::$side,
            why: $why,
            cites: $cites,
        },)+];
    };
    (@Any) => { None };
    (@$edit:ident) => { Some(Edit::$edit) };
}

/// Where no other line fits: a change of a field that the specifications leave to nobody.
const LAST: Rule = Rule {
    place: Where::Anywhere,
    message: Message::Any,
    edit: None,
    when: |case| case.always(),
    class: Class::Notable,
    side: Side::Node,
    why: "no specification tells proxies to change this",
    cites: "RFC 3261 16.6 step 1, 16.7 step 9",
};

rules! {
    Anywhere Any Any if is_of_cancel: Expected Node
        "CANCEL goes hop by hop: each node makes its own" "RFC 3261 9.1, 16.10"

    AnyField Any Changed if is_only_spaced: Notable Node
        "written with other white space, which means the same" "RFC 3261 7.3.1"

    FirstLine Request Changed if is_other_uri_in_dialog: Notable Node
        "within a dialog the Request-URI is the remote target, and only who is responsible for it changes it" "RFC 3261 12.2.1.1, 16.5"
    FirstLine Request Changed if is_other_uri: Expected Node
        "the Request-URI is the target that was looked up" "RFC 3261 16.5, 16.6 step 2"
    FirstLine Response Changed if is_other_phrase: Notable Node
        "the reason phrase is another, which only people read" "RFC 3261 7.2"
    FirstLine Any Any if always: Suspicious Node
        "method, status and version are not the proxy's to change" "RFC 3261 16.6 step 1, 16.7 step 9"

    Field(Via) Request Added if is_on_top: Expected Downstream
        "puts its own value on top" "RFC 3261 16.6 step 8"
    Field(Via) Request Added if is_second: Notable Downstream
        "a second value: two functions in one node, or a hop that was not seen" "RFC 3261 16.6 step 8"
    Field(Via) Request Changed if has_other_source: Expected Upstream
        "notes where the request really came from" "RFC 3261 18.2.1, RFC 3581 4"
    Field(Via) Response Removed if was_on_top: Expected Downstream
        "takes its own value off" "RFC 3261 16.7 step 3"
    Field(Via) Response Removed if was_second: Notable Downstream
        "takes a second value off: two functions in one node, or a hop that was not seen" "RFC 3261 16.7 step 3"
    Field(Via) Any Any if always: Suspicious Node
        "values of others are the way back, and stay as they are" "RFC 3261 16.6 step 8, 16.7 step 3"

    Field(MaxForwards) Request Changed if is_one_less: Expected Node
        "counts one down" "RFC 3261 16.6 step 3"
    Field(MaxForwards) Request Changed if is_less: Notable Node
        "counts more than one down: several functions in one node, or hops that were not seen" "RFC 3261 16.6 step 3"
    Field(MaxForwards) Request Added if always: Expected Node
        "gives a value to a request that has none" "RFC 3261 16.6 step 3"
    Field(MaxForwards) Request Kept if always: Suspicious Node
        "not counted down: a loop would never end" "RFC 3261 16.6 step 3"
    Field(MaxForwards) Request Any if always: Suspicious Node
        "it only ever becomes less: a loop would never end" "RFC 3261 16.6 step 3"

    Field(Route) Request Removed if was_on_top: Expected Upstream
        "takes off the value that named it" "RFC 3261 16.4"
    Field(Route) Request Removed if was_second: Notable Upstream
        "takes two values off: both are its own, of two interfaces or functions" "RFC 3261 16.4, RFC 5658 5"
    Field(Route) Request Changed if replaces_top: Expected Downstream
        "takes off the value that named it, and sends it by another" "RFC 3261 16.4, 16.6 step 6"
    Field(Route) Request Added if is_on_top: Expected Downstream
        "sends it by another node" "RFC 3261 16.6 step 6"
    Field(Route) Request Added if is_second: Expected Downstream
        "sends it by another node" "RFC 3261 16.6 step 6"
    Field(Route) Any Any if always: Suspicious Node
        "values of others are their way, and stay as they are" "RFC 3261 16.4, 16.6 step 6"

    Field(RecordRoute) Request Added if is_on_top: Expected Downstream
        "stays in the path of the dialog" "RFC 3261 16.6 step 4"
    Field(RecordRoute) Request Added if is_second: Expected Node
        "stays in the path of the dialog with both interfaces" "RFC 5658 5"
    Field(RecordRoute) Response Changed if always: Notable Upstream
        "allowed for the value that it put there itself" "RFC 3261 16.7 step 8, RFC 5658 4"
    Field(RecordRoute) Response Added if names_node: Notable Upstream
        "puts its own value back, which it kept from the other side" "RFC 3261 16.6 step 4, 16.7 step 8"
    Field(RecordRoute) Any Any if always: Suspicious Node
        "values of others are the route of the dialog, and stay as they are" "RFC 3261 16.6 step 4, 16.7 step 8"

    Field(Path) Request Added if is_on_top: Expected Downstream
        "stays in the way to the one who registers" "RFC 3327 5.2"
    Field(Path) Any Any if always: Suspicious Node
        "values of others are the way to the one who registers, and stay as they are" "RFC 3327 5.2"
    Field(ServiceRoute) Response Any if always: Suspicious Node
        "it is the registrar's" "RFC 3608 6.2"

    Field(CallId) Any Any if always: Suspicious Node
        "it names the dialog at both ends" "RFC 3261 8.1.1.4, 16.6 step 1"
    Field(CSeq) Any Any if always: Suspicious Node
        "it names the transaction at both ends" "RFC 3261 8.1.1.5, 16.6 step 1"
    Field(From) Any Any if always: Suspicious Node
        "it and its tag name the dialog at both ends" "RFC 3261 8.1.1.3, 16.6 step 1"
    Field(To) Any Any if always: Suspicious Node
        "it and its tag name the dialog at both ends" "RFC 3261 8.1.1.2, 16.6 step 1"
    Field(Contact) Any Any if always: Notable Node
        "it is where the other end will send to; what repairs address translation rewrites it" "RFC 3261 8.1.1.8, 16.6 step 1"

    Body Any Any if always: Suspicious Node
        "a proxy must not add to, change or remove it" "RFC 3261 16.6 step 1, 16.7 step 9"
    Field(ContentLength) Any Added if always: Expected Node
        "says how long the body is" "RFC 3261 16.6 step 9"
    Field(ContentLength) Any Removed if always: Notable Node
        "only in datagrams may it be missing" "RFC 3261 18.3"
    Field(ContentLength) Any Any if always: Suspicious Node
        "it changes with the body, which is not the proxy's" "RFC 3261 16.6 step 1"
    Field(ContentType) Any Any if always: Suspicious Node
        "it goes with the body, which is not the proxy's" "RFC 3261 16.6 step 1"
    Field(ContentEncoding) Any Any if always: Suspicious Node
        "it goes with the body, which is not the proxy's" "RFC 3261 16.6 step 1"

    Field(PAssertedIdentity) Any Added if always: Expected Node
        "vouches for who it is, where trust begins" "RFC 3325 5, 3GPP TS 24.229 5.2.6.3"
    Field(PAssertedIdentity) Any Removed if always: Notable Node
        "right where trust ends and privacy is asked for, or where nobody may vouch" "RFC 3325 5, 7"
    Field(PAssertedIdentity) Any Changed if always: Notable Node
        "right only where trust begins" "RFC 3325 5"
    Field(PPreferredIdentity) Request Removed if always: Expected Upstream
        "is used up where trust begins" "RFC 3325 5"
    Field(Privacy) Any Removed if always: Notable Node
        "right where it was granted" "RFC 3323 5"

    Field(PChargingVector) Any Added if always: Expected Node
        "begins the charging record" "RFC 7315 4.6"
    Field(PChargingVector) Any Removed if always: Expected Node
        "stays inside of the trusted networks" "RFC 7315 4.6"
    Field(PChargingVector) Any Changed if has_same_icid: Expected Node
        "adds what it knows; icid-value is the same" "RFC 7315 4.6"
    Field(PChargingVector) Any Changed if always: Suspicious Node
        "another icid-value: the charging records do not meet" "RFC 7315 4.6, 3GPP TS 24.229 4.5.2"
    Field(PChargingFunctionAddresses) Any Added if always: Expected Node
        "tells the next nodes where charging is done" "RFC 7315 4.5"
    Field(PChargingFunctionAddresses) Any Removed if always: Expected Node
        "stays inside of the home network" "RFC 7315 4.5"

    Field(PAccessNetworkInfo) Any Removed if always: Expected Node
        "stays inside of the trusted networks" "RFC 7315 4.4"
    Field(PAccessNetworkInfo) Any Added if always: Notable Node
        "right where the network itself knows it" "RFC 7315 4.4, 3GPP TS 24.229 5.2"
    Field(PVisitedNetworkId) Request Added if always: Expected Node
        "tells the home network where the user is" "RFC 7315 4.3"
    Field(PVisitedNetworkId) Request Removed if always: Notable Node
        "stays inside of the networks concerned" "RFC 7315 4.3"
    Field(PCalledPartyId) Request Added if always: Expected Node
        "keeps the address that was called, as the Request-URI becomes the contact" "RFC 7315 4.2"
    Field(PAssociatedUri) Response Removed if always: Notable Node
        "only the one who registers needs it" "RFC 7315 4.1"
    Field(PServedUser) Request Added if always: Expected Downstream
        "tells the application server whom it serves" "RFC 5502"
    Field(PServedUser) Request Removed if always: Expected Upstream
        "stays between S-CSCF and application server" "RFC 5502"
    Field(PAssertedService) Request Added if always: Expected Node
        "vouches for the service" "RFC 6050"
    Field(PPreferredService) Request Removed if always: Expected Upstream
        "is used up where trust begins" "RFC 6050"
    Field(PUserDatabase) Request Added if always: Expected Downstream
        "saves the next node a look-up" "RFC 4457"
    Field(PUserDatabase) Request Removed if always: Expected Upstream
        "was meant for this node" "RFC 4457"

    Field(Require) Request Added if is_path: Expected Downstream
        "asks that Path be understood" "RFC 3327 5.2"
    Field(Require) Any Removed if is_sec_agree: Expected Upstream
        "was between the terminal and this node" "RFC 3329 2.3.1, 3GPP TS 24.229 5.2.2"
    Field(ProxyRequire) Request Removed if is_sec_agree: Expected Upstream
        "was between the terminal and this node" "RFC 3329 2.3.1, 3GPP TS 24.229 5.2.2"
    Field(SecurityClient) Request Removed if always: Expected Upstream
        "was between the terminal and this node" "RFC 3329 2.3.1, 3GPP TS 24.229 5.2.2"
    Field(SecurityVerify) Request Removed if always: Expected Upstream
        "was between the terminal and this node" "RFC 3329 2.3.1, 3GPP TS 24.229 5.2.2"
    Field(SecurityServer) Response Added if always: Expected Upstream
        "offers security mechanisms to the terminal" "RFC 3329 2.3.1, 3GPP TS 24.229 5.2.2"

    Field(Authorization) Request Changed if has_other_integrity: Expected Node
        "tells the registrar whether the request came protected" "3GPP TS 24.229 5.2.2"
    Field(WwwAuthenticate) Response Changed if has_other_keys: Expected Upstream
        "keeps the keys that were meant for it" "3GPP TS 24.229 5.2.2"
    Field(WwwAuthenticate) Response Added if always: Notable Upstream
        "right where several branches challenge" "RFC 3261 16.7 step 7"
    Field(ProxyAuthenticate) Response Added if always: Notable Upstream
        "right where several branches challenge" "RFC 3261 16.7 step 7"
    Field(ProxyAuthorization) Request Removed if always: Expected Upstream
        "was meant for this node" "RFC 3261 22.3"

    Field(HistoryInfo) Any Added if always: Expected Node
        "notes where the request was sent to" "RFC 7044"
    Field(HistoryInfo) Any Any if always: Notable Node
        "right where privacy asks for it" "RFC 7044"
    Field(Diversion) Request Added if always: Expected Node
        "notes who diverted the call" "RFC 5806"
    Field(SessionExpires) Request Added if always: Expected Node
        "asks for refreshes of the session" "RFC 4028 8.1"
    Field(SessionExpires) Request Changed if is_one_less: Expected Node
        "asks for refreshes sooner" "RFC 4028 8.1"
    Field(SessionExpires) Request Changed if is_less: Expected Node
        "asks for refreshes sooner" "RFC 4028 8.1"
    Field(SessionExpires) Response Added if always: Expected Node
        "the node asked for refreshes, and the other end does not know them" "RFC 4028 8.2"
    Field(MinSe) Request Added if always: Expected Node
        "says how often refreshes may come at most" "RFC 4028 8.1"
    Field(MinSe) Request Changed if always: Expected Node
        "says how often refreshes may come at most" "RFC 4028 8.1"
    Field(MaxBreadth) Request Any if always: Expected Node
        "shares the breadth among the branches" "RFC 5393 5.3.3"
    Field(Warning) Response Added if always: Expected Node
        "says what is wrong" "RFC 3261 20.43"

    AnyField Any Added if always: Notable Node
        "a proxy may add fields of its own" "RFC 3261 16.6 step 5"
    AnyField Any Removed if always: Suspicious Node
        "what no clause speaks of must stay" "RFC 3261 16.6 step 1, 16.7 step 9"
    AnyField Any Moved if always: Suspicious Node
        "values of one name keep their order" "RFC 3261 7.3.1, 16.6 step 1"
}
