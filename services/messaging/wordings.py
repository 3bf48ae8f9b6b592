"""The words of messages, changed by a head: checked against what their reader may see, kept by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.errors import NotFound
from casework.messages import LANGUAGES, OF_WORKERS, SAMPLES, Occasion, check_wording, filled
from casework.people import Actor
from casework.record import Json
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.store.wordings import put_wording

PART = 67
"""Characters of one part of a Chinese text message that has several (3GPP TS 23.040: 70 less the header)."""
ONE_PART = 70


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as its reader would get it, with invented values; of a text message in how many parts it goes."""

    body: str
    characters: int
    parts: int | None


def occasion_of(name: str, language: str) -> Occasion:
    """The occasion of an address in the console. Raises `NotFound`."""
    if name not in set(Occasion) or language not in LANGUAGES:
        raise NotFound("There is no such message.")
    return Occasion(name)


def preview(occasion: Occasion, language: str, text: str) -> Preview:
    """What the words would look like. Nothing is kept. Raises `BadInput` as putting them would."""
    body = filled(occasion, check_wording(occasion, text), SAMPLES[language])
    parts = 1 if len(body) <= ONE_PART else -(-len(body) // PART)
    return Preview(body, len(body), parts if occasion in OF_WORKERS else None)


def change_wording(
    store: Warehouse, *, occasion: Occasion, language: str, text: str, version: int, actor: Actor, at: datetime
) -> int:
    """Put words in force, over the version that was looked at. Returns theirs. Raises `BadInput`, `Conflict`."""
    checked = check_wording(occasion, text)
    with store.write() as session:
        new = put_wording(session, occasion, language, checked, seen=version, by=actor.id, at=at)
        details: dict[str, Json] = {"language": language, "version": new}
        audit.record(session, by=actor.id, act="change_wording", subject=occasion.value, at=at, details=details)
        return new
