"""Complaints for the linker's tests, made with as little typing as possible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from casework.linkage import LinkRecord

START = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


def said(name: str, *, day: int = 0, **fields: Any) -> LinkRecord:
    """One complaint of a district, told `day` days after the first of September."""
    given: dict[str, Any] = {"channel": "hotline_12345", "submitted_at": START + timedelta(days=day)}
    return LinkRecord(complaint_id=name, **{**given, **fields})


def parted(of: dict[str, str] | Any) -> set[frozenset[str]]:
    """A grouping without its names."""
    groups: dict[str, set[str]] = {}
    for name, group in of.items():
        groups.setdefault(group, set()).add(name)
    return {frozenset(one) for one in groups.values()}
