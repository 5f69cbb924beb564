//! Packets become a capture.

use std::io::{self, Write};

use super::packet::Packet;
use crate::base::{Timestamp, pcap as old, pcapng as new};
use crate::source::Store;

/// Each packet on the interface of its input and link layer.
pub(crate) fn pcapng(
    out: &mut impl Write,
    comments: &[&str],
    packets: &[Packet],
    keys: &[(u32, Vec<u8>)],
    mut store: Store,
) -> io::Result<()> {
    out.write_all(&new::section(comments))?;
    for (kind, secrets) in keys {
        out.write_all(&new::secrets(*kind, secrets))?;
    }
    // Those without times stand first: only packets of the first interface can be without one.
    let mut interfaces: Vec<(u32, u16)> = Vec::new();
    for packet in packets {
        if !interfaces.contains(&packet.interface) {
            out.write_all(&new::interface(packet.interface.1))?;
            interfaces.push(packet.interface);
        }
    }
    for packet in packets {
        let interface = interfaces.iter().position(|one| *one == packet.interface);
        let interface = interface.unwrap_or_default() as u32;
        let frame = store.read(0, packet.place, packet.captured)?;
        let block = match packet.time {
            None if interface == 0 && packet.captured == packet.original as usize => {
                new::packet_without_time(frame)
            }
            // Other packets have to have a time.
            time => {
                let place = (interface, since_1970(time));
                new::packet(place, frame, packet.original, &packet.comments)
            }
        };
        out.write_all(&block)?;
    }
    Ok(())
}

/// 1970 where no time is known.
fn since_1970(time: Option<Timestamp>) -> u64 {
    time.map_or(0, |time| time.nanos().max(0) as u64)
}

/// All on one link layer.
pub(crate) fn pcap(out: &mut impl Write, packets: &[Packet], mut store: Store) -> io::Result<()> {
    let link = packets
        .first()
        .map_or(old::ETHERNET, |packet| packet.interface.1);
    if packets.iter().any(|packet| packet.interface.1 != link) {
        let problem =
            "these packets have several link layers, which pcapng has room for and pcap has not";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    out.write_all(&old::head(link))?;
    for packet in packets {
        let frame = store.read(0, packet.place, packet.captured)?;
        out.write_all(&old::packet(
            since_1970(packet.time),
            frame,
            packet.original,
        ))?;
    }
    Ok(())
}
