//! A message while it is made: a first line, header fields in the order in which they are written, a body.

/// Fields that stand in front, in this order; all others follow, and Content-Length ends the section.
const ORDER: [&str; 9] = [
    "Via",
    "Max-Forwards",
    "Route",
    "Record-Route",
    "From",
    "To",
    "Call-ID",
    "CSeq",
    "Contact",
];

/// A SIP message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// The request line or status line.
    pub(super) first: String,
    fields: Vec<(String, String)>,
    /// The body, lines ended with CR LF.
    pub(super) body: String,
}

impl Message {
    /// A message with this first line.
    pub(super) fn new(first: String) -> Self {
        Self {
            first,
            ..Self::default()
        }
    }

    /// A request for this URI.
    pub(super) fn request(method: &str, uri: &str) -> Self {
        Self::new(format!("{method} {uri} SIP/2.0"))
    }

    /// Whether it is a request.
    pub(super) fn is_request(&self) -> bool {
        !self.first.starts_with("SIP/2.0 ")
    }

    /// The method of a request.
    pub(super) fn method(&self) -> &str {
        self.first.split(' ').next().unwrap_or_default()
    }

    /// The Request-URI of a request.
    pub(super) fn uri(&self) -> &str {
        self.first.split(' ').nth(1).unwrap_or_default()
    }

    /// The status of a response.
    pub(super) fn status(&self) -> Option<u16> {
        let rest = self.first.strip_prefix("SIP/2.0 ")?;
        rest.split(' ').next()?.parse().ok()
    }

    /// Puts another URI into the request line.
    pub(super) fn set_uri(&mut self, uri: &str) {
        self.first = format!("{} {uri} SIP/2.0", self.method());
    }

    /// All lines of a field.
    pub(super) fn all<'m>(&'m self, name: &'m str) -> impl Iterator<Item = &'m str> {
        let of_name = move |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        let fields = self.fields.iter().filter(of_name);
        fields.map(|(_, value)| value.as_str())
    }

    /// The first line of a field.
    pub(super) fn get<'m>(&'m self, name: &'m str) -> Option<&'m str> {
        self.all(name).next()
    }

    /// Whether it has the field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// One more line, below those that are there.
    pub(super) fn add(&mut self, name: &str, value: impl Into<String>) {
        self.fields.push((name.to_owned(), value.into()));
    }

    /// One more line, above those that are there.
    pub(super) fn put_on_top(&mut self, name: &str, value: impl Into<String>) {
        self.fields.insert(0, (name.to_owned(), value.into()));
    }

    /// This line in the place of the first that is there, and no other.
    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        let position = self.position(name);
        self.remove(name);
        let place = position.unwrap_or(self.fields.len()).min(self.fields.len());
        self.fields.insert(place, (name.to_owned(), value.into()));
    }

    /// These lines in the place of those that are there.
    pub(super) fn set_all(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        self.remove(name);
        for value in values {
            self.add(name, value);
        }
    }

    /// Takes the field away.
    pub(super) fn remove(&mut self, name: &str) {
        self.fields
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Takes its first line away.
    pub(super) fn take_top(&mut self, name: &str) -> Option<String> {
        let position = self.position(name)?;
        Some(self.fields.remove(position).1)
    }

    /// Changes the first line of a field, if it is there.
    pub(super) fn change(&mut self, name: &str, changed: impl FnOnce(&str) -> String) {
        if let Some(position) = self.position(name) {
            let value = &mut self.fields[position].1;
            *value = changed(value);
        }
    }

    /// The same with its last line.
    pub(super) fn change_last(&mut self, name: &str, changed: impl FnOnce(&str) -> String) {
        let mut fields = self.fields.iter();
        let last = fields.rposition(|(known, _)| known.eq_ignore_ascii_case(name));
        if let Some(position) = last {
            let value = &mut self.fields[position].1;
            *value = changed(value);
        }
    }

    fn position(&self, name: &str) -> Option<usize> {
        let mut fields = self.fields.iter();
        fields.position(|(known, _)| known.eq_ignore_ascii_case(name))
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let rank = |name: &str| {
            let place = ORDER
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name));
            place.unwrap_or(ORDER.len() + usize::from(name.eq_ignore_ascii_case("Content-Type")))
        };
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort_by_key(|(name, _)| rank(name));
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in fields {
            text += &format!("{name}: {value}\r\n");
        }
        text += &format!("Content-Length: {}\r\n\r\n{}", self.body.len(), self.body);
        text.into_bytes()
    }
}

/// The URI of an address: what stands in angle brackets, or what stands in front of the parameters.
pub(super) fn uri_of(address: &str) -> &str {
    match address.split_once('<') {
        Some((_, rest)) => rest.split('>').next().unwrap_or(rest),
        None => address.split(';').next().unwrap_or(address).trim(),
    }
}

/// The tag of an address.
pub(super) fn tag_of(address: &str) -> Option<&str> {
    let behind = address.rsplit_once('>').map_or(address, |(_, rest)| rest);
    let mut params = behind.split(';');
    params.find_map(|param| param.trim().strip_prefix("tag="))
}

/// The user of a SIP URI.
pub(super) fn user_of(uri: &str) -> Option<&str> {
    let rest = uri.strip_prefix("sips:").or(uri.strip_prefix("sip:"))?;
    Some(rest.split_once('@')?.0)
}

/// The host of a SIP URI, brackets included.
pub(super) fn host_of(uri: &str) -> &str {
    let rest = uri
        .strip_prefix("sips:")
        .or(uri.strip_prefix("sip:"))
        .unwrap_or_default();
    let rest = rest.split_once('@').map_or(rest, |(_, host)| host);
    let end = match rest.find(']') {
        Some(bracket) => bracket + 1,
        None => rest.find([':', ';', '?', '>']).unwrap_or(rest.len()),
    };
    &rest[..end]
}

/// The values of a field that may stand in one line, separated by commas outside of brackets and quotes.
pub(super) fn values<'m>(lines: impl Iterator<Item = &'m str>) -> Vec<String> {
    let mut found = Vec::new();
    for line in lines {
        let (mut quoted, mut inside) = (false, false);
        let mut value = String::new();
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                '<' if !quoted => inside = true,
                '>' if !quoted => inside = false,
                ',' if !quoted && !inside => {
                    found.push(value.trim().to_owned());
                    value.clear();
                    continue;
                }
                _ => {}
            }
            value.push(letter);
        }
        found.push(value.trim().to_owned());
    }
    found.retain(|value| !value.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let address = "\"A, B\" <sip:a@[2001:db8::1]:5070;lr>;tag=x";
        assert_eq!(uri_of(address), "sip:a@[2001:db8::1]:5070;lr");
        assert_eq!(tag_of(address), Some("x"));
        assert_eq!(host_of(uri_of(address)), "[2001:db8::1]");
        assert_eq!(user_of(uri_of(address)), Some("a"));
        assert_eq!(uri_of("tel:+1234;tag=y"), "tel:+1234");
        assert_eq!(host_of("sip:host;lr"), "host");
        let lines = ["<sip:a,b@x>;q=1, <sip:c>", "\"x, y\" <sip:d>"];
        assert_eq!(
            values(lines.into_iter()),
            ["<sip:a,b@x>;q=1", "<sip:c>", "\"x, y\" <sip:d>"]
        );
    }

    #[test]
    fn fields_are_written_in_order() {
        let mut message = Message::request("BYE", "sip:b@x");
        message.add("Subject", "s");
        message.add("To", "<sip:b@x>");
        message.add("Via", "two");
        message.put_on_top("Via", "one");
        message.body = "x".to_owned();
        let text = String::from_utf8(message.bytes()).unwrap();
        assert_eq!(
            text,
            "BYE sip:b@x SIP/2.0\r\nVia: one\r\nVia: two\r\nTo: <sip:b@x>\r\nSubject: s\r\nContent-Length: 1\r\n\r\nx"
        );
    }
}
