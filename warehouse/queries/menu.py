"""The numbers beside the menu's entries: every page asks for them, so all of them are one statement.

What is kept from one request to the next is the statement, not what it gave: to put it together costs more than to ask
it, while a number that was kept would be wrong as soon as anybody else did something.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.people import Actor
from warehouse.models import CaseRow, LandedRow
from warehouse.queries.callbacks import counting_calls
from warehouse.queries.mine import counting_to_approve, counting_to_sign
from warehouse.queries.notices import counting_unread
from warehouse.queries.receipt_days import counting_stuck
from warehouse.queries.review import counting_doubts
from warehouse.queries.reviews import counting_reviews, least_fine
from warehouse.queries.sight import OFFICERS, seen_by
from warehouse.queries.waited_for import count_led_on, counting_led_on, counting_referrals, counting_supervisions
from warehouse.queries.warning_sight import counting_red
from warehouse.store.callbacks import most_tries


def menu_counts(
    session: Session, actor: Actor, shown: frozenset[str], *, today: date, late_since: datetime
) -> dict[str, int]:
    """The counts named in `shown` for this person, as of this moment.

    Names: queue, mine, review, quarantine, stuck, notices, callbacks, waiting, reviews, warnings. An answer is stuck
    that was due before `late_since`. What waits includes the outcomes to review, as its page does.
    """
    if not shown:
        return {}
    question = _question(actor, shown, most_tries(session), least_fine(session))
    found = session.execute(question, {"today": today, "late_since": late_since}).one()._mapping
    counts = {name: int(sum(found[part] or 0 for part in parts)) for name, parts in _PARTS.items() if name in shown}
    if found.get("led_on"):
        counts["waiting"] += count_led_on(session, actor)
    return counts


_PARTS = {
    "queue": ("queue",),
    "mine": ("to_sign", "to_approve"),
    "review": ("doubts",),
    "quarantine": ("quarantine",),
    "stuck": ("stuck",),
    "notices": ("notices",),
    "callbacks": ("callbacks",),
    "waiting": ("referrals", "supervisions", "reviews"),
    "reviews": ("reviews",),
    "warnings": ("warnings",),
}
"""What each count is the sum of."""


@lru_cache(maxsize=OFFICERS)
def _question(actor: Actor, shown: frozenset[str], tries: int, least: int) -> Select[Any]:
    """All parts of these counts in one statement. It changes with the person's rights, which are part of `actor`."""
    counted = select(func.count())
    parts: dict[str, Select[tuple[int]]] = {
        "queue": counted.select_from(CaseRow).where(seen_by(actor), CaseRow.status == "to_dispatch"),
        "to_sign": counting_to_sign(actor),
        "to_approve": counting_to_approve(actor),
        "doubts": counting_doubts(actor),
        "quarantine": counted.select_from(LandedRow).where(LandedRow.state == "quarantined"),
        "stuck": counting_stuck(),
        "notices": counting_unread(actor.id),
        "callbacks": counting_calls(actor, most=tries),
        "referrals": counting_referrals(actor),
        "supervisions": counting_supervisions(actor),
        "led_on": counting_led_on(),
        "reviews": counting_reviews(actor, least=least),
        "warnings": counting_red(actor),
    }
    wanted = {part for name in shown for part in _PARTS[name]} | ({"led_on"} if "waiting" in shown else set())
    return select(*(part.scalar_subquery().label(name) for name, part in parts.items() if name in wanted))
