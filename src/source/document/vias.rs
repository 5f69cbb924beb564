//! What the Via and Route of a message tell of the ends of its step.

use super::model::{Message, Step, StepKind};
use crate::sip::is_placeholder;

/// A request is from the host of its topmost Via and goes to that of its first Route; a response goes to the host of its
/// topmost Via.
pub(super) fn ends(step: &Step) -> [Option<String>; 2] {
    let Some(message) = &step.message else {
        return [None, None];
    };
    let top = stack(message).into_iter().next();
    let top = top.map(|(host, _)| host).filter(|host| !host.is_empty());
    match step.kind {
        StepKind::Response => [None, top],
        _ => [top, route(message)],
    }
}

/// The values of all Via header fields, topmost first: host and branch of each, the host empty where it is left out.
pub(super) fn stack(message: &Message) -> Vec<(String, String)> {
    let fields = message
        .headers
        .iter()
        .filter(|header| header.is("Via") || header.is("v"));
    let values = fields.flat_map(|header| header.value.split(','));
    values.take(MOST).map(via).collect()
}

/// No request goes over more hops (RFC 3261 20.22).
const MOST: usize = 256;

/// `SIP/2.0/UDP host:port;branch=value`: the host is the last word in front of the parameters.
fn via(value: &str) -> (String, String) {
    let (protocol_and_host, parameters) = value.split_once(';').unwrap_or((value, ""));
    let mut words = protocol_and_host.split_whitespace();
    let host = words.next_back().filter(|host| !is_placeholder(host));
    let host = host.unwrap_or_default();
    let mut branches = parameters.rsplit(';').filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("branch")
            .then(|| value.trim())
    });
    let branch = branches.next().unwrap_or_default();
    (without_port(host).to_ascii_lowercase(), branch.to_owned())
}

/// The host of the first Route: where the request goes (RFC 3261 16.6).
pub(super) fn route(message: &Message) -> Option<String> {
    let value = message.value("Route")?;
    let uri = value.split(',').next()?;
    let uri = uri.rsplit('<').next()?.split('>').next()?;
    let (_, rest) = uri.split_once(':')?;
    let host = rest.split(';').next()?.rsplit('@').next()?.trim();
    (!host.is_empty() && !is_placeholder(host)).then(|| without_port(host).to_ascii_lowercase())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port))
            if !name.ends_with(':')
                && (!name.contains(':') || name.ends_with(']'))
                && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_however_they_are_written() {
        let of = |value: &str| via(value);
        let pair = |host: &str, branch: &str| (host.to_owned(), branch.to_owned());
        assert_eq!(
            of(" SIP/2.0/UDP a.example:5060;branch=z9"),
            pair("a.example", "z9")
        );
        assert_eq!(
            of("SIP/2.0/UDP SIP/2.0/UDP B.example;branch=1"),
            pair("b.example", "1")
        );
        assert_eq!(
            of("SIP/2.0/UDP [5555::aaa:bbb];branch=1"),
            pair("[5555::aaa:bbb]", "1")
        );
        assert_eq!(
            of("SIP/2.0/UDP [2001:db8::1]:5060"),
            pair("[2001:db8::1]", "")
        );
        for left_out in ["...", "(...)", "\u{2026}", "SIP/2.0/UDP ...", ""] {
            assert_eq!(of(left_out), pair("", ""), "{left_out}");
        }
    }
}
