"""Rows of the queue as HTML. A row that shows what it showed a moment ago is not written again.

What is kept is kept under everything that it was made of: the case as the page would show it, the reader's language
and rights, the inspectors to choose from, the day. Whatever of it changes makes another row; none can be out of date.
Of the one who looks nothing is in it: the keys of the forms are set into their places in every answer anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from secrets import token_hex

from jinja2 import Template
from markupsafe import Markup

from console.access import may
from console.guard import Visit
from console.once import form_keys
from console.render import environment
from warehouse.queries.officers import Officer
from warehouse.queries.queue import QueueCase

KEPT = 1_024
"""So many rows are kept, those shown last: two of the longest lists, of some kilobytes a row."""
_ASKED = ("merge_preview", "judge_pair", "pick_employer", "dispatch_case")
"""The routes whose buttons a row may have."""
_TOKEN, _KEY = token_hex(16), token_hex(16)
"""Where a form's token and its key come to stand. Nobody outside this process knows these, so no text can hold them."""


@dataclass(frozen=True, slots=True)
class _Alike:
    """What the rows of one page have in common."""

    language: str
    today: date
    rights: tuple[bool, ...]
    officers: tuple[Officer, ...]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What the page knows of a row beside the case: whether it is looked at, the next one, the pair it waits for."""

    looked_at: bool
    next_no: str
    doubt: tuple[str, str] | None
    twin: tuple[str, str | None] | None


class _Sheet:
    """One `_Alike`, compared as itself: the many rows under it are found without comparing every inspector."""

    def __init__(self, alike: _Alike, template: Template) -> None:
        self.alike, self.template = alike, template
        env = environment(alike.language)
        option = getattr(env.get_template("bits.html").make_module({"today": alike.today}), "inspector")  # noqa: B009
        self.offers = tuple((option(one, False), option(one, True)) for one in alike.officers)
        self.place_of = {one.id: place for place, one in enumerate(alike.officers)}

    def options(self, chosen: str | None) -> Markup:
        """The inspectors to choose from, this one chosen."""
        return Markup("").join(of[chosen == one.id] for one, of in zip(self.alike.officers, self.offers, strict=True))


_sheet = lru_cache(maxsize=256)(_Sheet)


@lru_cache(maxsize=KEPT)
def _written(sheet: _Sheet, case: QueueCase, beside: _Beside) -> str:
    alike = sheet.alike
    admitted = dict(zip(_ASKED, alike.rights, strict=True))
    return sheet.template.render(
        case=case,
        at=beside.looked_at,
        next_no=beside.next_no,
        pair=beside.doubt,
        twin=beside.twin,
        officers=alike.officers,
        options=sheet.options,
        place_of=sheet.place_of,
        today=alike.today,
        may=admitted.__getitem__,
        csrf=_TOKEN,
        new_key=lambda: _KEY,
    )


def rows(
    visit: Visit,
    cases: Sequence[QueueCase],
    officers: Sequence[Officer],
    *,
    at: str | None,
    doubts: Mapping[str, tuple[str, str]],
    twins: Mapping[str, tuple[str, str | None]],
) -> Callable[[int, int], Markup]:
    """The rows of a list, from one place to another, in its order; `at` is the number of the case that is looked at."""
    actor = visit.who.actor if visit.who else None
    rights = tuple(may(actor, route) for route in _ASKED)
    template = environment(visit.words.language).get_template("row.html")
    sheet = _sheet(_Alike(visit.words.language, visit.today, rights, tuple(officers)), template)
    new_key = form_keys()

    def written(start: int, end: int) -> Markup:
        html = "".join(
            _written(
                sheet,
                cases[place],
                _Beside(
                    cases[place].matter_no == at,
                    cases[place + 1].matter_no if place + 1 < len(cases) else "",
                    doubts.get(cases[place].id),
                    twins.get(cases[place].id),
                ),
            )
            for place in range(start, end)
        )
        first, *further = html.replace(_TOKEN, visit.csrf).split(_KEY)
        return Markup(first + "".join(new_key() + part for part in further))  # noqa: S704 - templates escaped it

    return written
