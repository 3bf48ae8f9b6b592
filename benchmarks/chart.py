"""Draws the evidence of `benchmarks.versus_splink`: seconds, memory and B-cubed F1 against the number of complaints.

    python -m benchmarks.chart docs/evidence/versus_splink.json docs/evidence/versus_splink.svg

The systems differ in colour, in the shape of their marks and in the stroke of their lines; every line bears its name.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

Told: TypeAlias = Mapping[str, Any]
Points: TypeAlias = list[tuple[float, float]]
COLUMNS = 2
WIDE, HIGH = 300, 230
LEFT, TOP, RIGHT, BOTTOM = 58, 44, 222, 46
"""Room around a panel: numbers, heading, the names of the lines, sizes."""
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#595959"
"""Two colours that all kinds of colour blindness keep apart (Okabe and Ito)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One system in one panel: name, colour, stroke, shape of its marks, and how to find its value."""

    name: str
    colour: str
    dashes: str
    square: bool
    value: Callable[[Told], float]


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure against the number of complaints."""

    title: str
    lines: tuple[Line, ...]
    logarithmic: bool
    round: Callable[[float], str]


def _quality(level: str) -> tuple[Line, ...]:
    theirs = f"splink_{level}"
    return (
        Line("ours", BLUE, "", False, lambda told: float(told["ours"][level]["b3_f1"])),
        Line("Splink, p ≥ .95", ORANGE, "6 3", True, lambda told: float(told[theirs]["usual"]["b3_f1"])),
        Line("Splink, best by labels", ORANGE, "2 3", True, lambda told: float(told[theirs]["best"]["b3_f1"])),
    )


def _seconds(*sides: str) -> Callable[[Told], float]:
    return lambda told: sum(float(told[side]["link"]["seconds"]) for side in sides)


def _peak(*sides: str) -> Callable[[Told], float]:
    return lambda told: max(float(told[side]["link"]["peak_mib"]) for side in sides)


PANELS = (
    Panel(
        "Linking, seconds",
        (
            Line("ours: claims + cases", BLUE, "", False, _seconds("ours")),
            Line("Splink: both", ORANGE, "6 3", True, _seconds("splink_claim", "splink_case")),
            Line("Splink: claims only", ORANGE, "2 3", True, _seconds("splink_claim")),
        ),
        logarithmic=True,
        round="{:.3g} s".format,
    ),
    Panel(
        "Peak memory, MiB",
        (
            Line("ours: claims + cases", BLUE, "", False, _peak("ours")),
            Line("Splink: cases", ORANGE, "6 3", True, _peak("splink_case")),
            Line("Splink: claims", ORANGE, "2 3", True, _peak("splink_claim")),
        ),
        logarithmic=True,
        round="{:,.0f}".format,
    ),
    Panel("Claims, B-cubed F1", _quality("claim"), logarithmic=False, round="{:.3f}".format),
    Panel("Cases, B-cubed F1", _quality("case"), logarithmic=False, round="{:.3f}".format),
)


SPLINK = "The linker beside Splink 5: seconds of linking, memory and B-cubed F1 against the number of complaints"


def draw(figures: Sequence[Told], about: Told, panels: Sequence[Panel] = PANELS, said: str = SPLINK) -> str:
    """The chart as SVG: all panels for each family of worlds. `said` is its title for who cannot see it."""
    families = list(dict.fromkeys(str(told["family"]) for told in figures))
    step_x, step_y = LEFT + WIDE + RIGHT, TOP + HIGH + BOTTOM
    parts, place = [], 0
    for family in families:
        worlds = sorted(
            (told for told in figures if told["family"] == family), key=lambda told: int(told["complaints"])
        )
        shares = [
            line.value(told) for panel in panels if not panel.logarithmic for line in panel.lines for told in worlds
        ]
        for panel in panels:
            row, column = divmod(place, COLUMNS)
            place += 1
            heading = f"{panel.title} ({family})"
            parts.append(f'<g transform="translate({column * step_x + LEFT} {row * step_y + TOP})">')
            parts += [*_panel(panel, heading, worlds, shares), "</g>"]
    width, height = step_x * COLUMNS, step_y * -(-place // COLUMNS) + 26
    note = f"Measured {about['date'][:10]} on {about['cores']} cores by: {about['command']}"
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="14" role="img">',
            f"<title>{said}</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *parts,
            _text(LEFT, height - 10, note, GREY),
            "</svg>",
            "",
        ]
    )


def _panel(panel: Panel, heading: str, worlds: Sequence[Told], shares: Sequence[float]) -> list[str]:
    """One panel. `shares` are what all panels of shares show: they have one scale."""
    sizes = [float(told["complaints"]) for told in worlds]
    held = [[line.value(told) for told in worlds] for line in panel.lines]
    values = [value for values in held for value in values] if panel.logarithmic else shares
    ticks = _ticks(values, logarithmic=panel.logarithmic)
    across = _scale(min(sizes) * 0.8, max(sizes) * 1.25, WIDE, logarithmic=True)
    up = _scale(ticks[0], ticks[-1], HIGH, logarithmic=panel.logarithmic)
    parts = [_text(-LEFT + 8, -20, heading, "#000000", weight="bold")]
    for tick in ticks:
        y = HIGH - up(tick)
        parts.append(f'<line x1="0" x2="{WIDE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#d9d9d9"/>')
        parts.append(_text(-8, y + 4, f"{tick:,g}" if panel.logarithmic else f"{tick:.2f}", GREY, anchor="end"))
    parts += [_text(across(size), HIGH + 20, f"{size:,.0f}", GREY, anchor="middle") for size in sizes]
    parts.append(_text(WIDE / 2, HIGH + 38, "complaints", GREY, anchor="middle"))
    ends = []
    for line, values in zip(panel.lines, held, strict=True):
        points = [(across(size), HIGH - up(value)) for size, value in zip(sizes, values, strict=True)]
        parts += _drawn(line, points)
        ends.append(points[-1][1])
    for line, place, values in zip(panel.lines, _apart(ends), held, strict=True):
        parts.append(_text(WIDE + 8, place + 4, f"{panel.round(values[-1])}  {line.name}", line.colour))
    return parts


def _drawn(line: Line, points: Points) -> list[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    stroke = f'stroke="{line.colour}" stroke-width="2" stroke-dasharray="{line.dashes}"'
    parts = [f'<polyline points="{path}" fill="none" {stroke}/>']
    for x, y in points:
        if line.square:
            parts.append(f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{line.colour}"/>')
        else:
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{line.colour}"/>')
    return parts


def _scale(low: float, high: float, length: float, *, logarithmic: bool) -> Callable[[float], float]:
    """A value's place between two bounds."""

    def place(value: float) -> float:
        if logarithmic:
            return length * (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return length * (value - low) / (high - low)

    return place


def _ticks(values: Sequence[float], *, logarithmic: bool) -> list[float]:
    """Round values below, between and above."""
    if logarithmic:
        steps = [base * 10.0**power for power in range(-4, 6) for base in (1, 2, 5)]
        first = max(index for index, step in enumerate(steps) if step <= min(values) or index == 0)
        last = min(index for index, step in enumerate(steps) if step >= max(values) and index > first)
        return steps[first : last + 1]
    step = 0.01 if max(values) - min(values) < 0.08 else 0.05
    first, last = math.floor(min(values) / step), math.ceil(min(max(values) + 1e-9, 1.0) / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _apart(places: Sequence[float]) -> list[float]:
    """Places for names, moved so that none covers another."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    found = list(places)
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + 16)
    return found


def _text(x: float, y: float, said: str, colour: str, *, anchor: str = "start", weight: str = "normal") -> str:
    style = f'fill="{colour}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(said)}</text>'


def main(arguments: list[str] | None = None) -> int:
    """Draw the chart of a file of evidence."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chart", description=__doc__.splitlines()[0])
    parser.add_argument("evidence", type=Path)
    parser.add_argument("chart", type=Path)
    asked = parser.parse_args(arguments)
    told = json.loads(asked.evidence.read_text(encoding="utf-8"))
    asked.chart.write_text(draw(told["figures"], told["about"]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
