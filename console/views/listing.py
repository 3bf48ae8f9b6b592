"""Which list an officer is working through: kept for the day in this browser, so that ‹ and › stay within it.

What is kept is the card and what narrows it; nothing of a case, and nothing personal. It is not kept overnight.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import Response
from sqlalchemy.orm import Session

from console.access import may
from console.guard import Visit
from console.views.shared import horizon
from warehouse.queries.cards import TABS
from warehouse.queries.narrowed import Narrowed
from warehouse.queries.queue_order import numbers_in_order

LIST_COOKIE = "arrears_list"
_A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Listing:
    """One number card and what narrows it."""

    tab: str
    only: Narrowed

    @property
    def address(self) -> str:
        """Where this list is."""
        return address(self.tab, self.only)


def address(tab: str, only: Narrowed) -> str:
    """The address of a list. One that nothing narrows says so, or what was kept would come back."""
    pairs = ([("tab", tab)] if tab != "to_dispatch" else []) + (only.pairs() or [("all", "yes")])
    return "/queue?" + urlencode(pairs)


def asked(visit: Visit) -> Listing | None:
    """The list that an address asks for; where it says nothing of narrowing, what was kept today of the same card."""
    query = visit.request.query_params
    tab = query.get("tab", "to_dispatch")
    if tab not in TABS:
        return None
    only = Narrowed.read(query, query.getlist("tick"))
    kept = last(visit)
    if not only and "all" not in query and kept is not None and kept.tab == tab:
        return kept
    return Listing(tab, only)


def last(visit: Visit) -> Listing | None:
    """The list this browser showed last, today."""
    pairs = parse_qsl(visit.request.cookies.get(LIST_COOKIE, "")[:400])
    said = dict(pairs)
    if said.get("day") != visit.today.isoformat() or said.get("tab") not in TABS:
        return None
    return Listing(said["tab"], Narrowed.read(said, [value for name, value in pairs if name == "tick"]))


def keep(answer: Response, visit: Visit, listing: Listing) -> Response:
    """Keep which list is shown, for today."""
    pairs = [("day", visit.today.isoformat()), ("tab", listing.tab), *listing.only.pairs()]
    secure = visit.settings.secure_cookies
    answer.set_cookie(
        LIST_COOKIE, urlencode(pairs), max_age=_A_DAY, httponly=True, samesite="lax", secure=secure, path="/"
    )
    return answer


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands in the list shown last."""

    before: str | None
    after: str | None
    place: int
    total: int
    back: str


def place_in_list(session: Session, visit: Visit, matter_no: str) -> Place | None:
    """The case before and the one after in the list shown last. None where the case is not in it, or no list is."""
    listing = last(visit)
    if listing is None or not may(visit.actor, "queue_page"):
        return None
    only = listing.only.condition() if listing.only else None
    numbers = numbers_in_order(session, visit.actor, horizon(session, visit), tab=listing.tab, only=only)
    if matter_no not in numbers:
        return None
    at = numbers.index(matter_no)
    before = numbers[at - 1] if at else None
    after = numbers[at + 1] if at + 1 < len(numbers) else None
    return Place(before, after, at + 1, len(numbers), listing.address)
