//! Project Clearwater: every byte with times in UTC.

use std::net::SocketAddr;

use super::Entry;
use super::pjsua::said;

pub(super) fn write(entry: &Entry<'_>, own: SocketAddr) -> Vec<u8> {
    let head = format!(
        "{} {} UTC [7fe2840d8700] Verbose common_sip_processing.cpp:77: {}\n--start msg--\n\n",
        entry.when("%d-%m-%Y"),
        entry.time_of_day(3),
        said(entry, own)
    );
    entry.between(&head, "\n--end msg--\n")
}
