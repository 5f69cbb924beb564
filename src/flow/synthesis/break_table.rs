//! The smallest change that violates a rule, one entry for each rule of the audit.

use super::breaks::{Break, Change};
use super::message::{Message, host_of, tag_of, uri_of};
use super::time_breaks::{
    ACK_ANSWERED, BRANCH_OF_INVITE, CANCEL_EARLY, CANCEL_OF_OTHER, ENDED_TWICE, NO_SIGN, NOT_ENDED,
    OLD_BRANCH, PROVISIONAL, TOO_EARLY, TOO_LATE, TOO_OFTEN, TRYING_PASSED,
};
use super::wire_breaks::{
    AGAIN, ELSEWHERE, LATE, NOT_NOTED, NOT_TO_ROUTE, OTHER_PORT, OWN_LEFT, TRANSLATED,
    UNACKNOWLEDGED, UNANSWERED,
};
use crate::base::Transport;
use crate::trace::Role;

use Change::{Bytes, Message as Changed};

fn without_tag(address: &str) -> String {
    match tag_of(address) {
        Some(tag) => address.replace(&format!(";tag={tag}"), ""),
        None => address.to_owned(),
    }
}

/// The same address with a parameter by which it is another one (RFC 3261 19.1.4).
fn other_address(address: &str) -> String {
    address.replacen('>', ";user=ip>", 1)
}

const REGISTERED: &str = "state=\"active\" event=\"registered\"";
const EXPIRED: &str = "state=\"active\" event=\"expired\"";

/// Puts a text in front of the first of another.
fn insert(bytes: &mut Vec<u8>, text: &[u8], before: &[u8]) {
    let found = bytes
        .windows(before.len())
        .position(|window| window == before);
    if let Some(at) = found {
        bytes.splice(at..at, text.iter().copied());
    }
}

/// By the codes of the rules.
pub(super) const BREAKS: &[Break] = &[
    Break {
        code: "DLG01",
        what: "From without tag",
        fits: |scene| scene.begins() && scene.message.get("To").and_then(tag_of).is_none(),
        change: Changed(|message, _| message.change("From", without_tag)),
    },
    Break {
        code: "DLG02",
        what: "To of the answer without tag",
        fits: |scene| scene.answers(101..700),
        change: Changed(|message, _| message.change("To", without_tag)),
    },
    Break {
        code: "DLG03",
        what: "another From in the answer",
        fits: |scene| scene.answers(101..700),
        change: Changed(|message, _| message.change("From", other_address)),
    },
    Break {
        code: "DLG04",
        what: "another To in the request that is passed on",
        fits: |scene| scene.passes(),
        change: Changed(|message, _| message.change("To", other_address)),
    },
    Break {
        code: "EVT01",
        what: "no Event",
        fits: |scene| scene.begins() && scene.is(&["SUBSCRIBE", "NOTIFY", "PUBLISH"]),
        change: Changed(|message, _| message.remove("Event")),
    },
    Break {
        code: "EVT02",
        what: "no Subscription-State",
        fits: |scene| scene.begins() && scene.is(&["NOTIFY"]),
        change: Changed(|message, _| message.remove("Subscription-State")),
    },
    Break {
        code: "EVT03",
        what: "more time granted than was asked for",
        fits: |scene| {
            let asks = scene.request.is_some_and(|request| request.has("Expires"));
            asks && scene.answers(200..300) && scene.is(&["SUBSCRIBE", "PUBLISH"])
        },
        change: Changed(|message, _| message.set("Expires", "9999999")),
    },
    Break {
        code: "EVT04",
        what: "no SIP-ETag",
        fits: |scene| scene.answers(200..300) && scene.is(&["PUBLISH"]),
        change: Changed(|message, _| message.remove("SIP-ETag")),
    },
    Break {
        code: "EVT05",
        what: "no Min-Expires",
        fits: |scene| scene.answers(423..424),
        change: Changed(|message, _| message.remove("Min-Expires")),
    },
    Break {
        code: "EVT06",
        what: "no Allow-Events",
        fits: |scene| scene.answers(489..490),
        change: Changed(|message, _| message.remove("Allow-Events")),
    },
    Break {
        code: "EVT07",
        what: "more time left than was granted",
        fits: |scene| {
            let left = scene.message.get("Subscription-State");
            let tells = left.is_some_and(|state| state.contains("expires="));
            tells && scene.begins() && scene.has_time()
        },
        change: Changed(|message, _| {
            message.set("Subscription-State", "active;expires=9999999");
        }),
    },
    Break {
        code: "EVT10",
        what: "active behind the end",
        fits: |scene| {
            let ends = |request: &Message| request.get("Expires") == Some("0");
            let tells = scene.begins() && scene.tells("terminated");
            tells && scene.subscribed_by().is_some_and(ends)
        },
        change: Changed(|message, _| message.set("Subscription-State", "active")),
    },
    Break {
        code: "EVT11",
        what: "terminated, and another NOTIFY behind it",
        fits: |scene| scene.tells("active") && scene.begins() && scene.tells_again(),
        change: Changed(|message, _| {
            message.set("Subscription-State", "terminated;reason=noresource");
        }),
    },
    Break {
        code: "EVT13",
        what: "a body of a type that was not asked for",
        fits: |scene| {
            let asks = |request: &Message| request.has("Accept");
            let tells = scene.is(&["NOTIFY"]) && !scene.message.body.is_empty();
            tells && scene.begins() && scene.subscribed_by().is_some_and(asks)
        },
        change: Changed(|message, _| message.set("Content-Type", "application/odd")),
    },
    Break {
        code: "EVT14",
        what: "an id that was not asked for",
        fits: |scene| scene.is(&["NOTIFY"]) && scene.begins() && scene.subscribed_by().is_some(),
        change: Changed(|message, _| message.change("Event", |event| format!("{event};id=other"))),
    },
    Break {
        code: "EVT15",
        what: "no state",
        fits: |scene| {
            let is_new = !scene.message.has("SIP-If-Match");
            scene.begins() && scene.is(&["PUBLISH"]) && is_new
        },
        change: Changed(|message, _| {
            message.remove("Content-Type");
            message.body.clear();
        }),
    },
    Break {
        code: "EVT17",
        what: "no reason",
        fits: |scene| scene.begins() && scene.tells("terminated;reason"),
        change: Changed(|message, _| message.set("Subscription-State", "terminated")),
    },
    Break {
        code: "EVT19",
        what: "only a part of the list at first",
        fits: |scene| {
            let is_first = scene.message.body.contains("version=\"0\" state=\"full\"");
            is_first && scene.begins() && scene.subscribed_by().is_some()
        },
        change: Changed(|message, _| {
            message.body = message
                .body
                .replacen("state=\"full\"", "state=\"partial\"", 1);
        }),
    },
    Break {
        code: "EVT22",
        what: "retry-after beside a reason that has no use for it",
        fits: |scene| scene.begins() && scene.tells("terminated;reason=timeout"),
        change: Changed(|message, _| {
            message.change("Subscription-State", |state| {
                format!("{state};retry-after=60")
            });
        }),
    },
    Break {
        code: "EVT23",
        what: "the event of another state",
        fits: |scene| scene.begins() && scene.message.body.contains(REGISTERED),
        change: Changed(|message, _| {
            let told = message.body.replace(REGISTERED, EXPIRED);
            message.body = told;
        }),
    },
    Break {
        code: "EVT24",
        what: "two contacts with one id",
        fits: |scene| {
            let lists = |message: &Message| message.body.contains("<registration ");
            scene.begins() && lists(scene.message) && scene.message.body.contains("</contact>")
        },
        change: Changed(|message, _| {
            let end = message.body.find("</contact>").unwrap_or_default();
            let start = message.body[..end].rfind("<contact ").unwrap_or_default();
            let again = message.body[start..end].to_owned() + "</contact>";
            let again = again.replace("<uri>sip:", "<uri>sip:other.");
            message.body.insert_str(start, &again);
        }),
    },
    Break {
        code: "EVT25",
        what: "a publication that is recorded",
        fits: |scene| scene.passes() && scene.is(&["PUBLISH"]) && !scene.is_inside(),
        change: Changed(|message, _| message.add("Record-Route", "<sip:192.0.2.77;lr>")),
    },
    Break {
        code: "EVT27",
        what: "no Expires",
        fits: |scene| scene.answers(200..300) && scene.is(&["SUBSCRIBE"]),
        change: Changed(|message, _| message.remove("Expires")),
    },
    Break {
        code: "IMS01",
        what: "a second identity of the same kind",
        fits: |scene| {
            let identity = scene.message.get("P-Asserted-Identity");
            identity.is_some_and(|value| uri_of(value).starts_with("sip:"))
        },
        change: Changed(|message, _| {
            message.add("P-Asserted-Identity", "<sip:somebody@example.com>");
        }),
    },
    Break {
        code: "IMS02",
        what: "another icid-value",
        fits: |scene| {
            let came = scene
                .before
                .is_some_and(|before| before.has("P-Charging-Vector"));
            let edge = matches!(scene.role(), Role::Ibcf | Role::B2bua | Role::As);
            came && !edge && scene.message.has("P-Charging-Vector")
        },
        change: Changed(|message, _| message.set("P-Charging-Vector", "icid-value=\"another\"")),
    },
    Break {
        code: "IMS03",
        what: "the security agreement passed on",
        fits: |scene| {
            let offered = scene
                .before
                .is_some_and(|before| before.has("Security-Client"));
            scene.passes() && offered && scene.role() == Role::PCscf && !scene.goes_to_terminal()
        },
        change: Changed(|message, before| {
            let offer = before.and_then(|before| before.get("Security-Client"));
            message.set("Security-Client", offer.unwrap_or_default());
        }),
    },
    Break {
        code: "IMS04",
        what: "the keys passed on to the terminal",
        fits: |scene| {
            let challenge = scene.message.get("WWW-Authenticate").is_some();
            let passed = scene.before.is_some() && scene.role() == Role::PCscf;
            challenge && passed && scene.goes_to_terminal()
        },
        change: Changed(|message, _| {
            message.change("WWW-Authenticate", |value| {
                format!("{value}, ck=\"00112233445566778899aabbccddeeff\"")
            });
        }),
    },
    Break {
        code: "IMS05",
        what: "charging information passed on to the terminal",
        fits: |scene| {
            let passed = scene.before.is_some() && scene.role() == Role::PCscf;
            passed && scene.goes_to_terminal() && scene.is_asked_by_terminal()
        },
        change: Changed(|message, before| {
            let came = before.and_then(|before| before.get("P-Charging-Vector"));
            let value = came.unwrap_or("icid-value=\"charged\"");
            message.set("P-Charging-Vector", value);
        }),
    },
    Break {
        code: "MF01",
        what: "no Max-Forwards",
        fits: |scene| scene.begins(),
        change: Changed(|message, _| message.remove("Max-Forwards")),
    },
    Break {
        code: "MF02",
        what: "Max-Forwards above 255",
        fits: |scene| scene.begins(),
        change: Changed(|message, _| message.set("Max-Forwards", "256")),
    },
    Break {
        code: "MF03",
        what: "Max-Forwards not counted down",
        fits: |scene| scene.passes(),
        change: Changed(|message, before| {
            let value = before.and_then(|before| before.get("Max-Forwards"));
            message.set("Max-Forwards", value.unwrap_or_default());
        }),
    },
    Break {
        code: "MF04",
        what: "Max-Forwards used up, and passed on",
        fits: |scene| scene.begins() && scene.goes_on,
        change: Changed(|message, _| message.set("Max-Forwards", "0")),
    },
    Break {
        code: "MF05",
        what: "Max-Forwards 10 to begin with",
        fits: |scene| scene.begins() && !scene.is(&["ACK"]),
        change: Changed(|message, _| message.set("Max-Forwards", "10")),
    },
    Break {
        code: "MF07",
        what: "483 to a request that has hops left",
        fits: |scene| {
            let own = scene
                .request
                .is_some_and(|request| request.all("Via").count() == 1);
            own && scene.answers(300..700) && scene.ends()
        },
        change: Changed(|message, _| message.first = "SIP/2.0 483 Too Many Hops".to_owned()),
    },
    Break {
        code: "REG01",
        what: "a user in the Request-URI",
        fits: |scene| scene.begins() && scene.is(&["REGISTER"]),
        change: Changed(|message, _| {
            let uri = message.uri().replacen("sip:", "sip:somebody@", 1);
            message.set_uri(&uri);
        }),
    },
    Break {
        code: "REG02",
        what: "Record-Route in REGISTER",
        fits: |scene| scene.passes() && scene.is(&["REGISTER"]),
        change: Changed(|message, _| message.add("Record-Route", "<sip:proxy.example.com;lr>")),
    },
    Break {
        code: "REG03",
        what: "no Path in the answer",
        fits: |scene| {
            let supported = scene.request.and_then(|request| request.get("Supported"));
            let asks = supported.is_some_and(|value| value.contains("path"));
            asks && scene.answers(200..300) && scene.message.has("Path")
        },
        change: Changed(|message, _| message.remove("Path")),
    },
    Break {
        code: "REG04",
        what: "no challenge",
        fits: |scene| scene.answers(401..402) || scene.answers(407..408),
        change: Changed(|message, _| {
            message.remove("WWW-Authenticate");
            message.remove("Proxy-Authenticate");
        }),
    },
    Break {
        code: "RTE01",
        what: "the own Route entry left on top",
        fits: |scene| {
            let top = scene.before.and_then(|before| before.get("Route"));
            scene.passes() && top.is_some() && scene.message.get("Route") != top
        },
        change: Changed(|message, before| {
            let top = before.and_then(|before| before.get("Route"));
            message.put_on_top("Route", top.unwrap_or_default());
        }),
    },
    Break {
        code: "RTE02",
        what: "a Route entry of others taken away",
        fits: |scene| {
            let replaces = matches!(
                scene.role(),
                Role::PCscf | Role::ICscf | Role::Ibcf | Role::SCscf | Role::B2bua
            );
            let second = scene.before.and_then(|before| before.all("Route").nth(1));
            scene.passes() && !replaces && second.is_some() && scene.message.get("Route") == second
        },
        change: Changed(|message, _| {
            message.take_top("Route");
        }),
    },
    Break {
        code: "RTE03",
        what: "a Route entry without lr",
        fits: |scene| scene.begins() && scene.message.has("Route"),
        change: Changed(|message, _| message.change("Route", |entry| entry.replace(";lr", ""))),
    },
    Break {
        code: "RTE04",
        what: "the Record-Route entry of another changed",
        fits: |scene| {
            scene.passes()
                && scene
                    .before
                    .is_some_and(|before| before.has("Record-Route"))
        },
        change: Changed(|message, _| {
            message.change_last("Record-Route", |entry| {
                entry.replace(";lr>", ";lr;changed>")
            });
        }),
    },
    Break {
        code: "RTE05",
        what: "Record-Route not repeated in the answer",
        fits: |scene| {
            let dialog = scene.is(&["INVITE", "SUBSCRIBE", "REFER"]);
            dialog && scene.answers(200..300) && scene.message.has("Record-Route")
        },
        change: Changed(|message, _| message.remove("Record-Route")),
    },
    Break {
        code: "RTE06",
        what: "no Contact",
        fits: |scene| scene.says_where(),
        change: Changed(|message, _| message.remove("Contact")),
    },
    Break {
        code: "RTE07",
        what: "a second Contact",
        fits: |scene| scene.says_where(),
        change: Changed(|message, _| message.add("Contact", "<sip:somebody@example.com>")),
    },
    NOT_TO_ROUTE,
    Break {
        code: "RTE09",
        what: "another Request-URI in a request of a dialog that is passed on",
        fits: |scene| {
            let inside = scene.message.get("To").and_then(tag_of).is_some();
            let proxy = matches!(scene.role(), Role::Proxy);
            let address =
                host_of(scene.message.uri()).starts_with(|one: char| one.is_ascii_digit());
            scene.passes() && inside && proxy && address
        },
        change: Changed(|message, _| message.set_uri("sip:198.51.100.254")),
    },
    Break {
        code: "RTE10",
        what: "sips in the Request-URI, and not in Contact",
        fits: |scene| {
            let dialog = scene.is(&["INVITE", "SUBSCRIBE", "REFER"]);
            let plain = scene.message.uri().starts_with("sip:");
            let mut sent = scene.played.sent.iter().flatten();
            let retargeted = sent.any(|message| message.has("P-Called-Party-ID"));
            let first = scene.begins() && !scene.is_inside() && !retargeted;
            first && dialog && plain && scene.message.has("Contact")
        },
        change: Changed(|message, _| {
            let uri = message.uri().replacen("sip:", "sips:", 1);
            message.set_uri(&uri);
        }),
    },
    Break {
        code: "SYN01",
        what: "no To",
        fits: |scene| scene.ends() && scene.message.status().is_some_and(|status| status > 100),
        change: Changed(|message, _| message.remove("To")),
    },
    Break {
        code: "SYN02",
        what: "Call-ID twice",
        fits: |scene| scene.ends(),
        change: Changed(|message, _| {
            let value = message.get("Call-ID").unwrap_or_default().to_owned();
            message.add("Call-ID", value);
        }),
    },
    Break {
        code: "SYN03",
        what: "another method in CSeq",
        fits: |scene| scene.begins() && scene.is(&["ACK"]),
        change: Changed(|message, _| message.change("CSeq", |value| value.replace("ACK", "BYE"))),
    },
    Break {
        code: "SYN04",
        what: "a space behind the request line",
        fits: |scene| scene.message.is_request() && scene.ends(),
        change: Bytes(|bytes| insert(bytes, b" ", b"\r\n")),
    },
    Break {
        code: "SYN05",
        what: "a line without CR",
        fits: |scene| scene.ends(),
        change: Bytes(|bytes| {
            let end = bytes
                .windows(2)
                .position(|pair| pair == b"\r\n")
                .map(|at| at + 2);
            let next = end.and_then(|from| {
                let found = bytes[from..].windows(2).position(|pair| pair == b"\r\n");
                found.map(|at| from + at)
            });
            if let Some(at) = next {
                bytes.remove(at);
            }
        }),
    },
    Break {
        code: "SYN06",
        what: "a line without a colon",
        fits: |scene| scene.ends(),
        change: Bytes(|bytes| insert(bytes, b"no field\r\n", b"Call-ID:")),
    },
    Break {
        code: "SYN07",
        what: "a Route entry without brackets",
        fits: |scene| scene.begins() && scene.message.has("Route"),
        change: Changed(|message, _| {
            message.change("Route", |entry| entry.replace(['<', '>'], ""))
        }),
    },
    Break {
        code: "SYN08",
        what: "Content-Length greater by one",
        fits: |scene| scene.ends() && scene.transport == Transport::Udp,
        change: Bytes(|bytes| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            if let Some((head, rest)) = text.split_once("Content-Length: ")
                && let Some((length, rest)) = rest.split_once("\r\n")
            {
                let length = length.parse::<usize>().unwrap_or_default() + 1;
                *bytes = format!("{head}Content-Length: {length}\r\n{rest}").into_bytes();
            }
        }),
    },
    Break {
        code: "SYN09",
        what: "no Content-Type",
        fits: |scene| scene.ends() && !scene.message.body.is_empty(),
        change: Changed(|message, _| message.remove("Content-Type")),
    },
    Break {
        code: "SYN10",
        what: "a Date that is none",
        fits: |scene| scene.ends(),
        change: Changed(|message, _| message.set("Date", "today")),
    },
    Break {
        code: "SYN11",
        what: "a body without its first line or its last bracket",
        fits: |scene| {
            let kind = scene.message.get("Content-Type").unwrap_or_default();
            let known = kind.starts_with("application/sdp") || kind.contains("xml");
            scene.ends() && known && !scene.message.body.is_empty()
        },
        change: Changed(|message, _| {
            message.body = match message.body.strip_prefix("v=0\r\n") {
                Some(rest) => rest.to_owned(),
                None => {
                    let end = message.body.rfind('>').unwrap_or(0);
                    message.body[..end].to_owned()
                }
            };
        }),
    },
    Break {
        code: "SYN12",
        what: "no Content-Length on a stream",
        fits: |scene| {
            scene.ends() && scene.message.body.is_empty() && scene.transport == Transport::Tcp
        },
        change: Bytes(|bytes| {
            let text = String::from_utf8_lossy(bytes).into_owned();
            *bytes = text.replace("Content-Length: 0\r\n", "").into_bytes();
        }),
    },
    Break {
        code: "SYN13",
        what: "a header field on two lines",
        fits: |scene| scene.ends(),
        change: Bytes(|bytes| insert(bytes, b"Subject: one\r\n and more\r\n", b"Call-ID:")),
    },
    Break {
        code: "SYN14",
        what: "an option required that nobody knows",
        fits: |scene| scene.begins() && !scene.is(&["ACK"]),
        change: Changed(|message, _| message.add("Require", "unheard-of")),
    },
    Break {
        code: "SYN15",
        what: "Max-Forwards in the answer",
        fits: |scene| scene.answers(200..300),
        change: Changed(|message, _| message.add("Max-Forwards", "70")),
    },
    Break {
        code: "TXN01",
        what: "the ACK to a refusal with another To",
        fits: |scene| scene.is_of_hop() && scene.is(&["ACK"]) && scene.message.is_request(),
        change: Changed(|message, _| message.change("To", without_tag)),
    },
    UNACKNOWLEDGED,
    Break {
        code: "TXN03",
        what: "a tag in To of CANCEL",
        fits: |scene| scene.message.is_request() && scene.is(&["CANCEL"]),
        change: Changed(|message, _| message.change("To", |value| format!("{value};tag=other"))),
    },
    LATE,
    UNANSWERED,
    AGAIN,
    Break {
        code: "TXN07",
        what: "no Unsupported",
        fits: |scene| scene.answers(420..421),
        change: Changed(|message, _| message.remove("Unsupported")),
    },
    ENDED_TWICE,
    TOO_EARLY,
    TOO_OFTEN,
    TOO_LATE,
    NO_SIGN,
    PROVISIONAL,
    Break {
        code: "TXN14",
        what: "408 to another request than INVITE",
        fits: |scene| scene.answers(300..700) && scene.ends() && !scene.is(&["INVITE"]),
        change: Changed(|message, _| message.first = "SIP/2.0 408 Request Timeout".to_owned()),
    },
    TRYING_PASSED,
    ACK_ANSWERED,
    CANCEL_EARLY,
    NOT_ENDED,
    BRANCH_OF_INVITE,
    CANCEL_OF_OTHER,
    Break {
        code: "VIA01",
        what: "a branch without the magic cookie",
        fits: |scene| scene.begins() || scene.passes(),
        change: Changed(|message, _| message.change("Via", |via| via.replacen("z9hG4bK", "", 1))),
    },
    Break {
        code: "VIA02",
        what: "the Via of another changed",
        fits: |scene| scene.passes() && scene.message.all("Via").nth(1).is_some(),
        change: Changed(|message, _| message.change_last("Via", |via| format!("{via};changed"))),
    },
    Break {
        code: "VIA03",
        what: "the answer passed on with another Via",
        fits: |scene| scene.before.is_some() && !scene.message.is_request() && !scene.is_hidden(),
        change: Changed(|message, _| message.change_last("Via", |via| format!("{via};changed"))),
    },
    OWN_LEFT,
    Break {
        code: "VIA04",
        what: "the answer with another Via than the request",
        fits: |scene| scene.answers(100..700),
        change: Changed(|message, _| message.change("Via", |via| format!("{via};changed"))),
    },
    Break {
        code: "VIA05",
        what: "another transport in Via",
        fits: |scene| scene.begins() || scene.passes(),
        change: Changed(|message, _| {
            message.change("Via", |via| match via.contains("/UDP") {
                true => via.replacen("/UDP", "/TCP", 1),
                false => via.replacen("/TCP", "/UDP", 1),
            });
        }),
    },
    TRANSLATED,
    ELSEWHERE,
    Break {
        code: "VIA08",
        what: "rport left empty in the answer",
        fits: |scene| {
            let via = scene.message.get("Via").unwrap_or_default();
            !scene.message.is_request()
                && via.contains(";rport=")
                && scene.transport == Transport::Udp
        },
        change: Changed(|message, _| {
            message.change("Via", |via| {
                let params = via
                    .split(';')
                    .map(|param| match param.starts_with("rport=") {
                        true => "rport",
                        false => param,
                    });
                params.collect::<Vec<_>>().join(";")
            });
        }),
    },
    NOT_NOTED,
    OTHER_PORT,
    OLD_BRANCH,
];
