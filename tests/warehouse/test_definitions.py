"""The versions of the definitions: which figure and which breakdown one of them knows."""

from __future__ import annotations

import pytest

from warehouse.statistics.definitions import ADDED, BY_NAME, SIDES, VERSION, counts


def test_versions_go_up_as_numbers_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ADDED, "late", "2026-11.10")
    assert counts("2026-11.10", "late", "total")
    assert counts("2026-11.11", "late", "total")
    assert counts("2027-1", "late", "total")
    assert not counts("2026-11.9", "late", "total"), "as a text it would come after 2026-11.10"
    assert not counts("2026-11.2", "received", "late")
    assert not counts("", "late", "total")
    assert counts("", "received", "channel")


def test_what_was_added_is_there_and_the_newest_version_counts_it() -> None:
    assert set(ADDED) <= {*BY_NAME, *(side.name for side in SIDES)}
    for name in ADDED:
        assert counts(VERSION, name, "total")
