//! Text logs: the traffic of a capture, written by hand in the shape of each format and read again. What comes back has to be
//! what the capture has, less what the format cannot hold.
//!
//! The texts are in `samples/logs`; with SIPSCOPE_WRITE_SAMPLES set they are written there anew.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "logs/one_side.rs"]
mod one_side;
#[path = "logs/traffic.rs"]
mod traffic;

#[path = "logs/asterisk.rs"]
mod asterisk;
#[path = "logs/baresip.rs"]
mod baresip;
#[path = "logs/clearwater.rs"]
mod clearwater;
#[path = "logs/damage.rs"]
mod damage;
#[path = "logs/homer_text.rs"]
mod homer_text;
#[path = "logs/linphone.rs"]
mod linphone;
#[path = "logs/pjsua.rs"]
mod pjsua;
#[path = "logs/sipdump.rs"]
mod sipdump;
#[path = "logs/sipp.rs"]
mod sipp;
#[path = "logs/sngrep.rs"]
mod sngrep;
#[path = "logs/sofia.rs"]
mod sofia;
