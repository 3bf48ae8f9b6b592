"""Every pattern of our own code, found in its source and evaluated where it stands, and texts to wear it out."""

from __future__ import annotations

import ast
import importlib
import random
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from tests.floors import FLOORS

ROOT = Path(__file__).parent.parent.parent
LENGTH = 50_000
_PARSER: Any = re._parser  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
_USES = frozenset({"compile", "match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer"})
_SAMPLES = {
    "CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " \n", "CATEGORY_WORD": "w字", "CATEGORY_NOT_DIGIT": "x",
    "CATEGORY_NOT_SPACE": "x", "CATEGORY_NOT_WORD": "-",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One pattern and where it stands: path, line, and the words of the source."""

    place: str
    source: str
    pattern: re.Pattern[str]
    ways: frozenset[str]
    longest: int = LENGTH


@dataclass(frozen=True, slots=True)
class Unknown:
    """A pattern that is put together when it is used."""

    place: str
    source: str


CAPPED: dict[str, tuple[int, str]] = {
    "dedupe/employers.py": (120, "employer() takes 120 signs of what a field names"),
    "dedupe/sites.py": (120, "site() takes 120 signs"),
    "dedupe/persons.py": (60, "person() takes 60 signs"),
    "dedupe/spotting.py": (2_500, "extraction takes 2,500 signs of a text"),
    "dedupe/reading.py": (2_500, "extraction takes 2,500 signs of a text"),
    "dedupe/regions.py": (60, "reads the list of regions that is in the tree"),
}
"""Patterns that never see more than so many signs, and why; the way in is proven with 50,000 beside it."""


def every() -> tuple[list[Found], list[Unknown]]:
    """The patterns of the tree, and those that only running code knows."""
    found: dict[tuple[str, int], Found] = {}
    unknown, ways = [], _ways()
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" in path.parts or path.name == "__main__.py" or path.stem == "apart_child":
                continue
            here = str(path.relative_to(ROOT))
            module = importlib.import_module(here.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
            for call in _calls(path):
                made = _evaluated(call, module)
                source = ast.unparse(call.args[0])
                if made is None:
                    unknown.append(Unknown(f"{here}:{call.lineno}", source))
                else:
                    way = call.func.attr if isinstance(call.func, ast.Attribute) else ""
                    if way != "compile":
                        _keep(found, here, call.lineno, source, made, frozenset({way}))
            for name, made in _held(module):
                _keep(found, here, name, name, made, ways.get(name, frozenset({"search"})))
    return list(found.values()), unknown


def _keep(
    found: dict[tuple[str, int], Found], here: str, at: object, source: str, made: re.Pattern[str], ways: frozenset[str]
) -> None:
    before = found.get((made.pattern, made.flags))
    longest = max(CAPPED.get(here, (LENGTH, ""))[0], before.longest if before else 0)
    ways = ways | (before.ways if before else frozenset())
    found[made.pattern, made.flags] = Found(f"{here}:{at}", source, made, ways, longest)


def _ways() -> dict[str, frozenset[str]]:
    """How each name that holds a pattern is used anywhere: `match`, `search` and so on."""
    found: dict[str, set[str]] = {}
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in _USES:
                    owner = node.value
                    name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
                    found.setdefault(str(name), set()).add(node.attr)
    return {name: frozenset(used) for name, used in found.items()}


def _calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _USES:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "re" and node.args:
                yield node


def _evaluated(call: ast.Call, module: ModuleType) -> re.Pattern[str] | None:
    """The pattern of a call, from constants and what the module holds; None when it takes more."""
    flags = next((word.value for word in call.keywords if word.arg == "flags"), None)
    last = call.args[-1] if len(call.args) > 1 else None
    if flags is None and isinstance(last, ast.Attribute | ast.BinOp) and ast.unparse(last).startswith("re."):
        flags = last
    try:
        said = eval(compile(ast.Expression(call.args[0]), "pattern", "eval"), vars(module))
        extra = eval(compile(ast.Expression(flags), "flags", "eval"), vars(module)) if flags is not None else 0
    except NameError:
        return None
    return re.compile(said, extra) if isinstance(said, str) else None


def _held(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Patterns that the module keeps, also in tables."""
    for name, value in vars(module).items():
        for one in _inside(value, 3):
            if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                yield name, one


def _inside(value: object, depth: int) -> Iterator[object]:
    yield value
    if depth and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _inside(one, depth - 1)
    elif depth and isinstance(value, dict):
        for one in value.values():
            yield from _inside(one, depth - 1)


def texts(pattern: re.Pattern[str], most: int, seed: int, length: int = LENGTH) -> list[str]:
    """Texts of so many signs, of what the pattern looks for: each sign without end, pairs, a way in first."""
    signs, words = _signs(pattern)
    chance = random.Random(seed)
    tails = ("", "\x00", "!")
    units = [*signs, *words]
    pairs = [a + b for a in units[:12] for b in units[:12] if a != b]
    chance.shuffle(pairs)
    found = [*units, *pairs]
    made: list[str] = []
    for unit in found[:most]:
        body = unit * (length // len(unit))
        made.append(body + tails[len(made) % 3])
        if words:
            made.append(words[0] + body + tails[1])
    return made


def _signs(pattern: re.Pattern[str]) -> tuple[list[str], list[str]]:
    """Signs that the pattern asks for, those in repeats first, and the words in it."""
    signs: dict[str, None] = {}
    words: dict[str, None] = {}

    def walk(parts: Any, said: str = "") -> None:
        for kind, value in parts:
            name = str(kind)
            if name == "LITERAL":
                said += chr(value)
                signs[chr(value)] = None
                continue
            if said:
                words[said] = None
            said = ""
            for sign in _of(name, value):
                signs[sign] = None
            for inner in _inner(value):
                walk(inner)
        if said:
            words[said] = None

    walk(_PARSER.parse(pattern.pattern, pattern.flags))
    ordered = [sign for sign in (" ", "\n", "1", "a", "字") if pattern.search(sign)] + list(signs)
    return list(dict.fromkeys(ordered)), [word for word in words if len(word) > 1]


def _of(name: str, value: Any) -> Iterator[str]:
    if name == "IN":
        for kind, said in value:
            if str(kind) == "LITERAL":
                yield chr(said)
            elif str(kind) == "RANGE":
                yield chr(said[0])
            elif str(kind) == "CATEGORY":
                yield from _SAMPLES.get(str(said), "")
            elif str(kind) == "NEGATE":
                yield "x"
    elif name in ("ANY", "NOT_LITERAL"):
        yield "x"


def _inner(value: Any) -> Iterator[Any]:
    """The parts of a pattern inside one of its parts."""
    if isinstance(value, _PARSER.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            if not (isinstance(one, tuple) and len(one) == 2 and not isinstance(one[0], int | list | tuple)):
                yield from _inner(one)


class TooSlow(Exception):
    """A search that took its time."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `TooSlow` after so much processor time: the search itself looks for signals."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def took(one: Found, text: str, *, most: float) -> float:
    """Seconds of processor for a search through all of a text, of three tries the best; 4 × `most` when broken off.

    A pattern that is only asked whether it stands at the beginning, or is the whole, is asked that.
    """
    anchored = one.ways <= {"match", "fullmatch"}
    best = most * 4
    for _ in range(3):
        begun = time.thread_time()
        try:
            with at_most(most * 4):
                if anchored:
                    one.pattern.fullmatch(text)
                    one.pattern.match(text)
                else:
                    for _found in one.pattern.finditer(text):
                        pass
        except TooSlow:
            return most * 4
        best = min(best, time.thread_time() - begun)
        if best <= most:
            break
    return best
