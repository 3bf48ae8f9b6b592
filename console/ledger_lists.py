"""The lists an officer types or pastes about a ledger: amounts by line or worker, instalments; and how they start.

A line is read as what it begins with and the amount after its last `=`, so that a list made by the program can be
filled in; without a `=` the last word is the amount. A line without an amount says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from unicodedata import normalize

from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from casework.identifiers import mask_name
from casework.ledger import Owed, Span, counted_of
from casework.money import yuan_of
from console.fields import Fields, day_of
from console.labels_ledger import PARTS
from warehouse.models import CaseRow
from warehouse.queries.ledger import LedgerLine, LedgerWorker, chain, ledger
from warehouse.store.liable import chain_of, liable_in, party_key

LONGEST = 200_000
_LINE, _WORKER = re.compile(r"\d{1,6}(\.\d{1,4})?\Z"), re.compile(r"\d{1,6}\Z")


def amounts_by_line(name: str, fields: Fields) -> dict[str, Decimal]:
    """Verified sums by line, `3` or `3.2`."""
    return dict(_amounts(name, fields, _LINE))


def amounts_by_worker(name: str, fields: Fields) -> dict[int, Decimal]:
    """Paid sums by the worker's number. A worker named twice is paid both."""
    found: dict[int, Decimal] = {}
    for key, amount in _amounts(name, fields, _WORKER):
        found[int(key)] = found.get(int(key), Decimal(0)) + amount
    return found


def instalments(name: str, fields: Fields) -> list[tuple[date, Decimal]]:
    """Days and sums: `2026-12-01 10000`."""
    found = []
    for number, first, last in _split(name, fields):
        amount = _yuan(last)
        try:
            due_on = day_of(first)
        except ValueError:
            due_on = None
        if due_on is None or amount is None:
            fields.wrong(name, f"Line {number} of the list: please give a day and an amount, such as 2026-12-01 4800.")
            break
        found.append((due_on, amount))
    return found


def _amounts(name: str, fields: Fields, key: re.Pattern[str]) -> Iterator[tuple[str, Decimal]]:
    for number, first, last in _split(name, fields):
        amount = _yuan(last)
        if not key.match(first) or amount is None:
            fields.wrong(name, f"Line {number} of the list: please give a number of the ledger and an amount in yuan.")
            return
        yield first, amount


def _yuan(text: str) -> Decimal | None:
    one = Fields(FormData([("amount", text)]))
    amount = one.yuan("amount")
    return None if one.errors else amount


def _split(name: str, fields: Fields) -> Iterator[tuple[int, str, str]]:
    text = normalize("NFKC", fields.text(name, longest=LONGEST) or "")
    for number, line in enumerate(text.splitlines(), start=1):
        before, sign, after = line.rpartition("=")
        words = (before if sign else line).split()
        last = after.strip() if sign else (words[-1] if len(words) > 1 else "")
        if words and (last or not sign):
            yield number, words[0], last


def upload(name: str, fields: Fields) -> bytes | None:
    """The bytes of a file that was chosen."""
    return fields.upload(name)


def chosen_party(name: str, fields: Fields) -> str | None:
    """The id of a party; the service knows whether it is of this case."""
    return fields.text(name, required=True, longest=64)


READERS: Mapping[str, Callable[[str, Fields], Any]] = {
    "verified": amounts_by_line,
    "paid_to": amounts_by_worker,
    "steps": instalments,
    "file": upload,
    "party": chosen_party,
}
"""The kinds of fields of this module, with how each is read."""


def start_of(session: Session, case: CaseRow, now: str) -> str | None:
    """The list a form starts with: every line to be verified, or every worker to be paid, the amounts left out."""
    if now == "lines_to_verify":
        return "\n".join(_to_verify(worker, line) for worker, line in _lines(session, case))
    if now == "workers_to_pay":
        return "\n".join(_to_pay(worker) for worker in ledger(session, case).workers if worker.number and owing(worker))
    if now == "liable":
        return next((one for one, *_ in liable_party(session, case.id)), None)
    if now in ("verified_workers", "verified_amount"):
        return _verified(session, case, now)
    if now in ("proposed_party", "proposed_ground"):
        first = next((one for one in chain(session, case).proposed if one.party), None)
        if first is None or first.party is None:
            return ""
        return first.party.id if now == "proposed_party" else first.ground.key
    return None


def _verified(session: Session, case: CaseRow, now: str) -> str:
    """How many people are verified, or the verified sum in yuan; nothing where none was."""
    if now == "verified_amount":
        return str(yuan_of(case.amount_verified_fen)) if case.amount_verified_fen else ""
    people = sum(bool(worker.account.verified) for worker in ledger(session, case).workers)
    return str(people) if people else ""


def liable_party(session: Session, case_id: str) -> list[tuple[str, str, str]]:
    """The party that was named liable to pay, as one can choose it; none where nobody was."""
    named = liable_in(session, case_id)
    own = {row.id for row in chain_of(session, case_id) if named and party_key(row.part, row.name) == named[0]}
    return [(one, PARTS[part], name) for one, part, name in parties(session, case_id) if one in own]


def _lines(session: Session, case: CaseRow) -> Iterator[tuple[LedgerWorker, LedgerLine]]:
    for worker in ledger(session, case).workers:
        yield from ((worker, line) for line in worker.lines if worker.number)


def _to_verify(worker: LedgerWorker, line: LedgerLine) -> str:
    verified = "" if line.verified_fen is None else str(yuan_of(line.verified_fen))
    told = f"{worker.name or '—'} {line.first}–{line.last} {yuan_of(line.claimed_fen) or '—'}"
    return f"{line.name}  {told} = {verified}".rstrip()


def _to_pay(worker: LedgerWorker) -> str:
    return f"{worker.number}  {worker.name or '—'} {yuan_of(owing(worker))} ="


def owing(worker: LedgerWorker) -> int:
    """What is still to be proven paid to a worker: of what is verified, or else claimed."""
    account = worker.account
    due = account.claimed if account.verified is None else account.verified
    return max((due or 0) - account.paid, 0)


def still_owed(session: Session, case: CaseRow, but: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """What is outstanding to each worker whose amount is verified, but for those named."""
    return {
        worker.number: yuan_of(owing(worker)) or Decimal(0)
        for worker in ledger(session, case).workers
        if worker.number not in but and worker.account.verified is not None and owing(worker)
    }


def as_claimed(session: Session, case: CaseRow, but: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The claimed sum of each line that is not verified yet, but for those named.

    Where a worker was heard twice of the same months, the line that counts.
    """
    found: dict[str, Decimal] = {}
    for worker in ledger(session, case).workers:
        if worker.number and str(worker.number) not in but:
            done = [line for line in worker.lines if line.name in but or line.verified_fen]
            open_ = [line for line in worker.lines if line.verified_fen is None and line.name not in but]
            free = [one for one in open_ if not any(_span(one).meets(_span(other)) for other in done)]
            places = counted_of([Owed(_span(line), line.claimed_fen) for line in free])
            found |= {free[place].name: yuan_of(free[place].claimed_fen) or Decimal(0) for place in places}
    return found


def _span(line: LedgerLine) -> Span:
    return Span(line.first, line.last)


def parties(session: Session, case_id: str) -> list[tuple[str, str, str]]:
    """The parties one can choose from: id, part, and the name, a person's masked."""
    return [
        (row.id, row.part, (mask_name(row.name) or "") if row.part == "crew" else row.name)
        for row in chain_of(session, case_id)
    ]
