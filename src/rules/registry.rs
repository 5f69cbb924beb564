//! All rules, family by family. A new rule is one file and one line here.

use super::rule::Rule;
use super::{
    dialog, document, event, ims, max_forwards, registration, routing, session, syntax,
    transaction, via,
};

/// All rules, by code.
pub static RULES: &[Rule] = &[
    dialog::tag_missing_in_from::RULE,
    dialog::tag_missing_in_answer::RULE,
    dialog::answer_differs::RULE,
    dialog::changed_by_proxy::RULE,
    dialog::cseq_not_rising::RULE,
    dialog::session_id_changed::RULE,
    dialog::tag_missing_inside::RULE,
    dialog::route_set_not_used::RULE,
    dialog::not_sent_to_target::RULE,
    dialog::tag_changed::RULE,
    dialog::unknown_to_peer::RULE,
    dialog::request_after_bye::RULE,
    dialog::number_not_raised::RULE,
    dialog::invite_while_pending::RULE,
    dialog::numbers_left_out::RULE,
    dialog::ack_of_other_number::RULE,
    dialog::accepted_without_ack::RULE,
    dialog::session_id_not_taken_over::RULE,
    dialog::lower_number_accepted::RULE,
    document::title_of_other_message::RULE,
    document::step_number_out_of_order::RULE,
    document::other_ends_named::RULE,
    document::method_misspelled::RULE,
    document::reference_to_other_message::RULE,
    document::other_figure_named::RULE,
    document::caption_of_other_step::RULE,
    event::event_missing::RULE,
    event::state_missing::RULE,
    event::expires_longer_than_asked::RULE,
    event::tag_missing_in_publication::RULE,
    event::min_expires_missing::RULE,
    event::allow_events_missing::RULE,
    event::subscription_lengthened::RULE,
    event::old_tag_named::RULE,
    event::notify_missing::RULE,
    event::unsubscribed_not_terminated::RULE,
    event::told_after_end::RULE,
    event::told_after_481::RULE,
    event::type_not_accepted::RULE,
    event::other_event_told::RULE,
    event::publication_empty::RULE,
    event::unknown_tag_named_again::RULE,
    event::reason_missing::RULE,
    event::version_not_counted::RULE,
    event::first_document_partial::RULE,
    event::list_part_missing::RULE,
    event::eventlist_not_required::RULE,
    event::retry_after_without_use::RULE,
    event::contact_contradicts_itself::RULE,
    event::registration_id_repeated::RULE,
    event::publication_recorded::RULE,
    event::registration_id_changed::RULE,
    event::expires_missing::RULE,
    ims::too_many_identities::RULE,
    ims::icid_changed::RULE,
    ims::security_passed_on::RULE,
    ims::keys_sent_to_terminal::RULE,
    ims::charging_sent_to_terminal::RULE,
    ims::preferred_identity_passed_on::RULE,
    ims::asserted_identity_missing::RULE,
    ims::asserted_identity_of_terminal::RULE,
    ims::charging_vector_missing::RULE,
    ims::charging_of_terminal_kept::RULE,
    ims::path_not_added::RULE,
    ims::visited_network_missing::RULE,
    ims::integrity_not_marked::RULE,
    ims::service_route_missing::RULE,
    ims::associated_uri_missing::RULE,
    ims::called_party_missing::RULE,
    ims::recorded_by_icscf::RULE,
    ims::identity_against_privacy::RULE,
    ims::access_network_sent_out::RULE,
    ims::served_user_sent_out::RULE,
    ims::preferred_service_passed_on::RULE,
    ims::name_against_privacy::RULE,
    ims::term_ioi_in_request::RULE,
    ims::access_network_missing::RULE,
    ims::charging_addresses_sent_out::RULE,
    max_forwards::missing::RULE,
    max_forwards::not_a_hop_count::RULE,
    max_forwards::not_decremented::RULE,
    max_forwards::zero_forwarded::RULE,
    max_forwards::unusual_start::RULE,
    max_forwards::not_added::RULE,
    max_forwards::used_up::RULE,
    registration::user_in_request_uri::RULE,
    registration::recorded::RULE,
    registration::path_not_echoed::RULE,
    registration::challenge_missing::RULE,
    registration::security_verify_differs::RULE,
    registration::granted_longer_than_asked::RULE,
    registration::binding_not_listed::RULE,
    registration::binding_without_time::RULE,
    registration::star_with_time::RULE,
    registration::cseq_not_rising::RULE,
    registration::security_server_missing::RULE,
    registration::credentials_of_other_challenge::RULE,
    registration::nonce_count_not_rising::RULE,
    registration::digest_uri_differs::RULE,
    registration::stale_without_credentials::RULE,
    registration::resync_not_challenged::RULE,
    routing::top_route_not_taken::RULE,
    routing::route_of_others_taken::RULE,
    routing::lr_missing::RULE,
    routing::record_route_changed::RULE,
    routing::record_route_not_echoed::RULE,
    routing::contact_missing::RULE,
    routing::several_contacts::RULE,
    routing::not_sent_to_route::RULE,
    routing::target_rewritten::RULE,
    routing::secure_contact_missing::RULE,
    routing::strict_router_next::RULE,
    session::offer_not_answered::RULE,
    session::offer_missing::RULE,
    session::offer_while_open::RULE,
    session::answer_with_other_media::RULE,
    session::media_removed::RULE,
    session::direction_contradicts::RULE,
    session::no_common_codec::RULE,
    session::origin_changed::RULE,
    session::version_not_raised::RULE,
    session::precondition_not_named::RULE,
    session::rings_too_early::RULE,
    session::interval_too_short::RULE,
    session::min_se_missing::RULE,
    session::interval_out_of_bounds::RULE,
    session::refresher_wrong::RULE,
    session::timer_not_required::RULE,
    session::interval_raised::RULE,
    session::prack_missing::RULE,
    session::prack_of_other::RULE,
    session::reliable_out_of_order::RULE,
    session::reliable_not_asked::RULE,
    session::accepted_before_prack::RULE,
    session::update_not_allowed::RULE,
    session::session_not_refreshed::RULE,
    session::session_outlived::RULE,
    session::refresh_failed_not_ended::RULE,
    syntax::header_missing::RULE,
    syntax::header_repeated::RULE,
    syntax::cseq_of_other_method::RULE,
    syntax::start_line_malformed::RULE,
    syntax::line_end_wrong::RULE,
    syntax::header_line_malformed::RULE,
    syntax::brackets_missing::RULE,
    syntax::length_differs::RULE,
    syntax::type_missing::RULE,
    syntax::value_malformed::RULE,
    syntax::body_malformed::RULE,
    syntax::length_missing::RULE,
    syntax::header_folded::RULE,
    syntax::option_unknown::RULE,
    syntax::request_field_in_answer::RULE,
    transaction::ack_differs::RULE,
    transaction::ack_missing::RULE,
    transaction::cancel_differs::RULE,
    transaction::late_provisional::RULE,
    transaction::no_final_answer::RULE,
    transaction::sent_again_on_stream::RULE,
    transaction::unsupported_missing::RULE,
    transaction::second_final_answer::RULE,
    transaction::sent_again_too_early::RULE,
    transaction::sent_again_too_often::RULE,
    transaction::answered_too_late::RULE,
    transaction::trying_missing::RULE,
    transaction::provisional_to_non_invite::RULE,
    transaction::timeout_answered::RULE,
    transaction::trying_passed_on::RULE,
    transaction::ack_answered::RULE,
    transaction::cancel_too_early::RULE,
    transaction::cancelled_but_not_ended::RULE,
    transaction::ack_in_old_transaction::RULE,
    transaction::accepted_after_cancel::RULE,
    transaction::cancel_of_other_method::RULE,
    transaction::merged_request_accepted::RULE,
    via::branch_without_cookie::RULE,
    via::list_rewritten::RULE,
    via::answer_not_popped::RULE,
    via::answer_with_other_list::RULE,
    via::other_transport::RULE,
    via::received_missing::RULE,
    via::not_answered_to_sender::RULE,
    via::rport_not_filled::RULE,
    via::received_missing_in_answer::RULE,
    via::answer_sent_elsewhere::RULE,
    via::request_in_circles::RULE,
    via::branch_used_twice::RULE,
    via::own_via_left::RULE,
];

/// The rule with this code or name.
pub fn rule(text: &str) -> Option<&'static Rule> {
    let mut rules = RULES.iter();
    rules.find(|rule| rule.code.eq_ignore_ascii_case(text) || rule.name == text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_follow_their_family() {
        let mut seen = BTreeSet::new();
        let mut prefixes = BTreeSet::new();
        for rule in RULES {
            assert!(
                seen.insert(rule.code) && seen.insert(rule.name),
                "{}",
                rule.code
            );
            let prefix = rule
                .code
                .trim_end_matches(|last: char| last.is_ascii_digit());
            prefixes.insert((rule.family, prefix));
        }
        let families: BTreeSet<_> = RULES.iter().map(|rule| rule.family).collect();
        assert_eq!(prefixes.len(), families.len(), "one prefix a family");
    }

    /// Settings and baselines of users have codes and names: one that was given is never given to another rule, nor taken away from its
    /// own. The list only grows, and keeps rules that are gone.
    #[test]
    fn codes_and_names_mean_what_they_always_meant() {
        let given = include_str!("given.txt").lines();
        let given: Vec<_> = given.filter_map(|line| line.split_once(' ')).collect();
        let codes: BTreeSet<_> = given.iter().map(|(code, _)| code).collect();
        let names: BTreeSet<_> = given.iter().map(|(_, name)| name).collect();
        assert_eq!((codes.len(), names.len()), (given.len(), given.len()));
        for rule in RULES {
            let own = (rule.code, rule.name);
            assert!(given.contains(&own), "{own:?} is not in given.txt");
        }
    }

    #[test]
    fn every_rule_is_documented_and_cites_where_it_is_written() {
        for rule in RULES {
            let texts = [rule.flags, rule.matters, rule.cause];
            let sentences = texts.iter().chain(rule.silenced);
            for text in sentences {
                assert!(text.ends_with('.'), "{}: {text}", rule.code);
            }
            assert!(!rule.citations.is_empty(), "{}", rule.code);
        }
    }
}
