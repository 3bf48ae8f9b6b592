"""The rules the law leaves to the office: changed by an administrator, with where the value comes from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from string import Formatter
from typing import cast

from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from casework.reaching import ReachedBy, read_address
from casework.record import Json
from casework.settings_of_law import SETTINGS
from casework.settings_of_messages import ADDRESS_OF_PAGE
from casework.settings_of_tiers import TIERS
from casework.stopwatch import LEAST_OFFICERS, OfficeHours
from casework.tiers import read_tiers
from warehouse.engine import Warehouse
from warehouse.store.settings import set_setting


def change_setting(
    store: Warehouse,
    *,
    name: str,
    value: Json,
    source: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> None:
    """Put the office's own value over a default. Raises `NotAllowed`, and `BadInput` for a name or kind unknown.

    `version` is that of the value that was looked at; `Conflict` says who has changed it since.
    """
    if Role.SYSTEM_ADMIN not in actor.roles:
        raise NotAllowed("Only a system administrator changes the settings of the office.")
    if not source.strip():
        raise BadInput("A setting names its source: a text, an article, or who decided it.")
    check_value(name, value)
    with store.write() as session:
        set_setting(session, name, value, source=source.strip(), by=actor.id, at=at, version=version)


def check_value(name: str, value: Json) -> None:
    """Raise `BadInput` for a value that the setting does not take."""
    known = SETTINGS.get(name)
    if known is None:
        raise BadInput(f"There is no setting {name}.")
    if type(value) is not type(known.default):
        raise BadInput(f"The setting {name} takes another kind of value.")
    if isinstance(value, int) and value < 0:
        raise BadInput("A setting that is a number is not negative.")
    if isinstance(value, int) and value > most_of(name):
        raise BadInput("A number as large as this is not taken here.")
    if name in _AT_LEAST_ONE and value == 0:
        raise BadInput("With nought here nobody could log in any more.")
    if name.endswith(".unit") and value not in ("working", "calendar"):
        raise BadInput("A unit of days is working or calendar.")
    if name == "stopwatch.least.officers" and cast(int, value) < LEAST_OFFICERS:
        raise BadInput("Of fewer than two officers no minutes are shown: they would be one person's.")
    if name in _READ:
        _READ[name](value)
    if name == "account.second_factor.roles" and not set(map(str, cast(list[Json], value))) <= set(Role):
        raise BadInput(f"The roles are {', '.join(Role)}.")
    if name.startswith("message.link.") and value:
        _check_link(name, str(value))
    if isinstance(value, str):
        _check_places(value, str(known.default))


def _office_hours(value: Json) -> None:
    OfficeHours.read(list(map(str, cast(list[Json], value))))


_READ: Mapping[str, Callable[[Json], object]] = {"stopwatch.office_hours": _office_hours, TIERS: read_tiers}
"""Values with a grammar of their own, by their readers, which raise `BadInput`."""


def _check_link(name: str, value: str) -> None:
    """An address that messages carry is opened by a telephone as it stands. Raises `BadInput`."""
    if value != value.strip() or (name == ADDRESS_OF_PAGE and not value.startswith("https://")):
        raise BadInput("Please give the whole address, beginning with https://.")
    read_address(ReachedBy.WEBHOOK, value)


_LARGEST, _LARGEST_SPAN, _TIMES_THE_DEFAULT = 1_000_000, 1_200, 1_000


def most_of(name: str) -> int:
    """The largest number that a setting takes: what is counted from today has to end before the year 9999."""
    default = SETTINGS[name].default
    if name.endswith(("months", "years")):
        return _LARGEST_SPAN
    return max(_LARGEST, _TIMES_THE_DEFAULT * default if isinstance(default, int) else 0)


_AT_LEAST_ONE = frozenset(
    {"account.lock.tries", "account.idle.minutes", "account.absolute.hours", "account.password.length"}
)


def read_value(name: str, typed: str) -> Json:
    """A value as a person types it: a text as it is, all else as JSON. Raises `BadInput`."""
    known = SETTINGS.get(name)
    if known is None:
        raise BadInput(f"There is no setting {name}.")
    if isinstance(known.default, str):
        return typed
    try:
        return cast(Json, json.loads(typed))
    except json.JSONDecodeError as wrong:
        raise BadInput("This setting takes a number, true or false, or a list, written as JSON.") from wrong


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
