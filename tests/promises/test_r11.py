"""R11: a double click is one act: fifty presses with one key get one answer, and other words under it are refused."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from benchmarks.serving import served
from services.cases import once
from services.office.settings import Settings
from tests.conftest import NOW
from tests.console.morning import make_morning
from tests.promises.clicks import Click, Day, clicks
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.hands import at_once
from tests.promises.proofs import Proof, proof, times
from warehouse.engine import Warehouse
from warehouse.models import AuditRow

PRESSES = times(50, least=8)
ACTS = 20

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(900)]


def press(click: Click, fields: Mapping[str, Any]) -> tuple[int, str, str]:
    """Send the form once: the status, where it leads, and the digest of what it says."""
    line, headers = click.person.client, {"Origin": click.person.address}
    answer = line.post(click.path, data=dict(fields), headers=headers, follow_redirects=False, timeout=120)
    return answer.status_code, answer.headers.get("location", ""), hashlib.sha256(answer.content).hexdigest()


def done(store: Warehouse, act: str) -> int:
    """How often the log has an act."""
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.act == act)) or 0


def judged(store: Warehouse, click: Click, made: Proof) -> list[str]:
    """Press at once, then again with other words. What was not as promised, in words."""
    before = done(store, click.act)
    answers = Counter(at_once([lambda: press(click, click.fields)] * PRESSES))
    effects = done(store, click.act) - before
    made.count("presses", PRESSES)
    faults = []
    if effects != 1:
        faults.append(f"{click.act}: {effects} effects")
    if len(answers) != 1:
        faults.append(f"{click.act}: {len(answers)} different answers, {sorted(status for status, *_ in answers)}")
    if any(status >= 400 for status, *_ in answers):
        faults.append(f"{click.act}: refused, {sorted(status for status, *_ in answers)}")
    other, *_ = press(click, {**click.fields, **click.changed})
    made.count("other bodies")
    if other != 422:
        faults.append(f"{click.act}: another body was answered {other}")
    if done(store, click.act) - before != effects:
        faults.append(f"{click.act}: another body had an effect")
    return faults


@pytest.mark.timeout(900)
def test_many_presses_of_one_button_are_one_act(
    new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = ACTS * len(ENGINES)
    enough = {"acts": acts, "presses": acts * PRESSES, "other bodies": acts}
    with proof("R11", seed=0, enough=enough) as made:
        for engine in ENGINES:
            store = new_store(engine)
            make_morning(store, NOW)
            with served(store, Settings(data_dir=tmp_path), lambda: NOW) as address:
                day = Day(store, address)
                faults = []
                for click in clicks(day):
                    made.count("acts")
                    faults += judged(store, click, made)
                assert not faults, engine
                made.planted(f"no twin waits for the first, {engine}", caught=_unheeded(day, made, monkeypatch))
                day.close()


def _unheeded(day: Day, made: Proof, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Planted: every press is taken for the first one. The test must see that."""
    page = "/rota"
    with monkeypatch.context() as planted:
        planted.setattr(once, "told_before", lambda _store, _click: None)
        planted.setattr(once, "keep", lambda _store, _click, _answer: None)
        who = day.click("record_absence", "desk", page, "/rota/absences").fields
        away = {"account_id": day.account("yu"), "from_on": "2026-12-05", "to_on": "2026-12-06"}
        click = Click("record_absence", day.at("desk"), "/rota/absences", dict(who) | away, {"to_on": "2026-12-07"})
        return bool(judged(day.store, click, made))
