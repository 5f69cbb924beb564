//! Registrations: what was asked for and granted, challenges and refusals with what came after them, and the bindings.

use sipscope::sip::{self, Index};
use sipscope::trace::{Attempt, Binding, BindingEnd, Message, Registration, Terms};

use super::outcomes::outcomes;
use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};
use super::told::Told;

/// Nanoseconds since 1970 at which scenarios begin.
const START: i64 = 1_700_000_000_000_000_000;

fn register(call_id: &str, cseq: u32, fields: &[&str]) -> Sip {
    let request = Talk::between(call_id, "alice", "alice").request("REGISTER", cseq);
    fields
        .iter()
        .fold(request, |request, line| request.with(line))
}

/// The terminal sends it, the registrar answers 50 ms later with these fields.
fn exchange(net: &mut Net, request: Sip, status: u16, fields: &[&str], at: i64) {
    let sent = net.send("ue", "reg", request, at);
    answer(net, &sent, status, fields, at + 50);
}

fn answer(net: &mut Net, sent: &Sent, status: u16, fields: &[&str], at: i64) {
    let answer = sent.message.response(status, "r");
    let answer = fields.iter().fold(answer, |answer, line| answer.with(line));
    net.raw(&sent.to, &sent.from, answer, at);
}

fn net() -> Net {
    Net::new(&["ue", "reg"])
}

/// `3 create 200 600>300 after 1 (challenge)`: the request by number, what was asked for and granted, and what it follows.
fn told_step(step: &Attempt<'_>, all: &[Attempt<'_>]) -> String {
    let number = |step: &Attempt<'_>| step.hop.request().unwrap().id().number();
    let seconds =
        |seconds: Option<u32>| seconds.map_or("-".to_owned(), |seconds| seconds.to_string());
    let status = step
        .status
        .map_or("-".to_owned(), |status| status.to_string());
    let (asked, granted) = (seconds(step.asked), seconds(step.granted));
    let mut line = format!(
        "{} {} {status} {asked}>{granted}",
        number(step),
        step.kind.name()
    );
    if let Some(follows) = step.follows {
        line += &format!(
            " after {} ({})",
            number(&all[follows.step]),
            follows.why.name()
        );
    }
    line
}

pub fn told_steps(steps: &[Attempt<'_>]) -> Vec<String> {
    steps.iter().map(|step| told_step(step, steps)).collect()
}

fn only<'a>(told: &'a Told<'_>) -> Registration<'a> {
    let mut all = told.trace.registrations();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn bindings(told: &Told<'_>, of: &Registration<'_>) -> Vec<Binding> {
    of.bindings(|message| told.bytes(message)).unwrap()
}

/// `sip:a@192.0.2.1 made 0 until 600 s`: steps by position, times since the beginning.
fn told_binding(binding: &Binding) -> String {
    let made = binding
        .made_by
        .map_or("-".to_owned(), |step| step.to_string());
    let until = binding.until.unwrap().nanos() - START;
    let end = match binding.end {
        None => String::new(),
        Some(BindingEnd::Removed(step)) => format!(" removed {step}"),
        Some(BindingEnd::Dropped(step)) => format!(" dropped {step}"),
        Some(BindingEnd::Expired) => " expired".to_owned(),
    };
    let (uri, seconds) = (&binding.contact.uri, until / 1_000_000_000);
    format!("{uri} made {made} until {seconds} s{end}")
}

fn told_bindings(net: &Net) -> Vec<String> {
    let told = net.told();
    let all = bindings(&told, &only(&told));
    all.iter().map(told_binding).collect()
}

fn terms(told: &Told<'_>, message: Option<Message<'_>>) -> Terms {
    let bytes = told.bytes(&message.unwrap()).unwrap();
    let mut index = Index::default();
    Terms::of(&sip::Message::read(&bytes, &mut index))
}

const CONTACT: &str = "Contact: <sip:alice@192.0.2.1>";
/// 32 bytes in base64: what AKA needs of a nonce (RFC 3310 3.2).
const NONCE: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// A registration in an IMS (TS 24.229 5.1.1.5): the terminal answers the challenge from another port, and the proxy puts
/// itself into Path.
#[test]
fn a_challenge_is_answered_and_the_binding_has_its_path() {
    let mut net = Net::new(&["ue", "pcscf", "reg"]);
    let credentials = |nonce: &str, response: &str| {
        format!(
            "Authorization: Digest username=\"alice\", realm=\"example.com\", nonce=\"{nonce}\", \
            uri=\"sip:example.com\", response=\"{response}\", algorithm=AKAv1-MD5"
        )
    };
    let contact = |port: u16, more: &str| {
        format!(
            "Contact: <sip:192.0.2.1:{port}>;+sip.instance=\"<urn:gsma:imei:1>\";reg-id=1;q=0.5{more}"
        )
    };
    let send = |net: &mut Net, cseq: u32, fields: &[&str], at: i64| {
        let first = net.send("ue", "pcscf", register("ims", cseq, fields), at);
        let passed = net
            .passed(&first)
            .with("Path: <sip:term@pcscf.example.com;lr>");
        let second = net.send("pcscf", "reg", passed, at + 10);
        [first, second]
    };
    let back = |net: &mut Net, hops: &[Sent], status: u16, fields: &[&str], at: i64| {
        let mut message = hops[1].message.response(status, "r");
        message
            .fields
            .extend(fields.iter().map(|line| line.to_string()));
        net.raw("reg", "pcscf", message.clone(), at);
        message.vias.remove(0);
        net.raw("pcscf", "ue", message, at + 10);
    };
    let fields = [
        &contact(5060, "")[..],
        "Expires: 600000",
        &credentials("", ""),
    ];
    let hops = send(&mut net, 1, &fields, 0);
    let challenge = format!(
        "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"{NONCE}\", algorithm=AKAv1-MD5"
    );
    back(&mut net, &hops, 401, &[&challenge], 50);
    let fields = [
        &contact(6300, "")[..],
        "Expires: 600000",
        &credentials(NONCE, "12ab"),
    ];
    let hops = send(&mut net, 2, &fields, 100);
    let granted = contact(
        6300,
        ";expires=3600;pub-gruu=\"sip:alice@example.com;gr=1\"",
    );
    let fields = [
        &granted[..],
        "Path: <sip:term@pcscf.example.com;lr>",
        "Service-Route: <sip:orig@scscf.example.com;lr>",
        "P-Associated-URI: <sip:alice@example.com>, <tel:+4930123456>",
    ];
    back(&mut net, &hops, 200, &fields, 150);

    let told = net.told();
    let registration = only(&told);
    assert_eq!(registration.address, b"sip:alice@example.com");
    assert_eq!(registration.third_party, None);
    assert_eq!(
        told_steps(&registration.steps),
        [
            "1 create 401 600000>-",
            "5 create 200 600000>3600 after 1 (challenge)"
        ]
    );
    let all = bindings(&told, &registration);
    let [binding] = &all[..] else {
        panic!("{all:?}");
    };
    assert_eq!(
        told_binding(binding),
        "sip:192.0.2.1:6300 made 1 until 3600 s"
    );
    assert_eq!(binding.path, ["<sip:term@pcscf.example.com;lr>"]);
    let contact = &binding.contact;
    let params = [
        &contact.instance,
        &contact.reg_id,
        &contact.q,
        &contact.pub_gruu,
    ];
    let params = params.map(|param| param.as_deref().unwrap());
    assert_eq!(
        params,
        [
            "<urn:gsma:imei:1>",
            "1",
            "0.5",
            "sip:alice@example.com;gr=1"
        ]
    );
    assert_eq!(contact.temp_gruu, None);

    let [first, second] = &registration.steps[..] else {
        panic!("two steps");
    };
    let challenge = terms(&told, first.hop.answer());
    assert!(challenge.auths[0].aka);
    let credentials = terms(&told, second.hop.request());
    assert_eq!(
        credentials.answer_to(&challenge).unwrap().field,
        "Authorization"
    );
    // The first one had empty credentials: they answer nothing.
    assert_eq!(
        terms(&told, first.hop.request()).answer_to(&challenge),
        None
    );
    let accepted = terms(&told, second.hop.answer());
    assert_eq!(accepted.service_route, ["<sip:orig@scscf.example.com;lr>"]);
    assert_eq!(
        accepted.associated,
        ["<sip:alice@example.com>", "<tel:+4930123456>"]
    );
}

/// RFC 3261 10.2.8; RFC 3329 2.3.1; 22.3 for 407.
#[test]
fn refusals_and_what_comes_after_them() {
    let mut net = net();
    let send = |net: &mut Net, cseq: u32, fields: &[&str], status: u16, more: &[&str], at: i64| {
        exchange(net, register("one", cseq, fields), status, more, at);
    };
    let brief = [CONTACT, "Expires: 60"];
    send(&mut net, 1, &brief, 423, &["Min-Expires: 900"], 0);
    // The same again is no answer to that.
    send(&mut net, 2, &brief, 423, &["Min-Expires: 900"], 1000);
    let long = [CONTACT, "Expires: 900"];
    send(
        &mut net,
        3,
        &long,
        494,
        &["Security-Server: ipsec-3gpp"],
        2000,
    );
    let security = [CONTACT, "Expires: 900", "Security-Client: ipsec-3gpp"];
    send(
        &mut net,
        4,
        &security,
        407,
        &["Proxy-Authenticate: Digest realm=\"p\", nonce=\"n\""],
        3000,
    );
    // Without credentials it is another attempt, and no answer.
    send(
        &mut net,
        5,
        &security,
        407,
        &["Proxy-Authenticate: Digest realm=\"p\", nonce=\"m\""],
        4000,
    );
    let digest = "Proxy-Authorization: Digest realm=\"p\", nonce=\"m\", response=\"1\"";
    send(
        &mut net,
        6,
        &[CONTACT, "Expires: 900", digest],
        403,
        &[],
        5000,
    );
    send(
        &mut net,
        7,
        &[CONTACT, "Expires: 900", digest],
        200,
        &["Expires: 900"],
        6000,
    );
    let told = net.told();
    let registration = only(&told);
    assert_eq!(
        told_steps(&registration.steps),
        [
            "1 create 423 60>-",
            "3 create 423 60>-",
            "5 create 494 900>- after 3 (interval too brief)",
            "7 create 407 900>- after 5 (security agreement)",
            "9 create 407 900>-",
            "11 create 403 900>- after 9 (challenge)",
            "13 create 200 900>900",
        ]
    );
    let min_expires = terms(&told, registration.steps[0].hop.answer()).min_expires;
    assert_eq!(min_expires, Some(900));
    let security = terms(&told, registration.steps[2].hop.answer()).security;
    assert_eq!(security, [("Security-Server", "ipsec-3gpp".to_owned())]);
}

/// One address under several Call-IDs is one registration, another address is another.
#[test]
fn bindings_are_kept_over_call_ids() {
    let mut net = net();
    let granted = "Contact: <sip:alice@192.0.2.1>;expires=600";
    exchange(&mut net, register("one", 1, &[CONTACT]), 200, &[granted], 0);
    exchange(
        &mut net,
        register("two", 1, &[CONTACT]),
        200,
        &[granted],
        300_000,
    );
    let bob = Talk::between("bob", "bob", "bob").request("REGISTER", 1);
    exchange(
        &mut net,
        bob.with("Contact: <sip:bob@192.0.2.1>"),
        200,
        &[],
        301_000,
    );
    let spelled = register("three", 1, &[CONTACT, "Expires: 0"]);
    let spelled = spelled.without("To").with("To: <SIP:alice@EXAMPLE.com>");
    let spelled = spelled
        .without("From")
        .with("From: <SIP:alice@EXAMPLE.com>;tag=a");
    exchange(&mut net, spelled, 200, &[], 400_000);
    let told = net.told();
    let all = told.trace.registrations();
    assert_eq!(all.len(), 2);
    assert_eq!(
        told_steps(&all[0].steps),
        [
            "1 create 200 ->600",
            "3 refresh 200 ->600",
            "7 remove 200 0>-"
        ]
    );
    assert_eq!(told_steps(&all[1].steps), ["5 create 200 ->-"]);
    let bindings: Vec<_> = bindings(&told, &all[0]).iter().map(told_binding).collect();
    assert_eq!(
        bindings,
        ["sip:alice@192.0.2.1 made 0 until 900 s removed 2"]
    );
    // A call has its own part of it.
    let call = told.trace.calls().nth(1).unwrap();
    assert_eq!(
        told_steps(&call.registrations()[0].steps),
        ["3 create 200 ->600"]
    );
}

#[test]
fn all_bindings_are_removed_at_once() {
    let mut net = net();
    let both = [
        "Contact: <sip:a@192.0.2.1>, <sip:b@192.0.2.1>;expires=60",
        "Expires: 600",
    ];
    exchange(
        &mut net,
        register("one", 1, &both),
        200,
        &["Expires: 600"],
        0,
    );
    let star = register("one", 2, &["Contact: *", "Expires: 0"]);
    exchange(&mut net, star, 200, &[], 1000);
    let none = register("one", 3, &["Contact: <sip:a@192.0.2.1>"]);
    exchange(
        &mut net,
        none,
        200,
        &["Contact: <sip:a@192.0.2.1>;expires=60"],
        2000,
    );
    assert_eq!(
        told_bindings(&net),
        [
            "sip:a@192.0.2.1 made 0 until 600 s removed 1",
            "sip:b@192.0.2.1 made 0 until 600 s removed 1",
            "sip:a@192.0.2.1 made 2 until 62 s",
        ]
    );
    let told = net.told();
    let kinds: Vec<_> = only(&told)
        .steps
        .iter()
        .map(|step| step.kind.name())
        .collect();
    assert_eq!(kinds, ["create", "remove", "create"]);
}

/// What nobody prolongs runs out; a refused removal removes nothing.
#[test]
fn bindings_run_out() {
    let mut net = net();
    let granted = ["Contact: <sip:alice@192.0.2.1>;expires=60"];
    exchange(&mut net, register("one", 1, &[CONTACT]), 200, &granted, 0);
    exchange(
        &mut net,
        register("one", 2, &[CONTACT, "Expires: 0"]),
        500,
        &[],
        30_000,
    );
    exchange(
        &mut net,
        register("one", 3, &[CONTACT]),
        200,
        &granted,
        100_000,
    );
    exchange(&mut net, register("one", 4, &[]), 200, &granted, 110_000);
    exchange(&mut net, register("one", 5, &[]), 404, &[], 300_000);
    let told = net.told();
    assert_eq!(
        told_steps(&only(&told).steps),
        [
            "1 create 200 ->60",
            "3 remove 500 0>-",
            "5 create 200 ->60",
            "7 query 200 ->60",
            "9 query 404 ->-",
        ]
    );
    // The query lists it with what is granted anew from then on.
    assert_eq!(
        told_bindings(&net),
        [
            "sip:alice@192.0.2.1 made 0 until 60 s expired",
            "sip:alice@192.0.2.1 made 2 until 170 s expired",
        ]
    );
}

/// RFC 3261 10.3 step 8: an answer lists all bindings. What it lists was there before, what it does not list is gone.
#[test]
fn an_answer_tells_of_bindings_that_nobody_was_seen_to_make() {
    let mut net = net();
    let first = ["Contact: <sip:alice@192.0.2.1>;expires=600, <sip:desk@192.0.2.7>;expires=300"];
    exchange(&mut net, register("one", 1, &[CONTACT]), 200, &first, 0);
    let second = ["Contact: <sip:alice@192.0.2.1>;expires=600"];
    exchange(
        &mut net,
        register("one", 2, &[CONTACT]),
        200,
        &second,
        100_000,
    );
    assert_eq!(
        told_bindings(&net),
        [
            "sip:alice@192.0.2.1 made 0 until 700 s",
            "sip:desk@192.0.2.7 made - until 300 s dropped 1",
        ]
    );
}

/// RFC 5626 6: a flow of a device keeps its binding when the contact changes; another flow has its own.
#[test]
fn flows_of_one_device() {
    let mut net = net();
    let contact = |host: u8, flow: u8, more: &str| {
        format!(
            "Contact: <sip:alice@192.0.2.{host}>;+sip.instance=\"<urn:uuid:1>\";reg-id={flow}{more}"
        )
    };
    let answer = |contacts: &[String]| contacts.join(", ").replace(", Contact: ", ", ");
    let expires = ";expires=600";
    let first = [contact(1, 1, expires)];
    let send = |net: &mut Net, cseq: u32, ask: String, list: &[String], at: i64| {
        exchange(
            net,
            register("one", cseq, &[&ask]),
            200,
            &[&answer(list)],
            at,
        );
    };
    send(&mut net, 1, contact(1, 1, ""), &first, 0);
    let second = [contact(1, 1, expires), contact(2, 2, expires)];
    send(&mut net, 2, contact(2, 2, ""), &second, 1000);
    let third = [contact(9, 1, expires), contact(2, 2, expires)];
    send(&mut net, 3, contact(9, 1, ""), &third, 2000);
    assert_eq!(
        told_bindings(&net),
        [
            "sip:alice@192.0.2.9 made 0 until 602 s",
            "sip:alice@192.0.2.2 made 1 until 602 s",
        ]
    );
}

/// TS 24.229 5.4.1.7: the S-CSCF registers at each application server in its own name.
#[test]
fn a_third_party_registers_apart() {
    let mut net = Net::new(&["ue", "reg", "as1", "as2"]);
    exchange(
        &mut net,
        register("one", 1, &[CONTACT, "Expires: 600"]),
        200,
        &["Expires: 600"],
        0,
    );
    for (at, server) in [(100, "as1"), (200, "as2")] {
        let request = Talk::between(server, "scscf", "alice").request("REGISTER", 1);
        let request = request
            .with("Contact: <sip:scscf.example.com>")
            .with("Expires: 600");
        let sent = net.send("reg", server, request, at);
        answer(&mut net, &sent, 200, &["Expires: 600"], at + 20);
    }
    let told = net.told();
    let all = told.trace.registrations();
    let by: Vec<_> = all
        .iter()
        .map(|one| (one.address, one.third_party))
        .collect();
    let (alice, scscf) = (&b"sip:alice@example.com"[..], &b"sip:scscf@example.com"[..]);
    assert_eq!(
        by,
        [(alice, None), (alice, Some(scscf)), (alice, Some(scscf))]
    );
    for third in &all[1..] {
        let (by, _) = third.steps[0].hop.caused_by().unwrap();
        assert_eq!(by.id(), all[0].steps[0].hop.id());
    }
    assert_eq!(told.trace.calls().len(), 1);
}

/// RFC 3261 10.3 step 7 and 19.1.4: how the registrar writes a contact makes no other binding of it.
#[test]
fn a_contact_is_the_same_however_it_is_written() {
    let ways = [
        ("sip:alice@HOST.example.org", "sip:alice@host.example.org"),
        (
            "sip:alice@192.0.2.1;transport=UDP",
            "sip:alice@192.0.2.1;transport=udp",
        ),
        (
            "sip:alice@192.0.2.1;transport=udp;ob",
            "sip:alice@192.0.2.1;ob;Transport=udp",
        ),
        ("sip:alice@192.0.2.1;ob", "sip:alice@192.0.2.1"),
        ("sip:%61lice@192.0.2.1", "sip:alice@192.0.2.1"),
        ("SIP:alice@192.0.2.1", "sip:alice@192.0.2.1"),
        ("sip:alice@[2001:DB8::1]", "sip:alice@[2001:db8:0:0::1]"),
    ];
    for (asked, listed) in ways.iter().flat_map(|(a, b)| [(a, b), (b, a)]) {
        let mut net = net();
        let asked = format!("Contact: <{asked}>");
        let granted = format!("Contact: <{listed}>;expires=600");
        let first = register("one", 1, &[&asked]);
        exchange(&mut net, first, 200, &[&granted], 0);
        let granted_then = granted.replace("Contact: ", "Contact: \"Alice\" ");
        let refresh = register("one", 2, &[granted.trim_end_matches(";expires=600")]);
        exchange(&mut net, refresh, 200, &[&granted_then], 100_000);
        let expected = format!("{listed} made 0 until 700 s");
        assert_eq!(told_bindings(&net), [expected], "{asked}");
        let told = net.told();
        let steps = ["1 create 200 ->600", "3 refresh 200 ->600"];
        assert_eq!(told_steps(&only(&told).steps), steps, "{asked}");
    }
}

/// RFC 3261 19.1.4: the user in another case, another port or transport, another value of a parameter that both have.
#[test]
fn contacts_that_are_not_the_same() {
    let ways = [
        ("sip:alice@192.0.2.1", "sip:Alice@192.0.2.1"),
        ("sip:alice@192.0.2.1:5070", "sip:alice@192.0.2.1"),
        ("sip:alice@192.0.2.1;transport=tcp", "sip:alice@192.0.2.1"),
        ("sip:a%3Bb@192.0.2.1", "sip:a;b@192.0.2.1"),
        (
            "sip:alice@192.0.2.1;rinstance=1",
            "sip:alice@192.0.2.1;rinstance=2",
        ),
    ];
    for (one, other) in ways {
        let mut net = net();
        let first = register("one", 1, &[&format!("Contact: <{one}>")]);
        exchange(&mut net, first, 200, &["Expires: 600"], 0);
        let second = register("two", 1, &[&format!("Contact: <{other}>")]);
        exchange(&mut net, second, 200, &["Expires: 600"], 1000);
        let expected = [
            format!("{one} made 0 until 600 s"),
            format!("{other} made 1 until 601 s"),
        ];
        assert_eq!(told_bindings(&net), expected);
        let kinds: Vec<_> = told_kinds(&net);
        assert_eq!(kinds, ["create", "create"], "{one} {other}");
    }
}

fn told_kinds(net: &Net) -> Vec<&'static str> {
    let told = net.told();
    let steps = only(&told).steps;
    steps.iter().map(|step| step.kind.name()).collect()
}

/// RFC 3261 10.3 step 5: an address-of-record is one without its parameters and escapes.
#[test]
fn an_address_is_the_same_without_its_parameters() {
    let mut net = net();
    for (at, to) in [
        (0, "sip:alice@example.com"),
        (1000, "sip:%61lice@EXAMPLE.com;user=phone"),
    ] {
        let request = register("one", at as u32 + 1, &[CONTACT]);
        let request = request.without("To").with(&format!("To: <{to}>"));
        exchange(&mut net, request, 200, &["Expires: 600"], at);
    }
    assert_eq!(told_kinds(&net), ["create", "refresh"]);
}

/// What is over cannot be removed any more (RFC 3261 10.2.1, 10.3), by whatever name.
#[test]
fn what_has_run_out_is_not_removed() {
    let own = "Contact: <sip:alice@192.0.2.1>";
    for (at, end) in [(30_000, "removed 1"), (400_000, "expired")] {
        for remove in ["Contact: *", own] {
            let mut net = net();
            let granted = format!("{own};expires=60");
            exchange(&mut net, register("one", 1, &[own]), 200, &[&granted], 0);
            let remove = register("one", 2, &[remove, "Expires: 0"]);
            exchange(&mut net, remove, 200, &[], at);
            let expected = format!("sip:alice@192.0.2.1 made 0 until 60 s {end}");
            assert_eq!(told_bindings(&net), [expected]);
        }
    }
}

/// RFC 3261 10.3 step 8: an answer lists all bindings of the address. The only one of another terminal is not what was asked for;
/// what an address translation made of the contact is.
#[test]
fn the_seconds_of_another_contact_are_not_granted() {
    let unlisted = "accepted, contact not listed";
    for (asked, listed, granted, outcome) in [
        ("alice@192.0.2.1", "alice@192.0.2.9", "-", unlisted),
        ("alice@192.0.2.1", "bob@192.0.2.1", "-", unlisted),
        ("alice@10.0.0.5", "bob@198.51.100.1", "-", unlisted),
        (
            "alice@10.0.0.5",
            "alice@198.51.100.1",
            "50",
            "registered 50 s",
        ),
        (
            "alice@192.0.2.1",
            "alice@192.0.2.1:40000",
            "50",
            "registered 50 s",
        ),
        (
            "alice@ue.example.com",
            "alice@198.51.100.1",
            "50",
            "registered 50 s",
        ),
    ] {
        let mut net = net();
        let request = register(
            "one",
            1,
            &[&format!("Contact: <sip:{asked}>"), "Expires: 60"],
        );
        let answer = format!("Contact: <sip:{listed}>;expires=50");
        exchange(&mut net, request, 200, &[&answer], 0);
        let told = net.told();
        let step = format!("1 create 200 60>{granted}");
        assert_eq!(told_steps(&only(&told).steps), [step], "{asked} {listed}");
        assert_eq!(outcomes(&net), [outcome], "{asked} {listed}");
    }
    // What is not there cannot run out.
    let mut net = net();
    let request = register("one", 1, &[CONTACT, "Expires: 60"]);
    let other = "Contact: <sip:alice@192.0.2.9>;expires=50";
    exchange(&mut net, request, 200, &[other], 0);
    let later = Talk::new("later").request("OPTIONS", 1);
    net.send("ue", "reg", later, 100_000);
    assert_eq!(outcomes(&net)[0], unlisted);
}
