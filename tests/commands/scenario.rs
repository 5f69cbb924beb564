//! Calls as scenarios for SIPp: line by line for a small one, what is hard to play, and played by the real program where it is
//! installed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::{said, sipscope};
use serde_json::{Value, json};
use tempfile::TempDir;

const ALICE: &str = "10.0.0.1";
const BOB: &str = "10.0.0.2";

/// A message that alice sends to bob, so many milliseconds after the begin.
fn to_bob(milliseconds: u64, message: &str) -> Value {
    sent(ALICE, BOB, milliseconds, message)
}

fn to_alice(milliseconds: u64, message: &str) -> Value {
    sent(BOB, ALICE, milliseconds, message)
}

/// Lines become header fields, and a Content-Length is put at the end of them.
fn sent(from: &str, to: &str, milliseconds: u64, message: &str) -> Value {
    let (head, body) = message.split_once("\n\n").unwrap_or((message, ""));
    let body = body.replace('\n', "\r\n");
    let head = head.trim_end().replace('\n', "\r\n");
    let raw = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    json!({
        "protocol_header": {
            "protocolFamily": 2, "protocol": 17, "payloadType": 1,
            "srcIp": from, "srcPort": 5060, "dstIp": to, "dstPort": 5060,
            "timeSeconds": 1_700_000_000 + milliseconds / 1000,
            "timeUseconds": milliseconds % 1000 * 1000,
        },
        "raw": raw,
    })
}

/// What stands at the head of a message of the call of alice: `line`, Via with a branch, From, To, Call-ID and CSeq.
fn head(line: &str, branch: &str, tags: (&str, &str), cseq: &str) -> String {
    let tag = |tag: &str| match tag.is_empty() {
        true => String::new(),
        false => format!(";tag={tag}"),
    };
    let (from, to) = (tag(tags.0), tag(tags.1));
    format!(
        "{line}\n\
         Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK{branch}\n\
         From: \"Alice\" <sip:alice@example.org>{from}\n\
         To: <sip:bob@example.org>{to}\n\
         Call-ID: one@example.org\n\
         CSeq: {cseq}\n"
    )
}

/// The same of bob.
fn from_bob(line: &str, branch: &str, tags: (&str, &str), cseq: &str) -> String {
    let (bob, alice) = tags;
    format!(
        "{line}\n\
         Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK{branch}\n\
         From: <sip:bob@example.org>;tag={bob}\n\
         To: \"Alice\" <sip:alice@example.org>;tag={alice}\n\
         Call-ID: one@example.org\n\
         CSeq: {cseq}\n"
    )
}

struct Written {
    folder: TempDir,
    output: Output,
}

impl Written {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[track_caller]
    fn scenario(&self, end: &str) -> String {
        let path = self.path(&format!("call-{end}.xml"));
        let text = fs::read_to_string(path);
        text.unwrap_or_else(|error| panic!("{error}: {}", said(&self.output)))
    }
}

fn written(messages: &[Value]) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("input.json");
    let lines = messages.iter().map(|message| format!("{message}\n"));
    fs::write(&input, lines.collect::<String>()).unwrap();
    of_input(folder, &input, &["1"])
}

fn of_input(folder: TempDir, input: &Path, chosen: &[&str]) -> Written {
    let path = folder.path().join("call.xml");
    let arguments = [
        &["export", "-q", input.to_str().unwrap()],
        chosen,
        &["-o", path.to_str().unwrap()],
    ];
    let output = sipscope(&arguments.concat());
    Written { folder, output }
}

/// INVITE with its answers, ACK, and a BYE of bob.
fn small_call() -> Vec<Value> {
    let tags = ("a1", "b1");
    let invite = head(
        "INVITE sip:bob@10.0.0.2 SIP/2.0",
        "1",
        ("a1", ""),
        "7 INVITE",
    ) + "Max-Forwards: 70\n\
           Contact: <sip:alice@10.0.0.1:5060>;+g.3gpp.smsip\n\
           Supported: 100rel\n\
           Content-Type: application/sdp\n\n\
           v=0\no=alice 1 1 IN IP4 10.0.0.1\ns=-\nc=IN IP4 10.0.0.1\nt=0 0\nm=audio 49170 RTP/AVP 0\n";
    let ringing = head("SIP/2.0 180 Ringing", "1", tags, "7 INVITE")
        + "Contact: <sip:bob@10.0.0.2:5060;transport=udp>\n";
    let answer = head("SIP/2.0 200 OK", "1", tags, "7 INVITE")
        + "Contact: <sip:bob@10.0.0.2:5060;transport=udp>\n";
    let ack = head("ACK sip:bob@10.0.0.2:5060 SIP/2.0", "2", tags, "7 ACK") + "Max-Forwards: 70\n";
    let bye = from_bob(
        "BYE sip:alice@10.0.0.1:5060 SIP/2.0",
        "3",
        ("b1", "a1"),
        "1 BYE",
    ) + "Max-Forwards: 70\n";
    let gone = from_bob("SIP/2.0 200 OK", "3", ("b1", "a1"), "1 BYE");
    vec![
        to_bob(0, &invite),
        // A retransmission, which is SIPp's own matter.
        to_bob(500, &invite),
        to_alice(510, &ringing),
        to_alice(1510, &answer),
        to_bob(1520, &ack),
        to_alice(4021, &bye),
        to_bob(4041, &gone),
    ]
}

const UAC: &str = r#"<?xml version="1.0" encoding="US-ASCII"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<!-- sipp -sf call-uac.xml -m 1 REMOTE:PORT -->
<scenario name="uac">
  <send retrans="500">
<![CDATA[
INVITE sip:bob@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Alice" <sip:alice@example.org>;tag=[pid]SIPpTag00[call_number]
To: <sip:bob@example.org>
Call-ID: [call_id]
CSeq: 7 INVITE
Max-Forwards: 70
Contact: <sip:alice@[local_ip]:[local_port];transport=[transport]>;+g.3gpp.smsip
Supported: 100rel
Content-Type: application/sdp
Content-Length: [len]

v=0
o=alice 1 1 IN IP[media_ip_type] [media_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
]]>
  </send>
  <recv response="180" optional="true"/>
  <recv response="200"/>
  <send>
<![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Alice" <sip:alice@example.org>;tag=[pid]SIPpTag00[call_number]
To: <sip:bob@example.org>[peer_tag_param]
Call-ID: [call_id]
CSeq: 7 ACK
[routes]
Max-Forwards: 70
Content-Length: [len]
]]>
  </send>
  <recv request="BYE"/>
  <send>
<![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: [len]
]]>
  </send>
</scenario>
"#;

const UAS: &str = r#"<?xml version="1.0" encoding="US-ASCII"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<!-- sipp -sf call-uas.xml -m 1 -->
<scenario name="uas">
  <recv request="INVITE" rrs="true">
    <action>
      <ereg regexp=";tag=[^;]*" search_in="hdr" header="From:" assign_to="tag1"/>
    </action>
  </recv>
  <pause milliseconds="510"/>
  <send>
<![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag00[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:bob@[local_ip]:[local_port];transport=[transport]>
Content-Length: [len]
]]>
  </send>
  <pause milliseconds="1000"/>
  <send retrans="500">
<![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag00[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:bob@[local_ip]:[local_port];transport=[transport]>
Content-Length: [len]
]]>
  </send>
  <recv request="ACK"/>
  <pause milliseconds="2501"/>
  <send retrans="500">
<![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:bob@example.org>;tag=[pid]SIPpTag00[call_number]
To: "Alice" <sip:alice@example.org>[$tag1]
Call-ID: [call_id]
CSeq: 1 BYE
[routes]
Max-Forwards: 70
Content-Length: [len]
]]>
  </send>
  <recv response="200"/>
</scenario>
"#;

/// `[next_url]` of the ACK is there once the route is recorded.
fn with_recorded_route(uac: &str) -> String {
    uac.replace(
        "<recv response=\"180\" optional=\"true\"/>\n  <recv response=\"200\"/>",
        "<recv response=\"180\" optional=\"true\" rrs=\"true\"/>\n  <recv response=\"200\" rrs=\"true\"/>",
    )
}

#[test]
fn each_end_sends_what_it_sent_and_waits_for_what_it_got() {
    let written = written(&small_call());
    let names = ["call-uac.xml", "call-uas.xml"].map(|name| written.path(name));
    let [uac, uas] = names.map(|path| path.to_str().unwrap().to_owned());
    let expected = format!("sipscope: 1 call; {uac} and {uas}\n");
    assert_eq!(said(&written.output), expected);
    assert_eq!(written.scenario("uac"), with_recorded_route(UAC));
    assert_eq!(written.scenario("uas"), UAS);
    play(&written, "udp");
}

#[test]
fn odd_bytes_are_neither_keywords_nor_markup() {
    let odd = head(
        "MESSAGE sip:bob@example.org SIP/2.0",
        "1",
        ("a1", ""),
        "1 MESSAGE",
    ) + "Max-Forwards: 70\n\
           X-Odd: [field0] ]]> <!-- \\x41 \"\u{e9}\u{1b}\n\
           Content-Type: text/plain\n\n\
           \x20 [call_id]\n\n]]>\n&amp; ";
    let answer = head("SIP/2.0 200 [len]", "1", ("a1", "b1"), "1 MESSAGE");
    let written = written(&[to_bob(0, &odd), to_alice(10, &answer)]);
    let uac = written.scenario("uac");
    let lines = r#"
X-Odd: \x5Bfield0\x5D \x5D\x5D> <!-- \x5Cx41 "\xC3\xA9\x1B
Content-Type: text/plain
Content-Length: [len]

\x20 \x5Bcall_id\x5D

\x5D\x5D>
&amp;\x20]]>
"#;
    assert!(uac.contains(lines), "{uac}");
    let uas = written.scenario("uas");
    assert!(uas.contains("\nSIP/2.0 200 \\x5Blen\\x5D\n"), "{uas}");
    let Some(traces) = play(&written, "udp") else {
        return;
    };
    // What comes out on the wire is what was captured.
    for line in [
        "X-Odd: [field0] ]]> <!-- \\x41 \"\u{e9}\u{1b}\r\n",
        "\r\n\r\n  [call_id]\r\n\r\n]]>\r\n&amp; ",
        "SIP/2.0 200 [len]\r\n",
    ] {
        assert!(traces.contains(line), "{line:?} in {traces}");
    }
}

#[test]
fn ports_and_addresses_of_media_are_those_of_the_run() {
    let sdp = "v=0\no=alice 1 1 IN IP6 2001:db8::1\ns=IN IP4 x\nc=IN IP4 10.0.0.1\nt=0 0\n\
        m=audio 4000 RTP/AVP 0\nm=video 4002 RTP/AVP 31\nc=IN IP4 0.0.0.0\nm=audio 0 RTP/AVP 8\n\
        m=message 2855 TCP/MSRP *\nm=image 4006 udptl t38\n";
    let invite = head(
        "INVITE sip:bob@example.org SIP/2.0",
        "1",
        ("a1", ""),
        "1 INVITE",
    ) + "Content-Type: application/sdp\n\n"
        + sdp;
    let busy = head("SIP/2.0 486 Busy Here", "1", ("a1", "b1"), "1 INVITE");
    let ack = head(
        "ACK sip:bob@example.org SIP/2.0",
        "1",
        ("a1", "b1"),
        "1 ACK",
    );
    let written = written(&[to_bob(0, &invite), to_alice(9, &busy), to_bob(12, &ack)]);
    let own = "\nv=0\no=alice 1 1 IN IP[media_ip_type] [media_ip]\ns=IN IP4 x\n\
        c=IN IP[media_ip_type] [media_ip]\nt=0 0\n\
        m=audio [media_port] RTP/AVP 0\nm=video [media_port+2] RTP/AVP 31\nc=IN IP4 0.0.0.0\nm=audio 0 RTP/AVP 8\n\
        m=message 2855 TCP/MSRP *\nm=image [media_port+4] udptl t38\n]]>";
    let uac = written.scenario("uac");
    assert!(uac.contains(own), "{uac}");
    play(&written, "udp");
}

#[test]
fn cancel_and_the_ack_to_a_refusal_have_the_branch_of_the_invite() {
    let (none, both) = (("a1", ""), ("a1", "b1"));
    let target = "sip:bob@example.org SIP/2.0";
    let messages = [
        to_bob(0, &head(&format!("INVITE {target}"), "1", none, "1 INVITE")),
        to_alice(5, &head("SIP/2.0 100 Trying", "1", none, "1 INVITE")),
        to_alice(9, &head("SIP/2.0 180 Ringing", "1", both, "1 INVITE")),
        to_bob(
            2009,
            &head(&format!("CANCEL {target}"), "1", none, "1 CANCEL"),
        ),
        to_alice(2012, &head("SIP/2.0 200 OK", "1", both, "1 CANCEL")),
        to_alice(2014, &head("SIP/2.0 487 Terminated", "1", both, "1 INVITE")),
        to_bob(2018, &head(&format!("ACK {target}"), "1", both, "1 ACK")),
    ];
    let written = written(&messages);
    let uac = written.scenario("uac");
    // INVITE, 100, 180, pause, CANCEL: four elements behind it. Then 200, 487, ACK.
    assert!(uac.contains("branch=[branch-4]\nFrom"), "{uac}");
    assert!(uac.contains("branch=[branch-7]\nFrom"), "{uac}");
    // Behind what may be missing SIPp wants what may not.
    let waits = "  <recv response=\"100\" optional=\"true\"/>\n  <recv response=\"180\"/>\n  <pause milliseconds=\"2000\"/>\n";
    assert!(uac.contains(waits), "{uac}");
    let uas = written.scenario("uas");
    // The CANCEL was the last message when the INVITE was refused.
    let refusal = "SIP/2.0 487 Terminated\n[$via1]\n[$from1]\n[$to1];tag=[pid]SIPpTag00[call_number]\n[$call_id1]\n[$cseq1]\n";
    assert!(uas.contains(refusal), "{uas}");
    play(&written, "udp");
}

fn register(algorithm: &str) -> [Value; 4] {
    let plain = head(
        "REGISTER sip:example.org SIP/2.0",
        "1",
        ("a1", ""),
        "1 REGISTER",
    ) + "Contact: <sip:alice@10.0.0.1>;expires=60\n";
    let challenge = head("SIP/2.0 401 Unauthorized", "1", ("a1", "b1"), "1 REGISTER")
        + &format!("WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm={algorithm}\n");
    let with = head(
        "REGISTER sip:example.org SIP/2.0",
        "2",
        ("a1", ""),
        "2 REGISTER",
    ) + "Contact: <sip:alice@10.0.0.1>;expires=60\n\
           Authorization: Digest username=\"alice\", realm=\"r\", nonce=\"n\", uri=\"sip:example.org\", response=\"00\"\n";
    let answer = head("SIP/2.0 200 OK", "2", ("a1", "b2"), "2 REGISTER")
        + "Contact: <sip:alice@10.0.0.1>;expires=60\n";
    [
        to_bob(0, &plain),
        to_alice(5, &challenge),
        to_bob(9, &with),
        to_alice(12, &answer),
    ]
}

#[test]
fn a_challenge_is_answered_with_the_password_that_the_user_puts_in() {
    let digest = written(&register("MD5"));
    let uac = digest.scenario("uac");
    assert!(
        uac.contains("<recv response=\"401\" auth=\"true\"/>\n"),
        "{uac}"
    );
    let keyword = "\n[authentication username=alice password=password]\n";
    assert!(uac.contains(keyword), "{uac}");
    assert!(uac.contains("  <!-- Put the password "), "{uac}");
    let uas = digest.scenario("uas");
    // The binding is that of the other end.
    assert!(
        uas.contains("\nContact: <sip:alice@10.0.0.1>;expires=60\n"),
        "{uas}"
    );
    play(&digest, "udp");

    let aka = written(&register("AKAv2-MD5"));
    let uac = aka.scenario("uac");
    assert!(uac.contains("<recv response=\"401\"/>\n"), "{uac}");
    assert!(
        uac.contains("\nAuthorization: Digest username=\"alice\""),
        "{uac}"
    );
    assert!(
        uac.contains("  <!-- The credentials are those of the trace"),
        "{uac}"
    );
    play(&aka, "udp");
}

#[test]
fn what_was_asked_before_is_answered_by_what_was_kept_of_it() {
    let subscribe = head(
        "SUBSCRIBE sip:bob@example.org SIP/2.0",
        "1",
        ("a1", ""),
        "1 SUBSCRIBE",
    ) + "Event: presence\nExpires: 60\nContact: <sip:alice@10.0.0.1>\n";
    let accepted = head("SIP/2.0 200 OK", "1", ("a1", "b1"), "1 SUBSCRIBE")
        + "Expires: 60\nContact: <sip:bob@10.0.0.2>\n";
    let notify = from_bob(
        "NOTIFY sip:alice@10.0.0.1 SIP/2.0",
        "2",
        ("b1", "a1"),
        "1 NOTIFY",
    ) + "Event: presence\nSubscription-State: active;expires=60\nContact: <sip:bob@10.0.0.2>\n";
    let seen = from_bob("SIP/2.0 200 OK", "2", ("b1", "a1"), "1 NOTIFY");
    let written = written(&[
        to_bob(0, &subscribe),
        // The NOTIFY comes before the answer to the SUBSCRIBE.
        to_alice(5, &notify),
        to_bob(8, &seen),
        to_alice(11, &accepted),
    ]);
    let uas = written.scenario("uas");
    let answer = "SIP/2.0 200 OK\n[$via1]\n[$from1]\n[$to1];tag=[pid]SIPpTag00[call_number]\n[$call_id1]\n[$cseq1]\n";
    assert!(uas.contains(answer), "{uas}");
    let kept = r#"<ereg regexp="[[:cntrl:]]((Via|v):[^[:cntrl:]]*([[:cntrl:]]+(Via|v):[^[:cntrl:]]*)*)" search_in="msg" assign_to="rest,via1"/>"#;
    assert!(uas.contains(kept), "{uas}");
    assert!(
        uas.contains("\nSubscription-State: active;expires=60\n"),
        "{uas}"
    );
    assert!(uas.ends_with("  <Reference variables=\"rest\"/>\n</scenario>\n"));
    play(&written, "udp");
}

#[test]
fn what_cannot_be_played_is_said() {
    let messages = small_call();
    let late = written(&messages[3..]);
    assert_eq!(late.output.status.code(), Some(1));
    let reason = "sipscope: call 1 cannot be played: it begins with an answer, message 1\n";
    assert_eq!(said(&late.output), reason);

    let unasked = [
        messages[0].clone(),
        messages[2].clone(),
        messages[6].clone(),
    ];
    let unasked = written(&unasked);
    assert_eq!(unasked.output.status.code(), Some(1));
    let reason = "sipscope: call 1 cannot be played: the request that message 3 answers was not seen before it\n";
    assert_eq!(said(&unasked.output), reason);

    let mut long = messages[..1].to_vec();
    let raw = long[0]["raw"].as_str().unwrap();
    let field = format!("Supported: 100rel\r\nX-Long: {}\r\n", "x".repeat(65000));
    let raw = raw.replace("Supported: 100rel\r\n", &field);
    long[0]["raw"] = json!(raw);
    let long = written(&long);
    assert_eq!(long.output.status.code(), Some(1));
    assert!(
        said(&long.output).contains("is too long: SIPp reads 65535\n"),
        "{}",
        said(&long.output)
    );
    assert!(!long.path("call-uac.xml").exists());

    let options = |number: u64| {
        let cseq = format!("{number} OPTIONS");
        let line = "OPTIONS sip:bob@example.org SIP/2.0";
        to_bob(number, &head(line, &cseq[..4], ("a1", ""), &cseq))
    };
    let many: Vec<_> = (1000..4000).map(options).collect();
    let many = written(&many);
    assert_eq!(many.output.status.code(), Some(1));
    let reason = "sipscope: call 1 cannot be played: its 3000 messages do not fit into the 65535 bytes that SIPp reads\n";
    assert_eq!(said(&many.output), reason);
}

#[test]
fn a_scenario_is_of_one_call_and_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let both = of_input(folder, Path::new("samples/call.pcap"), &[]);
    assert_eq!(both.output.status.code(), Some(2));
    let reason = "sipscope: scenarios are of one call, and 2 are meant: its number tells which\n";
    assert_eq!(said(&both.output), reason);
    assert_eq!(fs::read_dir(both.folder.path()).unwrap().count(), 0);
    let printed = sipscope(&[
        "export",
        "-q",
        "samples/call.pcap",
        "1",
        "-f",
        "sipp",
        "-o",
        "-",
    ]);
    assert_eq!(printed.status.code(), Some(2));
    let reason = "sipscope: scenarios are two files: --output names them\n";
    assert_eq!(said(&printed), reason);
}

#[test]
fn sipp_plays_the_samples() {
    for (input, number, transport) in [
        ("samples/call.pcap", "1", "udp"),
        ("samples/call.pcap", "2", "tcp"),
        ("samples/flows/ims-registration.pcapng", "1", "tcp"),
        ("samples/flows/ims-session-preconditions.pcapng", "1", "udp"),
        ("samples/flows/ims-presence-subscribe.pcapng", "1", "udp"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        play(&of_input(folder, Path::new(input), &[number]), transport);
    }
    for id in ["refer", "message-waiting", "presence-six-messages"] {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("flow.pcapng");
        let made = sipscope(&["flows", "synthesize", id, "-o", input.to_str().unwrap()]);
        assert!(made.status.success(), "{}", said(&made));
        play(&of_input(folder, &input, &["1"]), "udp");
    }
}

/// The proxies between the ends ask for credentials, which the end behind them knows nothing of: each is played against the other side
/// of its own hop.
#[test]
fn sipp_plays_each_end_of_a_call_through_proxies() {
    let input = "samples/flows/rfc3665-two-proxies.pcapng";
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all.json");
    let arguments = ["export", "-q", input, "1", "-o", all.to_str().unwrap()];
    assert!(sipscope(&arguments).status.success());
    let all = fs::read_to_string(all).unwrap();
    let whole = of_input(folder, Path::new(input), &["1"]);
    let told = said(&whole.output);
    let reason =
        "; with nothing between them the two do not play: only one of them has 407 to INVITE\n";
    assert!(told.ends_with(reason), "{told}");
    for (end, address) in [("uac", "\"192.0.2.1\""), ("uas", "\"198.51.100.4\"")] {
        let of_hop = all.lines().filter(|line| line.contains(address));
        let of_hop: Vec<Value> = of_hop
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(of_hop.len() > 5);
        let of_hop = written(&of_hop);
        assert_eq!(of_hop.scenario(end), whole.scenario(end));
        assert!(!said(&of_hop.output).contains("between them"));
        play(&of_hop, "udp");
    }
}

/// SIPp takes what stands before three slashes for no part of the Call-ID, so it is one call for it.
#[test]
fn further_call_ids_are_numbered() {
    let folder = tempfile::tempdir().unwrap();
    let flow = folder.path().join("flow.pcapng");
    let made = sipscope(&[
        "flows",
        "synthesize",
        "poc-registration",
        "-o",
        flow.to_str().unwrap(),
    ]);
    assert!(made.status.success(), "{}", said(&made));
    let all = folder.path().join("all.json");
    let arguments = [
        "export",
        "-q",
        flow.to_str().unwrap(),
        "1",
        "-o",
        all.to_str().unwrap(),
    ];
    assert!(sipscope(&arguments).status.success());
    let all = fs::read_to_string(all).unwrap();
    // A registration and a subscription of the user, and nothing of what the network does among itself.
    let of_hop = all.lines().filter(|line| line.contains("\"192.0.2.1\""));
    let of_hop: Vec<Value> = of_hop
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let written = written(&of_hop);
    let uac = written.scenario("uac");
    let ids = uac
        .lines()
        .filter(|line| line.contains("all-ID:") || line.contains("all_id"));
    let expected = [
        "Call-ID: [call_id]",
        "Call-ID: [call_id]",
        "Call-ID: 2///[call_id]",
        "[last_Call-ID:]",
    ];
    assert_eq!(ids.collect::<Vec<_>>(), expected);
    play(&written, "udp");
}

/// What is odd in a request changes neither the scenario nor SIPp's mind.
#[test]
fn torture_requests_are_played() {
    let mut played = 0;
    for file in fs::read_dir("samples/torture").unwrap() {
        let path = file.unwrap().path();
        let Ok(raw) = String::from_utf8(fs::read(&path).unwrap()) else {
            continue;
        };
        let mut message = to_bob(0, "");
        message["raw"] = json!(raw);
        let written = written(&[message]);
        let code = written.output.status.code();
        assert!(
            code < Some(2),
            "{}: {}",
            path.display(),
            said(&written.output)
        );
        if code == Some(0) {
            assert!(written.scenario("uac").is_ascii());
            written.scenario("uas");
            played += 1;
            loads(&written);
        }
    }
    assert!(played > 20, "{played}");
}

/// SIPp reads the scenario that has something to send, and sends it.
#[track_caller]
fn loads(written: &Written) {
    fs::write(written.path("uac.xml"), written.scenario("uac")).unwrap();
    let (own, other) = (free_port("udp").to_string(), free_port("udp"));
    let remote = format!("127.0.0.1:{other}");
    if let Some(uac) = sipp(written, "uac", "udp", &own, &[&remote]) {
        let output = uac.wait_with_output().unwrap();
        let errors = fs::read(written.path("uac.err")).unwrap_or_default();
        let errors = String::from_utf8_lossy(&errors);
        let scenario = written.scenario("uac");
        assert_eq!(output.status.code(), Some(0), "{errors}{scenario}");
    }
}

/// Plays both scenarios against each other, and gives what went over the wire as SIPp tells it; nothing where SIPp is not
/// installed. Pauses are shortened.
#[track_caller]
fn play(written: &Written, transport: &str) -> Option<String> {
    for end in ["uac", "uas"] {
        let mut lines = Vec::new();
        for line in written.scenario(end).lines() {
            let is_long = line.starts_with("  <pause milliseconds=\"") && line.len() > 28;
            lines.push(
                if is_long {
                    "  <pause milliseconds=\"99\"/>"
                } else {
                    line
                }
                .to_owned(),
            );
        }
        fs::write(written.path(&format!("{end}.xml")), lines.join("\n")).unwrap();
    }
    let (port, other) = (free_port(transport), free_port(transport).to_string());
    let Some(uas) = sipp(written, "uas", transport, &port.to_string(), &[]) else {
        eprintln!("not tried: sipp is not installed");
        return None;
    };
    wait_for(transport, port);
    let remote = format!("127.0.0.1:{port}");
    let uac = sipp(written, "uac", transport, &other, &[&remote]).unwrap();
    let ends = [("uac", uac), ("uas", uas)].map(|(end, child)| {
        let output = child.wait_with_output().unwrap();
        let errors = fs::read(written.path(&format!("{end}.err"))).unwrap_or_default();
        (
            end,
            output.status.code(),
            String::from_utf8_lossy(&errors).into_owned(),
        )
    });
    for (end, code, errors) in &ends {
        assert_eq!(*code, Some(0), "{end}: {errors}{}", written.scenario(end));
    }
    let wire = ["uac", "uas"].map(|end| fs::read(written.path(&format!("{end}.msg"))).unwrap());
    Some(String::from_utf8_lossy(&wire.concat()).into_owned())
}

fn sipp(written: &Written, end: &str, transport: &str, port: &str, more: &[&str]) -> Option<Child> {
    let file = |kind: &str| {
        written
            .path(&format!("{end}.{kind}"))
            .to_str()
            .unwrap()
            .to_owned()
    };
    let mode = if transport == "tcp" { "t1" } else { "u1" };
    let child = Command::new("sipp")
        .args([
            "-sf",
            &file("xml"),
            "-i",
            "127.0.0.1",
            "-p",
            port,
            "-t",
            mode,
        ])
        .args(["-m", "1", "-nostdin", "-timeout", "20s", "-timeout_error"])
        .args(["-trace_err", "-error_file", &file("err")])
        .args(["-trace_msg", "-message_file", &file("msg")])
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    child.ok()
}

fn free_port(transport: &str) -> u16 {
    let address = match transport {
        "tcp" => std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr(),
        _ => std::net::UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr(),
    };
    address.unwrap().port()
}

/// Until somebody listens there.
#[track_caller]
fn wait_for(transport: &str, port: u16) {
    let begin = Instant::now();
    let is_taken = || match transport {
        "tcp" => std::net::TcpListener::bind(("127.0.0.1", port)).is_err(),
        _ => std::net::UdpSocket::bind(("127.0.0.1", port)).is_err(),
    };
    while !is_taken() {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "sipp does not listen"
        );
        sleep(Duration::from_millis(20));
    }
}
