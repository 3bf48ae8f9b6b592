"""Parameters of the three explanations learned from unlabelled complaints. Offline: never inside a run.

Expectation maximisation over the patterns of levels (Dempster, Laird and Rubin 1977; for record linkage Winkler 1988),
some thousand whatever the number of pairs. All three explanations are learned on the blocked pairs; a stranger class
frozen at random pairs takes every workmate for the same person. The start pulls like so many observed pairs, so that a
field nobody fills in keeps its weights. A result that collapsed is refused and not returned.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from casework.linkage import LinkRecord
from dedupe.blocking import candidates
from dedupe.comparison import FEATURES, Levels, compare, pack, unpack
from dedupe.fingerprint import fingerprint, in_order
from dedupe.weights import CLASSES, Model

Table = NDArray[np.float64]
PULL = 200.0
"""How many observed pairs the start is worth, per field and explanation."""
LEAST_SHARE = 0.005


class Collapsed(ValueError):
    """The learning took all pairs for one kind. The start or the data are unfit; nothing is returned."""


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Distinct patterns of levels and how many pairs have each."""

    levels: Levels
    counts: Table


def train(records: Sequence[LinkRecord], start: Model, *, version: str, dated: str, rounds: int = 30) -> str:
    """The JSON of a model learned from these complaints, starting from another. Raises `Collapsed`."""
    patterns = _patterns(records)
    prior = np.exp2(start.prior)
    first = [np.exp2(bits) for bits in start.bits]
    tables = first
    for _ in range(rounds):
        shares = _shares(patterns, prior, tables)
        weight = shares * patterns.counts[:, None]
        new_prior = weight.sum(axis=0) / weight.sum()
        tables = [_learned(patterns, weight, position, first[position]) for position in range(len(FEATURES))]
        settled = float(np.abs(new_prior - prior).max()) < 1e-5
        prior = new_prior
        if settled:
            break
    if prior.min() < LEAST_SHARE:
        raise Collapsed(f"one explanation was left with {prior.min():.4f} of all pairs")
    return _as_json(start, prior, tables, version=version, dated=dated)


def _patterns(records: Sequence[LinkRecord]) -> _Patterns:
    prints = fingerprint(in_order(records))
    found = candidates(prints)
    packed = np.sort(pack(compare(prints, found.left, found.right).levels))
    if not len(packed):
        raise Collapsed("no two complaints share a key")
    starts = np.flatnonzero(np.concatenate(([True], packed[1:] != packed[:-1])))
    counts = np.diff(np.append(starts, len(packed))).astype(np.float64)
    return _Patterns(unpack(packed[starts], len(FEATURES)), counts)


def _shares(patterns: _Patterns, prior: Table, tables: Sequence[Table]) -> Table:
    """How likely each explanation is, per pattern."""
    bits = np.tile(np.log2(prior), (len(patterns.levels), 1))
    for position, table in enumerate(tables):
        padded = np.vstack([np.log2(table), np.zeros(len(CLASSES))])
        bits += padded[patterns.levels[:, position]]
    bits -= bits.max(axis=1, keepdims=True)
    likely = np.exp2(bits)
    shares: Table = likely / likely.sum(axis=1, keepdims=True)
    return shares


def _learned(patterns: _Patterns, weight: Table, position: int, start: Table) -> Table:
    """The probabilities of one field's levels, pulled towards the start."""
    found = start / start.sum(axis=0) * PULL
    for level in range(len(start)):
        found[level] += weight[patterns.levels[:, position] == level].sum(axis=0)
    table: Table = np.clip(found / found.sum(axis=0), 1e-6, 1.0)
    return table


def _as_json(start: Model, prior: Table, tables: Sequence[Table], *, version: str, dated: str) -> str:
    told = {
        "version": version,
        "dated": dated,
        "method": f"Learned without labels from {start.name}.",
        "prior": {name: round(float(share), 6) for name, share in zip(CLASSES, prior, strict=True)},
        "lines": dict(start.lines),
        "features": {
            feature.name: {
                level.name: [round(float(chance), 8) for chance in row]
                for level, row in zip(feature.levels, table, strict=True)
            }
            for feature, table in zip(FEATURES, tables, strict=True)
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"
