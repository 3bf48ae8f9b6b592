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
from dedupe.comparison import FEATURES, Compared, Levels, pack, unpack
from dedupe.fingerprint import Fingerprints
from dedupe.patterns import Weights, whole

DATA = Path(__file__).parent / "data"
CURRENT = "model-1.json"
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
    except (KeyError, TypeError, AttributeError) as failed:
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


@dataclass(frozen=True, slots=True)
class Scores:
    """Bits for and against, per pair: the same worker's claim, and the same dispute."""

    claim: NDArray[np.float64]
    case: NDArray[np.float64]


def score(prints: Fingerprints, compared: Compared, model: Model) -> Scores:
    """Score every pair: once per pattern of levels, then corrected per pair for how rare the agreeing values are."""
    packed = pack(compared.levels)
    order = np.argsort(packed, kind="stable")
    ranked = packed[order]
    if not len(ranked):
        return Scores(np.zeros(0), np.zeros(0))
    fresh = np.concatenate(([True], ranked[1:] != ranked[:-1]))
    patterns = unpack(ranked[fresh], len(FEATURES))
    which = np.empty(len(ranked), dtype=np.int64)
    which[order] = np.cumsum(fresh) - 1
    sums = _sums(patterns, model)
    rarity = rarities(prints, compared, model)
    claim, workmate, stranger = (sums[which, column] for column in range(3))
    stranger = stranger + rarity.sum(axis=1)
    # A workmate has the firm and the site in common, but a rare name no more than a stranger has.
    workmate = workmate + rarity[:, PERSONAL].sum(axis=1)
    return Scores(claim - np.logaddexp2(workmate, stranger), np.logaddexp2(claim, workmate) - stranger)


def _sums(patterns: Levels, model: Model) -> NDArray[np.float64]:
    """Log2 of prior times likelihood, per pattern and explanation."""
    total = np.tile(model.prior, (len(patterns), 1))
    for position, bits in enumerate(model.bits):
        padded = np.vstack([bits, np.zeros(3)])  # level -1 takes the last row: nothing said
        total += padded[patterns[:, position]]
    return total


RARE = tuple(position for position, feature in enumerate(FEATURES) if feature.rare)
PERSONAL = [RARE.index(position) for position in RARE if FEATURES[position].personal]


def rarities(prints: Fingerprints, compared: Compared, model: Model) -> NDArray[np.float64]:
    """Bits to add to the chance agreement of strangers, per pair and rare field: positive where the value is common.

    The model's probability stands for a value that one complaint in `typical_frequency` carries. Three bits down
    and six up at most, so that no single field can decide by being odd.
    """
    found = np.zeros((len(compared), len(RARE)))
    for column, position in enumerate(RARE):
        agrees = compared.levels[:, position] == 0
        codes = prints.columns[FEATURES[position].name].codes[compared.left[agrees]]
        found[agrees, column] = _bits_of(prints, FEATURES[position].name, model)[codes]
    return found


def rarities_of(prints: Fingerprints, compared: Compared, model: Model, pair: int) -> dict[str, float]:
    """The same for one pair, by field."""
    one = Compared(compared.left[pair : pair + 1], compared.right[pair : pair + 1], compared.levels[pair : pair + 1])
    return {
        FEATURES[position].name: float(bits)
        for position, bits in zip(RARE, rarities(prints, one, model)[0], strict=True)
    }


def _bits_of(prints: Fingerprints, feature: str, model: Model) -> NDArray[np.float64]:
    """The correction for every distinct value of a field."""
    known = prints.rarity.get((feature, model.digest))
    if known is not None:
        return known
    counts = prints.counts(feature)
    share = np.maximum(counts, 2) / max(len(prints), model.lines["least_population"])
    bits: NDArray[np.float64] = np.clip(np.log2(share / model.lines["typical_frequency"]), -3.0, 6.0)
    prints.rarity[feature, model.digest] = bits
    return bits
