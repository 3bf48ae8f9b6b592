"""Early warning beside the plain rule "so many complaints in 30 days", on invented economies of known truth.

Rules that are wrong too often mute themselves (`casework.warnings.scores.muted`). Which ones is learned on economies of
one family, on which thresholds were set too, and measured on economies of another that nothing was set by. Both sides
are asked on the same mornings, every third day, of what was told by then, and judged on the same complaints; the plain
rule gets the number with the best F1 on what is measured.

What is to be foretold is the first complaint of a wave (`first_told`): the targets and the comparison are on that, and
the lead is over all waves, one that was not foretold with no days. The same by any later complaint stands beside it.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

from benchmarks import evidence
from benchmarks.warning_days import complained, seen
from casework.calendar import Calendar
from casework.warnings.scores import Score, by_rule, first_told, muted, score
from sandbox.economy import JUDGING, TUNING, Temper, imagine

STEP = timedelta(days=3)
BEGINS, SINCE, UNTIL = date(2024, 9, 1), date(2024, 12, 1), date(2026, 1, 31)
MONTHS = 17
TARGETS = {"precision": 0.60, "recall": 0.80, "lead_days": 14.0}
PLAIN = (1, 2, 3, 5)
_WEEKDAYS = Calendar("weekdays", date(2024, 1, 1), date(2026, 12, 31))
_WINDOW = timedelta(days=30)


def mornings(step: timedelta = STEP) -> list[date]:
    """The days on which both sides are asked."""
    return [SINCE + step * number for number in range((UNTIL - SINCE) // step + 1)]


@dataclass(slots=True)
class Heard:
    """Signs and complaints of several economies, each employer under a key of its own."""

    signs: list[tuple[date, str, str, str]] = field(default_factory=list)
    complaints: dict[str, list[date]] = field(default_factory=dict)
    employers: int = 0
    mornings: list[date] = field(default_factory=mornings)

    def judge(self, warned: Mapping[str, Iterable[date]]) -> Score:
        """The score of days on which employers were warned of, by the first complaint of each wave."""
        return score(warned, first_told(self.complaints), since=SINCE, until=UNTIL)

    def judge_by_any(self, warned: Mapping[str, Iterable[date]]) -> Score:
        """The same, where any later complaint proves a warning right."""
        return score(warned, self.complaints, since=SINCE, until=UNTIL)

    def silent(self) -> set[tuple[str, str]]:
        """The rules, each at one level, that mute themselves on what happened here."""
        return muted({key: self.judge_by_any(days) for key, days in by_rule(self.signs).items()})

    def warned(self, silent: set[tuple[str, str]]) -> dict[str, list[date]]:
        """The days on which any rule warned of each employer, but for those, at their levels, that are silent."""
        found: dict[str, list[date]] = defaultdict(list)
        for day, rule, level, employer in self.signs:
            if (rule, level) not in silent:
                found[employer].append(day)
        return dict(found)

    def plain(self, least: int) -> dict[str, list[date]]:
        """The mornings on which so many complaints had been told in the thirty days before."""
        return {
            employer: [day for day in self.mornings if sum(day - _WINDOW <= one < day for one in days) >= least]
            for employer, days in self.complaints.items()
        }

    def of_employers(self, warned: Mapping[str, list[date]]) -> dict[str, int]:
        """How many employers there were, were warned of, and were complained of; and of these before the first time."""
        first = {employer: min(days) for employer, days in self.complaints.items() if SINCE < min(days) <= UNTIL}
        return {
            "all": self.employers,
            "warned_of": sum(bool(days) for days in warned.values()),
            "complained_of": len(first),
            "warned_of_before": sum(min(warned.get(employer) or [day]) < day for employer, day in first.items()),
        }


def hear(firms: int, seeds: list[int], temper: Temper, step: timedelta = STEP) -> Heard:
    """Everything said in economies of these seeds."""
    heard = Heard(employers=firms * len(seeds), mornings=mornings(step))
    for seed in seeds:
        economy = imagine(firms, MONTHS, seed=seed, temper=temper, begins=BEGINS)
        for day, rule, level, employer in seen(economy, heard.mornings, _WEEKDAYS):
            heard.signs.append((day, rule, level, f"{seed}/{employer}"))
        heard.complaints |= {f"{seed}/{employer}": told for employer, told in complained(economy).items()}
    return heard


def _f1(one: Score) -> float:
    precision, recall = one.precision or 0.0, one.recall or 0.0
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _quartiles(leads: tuple[int, ...]) -> list[float]:
    return [round(one, 1) for one in quantiles(leads, n=4, method="inclusive")] if len(leads) > 1 else []


def told(one: Score) -> dict[str, object]:
    """The figures of a score. Leads in days, `of_all` with none where a wave was not foretold; quartiles ascending."""
    rounded = {"precision": one.precision, "recall": one.recall}
    return {
        **{name: None if value is None else round(value, 3) for name, value in rounded.items()},
        "lead_days": one.lead_of_all,
        "lead_quartiles": _quartiles(one.leads_of_all),
        "lead_days_of_foretold": one.lead,
        "lead_quartiles_of_foretold": _quartiles(one.leads),
        "right": one.right,
        "wrong": one.wrong,
        "open": one.open,
        "waves": one.waves,
        "foretold": one.foretold,
    }


def beats(ours: Score, theirs: Score) -> dict[str, bool]:
    """Where one is better than another."""
    return {
        "precision": (ours.precision or 0) > (theirs.precision or 0),
        "recall": (ours.recall or 0) > (theirs.recall or 0),
        "lead_days": (ours.lead_of_all or 0) > (theirs.lead_of_all or 0),
    }


def reaches(ours: Score) -> dict[str, bool]:
    """Which targets it reaches."""
    return {
        "precision": (ours.precision or 0) >= TARGETS["precision"],
        "recall": (ours.recall or 0) >= TARGETS["recall"],
        "lead_days": (ours.lead_of_all or 0) >= TARGETS["lead_days"],
    }


def compare(heard: Heard, silent: set[tuple[str, str]]) -> dict[str, object]:
    """The rules that are not silent beside the plain rule, on the same complaints."""
    warned = heard.warned(silent)
    plain = {least: heard.plain(least) for least in PLAIN}
    by_first = {least: heard.judge(days) for least, days in plain.items()}
    by_any = {least: heard.judge_by_any(days) for least, days in plain.items()}
    best = max(PLAIN, key=lambda least: _f1(by_any[least]))
    ours, ours_by_any = heard.judge(warned), heard.judge_by_any(warned)
    return {
        "targets": TARGETS,
        "reached": reaches(ours),
        "beaten": beats(ours, by_first[best]),
        "ours": told(ours),
        "plain_best": best,
        "plain": {str(least): told(one) for least, one in by_first.items()},
        "by_any_later_complaint": {
            "reached": reaches(ours_by_any),
            "beaten": beats(ours_by_any, by_any[best]),
            "ours": told(ours_by_any),
            "plain": {str(least): told(one) for least, one in by_any.items()},
        },
        "employers": heard.of_employers(warned),
        "muted": sorted(":".join(key) for key in silent),
        "rules": {":".join(key): told(heard.judge_by_any(days)) for key, days in sorted(by_rule(heard.signs).items())},
    }


def _line(name: str, figures: object) -> str:
    assert isinstance(figures, dict)
    shares = " ".join("   -" if figures[key] is None else f"{figures[key]:.2f}" for key in ("precision", "recall"))
    leads = " ".join("   -" if (one := figures[key]) is None else f"{one:4.0f}" for key in _LEADS)
    return f"{name:36} {shares}  {leads} {figures['right']:6} {figures['wrong']:6} {figures['open']:6}"


_LEADS = ("lead_days", "lead_days_of_foretold")


def _page(figures: Mapping[str, object]) -> str:
    """The figures as lines."""
    by_any = figures["by_any_later_complaint"]
    plain, rules, best = figures["plain"], figures["rules"], figures["plain_best"]
    assert isinstance(by_any, dict)
    assert isinstance(plain, dict)
    assert isinstance(rules, dict)
    lines = [f"{'by any later complaint':36} prec  rec  lead of it  right  wrong   open"]
    silent = figures["muted"]
    assert isinstance(silent, list)
    lines += [_line(name + (" (muted)" if name in silent else ""), one) for name, one in rules.items()]
    lines += [_line(f"plain: {n} in 30 days", one) for n, one in by_any["plain"].items()]
    lines += [_line("all that speak", by_any["ours"]), f"{by_any['reached']} beaten: {by_any['beaten']}"]
    lines.append(f"{'by the first complaint of a wave':36}")
    lines += [_line(f"plain: {n} in 30 days{' (best)' * (n == str(best))}", one) for n, one in plain.items()]
    lines.append(_line("all that speak", figures["ours"]))
    lines.append(f"targets reached: {figures['reached']}; plain rule beaten: {figures['beaten']}")
    lines.append(f"employers: {figures['employers']}")
    return "\n".join(lines) + "\n"


def measure(firms: int, tuning: list[int], judging: list[int]) -> dict[str, object]:
    """Learn which rules mute themselves, then measure the others beside the plain rule."""
    silent = hear(firms, tuning, TUNING).silent()
    figures = compare(hear(firms, judging, JUDGING), silent)
    return {"firms": firms * len(judging), "seeds": {"tuning": tuning, "judging": judging}, **figures}


def main() -> int:
    """Measure, print, and say by the exit code whether every target was reached and the plain rule beaten."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--firms", type=int, default=900)
    asked.add_argument("--tuning", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6])
    asked.add_argument("--seeds", type=int, nargs="+", default=[201, 202, 203, 204, 205, 206, 207, 208])
    asked.add_argument("--json", type=Path)
    options = asked.parse_args()
    figures = measure(options.firms, options.tuning, options.seeds)
    sys.stdout.write(_page(figures))
    if options.json:
        evidence.write(options.json, " ".join(["python -m benchmarks.warning", *sys.argv[1:]]), figures)
    reached, beaten = figures["reached"], figures["beaten"]
    assert isinstance(reached, dict)
    assert isinstance(beaten, dict)
    return 0 if all(reached.values()) and all(beaten.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
