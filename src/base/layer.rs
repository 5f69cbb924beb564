//! The layers a packet was wrapped in, and the names people know them by.

use std::fmt;

macro_rules! layers {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// One protocol layer below SIP.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Layer { $($(#[$doc])* $variant,)* }

        impl Layer {
            /// The name used in every output.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

layers! {
    /// The record itself, before any protocol.
    Record = "record",
    /// Link layer as a whole.
    Link = "link",
    /// Ethernet II or 802.3.
    Ethernet = "ethernet",
    /// 802.1Q or 802.1ad tag.
    Vlan = "vlan",
    /// 802.1AE.
    Macsec = "macsec",
    /// MPLS label stack.
    Mpls = "mpls",
    /// PPP over Ethernet session.
    Pppoe = "pppoe",
    /// Point-to-point protocol.
    Ppp = "ppp",
    /// Linux cooked capture, version 1.
    Sll = "sll",
    /// Linux cooked capture, version 2.
    Sll2 = "sll2",
    /// BSD loopback.
    Null = "null",
    /// Wireshark exported PDU.
    ExportedPdu = "exported-pdu",
    /// IPv4.
    Ipv4 = "ipv4",
    /// IPv6.
    Ipv6 = "ipv6",
    /// A reassembled IP datagram.
    Fragments = "fragments",
    /// Generic routing encapsulation.
    Gre = "gre",
    /// Mirrored Ethernet in GRE.
    Erspan = "erspan",
    /// VXLAN.
    Vxlan = "vxlan",
    /// Geneve.
    Geneve = "geneve",
    /// GTP user plane.
    Gtpu = "gtp-u",
    /// Encapsulating security payload.
    Esp = "esp",
    /// Authentication header.
    Ah = "ah",
    /// UDP.
    Udp = "udp",
    /// TCP.
    Tcp = "tcp",
    /// SCTP.
    Sctp = "sctp",
    /// TLS over TCP.
    Tls = "tls",
    /// DTLS over UDP.
    Dtls = "dtls",
    /// Homer encapsulation protocol.
    Hep = "hep",
    /// WebSocket.
    WebSocket = "websocket",
    /// An entry of a text log.
    Log = "log",
    /// A step of a flow document.
    Document = "document",
    /// SIP itself.
    Sip = "sip",
}

const DEPTH: usize = 15;

/// A number by which a carrier keeps networks apart: an MPLS label, the identifier of a VXLAN or Geneve segment, a GRE key.
/// Each direction may have another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Whose it is.
    pub layer: Layer,
    /// The number.
    pub number: u32,
}

/// `mpls 18`.
impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.layer.name(), self.number)
    }
}

/// The layers around a payload, outermost first. Fixed size, so that millions can be made and compared for nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    layers: [Layer; DEPTH],
    length: u8,
    vlans: [u16; 2],
    /// The innermost label, and how many layers there were with the one that has it; 0 for none.
    label: u32,
    labelled: u8,
    /// Capture agent of a HEP packet.
    agent: Option<u32>,
}

impl Path {
    /// No layer yet.
    pub const EMPTY: Self = Self {
        layers: [Layer::Record; DEPTH],
        length: 0,
        vlans: [0; 2],
        label: 0,
        labelled: 0,
        agent: None,
    };

    /// Adds a layer inside; false when the nesting limit is reached.
    #[must_use]
    pub fn push(&mut self, layer: Layer) -> bool {
        let Some(slot) = self.layers.get_mut(usize::from(self.length)) else {
            return false;
        };
        *slot = layer;
        self.length += 1;
        true
    }

    /// Adds a VLAN tag. Any number may follow each other; the first two identifiers are kept.
    #[must_use]
    pub fn push_vlan(&mut self, identifier: u16) -> bool {
        let tags = self.layers().iter().filter(|l| **l == Layer::Vlan).count();
        match self.vlans.get_mut(tags) {
            Some(slot) => {
                *slot = identifier;
                self.push(Layer::Vlan)
            }
            None => true,
        }
    }

    /// Adds a layer with its label. The innermost one is kept: it names the network of what is inside.
    #[must_use]
    pub fn push_label(&mut self, layer: Layer, number: u32) -> bool {
        let fits = self.push(layer);
        if fits {
            (self.label, self.labelled) = (number, self.length);
        }
        fits
    }

    /// The label that names the network of the payload. What GTP-U carries is that of many terminals, whatever the network of
    /// the tunnel; a mirror (ERSPAN) is named by its session only.
    pub fn label(&self) -> Option<Label> {
        let layer = self.labelled_layer()?;
        let inside = &self.layers()[usize::from(self.labelled)..];
        let elsewhere = [Layer::Gtpu, Layer::Erspan];
        let named = !elsewhere.iter().any(|other| inside.contains(other));
        named.then_some(Label {
            layer,
            number: self.label,
        })
    }

    /// The same without its label: what both directions of a connection have in common.
    #[must_use]
    pub fn unlabelled(self) -> Self {
        Self {
            label: 0,
            labelled: 0,
            ..self
        }
    }

    fn labelled_layer(&self) -> Option<Layer> {
        let at = usize::from(self.labelled).checked_sub(1)?;
        self.layers().get(at).copied()
    }

    /// Adds HEP and the capture agent that it names.
    #[must_use]
    pub fn push_hep(&mut self, agent: Option<u32>) -> bool {
        self.agent = agent;
        self.push(Layer::Hep)
    }

    /// The capture agent that a HEP packet names.
    pub fn agent(&self) -> Option<u32> {
        self.agent
    }

    /// Outermost first.
    pub fn layers(&self) -> &[Layer] {
        &self.layers[..usize::from(self.length)]
    }

    /// Whether the layer occurs.
    pub fn contains(&self, layer: Layer) -> bool {
        self.layers().contains(&layer)
    }

    /// Identifiers of the first two VLAN tags, outermost first; none where there was no tag.
    pub fn vlans(&self) -> &[u16] {
        let tags = self.layers().iter().filter(|l| **l == Layer::Vlan).count();
        &self.vlans[..tags.min(self.vlans.len())]
    }

    /// Names only, without VLAN and agent identifiers: what counts of encapsulations are grouped by.
    pub fn names(&self) -> String {
        let names: Vec<_> = self.layers().iter().map(|layer| layer.name()).collect();
        names.join("/")
    }
}

/// `ethernet/vlan 100/ipv4/udp`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut vlans = self.vlans.iter();
        for (index, layer) in self.layers().iter().enumerate() {
            let slash = if index > 0 { "/" } else { "" };
            write!(f, "{slash}{}", layer.name())?;
            if *layer == Layer::Vlan
                && let Some(identifier) = vlans.next()
            {
                write!(f, " {identifier}")?;
            }
            if index + 1 == usize::from(self.labelled) {
                write!(f, " {}", self.label)?;
            }
            if *layer == Layer::Hep
                && let Some(agent) = self.agent
            {
                write!(f, " {agent}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The registered name of a link type (tcpdump.org/linktypes.html), for messages about those that are not read.
pub fn link_name(link_type: u16) -> &'static str {
    match link_type {
        0 => "NULL",
        1 => "ETHERNET",
        3 => "AX25",
        6 => "IEEE802_5",
        7 => "ARCNET_BSD",
        8 => "SLIP",
        9 => "PPP",
        10 => "FDDI",
        50 => "PPP_HDLC",
        51 => "PPP_ETHER",
        100 => "ATM_RFC1483",
        101 => "RAW",
        104 => "C_HDLC",
        105 => "IEEE802_11",
        107 => "FRELAY",
        108 => "LOOP",
        113 => "LINUX_SLL",
        114 => "LTALK",
        117 => "PFLOG",
        119 => "IEEE802_11_PRISM",
        122 => "IP_OVER_FC",
        123 => "SUNATM",
        127 => "IEEE802_11_RADIOTAP",
        129 => "ARCNET_LINUX",
        138 => "APPLE_IP_OVER_IEEE1394",
        139 => "MTP2_WITH_PHDR",
        140 => "MTP2",
        141 => "MTP3",
        142 => "SCCP",
        143 => "DOCSIS",
        147..=162 => "USER0 to USER15",
        163 => "IEEE802_11_AVS",
        166 => "PPP_PPPD",
        177 => "LINUX_LAPD",
        187 => "BLUETOOTH_HCI_H4",
        189 => "USB_LINUX",
        192 => "PPI",
        195 => "IEEE802_15_4_WITHFCS",
        197 => "ERF",
        201 => "BLUETOOTH_HCI_H4_WITH_PHDR",
        204 => "PPP_WITH_DIR",
        220 => "USB_LINUX_MMAPPED",
        224 => "FC_2",
        226 => "IPNET",
        227 => "CAN_SOCKETCAN",
        228 => "IPV4",
        229 => "IPV6",
        239 => "NFLOG",
        240 => "NETANALYZER",
        245 => "NFC_LLCP",
        248 => "SCTP",
        249 => "USBPCAP",
        252 => "WIRESHARK_UPPER_PDU",
        253 => "NETLINK",
        258 => "PKTAP",
        272 => "NORDIC_BLE",
        274 => "ETHERNET_MPACKET",
        276 => "LINUX_SLL2",
        _ => "unassigned",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_layers_from_the_outside_in() {
        let mut path = Path::EMPTY;
        assert!(path.push(Layer::Ethernet));
        assert!(path.push_vlan(100) && path.push_vlan(7) && path.push_vlan(9));
        assert!(path.push(Layer::Ipv4) && path.push(Layer::Udp));
        assert_eq!(path.to_string(), "ethernet/vlan 100/vlan 7/ipv4/udp");
        assert_eq!(path.names(), "ethernet/vlan/vlan/ipv4/udp");
    }

    #[test]
    fn the_innermost_label_names_the_network() {
        let mut path = Path::EMPTY;
        assert!(path.push_label(Layer::Mpls, 18) && path.push(Layer::Ipv4));
        let mpls = Label {
            layer: Layer::Mpls,
            number: 18,
        };
        assert_eq!(path.label(), Some(mpls));
        assert_eq!(path.unlabelled().label(), None);
        assert!(path.push_label(Layer::Vxlan, 5) && path.push(Layer::Ethernet));
        assert_eq!(path.to_string(), "mpls/ipv4/vxlan 5/ethernet");
        assert_eq!(path.label().map(|label| label.number), Some(5));
        // Terminals behind one gateway, over networks of their own.
        assert!(path.push(Layer::Gtpu) && path.push(Layer::Ipv4));
        assert_eq!(path.label(), None);
    }

    #[test]
    fn nesting_has_an_end() {
        let mut path = Path::EMPTY;
        let pushed = (0..100).filter(|_| path.push(Layer::Ipv4)).count();
        assert_eq!(pushed, DEPTH);
    }
}
