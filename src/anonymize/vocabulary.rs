//! Words of the protocols, which tell nothing of anybody: they stay where a protocol has a word. Where a name stands they are names.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::RandomState;

use crate::sip::{METHODS, Name};

/// In small letters.
const WORDS: &str = "
sip sips tel urn pres im cid mid http https mailto xmpp msrp msrps fax modem ws wss data cap sip/2.0 2.0 1.0
udp tcp tls sctp tls-sctp dtls ipv4 ipv6 in ip4 ip6
transport method user phone ip dialstring lr ttl maddr comp sigcomp sigcomp-id ob gr orig keep isfocus audio video data-only
text control automata application description events priority methods extensions schemes actor class principal attendant
msg-taker information mobility fixed mobile duplex full half receive-only send-only language type app-subtype
q expires reg-id action proxy redirect pub-gruu temp-gruu pub gruu instance cause index rc mp np hi-index
branch received rport received-port tag to-tag from-tag early-only early-only-yes refresher uac uas
display-name screen yes no party calling called counter privacy reason limit full id off name uri header session critical none
user-busy unknown no-answer unavailable unconditional time-of-day do-not-disturb deflection follow-me out-of-service away
digest basic akav1-md5 akav2-md5 akav2-sha-256 md5 md5-sess sha-256 sha-256-sess sha-512-256 sha-1 sha-384 sha-512 auth auth-int
realm domain nonce cnonce opaque stale true false algorithm qop nc uri username response auts rspauth nextnonce
integrity-protected auth-done tls-yes ip-assoc-yes ip-assoc-pending ck ik
ipsec-3gpp ipsec-ike ipsec-man alg ealg mod prot esp ah trans tun udp-enc-tun hmac-md5-96 hmac-sha-1-96 aes-gmac null des-ede3-cbc
aes-cbc aes-gcm spi spi-c spi-s port port-c port-s port1 port2 d-alg d-qop d-ver d-nonce mediasec sdes-srtp dtls-srtp
100rel 199 answermode early-session eventlist explicitsub from-change geolocation-http geolocation-sip gin gruu histinfo ice join
multiple-refer norefersub nosub outbound path policy precondition pref replaces resource-priority record-aware sdp-anat sec-agree
siprec tdialog timer trickle-ice uui recipient-list-invite recipient-list-message recipient-list-subscribe foo-bar
presence winfo presence.winfo reg dialog conference refer message-summary kpml xcap-diff poc-settings vq-rtcpxr ua-profile
call-completion certificate consent-pending-additions credential spirits-indps spirits-user-prof load-control debug info
mwi subscription-state active pending terminated waiting deactivated probation rejected timeout giveup noresource invariant
hold refer-sub retry-after min-expires effective-by diff-processing aggregate boundary charset utf-8 us-ascii iso-8859-1 handling
optional required render session icon alert session-info early-session aib recipient-list by-reference purpose card list-management
gzip deflate identity 7bit 8bit binary base64 quoted-printable attachment inline filename start start-info profile-level-id
emergency urgent normal non-urgent other-interest manual auto require
call-info impp ccmp jcard ietf-sip-message user-to-user isdn-uui isdn-interwork content encoding hex
q.850 q850 preemption application rai release_cause release-cause fork ims rel_cause text
service sos ambulance fire police physician poison animal-control gas marine mountain counseling children mental-health suicide test
country-specific mad uuid gsma imei 3gpp imeisv svn ietf params xml ns urn-7 urn-xxx
3gpp-geran 3gpp-utran 3gpp-utran-fdd 3gpp-utran-tdd 3gpp-e-utran 3gpp-e-utran-fdd 3gpp-e-utran-tdd 3gpp-nr 3gpp-nr-fdd 3gpp-nr-tdd
3gpp-nr-u 3gpp2-1x 3gpp2-1x-hrpd ieee-802.11 ieee-802.11a ieee-802.11b ieee-802.11g ieee-802.11n ieee-802.3 ieee-eps docsis adsl vdsl
gstn xdsl 3gpp2-1x-femto dvb-rcs2 network-provided cgi-3gpp utran-cell-id-3gpp ue-local-ip-address extension-access-info
local-time-zone daylight-saving-time cell-info-age
icid-value icid-generated-at orig-ioi term-ioi transit-ioi related-icid related-icid-generated-at pdp-info ecf ccf ggsn auth-token
sescase regstate reg unreg registered originating terminating mo mt calea
supported sendonly sendrecv recvonly inactive gated
geolocation-routing sos-inserted ets wps dsn drsn q735 esnet mcpttp
jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun gmt utc
trying ringing call is being forwarded queued progress early dialog ok accepted no notification
multiple choices moved permanently temporarily use alternative
bad request unauthorized payment forbidden not found allowed acceptable authentication request gone conditional failed entity
too large long unsupported media scheme resource-priority extension required interval brief location information
provide referrer identity flow token max-breadth exceeded max-breadth anonymity disallowed invalid
loop detected hops address incomplete ambiguous busy here everywhere terminated undecipherable security agreement pending event
server internal error implemented gateway unavailable time-out timeout version length precondition failure decline declined
does exist anywhere unwanted transaction leg expected media scope temporarily unknown proxy-authentication
confirmed early completed trying deny active opened closed open pending auth setup authorized
mtp3 account waiting messages-waiting message-account voice-message fax-message pager-message multimedia-message text-message
none-message
history no-fork no-cancel no-recurse cancel recurse parallel sequential queue no-queue explicit alias oc oc-algo oc-validity oc-seq loss rate
iotl homea-homeb visiteda-homea homea-visiteda visiteda-homeb visitedb-homeb homeb-visitedb ccf-2 ecf-2 i-wlan-node-id dsl-location
utran-sai-3gpp access-network-charging-info include-session-description local-tag remote-tag
call-waiting short short-long recall callback forward transfer unspecified source internal external locale
utf-16 utf-16le utf-16be utf-32 clear prompt
anonymous level verstat tn-validation-passed tn-validation-failed no-tn-validation ppt shaken div rph alg es256 rs256 typ passport iat
cpc oli ordinary payphone operator isub isub-encoding ext postd phone-context rn npdi cic rn-context enumdi tgrp trunk-context
sdp plain mixed related alternative signed multipart message sipfrag html pidf cpim pidf-diff reginfo watcherinfo rlmi resource-lists
rs-metadata simple-message-summary dtmf dtmf-relay isup qsig media_control conference-info dialog-info imdn im-iscomposing
octet-stream pkcs7-mime pkcs7-signature jwt json x-www-form-urlencoded rpid geopriv vnd.3gpp.ussd xcap-el xcap-att
message/cpim vnd.etsi.mcid+xml vnd.etsi.aoc+xml vnd.3gpp.sms vnd.3gpp.ims+xml load-control+xml
audio/video image model signal duration
rtp/avp rtp/avpf rtp/savp rtp/savpf udp/tls/rtp/savp udp/tls/rtp/savpf udptl tcp/msrp tcp/tls/msrp tcp/bfcp tcp/tls/bfcp udp/bfcp
udp/dtls/sctp dtls/sctp webrtc-datachannel t38 bfcp msrp as ct rs rr tias
host srflx prflx relay typ raddr tcptype active passive actpass so generation network-cost
bundle ls fid fec sim send recv local remote e2e mandatory failure cname semantics
";

static KNOWN: LazyLock<HashSet<Vec<u8>, RandomState>> = LazyLock::new(|| {
    let words = WORDS.split_whitespace().map(str::to_owned);
    let names = Name::ALL.iter().map(|name| name.spelling().to_owned());
    let methods = METHODS.into_iter().map(str::to_owned);
    let all = words.chain(names).chain(methods);
    all.map(|word| word.to_ascii_lowercase().into_bytes())
        .collect()
});

/// What the names of features and services begin with (RFC 3840 9, 3GPP TS 24.229 7.9).
const FAMILIES: [&[u8]; 9] = [
    b"+g.3gpp.",
    b"+g.oma.",
    b"+g.gsma.",
    b"+g.",
    b"+sip.",
    b"g.3gpp.",
    b"3gpp-service.ims.",
    b"3gpp-application.ims.",
    b"sip.",
];
/// What they are made of, beside the words above.
const FEATURES: &str = "
accesstype adhoc alerting atcf atf byeless callcomposer capdiscovery chat chatbot conf cpm cs2ps cs-voice deferred dn drvcc dynamic-stn
dynamic extcallcomposer feature-caps feature fd filetransfer ft fthttp ftsms ft-http geopush geosms groupchat gsma home-visited http iari
iari-ref icsi icsi-ref ics iut iut-controller iut-focus large largemode largemsg large-message loopback mcdata mcdata-info mcptt mcptt-info mcvideo mcvideo-info mid-call mid
mmtel mrb msg msgrevoke nw-init-ussi nw oma orig path plugin pnsreg pns post-call pre-alerting presence ps2cs ps2cs-orig-pre-alerting rcs
rcse registration-token registration rendering rsrc-priority sds session sharedmap sharedsketch shared sim sip-im smsip smsip-msisdn-less
sms socialpresence srvcc srvcc-alerting standalone sp state-and-event-info stn systemmsg telephony thig-path ti trf unidirectional ussd
video videocall viwsimple vs xbotmessage xbot
";

static OF_FEATURES: LazyLock<HashSet<&'static [u8], RandomState>> =
    LazyLock::new(|| FEATURES.split_whitespace().map(str::as_bytes).collect());

/// Whether a word is of a protocol.
pub(super) fn has(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    KNOWN.contains(lower.as_slice()) || is_feature(&lower)
}

/// Whether it may be a part of a feature.
pub(super) fn is_part(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    KNOWN.contains(lower.as_slice()) || OF_FEATURES.contains(lower.as_slice()) || is_stem(&lower)
}

/// `3gpp-service`: what families begin with.
fn is_stem(word: &[u8]) -> bool {
    let mut families = FAMILIES.iter();
    families.any(|family| family.split(|byte| *byte == b'.').next() == Some(word))
}

/// All of its parts are words: others may make up features that name somebody. A host may begin as a feature does.
fn is_feature(word: &[u8]) -> bool {
    let family = FAMILIES.iter().find(|family| word.starts_with(family));
    let Some(family) = family else {
        return false;
    };
    let parts = word[family.len()..].split(|byte| *byte == b'.');
    let is_host = *family == b"sip." && parts.clone().count() > 1;
    let is_word = |part: &[u8]| KNOWN.contains(part) || OF_FEATURES.contains(part);
    !is_host && parts.into_iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_words_and_what_only_begins_as_one_is_none() {
        for word in [
            "+g.3gpp.icsi-ref",
            "+g.3gpp.smsip",
            "+sip.instance",
            "sip.audio",
            "3gpp-service.ims.icsi.mmtel",
            "g.3gpp.verstat",
        ] {
            assert!(has(word.as_bytes()), "{word}");
        }
        for word in [
            "sip.acme.example",
            "sip.alice",
            "sip.audio.text",
            "+g.secretwibble",
            "3gpp-service.liddell",
            "3gpp-service.ims.liddell",
        ] {
            assert!(!has(word.as_bytes()), "{word}");
        }
    }
}
