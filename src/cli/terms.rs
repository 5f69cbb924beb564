//! What a REGISTER or its answer says in detail, as people and programs get it.

use std::io::{Result, Write};

use serde::Serialize;
use sipscope::trace::{AuthTerms, Contact, Terms};

use super::attempt::note;
use super::escape;

/// What one message says; what it does not say is left out.
#[derive(Serialize)]
pub(super) struct TermsRow {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<ContactRow>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    all_contacts: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_expires: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    path: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) service_route: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) associated: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    auths: Vec<AuthRow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    security: Vec<SecurityRow>,
}

/// A contact; what it does not have is left out.
#[derive(Serialize)]
pub(super) struct ContactRow {
    pub(super) uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reg_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub_gruu: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temp_gruu: Option<String>,
}

#[derive(Serialize)]
struct AuthRow {
    field: &'static str,
    scheme: String,
    realm: Option<String>,
    algorithm: Option<String>,
    nonce: Option<String>,
    aka: bool,
    has_response: bool,
}

#[derive(Serialize)]
struct SecurityRow {
    field: &'static str,
    value: String,
}

impl TermsRow {
    pub(super) fn of(terms: &Terms) -> Self {
        let security = terms.security.iter().map(|(field, value)| SecurityRow {
            field,
            value: value.clone(),
        });
        Self {
            contacts: terms.contacts.iter().map(ContactRow::of).collect(),
            all_contacts: terms.all_contacts,
            expires: terms.expires,
            min_expires: terms.min_expires,
            path: terms.path.clone(),
            service_route: terms.service_route.clone(),
            associated: terms.associated.clone(),
            auths: terms.auths.iter().map(AuthRow::of).collect(),
            security: security.collect(),
        }
    }

    /// What a refusal wants: credentials, more time, an agreement on security.
    pub(super) fn print_wanted(&self, out: &mut impl Write) -> Result<()> {
        for auth in &self.auths {
            let optional = [&auth.algorithm, &auth.realm];
            let mut parts = vec![auth.scheme.as_str()];
            parts.extend(optional.into_iter().flatten().map(String::as_str));
            let parts = parts.into_iter().map(escape::text).collect::<Vec<_>>();
            let aka = if auth.aka { ", nonce of AKA" } else { "" };
            note(out, &format!("wants {}{aka}", parts.join(" ")))?;
        }
        if let Some(least) = self.min_expires {
            note(out, &format!("wants at least {least} s"))?;
        }
        for security in &self.security {
            let value = escape::text(&security.value);
            note(out, &format!("{}:", security.field))?;
            note(out, &format!("  {value}"))?;
        }
        Ok(())
    }
}

impl ContactRow {
    pub(super) fn of(contact: &Contact) -> Self {
        let contact = contact.clone();
        Self {
            uri: contact.uri,
            expires: contact.expires,
            q: contact.q,
            instance: contact.instance,
            reg_id: contact.reg_id,
            pub_gruu: contact.pub_gruu,
            temp_gruu: contact.temp_gruu,
        }
    }

    pub(super) fn print_params(&self, out: &mut impl Write) -> Result<()> {
        let params = [
            ("q", &self.q),
            ("instance", &self.instance),
            ("reg-id", &self.reg_id),
            ("pub-gruu", &self.pub_gruu),
            ("temp-gruu", &self.temp_gruu),
        ];
        for (name, value) in params {
            if let Some(value) = value {
                writeln!(out, "      {name:<9}  {}", escape::text(value))?;
            }
        }
        Ok(())
    }
}

impl AuthRow {
    fn of(auth: &AuthTerms) -> Self {
        let auth = auth.clone();
        Self {
            field: auth.field,
            scheme: auth.scheme,
            realm: auth.realm,
            algorithm: auth.algorithm,
            nonce: auth.nonce,
            aka: auth.aka,
            has_response: auth.has_response,
        }
    }
}
