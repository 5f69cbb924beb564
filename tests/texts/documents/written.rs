//! Calls written as documents and read again: the same messages with the same header fields, in the same order, on the same hops.

use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sipscope::base::Transport;
use sipscope::flow::synthesis::{Options, write_capture};
use sipscope::flow::templates;
use sipscope::render::document::{html, markdown};
use sipscope::render::{svg, text};
use sipscope::report::Times;
use sipscope::report::document::{FlowDocument, options_of_figure};
use sipscope::report::ladder::{self, Row};
use sipscope::sip::{Index, Message};
use sipscope::source::document::Document;
use sipscope::trace::{Call, Hints, HopId, Trace};
use sipscope::{Intake, Job, analyze, correlate, document};
use tempfile::NamedTempFile;

use crate::support::exchange::{alice, bob, capture as captured};
use crate::support::frames::udp_frame;

use super::scenario::{Net, file};
use super::sip::Talk;

fn trace(path: &Path) -> (Intake, Trace) {
    let job = Job {
        inputs: vec![path.to_owned()],
        threads: 1,
        ..Job::default()
    };
    let mut intake = analyze(&job).unwrap();
    let trace = correlate(&mut intake, &job, &Hints::default()).unwrap();
    (intake, trace)
}

fn written(intake: &mut Intake, trace: &Trace, call: &Call<'_>) -> FlowDocument {
    let options = options_of_figure(None);
    let timings = intake.inputs.iter().map(|input| input.timing).collect();
    let times = Times::of(timings, trace);
    let figure = ladder::of_call(trace, call, &[], &times, &options, |message| {
        bytes(intake, message)
    });
    document(intake, call, figure.unwrap(), &times).unwrap()
}

fn bytes(intake: &mut Intake, message: &sipscope::trace::Message<'_>) -> std::io::Result<Vec<u8>> {
    let sighting = message.sighting();
    let place = (sighting.input(), sighting.location(), sighting.length());
    Ok(intake.store.read(place.0, place.1, place.2)?.to_vec())
}

fn in_markdown(document: &FlowDocument) -> String {
    let style = text::Style {
        width: 100,
        charset: text::Charset::Unicode,
        in_colours: false,
    };
    markdown::write(document, &text::draw(&document.figure, style))
}

/// A message: the place of the first message of its hop, that of the hop above, first line, fields, and body without its last
/// line end.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    hop: usize,
    above: Option<usize>,
    first_line: String,
    fields: Vec<(String, String)>,
    body: String,
}

fn told(intake: &mut Intake, call: &Call<'_>) -> Vec<Told> {
    let messages = call.messages();
    let place = |hop: HopId| {
        let first = messages
            .iter()
            .position(|message| message.hop().id() == hop);
        first.unwrap()
    };
    let mut all = Vec::new();
    for message in &messages {
        let bytes = bytes(intake, message).unwrap();
        let mut index = Index::default();
        let sip = Message::read(&bytes, &mut index);
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let body = text(sip.rest().bytes());
        all.push(Told {
            hop: place(message.hop().id()),
            above: message.hop().parent().map(|(above, _)| place(above.id())),
            first_line: text(sip.first_line_text().bytes()),
            fields: sip
                .headers()
                .map(|header| (text(header.name.bytes()), text(&header.value.unfolded())))
                .collect(),
            body: body.trim_end_matches("\r\n").to_owned(),
        });
    }
    all
}

/// All calls of a capture, each written and read again. Gives how many values were left out.
#[track_caller]
fn assert_comes_back(capture: &Path, name: &str) -> usize {
    let (mut intake, trace) = trace(capture);
    let folder = tempfile::tempdir().unwrap();
    let mut left_out = 0;
    assert!(trace.calls().len() > 0, "{name}");
    for call in trace.calls() {
        let name = format!("{name}, call {}", call.id().number());
        let document = written(&mut intake, &trace, &call);
        let fields = document.steps.iter().flat_map(|step| &step.fields);
        left_out += fields.filter(|field| field.elided).count();
        let path = folder.path().join("flow.md");
        fs::write(&path, in_markdown(&document)).unwrap();
        let (mut again, read) = self::trace(&path);
        assert_eq!(read.calls().len(), 1, "{name}");
        let expected = told(&mut intake, &call);
        let found = told(&mut again, &read.calls().next().unwrap());
        assert_eq!(found.len(), expected.len(), "{name}");
        for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert_eq!(found, expected, "{name}, step {}", at + 1);
        }
        assert_eq!(document.doubts, [""; 0], "{name}");
    }
    left_out
}

#[test]
fn samples_come_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let flows = fs::read_dir(root.join("flows")).unwrap();
    let mut samples: Vec<_> = flows.map(|entry| entry.unwrap().path()).collect();
    samples.push(root.join("call.pcap"));
    for sample in samples {
        let left_out = assert_comes_back(&sample, &sample.display().to_string());
        assert!(left_out > 0, "{}", sample.display());
    }
}

#[test]
fn every_documented_flow_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flow.pcapng");
    for template in templates() {
        for transport in [Transport::Udp, Transport::Tcp] {
            let options = Options {
                transport,
                seed: 7,
                ..Options::default()
            };
            let mut capture = Vec::new();
            write_capture(&mut capture, &template, &options).unwrap();
            fs::write(&path, capture).unwrap();
            assert_comes_back(&path, &format!("{} {transport:?}", template.id));
        }
    }
}

/// A subscription that is refreshed 300 times through a proxy (RFC 6665 4.1.2.2), one refresh of which is sent again.
fn refreshed() -> NamedTempFile {
    let mut net = Net::new(&["watcher", "p", "notifier"]);
    for number in 1..=301u32 {
        let talk = Talk::new("watch");
        let talk = if number > 1 { talk.with("n") } else { talk };
        let subscribe = talk.request("SUBSCRIBE", number);
        let subscribe = subscribe.with("Event: presence").with("Expires: 900");
        let at = i64::from(number - 1) * 600_000;
        let hops = net.journey(subscribe, &["watcher", "p", "notifier"], at);
        if number == 200 {
            net.again(&hops[0], at + 500);
        }
        net.respond(&hops, 200, "n", at + 1000);
    }
    let capture = NamedTempFile::new().unwrap();
    fs::write(capture.path(), file(&net.packets)).unwrap();
    capture
}

#[test]
fn three_hundred_refreshes_are_steps_and_rows_and_come_back() {
    let capture = refreshed();
    assert_comes_back(capture.path(), "300 refreshes");
    let (mut intake, trace) = trace(capture.path());
    let call = trace.calls().next().unwrap();
    let document = written(&mut intake, &trace, &call);
    // Two hops of a request and an answer, and one request more.
    assert_eq!(document.steps.len(), 301 * 4 + 1);
    let arrows = document.figure.rows.iter().filter_map(|row| match row {
        Row::Arrow(arrow) => Some(arrow),
        Row::Panel(_) | Row::Fragment(_) => None,
    });
    let arrows: Vec<_> = arrows.collect();
    let mut numbers: Vec<_> = arrows.iter().map(|one| one.number.as_str()).collect();
    let again: Vec<_> = arrows.iter().flat_map(|one| &one.small).collect();
    // The 199 before it have four steps each, and it has been passed on in between.
    assert_eq!(again, ["Again: step 799"]);
    numbers.insert(798, "799");
    let all: Vec<_> = (1..=document.steps.len())
        .map(|one| one.to_string())
        .collect();
    assert_eq!(numbers, all);
}

/// 3GPP TS 24.229 5.2.6.3: the P-CSCF takes the identity that the UE prefers, gives the one that it asserts, and records its route;
/// RFC 3261 16.6: it adds its Via, counts Max-Forwards down and takes its own Route.
const SECOND_STEP: &str = "
2. SUBSCRIBE request (P-CSCF to S-CSCF#1) - see example in table 1.1-2

- Step 1, as P-CSCF passed it on.
- Added: Via, Record-Route, P-Asserted-Identity, P-Charging-Vector.
- Removed: Route, P-Preferred-Identity.
- Changed: Via, Max-Forwards.

Table 1.1-2: SUBSCRIBE request (P-CSCF to S-CSCF#1)

   ```sip verbatim
   SUBSCRIBE tel:+1-212-555-2222 SIP/2.0
   Via: SIP/2.0/UDP pcscf1.home1.net;branch=";

#[test]
fn steps_are_laid_out_as_specifications_do() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/flows");
    let (mut intake, trace) = trace(&root.join("ims-presence-subscribe.pcapng"));
    let call = trace.calls().next().unwrap();
    let document = written(&mut intake, &trace, &call);
    let text = in_markdown(&document);
    assert!(text.contains(SECOND_STEP), "{text}");
    let step = &document.steps[1];
    let elided = step.fields.iter().filter(|field| field.elided);
    let elided: Vec<_> = elided.map(|field| field.name.as_str()).collect();
    let same = [
        "From",
        "To",
        "Call-ID",
        "CSeq",
        "Contact",
        "Expires",
        "Accept",
        "Privacy",
        "Event",
        "Content-Length",
    ];
    assert_eq!(elided, same);
    let heads = document.figure.columns.iter();
    let heads: Vec<_> = heads.map(|column| column.label.as_str()).collect();
    let names = [
        "UE",
        "P-CSCF",
        "S-CSCF#1",
        "I-CSCF",
        "S-CSCF#2",
        "presence server",
    ];
    assert_eq!(heads, names);
}

/// A capture of one plain file with these messages.
fn of_bytes(text: &[u8]) -> FlowDocument {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.sip");
    fs::write(&path, text).unwrap();
    let (mut intake, trace) = trace(&path);
    let call = trace.calls().next().unwrap();
    written(&mut intake, &trace, &call)
}

const HOSTILE: &str = "MESSAGE sip:b@example.com SIP/2.0\r\n\
    Via: SIP/2.0/UDP a.example.com;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
    From: \"<script>alert(1)</script>\" <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\n\
    Call-ID: one\r\nCSeq: 1 MESSAGE\r\nSubject: a \u{7}\r\n folded one\r\n\
    Content-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n\u{1}\u{2}\u{3}\u{4}";

#[test]
fn what_cannot_be_written_is_said() {
    let document = of_bytes(HOSTILE.as_bytes());
    let step = &document.steps[0];
    let doubts = [
        "The body is 4 bytes that are no text",
        "Subject was folded over several lines",
    ];
    assert_eq!(step.doubts, doubts);
    let text = in_markdown(&document);
    let block = "- Some characters stand as codes such as \\\\u{7}, and a backslash as \\\\\\\\.\n";
    assert!(text.contains(block), "{text}");
    let block = "\n   Subject: a \\u{7} folded one\n   Content-Type: application/octet-stream\n   \
        Content-Length: 4\n\n   [4 bytes that are no text]\n   ```\n";
    assert!(text.contains(block), "{text}");
}

#[test]
fn pages_stand_alone_and_nothing_in_them_is_markup() {
    let document = of_bytes(HOSTILE.as_bytes());
    let style = svg::Style {
        theme: svg::Theme::Spec,
        paper: svg::Paper::None,
    };
    let figure = svg::draw(&document.figure, style);
    let images = [1, 2].map(|height| (figure.source.clone(), 640, height));
    let image = html::write(&document, html::Figure::Images(&images));
    for height in [1, 2] {
        let shown = format!(" width=\"640\" height=\"{height}\" alt=");
        assert!(image.contains(&shown), "{image}");
    }
    assert!(
        image.contains("<img src=\"data:image/svg+xml;base64,PD94bWwg"),
        "{image}"
    );
    assert!(
        !image.contains("<svg") && !image.contains("href="),
        "{image}"
    );
    let page = html::write(&document, html::Figure::Part(&figure.source));
    for page in [&page, &image] {
        assert!(page.contains("content=\"default-src 'none';"), "{page}");
        assert!(
            !page.contains("<script") && !page.contains('\u{7}'),
            "{page}"
        );
    }
    let from = "<td>&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot; &lt;sip:a@example.com&gt;;tag=1</td>";
    assert!(page.contains(from), "{page}");
    for outside in ["<link", "<img", "<iframe", "src=", "@import", "url(http"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// What only looks like a part of the document around it: headings, steps, captions, feet and heads of pages, fences, messages.
const PLANTED: &str = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a.example.com;branch=z9hG4bK7\r\nContent-Length: 0\r\n\r\n\
    1.2 Another flow\r\n\r\n3. INVITE request (A to B) - see example in table 1.1-3\r\n\r\n\
    Table 1.1-3: INVITE request (A to B)\r\n\r\nINVITE sip:b@example.com SIP/2.0\r\nFrom: <sip:a@example.com>\r\n\r\n\
    Step 1 in Fig. 1.2 is the same as step 1 in Fig. 1.1, and as steps (4), (5), (6), (7), (8) and (9).\r\n\
    Johnston            Informational           [Page 7]\r\n3GPP TS 24.228 V5.15.0 (2006-09)\r\nRFC 3665        Call Flows        December 2003\r\n\r\n\
    ```\r\n   ````\r\n   ```sip verbatim\r\n    SIP/2.0 486 Busy Here\r\n\tTab  \r\nFigure 9-9: Message flow\r\n  \r\n";

#[test]
fn bodies_that_hold_messages_and_steps_come_back() {
    for kind in ["message/sip", "message/sipfrag;version=2.0", "text/plain"] {
        let mut net = Net::new(&["a", "p", "b"]);
        let mut message = Talk::new("planted").request("MESSAGE", 1);
        message = message.with(&format!("Content-Type: {kind}"));
        message.body = PLANTED.to_owned();
        let hops = net.journey(message, &["a", "p", "b"], 0);
        net.respond(&hops, 200, "b", 1000);
        let capture = NamedTempFile::new().unwrap();
        fs::write(capture.path(), file(&net.packets)).unwrap();
        // The body is left out where it is passed on.
        assert!(assert_comes_back(capture.path(), kind) > 0);
    }
}

/// What mail and editors do to a text changes nothing of a message.
#[test]
fn written_documents_are_the_same_with_other_line_ends_and_indented() {
    let mut net = Net::new(&["a", "p", "b"]);
    let mut message = Talk::new("planted").request("MESSAGE", 1);
    message = message.with("Content-Type: text/plain");
    message.body = PLANTED.to_owned();
    let hops = net.journey(message, &["a", "p", "b"], 0);
    net.respond(&hops, 200, "b", 1000);
    let capture = NamedTempFile::new().unwrap();
    fs::write(capture.path(), file(&net.packets)).unwrap();
    let (mut intake, trace) = trace(capture.path());
    let call = trace.calls().next().unwrap();
    let text = in_markdown(&written(&mut intake, &trace, &call));
    let document = Document::read(&text);
    let steps = document.flows.iter().flat_map(|flow| &flow.steps);
    let bodies = steps.filter_map(|step| step.message.as_ref()?.body.as_ref());
    let bodies: Vec<_> = bodies.map(|body| body.text.as_str()).collect();
    let body = PLANTED.trim_end_matches("\r\n").replace("\r\n", "\n");
    assert_eq!(bodies, [&body; 2]);
    assert_eq!(Document::read(&text.replace('\n', "\r\n")), document);
    for indent in ["    ", "\t"] {
        let lines = text.lines().map(|line| format!("{indent}{line}\n"));
        let indented: String = lines.collect();
        assert_eq!(Document::read(&indented), document);
    }
}

/// RFC 3261 25.1: `extension-method = token`.
#[test]
fn requests_with_any_method_come_back() {
    for method in ["FOO", "X-ping.7", "invite", "!%*_+`'~"] {
        let mut net = Net::new(&["a", "p", "b"]);
        let hops = net.journey(Talk::new("any").request(method, 1), &["a", "p", "b"], 0);
        net.respond(&hops, 200, "b", 1000);
        let capture = NamedTempFile::new().unwrap();
        fs::write(capture.path(), file(&net.packets)).unwrap();
        assert_comes_back(capture.path(), method);
    }
}

#[test]
fn what_does_not_show_and_what_looks_left_out_comes_back() {
    let fields = [
        "Subject: a\u{7} \u{202e}b\\u{7} \\",
        "X-Tab: a\tb",
        "X-Dots: ...",
        "X-Dots: (\u{2026})..",
    ];
    let bodies = [
        "[no body]\r\n",
        "...\r\n",
        "\r\n...\r\n",
        "a \u{202e}b\\ \r\n\tc\r\n",
        "\r\n",
    ];
    for body in bodies {
        let mut net = Net::new(&["a", "p", "b"]);
        let mut message = Talk::new("odd").request("MESSAGE", 1);
        for field in fields {
            message = message.with(field);
        }
        message = message.with("Content-Type: text/plain");
        message.body = body.to_owned();
        let hops = net.journey(message, &["a", "p", "b"], 0);
        net.respond(&hops, 200, "b", 1000);
        let capture = NamedTempFile::new().unwrap();
        fs::write(capture.path(), file(&net.packets)).unwrap();
        assert_comes_back(capture.path(), body);
    }
}

#[test]
fn bytes_that_are_no_text_are_said() {
    let mut bytes = HOSTILE
        .replace("Subject: a \u{7}", "Subject: a @")
        .into_bytes();
    let at = bytes.iter().rposition(|byte| *byte == b'@').unwrap();
    bytes[at] = 0xff;
    let document = of_bytes(&bytes);
    let doubts = &document.steps[0].doubts;
    assert!(
        doubts.contains(&"Bytes that are no text stand as \\xff".to_owned()),
        "{doubts:?}"
    );
    assert!(in_markdown(&document).contains("Subject: a \\xff folded one\n"));
}

/// What may be taken for something else where it stands in a document.
const ODD: [&str; 26] = [
    "INVITE sip:b@example.com SIP/2.0",
    "SIP/2.0 200 OK",
    "1. INVITE request (a to b)",
    "2.",
    "1.1 Message flow",
    "3",
    "Table 1.1-1: INVITE request (a to b)",
    "Figure 1.1-1: Message flow",
    "Content-Length: 0",
    "From:",
    "```",
    "`````sip verbatim",
    "   ```",
    "...",
    "(...)",
    "[no body]",
    "<?xml version=\"1.0\"?>",
    "v=0",
    "--",
    "\\u{7}",
    "\\",
    "\u{202e}\u{2066}",
    "\u{feff}",
    "ETSI",
    "RFC 3261      SIP      June 2002",
    "| - * # \t",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_message_holds_comes_back(
        values in vec(vec(select(ODD.to_vec()), 1..3), 0..4),
        lines in vec(vec(select(ODD.to_vec()), 0..3), 0..12),
    ) {
        let mut net = Net::new(&["a", "p", "b"]);
        let mut message = Talk::new("any").request("MESSAGE", 1);
        for (number, value) in values.iter().enumerate() {
            message = message.with(&format!("X-{number}: {}", value.join(" ").trim()));
        }
        if !lines.is_empty() {
            message = message.with("Content-Type: text/plain");
        }
        message.body = lines.iter().map(|line| line.join(" ") + "\r\n").collect();
        let hops = net.journey(message, &["a", "p", "b"], 0);
        net.respond(&hops, 200, "b", 1000);
        let capture = NamedTempFile::new().unwrap();
        fs::write(capture.path(), file(&net.packets)).unwrap();
        assert_comes_back(capture.path(), "any");
    }
}

/// RFC 3261 7.3.1 allows white space around the colon; a line without one is none of its header fields.
#[test]
fn white_space_and_line_ends_come_back_or_are_said() {
    let message = |fields: &str, body: &str| {
        let length = body.len();
        let head = "MESSAGE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a.example.com;branch=z9hG4bK1\r\n\
            Max-Forwards: 70\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.com>\r\nCall-ID: one\r\n\
            CSeq: 1 MESSAGE\r\nContent-Type: text/plain\r\n";
        let text = format!("{head}{fields}Content-Length:  {length}\r\n\r\n{body}");
        of_bytes(text.as_bytes()).steps.remove(0).doubts
    };
    let nothing: [&str; 0] = [];
    for (fields, body) in [
        ("X-Wide :   a \t \r\nX-Empty:\r\n", "one\r\ntwo\r\n"),
        ("", "one\r\ntwo"),
        ("", "one\ntwo\nthree\n"),
        ("", "one\r\n\r\n"),
    ] {
        assert_eq!(message(fields, body), nothing, "{fields}{body:?}");
    }
    let dense = message("X-Dense:a\r\nno field\r\n", "one");
    assert_eq!(dense, ["the white space of X-Dense", "the line no field"]);
    // As long as with CR LF between its lines and none behind.
    assert_eq!(message("", "one\ntwo\n"), ["line ends of the body"]);
    assert_eq!(message("", "one\rtwo\n"), ["line ends of the body"]);
}

#[test]
fn a_message_whose_end_is_not_known_is_none_that_is_whole() {
    let frame = udp_frame(alice(), bob(), HOSTILE.as_bytes());
    let at = frame
        .windows(7)
        .position(|bytes| bytes == b"a.examp")
        .unwrap();
    let capture = NamedTempFile::new().unwrap();
    fs::write(capture.path(), captured(&[frame[..at].to_vec()])).unwrap();
    let (mut intake, trace) = trace(capture.path());
    let call = trace.calls().next().unwrap();
    let document = written(&mut intake, &trace, &call);
    assert_eq!(document.steps[0].doubts, ["its end is not known"]);
    let text = in_markdown(&document);
    assert!(text.contains("\n   ```sip verbatim cut\n"), "{text}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.md");
    fs::write(&path, text).unwrap();
    let (mut again, read) = self::trace(&path);
    let message = read.calls().next().unwrap().messages().remove(0);
    assert!(!message.sighting().whole());
    let found = bytes(&mut again, &message).unwrap();
    assert!(found.ends_with(b"\r\nVia: SIP/2.0/UDP "), "{found:?}");
}
