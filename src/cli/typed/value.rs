//! Values of header fields, each as its name says.

use serde::ser::{Serialize, Serializer};
use sipscope::base::Span;
use sipscope::sip::{
    Address, Aka, Auth, CSeq, Date, Item, Number, Param, Params, RAck, Text, Timestamp, Uri, Value,
    Via, Warning,
};

use super::write::{Each, Shown, filled, object, shown};

impl Serialize for Shown<Value<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(_) => serializer.serialize_none(),
            Value::Token(token) => object!(serializer; "token": Shown(token)),
            Value::Star(_) => object!(serializer; "star": true),
            Value::Parameters(all) => object!(serializer; "params": Shown(all)),
            Value::Number(number) => Shown(number).serialize(serializer),
            Value::CSeq(cseq) => Shown(cseq).serialize(serializer),
            Value::RAck(rack) => Shown(rack).serialize(serializer),
            Value::Via(via) => Shown(via).serialize(serializer),
            Value::Address(address) => Shown(address).serialize(serializer),
            Value::Uri(uri) => Shown(uri).serialize(serializer),
            Value::Item(item) => Shown(item).serialize(serializer),
            Value::Auth(auth) => Shown(auth).serialize(serializer),
            Value::Date(date) => Shown(date).serialize(serializer),
            Value::Timestamp(stamp) => Shown(stamp).serialize(serializer),
            Value::Warning(warning) => Shown(warning).serialize(serializer),
        }
    }
}

shown! {
    Number<'_>, number => {
        "number": number.value,
        "comment": number.comment.map(Shown),
        "params": Shown(number.params)
    }
    CSeq<'_>, cseq => { "number": cseq.number, "method": Shown(cseq.method) }
    RAck<'_>, rack => {
        "response": rack.response, "cseq": rack.cseq, "method": Shown(rack.method)
    }
    Via<'_>, via => {
        "protocol": Shown(via.protocol),
        "version": Shown(via.version),
        "transport": Shown(via.transport),
        "host": Shown(via.host.text),
        "port": via.port.and_then(|port| port.number),
        "params": Shown(via.params)
    }
    Address<'_>, address => {
        "display": address.display().map(Shown),
        "uri": Shown(address.uri()),
        "bracketed": address.bracketed,
        "params": Shown(address.params)
    }
    Uri<'_>, uri => {
        "text": Shown(uri.text),
        "span": Shown(uri.text.span());
        "scheme": filled(uri.scheme_text),
        "user": uri.user.map(Shown),
        "password": uri.password.map(Shown),
        "host": filled(uri.host.text),
        "port": uri.port.and_then(|port| port.number),
        "opaque": filled(uri.opaque),
        "params": Some(Shown(uri.params)).filter(|_| !uri.params.is_empty()),
        "headers": uri.headers.map(|_| Each(|| uri.header_fields().map(Shown)))
    }
    Item<'_>, item => { "word": Shown(item.word), "params": Shown(item.params) }
    Auth<'_>, auth => {
        "scheme": Shown(auth.scheme),
        "word": auth.word.map(Shown),
        "params": Shown(auth.params),
        "aka": auth.aka().map(Shown)
    }
    Aka, aka => { "rand": hex(&aka.rand), "autn": hex(&aka.autn) }
    Date<'_>, date => { "seconds": date.seconds }
    Timestamp<'_>, stamp => { "time": Shown(stamp.time), "delay": stamp.delay.map(Shown) }
    Warning<'_>, warning => {
        "code": warning.code,
        "agent": Shown(warning.agent),
        "message": Shown(warning.message)
    }
    Param<'_>, param => {
        "name": Shown(param.name),
        "value": param.value.map(|value| Shown(value.unquoted())),
        "span": Shown(span(param))
    }
    (Text<'_>, Text<'_>), pair => { "name": Shown(pair.0), "value": Shown(pair.1) }
    (Text<'_>, Option<Text<'_>>), pair => { "name": Shown(pair.0), "value": pair.1.map(Shown) }
}

impl Serialize for Shown<Params<'_>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Shown))
    }
}

/// From the name of a parameter to the end of its value, quotes included.
fn span(param: &Param<'_>) -> Span {
    let end = param.value.unwrap_or(param.name).end();
    Span::new(param.name.start(), end)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
