//! SIP messages with the fields that correlation rests on, made the way RFC 3261 says elements make them.

/// A message whose Via, Route and Record-Route values proxies still change.
#[derive(Clone, Debug)]
pub struct Sip {
    pub start: String,
    /// Values, top one first; the same for the two below.
    pub vias: Vec<String>,
    pub routes: Vec<String>,
    pub record_routes: Vec<String>,
    pub max_forwards: Option<u32>,
    /// All other fields, as whole lines.
    pub fields: Vec<String>,
    pub body: String,
}

impl Sip {
    /// The same with one more field.
    pub fn with(mut self, line: &str) -> Self {
        self.fields.push(line.to_owned());
        self
    }

    /// The same without a field.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|line| name_of(line) != name);
        self
    }

    /// The same with a session description of this origin.
    pub fn offering(mut self, origin: &str) -> Self {
        self.body = format!(
            "v=0\r\no={origin}\r\ns=-\r\nc=IN IP4 192.0.2.200\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
        );
        self.with("Content-Type: application/sdp")
    }

    pub fn via(mut self, value: &str) -> Self {
        self.vias.insert(0, value.to_owned());
        self
    }

    pub fn routed(mut self, nodes: &[&str]) -> Self {
        self.routes = nodes.iter().map(|node| route_to(node)).collect();
        self
    }

    /// The same with another Request-URI, as a proxy that looked up a location sends it on (RFC 3261 16.6).
    pub fn retargeted(mut self, uri: &str) -> Self {
        self.start = format!("{} {uri} SIP/2.0", self.method());
        self
    }

    pub fn method(&self) -> &str {
        self.start.split(' ').next().unwrap()
    }

    fn field(&self, name: &str) -> Option<&String> {
        self.fields.iter().find(|line| name_of(line) == name)
    }

    /// What a server answers (RFC 3261 8.2.6); no tag, no To tag of its own.
    pub fn response(&self, status: u16, tag: &str) -> Self {
        let copied = ["From", "To", "Call-ID", "CSeq"];
        let mut fields: Vec<_> = copied
            .iter()
            .filter_map(|name| self.field(name).cloned())
            .collect();
        for line in &mut fields {
            if name_of(line) == "To" && !line.contains(";tag=") && !tag.is_empty() {
                line.push_str(&format!(";tag={tag}"));
            }
        }
        let makes_dialog = (101..300).contains(&status);
        Self {
            start: format!("SIP/2.0 {status} {}", phrase(status)),
            vias: self.vias.clone(),
            routes: Vec::new(),
            record_routes: if makes_dialog {
                self.record_routes.clone()
            } else {
                Vec::new()
            },
            max_forwards: None,
            fields,
            body: String::new(),
        }
    }

    /// The ACK to a response that is no 2xx (RFC 3261 17.1.1.3), or without a tag the CANCEL (9.1): the same but for the
    /// method, with nothing but the top Via.
    pub fn same_transaction(&self, method: &str, tag: &str) -> Self {
        let (_, uri_and_version) = self.start.split_once(' ').unwrap();
        let mut other = self.response(0, tag);
        other.start = format!("{method} {uri_and_version}");
        other.vias.truncate(1);
        other.routes.clone_from(&self.routes);
        other.max_forwards = Some(70);
        for line in &mut other.fields {
            if name_of(line) == "CSeq" {
                *line = line.replace(self.method(), method);
            }
        }
        other
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut lines = vec![self.start.clone()];
        let list = |name: &str, values: &[String]| -> Vec<String> {
            let all = values.iter();
            all.map(|value| format!("{name}: {value}")).collect()
        };
        lines.extend(list("Via", &self.vias));
        lines.extend(list("Route", &self.routes));
        lines.extend(list("Record-Route", &self.record_routes));
        lines.extend(
            self.max_forwards
                .map(|left| format!("Max-Forwards: {left}")),
        );
        lines.extend(self.fields.iter().cloned());
        lines.push(format!("Content-Length: {}", self.body.len()));
        format!("{}\r\n\r\n{}", lines.join("\r\n"), self.body).into_bytes()
    }
}

/// The URI by which a node puts itself into the route of a dialog.
pub fn route_to(node: &str) -> String {
    format!("<sip:{node}.example.com;lr>")
}

fn name_of(line: &str) -> &str {
    line.split(':').next().unwrap()
}

fn phrase(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        180 => "Ringing",
        183 => "Session Progress",
        200 => "OK",
        202 => "Accepted",
        302 => "Moved Temporarily",
        401 => "Unauthorized",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        483 => "Too Many Hops",
        486 => "Busy Here",
        487 => "Request Terminated",
        _ => "Other",
    }
}

/// Who talks to whom: Call-ID and both sides.
#[derive(Clone, Debug)]
pub struct Talk {
    call_id: String,
    from: (String, String),
    to: (String, String),
}

impl Talk {
    /// Alice, whose tag is `a`, calls Bob.
    pub fn new(call_id: &str) -> Self {
        Self::between(call_id, "alice", "bob")
    }

    /// The tag of the one who starts is the first letter of the name.
    pub fn between(call_id: &str, from: &str, to: &str) -> Self {
        Self {
            call_id: call_id.to_owned(),
            from: (from.to_owned(), from[..1].to_owned()),
            to: (to.to_owned(), String::new()),
        }
    }

    /// As it goes on with the side that answered with this tag.
    pub fn with(&self, tag: &str) -> Self {
        let mut talk = self.clone();
        tag.clone_into(&mut talk.to.1);
        talk
    }

    /// As the side that answered with this tag sends its own requests.
    pub fn back(&self, tag: &str) -> Self {
        let talk = self.with(tag);
        Self {
            from: talk.to,
            to: talk.from,
            ..talk
        }
    }

    pub fn request(&self, method: &str, cseq: u32) -> Sip {
        let party = |(user, tag): &(String, String)| match tag.as_str() {
            "" => format!("<sip:{user}@example.com>"),
            tag => format!("<sip:{user}@example.com>;tag={tag}"),
        };
        Sip {
            start: format!("{method} sip:{}@example.com SIP/2.0", self.to.0),
            vias: Vec::new(),
            routes: Vec::new(),
            record_routes: Vec::new(),
            max_forwards: Some(70),
            fields: vec![
                format!("From: {}", party(&self.from)),
                format!("To: {}", party(&self.to)),
                format!("Call-ID: {}", self.call_id),
                format!("CSeq: {cseq} {method}"),
            ],
            body: String::new(),
        }
    }
}
