"""Pages from templates, in the reader's language. Everything told by people is escaped; nothing is marked safe."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from casework.articles import in_full
from casework.calendar import SHANGHAI
from casework.inquiry import ITEMS
from console import (
    labels,
    labels_clocks,
    labels_employers,
    labels_investigation,
    labels_ledger,
    labels_lives,
    labels_machine,
    labels_office,
    labels_pay,
    labels_publication,
    labels_rests,
    labels_sparing,
)
from console.access import may
from console.guard import FORM_COOKIE, Visit, form_token
from console.messages import messages
from console.once import form_keys
from console.statics import load_assets
from console.words import words
from dedupe.streets import street_name
from services.office.settings import Settings
from warehouse.queries.deadlines import Deadline

TEMPLATES = Path(__file__).parent / "templates"
WAN, MILLION = 10_000, 1_000_000
_RESTS = {**labels_sparing.RESTS_ON, **labels_rests.RESTS}
_SUM = re.compile(r"\d+(\.\d{1,2})?")
_RECORD = re.compile(r"[a-z]{2,4}_[0-9a-f]{20,}")


@dataclass(frozen=True, slots=True)
class Menu:
    """The numbers beside the menu's entries. `channels` is how many work, of how many; `paused` which, since when.

    `notices` are unread ones, beside the page that lists them; `warnings` the red ones that stand; `stuck` answers that
    do not arrive. Of `callbacks` no more are counted than `counted` and one."""

    queue: int = 0
    mine: int = 0
    review: int = 0
    quarantine: int = 0
    channels: tuple[int, int] | None = None
    paused: tuple[tuple[str, datetime | None], ...] = ()
    stuck: int = 0
    notices: int = 0
    callbacks: int = 0
    waiting: int = 0
    reviews: int = 0
    holidays_missing: int = 0
    warnings: int = 0
    counted: int = 0


@cache
def environment(language: str) -> Environment:
    """The templates in one language."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = words(language)
    env.install_gettext_callables(spoken.translations.gettext, spoken.translations.ngettext, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    show = Show(language)
    env.globals.update(
        _=messages(spoken),
        lang=language,
        colon="：" if language == "zh_CN" else ": ",
        semicolon="；" if language == "zh_CN" else "; ",
        comma="、" if language == "zh_CN" else ", ",
        html_lang=spoken.html_lang,
        assets=load_assets(),
        labels=labels,
        lives_labels=labels_lives,
        acts_labels=labels_investigation,
        inquiry_items=ITEMS,
        ledger_labels=labels_ledger,
        office_labels=labels_office,
        employer_labels=labels_employers,
        publication_labels=labels_publication,
        pay_labels=labels_pay,
        machine_labels=labels_machine,
        said=spoken.said,
        show=show,
    )
    return env


class Show:
    """Numbers, days and codes as people of one language write them."""

    def __init__(self, language: str) -> None:
        self.words = words(language)
        self.chinese = language == "zh_CN"

    def label(self, table: Mapping[str, str], code: str | None) -> str:
        """What a code is called; an unknown one is shown as it is."""
        if code is None:
            return self.words.say("not said")
        return self.words.say(table[code]) if code in table else code

    @staticmethod
    def place(code: str, settings: Settings) -> str:
        """A street of the district served by its name, the district by its own; any other code as it is."""
        if not code.startswith(settings.district):
            return code
        street = code.removeprefix(settings.district)
        return (street_name(code) or f"{settings.district_name} {street}") if street else settings.district_name

    def compared(self, feature: str, value: str | None, settings: Settings) -> str:
        """What one complaint says in a comparison: a district by its name, one month once, a sum with its unit."""
        if not value:
            return "—"
        if feature == "district":
            return self.place(value, settings)
        first, dash, last = value.partition(" – ")
        if dash and first == last:
            return first
        if feature == "amount" and _SUM.fullmatch(value):
            return self.exact(int(Decimal(value) * 100))
        return value

    @staticmethod
    def is_record(slot: str) -> bool:
        """Whether what a line rests on is a record of ours, by its id, and not words."""
        return _RECORD.fullmatch(slot) is not None

    def source(self, text: str) -> str:
        """What a rule rests on: in Chinese its articles by the names of their laws; settings and lists in words."""
        if text in labels_clocks.SOURCES:
            return self.label(labels_clocks.SOURCES, text)
        parts = [self.label(_RESTS, part) for part in text.split("; ")]
        if not self.chinese:
            return "; ".join(parts)
        return "；".join(in_full(part) for part in parts).replace("中华人民共和国", "")

    def risk_source(self, text: str) -> str:
        """What a weight of a risk rests on: an article, and that the weight itself is practice."""
        parts = [
            self.words.say(part) if part == labels_employers.PRACTICE else self.source(part)
            for part in text.split("; ")
        ]
        return ("；" if self.chinese else "; ").join(parts)

    def money(self, fen: int | None) -> str:
        """An amount: 31.4 万元 or ¥314k. None is "not said", never zero."""
        if fen is None:
            return self.words.say("not said")
        yuan = Decimal(fen) / 100
        if self.chinese:
            return f"{self._short(yuan / WAN)} 万元" if yuan >= WAN else f"{self._plain(yuan)} 元"
        if yuan >= MILLION:
            return f"¥{(yuan / MILLION).quantize(Decimal('0.01'), ROUND_HALF_UP)}m"
        return f"¥{self._short(yuan / 1000)}k" if yuan >= WAN else f"¥{self._plain(yuan)}"

    def exact(self, fen: int | None) -> str:
        """An amount to the last fen, for papers and proofs."""
        if fen is None:
            return self.words.say("not said")
        return f"{Decimal(fen) / 100:,.2f} 元" if self.chinese else f"¥{Decimal(fen) / 100:,.2f}"

    def _short(self, value: Decimal) -> str:
        return f"{value.quantize(Decimal('0.1'), ROUND_HALF_UP):,}".removesuffix(".0")

    def _plain(self, value: Decimal) -> str:
        return f"{value:,.2f}".rstrip("0").rstrip(".")

    def day(self, day: date | None, today: date | None = None) -> str:
        """A day, with its year when that is not this one."""
        if day is None:
            return "—"
        other_year = today is None or day.year != today.year
        if self.chinese:
            return f"{day:%Y-%m-%d}" if other_year else f"{day:%m-%d}"
        return f"{day.day} {day:%b %Y}" if other_year else f"{day.day} {day:%b}"

    def span(self, first: date, last: date, today: date | None = None) -> str:
        """Days in a row: one day, or the first and the last."""
        return self.day(first, today) if first == last else f"{self.day(first, today)} – {self.day(last, today)}"

    def moment(self, at: datetime | None, today: date | None = None) -> str:
        """A moment on the office's clock. Midnight to the second is what a day without an hour is kept as: the day."""
        if at is None:
            return "—"
        local = at.astimezone(SHANGHAI)
        return self.day(local.date(), today) + ("" if local.time() == time.min else f" {local:%H:%M}")

    def stamp(self, text: str | None, today: date | None = None) -> str:
        """A moment that came as ISO text, as in a conflict; any other text stays as it is."""
        try:
            return self.moment(datetime.fromisoformat(text), today) if text else "—"
        except ValueError:
            return text or "—"

    def written(self, text: str) -> str:
        """A day and time as a paper keeps it, on the office's clock already; any other text stays as it is."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            return text
        return f"{self.day(at.date())} {at:%H:%M}"

    def plainly(self, value: object) -> str:
        """A detail of the log as it is kept: a text as it is, all else as JSON."""
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def lasted(self, span: timedelta | None) -> str:
        """How long something is, in its largest unit: minutes, hours or days."""
        if span is None:
            return "—"
        minutes = int(span.total_seconds() // 60)
        if minutes < 60:
            return self.words.count("%(num)s minute", "%(num)s minutes", minutes) % {"num": minutes}
        if minutes < 48 * 60:
            return self.words.count("%(num)s hour", "%(num)s hours", minutes // 60) % {"num": minutes // 60}
        return self.words.count("%(num)s day", "%(num)s days", minutes // 1440) % {"num": minutes // 1440}

    def months(self, start: str | None, end: str | None) -> str:
        """A span of months: 2026-08—10."""
        if not start or not end or start == end:
            return start or end or ""
        dash = "—" if self.chinese else "–"
        return f"{start}{dash}{end[5:]}" if start[:4] == end[:4] else f"{start}{dash}{end}"

    def left(self, clock: Deadline) -> str:
        """How much time is left, in words."""
        if clock.state == "met":
            return self.words.say("Done late") if clock.colour == "late_met" else self.words.say("Done in time")
        if clock.state == "paused":
            return self.words.say("Paused")
        if clock.left == 0:
            return self.words.say("Due today")
        days = abs(clock.left)
        if clock.unit == "working":
            late = self.words.count("%(num)s wd late", "%(num)s wd late", days)
            ahead = self.words.count("%(num)s wd left", "%(num)s wd left", days)
        else:
            late = self.words.count("%(num)s day late", "%(num)s days late", days)
            ahead = self.words.count("%(num)s day left", "%(num)s days left", days)
        return (late if clock.left < 0 else ahead) % {"num": days}

    def mark(self, clock: Deadline) -> str:
        """The shape of a deadline's mark; it never rests on colour alone."""
        return {"over": "octagon", "soon": "triangle", "fine": "disc"}.get(clock.colour, "ring")

    def weight(self, bits: float) -> str:
        """A weight of evidence with its sign."""
        return f"{bits:+.1f}".replace("-", "−") if abs(bits) >= 0.05 else "0"


def page(visit: Visit, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """One page or fragment. A form shown before login gets a token whose twin goes into a cookie."""
    token = form_token(visit)
    context.setdefault("nav", Menu())
    body = (
        environment(visit.words.language)
        .get_template(template)
        .render(
            visit=visit,
            who=visit.who,
            today=visit.today,
            csrf=token,
            new_key=form_keys(),
            may=lambda name: may(visit.who.actor if visit.who else None, name),
            district=visit.settings.district_name,
            **context,
        )
    )
    answer = HTMLResponse(body, status_code=status)
    if visit.who is None and not visit.csrf:
        answer.set_cookie(
            FORM_COOKIE, token, httponly=True, samesite="lax", secure=visit.settings.secure_cookies, path="/"
        )
    return answer
