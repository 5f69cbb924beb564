//! How near the copies of a packet are to each other, and how far from each other two packets are that were both sent.

/// Copies of one packet are this close to each other at one capture point (mirror ports, `any` interfaces), in nanoseconds.
pub const COPY: i64 = 10_000_000;
/// With the same IP identification they are copies even if the machine was busy; identifications come again much later.
pub const SAME_PACKET: i64 = 1_000_000_000;
/// How long a packet takes from one capture point to another. The first retransmission comes after 500 ms (RFC 3261 17.1.1.1).
pub const TRANSIT: i64 = 250_000_000;
