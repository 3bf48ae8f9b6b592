"""The two scores of every pair: table look-ups for what the fields say, and a correction for how common values are.

Score of a claim: one worker's claim against a workmate's or a stranger's. Score of a case: claim and workmate together
against the stranger. Both are a function of the pair's two complaints and the model alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe.commonness import RARE, rarity
from dedupe.levels import FEATURES, POSITION, SIZES
from dedupe.patterns import UNIT, either, pack
from dedupe.table import I8, I32, Table
from dedupe.weights import Model

F32: TypeAlias = NDArray[np.float32]
_PERSONAL = frozenset(name for name in RARE if FEATURES[POSITION[name]].personal)


@dataclass(frozen=True, slots=True)
class Scores:
    """Bits for and against, per pair: the same worker's claim, and the same dispute."""

    claim: F32
    case: F32


def score(table: Table, left: I32, levels: I8, model: Model) -> Scores:
    """Score every pair: `left` are rows of the table, `levels` what the fields say, pairs x fields."""
    one, workmate, stranger = model.weights.of_pairs(pack(levels, SIZES))
    for name, bits in _rarity(table, left, levels, model).items():
        stranger += bits
        if name in _PERSONAL:
            # A workmate has the firm and the boss in common, but a rare name no more than a stranger has.
            workmate += bits
    claim = (one - either(workmate, stranger)).astype(np.float32) / UNIT
    case = (either(one, workmate) - stranger).astype(np.float32) / UNIT
    return Scores(claim, case)


def rarities_of(table: Table, row: int, levels: I8, model: Model) -> dict[str, float]:
    """The correction of one pair in bits, by field: `row` is its left complaint, `levels` what its fields say."""
    found = _rarity(table, np.asarray([row], dtype=np.int32), levels.reshape(1, -1), model)
    return {name: float(bits[0]) / UNIT for name, bits in found.items()}


def _rarity(table: Table, left: I32, levels: I8, model: Model) -> dict[str, I32]:
    agree = {name: levels[:, POSITION[name]] == 0 for name in RARE}
    return rarity(table, left, agree, model.commonness)
