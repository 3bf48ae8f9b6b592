"""R26: whatever is done to the audit log behind its back is seen, with its place; and no act goes by without a row."""

from __future__ import annotations

import random
import re
import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Connection, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from casework.errors import BadInput
from casework.people import Actor, Role
from console.access import ACCESS
from services.office.doctor import Health, audit_log
from services.office.settings import Settings
from services.office.witness import bear_witness, last_seen
from tests.conftest import NOW
from tests.dumps import MOVES_ANYWAY, still
from tests.postgres import Server
from tests.promises.districts import ENDS_THE_LOGIN, PASSWORD, TYPED, World, routes, world
from tests.promises.offered import PAGES, act_pages, forms
from tests.promises.proofs import SCALE, Proof, proof, times
from tests.stores import Template
from warehouse import audit
from warehouse.audit import Witness
from warehouse.crypto import make_keyring
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AuditRow, new_id

ROUNDS = times(1_000, tier="G", least=60)
ROWS = 60
"""Rows of the log that is tampered with: small, so that it can be walked a thousand times."""
HONEST = 1_000_000 if SCALE >= 1 else 3_000
WRITERS = 50

Row = dict[str, Any]


@pytest.fixture
def log(sqlite_template: Path, tmp_path: Path) -> Iterator[Warehouse]:
    """On SQLite, whichever the others of the run are on: its guards are taken away in SQLite's own words."""
    shutil.copy(sqlite_template, tmp_path / "arrears.db")
    store = open_warehouse(f"sqlite:///{tmp_path / 'arrears.db'}")
    with store.write() as session:
        for n in range(ROWS):
            moment = NOW + timedelta(seconds=n)
            audit.record(session, by=f"acc_{n % 7}", act="visit", subject=f"case_{n}", at=moment, details={"n": n})
    for statement in ("DELETE FROM audit", "UPDATE audit SET act = 'x'"):
        with pytest.raises(IntegrityError), store.write() as session:
            session.execute(text(statement))
    with store.write() as session:  # whoever has the database takes its guards away first
        guards = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"))
        for name in guards.all():
            session.execute(text(f"DROP TRIGGER {name}"))
    yield store
    store.close()


def _rows(connection: Connection) -> list[Row]:
    return [dict(row) for row in connection.execute(text("SELECT * FROM audit ORDER BY seq")).mappings()]


def _put(connection: Connection, rows: Sequence[Row]) -> None:
    """Write the log as somebody would who has the database and not the key."""
    connection.execute(text("DELETE FROM audit"))
    names = list(rows[0])
    values = ", ".join(f":{name}" for name in names)
    connection.execute(text(f"INSERT INTO audit ({', '.join(names)}) VALUES ({values})"), [dict(row) for row in rows])


def _edit(rows: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    place = chance.randrange(len(rows))
    name = chance.choice(("done_at", "done_by", "act", "subject", "success", "details", "seal"))
    changed: dict[str, Any] = {
        "done_at": "2026-11-19 08:00:00.000001",
        "success": 1 - int(rows[place]["success"]),
        "details": '{"n": -1}',
        "seal": secrets.token_hex(32),
    }
    rows[place] = rows[place] | {name: changed.get(name, "somebody_else")}
    return rows, place + 1


def _delete(rows: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    place = chance.randrange(len(rows) - 1)
    left = rows[:place] + rows[place + 1 :]
    if chance.random() < 0.5:  # the gap in the numbers is closed too
        left = [row | {"seq": number} for number, row in enumerate(left, start=1)]
    return left, place + 1


def _insert(rows: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    place = chance.randrange(len(rows))
    copied = chance.choice(rows) | {"subject": "case_of_nobody"}
    more = [*rows[:place], copied, *rows[place:]]
    return [row | {"seq": number} for number, row in enumerate(more, start=1)], place + 1


def _reorder(rows: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    first, second = sorted(chance.sample(range(len(rows)), 2))
    rows[first], rows[second] = rows[second] | {"seq": first + 1}, rows[first] | {"seq": second + 1}
    return rows, first + 1


def _cut(rows: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    keep = chance.randrange(1, len(rows))
    return rows[:keep], keep + 1


def _sealed_anew(rows: list[Row], chance: random.Random) -> tuple[list[Row], int]:
    """Everything from a place on is changed and sealed again, with a key that is not ours."""
    place, other = chance.randrange(len(rows)), make_keyring()
    before = rows[place - 1]["seal"] if place else "0" * 64
    for number in range(place, len(rows)):
        rows[number] = rows[number] | {"done_by": "somebody_else"}
        rows[number]["seal"] = before = other.seal_audit(f"{before}{rows[number]}".encode())
    return rows, place + 1


TAMPERED: tuple[Callable[[list[Row], random.Random], tuple[list[Row], int]], ...] = (
    _edit,
    _delete,
    _insert,
    _reorder,
    _cut,
    _sealed_anew,
)


def tamper(log: Warehouse, made: Proof, rounds: int, verify: Callable[..., audit.Chain] = audit.verify) -> list[str]:
    """Tamper once a round, look, and put all back. Returns what was not seen, or seen in another place."""
    chance, wrong = random.Random(made.seed), []
    with log.read() as session:
        seen = audit.head(session)
    for n in range(rounds):
        act = TAMPERED[n % len(TAMPERED)]
        with log.write() as session:
            connection = session.connection()
            rows, place = act(_rows(connection), chance)
            _put(connection, rows)
            found = verify(session, witness=seen).broken_at
            session.rollback()
        made.count(act.__name__.strip("_"))
        made.count("tampered with")
        if found != place:
            wrong.append(f"{act.__name__}: row {place}, said {found}")
    return wrong


def honest(log: Warehouse, made: Proof) -> None:
    """A long log that nobody touched: no false alarm. Sealed as `record` seals, many rows to a statement."""
    with log.write() as session:
        last = audit.head(session)
        seal, batch = last.head, list[dict[str, Any]]()
        for number in range(last.rows + 1, last.rows + HONEST + 1):
            said = {"seq": number, "at": NOW, "by": "acc_1", "act": "visit", "subject": f"case_{number}"}
            said |= {"success": True, "details": {"n": number}}
            seal = audit._seal(seal, cast("AuditRow", SimpleNamespace(**said)))
            batch.append(said | {"seal": seal})
            if len(batch) == 10_000 or number == last.rows + HONEST:
                session.execute(insert(AuditRow), batch)
                batch = []
    with log.read() as session:
        chain = audit.verify(session)
    assert chain.broken_at is None
    made.count("honest rows", chain.rows)


def together(store: Warehouse, made: Proof, engine: str) -> None:
    """Fifty writers at once: every row is there, in one whole chain."""
    each = times(40, tier="G", least=2)

    def write(writer: int) -> None:
        for n in range(each):
            with store.write() as session:
                audit.record(session, by=f"acc_{writer}", act="visit", subject=f"case_{n}", at=NOW)

    with store.read() as session:
        before = audit.head(session).rows
    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, writer) for writer in range(WRITERS)]:
            done.result()
    with store.read() as session:
        chain = audit.verify(session)
    assert chain.broken_at is None
    assert chain.rows == before + WRITERS * each
    made.count(f"rows of parallel writers, {engine}", WRITERS * each)


def witnessed(log: Warehouse, made: Proof, folder: Path) -> None:
    """The file outside: a tail cut off is told by the doctor, and no later line hides it."""
    path = folder / "seen" / "audit.txt"
    path.parent.mkdir()
    settings = Settings(data_dir=folder, audit_witness=path)
    assert last_seen(path) is None
    rows = bear_witness(log, path, at=NOW)
    assert bear_witness(log, path, at=NOW) == rows
    assert path.read_text().count("\n") == 1
    with path.open("a") as file:
        file.write("123 half a line")
    assert last_seen(path) is not None
    assert audit_log(settings, log).health is Health.WELL
    with log.write() as session:
        audit.record(session, by="acc_1", act="visit", subject="case_1", at=NOW)
    assert bear_witness(log, path, at=NOW) == rows + 1
    with log.write() as session:
        session.execute(text("DELETE FROM audit WHERE seq > :kept"), {"kept": rows - 3})
    found = audit_log(settings, log)
    assert found.health is Health.BROKEN
    assert str(rows - 2) in found.words
    for _ in range(6):
        with log.write() as session:  # the cut log grows past its old length
            audit.record(session, by="acc_1", act="visit", subject="case_2", at=NOW)
    with pytest.raises(BadInput, match="missing or changed"):
        bear_witness(log, path, at=NOW)
    assert audit_log(settings, log).health is Health.BROKEN
    path.write_text("nothing of the kind\n")
    assert audit_log(settings, log).health is Health.BROKEN
    made.count("witnesses", 3)


_CHANGES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)


PREPARES = {"act_key", "dispatch_batch", "login_step"}
"""The key of a click, its empty batch, a login half done: what comes of them has rows in transactions of its own."""


@contextmanager
def unaudited(store: Warehouse) -> Iterator[list[str]]:
    """The tables that transactions changed and committed meanwhile without a row of the audit log among it."""
    found: list[str] = []
    touched: dict[int, set[str]] = defaultdict(set)

    def note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if changed := _CHANGES.match(statement):
            touched[id(connection)].add(changed[1])

    def done(connection: Connection) -> None:
        tables = touched.pop(id(connection), set())
        if "audit" not in tables and tables - MOVES_ANYWAY - PREPARES:
            found.extend(sorted(tables))

    def undone(connection: Connection) -> None:
        touched.pop(id(connection), None)

    heard = (("before_cursor_execute", note), ("commit", done), ("rollback", undone))
    for name, hears in heard:
        event.listen(store.engine, name, hears)
    try:
        yield found
    finally:
        for name, hears in heard:
            event.remove(store.engine, name, hears)


def written_down(both: World, made: Proof, roles: Sequence[Role]) -> list[str]:
    """Every form of every page, sent as it is offered: what changes anything adds a row of whoever sent it."""
    wrong, changed = [], set[str]()
    for role in roles:
        own, seat = PAGES[role], both.seat(role)
        for path in (*own, *act_pages(role)):
            page = seat.ask("GET", path.format_map(both.here.ids))
            for action, sent, _ in forms(page.text) if page.status_code == 200 else ():
                if action in ("/logout", "/preferences"):
                    continue
                before, known = still(both.store), _of(both.store, seat.actor.id)
                answer = seat.ask("POST", action, sent | {"csrf": seat.csrf, "own_password": PASSWORD})
                made.count("forms sent")
                if still(both.store) != before:
                    changed.add(re.sub(r"[A-Z]{2}\d{4}-\d+|[a-z]+_[0-9a-z]{6,}", "#", action))
                    if _of(both.store, seat.actor.id) <= known:
                        wrong.append(f"{action}: {answer.status_code}")
    made.count("kinds of acts that wrote", len(changed))
    return wrong


def every_route(both: World, made: Proof) -> list[str]:
    """Every route that changes something, asked with little typed by those it admits: a row, if anything changed."""
    wrong, every = [], [one for one in routes() if one[0] != "GET"]
    for method, route in every if SCALE >= 1 else random.Random(made.seed).sample(every, 35):
        if route.name in ENDS_THE_LOGIN:
            continue
        for role in (role for role in Role if ACCESS[route.name].admits(Actor("x", frozenset({role}), ("",)))):
            seat, before = both.seat(role), still(both.store)
            known = _of(both.store, seat.actor.id)
            seat.ask(method, both.here.address(route, role), TYPED | {"key": new_id("key")})
            if still(both.store) != before and _of(both.store, seat.actor.id) <= known:
                wrong.append(f"{route.name} {role}")
        made.count("routes that change something")
    return wrong


def _of(store: Warehouse, account_id: str) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.by == account_id)) or 0


@pytest.mark.timeout(1_200)
def test_r26(
    log: Warehouse,
    postgres: Server,
    empty: Template,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enough = {
        "tampered with": ROUNDS,
        "honest rows": HONEST,
        "rows of parallel writers, SQLite": 100,
        "rows of parallel writers, PostgreSQL": 100,
        "kinds of acts that wrote": 20 if SCALE >= 1 else 4,
        "routes that change something": times(140, tier="G", least=30),
        "witnesses": 3,
    }
    folder, admin = tmp_path_factory.mktemp("acts"), (Role.SECURITY_ADMIN,)
    roles = tuple(PAGES) if SCALE >= 1 else admin
    with proof("R26", seed=26, enough=enough) as made:
        assert tamper(log, made, ROUNDS) == []
        _planted(log, made)
        together(log, made, "SQLite")
        name = f"audit_{secrets.token_hex(6)}"
        postgres.copy(name)
        there = open_warehouse(postgres.url(name))
        together(there, made, "PostgreSQL")
        there.close()
        postgres.run(f"DROP DATABASE {name} WITH (FORCE)")
        honest(log, made)
        witnessed(log, made, folder)
        with world(empty, folder) as both:
            with unaudited(both.store) as found:
                assert written_down(both, made, roles) == []
                assert every_route(both, made) == []
            assert found == []
            with monkeypatch.context() as patched:
                patched.setattr(audit, "record", lambda *_asked, **_more: None)
                made.planted("acts leave no row", caught=bool(written_down(both, Proof("R26", 26, {}), admin)))


def _planted(log: Warehouse, made: Proof) -> None:
    """Verifiers that look away: each must be seen."""

    def ends_only(session: Any, *, witness: Witness) -> audit.Chain:
        rows = list(session.scalars(select(AuditRow).order_by(AuditRow.seq)))
        whole = rows[0].seq == 1 and (rows[-1].seq, rows[-1].seal) == (witness.rows, witness.head)
        return audit.Chain(len(rows), rows[-1].seal, None if whole else rows[-1].seq)

    unproven, rounds = Proof("R26", 26, {}), 2 * len(TAMPERED)
    made.planted("the middle of the chain is skipped", caught=bool(tamper(log, unproven, rounds, ends_only)))

    def unwitnessed(session: Any, *, witness: Witness) -> audit.Chain:
        return audit.verify(session)

    made.planted("nobody outside saw the tail", caught=bool(tamper(log, unproven, rounds, unwitnessed)))
