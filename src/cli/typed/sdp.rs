//! Session descriptions. What is absent is left out, and what the session says is not said again in its media.

use sipscope::sip::body::{
    Attribute, Bandwidth, Connection, Direction, Fmtp, Media, Origin, RtpMap, Sdp, Timing,
};

use super::write::{Each, Shown, shown};

shown! {
    &Sdp<'_>, sdp => {
        ;
        "version": sdp.version().map(Shown),
        "origin": sdp.origin().map(Shown),
        "name": sdp.name().map(Shown),
        "connection": sdp.connection().map(Shown),
        "direction": sdp.direction().map(direction),
        "times": Some(Each(|| sdp.times().map(Shown))),
        "bandwidth": Some(Each(|| sdp.session.bandwidths().map(Shown))),
        "attributes": Some(Each(|| sdp.session.attributes().map(Shown))),
        "media": Some(Each(|| sdp.media().map(Shown)))
    }
    Origin<'_>, origin => {
        "username": Shown(origin.username),
        "session_id": Shown(origin.session_id),
        "session_version": Shown(origin.session_version),
        "network": Shown(origin.network),
        "address_type": Shown(origin.address_type),
        "address": Shown(origin.address)
    }
    Connection<'_>, connection => {
        "network": Shown(connection.network),
        "address_type": Shown(connection.address_type),
        "address": Shown(connection.address);
        "ttl": connection.ttl,
        "count": connection.count
    }
    Timing<'_>, timing => { "start": Shown(timing.start), "stop": Shown(timing.stop) }
    Bandwidth<'_>, bandwidth => { "kind": Shown(bandwidth.kind), "value": bandwidth.value }
    Attribute<'_>, attribute => {
        "name": Shown(attribute.name), "value": attribute.value.map(Shown)
    }
    Media<'_>, media => {
        "span": Shown(media.section.text().span()),
        "kind": Shown(media.kind),
        "port": media.port,
        "protocol": Shown(media.protocol),
        "formats": Each(|| media.formats().map(Shown)),
        "rtpmap": Each(|| media.section.rtpmaps().map(Shown)),
        "fmtp": Each(|| media.section.fmtps().map(Shown)),
        "direction": direction(media.direction()),
        "connections": Each(|| media.section.connections().map(Shown)),
        "bandwidth": Each(|| media.section.bandwidths().map(Shown)),
        "attributes": Each(|| media.section.attributes().map(Shown));
        "port_count": media.port_count
    }
    RtpMap<'_>, map => {
        "payload_type": map.payload_type,
        "name": Shown(map.name),
        "clock_rate": map.clock_rate,
        "channels": map.channels
    }
    Fmtp<'_>, fmtp => {
        "format": Shown(fmtp.format), "params": Each(|| fmtp.iter().map(Shown))
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::SendRecv => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::RecvOnly => "recvonly",
        Direction::Inactive => "inactive",
    }
}
