"""The discretion guideline (裁量基准): which fine an act carries, and so what is imposed, or waived when it is spared.

Unpaid wages carry no fine of their own: the order to pay and the 50-100% on top go to the worker (423 §26) and are
never waived. A step is a share of the range; the shares are local and a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.errors import BadInput
from casework.money import yuan_words
from casework.record import Json

RULE_VERSION = "2026-11"
PER = ("case", "worker", "base")
AFTER = ("", "failed_order", "refusal")
"""When a fine is possible: at once, after an order that was not obeyed, or after that, a refusal or a concealment."""
_FAILED = AFTER[1]
_MOST_UNITS = 100_000


@dataclass(frozen=True, slots=True)
class Scale:
    """One row: the fine of one act, from `low` to `high` fen.

    `per`: for the case as a whole, for each worker, or `base`: low and high are percent of a sum. `after`: see `AFTER`.
    """

    key: str
    article: str
    low: int
    high: int
    per: str
    source: str
    after: str = ""


SCALES: tuple[Scale, ...] = (
    Scale("no_fine", "423 §26", 0, 0, "case", "423 §26: an order to pay, and 50-100% to the worker; no fine as such"),
    Scale("protected_workers", "423 §23", 100_000, 500_000, "worker", "423 §23: 1,000-5,000 yuan for each worker"),
    Scale("overtime", "423 §25", 10_000, 50_000, "worker", "423 §25: a warning, 100-500 yuan for each worker"),
    Scale("insurance_report", "423 §27", 100, 300, "base", "423 §27: one to three times the wages not reported"),
    Scale("not_obeyed", "423 §30(一)-(三)", 200_000, 2_000_000, "case", "423 §30: 2,000-20,000 yuan", "refusal"),
    Scale("deposits_taken", "LCL §84", 50_000, 200_000, "worker", "LCL §84: 500-2,000 yuan for each person"),
    Scale(
        "pay_records",
        "724 §54",
        2_000_000,
        5_000_000,
        "case",
        "724 §54: the unit, after a failed order",
        "failed_order",
    ),
    Scale(
        "pay_records_person",
        "724 §54",
        1_000_000,
        3_000_000,
        "case",
        "724 §54: the person, after a failed order",
        "failed_order",
    ),
    Scale("site_duties", "724 §55", 5_000_000, 10_000_000, "case", "724 §55: after a failed order", _FAILED),
    Scale("monthly_tally", "724 §56", 5_000_000, 10_000_000, "case", "724 §56: after a failed order", _FAILED),
    Scale("owner_guarantee", "724 §57", 5_000_000, 10_000_000, "case", "724 §57: after a failed order", _FAILED),
)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A fine that an officer names: the row, the step, for how many workers, or of which sum in fen."""

    scale: str
    step: str
    units: int = 1
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Waiving:
    """One fine, imposed or waived, in fen, with the count in words and the range the article gives for it."""

    waiver: Waiver
    article: str
    amount: int
    words: str
    least: int = 0
    most: int = 0
    after: str = ""


def scales_with(more: Json) -> Mapping[str, Scale]:
    """The rows of the law, and those the office has added (setting leniency.discretion_scales)."""
    rows = {row.key: row for row in SCALES}
    for one in more if isinstance(more, list) else ():
        row = _scale(one)
        rows[row.key] = row
    return MappingProxyType(rows)


def _scale(said: Json) -> Scale:
    if not isinstance(said, dict):
        raise BadInput("A row of the discretion guideline has a key, an article, low, high, per and a source.")
    key, article, source, per = (str(said.get(name) or "") for name in ("key", "article", "source", "per"))
    low, high = said.get("low"), said.get("high")
    if not key or not article or per not in PER or not isinstance(low, int) or not isinstance(high, int):
        raise BadInput("A row of the discretion guideline has a key, an article, low, high, per and a source.")
    if not 0 <= low <= high:
        raise BadInput("A row of the discretion guideline goes from a lower to a higher fine.")
    after = str(said.get("after") or "")
    if after not in AFTER:
        raise BadInput("A row of the discretion guideline is fined at once, after a failed order or after a refusal.")
    return Scale(key, article, low, high, per, source, after)


def compute(waivers: Iterable[Waiver], scales: Mapping[str, Scale], steps: Json) -> tuple[Waiving, ...]:
    """What each fine is, or would have been. Raises `BadInput` for a row, a step or a number that is none."""
    return tuple(_one(waiver, scales, steps) for waiver in waivers)


def _one(waiver: Waiver, scales: Mapping[str, Scale], steps: Json) -> Waiving:
    row = scales.get(waiver.scale)
    share = steps.get(waiver.step) if isinstance(steps, dict) else None
    if row is None or not isinstance(share, int) or not 0 <= share <= 100:
        raise BadInput("Name a row and a step of the discretion guideline.")
    if not 1 <= waiver.units <= _MOST_UNITS:
        raise BadInput("A fine for each worker is counted for at least one worker.")
    if row.per == "base" and not waiver.base:
        raise BadInput("This fine is a multiple of a sum; name the sum.")
    each = row.low + (row.high - row.low) * share // 100
    if row.per == "base":
        base = waiver.base or 0
        amount = base * each // 100
        words = _base_words(row, waiver.step, share, each, base, amount)
        return Waiving(waiver, row.article, amount, words, base * row.low // 100, base * row.high // 100, row.after)
    heads = waiver.units if row.per == "worker" else 1
    words = _words(row, waiver.step, share, each, heads)
    return Waiving(waiver, row.article, each * heads, words, row.low * heads, row.high * heads, row.after)


def lowest(step: str, steps: Json) -> bool:
    """Whether a step is the lowest of the guideline: the one of what is minor, or of slight harm."""
    shares = [share for share in steps.values() if isinstance(share, int)] if isinstance(steps, dict) else []
    return isinstance(steps, dict) and bool(shares) and steps.get(step) == min(shares)


def misfit(found: tuple[Waiving, ...], fined: int | None, *, lighter: bool) -> str | None:
    """What is wrong with the sum of a fine: it lies within the range of its articles, a lighter one below the count."""
    if not found:
        return "Name the fine by a row of the discretion guideline."
    if any(one.most == 0 for one in found):
        return "That act carries no fine of its own."
    counted = sum(one.amount for one in found)
    least, most = sum(one.least for one in found), sum(one.most for one in found)
    if lighter and fined is not None and fined >= counted:
        return f"A lighter penalty lies below the {yuan_words(counted)} that the guideline counts."
    if not lighter and fined is not None and not least <= fined <= most:
        return f"The fine lies between {yuan_words(least)} and {yuan_words(most)}."
    return None


def _words(row: Scale, step: str, share: int, each: int, heads: int) -> str:
    low, high, total = yuan_words(row.low), yuan_words(row.high), yuan_words(each * heads)
    if row.high == 0:
        return f"{row.article}: the act carries no fine, so nothing is waived."
    if row.per == "worker":
        many = f"{yuan_words(each)} x {heads} = {total}"
        return f"{row.article}: {low} to {high} for each worker; step {step}, {share}% of the range: {many}."
    return f"{row.article}: {low} to {high}; step {step}, {share}% of the range: {total}."


def _base_words(row: Scale, step: str, share: int, each: int, base: int, amount: int) -> str:
    times = f"{row.article}: {row.low}% to {row.high}% of {yuan_words(base)}"
    return f"{times}; step {step}, {share}% of the range: {each}% = {yuan_words(amount)}."


@dataclass(frozen=True, slots=True)
class OffenceItem:
    """One item of the office's no-penalty list: up to how many workers, and from which day it is in force."""

    item: str
    max_workers: int | None = None
    from_on: str = ""


def items_of(value: Json) -> tuple[OffenceItem, ...]:
    """The no-penalty list as it is set: names, or rows with `item`, `max_workers` and `from` (a day)."""
    found = []
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            most = one.get("max_workers")
            name, start = str(one.get("item") or ""), str(one.get("from") or "")
            found.append(OffenceItem(name, most if isinstance(most, int) else None, start))
        else:
            found.append(OffenceItem(str(one)))
    return tuple(one for one in found if one.item)
