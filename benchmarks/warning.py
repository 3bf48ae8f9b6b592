"""Early warning beside the plain rule "so many complaints in 30 days", on an invented economy of known truth.

Rules that are wrong too often mute themselves (`casework.warnings.scores.muted`). Which ones is learned on economies of
one family and measured on economies of another that nothing was set by. Both sides are measured on the same
days and complaints; the plain rule gets the number with the best F1 on what is measured. The rules are asked once in
`STEP` days: asked daily, as the flow does, they could only speak earlier.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from benchmarks import evidence
from benchmarks.warning_days import complained, seen
from casework.calendar import Calendar
from casework.warnings.scores import Score, by_rule, muted, score
from sandbox.economy import JUDGING, TUNING, Temper, imagine

STEP = timedelta(days=7)
BEGINS, SINCE, UNTIL = date(2024, 9, 1), date(2024, 12, 1), date(2026, 1, 31)
MONTHS = 17
TARGETS = {"precision": 0.60, "recall": 0.80, "lead_days": 14.0}
PLAIN = (1, 2, 3, 5)
_WEEKDAYS = Calendar("weekdays", date(2024, 1, 1), date(2026, 12, 31))
_WINDOW = timedelta(days=30)


@dataclass(slots=True)
class Heard:
    """Signs and complaints of several economies, each employer under a key of its own."""

    signs: list[tuple[date, str, str, str]] = field(default_factory=list)
    complaints: dict[str, list[date]] = field(default_factory=dict)

    def judge(self, warned: Mapping[str, Iterable[date]]) -> Score:
        """The score of days on which employers were warned of."""
        return score(warned, self.complaints, since=SINCE, until=UNTIL)

    def warned(self, speaking: set[tuple[str, str]]) -> dict[str, list[date]]:
        """The days on which any of these rules, at these levels, warned of each employer."""
        found: dict[str, list[date]] = defaultdict(list)
        for day, rule, level, employer in self.signs:
            if (rule, level) in speaking:
                found[employer].append(day)
        return dict(found)

    def plain(self, least: int) -> dict[str, list[date]]:
        """The days on which so many complaints lay within thirty days."""
        return {
            employer: [day for day in days if sum(day - _WINDOW < one <= day for one in days) >= least]
            for employer, days in self.complaints.items()
        }


def hear(firms: int, seeds: list[int], temper: Temper) -> Heard:
    """Everything said in economies of these seeds."""
    days = [SINCE + STEP * number for number in range((UNTIL - SINCE) // STEP + 1)]
    heard = Heard()
    for seed in seeds:
        economy = imagine(firms, MONTHS, seed=seed, temper=temper, begins=BEGINS)
        for day, rule, level, employer in seen(economy, days, _WEEKDAYS):
            heard.signs.append((day, rule, level, f"{seed}/{employer}"))
        heard.complaints |= {f"{seed}/{employer}": told for employer, told in complained(economy).items()}
    return heard


def _f1(one: Score) -> float:
    precision, recall = one.precision or 0.0, one.recall or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _told(one: Score) -> dict[str, float | int | None]:
    rounded = {"precision": one.precision, "recall": one.recall, "recall_before_first": one.strict_recall}
    return {
        **{name: None if value is None else round(value, 3) for name, value in rounded.items()},
        "lead_days": one.lead,
        "right": one.right,
        "wrong": one.wrong,
        "open": one.open,
        "waves": one.waves,
    }


def _line(name: str, one: Score) -> str:
    told = _told(one)
    shares = " ".join("   -" if told[key] is None else f"{told[key]:.2f}" for key in ("precision", "recall"))
    lead = "-" if one.lead is None else f"{one.lead:.0f}"
    return f"{name:32} {shares} {lead:>5} {one.right:6} {one.wrong:6} {one.open:6}"


def measure(firms: int, tuning: list[int], judging: list[int]) -> dict[str, object]:
    """Learn which rules mute themselves, then measure the others beside the plain rule."""
    learned = hear(firms, tuning, TUNING)
    scores = {key: learned.judge(days) for key, days in by_rule(learned.signs).items()}
    silent = muted(scores)
    heard = hear(firms, judging, JUDGING)
    by = {key: heard.judge(days) for key, days in by_rule(heard.signs).items()}
    ours = heard.judge(heard.warned(set(by) - silent))
    plain = {least: heard.judge(heard.plain(least)) for least in PLAIN}
    best = max(PLAIN, key=lambda least: _f1(plain[least]))
    lines = [f"{'':32} prec  rec  lead  right  wrong   open"]
    lines += [_line(":".join(key) + (" (muted)" if key in silent else ""), by[key]) for key in sorted(by)]
    lines += [_line(f"plain: {n} in 30 days" + (" (best)" if n == best else ""), plain[n]) for n in PLAIN]
    lines.append(_line("all that speak", ours))
    beaten = {
        name: (getattr(ours, of) or 0) > (getattr(plain[best], of) or 0)
        for name, of in (("precision", "precision"), ("recall", "recall"), ("lead_days", "lead"))
    }
    reached = {
        "precision": (ours.precision or 0) >= TARGETS["precision"],
        "recall": (ours.recall or 0) >= TARGETS["recall"],
        "lead_days": (ours.lead or 0) >= TARGETS["lead_days"],
    }
    lines.append(f"targets reached: {reached}; plain rule beaten: {beaten}")
    sys.stdout.write("\n".join(lines) + "\n")
    return {
        "firms": firms * len(judging),
        "seeds": {"tuning": tuning, "judging": judging},
        "targets": TARGETS,
        "reached": reached,
        "beaten": beaten,
        "ours": _told(ours),
        "plain": {str(least): _told(one) for least, one in plain.items()},
        "plain_best": best,
        "muted": sorted(":".join(key) for key in silent),
        "rules": {":".join(key): _told(one) for key, one in sorted(by.items())},
    }


def main() -> int:
    """Measure, print, and say by the exit code whether every target was reached and the plain rule beaten."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--firms", type=int, default=1_500)
    asked.add_argument("--tuning", type=int, nargs="+", default=[1])
    asked.add_argument("--seeds", type=int, nargs="+", default=[11])
    asked.add_argument("--json", type=Path)
    told = asked.parse_args()
    figures = measure(told.firms, told.tuning, told.seeds)
    if told.json:
        evidence.write(told.json, " ".join(["python -m benchmarks.warning", *sys.argv[1:]]), figures)
    reached, beaten = figures["reached"], figures["beaten"]
    assert isinstance(reached, dict)
    assert isinstance(beaten, dict)
    return 0 if all(reached.values()) and all(beaten.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
