"""Inputs bent from inside: a field of a JSON or XML text, a part of a packed workbook. What bends bytes is handed in.

A fuzzer that only knows bytes breaks the wrapping (a quotation mark, a checksum) and never gets to what is wrapped.
"""

from __future__ import annotations

import copy
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from lxml import etree

from tests.connectors.test_poison import VALUES

Bend: TypeAlias = Callable[[bytes, int], bytes]
"""Other bytes than those given, at most so many."""
_LONGEST = 4_000
_PACKED = 2_000_000
"""Bytes of a packed part that are unpacked to be bent."""


def bent(content: bytes, most: int, chance: random.Random, bend: Bend) -> bytes:
    """The input with something bent inside, where one can see inside; one time in five, and else, its bytes."""
    if chance.random() > 0.2:
        inside = _in_zip if content.startswith(b"PK") else _in_xml if content.lstrip().startswith(b"<") else _in_json
        try:
            found = inside(content, chance, bend)
        except (ValueError, RuntimeError, OSError, EOFError, zlib.error, zipfile.BadZipFile, etree.LxmlError):
            found = None  # it is none that can be opened: its bytes are bent
        if found is not None and len(found) <= most:
            return found
    return bend(content, most)


def _in_json(content: bytes, chance: random.Random, bend: Bend) -> bytes | None:
    whole = json.loads(content)
    places = list(_places(whole))
    if not places:
        return None
    holder, place = chance.choice(places)
    match chance.randrange(8):
        case 0:
            holder[place] = chance.choice(VALUES)
        case 1:
            del holder[place]
        case 2:
            other, there = chance.choice(places)
            holder[place] = json.loads(json.dumps(other[there]))
        case _:
            said = holder[place]
            text = said if isinstance(said, str) else json.dumps(said)
            changed = bend(text.encode("utf-8", "surrogatepass"), _LONGEST).decode("utf-8", "replace")
            holder[place] = changed if isinstance(said, str) else _value(changed)
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _places(said: Any) -> Iterator[tuple[Any, Any]]:
    """Every value below the outermost, as what holds it and where."""
    inner = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for place, value in inner:
        yield said, place
        yield from _places(value)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _in_xml(content: bytes, chance: random.Random, bend: Bend) -> bytes | None:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    element = chance.choice(list(root.iter("*")))
    above = element.getparent()
    match chance.randrange(6):
        case 0 if above is not None:
            above.remove(element)
        case 1 if above is not None:
            above.append(copy.deepcopy(element))
        case 2:
            element.append(copy.deepcopy(chance.choice(list(root.iter("*")))))
        case 3:
            text = chance.choice(VALUES)
            element.text = text if isinstance(text, str) else None
        case _:
            element.text = bend((element.text or "").encode(), _LONGEST).decode("utf-8", "replace")
    return etree.tostring(root, encoding="utf-8")


def _in_zip(content: bytes, chance: random.Random, bend: Bend) -> bytes | None:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        if sum(part.file_size for part in book.infolist()) > _PACKED:
            return None
        parts = {part.filename: book.read(part) for part in book.infolist()}
    if not parts:
        return None
    name = chance.choice([name for name in parts if "sheet" in name or "String" in name] or list(parts))
    name = chance.choice(list(parts)) if chance.random() < 0.2 else name
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for each, said in parts.items():
            book.writestr(each, bend(said, 4 * _LONGEST) if each == name else said)
    return out.getvalue()
