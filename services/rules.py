"""The rules the law leaves to the office: changed by an administrator, with where the value comes from."""

from __future__ import annotations

from datetime import datetime

from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from warehouse.engine import Warehouse
from warehouse.store.settings import set_setting


def change_setting(store: Warehouse, *, name: str, value: Json, source: str, actor: Actor, at: datetime) -> None:
    """Put the office's own value over a default. Raises `NotAllowed`, and `BadInput` for a name or kind unknown."""
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator changes the settings of the office.")
    if not source.strip():
        raise BadInput("A setting names its source: a text, an article, or who decided it.")
    if isinstance(value, int) and value < 0:
        raise BadInput("A setting that is a number is not negative.")
    with store.write() as session:
        set_setting(session, name, value, source=source.strip(), by=actor.id, at=at)
