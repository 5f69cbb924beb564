//! Plays a flow once: every actor does what its steps say and what SIP asks of it besides, from the messages that it got before.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::leg::Leg;
use super::message::{Message, host_of};
use super::own::Own;
use super::places::{Places, Ports, SIP, host, is_terminal};
use super::random::Random;
use super::{Event, Options};
use crate::base::Transport;
use crate::flow::{Request, Response, Template, What};

/// From one actor to the next, and what a server does meanwhile.
const HOP: i64 = 10_000_000;
/// What follows at once.
const AT_ONCE: i64 = 1_000_000;
/// A question to a data base and its answer, or a decision.
const ASIDE: i64 = 5_000_000;
/// Until a server tells over UDP that it works on a request other than INVITE: the client waits T2 then (RFC 4320 4.1).
const TRIES: i64 = 3_500_000_000;
/// Until a user presses a button.
const ACTS: i64 = 500_000_000;
/// Until a user picks up.
const PICKS_UP: i64 = 2_000_000_000;
/// How long a call lasts.
const TALKS: i64 = 5_000_000_000;
/// Ports from which streams are opened (RFC 6335 6).
const FIRST_OPENED: u64 = 32_768;
const OPENED: u64 = 28_000;

/// What a change does to a message.
pub(super) type Changed<'c> = &'c dyn Fn(usize, &mut Message, Option<&Message>);

/// What was played.
pub(super) struct Played {
    /// What went over the wire, in order.
    pub(super) events: Vec<Event>,
    /// The message of each step as it was sent, unless it has none.
    pub(super) sent: Vec<Option<Message>>,
    /// The same as it came in.
    pub(super) got: Vec<Option<Message>>,
}

/// What belongs to one Call-ID.
#[derive(Default)]
struct Identity {
    call_id: String,
    /// Tags in From of requests outside of dialogs, and numbers of CSeq, by actor.
    tags: BTreeMap<usize, String>,
    numbers: BTreeMap<usize, u32>,
}

/// The state of all actors.
pub(super) struct Player<'p> {
    pub(super) template: &'p Template,
    pub(super) transport: Transport,
    places: &'p Places,
    ports: Ports,
    run: u64,
    pub(super) random: Random,
    pub(super) own: Own,
    identities: Vec<Identity>,
    pub(super) legs: Vec<Leg>,
    /// Messages by step: as they were to be, as they went out, as they came in.
    pub(super) meant: Vec<Option<Message>>,
    pub(super) sent: Vec<Option<Message>>,
    pub(super) got: Vec<Option<Message>>,
    /// Tags that servers put into To, by the step of the request.
    answer_tags: BTreeMap<usize, String>,
    /// Entity-tags of what was published, by dialog.
    pub(super) entity_tags: BTreeMap<usize, String>,
    pub(super) reliable: u32,
    now: i64,
}

impl<'p> Player<'p> {
    pub(super) fn new(
        template: &'p Template,
        places: &'p Places,
        options: &Options,
        run: u64,
    ) -> Self {
        let mut random = Random::new(options.seed, run);
        let ports = Ports::of(template, &mut random);
        let mut identity = |_| Identity {
            call_id: random.token(16),
            ..Identity::default()
        };
        let identities = template.dialogs.iter().map(&mut identity).collect();
        let none = || vec![None; template.steps.len()];
        Self {
            template,
            transport: options.transport,
            places,
            ports,
            run,
            random,
            own: Own::of(options.seed, run),
            identities,
            legs: Vec::new(),
            meant: none(),
            sent: none(),
            got: none(),
            answer_tags: BTreeMap::new(),
            entity_tags: BTreeMap::new(),
            reliable: 0,
            now: 0,
        }
    }

    /// Plays all steps; a change is made to what its sender sends.
    pub(super) fn play(mut self, change: Option<Changed<'_>>) -> Played {
        let mut events = Vec::new();
        for step in 0..self.template.steps.len() {
            let one = &self.template.steps[step];
            let message = match &one.what {
                _ if self.is_left_out(step) => continue,
                What::Request(request) => self.request(step, request),
                What::Response(response) => self.response(step, response),
                What::Other { .. } | What::Action => {
                    self.now += ASIDE;
                    continue;
                }
            };
            self.now += self.delay(step);
            let mut sent = message.clone();
            if let Some(change) = change {
                let before = self.relayed(step).and_then(|from| self.got[from].as_ref());
                change(step, &mut sent, before);
            }
            self.meant[step] = Some(message);
            let event = self.event(step, &sent);
            self.got[step] = Some(received(&sent, event.source));
            self.sent[step] = Some(sent);
            events.push(event);
            self.learn(step);
        }
        Played {
            events,
            sent: self.sent,
            got: self.got,
        }
    }

    /// Whether it only happens in place of others, or follows from what does.
    fn is_left_out(&self, step: usize) -> bool {
        let mut needed = match &self.template.steps[step].what {
            What::Request(request) => vec![request.relays, request.acknowledges, request.cancels],
            What::Response(response) => vec![Some(response.answers), response.relays],
            What::Other { .. } | What::Action => Vec::new(),
        };
        needed.retain(Option::is_some);
        self.template.is_alternative(step)
            || needed
                .into_iter()
                .flatten()
                .any(|other| self.sent[other].is_none())
    }

    /// How long it takes until a step is sent.
    fn delay(&self, step: usize) -> i64 {
        let template = self.template;
        let one = &template.steps[step];
        if one.immediately_after.is_some() {
            return AT_ONCE;
        }
        let terminal = is_terminal(&template.actors[one.from]);
        let first = self.sent.iter().all(Option::is_none);
        match &one.what {
            What::Response(response)
                if self.transport == Transport::Udp
                    && self.template.method_of(step) != Some("INVITE")
                    && response.statuses.iter().any(|(status, _)| *status == 100) =>
            {
                TRIES
            }
            _ if first || !terminal => HOP,
            What::Request(request) if request.relays.is_none() => match request.method.as_str() {
                "BYE" => TALKS,
                "ACK" | "PRACK" => HOP,
                _ if self.was_challenged(one.from) => HOP,
                _ => ACTS,
            },
            What::Response(response)
                if response.relays.is_none()
                    && self.template.method_of(step) == Some("INVITE")
                    && response.statuses.iter().any(|(status, _)| *status == 200)
                    && self.rang(response.answers) =>
            {
                PICKS_UP
            }
            _ => HOP,
        }
    }

    /// Whether the last message to an actor was an answer that it acts upon by itself.
    fn was_challenged(&self, actor: usize) -> bool {
        let mut messages = (0..self.sent.len()).rev().filter_map(|step| {
            let to_it = self.template.steps[step].to == actor;
            self.sent[step].as_ref().filter(|_| to_it)
        });
        messages
            .next()
            .and_then(Message::status)
            .is_some_and(|status| status >= 300)
    }

    /// Whether a request was answered provisionally.
    fn rang(&self, request: usize) -> bool {
        let mut steps = self.template.steps.iter().zip(&self.sent);
        steps.any(|(step, sent)| {
            matches!(&step.what, What::Response(response) if response.answers == request)
                && sent
                    .as_ref()
                    .and_then(Message::status)
                    .is_some_and(|status| status > 100)
        })
    }

    fn event(&self, step: usize, sent: &Message) -> Event {
        let one = &self.template.steps[step];
        let mut source = self.endpoint(one.from);
        let mut destination = self.endpoint(one.to);
        let answers = !sent.is_request();
        if self.transport == Transport::Tcp {
            // One stream for each pair and direction: the answer comes back on it (RFC 3261 18.2.2).
            let (client, server) = match answers {
                true => (one.to, one.from),
                false => (one.from, one.to),
            };
            let actors = self.template.actors.len() as u64;
            let number = self
                .run
                .wrapping_mul(actors * actors)
                .wrapping_add(client as u64 * actors + server as u64);
            let opened = match answers {
                true => &mut destination,
                false => &mut source,
            };
            opened.set_port((FIRST_OPENED + number % OPENED) as u16);
        }
        Event {
            step,
            run: self.run,
            time: self.now,
            from: one.from,
            to: one.to,
            source,
            destination,
            transport: self.transport,
            is_request: sent.is_request(),
            bytes: sent.bytes(),
        }
    }

    // What the actors know.

    pub(super) fn endpoint(&self, actor: usize) -> SocketAddr {
        self.ports.endpoint(self.places, actor)
    }

    /// How an actor names itself in URIs.
    pub(super) fn host(&self, actor: usize) -> String {
        let name = self.template.actors[actor].name.clone();
        name.unwrap_or_else(|| self.address(actor))
    }

    /// Where it listens.
    fn address(&self, actor: usize) -> String {
        let endpoint = self.endpoint(actor);
        match endpoint.port() {
            SIP => host(endpoint.ip()),
            port => format!("{}:{port}", host(endpoint.ip())),
        }
    }

    /// Whether an actor passes requests on in this flow, so that their Via list shows it.
    fn passes_on(&self, actor: usize) -> bool {
        let mut steps = self.template.steps.iter();
        steps.any(|step| {
            let relays = matches!(&step.what, What::Request(request) if request.relays.is_some());
            step.from == actor && relays && !step.hides_via
        })
    }

    /// Parameters of a URI that is to be reached over this transport.
    fn over(&self) -> &'static str {
        match self.transport {
            Transport::Tcp => ";transport=tcp",
            _ => "",
        }
    }

    /// The entry of an actor in Route and Record-Route.
    pub(super) fn route_to(&self, actor: usize) -> String {
        format!("<sip:{}{};lr>", self.host(actor), self.over())
    }

    /// Whether an entry of Route names an actor.
    pub(super) fn is_of(&self, uri: &str, actor: usize) -> bool {
        let own = format!("sip:{}", self.host(actor));
        host_of(uri).eq_ignore_ascii_case(host_of(&own))
    }

    /// The URI under which an actor is reached, as this user.
    pub(super) fn contact_uri(&self, actor: usize, user: Option<&str>) -> String {
        let user = match user.filter(|_| is_terminal(&self.template.actors[actor])) {
            Some(user) => format!("{user}@"),
            None => String::new(),
        };
        format!("sip:{user}{}{}", self.host(actor), self.over())
    }

    /// What it puts into Contact.
    pub(super) fn contact(&self, actor: usize, user: Option<&str>) -> String {
        let uri = self.contact_uri(actor, user);
        let params = self.template.actors[actor].contact_params.as_deref();
        let params = params.map(|params| params.trim_start_matches(';'));
        match params.filter(|params| !params.is_empty()) {
            Some(params) => format!("<{uri}>;{params}"),
            None => format!("<{uri}>"),
        }
    }

    /// A Via of an actor (RFC 3261 8.1.1.7); a terminal asks for the answer to come where the request came from (RFC 3581 3).
    pub(super) fn via(&mut self, actor: usize) -> String {
        let branch = self.random.token(14);
        let rport = match is_terminal(&self.template.actors[actor]) {
            true => ";rport",
            false => "",
        };
        let transport = self.transport.name();
        let host = match self.transport {
            // It sends from a port that it opened for the stream; only its address says that it also listens elsewhere. Of who
            // passes requests on the Via list says it.
            Transport::Tcp if !self.passes_on(actor) => self.address(actor),
            _ => self.host(actor),
        };
        format!("SIP/2.0/{transport} {host};branch=z9hG4bK{branch}{rport}")
    }

    pub(super) fn call_id(&self, dialog: usize) -> String {
        self.identities[dialog].call_id.clone()
    }

    /// The tag of an actor in From of requests outside of dialogs.
    pub(super) fn tag(&mut self, dialog: usize, actor: usize) -> String {
        let random = &mut self.random;
        let tags = &mut self.identities[dialog].tags;
        tags.entry(actor).or_insert_with(|| random.token(8)).clone()
    }

    /// The next number of an actor's requests in a dialog.
    pub(super) fn number(&mut self, dialog: usize, actor: usize) -> u32 {
        let random = &mut self.random;
        let numbers = &mut self.identities[dialog].numbers;
        let number = numbers
            .entry(actor)
            .or_insert_with(|| random.between(1, 900));
        *number += 1;
        *number
    }

    /// The tag with which a request is answered; CANCEL has that of its INVITE (RFC 3261 9.2).
    pub(super) fn answer_tag(&mut self, request: usize) -> String {
        let of = match self.template.method_of(request) {
            Some("CANCEL") => self.last_invite(request).unwrap_or(request),
            _ => request,
        };
        let random = &mut self.random;
        let tag = self.answer_tags.entry(of);
        tag.or_insert_with(|| random.token(8)).clone()
    }

    /// The last INVITE on the way of a step, of the same dialog.
    pub(super) fn last_invite(&self, step: usize) -> Option<usize> {
        let steps = &self.template.steps;
        (0..step).rev().find(|other| {
            let (one, other) = (&steps[step], *other);
            let ends = steps[other].from == one.from && steps[other].to == one.to;
            let invite =
                matches!(&steps[other].what, What::Request(request) if request.method == "INVITE");
            ends && invite
                && self.sent[other].is_some()
                && self.template.dialog_of(other) == self.template.dialog_of(step)
        })
    }

    // Where steps come from and go to.

    /// The step that a step passes on.
    pub(super) fn relayed(&self, step: usize) -> Option<usize> {
        match &self.template.steps[step].what {
            What::Request(Request { relays, .. }) | What::Response(Response { relays, .. }) => {
                *relays
            }
            _ => None,
        }
    }

    /// The step in which a message began that is passed on.
    pub(super) fn origin(&self, step: usize) -> usize {
        let mut origin = step;
        while let Some(before) = self.relayed(origin) {
            origin = before;
        }
        origin
    }

    /// Who gets a request in the end.
    pub(super) fn terminus(&self, step: usize) -> usize {
        let template = self.template;
        let mut at = step;
        for later in step + 1..template.steps.len() {
            let passes_on = self.relayed(later) == Some(at);
            if passes_on && !template.is_alternative(later) {
                at = later;
            }
        }
        template.steps[at].to
    }

    /// Whether a response is acknowledged by a PRACK.
    pub(super) fn is_reliable(&self, step: usize) -> bool {
        let mut steps = self.template.steps.iter();
        steps.any(|one| match &one.what {
            What::Request(request) if request.method == "PRACK" => request
                .acknowledges
                .is_some_and(|response| self.origin(response) == step),
            _ => false,
        })
    }

    /// Whether an answer to this request is.
    pub(super) fn is_answered_reliably(&self, request: usize) -> bool {
        (0..self.template.steps.len()).any(|step| {
            let answers = match &self.template.steps[step].what {
                What::Response(response) => response.answers,
                _ => return false,
            };
            self.origin(answers) == request && self.is_reliable(step)
        })
    }
}

/// A message as it comes in: its receiver notes in the topmost Via of a request where it came from (RFC 3261 18.2.1, RFC 3581 4).
fn received(sent: &Message, source: SocketAddr) -> Message {
    let mut message = sent.clone();
    if !message.is_request() {
        return message;
    }
    message.change("Via", |via| {
        let sent_by = via.split([' ', ';']).nth(1).unwrap_or_default();
        let named = host_of(&format!("sip:{sent_by}")).to_owned();
        let mut via = via.to_owned();
        let asks = via.ends_with(";rport");
        if asks {
            via += &format!("={}", source.port());
        }
        if asks || named != host(source.ip()) {
            via += &format!(";received={}", source.ip());
        }
        via
    });
    message
}
