"""What one row of an imported file means, by the layout it was recognised as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from casework.complaint import Complaint, Sector
from casework.errors import Unreadable
from casework.record import LAYOUT, UNPARSED, RawRecord
from connectors.base import Channel
from connectors.cells import digits, month
from connectors.fields import Fields, as_moment, tidy
from connectors.imports.layouts import LAYOUTS, Layout

_IDS = frozenset({"employer_uscc", "district_code", "complainant_phone", "complainant_id_no"})
_MONTHS = frozenset({"arrears_from", "arrears_to"})


def read(raw: RawRecord) -> Complaint:
    """What a row means. Raises `Unreadable`. Nobody waits for an answer on the channel: a file has no way back."""
    if UNPARSED in raw.payload:
        raise Unreadable("not_well_formed", "The row has more cells than the file has headings.")
    layout = LAYOUTS.get(str(raw.payload.get(LAYOUT)))
    if layout is None:
        raise Unreadable("layout_unknown", "The row is of a layout that is no longer known.")
    fields = Fields(raw, _facts(layout, raw.channel))
    remarks: list[str] = []
    received_at = _received(fields, layout)
    told = _told(fields, layout, remarks)
    if layout.currency:
        remarks.append(f"currency:{layout.currency}")
    source = fields.text("channel")
    if source:
        remarks.append(f"told_on:{source[:40]}")
    return Complaint(
        channel=raw.channel,
        source_key=raw.source_key,
        version=raw.version,
        received_at=received_at,
        narrative=told.pop("narrative") or told.get("title") or "",
        sector=_sector(fields, layout),
        wants_reply=False,
        probably_arrears=layout.probably_arrears,
        remarks=(*remarks, *fields.done()),
        **told,
    )


def _facts(layout: Layout, channel: str) -> Channel:
    return Channel(
        name=channel,
        title=layout.title,
        title_en=layout.title,
        transport="file",
        least_per_run=0,
        overlap_minutes=0,
        answers=False,
        every_minutes=0,
        ignores=layout.ignores | {LAYOUT},
    )


def _received(fields: Fields, layout: Layout) -> datetime:
    name = next(column for column, fact in layout.columns.items() if fact == "received_at")
    said = fields.needed(name)
    if layout.date_form is None:
        return as_moment(said, field=name)
    try:
        return datetime.strptime(tidy(said), layout.date_form).replace(tzinfo=layout.zone).astimezone(UTC)
    except ValueError:
        raise Unreadable("date_unreadable", f"The date in {name} is not one we can read.", field=name) from None


def _told(fields: Fields, layout: Layout, remarks: list[str]) -> dict[str, Any]:
    """The facts of the row's columns; where two columns lead to one fact, the one that says something."""
    readers: Mapping[str, Callable[[str], Any]] = {
        **dict.fromkeys(_IDS, lambda name: digits(fields, name, remarks)),
        **dict.fromkeys(_MONTHS, lambda name: month(fields, name)),
        "worker_count": fields.count,
        "amount_claimed": lambda name: fields.money(name, unit="wan" if name.endswith("_wan") else "yuan"),
    }
    told: dict[str, Any] = {"narrative": None}
    for column, fact in layout.columns.items():
        if fact == "received_at":
            continue
        value = readers.get(fact, fields.text)(column)
        if value is not None:
            told[fact] = value
    if layout.narrative:
        told["narrative"] = _narrative(fields, layout)
    elif layout.name == "messages" and not told["narrative"] and not told.get("title"):
        raise Unreadable("missing", "The message has neither a title nor a text.", field="detail")
    return told


def _narrative(fields: Fields, layout: Layout) -> str:
    """A sentence made of the row's cells; its sums must be numbers, in their own currency."""
    said: dict[str, str] = {name: fields.text(name) or "-" for name in (*layout.ignores, *layout.columns)}
    for name in layout.sums:
        amount = fields.money(name)
        said[name] = "-" if amount is None else f"{amount:,.2f}"
    return (layout.narrative or "").format_map(said)


def _sector(fields: Fields, layout: Layout) -> Sector:
    if not layout.construction:
        return Sector.UNKNOWN
    code = fields.text(layout.construction["column"])
    if code is None:
        return Sector.UNKNOWN
    return Sector.CONSTRUCTION if tidy(code).startswith(layout.construction["prefix"]) else Sector.OTHER
