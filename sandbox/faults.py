"""What can go wrong on the other side, switched on and off while it serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Faults:
    """The troubles of one platform. All off: it serves well.

    `status` answers every call with that code; `delay` keeps everyone waiting so many seconds; `empty` answers well and
    has nothing; `drop` takes fields away from every record; `duplicate` sends every record of a page twice; `held` keys
    are not committed yet; `half_body` promises a length and sends half of it; `cut_body` sends half and says it is
    whole; `garbage` sends this text in place of the answer; `redirect` sends everyone elsewhere.
    """

    status: int | None = None
    delay: float = 0.0
    empty: bool = False
    drop: frozenset[str] = frozenset()
    duplicate: bool = False
    held: set[str] = field(default_factory=set)
    half_body: bool = False
    cut_body: bool = False
    garbage: str | None = None
    redirect: str | None = None

    def clear(self) -> None:
        """All is well again."""
        well = Faults()
        for one in fields(self):
            setattr(self, one.name, getattr(well, one.name))

    def bend(self, records: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A page of records as these faults leave it."""
        if self.empty:
            return []
        return list(self._bent(records))

    def _bent(self, records: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for record in records:
            kept = {name: value for name, value in record.items() if name not in self.drop}
            yield kept
            if self.duplicate:
                yield dict(kept)
