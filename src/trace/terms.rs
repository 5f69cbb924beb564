//! What a REGISTER or its answer says in detail, read from its bytes: contacts with their parameters, routes, identities,
//! challenges and credentials, security mechanisms.

use crate::sip::{Address, Auth, Message, Name, Text};

/// What one message says; lists are empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Contacts with what belongs to each.
    pub contacts: Vec<Contact>,
    /// Whether Contact is `*`: all of them (RFC 3261 10.2.2).
    pub all_contacts: bool,
    /// Seconds for contacts that have no number of their own.
    pub expires: Option<u32>,
    /// The least time that the registrar grants (423).
    pub min_expires: Option<u32>,
    /// The proxies between the registrar and the client (RFC 3327).
    pub path: Vec<String>,
    /// The proxies that requests of the client have to take (RFC 3608).
    pub service_route: Vec<String>,
    /// Identities that are registered along (RFC 7315 4.1).
    pub associated: Vec<String>,
    /// Challenges of an answer, credentials of a request.
    pub auths: Vec<AuthTerms>,
    /// Security-Client, Security-Server and Security-Verify (RFC 3329), name and value.
    pub security: Vec<(&'static str, String)>,
}

/// A contact.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Its URI.
    pub uri: String,
    /// Seconds that are asked for or granted.
    pub expires: Option<u32>,
    /// Its preference.
    pub q: Option<String>,
    /// `+sip.instance`: which device it is (RFC 5626 4.1).
    pub instance: Option<String>,
    /// `reg-id`: which of the flows of the device (RFC 5626 4.2).
    pub reg_id: Option<String>,
    /// The lasting GRUU that an answer gives (RFC 5627 4.2).
    pub pub_gruu: Option<String>,
    /// The temporary one.
    pub temp_gruu: Option<String>,
}

/// A challenge or credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthTerms {
    /// The field, such as `Authorization`.
    pub field: &'static str,
    /// `Digest` or another.
    pub scheme: String,
    /// Where the credentials are good for.
    pub realm: Option<String>,
    /// `MD5`, `AKAv1-MD5` and others.
    pub algorithm: Option<String>,
    /// Of the server; a first REGISTER of IMS leaves it empty (TS 24.229 5.1.1.2.2).
    pub nonce: Option<String>,
    /// Whether the nonce is a challenge of AKA (RFC 3310 3.2).
    pub aka: bool,
    /// Whether it has a response that is not empty.
    pub has_response: bool,
}

impl Terms {
    /// Reads a message.
    pub fn of(message: &Message<'_>) -> Self {
        let texts = |name| message.values(name).map(owned).collect();
        let number = |name| message.number(name).and_then(|number| number.value);
        let auths = [
            Name::WwwAuthenticate,
            Name::ProxyAuthenticate,
            Name::Authorization,
            Name::ProxyAuthorization,
        ];
        let of_field = |name: Name| {
            let all = message.auths(name);
            all.map(move |auth| AuthTerms::of(name, &auth))
        };
        let security = [
            Name::SecurityClient,
            Name::SecurityServer,
            Name::SecurityVerify,
        ];
        let mechanisms = |name: Name| {
            let all = message.values(name);
            all.map(move |value| (name.spelling(), owned(value)))
        };
        Self {
            contacts: message
                .addresses(Name::Contact)
                .map(|contact| Contact::of(&contact))
                .collect(),
            all_contacts: message.contact_is_star(),
            expires: number(Name::Expires),
            min_expires: number(Name::MinExpires),
            path: texts(Name::Path),
            service_route: texts(Name::ServiceRoute),
            associated: texts(Name::PAssociatedUri),
            auths: auths.into_iter().flat_map(of_field).collect(),
            security: security.into_iter().flat_map(mechanisms).collect(),
        }
    }

    /// The credentials in this request that answer a challenge in that answer: same realm, same nonce.
    pub fn answer_to(&self, challenges: &Self) -> Option<&AuthTerms> {
        self.auths.iter().find(|own| {
            let mut all = challenges.auths.iter();
            let same = |challenge: &AuthTerms| {
                (&challenge.realm, &challenge.nonce) == (&own.realm, &own.nonce)
            };
            own.has_response && own.nonce.is_some() && all.any(same)
        })
    }
}

impl Contact {
    fn of(contact: &Address<'_>) -> Self {
        let param = |name| contact.params.value(name).map(owned);
        let expires = contact.params.value("expires").and_then(Text::number);
        Self {
            uri: owned(contact.uri_text()),
            expires: expires.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
            q: param("q"),
            instance: param("+sip.instance"),
            reg_id: param("reg-id"),
            pub_gruu: param("pub-gruu"),
            temp_gruu: param("temp-gruu"),
        }
    }

    /// The flow of a device that it is (RFC 5626 6).
    pub(super) fn flow(&self) -> Option<String> {
        let (instance, flow) = (self.instance.as_ref()?, self.reg_id.as_ref()?);
        Some(format!("{flow} {instance}"))
    }
}

impl AuthTerms {
    fn of(field: Name, auth: &Auth<'_>) -> Self {
        let param = |name| auth.params.value(name).map(owned);
        let response = auth.params.value("response");
        Self {
            field: field.spelling(),
            scheme: owned(auth.scheme),
            realm: param("realm"),
            algorithm: param("algorithm"),
            nonce: param("nonce"),
            aka: auth.aka().is_some(),
            has_response: response.is_some_and(|response| !response.is_empty()),
        }
    }
}

fn owned(text: Text<'_>) -> String {
    text.lossy().into_owned()
}
