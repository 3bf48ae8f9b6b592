"""What is filed, in the form the linker takes, with what only the narrative tells."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.orm import Session

from casework.linkage import LinkRecord
from dedupe.extraction import boss_phone_in
from warehouse.queries.link_records import link_records


def versions_filed(session: Session, only: Collection[str] | None = None) -> list[tuple[LinkRecord, int]]:
    """The newest version of every complaint, or of these, with its number, by id.

    No channel has a field for the boss's phone and none is kept: it is read from the narrative each time.
    """
    return [
        (replace(record, boss_phone=boss_phone_in(record.narrative or "")), version)
        for record, version in link_records(session, only)
    ]


def records_filed(session: Session, only: Collection[str] | None = None) -> list[LinkRecord]:
    """The same without the versions' numbers."""
    return [record for record, _ in versions_filed(session, only)]
