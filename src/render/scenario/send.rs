//! A message that the end sends.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::IpAddr;

use super::escape::{escaped, push};
use super::event::{Event, Hosts};
use super::kept::{Kept, REPEATED};
use super::plan::{CallId, RemoteTag, Takes, Target};
use super::sdp;
use crate::sip::{Address, Auth, Header, Name, Problems, Text, Uri};

/// Where a user puts his password.
const PASSWORD: &str = "password";
/// A keyword has no room for more.
const LONGEST_USER: usize = 128;

/// Writes it. `since` tells how many elements of the scenario ago an event was.
pub(super) fn write(
    out: &mut String,
    event: &Event,
    takes: &Takes,
    since: impl Fn(usize) -> usize,
) {
    if takes.credentials.is_some() {
        let _ = writeln!(
            out,
            "  <!-- Put the password of the user in place of the word behind password=. -->"
        );
    }
    if takes.unanswered {
        let _ = writeln!(
            out,
            "  <!-- The credentials are those of the trace: SIPp makes none with this algorithm, unless it is AKAv1-MD5 and you put [authentication username=... aka_K=... aka_OP=... aka_AMF=...] in their place, and auth=\"true\" where the challenge is received. -->"
        );
    }
    let is_response = !event.is_request();
    let is_ack = event.method() == b"ACK";
    let is_final_of_invite = event.method() == b"INVITE" && !event.is_provisional();
    let repeats = takes.is_stopped && !is_ack && (!is_response || is_final_of_invite);
    out.push_str(if repeats {
        "  <send retrans=\"500\">\n"
    } else {
        "  <send>\n"
    });
    out.push_str("<![CDATA[\n");
    let mut text = Sent {
        out,
        event,
        takes,
        branch: match event.branch_of {
            Some(of) => format!("[branch-{}]", since(of)),
            None => "[branch]".to_owned(),
        },
    };
    text.first_line();
    text.headers();
    let body = event.message().rest();
    if !body.is_empty() {
        out.push('\n');
        let kind = event.message().item(Name::ContentType);
        let is_sdp = kind.is_some_and(|kind| {
            let main = kind.media_type().map(|(main, _)| main);
            kind.is_media_type("application", "sdp")
                || main.is_some_and(|main| main.is("multipart"))
        });
        sdp::push_body(out, body.bytes(), is_sdp);
    }
    out.push_str("]]>\n  </send>\n");
}

struct Sent<'o, 'e, 't> {
    out: &'o mut String,
    event: &'e Event,
    takes: &'t Takes,
    branch: String,
}

impl Sent<'_, '_, '_> {
    fn first_line(&mut self) {
        let message = self.event.message();
        let line = message.first_line_text().bytes().trim_ascii();
        let Some(method) = message.method() else {
            push(self.out, line);
            self.out.push('\n');
            return;
        };
        push(self.out, method.bytes());
        self.out.push(' ');
        let words = line.trim_ascii_start();
        let target = words[method.len().min(words.len())..].trim_ascii();
        let target = target
            .strip_suffix(b"SIP/2.0")
            .unwrap_or(target)
            .trim_ascii();
        match self.takes.target {
            Target::Next => self.out.push_str("[next_url]"),
            Target::Of(told_by) => self.out.push_str(&Kept::Target.of(told_by)),
            Target::Captured => {
                let uri = Uri::read(Text::all(target), &mut Problems::ignored());
                push_uri(self.out, &uri, &self.event.hosts);
            }
        }
        self.out.push_str(" SIP/2.0\n");
    }

    fn headers(&mut self) {
        let message = self.event.message();
        let mut written = BTreeSet::new();
        for header in message.headers() {
            let is_first = written.insert(header.known);
            if self.is_of_run(&header, is_first) {
                continue;
            }
            push(self.out, header.name.bytes());
            self.out.push_str(": ");
            push(self.out, &header.value.unfolded());
            while self.out.ends_with(' ') {
                self.out.pop();
            }
            self.out.push('\n');
        }
        self.out.push_str("Content-Length: [len]\n");
    }

    /// Writes a header field that is not as it was captured, the first time; and tells whether it is one.
    fn is_of_run(&mut self, header: &Header<'_>, is_first: bool) -> bool {
        let is_request = self.event.is_request();
        let line = match header.known {
            Name::ContentLength => None,
            Name::Via | Name::From | Name::To | Name::CallId | Name::CSeq if !is_request => {
                self.repeated(header.known)
            }
            Name::RecordRoute if !is_request => Some(match self.takes.repeats {
                Some(request) => Kept::RecordRoute.of(request),
                None => Kept::RecordRoute.last(),
            }),
            Name::RecordRoute => None,
            Name::Via => Some(format!(
                "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={}",
                self.branch
            )),
            Name::From => Some(format!("From: {}{}", self.untagged(header), self.own_tag())),
            Name::To => Some(format!(
                "To: {}{}",
                self.untagged(header),
                self.remote_tag()
            )),
            Name::CallId => Some(self.call_id()),
            Name::Route if self.takes.target == Target::Next => Some("[routes]".to_owned()),
            Name::Route if self.event.is_in_dialog() => None,
            Name::CSeq => {
                let mut line = format!("CSeq: {}", escaped(&header.value.unfolded()));
                let has_route = self.event.message().has(Name::Route);
                if self.takes.target == Target::Next && !has_route {
                    line.push_str("\n[routes]");
                }
                Some(line)
            }
            Name::RAck => {
                let rack = self.event.message().rack();
                match self
                    .takes
                    .rseq
                    .zip(rack.and_then(|rack| Some((rack.cseq?, rack.method))))
                {
                    Some((told_by, (cseq, method))) => Some(format!(
                        "RAck: {} {cseq} {}",
                        Kept::RSeq.of(told_by),
                        escaped(method.bytes())
                    )),
                    None => return false,
                }
            }
            Name::SipIfMatch => match self.takes.etag {
                Some(told_by) => Some(format!("SIP-If-Match: {}", Kept::Etag.of(told_by))),
                None => return false,
            },
            Name::Contact if self.has_own_contact() => {
                let contacts = header.values().map(|value| self.contact(value));
                let contacts: Vec<_> = contacts.collect();
                let _ = writeln!(self.out, "Contact: {}", contacts.join(", "));
                return true;
            }
            known if self.takes.credentials == Some(known) => Some(self.credentials(header)),
            _ => return false,
        };
        if let Some(line) = line.filter(|_| is_first) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
        true
    }

    /// A header field of the request that a response repeats.
    fn repeated(&self, name: Name) -> Option<String> {
        let names = [Name::Via, Name::From, Name::To, Name::CallId, Name::CSeq];
        let at = names.iter().position(|known| *known == name)?;
        let what = REPEATED[at];
        let mut line = match self.takes.repeats {
            Some(request) => what.of(request),
            None => what.last(),
        };
        if what == Kept::To && !self.takes.answers_in_dialog {
            line.push_str(&self.own_tag());
        }
        Some(line)
    }

    fn own_tag(&self) -> String {
        match self.takes.own_tag {
            Some(number) => format!(";tag=[pid]SIPpTag{number:02}[call_number]"),
            None => String::new(),
        }
    }

    fn remote_tag(&self) -> String {
        match self.takes.remote_tag {
            RemoteTag::Peer => "[peer_tag_param]".to_owned(),
            RemoteTag::Of(told_by) => Kept::Tag.of(told_by),
            RemoteTag::Captured => match self.event.tag_in_to() {
                Some(tag) => format!(";tag={}", escaped(tag)),
                None => String::new(),
            },
        }
    }

    fn call_id(&self) -> String {
        match self.takes.call_id {
            CallId::Own(0) => "Call-ID: [call_id]".to_owned(),
            CallId::Own(number) => format!("Call-ID: {}///[call_id]", number + 1),
            CallId::Last => Kept::CallId.last(),
            CallId::Of(told_by) => Kept::CallId.of(told_by),
        }
    }

    /// From or To without its tag.
    fn untagged(&self, header: &Header<'_>) -> String {
        let line = header.value.unfolded();
        let address = Address::read(Text::all(&line), &mut Problems::ignored());
        let mut out = String::new();
        push_address(&mut out, &address, |out, uri| {
            push_uri(out, uri, &self.event.hosts);
        });
        for param in address.params.iter().filter(|param| !param.name.is("tag")) {
            push_param(&mut out, param.name, param.value);
        }
        out
    }

    /// Whether Contact is where the end itself is to be found.
    fn has_own_contact(&self) -> bool {
        match self.event.message().status() {
            None => true,
            Some(status) => status < 300 && self.event.method() != b"REGISTER",
        }
    }

    fn contact(&self, value: Text<'_>) -> String {
        let line = value.unfolded();
        let address = Address::read(Text::all(&line), &mut Problems::ignored());
        if address.uri().host.text.is_empty() {
            return escaped(&line);
        }
        let mut out = String::new();
        push_address(&mut out, &address, |out, uri| {
            push_user(out, uri);
            out.push_str("[local_ip]:[local_port];transport=[transport]");
            for param in uri
                .params
                .iter()
                .filter(|param| !param.name.is("transport"))
            {
                push_param(out, param.name, param.value);
            }
        });
        for param in address.params.iter() {
            push_param(&mut out, param.name, param.value);
        }
        out
    }

    fn credentials(&self, header: &Header<'_>) -> String {
        let auth = header.values().next();
        let auth = auth.map(|value| Auth::read(value, &mut Problems::ignored()));
        let user = auth.and_then(|auth| auth.params.value("username"));
        let user = user.map(|user| user.unquoted().lossy().into_owned());
        // Others cannot stand in a keyword; SIPp's option -au names them.
        let is_plain = |user: &String| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@.+-_:~".contains(&byte);
            (1..=LONGEST_USER).contains(&user.len()) && user.bytes().all(plain)
        };
        match user.filter(is_plain) {
            Some(user) => format!("[authentication username={user} password={PASSWORD}]"),
            None => format!("[authentication password={PASSWORD}]"),
        }
    }
}

/// An address in brackets, without the parameters behind it.
fn push_address(out: &mut String, address: &Address<'_>, uri: impl Fn(&mut String, &Uri<'_>)) {
    if let Some(display) = address.display() {
        push(out, display.bytes());
        out.push(' ');
    }
    out.push('<');
    uri(out, &address.uri());
    out.push('>');
}

/// A URI; an address of the end or of a neighbour becomes that of the run.
fn push_uri(out: &mut String, uri: &Uri<'_>, hosts: &Hosts) {
    let address = uri.host.address();
    let is_in = |known: &BTreeSet<IpAddr>| address.is_some_and(|ip| known.contains(&ip));
    let place = match () {
        () if is_in(&hosts.own) => "[local_ip]:[local_port]",
        () if is_in(&hosts.remote) => "[remote_ip]:[remote_port]",
        () => return push(out, uri.text.bytes()),
    };
    push_user(out, uri);
    out.push_str(place);
    let end = uri.port.map_or(uri.host.text.end(), |port| port.text.end());
    push(out, uri.text.from(end).bytes());
}

/// A URI up to its host.
fn push_user(out: &mut String, uri: &Uri<'_>) {
    let before = uri.text.between(uri.text.start(), uri.host.text.start());
    push(out, before.bytes());
}

fn push_param(out: &mut String, name: Text<'_>, value: Option<Text<'_>>) {
    out.push(';');
    push(out, name.bytes());
    if let Some(value) = value {
        out.push('=');
        push(out, value.bytes());
    }
}
