"""The settings of the office, over the defaults of `casework.settings_of_law`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import BadInput, Conflict
from casework.record import Json
from casework.settings_of_law import SETTINGS
from warehouse import audit
from warehouse.engine import once, one_at_a_time
from warehouse.models import SettingChangeRow, SettingRow, new_id

_ALL = select(SettingRow.name, SettingRow.value)


def _set(session: Session) -> dict[str, Json]:
    return dict(session.execute(_ALL).tuples().all())


def setting(session: Session, name: str) -> Json:
    """The value in force. A name nobody knows is a mistake of ours: KeyError.

    All that is set is read at once, by a session that only looks no more than once.
    """
    default = SETTINGS[name].default
    found: Json = once(session, "settings", lambda: _set(session)).get(name, default)
    return found


def whole(session: Session, name: str) -> int:
    """A setting that is a whole number."""
    value = setting(session, name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"The setting {name} must be a whole number.")
    return value


def text(session: Session, name: str) -> str:
    """A setting that is a text."""
    value = setting(session, name)
    if not isinstance(value, str):
        raise BadInput(f"The setting {name} must be a text.")
    return value


def codes(session: Session, name: str) -> frozenset[str]:
    """A setting that is a list of codes."""
    value = setting(session, name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise BadInput(f"The setting {name} must be a list of codes.")
    return frozenset(str(one) for one in value)


def set_setting(
    session: Session, name: str, value: Json, *, source: str, by: str, at: datetime, version: int | None = None
) -> None:
    """Put a value over a default, with where it comes from. Refuses a name or a kind of value nobody reads.

    `version`: how often it had been changed when it was looked at. Raises `Conflict` when that is not so any more.
    """
    if name not in SETTINGS:
        raise BadInput(f"There is no setting {name}.")
    if type(value) is not type(SETTINGS[name].default):
        raise BadInput(f"The setting {name} takes another kind of value.")
    one_at_a_time(session, f"setting:{name}")
    row = session.get(SettingRow, name, populate_existing=True)
    if version is not None and row is not None and version != versions(session, name).get(name, 0):
        raise Conflict("Somebody else changed this rule meanwhile.", by=row.by, at=row.at.isoformat(timespec="minutes"))
    before = SETTINGS[name].default if row is None else row.value
    if row is None:
        session.add(SettingRow(name=name, value=value, source=source, by=by, at=at))
    else:
        row.value, row.source, row.by, row.at = value, source, by, at
    change = SettingChangeRow(id=new_id("stc"), name=name, was=before, now=value, source=source, by=by, at=at)
    session.add(change)
    audit.record(session, by=by, act="set_setting", subject=name, at=at, details={"was": before, "now": value})


def versions(session: Session, *names: str) -> dict[str, int]:
    """How often each setting was changed, or each of these. One that never was is not named."""
    row = SettingChangeRow
    question = select(row.name, func.count()).group_by(row.name)
    if names:
        question = question.where(row.name.in_(names))
    return dict(session.execute(question).tuples().all())


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting as it holds: its value, where that comes from, and since when the office has set it."""

    name: str
    value: Json
    source: str
    set_at: datetime | None
    set_by: str | None = None


def in_force(session: Session) -> list[InForce]:
    """Every setting, by name."""
    rows = {row.name: row for row in session.scalars(select(SettingRow))}
    return [
        InForce(name, row.value, row.source, row.at, row.by)
        if (row := rows.get(name)) is not None
        else InForce(name, known.default, known.source, None)
        for name, known in sorted(SETTINGS.items())
    ]
