//! Messages to start from: the torture messages, and one of our own for each format of body that they do not have.

use std::fs;
use std::path::Path;

/// All of them, each with the name to call it by when it fails. `project` is the folder of the project.
pub fn all(project: &Path) -> Vec<(String, Vec<u8>)> {
    let folder = project.join("samples/torture");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let torture = files.map(|file| {
        let name = file.file_name().into_string().unwrap();
        (name, fs::read(file.path()).unwrap())
    });
    let own = OWN.iter().map(|(name, head, body)| {
        let (head, body) = (with_line_ends(head), with_line_ends(body));
        let length = body.len();
        let message = format!("{head}Content-Length: {length}\r\n\r\n{body}");
        ((*name).to_owned(), message.into_bytes())
    });
    let mut samples: Vec<_> = torture.chain(own).collect();
    samples.sort();
    samples
}

fn with_line_ends(lines: &str) -> String {
    lines.lines().map(|line| format!("{line}\r\n")).collect()
}

/// Name, header section without length, body.
const OWN: [(&str, &str, &str); 9] = [
    (
        "offer with preconditions",
        "INVITE tel:+15550100;phone-context=ims.example SIP/2.0
Via: SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bKa;rport=5061;received=192.0.2.1;ttl=3
Route: <sip:pcscf.example:5060;lr>, \"S\" <sip:scscf.example;lr?X=y>;x=\"a,b\"
f: \"A\" <sip:alice@example.com>;tag=a
t: <tel:+15550100>
i: offer@example.com
CSeq: 1 INVITE
P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=0010100010001000
P-Charging-Vector: icid-value=\"x y\";orig-ioi=home1.example
Session-Expires: 1800 (a comment);refresher=uac
Privacy: id;header
Replaces: b@example.com;to-tag=1;from-tag=2;early-only
RAck: 776656 1 INVITE
Warning: 307 isi.example \"Session parameter 'foo' not understood\"
Date: Sat, 13 Nov 2010 23:29:00 GMT
c: application/sdp
",
        "v=0
o=- 1 2 IN IP6 2001:db8::1
s=-
c=IN IP6 2001:db8::1
b=AS:41
t=0 0
a=group:BUNDLE a
m=audio 49170/2 RTP/AVP 104 0
i=voice
c=IN IP4 224.2.1.1/127/3
a=rtpmap:104 AMR-WB/16000/1
a=fmtp:104 mode-set=0,1,2; octet-align=1
a=curr:qos local none
a=des:qos mandatory local sendrecv
a=conf:qos remote sendrecv
a=inactive
a=setup:actpass
a=mid:a
a=ptime:20
",
    ),
    (
        "challenge of AKA",
        "SIP/2.0 401 Unauthorized
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKb
From: <sip:user@home1.example>;tag=a
To: <sip:user@home1.example>;tag=b
Call-ID: challenge@example.com
CSeq: 1 REGISTER
WWW-Authenticate: Digest realm=\"home1.example\", nonce=\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\", \
algorithm=AKAv1-MD5, qop=\"auth,auth-int\", ik=\"00\", ck=\"11\"
Security-Server: ipsec-3gpp;q=0.1;alg=hmac-sha-1-96;spi-c=98765;spi-s=87654;port-c=8642;port-s=7531
",
        "",
    ),
    (
        "presence",
        "NOTIFY sip:watcher@192.0.2.1 SIP/2.0
Call-ID: presence@example.com
CSeq: 2 NOTIFY
Subscription-State: active;expires=599
Event: presence;id=1
Content-Type: application/pidf+xml
",
        "<?xml version=\"1.0\"?>
<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"pres:bob@example.com\">
 <tuple id=\"a\"><status><basic>open</basic></status><contact priority=\"0.8\">tel:+1</contact>
 <note xml:lang=\"en\">a &lt; &#x41;</note><timestamp>2026-01-01T00:00:00Z</timestamp></tuple>
</presence>
",
    ),
    (
        "registration state",
        "NOTIFY sip:watcher@192.0.2.1 SIP/2.0
Call-ID: reg@example.com
CSeq: 3 NOTIFY
Subscription-State: terminated;reason=timeout;retry-after=5
Content-Type: application/reginfo+xml
",
        "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"1\" state=\"full\">
<registration aor=\"sip:user@home1.example\" id=\"a\" state=\"active\">
<contact id=\"c\" state=\"active\" event=\"registered\" expires=\"600\" q=\"0.5\"><uri>sip:[::1]</uri></contact>
</registration></reginfo>
",
    ),
    (
        "watchers",
        "NOTIFY sip:watcher@192.0.2.1 SIP/2.0
Call-ID: winfo@example.com
CSeq: 4 NOTIFY
Content-Type: application/watcherinfo+xml
",
        "<watcherinfo xmlns=\"urn:ietf:params:xml:ns:watcherinfo\" version=\"0\" state=\"full\">
<watcher-list resource=\"sip:a@example.com\" package=\"presence\">
<watcher id=\"w\" status=\"active\" event=\"approved\" expiration=\"20\">sip:b@example.com</watcher>
</watcher-list></watcherinfo>
",
    ),
    (
        "state of a list",
        "NOTIFY sip:watcher@192.0.2.1 SIP/2.0
Call-ID: list@example.com
CSeq: 5 NOTIFY
Require: eventlist
Content-Type: multipart/related;type=\"application/rlmi+xml\";start=\"<a@x>\";boundary=\"outer\"
",
        "before
--outer
Content-ID: <a@x>
Content-Type: application/rlmi+xml

<list xmlns=\"urn:ietf:params:xml:ns:rlmi\" uri=\"sip:l@x\" version=\"1\" fullState=\"true\">
<resource uri=\"sip:b@x\"><instance id=\"i\" state=\"active\" cid=\"b@x\"/></resource></list>
--outer
Content-Type: multipart/mixed;boundary=inner

--inner
Content-Type: application/pidf+xml

<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"pres:b@x\"/>
--inner--
--outer--
behind
",
    ),
    (
        "list of resources",
        "SUBSCRIBE sip:list@example.com SIP/2.0
Call-ID: lists@example.com
CSeq: 6 SUBSCRIBE
Content-Disposition: recipient-list
Content-Type: application/resource-lists+xml
",
        "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list name=\"f\">
<entry uri=\"sip:a@x\"><display-name>A &amp; B</display-name></entry><list/></list></resource-lists>
",
    ),
    (
        "waiting messages",
        "NOTIFY sip:watcher@192.0.2.1 SIP/2.0
Call-ID: mwi@example.com
CSeq: 7 NOTIFY
Content-Type: application/simple-message-summary
",
        "Messages-Waiting: yes
Message-Account: sip:a@x
Voice-Message: 4/8 (1/2)

Subject: carpool
",
    ),
    (
        "fragment",
        "NOTIFY sip:watcher@192.0.2.1 SIP/2.0
Call-ID: refer@example.com
CSeq: 8 NOTIFY
Event: refer
Subscription-State: active
Content-Type: message/sipfrag;version=2.0
",
        "SIP/2.0 200 OK
Via: SIP/2.0/UDP h;branch=z9hG4bKc
To: <sip:b@x>;tag=
 b
",
    ),
];
