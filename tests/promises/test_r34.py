"""R34: no input makes the console fall: no answer of 500 or more, no traceback, whatever a role sends wherever.

Requests are bent from what the pages of the console send themselves, over real HTTP, on both engines: forms with fields
left out, doubled and filled with what breaks parsers, ids of others and of nobody, files where words belong. What pages
show is used again, so that acts follow acts. The schema is the route table and the forms: pages are no JSON.
"""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.serving import served
from console.fields import Fields
from services.office.settings import Settings
from tests.conftest import NOW
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.districts import District, make_districts
from tests.promises.fuzzing import Answered, Bender, everyone
from tests.promises.proofs import Proof, proof, times
from warehouse.engine import Warehouse

_TRACE = re.compile(r"Traceback \(most recent|File \"/[^\"]+\", line \d+|sqlalchemy\.exc|psycopg\.errors")
ROLES = 8
FELL_ONCE: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("POST", "/cases/%00/crime-letter", {}),
    ("GET", "/receipts?balance=0001-01-01", {}),
    ("GET", "/queue/news?drawn=0001-01-01T00:00:00%2B08:00", {}),
    ("POST", "/walk-in/similar", {"employer_name": "欠" * 20_000}),
)
"""What made the console fall before it was mended, or would have: asked first of all, by everybody."""


def fallen(answered: Answered) -> bool:
    """Whether the console fell, or told how it is built."""
    return answered.status >= 500 or bool(_TRACE.search(answered.body))


@dataclass(frozen=True, slots=True)
class Town:
    """Two districts at work over one store, and the address of the console over it."""

    engine: str
    store: Warehouse
    address: str
    districts: tuple[District, ...]

    def bent(self, each: int, made: Proof, *, seed: int, until_fallen: bool = False) -> list[str]:
        """So many requests of every role. Returns those that made the console fall, or write that something broke."""
        wrong: list[str] = []
        with broken() as told:
            self._bent(each, made, seed, until_fallen, wrong, told)
        return wrong

    def _bent(self, each: int, made: Proof, seed: int, until_fallen: bool, wrong: list[str], told: list[str]) -> None:
        for number, (role, actor) in enumerate(everyone(self.districts).items()):
            bender = Bender(self.store, self.address, actor, role, self.districts, random.Random(seed + number))
            made.count("roles")
            for turn in range(each):
                made.count("requests")
                answered = bender.again(*FELL_ONCE[turn]) if turn < len(FELL_ONCE) else bender.send()
                if fallen(answered) or told:
                    wrong.append(f"{self.engine} {answered.status} {answered.asked} {told}")
                    told.clear()
                    if until_fallen:
                        break
            for kind, count in bender.answers.items():
                made.count(f"answered {kind}xx", count)
            made.count("lines closed on what was too large", bender.closed)
            bender.close()
            if wrong and until_fallen:
                break


@contextmanager
def broken() -> Iterator[list[str]]:
    """What the console logs as broken while the context lasts, whether or not an answer came through."""
    told: list[str] = []

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "broken" in record.getMessage():
                told.append(record.getMessage())

    ear, log = Heard(), logging.getLogger("arrears.console")
    log.addHandler(ear)
    try:
        yield told
    finally:
        log.removeHandler(ear)


@contextmanager
def town(new_store: NewStore, folder: Path, engine: str) -> Iterator[Town]:
    """A town while the context lasts."""
    store = new_store(engine)
    districts = make_districts(store)
    with served(store, Settings(data_dir=folder), lambda: NOW) as address:
        yield Town(engine, store, address, districts)


def _trusting(fields: Fields, name: str = "version") -> int:
    """A version that is read as if a page had written it."""
    return int(fields.text(name) or "")


@pytest.mark.timeout(3_000)
def test_r34(new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    each = times(5_000 // len(ENGINES), least=10, tier="G")
    enough = {"requests": each * ROLES, "answered 2xx": each, "answered 4xx": each, "answered 3xx": 1}
    with proof("R34", seed=34, enough=enough) as made:
        wrong = []
        for engine in ENGINES:
            with town(new_store, tmp_path, engine) as there:
                wrong += there.bent(each, made, seed=34_000)
                with monkeypatch.context() as patched:
                    patched.setattr(Fields, "version", _trusting)
                    caught = bool(there.bent(500, Proof("R34", 34, {}), seed=34_100, until_fallen=True))
                made.planted(f"a version is read as if a page had written it, on {engine}", caught=caught)
        assert wrong == []
        made.planted("a traceback on a page", caught=fallen(Answered("", 200, 'File "/srv/x.py", line 7')))
