//! Calls every reader over one message, whatever it is, and asserts what has to hold for any bytes.

use std::ops::Range;

use sipscope::sip::body::{Body, Content, Sdp, Section};
use sipscope::sip::{
    Address, Glance, Header, Index, Message, Name, Part, Problem, ProblemKind, Problems, Text, Uri,
    Value,
};

/// A message from its first byte to its last.
pub fn walk(bytes: &[u8]) {
    let mut index = Index::default();
    let message = Message::read(bytes, &mut index);
    walk_message(&message, 0);
    walk_body(&message.body());
    let problems = message.problems();
    expect_in_order(&problems, 0..bytes.len());
    let of_cut = message.problems_of_cut();
    assert!(of_cut.iter().all(|problem| problems.contains(problem)));
    expect_glance_agrees(&message);
}

/// A message, or a part of one, that begins at `start`.
fn walk_message(message: &Message<'_>, start: usize) {
    expect_tiled(message, start);
    walk_first_line(message);
    for header in message.headers() {
        walk_header(&header);
    }
    for name in [Name::Other].iter().chain(Name::ALL) {
        walk_name(message, *name);
    }
    for via in message.vias() {
        via.host.address();
        via.branch();
        via.received();
        via.rport();
        via.maddr();
        via.ttl();
        assert!(via.host.equivalent(&via.host), "{:?}", via.text);
    }
    message.from();
    message.to();
    message.call_id();
    message.cseq();
    message.rack();
    message.max_forwards();
    message.subscription_state();
    for name in [Name::Replaces, Name::Join, Name::TargetDialog] {
        message.dialog_reference(name);
    }
    assert!(message.contact_is_star() <= message.has(Name::Contact));
}

/// One stretch begins where the one before it ends, the first with the message, and the last ends with it.
fn expect_tiled(message: &Message<'_>, start: usize) {
    let mut end = start;
    for (part, text) in message.parts() {
        assert_eq!(text.start(), end, "{part:?} {text:?}");
        end = text.end();
        if part == Part::Space {
            assert!(text.bytes().trim_ascii().is_empty(), "{text:?}");
        }
    }
    assert_eq!(end, message.bytes().len());
}

fn walk_first_line(message: &Message<'_>) {
    assert!(!message.first_line_text().bytes().contains(&b'\n'));
    assert!(message.method().is_none() || message.status().is_none());
    assert_eq!(
        message.start().is_some(),
        message.method().is_some() || message.status().is_some()
    );
    if let Some(uri) = message.first_line().uri() {
        walk_uri(&uri);
    }
}

fn walk_header(header: &Header<'_>) {
    let mut end = header.value.start();
    for value in header.values() {
        assert!(end <= value.start(), "{header:?} gives {value:?}");
        end = value.end();
    }
    assert!(end <= header.value.end(), "{header:?}");
    assert_eq!(header.values().count(), header.typed().count());
    let unfolded = header.value.unfolded();
    assert!(!unfolded.contains(&b'\n'), "{header:?}");
    header.typed().for_each(walk_value);
}

fn walk_value(value: Value<'_>) {
    match value {
        Value::Address(address) => walk_address(&address),
        Value::Uri(uri) => walk_uri(&uri),
        Value::Auth(auth) => {
            auth.aka().map(|aka| aka.amf());
        }
        Value::Parameters(params) => assert_eq!(params.is_empty(), params.iter().count() == 0),
        _ => {}
    }
}

/// All values of one name, by every accessor, whatever its values look like.
fn walk_name(message: &Message<'_>, name: Name) {
    let fields = || fields(message, name);
    let one_by_one: Vec<_> = fields().flat_map(|header| header.values()).collect();
    let values: Vec<_> = message.values(name).collect();
    assert_eq!(values, one_by_one, "{name:?}");
    assert_eq!(message.has(name), fields().count() > 0);
    for value in &values {
        assert!(message.has_token(name, &value.lossy()) || value.lossy().contains('\u{fffd}'));
    }
    let addresses: Vec<_> = message.addresses(name).collect();
    addresses.iter().for_each(walk_address);
    assert!(addresses.len() <= values.len());
    message.address(name);
    message.number(name);
    for item in message.items(name) {
        item.media_type();
        for param in item.params {
            assert!(
                item.params.has(&param.name.lossy()) || param.name.lossy().contains('\u{fffd}')
            );
            param.plain();
        }
    }
    message.item(name);
    for auth in message.auths(name) {
        auth.aka();
    }
    if let Some(first) = fields().next() {
        message.other(&first.name.lossy());
    }
}

fn walk_address(address: &Address<'_>) {
    address.tag();
    walk_uri(&address.uri());
}

/// A URI means the same as itself.
pub fn walk_uri(uri: &Uri<'_>) {
    assert!(uri.equivalent(uri), "{:?}", uri.text);
    uri.host.address();
    uri.is_loose_router();
    for (name, value) in uri.header_fields() {
        assert!(name.end() <= value.start(), "{:?}", uri.text);
    }
    for param in uri.params {
        uri.param(&param.name.lossy());
    }
}

fn walk_body(body: &Body<'_>) {
    assert_eq!(body.text.end(), body.excess.start());
    assert!(body.missing == 0 || body.excess.is_empty());
    let content = body.content(&mut Problems::ignored());
    assert_eq!(matches!(content, Content::Empty), body.text.is_empty());
    match content {
        Content::Multipart(multipart) => {
            let mut end = body.text.start();
            for part in multipart.parts() {
                assert!(end <= part.text().start() && part.text().end() <= body.text.end());
                end = part.text().end();
                let mut index = Index::default();
                let message = part.read(&mut index);
                walk_message(&message, part.text().start());
                walk_body(&part.body(&message));
            }
        }
        Content::Fragment(text) => {
            let mut index = Index::default();
            let fragment = Content::fragment(text, &mut index);
            walk_message(&fragment, text.start());
            expect_in_order(&fragment.problems(), text.start()..text.end());
        }
        Content::Sdp(sdp) => walk_sdp(&sdp),
        Content::MessageSummary(summary) => {
            summary.waiting();
            assert!(summary.counts().count() <= summary.text.len());
        }
        Content::Xml(xml) => {
            for element in xml.elements() {
                assert!(element.span().range().end <= body.text.end());
                element.attributes().for_each(|(_, value)| {
                    value.text();
                });
            }
        }
        _ => {}
    }
}

/// A session description.
pub fn walk_sdp(sdp: &Sdp<'_>) {
    sdp.version();
    sdp.origin();
    sdp.name();
    sdp.connection();
    sdp.direction();
    for timing in sdp.times() {
        assert!(timing.start.end() <= timing.stop.start() || timing.stop.is_empty());
    }
    walk_section(sdp.session);
    let mut end = sdp.session.text().end();
    for media in sdp.media() {
        assert_eq!(media.section.text().start(), end, "{:?}", media.text);
        end = media.section.text().end();
        walk_section(media.section);
        let codecs = media.codecs();
        for format in media.formats() {
            let encoding = codecs.encoding_of(format);
            assert!(encoding.is_none_or(|encoding| encoding.same_as(&encoding)));
            if let Some(fmtp) = codecs.fmtp_of(format) {
                fmtp.iter().for_each(|(name, _)| {
                    fmtp.value(&name.lossy());
                });
            }
        }
        media.connection();
        media.direction();
        media.mid();
        media.packet_time();
        media.max_packet_time();
        media.is_rtp();
        media.is_held();
    }
    assert_eq!(end, sdp.text.end());
}

/// The lines of a section are all of it.
fn walk_section(section: Section<'_>) {
    let text = section.text();
    let mut end = text.start();
    for line in section.lines() {
        assert!(end <= line.text.start() && line.text.end() <= text.end());
        end = line.text.end();
    }
    section.information();
    section.direction();
    section.setup();
    section.connections().for_each(|connection| {
        connection.is_unspecified();
    });
    section.bandwidths().for_each(|bandwidth| {
        let found = section.bandwidth(&bandwidth.kind.lossy()).is_some();
        assert!(found || bandwidth.kind.lossy().contains('\u{fffd}'));
    });
    for attribute in section.attributes() {
        assert!(
            section.has(&attribute.name.lossy()) || attribute.name.lossy().contains('\u{fffd}')
        );
        section.value(&attribute.name.lossy());
    }
    for group in section.groups() {
        group.is_bundle();
        assert!(group.members().count() <= group.text.len());
    }
    assert!(section.preconditions().count() <= section.attributes().count());
    assert!(section.rtpmaps().count() + section.fmtps().count() <= section.attributes().count());
}

/// Every problem points into these bytes, and none stands before the one in front of it.
pub fn expect_in_order(problems: &[Problem], within: Range<usize>) {
    for problem in problems {
        let place = problem.span.range();
        assert!(place.start <= place.end, "{problem:?}");
        assert!(
            within.start <= place.start && place.end <= within.end,
            "{problem:?}"
        );
    }
    let starts = problems.iter().map(|problem| problem.span.start);
    assert!(starts.is_sorted(), "{problems:?}");
}

/// The quick look and the index see the same message.
fn expect_glance_agrees(message: &Message<'_>) {
    let bytes = message.bytes();
    let glance = Glance::at(bytes);
    assert_eq!(message.start(), glance.map(|glance| glance.start));
    let Some(glance) = glance else { return };
    assert_eq!(message.first_line_text().len(), glance.start_line as usize);
    assert_eq!(message.rest().start(), glance.body as usize);
    let no_end = |problem: &Problem| problem.kind == ProblemKind::NoEmptyLine;
    assert_eq!(message.problems().iter().any(no_end), !glance.ended);
    assert_eq!(message.has(Name::ContentType), glance.content_type);
    // The quick look does not put folded lines together.
    let whole = |name| fields(message, name).all(|header| !header.folded);
    if whole(Name::CallId) {
        let mut values = fields(message, Name::CallId).map(|header| header.value);
        let first = values.find(|value| !value.is_empty()).unwrap_or_default();
        assert_eq!(Text::new(bytes, glance.call_id), first);
    }
    if whole(Name::ContentLength) {
        let mut values = fields(message, Name::ContentLength).map(|header| header.value);
        assert_eq!(values.find_map(Text::number), glance.content_length);
    }
    // Only of a value that is a CSeq, and the first, both have to say the same.
    if whole(Name::CSeq)
        && let Some(cseq) = message.cseq()
        && let Some(number) = cseq.number
    {
        assert_eq!(glance.cseq, Some(number));
        let method = Text::new(bytes, glance.cseq_method);
        assert!(method.bytes().starts_with(cseq.method.bytes()));
    }
}

fn fields<'a>(message: &Message<'a>, name: Name) -> impl Iterator<Item = Header<'a>> {
    message.headers().filter(move |header| header.known == name)
}
