//! Functions that each wrap bytes in one header. They compose inside-out: the result of one is the
//! payload of the next, as in `ethernet(IPV4, ipv4(a, b, UDP, udp(a, b, 5060, 5060, message)))`.

mod gre;
mod gtp;
mod hep;
mod ip;
mod ipsec;
mod link;
mod overlay;
mod sctp;
mod shortcuts;
mod transport;
mod wrapper;

pub use gre::*;
pub use gtp::*;
pub use hep::*;
pub use ip::*;
pub use ipsec::*;
pub use link::*;
pub use overlay::*;
pub use sctp::*;
pub use shortcuts::*;
pub use transport::*;
pub use wrapper::*;

/// Numbers that name the next layer, so that tests read as the stack they build.
pub mod ethertype {
    pub const IPV4: u16 = 0x0800;
    pub const IPV6: u16 = 0x86dd;
    pub const VLAN: u16 = 0x8100;
    pub const QINQ: u16 = 0x88a8;
    pub const MPLS: u16 = 0x8847;
    pub const PPPOE: u16 = 0x8864;
    pub const TRANSPARENT_ETHERNET: u16 = 0x6558;
}

/// Numbers of the IPv4 protocol and IPv6 next header fields.
pub mod protocol {
    pub const HOP_BY_HOP: u8 = 0;
    pub const ICMP: u8 = 1;
    pub const IPV4: u8 = 4;
    pub const TCP: u8 = 6;
    pub const UDP: u8 = 17;
    pub const IPV6: u8 = 41;
    pub const ROUTING: u8 = 43;
    pub const FRAGMENT: u8 = 44;
    pub const GRE: u8 = 47;
    pub const ESP: u8 = 50;
    pub const AH: u8 = 51;
    pub const ICMPV6: u8 = 58;
    pub const DESTINATION_OPTIONS: u8 = 60;
    pub const SCTP: u8 = 132;
}

/// Reproducible bytes that stand for ciphertext and integrity values.
pub(super) fn noise(seed: u64, len: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bytes.extend_from_slice(&(mixed ^ (mixed >> 27)).to_be_bytes());
    }
    bytes.truncate(len);
    bytes
}
