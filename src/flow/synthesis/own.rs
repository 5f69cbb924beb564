//! What an example gives as the name of one thing (a charging identity, an entity-tag, a session) has another value each time that
//! the flow is played, and a session description says where its sender is: otherwise all runs would be one call.

use std::net::IpAddr;

use super::random::Random;

/// Ports of media begin here, a block of them for each run.
const FIRST_PORT: u64 = 16_384;
const BLOCKS: u64 = 4_096;
const BLOCK: u64 = 8;
/// A shorter name may be that of another run, too.
const SHORTEST: usize = 8;
/// 64-bit FNV-1a.
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// What one run has for itself.
pub(super) struct Own(u64);

impl Own {
    /// Not from the numbers that tags, branches and Call-IDs are made of.
    pub(super) fn of(seed: u64, run: u64) -> Self {
        Self(Random::new(!seed, run).next())
    }

    /// What a header field says in this run.
    pub(super) fn field(&self, name: &str, value: &str) -> String {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("SIP-ETag") || is("SIP-If-Match") {
            return self.name(value);
        }
        if is("P-Charging-Vector") {
            return self.charging(value);
        }
        value.to_owned()
    }

    /// The same name gives the same one in this run, and another one in others.
    fn name(&self, name: &str) -> String {
        let mixed = name.bytes().fold(self.0, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(PRIME)
        });
        Random::new(mixed, 0).token(name.len().max(SHORTEST))
    }

    /// Each dialog or request outside of one has a charging identity of its own (RFC 7315 4.6).
    fn charging(&self, value: &str) -> String {
        const NAME: &str = "icid-value=";
        let Some((before, rest)) = value.split_once(NAME) else {
            return value.to_owned();
        };
        let (quote, rest) = match rest.strip_prefix('"') {
            Some(rest) => ("\"", rest),
            None => ("", rest),
        };
        let end = rest.find(['"', ';', ' ']).unwrap_or(rest.len());
        let (id, behind) = rest.split_at(end);
        format!("{before}{NAME}{quote}{}{behind}", self.name(id))
    }

    /// A session description of an actor with this address and host name (RFC 8866 5.2, 5.7, 5.14).
    pub(super) fn session(&self, text: &str, address: IpAddr, name: Option<&str>) -> String {
        let mut session = String::with_capacity(text.len());
        for line in text.lines() {
            let changed = match line.split_at_checked(2) {
                Some(("o=", origin)) => self.origin(origin, address, name),
                Some(("c=", connection)) => connection_of(connection, address, name),
                Some(("m=", media)) => self.media(media),
                _ => None,
            };
            session += changed.as_deref().unwrap_or(line);
            session.push('\n');
        }
        session
    }

    fn origin(&self, origin: &str, address: IpAddr, name: Option<&str>) -> Option<String> {
        let [user, id, version, _, _, host] = words(origin)?;
        let id = id.parse::<u64>().ok()?.wrapping_add(self.0 >> 32);
        let place = place(host, address, name);
        Some(format!("o={user} {id} {version} {place}"))
    }

    fn media(&self, media: &str) -> Option<String> {
        let mut parts = media.splitn(3, ' ');
        let (kind, port, rest) = (parts.next()?, parts.next()?, parts.next()?);
        // Zero refuses a stream, and 9 is no port (RFC 3264 6, RFC 8840 4.1.1).
        let port = port.parse::<u64>().ok().filter(|port| *port > 9)?;
        let port = FIRST_PORT + self.0 % BLOCKS * BLOCK + port % BLOCK;
        Some(format!("m={kind} {port} {rest}"))
    }
}

fn connection_of(connection: &str, address: IpAddr, name: Option<&str>) -> Option<String> {
    let [_, _, host] = words(connection)?;
    // Nowhere is a place too (RFC 3264 8.4), and so is a group of many.
    let other = host.split('/').next()?.parse::<IpAddr>();
    if other.is_ok_and(|other| other.is_unspecified() || other.is_multicast()) {
        return None;
    }
    Some(format!("c={}", place(host, address, name)))
}

/// Where an actor is; its host name says so, too.
fn place(host: &str, address: IpAddr, name: Option<&str>) -> String {
    let kind = if address.is_ipv4() { "IP4" } else { "IP6" };
    match name.filter(|name| name.eq_ignore_ascii_case(host)) {
        Some(name) => format!("IN {kind} {name}"),
        None => format!("IN {kind} {address}"),
    }
}

fn words<const N: usize>(text: &str) -> Option<[&str; N]> {
    let words: Vec<&str> = text.split(' ').collect();
    words.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_one_run_only() {
        let (one, other) = (Own::of(1, 0), Own::of(1, 1));
        let tag = one.field("sip-etag", "dx200xyz");
        assert_eq!(tag, one.field("SIP-If-Match", "dx200xyz"));
        assert_eq!(tag.len(), 8);
        assert_ne!(tag, one.field("SIP-ETag", "dx200xyy"));
        assert_ne!(tag, other.field("SIP-ETag", "dx200xyz"));
        assert_ne!(tag, Own::of(2, 0).field("SIP-ETag", "dx200xyz"));
        assert_eq!(one.field("Event", "presence"), "presence");
    }

    #[test]
    fn of_a_charging_vector_only_the_identity_is_another() {
        let own = Own::of(1, 0);
        for (before, behind) in [
            ("icid-value=\"", "\"; orig-ioi=home1.net"),
            ("icid-value=", ";a=b"),
        ] {
            let changed = own.field(
                "P-Charging-Vector",
                &format!("{before}8d2f0c61b7a94e35{behind}"),
            );
            let id = changed
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(behind));
            assert_eq!(id.map(str::len), Some(16), "{changed}");
            assert_ne!(id, Some("8d2f0c61b7a94e35"));
        }
        assert_eq!(own.field("P-Charging-Vector", "orig-ioi=x"), "orig-ioi=x");
    }

    #[test]
    fn a_session_is_where_its_sender_is() {
        let own = Own(3 << 32 | 5);
        let address: IpAddr = "2001:db8::7".parse().unwrap();
        let text = "v=0\no=a 10 1 IN IP4 192.0.2.9\nc=IN IP4 192.0.2.9\nm=audio 49172 RTP/AVP 0\nm=video 0 RTP/AVP 31\n";
        assert_eq!(
            own.session(text, address, Some("a.example.com")),
            "v=0\no=a 13 1 IN IP6 2001:db8::7\nc=IN IP6 2001:db8::7\nm=audio 16428 RTP/AVP 0\nm=video 0 RTP/AVP 31\n"
        );
        let named = "o=a 10 1 IN IP4 A.example.com\nc=IN IP4 0.0.0.0\n";
        assert_eq!(
            own.session(named, address, Some("a.example.com")),
            "o=a 13 1 IN IP6 a.example.com\nc=IN IP4 0.0.0.0\n"
        );
    }
}
