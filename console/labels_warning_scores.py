"""What the scores of the rules of early warning say: states, why a rule is silent, what a trial shows."""

from __future__ import annotations

from collections.abc import Mapping

from console.words import N_

RULE_STATES: Mapping[str, str] = {
    "speaks": N_("speaks"),
    "muted": N_("muted"),
    "off": N_("switched off"),
    "law": N_("never mutes: a duty of the law"),
}
WHY: Mapping[str, str] = {
    "floor": N_("muted itself: %(right)s of %(judged)s judged warnings were right, the floor is %(floor)s %%"),
    "recovered": N_("speaks again: %(right)s of %(judged)s alarms in the dark were right"),
    "law": N_("speaks again: the office counts it among the duties of the law"),
    "person": N_("%(name)s: %(reason)s"),
}
BECAME: Mapping[str, str] = {
    "confirmed": N_("confirmed"),
    "corrected": N_("put right"),
    "false_alarm": N_("false alarms"),
    "complaint": N_("a complaint came"),
    "nothing": N_("no complaint came"),
    "open": N_("still open"),
}
EFFECTS: Mapping[str, str] = {
    "warn_raised": N_("warnings would be raised today that are not found now"),
    "warn_cleared": N_("warnings that are found now would be cleared today"),
    "warn_level": N_("warnings would have another level"),
    "test_alarms_now": N_("alarms in the back-test as it is now"),
    "test_judged_now": N_("of them are judged by now"),
    "test_right_now": N_("percent of the judged were right"),
    "test_recall_now": N_("percent of the waves of complaints were foretold"),
    "test_lead_now": N_("days of lead, the median"),
    "test_alarms_then": N_("alarms in the back-test with the other value"),
    "test_judged_then": N_("of them would be judged by now"),
    "test_right_then": N_("percent of the judged would have been right"),
    "test_recall_then": N_("percent of the waves of complaints would have been foretold"),
    "test_lead_then": N_("days of lead with it, the median"),
    "test_looks": N_("past days were looked at, each with what had come by then"),
    "mute_now": N_("rules, each at its level, are muted now"),
    "mute_next": N_("more would be muted by the next nightly step as it is now"),
    "mute_then": N_("more would be muted by the next nightly step with the other value"),
}
ACTS: Mapping[str, str] = {
    "score_rules": N_("Rules of early warning scored"),
    "mute_rule": N_("Rule of early warning muted"),
    "let_rule_speak": N_("Rule of early warning speaks again"),
}
