"""R34: no input makes the console fall: no answer of 500 or more, no traceback, whatever a role sends wherever.

Requests are bent from what the pages of the console send themselves, over real HTTP, on both engines: forms with fields
left out, doubled and filled with what breaks parsers, ids of others and of nobody, files where words belong. What pages
show is used again, so that acts follow acts. The schema is the route table and the forms: pages are no JSON.
"""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import pytest

from benchmarks.serving import served
from console.fields import Fields
from services.office.settings import Settings
from tests.conftest import NOW
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.districts import make_districts
from tests.promises.fuzzing import Answered, Bender, everyone
from tests.promises.proofs import Proof, proof, times

_TRACE = re.compile(r"Traceback \(most recent|File \"/[^\"]+\", line \d+|sqlalchemy\.exc|psycopg\.errors")
ROLES = 8


def fallen(answered: Answered) -> bool:
    """Whether the console fell, or told how it is built."""
    return answered.status >= 500 or bool(_TRACE.search(answered.body))


def bent(new_store: NewStore, folder: Path, engine: str, each: int, made: Proof) -> list[str]:
    """So many requests of every role. Returns those that made the console fall."""
    store = new_store(engine)
    settings = Settings(data_dir=folder)
    districts = make_districts(store)
    wrong = []
    with served(store, settings, lambda: NOW) as address:
        for number, (role, actor) in enumerate(everyone(districts).items()):
            bender = Bender(store, address, actor, role, districts, random.Random(34_000 + number))
            made.count("roles")
            for _ in range(each):
                made.count("requests")
                answered = bender.send()
                if fallen(answered):
                    wrong.append(f"{engine} {answered.status} {answered.asked}")
            for kind, count in bender.answers.items():
                made.count(f"answered {kind}xx", count)
            bender.close()
    return wrong


@pytest.mark.timeout(3_000)
def test_r34(new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    each = times(5_000 // len(ENGINES), least=20, tier="G")
    enough = {"requests": each * ROLES, "answered 2xx": each, "answered 4xx": each, "answered 3xx": 1}
    with proof("R34", seed=34, enough=enough) as made:
        wrong = [one for engine in ENGINES for one in bent(new_store, tmp_path, engine, each, made)]
        assert wrong == []
        unproven = Proof("R34", 34, {})
        with monkeypatch.context() as patched:
            patched.setattr(Fields, "day", lambda self, name, **_asked: date.fromisoformat(self.text(name) or ""))
            caught = any(bent(new_store, tmp_path, ENGINES[0], max(each // 5, 60), unproven))
        made.planted("a day is read as if a page had checked it", caught=caught)
        made.planted("a traceback on a page", caught=fallen(Answered("", 200, 'File "/srv/x.py", line 7')))
