"""How much each finding weighs: Fellegi and Sunter's model with three explanations for a pair instead of two.

A pair that shares a key is one worker's claim told twice (`claim`), two workers of one dispute (`workmate`), or two
strangers (`stranger`). Each level of each field has a probability under each of the three. Frozen at random pairs, the
second and third collapse: crews share firm, site and month, and would all become one person.
Score of a claim: against both others. Score of a case: claim and workmate together against the stranger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dedupe.commonness import Commonness, commonness
from dedupe.levels import FEATURES
from dedupe.patterns import Weights, whole

DATA = Path(__file__).parent / "data"
CURRENT = "model-2.json"
CLASSES = ("claim", "workmate", "stranger")
Fields: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]
"""The name of every field, with the names of its levels, strongest first."""
FIELDS: Fields = tuple((feature.name, tuple(level.name for level in feature.levels)) for feature in FEATURES)
LINES = frozenset(
    {"claim_same", "case_same", "case_ask", "ambiguity_margin", "largest_claim", "largest_case", "largest_gap_months"}
)


@dataclass(frozen=True)
class Model:
    """Parameters of one version.

    `bits[feature]` is levels x 3: log2 of the probability under claim, workmate, stranger.
    `prior` is the log2 of how common each explanation is among candidate pairs; the lines are in bits.
    """

    version: str
    dated: str
    prior: NDArray[np.float64]
    bits: tuple[NDArray[np.float64], ...]
    lines: Mapping[str, float]
    commonness: Commonness
    digest: str

    @property
    def name(self) -> str:
        """Version and beginning of the hash: what a stored decision names."""
        return f"{self.version}+{self.digest[:8]}"

    @cached_property
    def weights(self) -> Weights:
        """The same in whole numbers, to be looked up."""
        return Weights.of(whole(self.prior), [whole(bits) for bits in self.bits])


@lru_cache(maxsize=4)
def load_model(path: Path | None = None, *, fields: Fields = FIELDS) -> Model:
    """Read a model's file. Raises `ValueError` when it is not one of this program's."""
    return read_model((path or DATA / CURRENT).read_text("utf-8"), fields=fields)


def read_model(text: str, *, fields: Fields = FIELDS) -> Model:
    """The model a JSON text holds. Raises `ValueError` when a level has no weight or a probability is none."""
    try:
        told = json.loads(text)
    except json.JSONDecodeError as failed:
        raise ValueError("The file is no model of the linker: it is no JSON.") from failed
    try:
        bits = tuple(_bits(name, levels, told["features"][name]) for name, levels in fields)
        prior = np.log2(_chances("prior", [told["prior"][name] for name in CLASSES]))
        common = commonness(told["commonness"])
        lines = {name: float(line) for name, line in told["lines"].items()}
        version, dated = str(told["version"]), str(told["dated"])
    except (LookupError, TypeError, AttributeError) as failed:
        raise ValueError("The file is no model of the linker: something is missing or of another kind.") from failed
    missing = LINES - set(lines)
    if missing:
        raise ValueError(f"The model has no line {', '.join(sorted(missing))}.")
    return Model(version, dated, prior, bits, lines, common, hashlib.sha256(text.encode()).hexdigest())


def _bits(name: str, levels: tuple[str, ...], table: Mapping[str, Sequence[float]]) -> NDArray[np.float64]:
    if set(table) != set(levels):
        raise ValueError(f"The model's levels of {name} are not those of the code.")
    rows = [table[level] for level in levels]
    if any(len(row) != len(CLASSES) for row in rows):
        raise ValueError(f"The model's probabilities of {name} are not three.")
    found: NDArray[np.float64] = np.log2(_chances(name, rows))
    return found


def _chances(name: str, told: Sequence[float] | Sequence[Sequence[float]]) -> NDArray[np.float64]:
    found = np.asarray(told, dtype=np.float64)
    if not ((found > 0) & (found <= 1)).all():
        raise ValueError(f"The model's probabilities of {name} are not between 0 and 1.")
    return found
