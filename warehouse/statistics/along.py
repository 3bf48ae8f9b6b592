"""The figures that stand beside those of a month, and how they are kept with it when it is locked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.statistics.month import MonthFigures

PARTS = ("cumulative", "last_year", "cumulative_last_year")


@dataclass(frozen=True, slots=True)
class Along:
    """累计 and 同比: each a set of cells by the same names as the month's, sums in fen.

    `cumulative` is from January up to and with the month, counted as one span: who counts once in a span (employers)
    counts once in it, and what is pending at its start is what was pending when the year began. `last_year` and
    `cumulative_last_year` are the same days of the year before; None where that was before the first complaint.
    """

    cumulative: MonthFigures
    last_year: MonthFigures | None
    cumulative_last_year: MonthFigures | None

    def to_json(self) -> dict[str, Any]:
        """As it is kept: the totals and the cells that are not zero, in order, and the digest of them all."""
        parts = {name: _kept(getattr(self, name)) for name in PARTS}
        return {**parts, "digest": _digest(parts)}

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Along:
        """As it was kept; whether that is still so, `intact` says."""
        cumulative = _read(kept["cumulative"])
        assert cumulative is not None
        return Along(cumulative, _read(kept["last_year"]), _read(kept["cumulative_last_year"]))


def intact(kept: Mapping[str, Any]) -> bool:
    """Whether the cells are those that were kept."""
    return _digest({name: kept[name] for name in PARTS}) == str(kept["digest"])


def leads(along: Along | None) -> set[str]:
    """Who leads anything of it."""
    parts = () if along is None else (along.cumulative, along.last_year, along.cumulative_last_year)
    return {member for figures in parts if figures is not None for member in figures.members("lead")}


def _kept(figures: MonthFigures | None) -> dict[str, Any] | None:
    if figures is None:
        return None
    said = {cell: value for cell, value in figures.cells.items() if value or cell[1] == "total"}
    return {"span": figures.month, "cells": sorted([*cell, value] for cell, value in said.items())}


def _read(kept: Mapping[str, Any] | None) -> MonthFigures | None:
    if kept is None:
        return None
    cells = {(figure, by, member): int(value) for figure, by, member, value in kept["cells"]}
    return MonthFigures(str(kept["span"]), cells)


def _digest(parts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
