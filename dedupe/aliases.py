"""Names that are one employer because people said so: learned from their verdicts on pairs, forgotten with them.

Nothing is stored. What is an alias is a function of the words in force, so undoing a verdict takes its alias away. A
verdict on two complaints is no finding about two firms: it brings complaints nearer to each other, no more. It never
enters the register by which an employer's earlier offences are found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from casework.identifiers import is_uscc, plain
from casework.linkage import Verdict
from dedupe.employers import Employer, employer
from dedupe.table import Table, Words
from dedupe.values import WordList

MOST_NAMES = 8
"""Names of one employer. More of them are a contractor and its many crews, and teach nothing."""


@dataclass(frozen=True, slots=True)
class NamesJudged:
    """What a person said of two complaints, and how these name the employer, with the credit codes they give."""

    left: str | None
    right: str | None
    verdict: Verdict
    left_code: str | None = None
    right_code: str | None = None


def aliases_of(judged: Iterable[NamesJudged]) -> dict[str, str]:
    """The comparable form of every name that has aliases, with the core by which its employer goes.

    `same` makes two names with different cores aliases of one employer. `different` on two such names stops that, and
    so it does for all names that would become one with them: whoever doubts one alias of an employer doubts them all.
    """
    edges: set[tuple[str, str]] = set()
    doubted: set[frozenset[str]] = set()
    cores: dict[str, str] = {}
    for one in judged:
        left, right = employer(one.left), employer(one.right)
        if left is None or right is None or not left.core or not right.core or left.key == right.key:
            continue
        cores[left.key], cores[right.key] = left.core, right.core
        if one.verdict is Verdict.DIFFERENT:
            doubted.add(frozenset((left.key, right.key)))
        elif one.verdict is Verdict.SAME and not _two_firms(left, right, one):
            edges.add((left.key, right.key))
    found = {}
    for names in _together(edges):
        inside = {pair for pair in doubted if pair <= names}
        if len(names) <= MOST_NAMES and not inside:
            found.update(dict.fromkeys(sorted(names), min(cores[name] for name in names)))
    return found


def _two_firms(left: Employer, right: Employer, said: NamesJudged) -> bool:
    """The names agree in their core, or tell two firms apart beyond doubt: then there is nothing to learn."""
    codes = [plain(code) for code in (said.left_code, said.right_code) if code and is_uscc(code)]
    elsewhere = bool(left.place) and bool(right.place) and not left.place.agrees(right.place)
    return left.core == right.core or len(set(codes)) > 1 or elsewhere


def _together(edges: Iterable[tuple[str, str]]) -> list[frozenset[str]]:
    """The names that hang together."""
    near: dict[str, set[str]] = defaultdict(set)
    for one, other in edges:
        near[one].add(other)
        near[other].add(one)
    found, seen = [], set[str]()
    for name in sorted(near):
        if name in seen:
            continue
        group, waiting = {name}, [name]
        while waiting:
            fresh = near[waiting.pop()] - group
            group |= fresh
            waiting += fresh
        seen |= group
        found.append(frozenset(group))
    return found


def with_aliases(table: Table, aliases: Mapping[str, str]) -> Table:
    """The same table, its employers bearing the learned aliases instead of those their names give themselves.

    Everything else keeps its number. Laid over a joined table, after joining: a value's hash does not know of aliases.
    """
    if not aliases:
        return table
    of_name = {number: aliases[text] for number, text in enumerate(table.words.text) if text in aliases}
    words, number_of = _with_words(table.words, set(of_name.values()))
    chosen = np.full(len(table.words.text), -1, dtype=np.int32)
    for number, core in of_name.items():
        chosen[number] = number_of[core]
    learned = chosen[table.firms.name]
    firms = replace(table.firms, alias=np.where(learned >= 0, learned, table.firms.alias).astype(np.int32))
    return replace(table, words=words, firms=firms)


def _with_words(words: Words, wanted: set[str]) -> tuple[Words, dict[str, int]]:
    """The pieces with those added that are missing, and the numbers of the wanted ones."""
    numbers = {text: number for number, text in enumerate(words.text) if text in wanted}
    missing = sorted(wanted - numbers.keys())
    if not missing:
        return words, numbers
    listed = WordList()
    for text in missing:
        listed.number(text)
    more = listed.built()
    numbers |= {text: len(words.text) + place for place, text in enumerate(missing)}
    grown = Words(
        words.text + missing,
        np.concatenate([words.key, more.key[1:]]),
        np.concatenate([words.sound, more.sound[1:]]),
        np.concatenate([words.bag, more.bag[1:]]),
        np.concatenate([words.marks, more.marks[1:]]),
        np.concatenate([words.length, more.length[1:]]),
    )
    return grown, numbers
