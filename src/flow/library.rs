//! The templates that are part of the program: one file in `templates/` and one line here for each.

use super::read::read_template;
use super::template::Template;

/// The files.
const TEMPLATES: &[&str] = &[
    include_str!("../../templates/rfc3665-registration.toml"),
    include_str!("../../templates/rfc3665-contact-list.toml"),
    include_str!("../../templates/rfc3665-cancellation.toml"),
    include_str!("../../templates/rfc3665-session.toml"),
    include_str!("../../templates/rfc3665-two-proxies.toml"),
    include_str!("../../templates/forking.toml"),
    include_str!("../../templates/refer.toml"),
    include_str!("../../templates/message-waiting.toml"),
    include_str!("../../templates/ims-registration.toml"),
    include_str!("../../templates/ims-reregistration.toml"),
    include_str!("../../templates/ims-deregistration.toml"),
    include_str!("../../templates/ims-deregistration-by-network.toml"),
    include_str!("../../templates/ims-session-preconditions.toml"),
    include_str!("../../templates/ims-session-release.toml"),
    include_str!("../../templates/ims-presence-subscribe.toml"),
    include_str!("../../templates/ims-presence-notify.toml"),
    include_str!("../../templates/presence-publish.toml"),
    include_str!("../../templates/presence-publish-refresh.toml"),
    include_str!("../../templates/presence-expiry.toml"),
    include_str!("../../templates/presence-fetch.toml"),
    include_str!("../../templates/presence-publish-refused.toml"),
    include_str!("../../templates/presence-polite-blocking.toml"),
    include_str!("../../templates/presence-reactive-authorization.toml"),
    include_str!("../../templates/presence-six-messages.toml"),
    include_str!("../../templates/presence-outgoing-subscribe.toml"),
    include_str!("../../templates/presence-incoming-subscribe.toml"),
    include_str!("../../templates/presence-incoming-notify.toml"),
    include_str!("../../templates/presence-update-edge-server.toml"),
    include_str!("../../templates/presence-update-presence-server.toml"),
    include_str!("../../templates/poc-registration.toml"),
];

/// The template with this identifier.
pub fn template(id: &str) -> Option<Template> {
    let mut all = templates().into_iter();
    all.find(|template| template.id == id)
}

/// All of them, in the order of the list.
pub fn templates() -> Vec<Template> {
    let read = |text: &&str| read_template(text).expect("the test below reads each of them");
    TEMPLATES.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_template() {
        for text in TEMPLATES {
            let read = read_template(text);
            assert!(read.is_ok(), "{}\n{text}", read.unwrap_err());
        }
    }
}
