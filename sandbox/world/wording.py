"""Facts put into words: periods, amounts, and the narrative that holds what a channel has no field for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random
from string import Formatter
from typing import TypeAlias

from sandbox.world import phrases
from sandbox.world.numbers import in_words

CREW_PRONOUNS = ("我们", "我们一帮工友", "我和工友们", "我们班组")
ONE_PRONOUNS = ("我", "本人", "我自己")
THIRD_PRONOUNS = ("其", "其本人", "来电人")
_HEARD = ("hotline_12345", "walk_in")

Facts = dict[str, str]
Templates: TypeAlias = tuple[str, ...]


def month_text(month: int) -> str:
    """YYYY-MM of a month counted from year 0."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def period_words(rng: Random, first: int, last: int, now: int) -> str:
    """The months owed as people say them, seen from the month `now`."""
    roll = rng.random()
    (y1, m1), (y2, m2) = divmod(first, 12), divmod(last, 12)
    m1, m2 = m1 + 1, m2 + 1
    if roll < 0.12:
        return f"{y1}.{m1}" if first == last else f"{y1}.{m1}-{y2}.{m2}"
    start = _year_words(rng, y1, now) + _month_words(m1, roll > 0.8)
    if first == last:
        return f"{start}份" if roll < 0.6 else start
    end = ("" if y1 == y2 else _year_words(rng, y2, now)) + _month_words(m2, roll > 0.8)
    return f"{start}{rng.choice(('至', '到', '-', '份到'))}{end}{'份' if roll < 0.4 else ''}"


def _year_words(rng: Random, year: int, now: int) -> str:
    ago = now // 12 - year
    if ago in (0, 1) and rng.random() < 0.5:
        return ("今年", "去年")[ago]
    return f"{year}年"


def _month_words(month: int, chinese: bool) -> str:
    return f"{in_words(month) if chinese else month}月"


def amount_words(rng: Random, yuan: int) -> str:
    """A sum of money as people write it: 元, 万, numerals in words, with a comma."""
    roll = rng.random()
    if roll < 0.42:
        return f"{yuan}元"
    if yuan >= 10_000 and yuan % 100 == 0 and roll < 0.7:
        return f"{yuan / 10_000:g}{rng.choice(('万元', '万元', '万'))}"
    if roll < 0.8:
        return f"{yuan:,}元"
    if yuan % 100 == 0:
        return f"{in_words(yuan)}{rng.choice(('元', '块钱', '元整'))}"
    return f"{yuan}块钱"


@dataclass(frozen=True, slots=True)
class Book:
    """The sentences of one family. A pair is for building sites and for all other work."""

    openings: dict[str, Templates]
    work_both: Templates
    work_employer: Templates
    work_site: Templates
    led: tuple[Templates, Templates]
    boss_contact: tuple[Templates, Templates]
    places: Templates
    owed_one: Templates
    owed_crew: Templates
    owed_bare: Templates
    excuses: tuple[Templates, Templates]
    pleas: Templates
    contacts: Templates
    named_only: Templates
    card: Templates
    titles: Templates
    amount: Callable[[Random, int], str]
    period: Callable[[Random, int, int, int], str]


def _say(rng: Random, templates: tuple[str, ...], facts: Facts) -> str:
    """One of the templates whose facts are all known; nothing when none is."""
    known = [text for text, needs in _needs(templates) if needs <= facts.keys()]
    return rng.choice(known).format_map(facts) if known else ""


@cache
def _needs(templates: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    """Each template with the facts it speaks of."""
    return tuple((text, frozenset(name for _, name, _, _ in Formatter().parse(text) if name)) for text in templates)


def compose(rng: Random, channel: str, facts: Facts, book: Book) -> tuple[str | None, str]:
    """Title and narrative of a complaint; facts that are missing or empty are not spoken of."""
    place = 0 if "building" in facts else 1
    parts = [_say(rng, book.openings[channel], facts), _work(rng, facts, book), _owed(rng, facts, book)]
    rest = [_say(rng, book.excuses[place], facts)]
    if "boss_phone" in facts:
        rest.append(_say(rng, book.boss_contact[place], facts))
    if "address" in facts:
        rest.append(_say(rng, book.places, facts))
    if "contact" in facts:
        rest.append(_contact(rng, facts, book))
    rng.shuffle(rest)
    parts += rest
    if channel not in _HEARD:
        parts.append(_say(rng, book.pleas, facts))
    title = None if channel in ("wage_monitor", "walk_in", "national_clue") else _say(rng, book.titles, facts)
    return title or None, _plain("".join(parts))


def _plain(text: str) -> str:
    """No word twice in a row where a name and a template both brought it, no comma at the end."""
    for word in ("工地", "项目", "公司"):
        text = text.replace(word + word, word)
    text = text.strip()
    return text[:-1] + "。" if text.endswith("，") else text


def _work(rng: Random, facts: Facts, book: Book) -> str:
    if facts.get("employer") and facts.get("site"):
        said = _say(rng, book.work_both, facts)
    elif facts.get("employer"):
        said = _say(rng, book.work_employer, facts)
    else:
        said = _say(rng, book.work_site, facts)
    led = book.led[0 if "building" in facts else 1]
    return said + (_say(rng, led, facts) if facts.get("boss") else "")


def _owed(rng: Random, facts: Facts, book: Book) -> str:
    if facts.get("heads") and facts.get("amount"):
        return _say(rng, book.owed_crew, facts)
    return _say(rng, book.owed_one if facts.get("amount") else book.owed_bare, facts)


def _contact(rng: Random, facts: Facts, book: Book) -> str:
    said = _say(rng, book.contacts if facts.get("phone") else book.named_only, facts)
    return said + (_say(rng, book.card, facts) if facts.get("id_no") else "")


def noise(rng: Random, facts: Facts) -> tuple[str, str]:
    """A text about something else than wages."""
    title, text = rng.choice(phrases.NOISE)
    said = text.format_map(facts) + _say(rng, phrases.NOISE_MORE, facts)
    return title.format_map(facts), _say(rng, phrases.OPENINGS["message_board"], facts) + said
