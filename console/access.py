"""Who may use which route: one table. A route that is not in it is closed to everybody."""

from __future__ import annotations

from dataclasses import dataclass

from casework.people import Actor, Role
from console.reach import Masking, Reach


@dataclass(frozen=True, slots=True)
class Rule:
    """One route's permission. No role named means everybody who satisfies `reach`."""

    reach: Reach
    roles: frozenset[Role] = frozenset()
    masking: Masking = Masking.NONE

    def admits(self, actor: Actor | None) -> bool:
        """Whether this person gets through the door; what they then see is the matter of the query."""
        if self.reach is Reach.OPEN:
            return True
        if actor is None:
            return False
        return not self.roles or bool(self.roles & actor.roles)


DESK, INSPECTOR, HEAD = Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD
BUREAU = Role.BUREAU_HEAD
READER, SYSTEM = Role.READ_ONLY, Role.SYSTEM_ADMIN
SECURITY, AUDITOR = Role.SECURITY_ADMIN, Role.AUDIT_ADMIN


def _open() -> Rule:
    return Rule(Reach.OPEN)


def _own(*roles: Role) -> Rule:
    return Rule(Reach.SELF, frozenset(roles))


def _cases(*roles: Role, masking: Masking = Masking.MASKED) -> Rule:
    return Rule(Reach.CASES, frozenset(roles), masking)


def _office(*roles: Role, masking: Masking = Masking.NONE) -> Rule:
    return Rule(Reach.OFFICE, frozenset(roles), masking)


_READS_CASES = (DESK, HEAD, READER)
_WORKS_CASES = (DESK, INSPECTOR, HEAD)

ACCESS: dict[str, Rule] = {
    # the door
    "health": _open(),
    "robots": _open(),
    "asset": _open(),
    "login_page": _open(),
    "log_in": _open(),
    "log_in_code": _open(),
    "preferences": _open(),
    "home": _own(),
    "log_out": _own(),
    "account_page": _own(),
    "change_password": _own(),
    "offer_code": _own(),
    "turn_on_code": _own(),
    "turn_off_code": _own(),
    "renew_recovery": _own(),
    "read_notices": _own(*_WORKS_CASES),
    # the dashboard, and the lists behind its numbers
    "dashboard_page": _cases(DESK, INSPECTOR, HEAD, READER),
    "cases_page": _cases(DESK, INSPECTOR, HEAD, READER),
    # the queue
    "queue_page": _cases(*_READS_CASES),
    "queue_preview": _cases(*_READS_CASES),
    "dispatch_sheet": _cases(*_READS_CASES),
    "queue_news": _cases(*_READS_CASES),
    "dispatch_list": _cases(DESK, HEAD),
    "dispatch_case": _cases(DESK, HEAD),
    "recall_batch": _cases(DESK, HEAD),
    "recall_sent": _cases(DESK, HEAD),
    "merge_preview": _cases(DESK, HEAD),
    "merge_ticked": _cases(DESK, HEAD),
    "choose_page": _cases(DESK, HEAD),
    "choose_ticked": _cases(DESK, HEAD),
    "name_employer": _cases(DESK, HEAD),
    # duplicates
    "review_page": _cases(DESK, HEAD),
    "judge_pair": _cases(DESK, HEAD),
    "undo_linkage": _cases(DESK, HEAD),
    "take_back_verdict": _cases(DESK, HEAD),
    "sample_page": _cases(DESK, HEAD),
    "judge_sampled": _cases(DESK, HEAD),
    "draw_sample": _cases(DESK, HEAD),
    # one case
    "case_page": _cases(DESK, INSPECTOR, HEAD, READER),
    "case_employer": _cases(DESK, INSPECTOR, HEAD, READER),
    "act_page": _cases(*_WORKS_CASES),
    "drop_draft": _cases(*_WORKS_CASES),
    "split_case": _cases(DESK, HEAD),
    "reveal_field": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    "search": _cases(DESK, INSPECTOR, HEAD, READER),
    "calendar_page": _cases(DESK, INSPECTOR, HEAD, READER, SYSTEM),
    "preview_holidays": _office(SYSTEM),
    "load_holidays": _office(SYSTEM),
    "mine_page": _cases(INSPECTOR, HEAD),
    # employers
    "employers_page": _cases(DESK, INSPECTOR, HEAD, READER),
    "search_employers": _cases(DESK, INSPECTOR, HEAD, READER),
    "employer_page": _cases(DESK, INSPECTOR, HEAD, READER),
    "employer_facts": _cases(DESK, INSPECTOR, HEAD, READER),
    "find_alike": _cases(DESK, HEAD),
    "merge_employers": _cases(DESK, HEAD),
    "undo_employer": _cases(DESK, HEAD),
    "split_alias": _cases(DESK, HEAD),
    "verify_code": _cases(DESK, HEAD),
    "watch_employer": _cases(*_WORKS_CASES),
    "unwatch_employer": _cases(*_WORKS_CASES),
    # warnings; who keeps the machine sees those on channels
    "warnings_page": _cases(DESK, INSPECTOR, HEAD, READER, SYSTEM),
    "warning_page": _cases(DESK, INSPECTOR, HEAD, READER, SYSTEM),
    "settle_warning": _cases(*_WORKS_CASES, SYSTEM),
    "undo_warning": _cases(*_WORKS_CASES, SYSTEM),
    "snooze_warning": _cases(*_WORKS_CASES, SYSTEM),
    "wake_warning": _cases(*_WORKS_CASES, SYSTEM),
    "give_warning": _cases(*_WORKS_CASES, SYSTEM),
    "warning_to_case": _cases(*_WORKS_CASES),
    "propose_visit": _cases(*_WORKS_CASES),
    # acts on one case; the same names stand in console/acts.py
    "recall_case": _cases(DESK, HEAD),
    "reassign": _cases(DESK, HEAD),
    "pick_employer": _cases(DESK, HEAD),
    "merge_into": _cases(DESK, HEAD),
    "sign_for": _cases(INSPECTOR, HEAD),
    "send_back": _cases(INSPECTOR, HEAD),
    "accept_case": _cases(INSPECTOR, HEAD),
    "accept_joined": _cases(INSPECTOR, HEAD),
    "decline_case": _cases(INSPECTOR, HEAD),
    "record_visit": _cases(INSPECTOR, HEAD),
    "add_photos": _cases(INSPECTOR, HEAD),
    "photo_page": _cases(*_WORKS_CASES),
    "photo_small": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    "photo_whole": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    "strike_photo": _cases(INSPECTOR, HEAD),
    "issue_document": _cases(INSPECTOR, HEAD),
    "serve_document": _cases(*_WORKS_CASES),
    "order_correction": _cases(INSPECTOR, HEAD),
    "record_correction": _cases(INSPECTOR, HEAD),
    "record_pledge": _cases(INSPECTOR, HEAD),
    "record_payment": _cases(INSPECTOR, HEAD),
    "verify_amount": _cases(INSPECTOR, HEAD),
    "refer": _cases(INSPECTOR, HEAD),
    "announce_service": _cases(*_WORKS_CASES),
    "issue_service_proof": _cases(*_WORKS_CASES),
    "extend_investigation": _cases(BUREAU),
    "end_investigation": _cases(INSPECTOR, HEAD),
    "issue_inquiry": _cases(INSPECTOR, HEAD),
    "record_inquiry_answer": _cases(INSPECTOR, HEAD),
    "record_interview": _cases(INSPECTOR, HEAD),
    "record_inspection": _cases(INSPECTOR, HEAD),
    "ask_recusal": _cases(*_WORKS_CASES),
    "decide_recusal": _cases(HEAD),
    "record_answer": _cases(*_WORKS_CASES),
    "supervise": _cases(DESK, HEAD),
    "answer_supervision": _cases(INSPECTOR, HEAD),
    "chase": _cases(HEAD),
    "waiting_page": _cases(DESK, INSPECTOR, HEAD, READER),
    "outcome_page": _cases(INSPECTOR, HEAD),
    "submit_outcome": _cases(INSPECTOR, HEAD),
    "decide_outcome": _cases(HEAD),
    "close_case": _cases(HEAD),
    "suspend_clock": _cases(BUREAU),
    "resume_clock": _cases(HEAD),
    # the lives of complaints and cases; console/acts_lives.py
    "ask_supplement": _cases(*_WORKS_CASES),
    "record_supplement": _cases(*_WORKS_CASES),
    "redirect_complaint": _cases(*_WORKS_CASES),
    "answer_complaint": _cases(*_WORKS_CASES),
    "decline_complaint": _cases(*_WORKS_CASES),
    "record_defence": _cases(INSPECTOR, HEAD),
    "record_performance": _cases(INSPECTOR, HEAD),
    "demand_performance": _cases(INSPECTOR, HEAD),
    "record_remedy": _cases(INSPECTOR, HEAD),
    "end_remedy": _cases(INSPECTOR, HEAD),
    "apply_enforcement": _cases(INSPECTOR, HEAD),
    "reopen_case": _cases(HEAD),
    "take_back_decline": _cases(HEAD),
    "take_back_declined": _cases(HEAD),
    "archive_case": _cases(*_WORKS_CASES),
    "callbacks_page": _cases(DESK, HEAD),
    "callback_page": _cases(DESK, HEAD),
    "record_callback": _cases(DESK, HEAD),
    # the ledger of a case
    "ledger_page": _cases(DESK, INSPECTOR, HEAD, READER),
    "reveal_worker": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    "export_ledger": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    "roster_template": _cases(*_WORKS_CASES),
    "take_from_complaints": _cases(INSPECTOR, HEAD),
    "add_roster": _cases(INSPECTOR, HEAD),
    "verify_lines": _cases(INSPECTOR, HEAD),
    "pay_workers": _cases(INSPECTOR, HEAD),
    "strike_worker": _cases(INSPECTOR, HEAD),
    "record_plan": _cases(INSPECTOR, HEAD),
    "record_party": _cases(INSPECTOR, HEAD),
    "name_liable": _cases(INSPECTOR, HEAD),
    # flexible enforcement
    "educate": _cases(INSPECTOR, HEAD),
    "search_offences": _cases(INSPECTOR, HEAD),
    "record_red_flag": _cases(INSPECTOR, HEAD),
    "lift_red_flag": _cases(HEAD),
    "review_outcome": _cases(DESK, HEAD),
    "check_duty": _cases(INSPECTOR, HEAD),
    "record_follow_up": _cases(INSPECTOR, HEAD),
    "decide_revocation": _cases(HEAD),
    # against malicious non-payment
    "tell_party": _cases(INSPECTOR, HEAD),
    "record_objection": _cases(INSPECTOR, HEAD),
    "verify_objection": _cases(INSPECTOR, HEAD),
    "extend_listing": _cases(HEAD),
    "decide_listing": _cases(HEAD),
    "ask_removal": _cases(INSPECTOR, HEAD),
    "decide_removal": _cases(HEAD),
    "take_down": _cases(INSPECTOR, HEAD),
    "report_crime": _cases(INSPECTOR, HEAD),
    "decide_transfer": _cases(HEAD),
    "issue_transfer_letter": _cases(INSPECTOR, HEAD),
    "hand_over": _cases(INSPECTOR, HEAD),
    "take_back": _cases(HEAD),
    "record_police": _cases(INSPECTOR, HEAD),
    "ask_reconsideration": _cases(INSPECTOR, HEAD),
    "hand_materials": _cases(INSPECTOR, HEAD),
    # papers
    "papers_page": _cases(*_WORKS_CASES),
    "weigh_payment": _cases(INSPECTOR, HEAD),
    "paper_page": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    "download_paper": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    "fill_paper": _cases(*_WORKS_CASES, masking=Masking.REVEALED),
    # intake by hand
    "walk_in_page": _cases(*_WORKS_CASES),
    "record_walk_in": _cases(*_WORKS_CASES),
    "walk_in_similar": _cases(*_WORKS_CASES),
    # the rota
    "rota_page": _office(DESK, HEAD),
    "record_absence": _office(DESK, HEAD),
    "end_absence": _office(DESK, HEAD),
    "record_recusal": _office(HEAD),
    "end_recusal": _office(HEAD),
    # the machine room
    "channels_page": _office(SYSTEM, HEAD, DESK),
    "retry_channel": _office(SYSTEM),
    "test_channel": _office(SYSTEM),
    "pause_channel": _office(SYSTEM),
    "resume_channel": _office(SYSTEM),
    "upload_page": _office(SYSTEM),
    "upload_file": _office(SYSTEM),
    "runs_page": _office(SYSTEM, HEAD, DESK),
    "compare_runs": _office(SYSTEM, HEAD, DESK),
    "run_again": _office(SYSTEM),
    "mend_many": _office(SYSTEM, DESK, masking=Masking.MASKED),
    "discard_many": _office(SYSTEM, DESK, masking=Masking.MASKED),
    "refused_file": _office(SYSTEM, masking=Masking.REVEALED),
    "quarantine_page": _office(SYSTEM, DESK, masking=Masking.MASKED),
    "quarantined_page": _office(SYSTEM, DESK, masking=Masking.MASKED),
    "reveal_landed": _office(SYSTEM, DESK, masking=Masking.REVEALED),
    "mend_landed": _office(SYSTEM, DESK, masking=Masking.MASKED),
    "discard_landed": _office(SYSTEM, DESK, masking=Masking.MASKED),
    # accounts, the log, the rules of the office: administration in three hands
    "accounts_page": _office(SYSTEM, SECURITY),
    "account_of_page": _office(SYSTEM, SECURITY),
    "create_account": _office(SECURITY),
    "grant_role": _office(SECURITY),
    "end_grant": _office(SECURITY),
    "block_account": _office(SECURITY),
    "restore_account": _office(SECURITY),
    "reset_password": _office(SECURITY),
    "reset_code": _office(SECURITY),
    "account_away": _office(SECURITY),
    "account_back": _office(SECURITY),
    "audit_page": _office(AUDITOR),
    "search_audit": _office(AUDITOR),
    "download_audit": _office(AUDITOR),
    "verify_audit": _office(AUDITOR),
    "reveal_purpose": _office(AUDITOR, masking=Masking.REVEALED),
    "rules_page": _office(SYSTEM, SECURITY, AUDITOR, HEAD),
    "rule_page": _office(SYSTEM, SECURITY, AUDITOR, HEAD),
    "try_rule": _office(SYSTEM),
    "change_rule": _office(SYSTEM),
    # figures
    "statistics_page": _office(DESK, HEAD, READER),
    "figure_list": _cases(DESK, HEAD, READER),
    "definitions_page": _own(DESK, INSPECTOR, HEAD, READER),
    "export_month": _office(DESK, HEAD),
    "lock_month": _office(HEAD),
    "note_restatement": _office(HEAD),
}


def rule_of(name: str | None) -> Rule | None:
    """The declared permission of a route; None closes it."""
    return ACCESS.get(name or "")


def may(actor: Actor | None, name: str) -> bool:
    """Whether a link or button to this route is worth showing."""
    rule = rule_of(name)
    return rule is not None and rule.admits(actor)
