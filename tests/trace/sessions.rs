//! Offers and answers, and who holds whom (RFC 3264, RFC 6337).

use sipscope::trace::{DialogState, Exchange, Party, Reply};

use super::scenario::{Net, Sent};
use super::sip::{Sip, Talk};

/// Each exchange: `caller 1 > 2: PCMA`, `!` with the status that refused it, `?` where no answer was seen, `(3)` for an answer
/// in advance; who may send and who holds behind it. Then what is neither offer nor answer.
fn session(state: &DialogState<'_>) -> Vec<String> {
    let exchanges = state.session.exchanges.iter().map(exchange);
    let unplaced = state.session.unplaced.iter();
    let unplaced = unplaced.map(|message| format!("unplaced {}", message.number()));
    let untold = state.session.untold.iter();
    let untold = untold.map(|message| format!("untold {}", message.number()));
    exchanges.chain(unplaced).chain(untold).collect()
}

fn exchange(one: &Exchange) -> String {
    let mut line = format!("{} {}", one.offer.by.name(), one.offer.message.number());
    if let Some(preview) = one.preview {
        line += &format!(" ({})", preview.number());
    }
    match &one.reply {
        Reply::None => line += " ?",
        Reply::Refused { message, status } => line += &format!(" !{status} {}", message.number()),
        Reply::Answered(answer) => {
            assert_eq!(answer.by, one.offer.by.other());
            line += &format!(" > {}:", answer.message.number());
        }
    }
    for stream in one.streams() {
        let codecs = stream.answer.codecs.join("/");
        let flows = (
            stream.flows_from(Party::Caller),
            stream.flows_from(Party::Callee),
        );
        let flows = match flows {
            (true, true) => "<>",
            (true, false) => ">",
            (false, true) => "<",
            (false, false) => "x",
        };
        line += &format!(" {} {codecs} {flows}", stream.offer.kind);
    }
    for party in [Party::Caller, Party::Callee] {
        if one.held_by(party) {
            line += &format!(", held by {}", party.name());
        }
    }
    line
}

const AUDIO: &str = "m=audio 4000 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";

/// A session description with these lines behind its own.
fn sdp(lines: &str) -> String {
    format!("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n{lines}")
}

fn describe(mut message: Sip, lines: &str) -> Sip {
    message.body = sdp(lines);
    message.with("Content-Type: application/sdp")
}

fn audio(message: Sip, direction: &str) -> Sip {
    describe(message, &format!("{AUDIO}a={direction}\r\n"))
}

/// Two user agents of which one sends and the other answers.
struct Line {
    net: Net,
    talk: Talk,
    at: i64,
}

impl Line {
    fn new() -> Self {
        Self {
            net: Net::new(&["uac", "uas"]),
            talk: Talk::new("session"),
            at: 0,
        }
    }

    fn send(&mut self, by: Party, message: Sip) -> Sent {
        self.at += 100;
        let (from, to) = match by {
            Party::Caller => ("uac", "uas"),
            Party::Callee => ("uas", "uac"),
        };
        self.net.send(from, to, message, self.at)
    }

    fn answer(&mut self, sent: &Sent, message: Sip) {
        self.at += 100;
        self.net
            .respond_as(std::slice::from_ref(sent), message, self.at);
    }

    /// Within the dialog.
    fn request(&self, by: Party, method: &str, cseq: u32) -> Sip {
        match by {
            Party::Caller => self.talk.with("b").request(method, cseq),
            Party::Callee => self.talk.back("b").request(method, cseq),
        }
    }

    /// Offer and answer in INVITE and 200, with its ACK: messages 1, 2, 3.
    fn call(&mut self) {
        let invite = self.send(
            Party::Caller,
            audio(self.talk.request("INVITE", 1), "sendrecv"),
        );
        self.answer(
            &invite,
            audio(invite.message.response(200, "b"), "sendrecv"),
        );
        let ack = self.request(Party::Caller, "ACK", 1);
        self.send(Party::Caller, ack);
    }

    /// An offer in a re-INVITE with its answer in the 200, and the ACK: three more messages.
    fn again(&mut self, by: Party, cseq: u32, offer: &str, answer: &str) {
        let invite = self.request(by, "INVITE", cseq);
        let invite = self.send(by, describe(invite, offer));
        self.answer(&invite, describe(invite.message.response(200, ""), answer));
        let ack = self.request(by, "ACK", cseq);
        self.send(by, ack);
    }

    fn told(&self) -> Vec<String> {
        let told = self.net.told();
        let states = told.states();
        assert_eq!(states.len(), 1);
        session(&states[0])
    }
}

use Party::{Callee, Caller};

const TALKING: &str = "caller 1 > 2: audio PCMA/telephone-event <>";

/// RFC 3264 8.4: hold with `sendonly`, with `inactive` and, as RFC 2543 did, with the address 0.0.0.0.
#[test]
fn hold_and_resume() {
    let mut line = Line::new();
    line.call();
    let said = |direction: &str| format!("{AUDIO}a={direction}\r\n");
    line.again(Caller, 2, &said("sendonly"), &said("recvonly")); // 4
    line.again(Callee, 1, &said("inactive"), &said("inactive")); // 7
    line.again(Callee, 2, &said("sendrecv"), &said("sendonly")); // 10
    let nowhere = format!("{AUDIO}c=IN IP4 0.0.0.0\r\n");
    line.again(Callee, 3, &nowhere, AUDIO); // 13
    line.again(Callee, 4, AUDIO, AUDIO); // 16
    let audio = "audio PCMA/telephone-event";
    assert_eq!(
        line.told(),
        [
            TALKING.to_owned(),
            format!("caller 4 > 5: {audio} >, held by caller"),
            format!("callee 7 > 8: {audio} x, held by callee"),
            format!("callee 10 > 11: {audio} >, held by caller"),
            format!("callee 13 > 14: {audio} <, held by callee"),
            format!("callee 16 > 17: {audio} <>"),
        ]
    );
}

/// To `inactive` only `inactive` can be answered, which holds nobody; an address of zeros was not asked for.
#[test]
fn hold_of_both_sides() {
    let mut line = Line::new();
    line.call();
    let inactive = format!("{AUDIO}a=inactive\r\n");
    let nowhere = format!("{AUDIO}c=IN IP4 0.0.0.0\r\na=inactive\r\n");
    line.again(Callee, 1, &inactive, &nowhere); // 4
    let both = "callee 4 > 5: audio PCMA/telephone-event x, held by caller, held by callee";
    assert_eq!(line.told(), [TALKING, both]);
}

/// An answer that is sent again says nothing new.
#[test]
fn an_answer_that_comes_again() {
    let mut line = Line::new();
    line.call();
    let mut ok = line.net.packets[1].later(500_000_000);
    ok.id = 99;
    line.net.packets.push(ok);
    assert_eq!(line.told(), [TALKING]);
}

/// A second 2xx that differs from the first does not answer what the first one offered.
#[test]
fn an_offer_is_not_answered_by_its_own_side() {
    let mut line = Line::new();
    let invite = line.talk.request("INVITE", 1);
    let invite = line.send(Caller, invite); // 1
    let ok = audio(invite.message.response(200, "b"), "sendrecv");
    line.answer(&invite, ok.clone()); // 2
    line.answer(&invite, ok.with("Server: another")); // 3
    assert_eq!(line.told(), ["callee 2 ?", "unplaced 3"]);
}

/// RFC 3264 6: a stream that is refused has port 0, and holds nobody.
#[test]
fn a_stream_that_is_refused() {
    let mut line = Line::new();
    let both = format!("{AUDIO}m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n");
    let invite = line.talk.request("INVITE", 1);
    let invite = line.send(Caller, describe(invite, &both));
    let one = format!("{AUDIO}m=video 0 RTP/AVP 96\r\na=inactive\r\n");
    line.answer(&invite, describe(invite.message.response(200, "b"), &one));
    assert_eq!(line.told(), [format!("{TALKING} video 96 x")]);
}

/// RFC 3261 13.2.1: an INVITE without an offer gets it in the 2xx, and answers in the ACK.
#[test]
fn an_offer_in_the_2xx_with_the_answer_in_the_ack() {
    let mut line = Line::new();
    let invite = line.talk.request("INVITE", 1);
    let invite = line.send(Caller, invite); // 1
    line.answer(
        &invite,
        audio(invite.message.response(200, "b"), "sendrecv"),
    ); // 2
    assert_eq!(line.told(), ["callee 2 ?"]);
    let ack = line.request(Caller, "ACK", 1);
    line.send(Caller, audio(ack, "sendrecv")); // 3
    assert_eq!(line.told(), ["callee 2 > 3: audio PCMA/telephone-event <>"]);
}

fn reliable(message: Sip) -> Sip {
    message.with("Require: 100rel").with("RSeq: 1")
}

/// RFC 3262 5 and RFC 6337 2.2, patterns 3 to 5: answers in a reliable 183, in PRACK and in its 200; the 200 of the INVITE then
/// answers nothing more.
#[test]
fn offers_and_answers_before_the_2xx() {
    let mut line = Line::new();
    let invite = line.talk.request("INVITE", 1);
    let invite = line.send(Caller, audio(invite, "sendrecv")); // 1
    let progress = invite.message.response(183, "b");
    line.answer(&invite, audio(progress.clone(), "sendrecv")); // 2, unreliable
    line.answer(&invite, audio(reliable(progress), "sendrecv")); // 3
    let prack = line.request(Caller, "PRACK", 2).with("RAck: 1 1 INVITE");
    let prack = line.send(Caller, audio(prack, "sendonly")); // 4
    line.answer(&prack, audio(prack.message.response(200, "b"), "recvonly")); // 5
    line.answer(
        &invite,
        audio(invite.message.response(200, "b"), "sendrecv"),
    ); // 6
    let audio = "audio PCMA/telephone-event";
    assert_eq!(
        line.told(),
        [
            format!("caller 1 (2) > 3: {audio} <>"),
            format!("caller 4 > 5: {audio} >, held by caller"),
            "unplaced 6".to_owned(),
        ]
    );
}

#[test]
fn an_offer_in_a_reliable_183_with_the_answer_in_prack() {
    let mut line = Line::new();
    let invite = line.talk.request("INVITE", 1);
    let invite = line.send(Caller, invite); // 1
    let progress = reliable(invite.message.response(183, "b"));
    line.answer(&invite, audio(progress, "sendrecv")); // 2
    let prack = line.request(Caller, "PRACK", 2).with("RAck: 1 1 INVITE");
    line.send(Caller, audio(prack, "sendrecv")); // 3
    assert_eq!(line.told(), ["callee 2 > 3: audio PCMA/telephone-event <>"]);
}

/// RFC 3262 5: an offer may stand in no provisional response that is not reliable.
#[test]
fn a_description_in_an_unreliable_183_to_no_offer() {
    let mut line = Line::new();
    let invite = line.talk.request("INVITE", 1);
    let invite = line.send(Caller, invite);
    line.answer(
        &invite,
        audio(invite.message.response(183, "b"), "sendrecv"),
    );
    assert_eq!(line.told(), ["unplaced 2"]);
}

/// RFC 3311 5.2: both sides offer at once, and both are refused with 491.
#[test]
fn updates_that_cross() {
    let mut line = Line::new();
    line.call();
    let one = line.request(Caller, "UPDATE", 2);
    let one = line.send(Caller, audio(one, "sendonly")); // 4
    let other = line.request(Callee, "UPDATE", 1);
    let other = line.send(Callee, audio(other, "inactive")); // 5
    line.answer(&one, one.message.response(491, "")); // 6
    line.answer(&other, other.message.response(491, "")); // 7
    let again = line.request(Callee, "UPDATE", 2);
    let again = line.send(Callee, audio(again, "sendrecv")); // 8
    line.answer(&again, audio(again.message.response(200, ""), "sendrecv")); // 9
    assert_eq!(
        line.told(),
        [
            TALKING,
            "caller 4 !491 6",
            "callee 5 !491 7",
            "callee 8 > 9: audio PCMA/telephone-event <>",
        ]
    );
}

/// A re-INVITE that is refused leaves the session as it was (RFC 3261 14.1).
#[test]
fn an_offer_that_is_not_acceptable() {
    let mut line = Line::new();
    line.call();
    let video = line.request(Caller, "INVITE", 2);
    let video = line.send(Caller, describe(video, "m=video 4002 RTP/AVP 96\r\n")); // 4
    line.answer(&video, video.message.response(488, "")); // 5
    assert_eq!(line.told(), [TALKING, "caller 4 !488 5"]);
    let told = line.net.told();
    let states = told.states();
    let agreed = states[0].session.agreed().unwrap();
    assert_eq!(exchange(agreed), TALKING);
}

/// Each branch of a fork answers the one offer itself.
#[test]
fn an_offer_that_two_answer() {
    let mut net = Net::new(&["uac", "p", "u1", "u2"]);
    let invite = audio(Talk::new("fork").request("INVITE", 1), "sendrecv");
    let above = net.send("uac", "p", invite, 0);
    for (number, to, direction) in [(1, "u1", "sendrecv"), (2, "u2", "recvonly")] {
        let below = net.pass_as(&above, to, "sip:bob@example.com", 10 * number);
        let ok = below.message.response(200, &format!("b{number}"));
        let ok = audio(ok, direction);
        net.respond_as(&[above.clone(), below], ok, 100 * number);
    }
    let told = net.told();
    let sessions: Vec<_> = told.states().iter().map(session).collect();
    let audio = "audio PCMA/telephone-event";
    assert_eq!(
        sessions,
        [
            [format!("caller 1 > 5: {audio} <>")],
            [format!("caller 1 > 7: {audio} >")],
        ]
    );
}

/// Where the request was not captured nothing tells whether its 2xx offers or answers.
#[test]
fn a_2xx_to_an_invite_that_was_not_seen() {
    let mut line = Line::new();
    line.call();
    line.net.packets.remove(0);
    assert_eq!(line.told(), ["untold 1"]);
}

/// The session stands beside other parts; one for early media alone is another session (RFC 3959).
#[test]
fn a_description_among_other_parts() {
    let part = |disposition: &str, lines: &str| {
        let head = format!("Content-Type: application/sdp\r\n{disposition}\r\n");
        format!("--x\r\n{head}{}", sdp(lines))
    };
    let early = part(
        "Content-Disposition: early-session\r\n",
        "m=audio 1 RTP/AVP 0\r\n",
    );
    let own = part("", AUDIO);
    let body =
        format!("--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n{early}\r\n{own}\r\n--x--\r\n");
    let mut line = Line::new();
    let mut invite = line.talk.request("INVITE", 1);
    invite.body = body;
    let invite = invite.with("Content-Type: multipart/mixed;boundary=x");
    let invite = line.send(Caller, invite);
    line.answer(
        &invite,
        audio(invite.message.response(200, "b"), "sendrecv"),
    );
    assert_eq!(line.told(), [TALKING]);
}

/// A description that the capture cut is there, but what it says is not.
#[test]
fn a_description_that_the_capture_cut() {
    let mut line = Line::new();
    line.call();
    line.net.packets[1] = line.net.packets[1].clone().cut_at("m=audio");
    assert_eq!(line.told(), ["caller 1 > 2:"]);
    line.net.packets[0] = line.net.packets[0].clone().cut_at("Content-Length");
    assert_eq!(line.told(), ["untold 2"]);
}

/// An ACK whose INVITE was not seen: most likely it answers a 2xx with an offer (RFC 3261 13.2.1), but nothing proves it.
#[test]
fn the_description_of_an_ack_whose_invite_was_not_seen() {
    let mut line = Line::new();
    let ack = line.request(Party::Caller, "ACK", 1);
    line.send(Party::Caller, audio(ack, "sendrecv"));
    let bye = line.request(Party::Caller, "BYE", 2);
    let bye = line.send(Party::Caller, bye);
    line.answer(&bye, bye.message.response(200, ""));
    assert_eq!(line.told(), ["untold 1"]);
}
