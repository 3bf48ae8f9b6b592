"""Collect every string of the screen into the catalogues: `python -m console.catalogues` writes console/locale/*.

Besides what templates and modules mark, it finds the sentences that services, connectors and the linker say: whole
sentences in their source, with a place for each value.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from console.words import LANGUAGES, LOCALE, SAID
from dedupe.levels import FEATURES

ROOT = Path(__file__).parent.parent
SPEAKERS = ("casework", "services", "connectors", "warehouse", "console")
SILENT = (
    "warehouse/migrations",
    "casework/prevention_of_pay.py",
    "casework/prevention_of_sites.py",
    "casework/prevention_words.py",
    "console/commands",
    "console/cli.py",
    "console/metering.py",
    "console/metrics.py",
    "console/terminal.py",
    "connectors/senders",
    "services/bulletins/words.py",
    "services/messaging/sending.py",
    "services/office/backups.py",
    "services/office/checked_schedule.py",
    "services/office/checked_settings.py",
    "services/office/checked_store.py",
    "services/office/drilling.py",
    "services/office/keys.py",
    "services/office/moving_store.py",
    "warehouse/moving.py",
    "warehouse/resealing.py",
    "services/office/doctor.py",
    "services/office/machine_token.py",
    "services/office/vitals.py",
    "services/linkage/explaining.py",
    "services/linkage/linkage_quality.py",
    "services/linkage/resolve_rows.py",
    "services/linkage/resolved_before.py",
    "services/linkage/resolving.py",
    "services/office/running.py",
    "services/linkage/training_linker.py",
    "warehouse/copying.py",
    "warehouse/sealed.py",
)
"""What speaks to a terminal, to a machine or to an employer, or says itself what it says in both languages."""
LINKER = ("dedupe/fuse.py", "dedupe/why.py")
"""What the linker says beside the sentences of its features."""
_SENTENCE = re.compile(r"(\{0\}|[A-Z(])[^\n ]* [^\n ]* [^\n]*\.\Z")
_SHORT = re.compile(r"([A-Z][a-z]+( [a-z]+)?|\{0\}( [a-z]+)?)\.\Z")
_FLAGS = (
    "group incident {0}",
    "extreme act {0}",
    "refusal {0}",
    "concealment {0}",
    "flight {0}",
    "retaliation {0}",
)
FRAGMENTS = ("{0} yuan", "{0} workers", "1 worker", "Photograph {0}: {1}", "{0} Besides: {1}", *_FLAGS)
"""Amounts, heads and red flags as the law's facts set them into their sentences, and refusals in a row."""
_FEWEST_LETTERS = 4
"""A sentence that is nothing but its values would be recognised in every other."""
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
_KEYWORDS = {"N_": None, "_": None, "say": None, "gettext": None, "ngettext": (1, 2), "count": (1, 2)}


@cache
def plain_messages() -> tuple[str | tuple[str, ...], ...]:
    """What the console's own templates and modules say; they are read once for all languages."""
    options = {"**.html": {"trimmed": "true"}}
    found = extract_from_dir(str(ROOT / "console"), _METHODS, options, keywords=_KEYWORDS)
    return tuple(
        message
        for file, _line, message, _comments, _context in found
        if not any((ROOT / "console" / file).is_relative_to(ROOT / quiet) for quiet in SILENT)
    )


@cache
def said_sentences() -> frozenset[str]:
    """What services, connectors and the linker say, with places for values; read once for all languages."""
    linker = frozenset(level.sentence for feature in FEATURES for level in feature.levels)
    return linker | set(FRAGMENTS) | {sentence for file in _speakers() for sentence in _sentences(file)}


def _speakers() -> Iterator[Path]:
    yield from (ROOT / name for name in LINKER)
    for name in SPEAKERS:
        for file in sorted((ROOT / name).rglob("*.py")):
            if not any(file.is_relative_to(ROOT / quiet) for quiet in SILENT):
                yield file


def _sentences(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text("utf-8"))
    documentation = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            documentation.add(id(node.value))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in documentation or (id(node) in inside and not isinstance(node, ast.JoinedStr)):
            continue
        text = _text(node)
        if text is None or len(re.findall(r"[A-Za-z]", text)) < _FEWEST_LETTERS:
            continue
        if _SENTENCE.match(text) or (_SHORT.match(text) and file.is_relative_to(ROOT / "casework")):
            yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts, places = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append("{" + str(places) + "}")
            places += 1
    return "".join(parts)


_HEAD = (
    "# Words of Arrears. Licence as the project. Collected by console/catalogues.py, which keeps what is translated."
)


def collect(language: str) -> Catalog:
    """The catalogue of a language as the sources want it, with what is translated already."""
    path = LOCALE / language / "LC_MESSAGES" / "arrears.po"
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language)
    fresh = Catalog(
        locale=language,
        project="Arrears",
        version="1",
        header_comment=_HEAD,
        msgid_bugs_address="CONTRIBUTING.md",
        last_translator="the authors of Arrears",
        language_team="the authors of Arrears",
        charset="utf-8",
        fuzzy=False,
    )
    for message in plain_messages():
        old = known.get(message if isinstance(message, str) else message[0])
        fresh.add(message, string=old.string if old else None)
    for sentence in sorted(said_sentences()):
        if fresh.get(sentence) is not None:
            continue
        old = known.get(sentence, context=SAID)
        fresh.add(sentence, string=old.string if old else None, context=SAID)
    if language == "en":
        for entry in fresh:
            entry.string = entry.id
    fresh.creation_date = fresh.revision_date = known.creation_date
    return fresh


def main() -> None:
    """Write both catalogues."""
    for language in LANGUAGES:
        path = LOCALE / language / "LC_MESSAGES" / "arrears.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalog = collect(language)
        with path.open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, no_location=True, omit_header=False)


if __name__ == "__main__":
    main()
