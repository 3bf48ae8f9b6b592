"""The table of promises says of each what its file of evidence says; one without a file is not proven."""

from __future__ import annotations

import json
import re
from pathlib import Path

EVIDENCE = Path(__file__).resolve().parents[2] / "docs" / "evidence"
PROMISES = [f"R{number}" for number in range(1, 39)]
_ROW = re.compile(r"^\| (?:\[(R\d+)\]\((R\d+)\.json\)|(R\d+)) \|.*\| ([^|]+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, bool, str]]:
    """Promise, whether a file is named, verdict."""
    found = _ROW.findall((EVIDENCE / "README.md").read_text(encoding="utf-8"))
    assert all(named == file for named, file, *_ in found)
    return [(named or bare, bool(named), verdict.strip()) for named, _, bare, verdict in found]


def test_every_promise_has_one_row_in_order() -> None:
    assert [promise for promise, _, _ in rows()] == PROMISES


def test_what_is_called_kept_was_run_whole() -> None:
    for promise, has_file, verdict in rows():
        if not has_file:
            assert verdict == "not proven", promise
            assert not (EVIDENCE / f"{promise}.json").exists(), promise
            continue
        for file in (EVIDENCE / f"{promise}.json", *EVIDENCE.glob(f"{promise}-*.json")):
            figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
            assert (figures["verdict"], figures["scale"]) == (verdict, 1.0), file.name
            counted, enough = figures["counted"], figures["enough"]
            assert not {name: least for name, least in enough.items() if counted.get(name, 0) < least}, file.name
            assert all(figures["planted_bugs_caught"].values()), file.name


def test_what_security_rests_on_is_called_not_proven_where_it_is() -> None:
    proven = {promise for promise, _, verdict in rows() if verdict == "kept"}
    text = (EVIDENCE.parent / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"\b(R\d+)\b( \(not proven whole\))?", "".join(re.findall(r"^\| [\d].*$", text, re.MULTILINE)))
    assert len(named) > 10
    assert [promise for promise, weak in named if (promise in proven) is bool(weak)] == []
