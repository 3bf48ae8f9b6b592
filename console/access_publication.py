"""Who may use the routes of the publication of grave breaches (R29): lines of `console.access`."""

from __future__ import annotations

from console.permission import DESK, HEAD, INSPECTOR, READER, Rule, cases

PUBLISHING: dict[str, Rule] = {
    "publications_page": cases(DESK, INSPECTOR, HEAD, READER),
    "propose_publication": cases(INSPECTOR, HEAD),
    "decide_publication": cases(HEAD),
    "publish_breach": cases(INSPECTOR, HEAD),
    "record_publication_objection": cases(INSPECTOR, HEAD),
    "answer_publication": cases(HEAD),
    "correct_publication": cases(HEAD),
    "withdraw_publication": cases(HEAD),
}
"""Proposed and recorded by the officers of the case, decided by a head."""
