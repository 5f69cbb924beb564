//! Where bytes go in: one function for each kind of input, each of which takes any bytes. The tests call them with a bounded
//! number of inputs, the fuzz targets with as many as there is time for.

use sipscope::sip::body::Sdp;
use sipscope::sip::{
    Pidf, PidfDiff, PocSettings, Problems, Reginfo, ResourceLists, Rlmi, Text, Uri, Watcherinfo,
    XcapDiff, Xml,
};

use super::walk;

/// What takes the bytes of one kind of input.
pub type Entry = fn(&[u8]);

/// All of them with their names, which are those of the fuzz targets too.
pub const ALL: [(&str, Entry); 6] = [
    ("message", message),
    ("uri", uri),
    ("via_list", via_list),
    ("multipart", multipart),
    ("xml_bodies", xml_bodies),
    ("sdp", sdp),
];

/// A whole message.
pub fn message(bytes: &[u8]) {
    walk::walk(bytes);
}

/// A URI.
pub fn uri(bytes: &[u8]) {
    walk::walk_uri(&Uri::read(Text::all(bytes), &mut Problems::kept()));
}

/// The value of a Via field.
pub fn via_list(bytes: &[u8]) {
    walk::walk(&[&b"SIP/2.0 200 OK\r\nVia: "[..], bytes, b"\r\n\r\n"].concat());
}

/// A multipart body with the boundary `b`.
pub fn multipart(bytes: &[u8]) {
    let head = "SIP/2.0 200 OK\r\nContent-Type: multipart/mixed;boundary=b\r\n\r\n";
    walk::walk(&[head.as_bytes(), bytes].concat());
}

/// A body of any format that is made of XML.
pub fn xml_bodies(bytes: &[u8]) {
    let mut noted = Problems::kept();
    let problems = &mut noted;
    let xml = Xml::read(Text::all(bytes), problems);
    Pidf::read(&xml, problems);
    PidfDiff::read(&xml, problems);
    Reginfo::read(&xml, problems);
    Watcherinfo::read(&xml, problems);
    Rlmi::read(&xml, problems);
    ResourceLists::read(&xml, problems);
    PocSettings::read(&xml, problems);
    XcapDiff::read(&xml, problems);
    walk::expect_in_order(&noted.sorted(), 0..bytes.len());
}

/// A session description.
pub fn sdp(bytes: &[u8]) {
    walk::walk_sdp(&Sdp::read(Text::all(bytes), &mut Problems::kept()));
}
