"""A payment list that an employer or a bank hands over: whose line is whose in the ledger. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from casework.errors import BadInput
from casework.ledger import Span
from casework.paid_lists import read_paid
from casework.people import Actor
from casework.rosters import RosterRow
from connectors.apart import table_apart
from services.cases.held import holds
from services.money.ledger import CAPS
from warehouse.engine import Warehouse
from warehouse.models import CaseRow
from warehouse.store.mentions import on_roster
from warehouse.store.together import humans, parted

_SHOWN = 20


def amounts_in(store: Warehouse, *, case_id: str, content: bytes, actor: Actor) -> dict[int, Decimal]:
    """What a list pays to each worker, in yuan by the number in the ledger. Who stands in it twice is paid both.

    The file is read in a process of its own that can harm nobody. Raises `BadInput` for what is no table, and, with
    the lines, where one cannot be read or fits no worker of the ledger, or several: a payment is taken whole or not.
    """
    if len(content) > CAPS.file_bytes:
        raise BadInput("The file is larger than 1 MB. Split it.")
    with store.read() as session:
        holds(session, session.get(CaseRow, case_id), actor)
    table = table_apart(content, CAPS)
    paid = read_paid([(line.number, line.cells) for line in table.lines])
    if paid.bad:
        raise BadInput(f"Line {paid.bad[0].number} of the payment list cannot be taken: {paid.bad[0].why}")
    found, strange = _whose(store, case_id, paid.rows)
    if strange:
        shown = ", ".join(str(number) for number in strange[:_SHOWN])
        raise BadInput(f"Lines {shown} of the payment list fit no worker of the ledger, or several. Nothing was taken.")
    return found


def _whose(store: Warehouse, case_id: str, rows: Sequence[RosterRow]) -> tuple[dict[int, Decimal], list[int]]:
    """The sums by worker, and the lines of which it cannot be said whose they are."""
    with store.read() as session:
        people = humans(session, case_id)
        known = people.rows()
        told = on_roster(rows, Span())
        parting = parted(known, told).parting
    whom = {row.id: human for human in people.live for _, row in human.rows}
    found: dict[int, Decimal] = {}
    strange: list[int] = []
    for places in (*parting.workers, *parting.unclear):
        lines = [rows[place - len(known)] for place in places if place >= len(known)]
        meant = {whom[known[place].id].number for place in places if place < len(known) and known[place].id in whom}
        if lines and (len(meant) != 1 or places in parting.unclear):
            strange += [one.number for one in lines]
            continue
        for one in lines:
            number = next(iter(meant))
            found[number] = found.get(number, Decimal(0)) + (one.claimed or Decimal(0))
    return found, sorted(strange)
