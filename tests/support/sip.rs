//! Simple correct SIP messages as text, from Alice at 192.0.2.1 to Bob at 192.0.2.2.

/// A request of Alice, fresh from her. `extra` are whole header lines without their line ends;
/// they take the place of the usual lines of the same name. A body is SDP unless they say else.
pub fn request(
    method: &str,
    uri: &str,
    call_id: &str,
    cseq: u32,
    extra: &[&str],
    body: &str,
) -> String {
    let within_dialog = matches!(method, "ACK" | "BYE" | "PRACK" | "UPDATE" | "INFO");
    let mut usual = common_lines(method, call_id, cseq, within_dialog);
    usual.push("Max-Forwards: 70".to_owned());
    if may_have_contact(method) {
        usual.push("Contact: <sip:alice@192.0.2.1:5060>".to_owned());
    }
    message(&format!("{method} {uri} SIP/2.0"), usual, extra, body)
}

/// The response of Bob to what [`request`] makes of the same method, Call-ID and number.
pub fn response(
    code: u16,
    reason: &str,
    method: &str,
    call_id: &str,
    cseq: u32,
    extra: &[&str],
    body: &str,
) -> String {
    let mut usual = common_lines(method, call_id, cseq, code > 100);
    if may_have_contact(method) && (101..300).contains(&code) {
        usual.push("Contact: <sip:bob@192.0.2.2:5060>".to_owned());
    }
    message(&format!("SIP/2.0 {code} {reason}"), usual, extra, body)
}

/// A session description for an audio stream at this address.
pub fn sdp(address: &str, port: u16) -> String {
    let family = if address.contains(':') { "IP6" } else { "IP4" };
    format!(
        "v=0\r\no=- 1 1 IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n"
    )
}

fn common_lines(method: &str, call_id: &str, cseq: u32, to_tag: bool) -> Vec<String> {
    let to_tag = if to_tag { ";tag=bob" } else { "" };
    let transaction = if method == "CANCEL" { "INVITE" } else { method };
    vec![
        format!("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK-{call_id}-{cseq}-{transaction}"),
        "From: <sip:alice@example.com>;tag=alice".to_owned(),
        format!("To: <sip:bob@example.com>{to_tag}"),
        format!("Call-ID: {call_id}"),
        format!("CSeq: {cseq} {method}"),
    ]
}

fn may_have_contact(method: &str) -> bool {
    matches!(
        method,
        "INVITE" | "REGISTER" | "SUBSCRIBE" | "REFER" | "UPDATE"
    )
}

fn message(first_line: &str, mut usual: Vec<String>, extra: &[&str], body: &str) -> String {
    if !body.is_empty() {
        usual.push("Content-Type: application/sdp".to_owned());
    }
    usual.push(format!("Content-Length: {}", body.len()));
    usual.retain(|line| {
        !extra
            .iter()
            .any(|other| name(other).eq_ignore_ascii_case(name(line)))
    });
    let lines: Vec<&str> = [first_line]
        .into_iter()
        .chain(usual.iter().map(String::as_str))
        .chain(extra.iter().copied())
        .collect();
    format!("{}\r\n\r\n{body}", lines.join("\r\n"))
}

fn name(line: &str) -> &str {
    line.split(':').next().unwrap_or(line).trim_end()
}
