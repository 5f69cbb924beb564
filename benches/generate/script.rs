//! What happens in a session: the kinds of messages, and the order in which they visit the links.

use super::*;

/// The messages of a session, each of which passes every link in turn.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Register,
    Challenge,
    Login,
    Registered,
    Invite,
    Trying,
    Ringing,
    Answer,
    Ack,
    Bye,
    ByeOk,
}

impl Kind {
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Register | Self::Challenge | Self::Login | Self::Registered => "REGISTER",
            Self::Invite | Self::Trying | Self::Ringing | Self::Answer => "INVITE",
            Self::Ack => "ACK",
            Self::Bye | Self::ByeOk => "BYE",
        }
    }

    /// The status line of a response.
    pub(crate) fn status(self) -> Option<&'static str> {
        match self {
            Self::Challenge => Some("401 Unauthorized"),
            Self::Registered | Self::Answer | Self::ByeOk => Some("200 OK"),
            Self::Trying => Some("100 Trying"),
            Self::Ringing => Some("180 Ringing"),
            _ => None,
        }
    }

    /// Tells the branches of a session's transactions apart.
    pub(crate) fn transaction(self) -> char {
        match self {
            Self::Register | Self::Challenge => 'r',
            Self::Login | Self::Registered => 'l',
            Self::Invite | Self::Trying | Self::Ringing | Self::Answer => 'i',
            Self::Ack => 'a',
            Self::Bye | Self::ByeOk => 'b',
        }
    }

    pub(crate) fn has_to_tag(self) -> bool {
        !matches!(
            self,
            Self::Register | Self::Login | Self::Invite | Self::Trying
        )
    }

    pub(crate) fn has_sdp(self) -> bool {
        matches!(self, Self::Invite | Self::Answer)
    }

    /// Size relative to the average; over the messages of a call they come to that average.
    pub(crate) fn weight(self) -> f64 {
        match self {
            Self::Invite => 1.5,
            Self::Answer => 1.4,
            Self::Ringing => 1.1,
            Self::Ack => 0.6,
            Self::Trying => 0.4,
            _ => 1.0,
        }
    }

    /// Headers that may be added as long as the message is short of its size.
    pub(crate) fn optional_headers(self) -> &'static [&'static str] {
        match self {
            Self::Ack => &["User-Agent: Example-Phone/14.2 IMS-Client/6.0\r\n"],
            Self::Register | Self::Login => &[
                "User-Agent: Example-Phone/14.2 IMS-Client/6.0\r\n",
                "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER\r\n",
            ],
            Self::Invite | Self::Bye => &[
                "User-Agent: Example-Phone/14.2 IMS-Client/6.0\r\n",
                "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER\r\n",
                "Supported: 100rel, timer, precondition, replaces\r\n",
                "Accept: application/sdp, application/3gpp-ims+xml\r\n",
            ],
            _ => &[
                "Server: Example-Core/9.1\r\n",
                "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER\r\n",
            ],
        }
    }
}

/// Messages that travel together over one link: two only where TCP puts them in one segment.
pub(crate) struct Step {
    pub(crate) pause: u64,
    pub(crate) position: usize,
    pub(crate) kinds: &'static [Kind],
}

/// Collects the steps of a session.
pub(crate) struct Script<'a> {
    pub(crate) steps: Vec<Step>,
    pub(crate) random: &'a mut Random,
}

impl Script<'_> {
    pub(crate) fn step(&mut self, pause: [u64; 2], position: usize, kinds: &'static [Kind]) {
        let [shortest, longest] = pause;
        let pause = self.random.between(shortest, longest);
        self.steps.push(Step {
            pause,
            position,
            kinds,
        });
    }

    /// Lets messages pass links in this order, the first after `pause`.
    pub(crate) fn pass(
        &mut self,
        mut pause: [u64; 2],
        positions: impl Iterator<Item = usize>,
        kinds: &'static [Kind],
    ) {
        for position in positions {
            self.step(pause, position, kinds);
            pause = HOP;
        }
    }

    pub(crate) fn registration(&mut self, links: usize) {
        self.pass(HOP, 0..links, &[Kind::Register]);
        self.pass(HOP, (0..links).rev(), &[Kind::Challenge]);
        self.pass(SOON, 0..links, &[Kind::Login]);
        self.pass(HOP, (0..links).rev(), &[Kind::Registered]);
    }

    pub(crate) fn call(&mut self, links: usize, answer_at_once: bool) {
        for link in 0..links {
            self.step(HOP, link, &[Kind::Invite]);
            self.step(HOP, link, &[Kind::Trying]);
        }
        if answer_at_once {
            self.pass(SOON, (0..links).rev(), &[Kind::Ringing, Kind::Answer]);
        } else {
            self.pass(SOON, (0..links).rev(), &[Kind::Ringing]);
            self.pass(RINGING, (0..links).rev(), &[Kind::Answer]);
        }
        self.pass(HOP, 0..links, &[Kind::Ack]);
        self.pass(TALKING, 0..links, &[Kind::Bye]);
        self.pass(HOP, (0..links).rev(), &[Kind::ByeOk]);
    }
}
