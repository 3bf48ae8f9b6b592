"""The story through the console alone: an officer logs in, finds the form where the case offers it, fills it in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Protocol

from lxml import html

from casework.calendar import SHANGHAI
from casework.discretion import Waiver
from casework.handling import PaidWorker
from casework.inquiry import Wanted
from casework.leniency import Exit
from services.leniency.pledges import Duty
from tests.console.conftest import Person
from tests.console.forms import form_of
from tests.scenarios.hands import look, paper, waiting_outcome_id
from tests.scenarios.town import PASSWORD, Town
from warehouse.models import DocumentRow

_WHERE = dict.fromkeys(("take-complaints", "roster", "party", "liable", "plan"), "/ledger") | {"paper": "/papers"}
"""Acts that are offered on a page of their own."""


class Seat(Protocol):
    """Somebody at their desk, logged in: gets pages, and sends the forms of the page that lies before them."""

    def get(self, path: str) -> str:
        """A page."""

    def send(self, path: str, typed: dict[str, Any], status: int = 200) -> str:
        """The form of the page that leads to `path`, with some fields filled in; the page that follows."""

    def barred(self, path: str, typed: dict[str, Any]) -> str:
        """The same where it may not be sent: why, in the words of the page."""

    def close(self) -> None:
        """Leave the desk."""


class ByRequests:
    """A seat without a browser."""

    def __init__(self, address: str, login: str) -> None:
        self.person = Person(address)
        self.person.get("/login", language="en")
        self.person.log_in(login, PASSWORD)
        self._page = ""

    def get(self, path: str) -> str:
        self._page = self.person.get(path)
        return self._page

    def send(self, path: str, typed: dict[str, Any], status: int = 200) -> str:
        data: dict[str, Any] = form_of(self._page, path) | typed
        chosen = data.pop("file", None)
        files = {"file": ("工资表.xlsx", chosen)} if isinstance(chosen, bytes) else None
        headers = {"Origin": self.person.address}
        answer = self.person.client.post(path, data=data, files=files, headers=headers)
        assert answer.status_code == status, (path, answer.status_code, _words(answer.text)[:2000])
        return str(answer.text)

    def barred(self, path: str, typed: dict[str, Any]) -> str:
        return _words(self.send(path, typed, 422))

    def close(self) -> None:
        self.person.client.close()


class ByConsole:
    """Hands that know pages and forms only. Each day everybody logs in anew."""

    def __init__(self, town: Town, address: str, sit: Callable[[str, str], Seat] = ByRequests) -> None:
        self.town, self.case_id, self.address = town, "", address
        self._sit = sit
        self._seats: dict[tuple[str, datetime], Seat] = {}
        self._readers: dict[tuple[str, datetime], ByRequests] = {}

    def seat(self, login: str) -> Seat:
        """Somebody at their desk, logged in at this moment of the story."""
        key = (login, self.town.now)
        if key not in self._seats:
            self._seats[key] = self._sit(self.address, login)
        return self._seats[key]

    @property
    def case(self) -> str:
        """The address of the case."""
        return f"/cases/{look(self).matter_no}"

    def click(self, login: str) -> int:
        desk = self.seat(login)
        page = desk.get("/queue")
        counted = re.search(r"Dispatch (\d+) case", page)
        assert counted is not None, "the button counts what it sends"
        assert f"{counted[1]} of {counted[1]} dispatched" in desk.send("/queue/dispatch", {})
        return int(counted[1])

    def do(self, login: str, act: str, **fields: Any) -> None:
        self._send(login, act, 200, fields)

    def refused(self, login: str, act: str, **fields: Any) -> str:
        return _words(self._send(login, act, 422, fields))

    def _send(self, login: str, act: str, status: int, fields: dict[str, Any]) -> str:
        seat, path = self.seat(login), f"{self.case}/{act}"
        page = seat.get(self.case + _WHERE.get(act, ""))
        assert path in _links(page), f"the case does not offer {act} to {login}"
        if path not in _forms(page):
            seat.get(path)
        return seat.send(path, _typed(fields), status)

    def _outcome(self, login: str, exit_: Exit, fields: dict[str, Any], status: int) -> str:
        seat, path = self.seat(login), f"{self.case}/outcome"
        assert path in _links(seat.get(self.case))
        seat.get(f"{path}?exit={exit_.value}")
        given = dict(fields)
        typed: dict[str, Any] = {"confirmed": list(given.pop("confirmed", ()))}
        typed |= {f"evidence-{key}": words for key, words in given.pop("evidence", {}).items()}
        for place, waiver in enumerate((*given.pop("waivers", ()), *given.pop("fines", ())), start=1):
            assert isinstance(waiver, Waiver)
            typed |= {f"scale-{place}": waiver.scale, f"step-{place}": waiver.step, f"units-{place}": waiver.units}
        return seat.send(path, typed | _typed(given), status)

    def propose(self, login: str, exit_: Exit, **fields: Any) -> None:
        self._outcome(login, exit_, fields, 200)

    def not_proposed(self, login: str, exit_: Exit, **fields: Any) -> str:
        return _words(self._outcome(login, exit_, fields, 422))

    def decide(self, login: str, *, approve: bool = True, reason: str | None = None) -> None:
        seat, path = self._before_deciding(login)
        seat.send(path, {"approve": "yes" if approve else "no", "reason": reason or ""})

    def not_decided(self, login: str) -> str:
        seat, path = self._before_deciding(login)
        return seat.barred(path, {"approve": "yes", "reason": ""})

    def _before_deciding(self, login: str) -> tuple[Seat, str]:
        seat = self.seat(login)
        seat.get(f"{self.case}?tab=handling")
        return seat, f"/outcomes/{waiting_outcome_id(self)}/decide"

    def verify_as_claimed(self, login: str) -> None:
        self._on_ledger(login, "verify-lines", rest="all")

    def pay_all(self, login: str, *, paid_on: date, proof_ref: str) -> None:
        self._on_ledger(
            login, "pay-workers", amounts="", rest="all", paid_on=paid_on.isoformat(), proof="bank_voucher",
            proof_ref=proof_ref,
        )  # fmt: skip

    def _on_ledger(self, login: str, act: str, **typed: str) -> None:
        seat, path = self.seat(login), f"{self.case}/{act}"
        assert path in _links(seat.get(f"{self.case}/ledger"))
        seat.get(path)
        seat.send(path, dict(typed))

    def fill(self, login: str, kind: str, **blanks: str) -> None:
        seat, path = self.seat(login), f"{self.case}/papers/{paper(self, kind).id}"
        assert path in _links(seat.get(f"{self.case}?tab=handling"))
        assert f"{path}/fill" in _forms(seat.get(path)), f"{login} may not fill {kind}"
        seat.send(f"{path}/fill", dict(blanks))

    def read(self, login: str, paper: DocumentRow) -> bytes:
        key = (login, self.town.now)
        if key not in self._readers:
            self._readers[key] = ByRequests(self.address, login)
        person, path = self._readers[key].person, f"{self.case}/papers/{paper.id}"
        fields = {"csrf": form_of(person.get(path), f"{path}/file")["csrf"], "form": "docx"}
        answer = person.client.post(f"{path}/file", data=fields, headers={"Origin": person.address})
        assert answer.status_code == 200, (paper.kind, _words(answer.text))
        return bytes(answer.content)

    def call_back(self, login: str, complaint_id: str, **said: bool | str) -> None:
        seat, path = self.seat(login), f"/callbacks/{complaint_id}"
        assert path in _links(seat.get("/callbacks"))
        seat.get(path)
        seat.send(path, {"answered": "yes", **_typed(said)})

    def close(self) -> None:
        for seat in (*self._seats.values(), *self._readers.values()):
            seat.close()


def _forms(page: str) -> list[str]:
    """Where the forms of a page lead."""
    document: Any = html.fromstring(page)
    return list(document.xpath("//form/@action"))


def _links(page: str) -> list[str]:
    """Where one can go from a page: its links and its forms."""
    document: Any = html.fromstring(page)
    return [*document.xpath("//a/@href"), *_forms(page)]


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """Values as an officer types or ticks them."""
    typed: dict[str, Any] = {}
    for name, value in fields.items():
        typed |= _items(value) if name == "items" else {name: _text(value)}
    return typed


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | bytes):
        return value
    if isinstance(value, Iterable):
        found = list(value)
        return [str(one) for one in found] if all(isinstance(one, int) for one in found) else _lines(found)
    return str(value)


def _lines(values: list[Any]) -> str:
    return "\n".join(_line(one) for one in values)


def _line(value: Any) -> str:
    if isinstance(value, PaidWorker):
        return f"{value.name} {value.amount}"
    if isinstance(value, Duty):
        return f"{value.due_on} {value.says}"
    return " ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _items(wanted: Iterable[Wanted]) -> dict[str, Any]:
    """The ticks on the list of fifteen."""
    typed: dict[str, Any] = {"items": [str(one.no) for one in wanted]}
    for one in wanted:
        given = {"sides": list(one.sides), "from": one.from_month, "to": one.to_month, "words": one.words}
        typed |= {f"{name}_{one.no}": value for name, value in given.items() if value}
    return typed


def _words(page: str) -> str:
    document: Any = html.fromstring(page)
    return " ".join(str(document.text_content()).split())
