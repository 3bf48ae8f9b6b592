"""Questions about many ids, some at a time: a database takes only so many in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

AT_ONCE = 500


def some_at_a_time(ids: Iterable[str]) -> Iterator[list[str]]:
    """All ids in order, each once."""
    ranked = sorted(set(ids))
    return (ranked[start : start + AT_ONCE] for start in range(0, len(ranked), AT_ONCE))
