"""The rules the law leaves to the office: changed by an administrator, with where the value comes from."""

from __future__ import annotations

from datetime import datetime
from string import Formatter

from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.record import Json
from casework.settings_of_law import SETTINGS
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
    if isinstance(value, str) and name in SETTINGS:
        _check_places(value, str(SETTINGS[name].default))
    with store.write() as session:
        set_setting(session, name, value, source=source.strip(), by=actor.id, at=at)


def _check_places(value: str, default: str) -> None:
    """A text that is filled in names no other place than the default does. Raises `BadInput`."""
    try:
        strange = _places(value) - _places(default)
    except ValueError as broken:
        raise BadInput("A text that is filled in closes every brace it opens.") from broken
    if strange:
        raise BadInput(f"The text has places that nothing fills: {', '.join(sorted(strange))}.")


def _places(text: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(text) if place is not None}
