"""The one page as text and numbers, in one language: what the Word file, the PDF and the console show alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from casework.bulletins import Kind, Subject, period, reference
from casework.rising import LEAST, became, mean_of
from casework.trades import TITLES as TRADES
from dedupe.streets import street_name
from services.bulletins import words
from services.bulletins.content import Content, Followed, Item, Point
from services.bulletins.words import BECAME, SUBJECTS, UNITS, WORDS, said

ROOM = 38
"""How much room a name has in a row, in letters; a Chinese one takes two."""
ROOM_BELOW = 30
"""The same in the table of what was done, which has more columns."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that stands on the page, in its order. `followed` is empty where nothing is followed up: then
    `followed_head` says why."""

    language: str
    office: str
    title: str
    under: tuple[str, ...]
    mark: str
    lead: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: str
    bars: str
    line: str
    points: tuple[Point, ...]
    followed_head: str
    followed_heads: tuple[str, ...]
    followed: tuple[tuple[str, ...], ...]
    defined_head: str
    defined: str


def sheet(content: Content, language: str, *, number: str | None, replaces: str | None) -> Sheet:
    """The page of a bulletin. `number` None: a draft, and says so."""
    page = _Page(content, language)
    span = content.span
    under = [number or page.say("draft"), f"{span.name} ({span.first} – {span.last})"]
    under += [page.say("replaces", number=replaces)] if replaces else []
    under += [page.say("counted", day=content.counted_on)]
    why = ("；" if page.chinese else "; ").join(
        said(words.WHY[one], language, missing=content.missing) for one in content.why
    )
    return Sheet(
        language=language,
        office=content.office,
        title=said(words.TITLES[span.kind], language),
        under=tuple(under),
        mark=f"{page.say('provisional', why=why) if why else page.say('final')} · {page.say('inside')}",
        lead=page.lead(),
        heads=(
            page.say("list"),
            page.say("name"),
            page.say("now"),
            page.before,
            page.say("earlier"),
            page.say("at_least"),
        ),
        rows=tuple(page.rows()),
        chart=page.say("chart", unit="week" if span.kind is Kind.WEEKLY else "month"),
        bars=page.say("bars"),
        line=page.say("line"),
        points=content.chart,
        followed_head=page.followed_head(),
        followed_heads=tuple(
            page.say(name)
            for name in ("list", "name", "was_now", "became", "concluded", "visits", "warnings", "notices")
        ),
        followed=tuple(page.followed()),
        defined_head=page.say("defined"),
        defined=page.defined(),
    )


def wide(text: str) -> int:
    """How much room a text takes."""
    return sum(2 if letter > "\u2e80" else 1 for letter in text)


def shortened(name: str, room: int) -> str:
    """A name that fits: of a long one the beginning, and the end, by which lots of one site are told apart."""
    if wide(name) <= room:
        return name
    end = ""
    while wide(name[-len(end) - 1 :]) <= room // 3:
        end = name[-len(end) - 1 :]
    begin = name
    while wide(begin) + wide(end) + 2 > room:
        begin = begin[:-1]
    return f"{begin}…{end}"


@dataclass(frozen=True)
class _Page:
    content: Content
    language: str

    @property
    def chinese(self) -> bool:
        return self.language == "zh_CN"

    def say(self, name: str, **values: Any) -> str:
        return said(WORDS[name], self.language, **values)

    @property
    def before(self) -> str:
        return self.say(f"before_{self.content.span.kind.value}")

    def mean(self, count: int, days: int, *, none: str = "no_year") -> str:
        return mean_of(count, days, self.content.span.days, least=self.content.least) if days else self.say(none)

    def lead(self) -> str:
        days, cases, told = self.content.days, self.content.cases, self.content.complaints
        summed = self.say(
            "sum",
            before_head=self.before,
            cases=cases.now,
            cases_before=self.mean(cases.before, days.before, none="no_before"),
            cases_earlier=self.mean(cases.earlier, days.earlier),
            complaints=told.now,
            complaints_before=self.mean(told.before, days.before, none="no_before"),
            complaints_earlier=self.mean(told.earlier, days.earlier),
        )
        count = self.content.rising
        found = self.say("rising", count=count) if count else self.say("none_rising" if days.compared else "most")
        return summed + ("" if self.chinese else " ") + found

    def named(self, one: Item | Followed, room: int = ROOM) -> str:
        """What a line is called."""
        if one.subject is Subject.TRADE:
            return said(TRADES.get(one.key, (one.key, one.key)), self.language)
        town = street_name(one.place[:9]) or ""
        if one.subject is Subject.TOWN:
            return town or self.say("unnamed_town")
        name = one.name or self.say(f"unnamed_{one.subject.value}")
        name = shortened(name, room - wide(town) - 4 * bool(town))
        return f"{name}（{town}）" if town and self.chinese else f"{name} ({town})" if town else name

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The four lists one after the other; one that is empty says so."""
        days = self.content.days
        for subject in Subject:
            title = said(SUBJECTS[subject], self.language)
            own = self.content.of(subject)
            if not own:
                yield title, self.say("nothing" if days.compared else "few", list=title), "", "", "", ""
            if left := self.content.more.get(subject.value, 0):
                title = self.say("of", list=title, count=len(own) + left)
            for one in own:
                yield (
                    title,
                    self.named(one),
                    f"{one.counts.now} {said(UNITS[subject], self.language)}",
                    self.mean(one.counts.before, days.before, none="no_before"),
                    self.mean(one.counts.earlier, days.earlier),
                    self.say("times", times=f"{one.at_least:.1f}") if days.compared else "—",
                )

    def followed_head(self) -> str:
        last = self.content.last
        if last is None:
            return self.say("no_last")
        return self.say("last" if last.lines else "last_empty", number=last.number, period=last.period)

    def followed(self) -> Iterator[tuple[str, ...]]:
        """The lines of the last bulletin: how many it was and is, and what was done."""
        last, span = self.content.last, self.content.span
        for one in last.lines if last else ():
            now = f"<{LEAST}" if one.now < LEAST else str(one.now)
            change = became(one.was, period(last.period).days if last else 1, one.now, span.days)
            yield (
                said(SUBJECTS[one.subject], self.language),
                self.named(one, ROOM_BELOW),
                f"{one.was} → {now}",
                said(BECAME[change], self.language),
                f"{one.concluded} / {one.cases}",
                str(one.visits),
                str(one.warnings),
                "—" if one.notices is None else f"{one.notices} / {one.answered or 0}",
            )

    def of_before(self) -> str:
        """The time before, as far as it is stored."""
        one, days = self.content.span, self.content.days.before
        first, after = reference(one)
        if days == (after - first).days:
            return said(words.OF_WEEKS if one.kind is Kind.WEEKLY else words.OF_MONTHS, self.language)
        return said(words.OF_DAYS if days else words.NO_BEFORE, self.language, days=days)

    def defined(self) -> str:
        weekly = self.content.span.kind is Kind.WEEKLY
        years = ("、" if self.chinese else ", ").join(map(str, sorted(self.content.years)))
        of_years = words.YEARS_OF_WEEKS if weekly else words.YEARS_OF_MONTHS
        earlier = said(of_years, self.language, years=years) if years else said(words.NO_YEARS, self.language)
        earlier = earlier if self.content.days.compared else ""
        return said(
            words.DEFINED,
            self.language,
            version=self.content.definitions,
            before=self.of_before(),
            earlier=earlier,
            least=LEAST,
            people=self.content.least,
            small=said(words.SMALL, self.language, people=self.content.least),
        )
