"""What stands in clear: every column long enough for a sentence is encrypted, or is listed here with the reason."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String

from warehouse.models import Base, Encrypted, EncryptedJson

SHORT = 64  # ids, digests, codes: too short for a sentence, and written by us

FIRM = "the name of a firm, a site or a project: facts about organisations, which search needs"
OURS = "written by the program: ids, codes, counts, moments, states"
LAW = "law and article, from our own tables or the office's settings"
WORDS = "our own sentence about an error; never quotes what came"
SOURCE = "the channel's own number or position, which is compared and sorted"

PLAIN = {
    "account.name": "an officer's name is on every paper",
    "account.password_hash": "argon2id",
    "act_key.effect_key": OURS,
    "assignment.why": OURS,
    "audit.details": "ids, counts and codes",
    "back_test.alarms": "codes, days, and an employer by its id, else as the feed names the firm",
    "bulletin.content": "counts, codes, ids, names of sites and firms as FIRM; nobody's name: casework.bulletins",
    "calendar_day.name": "the name of a public holiday",
    "cases.employer_name": FIRM,
    "cases.site_name": FIRM,
    "cases.suggested_why": OURS,
    "channel.cursor": SOURCE,
    "channel.error_words": WORDS,
    "clock.source": LAW,
    "complaint.source_key": SOURCE,
    "complaint_version.employer_name": FIRM,
    "complaint_version.remarks": OURS,
    "complaint_version.site_name": FIRM,
    "crime_transfer.officer_ids": OURS,
    "dispatch_batch.effect_key": OURS,
    "dispatch_batch.results": OURS,
    "document.document_no": OURS,
    "education.officer_ids": OURS,
    "employer.name": FIRM,
    "employer.name_key": FIRM,
    "employer_alias.name": FIRM,
    "employer_event.state_before": "ids, a credit code, a spelling of a firm: what the inverse of a step needs",
    "figures_taken.cells": "codes and counts of a report",
    "figures_taken.territories": OURS,
    "holiday_notice.papers": LAW,
    "holiday_notice.source": LAW,
    "inquiry_answer.handed_in": OURS,
    "follow_up.officer_ids": OURS,
    "feed_version.said": "ids, names of firms, days, counts, fen, and the head of a blind index a worker",
    "judgement.conflicts": OURS,
    "landed.position": SOURCE,
    "landed.reason_field": OURS,
    "landed.reason_words": WORDS,
    "landed.source_key": SOURCE,
    "lease.name": OURS,
    "ledger_line.said": OURS,
    "ledger_worker.remarks": OURS,
    "link_run.breaker": OURS,
    "link_run.counts": OURS,
    "message.effect_key": OURS,
    "message.error_words": WORDS,
    "message.external_ref": "the gateway's own number of a message",
    "message_item.fact": OURS,
    "message_wording.body": "words of the office with placeholders; numbers of persons and addresses are refused",
    "linkage_event.complaint_ids": OURS,
    "linkage_event.judgement_ids": OURS,
    "linkage_event.state_before": OURS,
    "linkage_refusal.reason": OURS,
    "month_cell.member": OURS,
    "month.along": "counts and sums beside those of a month",
    "month.times": "counts and seconds of a report",
    "outcome.basis": LAW,
    "pay_period.employer_name": FIRM,
    "prevention_answer.lacks": OURS,
    "prevention_notice.grounds": "rules, ids, days, counts, fen, and the name of a project",
    "prevention_notice.tags": "hashes",
    "project.general_contractor": FIRM,
    "project.name": FIRM,
    "project.owner_name": FIRM,
    "project_firm.name": FIRM,
    "pull_certificate.cursor_from": SOURCE,
    "pull_certificate.cursor_to": SOURCE,
    "pull_certificate.error_words": WORDS,
    "receipt.external_ref": SOURCE,
    "reply.effect_key": OURS,
    "reply.error_words": WORDS,
    "restatement.member": OURS,
    "rule_version.body": LAW,
    "rule_version.source": LAW,
    "run.error_words": WORDS,
    "serial.series": OURS,
    "setting.name": OURS,
    "setting.source": LAW,
    "setting_change.became": "as setting.value",
    "setting_change.name": OURS,
    "setting_change.source": LAW,
    "setting_change.was": "as setting.value",
    "setting.value": "the office's own figures and letter forms, the same for everybody",
    "site.name": FIRM,
    "site.name_key": FIRM,
    "time_baseline.seconds": "seconds",
    "visit.officer_ids": OURS,
    "warning.facts": OURS,
    "warning.identity_key": OURS,
}


def in_clear(column: Column[object]) -> bool:
    """Whether a column could hold a sentence that anybody with the database can read."""
    kind = column.type
    return isinstance(kind, JSON) or (isinstance(kind, String) and (kind.length is None or kind.length > SHORT))


def test_every_long_text_is_encrypted_or_stands_on_the_list_with_its_reason() -> None:
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    found = {str(column) for column in columns if in_clear(column)}
    assert sorted(found - set(PLAIN)) == [], "encrypt it, or say here why it may stand in clear"
    assert sorted(set(PLAIN) - found) == [], "no longer in clear: take it off the list"


def test_every_encrypted_column_is_closed_under_its_own_name() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Encrypted | EncryptedJson):
                assert column.type.where == str(column)
