//! Roles from what nodes do.

use crate::nodes::scene::{Scene, message, request, response, roles};

const UE: &str = "10.0.0.5:5060";
const PCSCF: &str = "192.0.2.10:5060";
const ICSCF: &str = "192.0.2.20:5060";
const SCSCF: &str = "192.0.2.30:5060";
const AS: &str = "192.0.2.40:5060";

const VIAS: [&str; 3] = ["192.0.2.20 3", "192.0.2.10 2", "10.0.0.5 1"];
const SELF: &str = "To: <sip:alice@example.com>";
const PATH: &str = "Path: <sip:term@192.0.2.10;lr>";
const VISITED: &str = "P-Visited-Network-ID: \"visited\"";
const SERVICE_ROUTE: &str = "Service-Route: <sip:orig@192.0.2.30;lr>";

fn registration() -> Scene {
    let mut scene = Scene::default();
    let ask = |vias: &[&str], lines: &[&str]| request("REGISTER", vias, &[&[SELF], lines].concat());
    let ok = |vias: &[&str]| response(200, "REGISTER", vias, &[SELF, PATH, SERVICE_ROUTE]);
    scene.udp(UE, PCSCF, &ask(&VIAS[2..], &[]));
    scene.udp(PCSCF, ICSCF, &ask(&VIAS[1..], &[PATH, VISITED]));
    scene.udp(ICSCF, SCSCF, &ask(&VIAS, &[PATH, VISITED]));
    scene.udp(SCSCF, ICSCF, &ok(&VIAS));
    scene.udp(ICSCF, PCSCF, &ok(&VIAS[1..]));
    scene.udp(PCSCF, UE, &ok(&VIAS[2..]));
    scene
}

fn names(scene: &Scene) -> Vec<&'static str> {
    roles(&scene.trace())
        .into_iter()
        .map(|(_, role)| role)
        .collect()
}

#[test]
fn an_ims_registration_shows_all_its_functions() {
    let mut scene = registration();
    let third = ["From: <sip:scscf.example.com>;tag=s", SELF, "Call-ID: 2"];
    scene.udp(SCSCF, AS, &request("REGISTER", &["192.0.2.30 9"], &third));
    scene.udp(
        AS,
        SCSCF,
        &response(200, "REGISTER", &["192.0.2.30 9"], &third),
    );
    assert_eq!(names(&scene), ["UE", "P-CSCF", "I-CSCF", "S-CSCF", "AS"]);
    let trace = scene.trace();
    let reasons = trace.nodes().nth(3).unwrap().reasons();
    assert_eq!(
        reasons[0].to_string(),
        "answers REGISTER that came by a P-CSCF itself, with Service-Route or P-Associated-URI (message 3)"
    );
}

#[test]
fn a_p_cscf_is_known_by_the_path_in_the_answer_when_only_its_outside_was_captured() {
    let all = registration();
    let mut scene = Scene::default();
    for at in [0, 5] {
        scene.records.push(all.records[at].clone());
    }
    assert_eq!(names(&scene), ["UE", "P-CSCF"]);
}

#[test]
fn a_registrar_with_service_route_and_no_ims_around_is_a_registrar() {
    let mut scene = Scene::default();
    scene.udp(UE, PCSCF, &request("REGISTER", &["10.0.0.5 1"], &[SELF]));
    scene.udp(
        PCSCF,
        UE,
        &response(200, "REGISTER", &["10.0.0.5 1"], &[SELF, SERVICE_ROUTE]),
    );
    assert_eq!(names(&scene), ["UE", "registrar"]);
}

#[test]
fn what_passes_calls_on_is_a_proxy() {
    let mut scene = Scene::default();
    scene.udp(UE, PCSCF, &request("INVITE", &VIAS[2..], &[]));
    scene.udp(PCSCF, ICSCF, &request("INVITE", &VIAS[1..], &[]));
    scene.udp(ICSCF, PCSCF, &response(486, "INVITE", &VIAS[1..], &[]));
    assert_eq!(names(&scene), ["user agent", "proxy", "user agent"]);
}

#[test]
fn the_name_of_a_proxy_tells_its_role_where_messages_do_not() {
    let mut scene = Scene::default();
    scene.udp(UE, PCSCF, &request("INVITE", &VIAS[2..], &[]));
    let vias = ["p-cscf.ims.example.org 2", VIAS[2]];
    scene.udp(PCSCF, ICSCF, &request("INVITE", &vias, &[]));
    let found = roles(&scene.trace());
    assert_eq!(found[1], ("p-cscf.ims.example.org".to_owned(), "P-CSCF"));
    // It speaks with a P-CSCF only, and so does the other end. But a P-CSCF stands between a terminal and its network.
    assert_eq!((found[0].1, found[2].1), ("UE", "user agent"));
}

/// An end of requests that calls itself so in its Via is no terminal.
#[test]
fn the_name_of_an_end_tells_its_role_too() {
    let mut scene = Scene::default();
    let vias = ["s-cscf.ims.example.org 1"];
    scene.udp(SCSCF, AS, &request("MESSAGE", &vias, &[]));
    scene.udp(AS, SCSCF, &response(200, "MESSAGE", &vias, &[]));
    assert_eq!(names(&scene), ["S-CSCF", "user agent"]);
    let reasons = scene.trace().nodes().next().unwrap().reasons();
    assert_eq!(reasons[0].to_string(), "its name begins with the role");
}

#[test]
fn what_answers_publications_for_presence_is_a_presence_server() {
    let mut scene = Scene::default();
    let event = ["Event: presence"];
    scene.udp(UE, PCSCF, &request("PUBLISH", &VIAS[2..], &event));
    scene.udp(
        PCSCF,
        UE,
        &response(200, "PUBLISH", &VIAS[2..], &["SIP-ETag: 1"]),
    );
    assert_eq!(names(&scene), ["user agent", "presence server"]);
    let mut other = Scene::default();
    other.udp(
        UE,
        PCSCF,
        &request("PUBLISH", &VIAS[2..], &["Event: dialog"]),
    );
    other.udp(
        PCSCF,
        UE,
        &response(200, "PUBLISH", &VIAS[2..], &["SIP-ETag: 1"]),
    );
    assert_eq!(names(&other), ["user agent", "user agent"]);
}

#[test]
fn what_answers_with_redirections_only_is_a_redirect_server() {
    let mut scene = Scene::default();
    scene.udp(UE, PCSCF, &request("INVITE", &VIAS[2..], &[]));
    scene.udp(PCSCF, UE, &response(302, "INVITE", &VIAS[2..], &[]));
    assert_eq!(names(&scene), ["user agent", "redirect server"]);
    let busy = ["Call-ID: 2"];
    scene.udp(UE, PCSCF, &request("INVITE", &VIAS[2..], &busy));
    scene.udp(PCSCF, UE, &response(486, "INVITE", &VIAS[2..], &busy));
    assert_eq!(names(&scene), ["user agent", "user agent"]);
}

#[test]
fn what_ends_a_call_and_starts_another_for_it_is_a_b2bua() {
    let mut scene = Scene::default();
    let icid = "P-Charging-Vector: icid-value=abc";
    scene.udp(UE, PCSCF, &request("INVITE", &VIAS[2..], &[icid]));
    let other = ["Call-ID: 2", "From: <sip:alice@example.com>;tag=x", icid];
    scene.udp(PCSCF, ICSCF, &request("INVITE", &["192.0.2.10 2"], &other));
    assert_eq!(names(&scene), ["user agent", "B2BUA", "user agent"]);
    let third = ["Call-ID: 3", "From: <sip:alice@example.com>;tag=y", icid];
    scene.udp(ICSCF, AS, &request("INVITE", &["192.0.2.20 3"], &third));
    assert_eq!(
        names(&scene),
        ["user agent", "B2BUA", "B2BUA", "user agent"]
    );
}

#[test]
fn a_contact_behind_a_translation_is_one_of_a_terminal() {
    let mut scene = Scene::default();
    let contact = ["Contact: <sip:alice@10.0.0.5>"];
    let first_line = "INVITE sip:bob@example.com SIP/2.0";
    let invite = message(first_line, "1 INVITE", &["10.0.0.5 1"], &contact);
    scene.udp("203.0.113.7:40000", PCSCF, &invite);
    assert_eq!(names(&scene), ["UE", "user agent"]);
}

/// RFC 3515 2.4: who gets a REFER sends the request that it asks for.
#[test]
fn who_follows_a_refer_is_no_b2bua() {
    let called = ["To: <sip:bob@example.com>;tag=b"];
    let mut scene = Scene::default();
    scene.udp(UE, AS, &request("INVITE", &["10.0.0.5 1"], &[]));
    scene.udp(AS, UE, &response(200, "INVITE", &["10.0.0.5 1"], &called));
    let refer = [
        called[0],
        "Refer-To: <sip:carol@example.com>",
        "Contact: <sip:alice@10.0.0.5>",
    ];
    scene.udp(UE, AS, &request("REFER", &["10.0.0.5 2"], &refer));
    scene.udp(AS, UE, &response(202, "REFER", &["10.0.0.5 2"], &called));
    let other = [
        "Call-ID: 2",
        "From: <sip:bob@example.com>;tag=x",
        "To: <sip:carol@example.com>",
    ];
    let invite = message(
        "INVITE sip:carol@example.com SIP/2.0",
        "1 INVITE",
        &["192.0.2.40 3"],
        &other,
    );
    scene.udp(AS, SCSCF, &invite);
    assert_eq!(scene.trace().calls().len(), 1);
    assert_eq!(names(&scene), ["user agent"; 3]);
}

/// RFC 3261 16.6 step 8: only who passes a request on puts a Via above another.
#[test]
fn what_passes_on_out_of_sight_is_a_proxy() {
    let mut scene = Scene::default();
    scene.udp(PCSCF, ICSCF, &request("INVITE", &VIAS[1..], &[]));
    assert_eq!(names(&scene), ["proxy", "user agent"]);
    let reasons = scene.trace().nodes().next().unwrap().reasons();
    assert_eq!(
        reasons[0].to_string(),
        "sends requests with a Via of its own above those of others: it passed them on, out of sight (message 1)"
    );
    // The Via on top is that of another: what sent it is no SIP element.
    let mut scene = Scene::default();
    scene.udp(AS, ICSCF, &request("INVITE", &VIAS[1..], &[]));
    assert_eq!(names(&scene), ["user agent", "user agent"]);
}

/// A call that ends at a terminal from which the proxy hides Via, with no registration in sight. `toward` and `back` are what the
/// request to the terminal and its answer have.
fn hidden(came: &[&str], toward: &[&str], back: &[&str]) -> Scene {
    let mut scene = Scene::default();
    let vias = ["192.0.2.30 2", "198.51.100.7 1"];
    let bare = ["192.0.2.10 3"];
    scene.udp(SCSCF, PCSCF, &request("INVITE", &vias, came));
    scene.udp(PCSCF, UE, &request("INVITE", &bare, toward));
    let to = "To: <sip:bob@example.com>;tag=b";
    let answer = [&[to], back].concat();
    scene.udp(UE, PCSCF, &response(200, "INVITE", &bare, &answer));
    scene.udp(PCSCF, SCSCF, &response(200, "INVITE", &vias, &answer));
    scene
}

fn role_and_reason(scene: &Scene) -> (&'static str, String) {
    let trace = scene.trace();
    let mut nodes = trace.nodes();
    let mut named = nodes.find_map(|node| {
        let is_it = node
            .addresses()
            .iter()
            .any(|one| one.endpoint.to_string() == PCSCF);
        is_it.then(|| (node.role().name(), node.reasons()[0].to_string()))
    });
    named.take().unwrap()
}

/// TS 24.229 5.2.6.4: toward the UE a P-CSCF may keep Via to itself, and takes the charging headers off.
#[test]
fn a_p_cscf_is_known_by_the_vias_that_it_hides() {
    let charging = ["P-Charging-Vector: icid-value=1"];
    let contact = ["Contact: <sip:bob@10.0.0.5:5060>"];
    let access = ["P-Access-Network-Info: 3GPP-E-UTRAN-FDD; utran-cell-id-3gpp=1"];
    let (role, reason) = role_and_reason(&hidden(&charging, &[], &contact));
    let expected = "strips Via toward a terminal and answers with all of it, and keeps the charging headers to itself \
                    (TS 24.229 5.2.6.4) (message 2)";
    assert_eq!((role, reason.as_str()), ("P-CSCF", expected));
    let (role, reason) = role_and_reason(&hidden(&[], &[], &[contact[0], access[0]]));
    assert_eq!(role, "P-CSCF");
    assert!(reason.contains("names its access network"), "{reason}");
}

/// A border controller that keeps Call-ID and tags, but speaks for either side to the other.
#[test]
fn what_speaks_for_both_sides_is_a_b2bua() {
    let scene = |far: &str, contact: &str| {
        let mut scene = Scene::default();
        let near = ["192.0.2.77 1"];
        let own = ["Contact: <sip:alice@192.0.2.77:5060>"];
        scene.udp("192.0.2.77:5060", PCSCF, &request("INVITE", &near, &own));
        scene.udp(PCSCF, SCSCF, &request("INVITE", &[far], &[contact]));
        let to = ["To: <sip:bob@example.com>;tag=b"];
        scene.udp(SCSCF, PCSCF, &response(200, "INVITE", &[far], &to));
        scene.udp(
            PCSCF,
            "192.0.2.77:5060",
            &response(200, "INVITE", &near, &to),
        );
        role_and_reason(&scene)
    };
    let expected = "passes requests on as its own, with its Via and Contact in place of those that came (message 2)";
    let changed = scene("192.0.2.10 2", "Contact: <sip:alice@192.0.2.10:5060>");
    assert_eq!(changed, ("B2BUA", expected.to_owned()));
    // With the Contact as it was, nothing shows more than a Via that was replaced.
    let kept = scene("192.0.2.10 2", "Contact: <sip:alice@192.0.2.77:5060>");
    assert_eq!(kept.0, "proxy");
}

/// An address translation in front of a terminal, seen on both sides, for what goes out and what comes in.
#[test]
fn what_only_translates_addresses_is_named_so() {
    const INSIDE: &str = "10.0.0.5:5060";
    let unchanged = "what it sends is that of another, unchanged: an address translation or a load balancer (message 2)";
    let mut out = Scene::default();
    let request_out = request("OPTIONS", &["10.0.0.5 1"], &[]);
    out.udp(INSIDE, SCSCF, &request_out);
    out.udp(PCSCF, SCSCF, &request_out);
    assert_eq!(role_and_reason(&out), ("user agent", unchanged.to_owned()));
    let mut inward = Scene::default();
    let request_in = request("OPTIONS", &["192.0.2.30 1"], &[]);
    inward.udp(SCSCF, PCSCF, &request_in);
    inward.udp(SCSCF, INSIDE, &request_in);
    assert_eq!(
        role_and_reason(&inward),
        ("user agent", unchanged.to_owned())
    );
}

/// Topology hiding alone makes none: charging goes on to the other network, or what answers is elsewhere.
#[test]
fn who_hides_vias_only_is_a_proxy() {
    let charging = ["P-Charging-Vector: icid-value=1"];
    let contact = ["Contact: <sip:bob@10.0.0.5:5060>"];
    let elsewhere = ["Contact: <sip:bob@198.51.100.99>"];
    let access = ["P-Access-Network-Info: 3GPP-E-UTRAN-FDD", elsewhere[0]];
    for scene in [
        hidden(&[], &[], &access),
        hidden(&charging, &charging, &contact),
        hidden(&charging, &[], &elsewhere),
        hidden(&[], &[], &contact),
    ] {
        let (role, reason) = role_and_reason(&scene);
        assert_eq!(role, "proxy");
        assert!(
            reason.starts_with("passes requests on without the Via of others"),
            "{reason}"
        );
    }
}

/// A P-CSCF that is known by its name, and what is next to it in the network: `asked` is what that node sends to it, `answered`
/// what it answers.
fn beside_p_cscf(method: &str, asked: &[&str], answered: &[&str]) -> Scene {
    let mut scene = Scene::default();
    let vias = ["pcscf.example.org 2", "192.0.2.30 1"];
    scene.udp(SCSCF, PCSCF, &request(method, &vias[1..], asked));
    scene.udp(PCSCF, UE, &request(method, &vias, &[]));
    scene.udp(UE, PCSCF, &response(200, method, &vias, &[]));
    scene.udp(PCSCF, SCSCF, &response(200, method, &vias[1..], &[]));
    let ping = ["Call-ID: 2"];
    let answered = [&ping[..], answered].concat();
    scene.udp(
        PCSCF,
        SCSCF,
        &request("OPTIONS", &["pcscf.example.org 3"], &ping),
    );
    scene.udp(
        SCSCF,
        PCSCF,
        &response(200, "OPTIONS", &["pcscf.example.org 3"], &answered),
    );
    scene
}

/// TS 24.229 5.4.2.1.2: only the S-CSCF tells the state of a registration. RFC 7315 4.5: the charging headers are for the network.
#[test]
fn what_speaks_with_a_p_cscf_from_the_other_side_is_no_terminal() {
    let reg = "Event: reg;id=1";
    let charging = "P-Charging-Vector: icid-value=1";
    let cases = [
        ("NOTIFY", [reg], [""], ["S-CSCF", "P-CSCF", "UE"]),
        (
            "NOTIFY",
            ["Event: presence"],
            [charging],
            ["user agent", "P-CSCF", "UE"],
        ),
        ("MESSAGE", [charging], [""], ["user agent", "P-CSCF", "UE"]),
        ("MESSAGE", [""], [charging], ["user agent", "P-CSCF", "UE"]),
    ];
    for (method, asked, answered, expected) in cases {
        let scene = beside_p_cscf(method, &asked, &answered);
        assert_eq!(names(&scene), expected, "{method} {asked:?} {answered:?}");
    }
}

/// A call of a terminal without a registration in sight: what it sends, and what its proxy passes on.
fn called(asked: &[&str], passed: &[&str]) -> Scene {
    let mut scene = Scene::default();
    scene.udp(UE, PCSCF, &request("INVITE", &VIAS[2..], asked));
    scene.udp(PCSCF, SCSCF, &request("INVITE", &VIAS[1..], passed));
    scene
}

/// RFC 3329 and TS 24.229 5.2.6.3: what a P-CSCF takes off a request of its terminal, and what it adds.
#[test]
fn a_p_cscf_is_known_by_what_it_does_to_calls_of_its_terminals() {
    let verify = "Security-Verify: ipsec-3gpp;alg=hmac-sha-1-96;spi-c=1;spi-s=2;port-c=3;port-s=4";
    let access = "P-Access-Network-Info: 3GPP-E-UTRAN-FDD;utran-cell-id-3gpp=1";
    let charging = "P-Charging-Vector: icid-value=1";
    let (role, reason) = role_and_reason(&called(&[verify], &[]));
    assert_eq!(role, "P-CSCF");
    assert!(
        reason.starts_with("takes requests of a terminal out of their protection"),
        "{reason}"
    );
    let (role, reason) = role_and_reason(&called(&[access], &[access, charging]));
    assert_eq!(role, "P-CSCF");
    assert!(reason.contains("adds the charging headers"), "{reason}");
    for (asked, passed) in [
        (&[verify][..], &[verify][..]),
        (&[], &[verify]),
        (&[], &[charging]),
        (&[access], &[access]),
        (&[access, charging], &[access, charging]),
    ] {
        assert_eq!(
            role_and_reason(&called(asked, passed)).0,
            "proxy",
            "{asked:?} {passed:?}"
        );
    }
}

/// RFC 3261 16.6 step 8: the Via list of what the last proxy sends shows that the first one passed it on, though nobody captured that.
#[test]
fn a_proxy_of_which_only_one_side_was_captured() {
    let (first, last) = ("192.0.2.10:5060", "192.0.2.20:5060");
    let mut scene = Scene::default();
    let vias = ["192.0.2.20 3", "192.0.2.10 2", "192.0.2.1 1"];
    scene.udp("192.0.2.1:5060", first, &request("INVITE", &vias[2..], &[]));
    scene.udp(last, "192.0.2.2:5060", &request("INVITE", &vias, &[]));
    scene.udp("192.0.2.2:5060", last, &response(200, "INVITE", &vias, &[]));
    scene.udp(
        first,
        "192.0.2.1:5060",
        &response(200, "INVITE", &vias[2..], &[]),
    );
    assert_eq!(
        names(&scene),
        ["user agent", "proxy", "proxy", "user agent"]
    );
    let trace = scene.trace();
    let reasons: Vec<_> = trace
        .nodes()
        .nth(1)
        .unwrap()
        .reasons()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        reasons,
        [
            "passes requests on, out of sight: a later hop has one more Via between its own and those that came (message 1)"
        ]
    );
}

/// A Via list that goes back to another request shows nothing of this one.
#[test]
fn a_hop_whose_via_list_is_of_another_request() {
    let (first, last) = ("192.0.2.10:5060", "192.0.2.20:5060");
    let mut scene = Scene::default();
    let vias = ["192.0.2.20 3", "192.0.2.10 2", "192.0.2.1 9"];
    scene.udp(
        "192.0.2.1:5060",
        first,
        &request("INVITE", &["192.0.2.1 1"], &[]),
    );
    scene.udp(last, "192.0.2.2:5060", &request("INVITE", &vias, &[]));
    scene.udp(
        first,
        "192.0.2.1:5060",
        &response(200, "INVITE", &["192.0.2.1 1"], &[]),
    );
    assert_eq!(names(&scene)[..2], ["user agent", "user agent"]);
}
