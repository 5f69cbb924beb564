//! Text logs: the traffic of a capture, written by hand in the shape of each format and read again. What comes back has to be
//! what the capture has, less what the format cannot hold.
//!
//! The texts are in `samples/logs`; with SIPSCOPE_WRITE_SAMPLES set they are written there anew.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "logs/one_side.rs"]
mod one_side;
#[path = "logs/traffic.rs"]
mod traffic;

#[path = "logs/about.rs"]
mod about;
#[path = "logs/asterisk.rs"]
mod asterisk;
#[path = "logs/audiocodes.rs"]
mod audiocodes;
#[path = "logs/baresip.rs"]
mod baresip;
#[path = "logs/cisco.rs"]
mod cisco;
#[path = "logs/clearwater.rs"]
mod clearwater;
#[path = "logs/cut.rs"]
mod cut;
#[path = "logs/damage.rs"]
mod damage;
#[path = "logs/follow.rs"]
mod follow;
#[path = "logs/genesys.rs"]
mod genesys;
#[path = "logs/hep.rs"]
mod hep;
#[path = "logs/homer.rs"]
mod homer;
#[path = "logs/homer_text.rs"]
mod homer_text;
#[path = "logs/ingate.rs"]
mod ingate;
#[path = "logs/lengths.rs"]
mod lengths;
#[path = "logs/linphone.rs"]
mod linphone;
#[path = "logs/marks.rs"]
mod marks;
#[path = "logs/mixed.rs"]
mod mixed;
#[path = "logs/ngrep.rs"]
mod ngrep;
#[path = "logs/no_blanks.rs"]
mod no_blanks;
#[path = "logs/opensips.rs"]
mod opensips;
#[path = "logs/oracle.rs"]
mod oracle;
#[path = "logs/own_side.rs"]
mod own_side;
#[path = "logs/parts.rs"]
mod parts;
#[path = "logs/passed_on.rs"]
mod passed_on;
#[path = "logs/pjsua.rs"]
mod pjsua;
#[path = "logs/protected.rs"]
mod protected;
#[path = "logs/real.rs"]
mod real;
#[path = "logs/ribbon.rs"]
mod ribbon;
#[path = "logs/rotated.rs"]
mod rotated;
#[path = "logs/set_back.rs"]
mod set_back;
#[path = "logs/shapes.rs"]
mod shapes;
#[path = "logs/sipdump.rs"]
mod sipdump;
#[path = "logs/sipp.rs"]
mod sipp;
#[path = "logs/sipviewer.rs"]
mod sipviewer;
#[path = "logs/sngrep.rs"]
mod sngrep;
#[path = "logs/sofia.rs"]
mod sofia;
#[path = "logs/tcpdump.rs"]
mod tcpdump;
#[path = "logs/text.rs"]
mod text;
#[path = "logs/threads.rs"]
mod threads;
#[path = "logs/times.rs"]
mod times;
#[path = "logs/tshark.rs"]
mod tshark;
#[path = "logs/tshark_text.rs"]
mod tshark_text;
