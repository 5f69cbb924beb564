//! AudioCodes: syslog that knows the peer; longer messages go on in the next entry.

use std::net::SocketAddr;

use super::Entry;

/// What one entry has room for.
const PART: usize = 700;
/// Numbers of entries from one message to the next: the box writes of other things too.
const ENTRIES: usize = 1000;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let (peer, transport) = (entry.peer(own), entry.transport);
    let said = match entry.is_from(own) {
        true => format!("Outgoing SIP Message to {peer} from"),
        false => format!("Incoming SIP Message from {peer} to"),
    };
    let head = format!(
        "(N 4711) ---- {said} SIPInterface #0 (WAN) {transport} TO(#12) SocketID(3) ---- #012"
    );
    // The blank line is a space.
    let text = entry.text().replacen("\r\n\r\n", "\r\n \r\n", 1);
    let text = text.replace("\r\n", "\n");
    let letters: Vec<char> = text.chars().collect();
    let parts = letters.chunks(PART).enumerate().map(|(number, part)| {
        let head = if number == 0 { head.as_str() } else { "" };
        let part: String = part.iter().collect();
        let part = part.replace('\n', "#012");
        format!(
            "{} 192.0.2.9 [S={}] [SID=a1b2c3:17:5] {head}{part} [Time:{}@{}]\n",
            entry.when("%b %e %H:%M:%S"),
            entry.number * ENTRIES + number,
            entry.when("%d-%m"),
            entry.time_of_day(3),
        )
    });
    parts.collect::<String>().into_bytes()
}
