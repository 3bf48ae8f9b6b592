"""The ledger of a case (欠薪台账): a line per worker and pay period, and what lines add up to.

Sums are in fen; None is "not said". A month is counted once: where two lines of one worker speak of the same months,
the larger counts, so that the same claim told twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """The months a wage is owed for, `YYYY-MM`; empty: not said, which may be any of them."""

    first: str = ""
    last: str = ""

    def meets(self, other: Span) -> bool:
        """Whether some month could stand in both."""
        if not self.first or not other.first:
            return True
        return self.first <= other.last and other.first <= self.last


def span_of(first: str | None, last: str | None) -> Span:
    """A span from what was said: one month alone is a span of one month; turned round it is put right."""
    start, end = first or last or "", last or first or ""
    return Span(min(start, end), max(start, end))


@dataclass(frozen=True, slots=True)
class Owed:
    """One line of one worker: the months and the sum."""

    span: Span
    fen: int | None


def without_doubles(lines: Iterable[Owed]) -> int | None:
    """The most that one worker's lines say together without any month counted twice. None: none gives a sum."""
    counted = undoubled(lines)
    return sum(line.fen or 0 for line in counted) if counted else None


def undoubled(lines: Iterable[Owed]) -> tuple[Owed, ...]:
    """The lines that make up that most: of lines that speak of the same months only some count."""
    said = [line for line in lines if line.fen is not None]
    dated = sorted((line for line in said if line.span.first), key=lambda one: (one.span.last, one.span.first))
    best: list[tuple[str, int, tuple[Owed, ...]]] = [("", 0, ())]
    for line in dated:
        _, total, before = next(one for one in reversed(best) if one[0] < line.span.first)
        total += line.fen or 0
        better = total > best[-1][1] or not best[-1][2]
        best.append((line.span.last, *((total, (*before, line)) if better else best[-1][1:])))
    undated = max((line for line in said if not line.span.first), key=lambda one: one.fen or 0, default=None)
    if undated is not None and (undated.fen or 0) >= best[-1][1]:
        return (undated,)
    return best[-1][2]


def spread(paid: int, owed: Sequence[Owed]) -> list[int]:
    """What was paid to a worker, set against their lines, the oldest months first; what is over falls on the last."""
    order = sorted(range(len(owed)), key=lambda place: (owed[place].span.first or "9", owed[place].span.last, place))
    shares, left = [0] * len(owed), paid
    for place in order:
        shares[place] = min(left, owed[place].fen or 0)
        left -= shares[place]
    if order and left:
        shares[order[-1]] += left
    return shares


@dataclass(frozen=True, slots=True)
class Short:
    """One worker who has not all their money yet: how much is missing, for how many months. None: nobody said."""

    fen: int | None
    months: int | None


def short_of(lines: Iterable[Owed], paid: int, *, share: int = 1) -> Short | None:
    """What a worker still lacks after what was paid, or None. Where nobody named a sum: until a `share` is paid."""
    counted = undoubled(lines)
    if not counted:
        return None if paid >= share else Short(None, None)
    shares = spread(paid, counted)
    left = [(line.span, (line.fen or 0) - got) for line, got in zip(counted, shares, strict=True)]
    missing = [(span, fen) for span, fen in left if fen > 0]
    months = {month for span, _ in missing for month in months_in(span)}
    return Short(sum(fen for _, fen in missing), len(months) or None) if missing else None


def months_in(span: Span) -> range:
    """The months of a span, first and last included, counted from the year 0; none where none are said."""
    if not span.first:
        return range(0)
    first, last = (int(month[:4]) * 12 + int(month[5:7]) for month in (span.first, span.last))
    return range(first, last + 1)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a ledger adds up to: people and fen.

    `unverified` are workers for whom nothing is verified yet, `short` those paid less than was verified for them.
    """

    workers: int = 0
    claimed: int | None = None
    verified: int | None = None
    verified_workers: int = 0
    unverified: int = 0
    paid: int = 0
    paid_workers: int = 0
    short: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One worker's standing: claimed, verified and paid are three numbers."""

    claimed: int | None
    verified: int | None
    paid: int


def add_up(accounts: Iterable[Account]) -> Sums:
    """The sums over workers. Nothing verified yet is None, never zero."""
    all_ = list(accounts)
    claimed = [one.claimed for one in all_ if one.claimed is not None]
    verified = [one.verified for one in all_ if one.verified is not None]
    return Sums(
        workers=len(all_),
        claimed=sum(claimed) if claimed else None,
        verified=sum(verified) if verified else None,
        verified_workers=sum(1 for fen in verified if fen > 0),
        unverified=len(all_) - len(verified),
        paid=sum(one.paid for one in all_),
        paid_workers=sum(1 for one in all_ if one.paid > 0),
        short=sum(1 for one in all_ if one.verified is not None and one.paid < one.verified),
    )
