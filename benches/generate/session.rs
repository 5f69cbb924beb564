//! The messages of one session, hop by hop: Via stacks, routes, Max-Forwards, bodies.

use super::*;

pub(crate) const HOP: [u64; 2] = [MILLISECOND, 6 * MILLISECOND];
pub(crate) const SOON: [u64; 2] = [40 * MILLISECOND, 300 * MILLISECOND];
pub(crate) const RINGING: [u64; 2] = [SECOND, 4 * SECOND];
pub(crate) const TALKING: [u64; 2] = [2 * SECOND, 20 * SECOND];

/// A phone's number and its tag in the dialog.
pub(crate) struct Party {
    pub(crate) user: String,
    pub(crate) tag: String,
    pub(crate) contact: String,
}

/// One call, with a registration before some.
pub(crate) struct Session {
    /// Makes the session's identifiers and noise its own.
    pub(crate) key: u64,
    pub(crate) call_id: String,
    pub(crate) caller: Party,
    pub(crate) callee: Party,
    /// The caller, the proxies in between, and the callee.
    pub(crate) nodes: Vec<SocketAddr>,
    pub(crate) hosts: Vec<String>,
    /// One for each link, or none where the call goes over UDP.
    pub(crate) connections: Vec<Connection>,
    pub(crate) steps: std::vec::IntoIter<Step>,
    pub(crate) callee_hangs_up: bool,
    pub(crate) message_size: f64,
    /// Added to what carries SDP.
    pub(crate) extra_size: usize,
}

impl Session {
    pub(crate) fn new(options: &Options, call: u64, random: &mut Random) -> Self {
        let key = random.next();
        let is_ipv6 = random.chance(options.ipv6);
        let is_tcp = random.chance(options.tcp);
        let links = options.hops;
        let host_number = call as u32;
        let nodes: Vec<SocketAddr> = (0..=links)
            .map(|node| match node {
                0 => address(is_ipv6, 64, host_number),
                node if node == links => address(is_ipv6, 128, host_number),
                proxy => address(is_ipv6, 0, proxy as u32),
            })
            .map(|address| SocketAddr::new(address, SIP_PORT))
            .collect();
        let client_port = 10_000 + (call % 50_000) as u16;
        let connections = nodes
            .windows(2)
            .filter(|_| is_tcp)
            .map(|pair| {
                let client = SocketAddr::new(pair[0].ip(), client_port);
                Connection::new([client, pair[1]], random)
            })
            .collect();

        let mut script = Script {
            steps: Vec::new(),
            random,
        };
        // The registrar is the second proxy, or the only one; two phones alone have none.
        if call.is_multiple_of(10) && links > 1 {
            script.registration((links - 1).min(2));
        }
        script.call(links, is_tcp && call.is_multiple_of(3));

        let hosts: Vec<String> = nodes.iter().map(SocketAddr::to_string).collect();
        Self {
            key,
            call_id: format!("{key:016x}{call:x}"),
            caller: Party::new(format!("+49301{call:08}"), format!("a{key:x}"), &hosts[0]),
            callee: Party::new(
                format!("+49302{call:08}"),
                format!("b{key:x}"),
                &hosts[links],
            ),
            nodes,
            hosts,
            connections,
            steps: script.steps.into_iter(),
            callee_hangs_up: key.is_multiple_of(3),
            message_size: options.message_size as f64,
            extra_size: if options.fragments && call.is_multiple_of(4) {
                2500
            } else {
                0
            },
        }
    }

    /// Sends the messages of a step over its link.
    pub(crate) fn perform(&mut self, now: u64, step: &Step, trace: &mut Trace) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(4096);
        for kind in step.kinds {
            self.message(*kind, step.position, &mut bytes)?;
        }
        trace.counts.messages += step.kinds.len() as u64;

        let kind = step.kinds[0];
        let near = self.node(kind, step.position);
        let far = self.node(kind, step.position + 1);
        let (from, to) = if kind.status().is_none() {
            (near, far)
        } else {
            (far, near)
        };
        match self.connections.get_mut(from.min(to)) {
            Some(connection) => connection.send(now, usize::from(from > to), &bytes, trace),
            None => trace.sip_datagram(now, [self.nodes[from], self.nodes[to]], &bytes),
        }
    }

    pub(crate) fn close(&mut self, now: u64, trace: &mut Trace) -> io::Result<()> {
        self.connections
            .iter_mut()
            .try_for_each(|connection| connection.close(now, trace))
    }

    pub(crate) fn is_from_callee(&self, kind: Kind) -> bool {
        self.callee_hangs_up && kind.method() == "BYE"
    }

    /// The node at a position on a request's path, counted from whoever sent it first.
    pub(crate) fn node(&self, kind: Kind, position: usize) -> usize {
        if self.is_from_callee(kind) {
            self.nodes.len() - 1 - position
        } else {
            position
        }
    }

    /// Writes a message as it looks on the link from `position` of its request's path. What no
    /// proxy may touch depends on the session and the kind of message alone.
    pub(crate) fn message(&self, kind: Kind, position: usize, out: &mut Vec<u8>) -> io::Result<()> {
        self.routing_headers(kind, position, out)?;
        let start = out.len();
        self.dialog_headers(kind, out)?;
        let body = if kind.has_sdp() {
            out.extend_from_slice(b"Content-Type: application/sdp\r\n");
            self.sdp(kind)
        } else {
            String::new()
        };
        let end_of_headers = format!("Content-Length: {}\r\n\r\n", body.len());

        let mut random = Random(self.key ^ kind as u64);
        let extra = if kind.has_sdp() { self.extra_size } else { 0 };
        let average = (self.message_size * kind.weight()) as usize;
        let size = random.between(average as u64 * 3 / 4, average as u64 * 5 / 4 + 1) as usize;
        let usual_routing = 60 * self.nodes.len();
        let rest = usual_routing + end_of_headers.len() + body.len();
        fill(
            kind,
            (start + size + extra).saturating_sub(rest),
            &mut random,
            out,
        );
        out.extend_from_slice(end_of_headers.as_bytes());
        out.extend_from_slice(body.as_bytes());
        Ok(())
    }

    /// The first line and what every proxy on the way adds or takes.
    pub(crate) fn routing_headers(
        &self,
        kind: Kind,
        position: usize,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let last = self.nodes.len() - 1;
        let host = |position| &self.hosts[self.node(kind, position)];
        match kind.status() {
            Some(status) => write!(out, "SIP/2.0 {status}\r\n")?,
            None => {
                let target = match kind {
                    Kind::Register | Kind::Login => "sip:ims.example.org".to_owned(),
                    Kind::Invite if position + 1 < last => {
                        format!("sip:{}@ims.example.org;user=phone", self.callee.user)
                    }
                    _ if self.is_from_callee(kind) => self.caller.contact.clone(),
                    _ => self.callee.contact.clone(),
                };
                write!(out, "{} {target} SIP/2.0\r\n", kind.method())?;
            }
        }
        let transport = if self.connections.is_empty() {
            "UDP"
        } else {
            "TCP"
        };
        let (call_id, transaction) = (&self.call_id, kind.transaction());
        for via in (0..=position).rev() {
            let branch = format_args!("z9hG4bK{call_id}{transaction}{via}");
            write!(
                out,
                "Via: SIP/2.0/{transport} {};branch={branch}\r\n",
                host(via)
            )?;
        }
        if kind.status().is_none() {
            write!(out, "Max-Forwards: {}\r\n", 70 - position)?;
            let destination = match kind {
                Kind::Register | Kind::Login => (last - 1).min(2),
                _ => last,
            };
            for proxy in position + 1..destination {
                write!(out, "Route: <sip:{};lr>\r\n", host(proxy))?;
            }
        }
        let recorded = match kind {
            Kind::Invite => 1..position + 1,
            Kind::Ringing | Kind::Answer => 1..last,
            _ => 0..0,
        };
        for proxy in recorded.rev() {
            write!(out, "Record-Route: <sip:{};lr>\r\n", host(proxy))?;
        }
        let leaves_network = position + 1 == last;
        if kind.status().is_none() && kind != Kind::Ack && !leaves_network {
            let access = "3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=2620212340abcdef";
            write!(out, "P-Access-Network-Info: {access}\r\n")?;
        }
        if matches!(kind, Kind::Register | Kind::Login) && position > 0 {
            write!(out, "Path: <sip:{};lr>\r\n", host(1))?;
        }
        Ok(())
    }

    /// What stays the same from end to end.
    pub(crate) fn dialog_headers(&self, kind: Kind, out: &mut Vec<u8>) -> io::Result<()> {
        let method = kind.method();
        let is_register = method == "REGISTER";
        let (from, to) = match kind {
            _ if is_register => (&self.caller, &self.caller),
            _ if self.is_from_callee(kind) => (&self.callee, &self.caller),
            _ => (&self.caller, &self.callee),
        };
        // A registrar makes a tag of its own; a caller's registration is no dialog.
        let (prefix, to_tag) = if is_register {
            ("r", &self.callee.tag)
        } else {
            ("", &to.tag)
        };
        write!(
            out,
            "From: <sip:{}@ims.example.org>;tag={prefix}{}\r\n",
            from.user, from.tag
        )?;
        write!(out, "To: <sip:{}@ims.example.org>", to.user)?;
        if kind.has_to_tag() {
            write!(out, ";tag={prefix}{to_tag}")?;
        }
        let number = match kind {
            Kind::Login | Kind::Registered => 2,
            Kind::Bye | Kind::ByeOk if !self.callee_hangs_up => 2,
            _ => 1,
        };
        write!(
            out,
            "\r\nCall-ID: {prefix}{}\r\nCSeq: {number} {method}\r\n",
            self.call_id
        )?;

        let (caller, callee) = (&self.caller, &self.callee);
        let key = &self.call_id[..16];
        match kind {
            Kind::Invite => write!(out, "Contact: <{}>\r\n", caller.contact),
            Kind::Ringing | Kind::Answer => write!(out, "Contact: <{}>\r\n", callee.contact),
            Kind::Register => {
                write!(
                    out,
                    "Contact: <{}>\r\nExpires: 600000\r\nSupported: path\r\n",
                    caller.contact
                )
            }
            Kind::Challenge => write!(
                out,
                "WWW-Authenticate: Digest realm=\"ims.example.org\",nonce=\"{key}\",\
                 algorithm=AKAv1-MD5,qop=\"auth\"\r\n"
            ),
            Kind::Login => write!(
                out,
                "Contact: <{}>\r\nExpires: 600000\r\nSupported: path\r\n\
                 Authorization: Digest username=\"{}@ims.example.org\",realm=\"ims.example.org\",\
                 nonce=\"{key}\",uri=\"sip:ims.example.org\",response=\"{key}{key}\",\
                 algorithm=AKAv1-MD5,qop=auth,nc=00000001,cnonce=\"{key}\"\r\n",
                caller.contact, caller.user
            ),
            Kind::Registered => write!(
                out,
                "Contact: <{}>;expires=600000\r\nPath: <sip:{};lr>\r\n",
                caller.contact, self.hosts[1]
            ),
            _ => Ok(()),
        }
    }

    pub(crate) fn sdp(&self, kind: Kind) -> String {
        let node = if kind == Kind::Invite {
            0
        } else {
            self.nodes.len() - 1
        };
        let address = self.nodes[node].ip();
        let family = if address.is_ipv4() { "IP4" } else { "IP6" };
        format!(
            "v=0\r\no=- 1 1 IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\n\
             m=audio 49152 RTP/AVP 97 8 101\r\nb=AS:41\r\n\
             a=rtpmap:97 AMR-WB/16000\r\na=fmtp:97 mode-change-capability=2;max-red=0\r\n\
             a=rtpmap:8 PCMA/8000\r\n\
             a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n\
             a=ptime:20\r\na=maxptime:240\r\na=sendrecv\r\n"
        )
    }
}

impl Party {
    pub(crate) fn new(user: String, tag: String, host: &str) -> Self {
        let contact = format!("sip:{user}@{host}");
        Self { user, tag, contact }
    }
}

pub(crate) fn address(is_ipv6: bool, net: u8, host: u32) -> IpAddr {
    let [_, high, middle, low] = host.to_be_bytes();
    if is_ipv6 {
        let host = [u16::from(high), u16::from_be_bytes([middle, low])];
        Ipv6Addr::new(0x2001, 0xdb8, u16::from(net), 0, 0, 0, host[0], host[1]).into()
    } else {
        IpAddr::from([10, net + high % 64, middle, low])
    }
}

/// Adds headers until the message has `size` bytes: real ones, then an extension of noise.
pub(crate) fn fill(kind: Kind, size: usize, random: &mut Random, out: &mut Vec<u8>) {
    pub(crate) const NAME: &[u8] = b"X-Session-Data: ";
    for header in kind.optional_headers() {
        if out.len() + header.len() <= size {
            out.extend_from_slice(header.as_bytes());
        }
    }
    while out.len() + NAME.len() + 16 < size {
        let noise = (size - out.len() - NAME.len() - 2).min(120);
        out.extend_from_slice(NAME);
        for _ in 0..noise.div_ceil(16) {
            let digits = random
                .next()
                .to_be_bytes()
                .map(|byte| HEX[usize::from(byte)]);
            out.extend_from_slice(digits.as_flattened());
        }
        out.truncate(out.len() - (noise.next_multiple_of(16) - noise));
        out.extend_from_slice(b"\r\n");
    }
}

/// The two hexadecimal digits of each byte.
pub(crate) const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [digits[byte / 16], digits[byte % 16]];
        byte += 1;
    }
    table
};
