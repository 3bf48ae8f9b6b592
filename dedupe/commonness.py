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

from dedupe.compiled import compiled
from dedupe.levels import FEATURES
from dedupe.patterns import whole
from dedupe.table import I8, I16, I32, I64, U16, Mask, Persons, Table

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

    def persons(self, known: Persons, numbers: I32) -> I32:
        """Log2 of how common the whole names of these numbers are."""
        found = np.empty(len(numbers), dtype=np.int32)
        _persons(self.surname, self.given, self.length, known.chars, known.given, numbers, found)
        return found

    def amounts(self, fen: I64) -> I32:
        """Log2 of how common each sum is."""
        length, figures = _shape(fen)
        found: I32 = self.sums[length, figures]
        return found


@compiled
def _persons(surname: I32, given: I32, length: I32, chars: U16, sizes: I8, numbers: I32, found: I32) -> None:
    for place in range(len(numbers)):
        number = numbers[place]
        size = min(max(sizes[number], 0), 5)
        bits = surname[chars[number, 0]] + length[size] + given[0 if size == 1 else 1, chars[number, 2]]
        if chars[number, 1] > 0:
            bits += surname[chars[number, 1]]
        for further in range(1, size):
            bits += given[2, chars[number, 2 + further]]
        found[place] = bits


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
            common = model.amounts(said) if name == "amount" else model.persons(table.persons, said)
            bits[pairs] = np.minimum(np.maximum(common - model.usual[name], low), high)
        found[name] = bits
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
            bits = model.persons(table.persons, said[table.persons.whole[said]])
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
    length, figures = np.empty(len(fen), dtype=np.int16), np.empty(len(fen), dtype=np.int16)
    _shapes(fen, length, figures)
    return length, figures


@compiled
def _shapes(fen: I64, length: I16, figures: I16) -> None:
    for place in range(len(fen)):
        yuan, rest = max(fen[place], 0) // 100, max(fen[place], 0) % 100
        count = noughts = 0
        while yuan > 0:
            noughts += yuan % 10 == 0 and noughts == count
            yuan //= 10
            count += 1
        length[place] = count
        further = 2 if rest % 10 > 0 else 1
        figures[place] = min(count + further if rest > 0 else count - noughts, _LONGEST_SUM)


def _counted(codes: U16) -> dict[str, int]:
    """How often each character stands there, most frequent first."""
    seen = np.bincount(codes[codes > 0], minlength=1)
    return _listed(Counter({chr(code): int(seen[code]) for code in np.flatnonzero(seen)}))


def _listed(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
