"""How common a value is, told from the value alone: what many share says less when two complaints agree in it.

Nothing is counted on the present data, or an old score would change whenever complaints come. A name is as common as
its surname times its given characters; a sum of money as its length and how many figures stand before the noughts:
10,000 is claimed by many, 18,730 by few. The tables lie in the model file and were learned with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from dedupe.levels import FEATURES
from dedupe.patterns import whole
from dedupe.table import I8, I16, I32, I64, U16, Mask, Table

Counts: TypeAlias = Mapping[str, int]
RARE = tuple(feature.name for feature in FEATURES if feature.rare)
"""The fields whose agreement is weighed by how common the value is; they agree at their strongest level."""
LEAST, MOST = -3.0, 6.0
"""Bits: no single field decides by being odd."""
_CODES = 1 << 16
_UNSEEN = 8000
"""Characters that a name may hold; those never seen share what is kept back for them."""
_KEPT_BACK = 40.0
_LONGEST_SUM = 18


@dataclass(frozen=True, slots=True)
class Commonness:
    """Log2 of how common the parts of values are, as whole numbers, and of the usual value of each field.

    `surname` and the rows of `given` (one of a single character, first of two or more, further ones) are indexed by
    character; `length` by the number of given characters; `sums` by the length of a sum and its significant figures.
    """

    surname: I32
    given: I32
    length: I32
    sums: I32
    usual: Mapping[str, int]

    def persons(self, chars: U16, given: I8) -> I32:
        """Log2 of how common each whole name is; rows as in `table.Persons`."""
        found = self.surname[chars[:, 0]] + np.where(chars[:, 1] > 0, self.surname[chars[:, 1]], 0)
        size = np.clip(given, 0, 5)
        found += self.length[size]
        found += np.where(size == 1, self.given[0][chars[:, 2]], self.given[1][chars[:, 2]])
        for place in range(1, 5):
            found += np.where(size > place, self.given[2][chars[:, 2 + place]], 0)
        return found.astype(np.int32)

    def amounts(self, fen: I64) -> I32:
        """Log2 of how common each sum is."""
        length, figures = _shape(fen)
        found: I32 = self.sums[length, figures]
        return found


def rarity(table: Table, left: I32, agree: Mapping[str, Mask], model: Commonness) -> dict[str, I32]:
    """Whole numbers to add to the chance agreement of two different people, per field of `RARE` and pair.

    Positive where the value is common. `left` are rows of the table, `agree` says per field where the pair agrees;
    nothing elsewhere.
    """
    low, high = (int(bits) for bits in whole(np.asarray([LEAST, MOST])))
    found = {}
    for name in RARE:
        bits = np.zeros(len(left), dtype=np.int32)
        pairs = np.flatnonzero(agree[name])
        if len(pairs):
            said = getattr(table, name)[left[pairs]]
            common = model.amounts(said) if name == "amount" else _named(table, said, model)
            bits[pairs] = np.clip(common - model.usual[name], low, high)
        found[name] = bits
    return found


def _named(table: Table, persons: I32, model: Commonness) -> I32:
    """How common the names of these persons' numbers are: all once where many are asked for, else these alone."""
    known = table.persons
    if len(persons) < len(known.given):
        return model.persons(known.chars[persons], known.given[persons])
    found: I32 = model.persons(known.chars, known.given)[persons]
    return found


def count_values(table: Table) -> dict[str, Any]:
    """How often each part of a name and each shape of a sum stands in these complaints: what a model file keeps."""
    names = np.concatenate([table.name[table.name >= 0], table.boss[table.boss >= 0]])
    names = names[table.persons.whole[names]]
    chars, given = table.persons.chars[names], table.persons.given[names]
    single = given == 1
    further = [chars[given > place, 2 + place] for place in range(1, 5)]
    length, figures = _shape(table.amount[table.amount > 0])
    return {
        "surnames": _counted(np.concatenate([chars[:, 0], chars[:, 1]])),
        "given_single": _counted(chars[single, 2]),
        "given_first": _counted(chars[~single, 2]),
        "given_further": _counted(np.concatenate(further)),
        "lengths": {str(size): int((given == size).sum()) for size in range(1, 6)},
        "sums": _listed(Counter(f"{one}/{other}" for one, other in zip(length, figures, strict=True))),
    }


def usual_values(table: Table, counts: Mapping[str, Any]) -> dict[str, float]:
    """Per field the log2 of the chance that a stranger says what a complaint says, over these complaints."""
    model = commonness({"counts": counts, "usual": dict.fromkeys(RARE, 0.0)})
    found = {}
    for name in RARE:
        said = getattr(table, name)
        if name == "amount":
            bits = model.amounts(said[said > 0])
        else:
            said = said[said >= 0]
            bits = _named(table, said[table.persons.whole[said]], model)
        found[name] = round(float(np.log2(np.exp2(bits / whole(np.ones(1))[0]).mean())), 3) if len(bits) else 0.0
    return found


def commonness(told: Mapping[str, Any]) -> Commonness:
    """The tables from a model file. Raises `ValueError` where a count is none."""
    counts = told["counts"]
    lengths = np.asarray([counts["lengths"].get(str(size), 0) for size in range(6)], dtype=np.float64) + 0.5
    return Commonness(
        surname=_of_characters(counts["surnames"]),
        given=np.stack([_of_characters(counts[name]) for name in ("given_single", "given_first", "given_further")]),
        length=whole(np.log2(lengths / lengths.sum())),
        sums=_of_sums(counts["sums"]),
        usual={name: int(whole(np.asarray(bits))) for name, bits in told["usual"].items()},
    )


def _of_characters(counts: Counts) -> I32:
    """Log2 of the chance of every character; those never seen share what is kept back."""
    total = _total(counts) + _KEPT_BACK
    found = np.full(_CODES, _KEPT_BACK / _UNSEEN / total)
    for character, count in counts.items():
        found[ord(character)] += count / total
    return whole(np.log2(found))


def _of_sums(counts: Counts) -> I32:
    """Log2 of the chance of one sum of each shape: the chance of the shape, shared by the sums that have it."""
    seen = np.zeros((_LONGEST_SUM + 1, _LONGEST_SUM + 1))
    for shape, count in counts.items():
        length, figures = (int(part) for part in shape.split("/"))
        seen[length, figures] = count
    shares = (seen + 0.5) / (_total(counts) + 0.5 * seen.size)
    figures_of = np.arange(_LONGEST_SUM + 1)
    alike = np.where(figures_of <= 1, 9.0, 81.0 * 10.0 ** np.maximum(figures_of - 2, 0))
    return whole(np.log2(shares / alike))


def _total(counts: Counts) -> int:
    if any(count < 0 for count in counts.values()):
        raise ValueError("A count of the model's is below nought.")
    return sum(counts.values())


def _shape(fen: I64) -> tuple[I16, I16]:
    """The length of a sum in yuan, and its figures up to the last that is not nought. What is under a yuan counts as
    further figures."""
    yuan, rest = np.divmod(np.maximum(fen, 0), 100)
    length = np.zeros(len(fen), dtype=np.int16)
    noughts = np.zeros(len(fen), dtype=np.int16)
    for power in range(_LONGEST_SUM):
        tens = np.int64(10) ** power
        length += yuan >= tens
        noughts += (power > 0) & (yuan > 0) & (yuan % tens == 0)
    figures = length - noughts
    figures = np.where(rest > 0, length + np.where(rest % 10 > 0, 2, 1), figures)
    return length, np.minimum(figures, _LONGEST_SUM).astype(np.int16)


def _counted(codes: U16) -> dict[str, int]:
    """How often each character stands there, most frequent first."""
    seen = np.bincount(codes[codes > 0], minlength=1)
    return _listed(Counter({chr(code): int(seen[code]) for code in np.flatnonzero(seen)}))


def _listed(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
