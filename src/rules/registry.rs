//! All rules, family by family. A new rule is one file and one line here.

use super::rule::Rule;
use super::{dialog, event, ims, max_forwards, registration, routing, syntax, transaction, via};

/// All rules, by code.
pub static RULES: &[Rule] = &[
    dialog::tag_missing_in_from::RULE,
    dialog::tag_missing_in_answer::RULE,
    dialog::answer_differs::RULE,
    dialog::changed_by_proxy::RULE,
    event::event_missing::RULE,
    event::state_missing::RULE,
    event::expires_longer_than_asked::RULE,
    event::tag_missing_in_publication::RULE,
    event::min_expires_missing::RULE,
    event::allow_events_missing::RULE,
    ims::too_many_identities::RULE,
    ims::icid_changed::RULE,
    ims::security_passed_on::RULE,
    ims::keys_sent_to_terminal::RULE,
    ims::charging_sent_to_terminal::RULE,
    max_forwards::missing::RULE,
    max_forwards::not_a_hop_count::RULE,
    max_forwards::not_decremented::RULE,
    max_forwards::zero_forwarded::RULE,
    registration::user_in_request_uri::RULE,
    registration::recorded::RULE,
    registration::path_not_echoed::RULE,
    registration::challenge_missing::RULE,
    routing::top_route_not_taken::RULE,
    routing::route_of_others_taken::RULE,
    routing::lr_missing::RULE,
    routing::record_route_changed::RULE,
    routing::record_route_not_echoed::RULE,
    routing::contact_missing::RULE,
    routing::several_contacts::RULE,
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
    transaction::ack_differs::RULE,
    transaction::ack_missing::RULE,
    transaction::cancel_differs::RULE,
    transaction::late_provisional::RULE,
    transaction::no_final_answer::RULE,
    transaction::sent_again_on_stream::RULE,
    via::branch_without_cookie::RULE,
    via::list_rewritten::RULE,
    via::answer_not_popped::RULE,
    via::answer_with_other_list::RULE,
    via::other_transport::RULE,
    via::received_missing::RULE,
    via::not_answered_to_sender::RULE,
];

/// The rule with this code or name.
pub fn rule(text: &str) -> Option<&'static Rule> {
    let mut rules = RULES.iter();
    rules.find(|rule| rule.code.eq_ignore_ascii_case(text) || rule.name == text)
}
