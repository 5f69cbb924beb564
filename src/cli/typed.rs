//! A message for programs: its header fields in their order with their places, each value read as its name says, what the
//! body is, and what is odd.

use serde_json::{Map, Value as Json, json};
use sipscope::base::Span;
use sipscope::sip::body::{Body, Content};
use sipscope::sip::{
    Address, Auth, FirstLine, Header, Index, Item, Message, Name, Number, Opinion, Params, Problem,
    Problems, Text, Uri, Value, Via, second_opinion,
};

/// Everything that can be said about one message.
pub(super) fn message(bytes: &[u8]) -> Json {
    let mut index = Index::default();
    let message = Message::read(bytes, &mut index);
    json!({
        "first_line": first_line(&message),
        "headers": message.headers().map(|field| header(&field)).collect::<Vec<_>>(),
        "body": body(&message.body()),
        "problems": message.problems().iter().map(|one| problem(bytes, one)).collect::<Vec<_>>(),
    })
}

fn first_line(message: &Message<'_>) -> Json {
    let mut shown = match message.first_line() {
        FirstLine::Request {
            method, version, ..
        } => json!({
            "kind": "request",
            "method": text(method),
            "uri": message.first_line().uri().map(|address| uri(&address)),
            "version": text(version),
        }),
        FirstLine::Status {
            version,
            code,
            reason,
        } => json!({
            "kind": "response",
            "version": text(version),
            "status": code,
            "reason": text(reason),
        }),
        FirstLine::Other(_) => json!({ "kind": "other" }),
    };
    shown["span"] = span(message.first_line_text().span());
    shown
}

fn header(header: &Header<'_>) -> Json {
    let typed = header.values().zip(header.typed());
    let values = typed.map(|(value, typed)| {
        json!({
            "text": String::from_utf8_lossy(&value.unfolded()),
            "span": span(value.span()),
            "typed": self::typed(&typed),
            "rsip": rsip(header.known, value),
        })
    });
    json!({
        "name": text(header.name),
        "known": known(header.known),
        "span": span(header.lines.span()),
        "name_span": span(header.name.span()),
        "value_span": span(header.value.span()),
        "folded": header.folded,
        "values": values.collect::<Vec<_>>(),
    })
}

/// What rsip makes of the value, if it is asked.
fn rsip(name: Name, value: Text<'_>) -> Option<&'static str> {
    match second_opinion(name, value) {
        Opinion::Agrees => Some("agrees"),
        Opinion::Differs => Some("differs"),
        Opinion::Refuses => Some("refuses"),
        Opinion::NotAsked => None,
    }
}

fn typed(value: &Value<'_>) -> Json {
    match value {
        Value::Text(_) => Json::Null,
        Value::Token(token) => json!({ "token": text(*token) }),
        Value::Number(number) => self::number(number),
        Value::CSeq(cseq) => json!({ "number": cseq.number, "method": text(cseq.method) }),
        Value::RAck(rack) => json!({
            "response": rack.response, "cseq": rack.cseq, "method": text(rack.method),
        }),
        Value::Via(via) => self::via(via),
        Value::Address(address) => self::address(address),
        Value::Star(_) => json!({ "star": true }),
        Value::Uri(address) => uri(address),
        Value::Item(item) => self::item(item),
        Value::Parameters(all) => json!({ "params": params(*all) }),
        Value::Auth(auth) => self::auth(auth),
        Value::Date(date) => json!({ "seconds": date.seconds }),
        Value::Timestamp(stamp) => json!({
            "time": text(stamp.time), "delay": stamp.delay.map(text),
        }),
        Value::Warning(warning) => json!({
            "code": warning.code, "agent": text(warning.agent), "message": text(warning.message),
        }),
    }
}

fn number(number: &Number<'_>) -> Json {
    json!({
        "number": number.value,
        "comment": number.comment.map(text),
        "params": params(number.params),
    })
}

fn via(via: &Via<'_>) -> Json {
    json!({
        "protocol": text(via.protocol),
        "version": text(via.version),
        "transport": text(via.transport),
        "host": text(via.host.text),
        "port": via.port.and_then(|port| port.number),
        "params": params(via.params),
    })
}

fn address(address: &Address<'_>) -> Json {
    json!({
        "display": address.display().map(text),
        "uri": uri(&address.uri()),
        "bracketed": address.bracketed,
        "params": params(address.params),
    })
}

fn uri(uri: &Uri<'_>) -> Json {
    let headers = uri.header_fields();
    let headers = headers.map(|(name, value)| json!({ "name": text(name), "value": text(value) }));
    json!({
        "text": text(uri.text),
        "span": span(uri.text.span()),
        "scheme": text(uri.scheme_text),
        "user": uri.user.map(text),
        "password": uri.password.map(text),
        "host": text(uri.host.text),
        "port": uri.port.and_then(|port| port.number),
        "opaque": text(uri.opaque),
        "params": params(uri.params),
        "headers": headers.collect::<Vec<_>>(),
    })
}

fn item(item: &Item<'_>) -> Json {
    json!({ "word": text(item.word), "params": params(item.params) })
}

fn auth(auth: &Auth<'_>) -> Json {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let aka = auth.aka();
    json!({
        "scheme": text(auth.scheme),
        "word": auth.word.map(text),
        "params": params(auth.params),
        "aka": aka.map(|aka| json!({ "rand": hex(&aka.rand), "autn": hex(&aka.autn) })),
    })
}

fn params(params: Params<'_>) -> Json {
    let list = params.iter().map(|param| {
        json!({
            "name": text(param.name),
            "value": param.value.map(|value| text(value.unquoted())),
        })
    });
    list.collect()
}

fn body(body: &Body<'_>) -> Json {
    let content = body.content(&mut Problems::ignored());
    let mut shown = Map::new();
    shown.insert("span".into(), span(body.text.span()));
    shown.insert("content_length".into(), body.said.into());
    shown.insert("missing".into(), body.missing.into());
    shown.insert("excess".into(), body.excess.len().into());
    shown.insert("format".into(), content.name().into());
    shown.insert(
        "content_type".into(),
        body.content_type.as_ref().map(item).into(),
    );
    if let Content::Multipart(multipart) = content {
        let parts = multipart.parts().map(|part| {
            let mut index = Index::default();
            let message = part.read(&mut index);
            json!({
                "headers": message.headers().map(|field| header(&field)).collect::<Vec<_>>(),
                "body": self::body(&part.body(&message)),
            })
        });
        shown.insert("parts".into(), parts.collect());
    }
    Json::Object(shown)
}

fn problem(bytes: &[u8], problem: &Problem) -> Json {
    json!({
        "code": problem.kind.code(),
        "expected": problem.kind.expected(),
        "header": known(problem.name),
        "span": span(problem.span),
        "text": String::from_utf8_lossy(problem.span.of(bytes)),
    })
}

fn known(name: Name) -> Option<&'static str> {
    Some(name.spelling()).filter(|spelling| !spelling.is_empty())
}

fn text(text: Text<'_>) -> String {
    text.lossy().into_owned()
}

fn span(span: Span) -> Json {
    json!([span.start, span.end])
}
