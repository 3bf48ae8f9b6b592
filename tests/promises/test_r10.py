"""R10: dispatch and write-back have exactly one effect, whenever the sender is killed and whatever the receiver does.

Cases are dispatched, answered and answered again, some acts are rolled back; the process that acts and the one that
sends are killed with SIGKILL at the named places of the sender and at random moments. The receiver answers, hangs, or
drops the line before or after the effect, over real HTTP, and removes duplicates by key. In the end every act that was
committed has one effect, none that was not has any, a key has one body to the byte, and the answers to one complaint
arrived in their order. The tried run has few kills; `make evidence` has two hundred, on both engines.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import ArrearsError
from casework.reply import Letter, Receipt, ReplyKind
from connectors.base import Connector
from connectors.registry import connect
from services.dispatch.dispatching import deliver_notices, suggest_inspectors
from services.replying import replies
from services.replying.replies import send_due
from tests.conftest import NOW
from tests.promises.conftest import ENGINES, NewStore
from tests.promises.proofs import SCALE, Proof, proof, times
from tests.promises.receiver import Reached, Receiver
from tests.services.office import SYSTEM, Office, click
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AssignmentRow, ComplaintRow, NoticeRow, ReplyRow, new_id
from warehouse.store.replies import Due, write_reply

KILLS = times(200, least=4, tier="G")
PLACES = ("before_deliver", "after_deliver", "after_deliver_commit")
HANG = 1.2
_REFUSED, _FELL = 1, 2
NEVER = "this act was rolled back"
Acts = Callable[[Warehouse, datetime], None]


class Undone(Exception):
    """An act that does not come to its commit."""


@dataclass
class Ground:
    """An office over a store of its own, the receiver, and the clock that both tell their children."""

    store: Warehouse
    receiver: Receiver
    chance: random.Random
    at: datetime = NOW
    kills: int = 0
    inside: int = 0
    wrapped: Callable[[Connector], Connector] = lambda inner: inner
    office: Office = field(init=False)

    def __post_init__(self) -> None:
        self.office = Office(self.store, self.at)
        self.url = self.store.engine.url.render_as_string(hide_password=False)

    def later(self) -> None:
        """What a dead run held is free again."""
        self.at += timedelta(minutes=31)
        self.office.at = self.at

    def connector(self) -> Connector:
        """The hotline's own connector, at the receiver's address."""
        return self.wrapped(connect("hotline_12345", self.receiver.settings))

    def child(self, does: Acts, *, place: str = "", after: float | None = None) -> bool:
        """Somebody works in a process of their own and is killed at a place, or after so many seconds, or not."""
        at = self.at
        pid = os.fork()
        if pid == 0:
            code = _FELL
            try:
                os.environ["ARREARS_FAILPOINT"] = place
                does(open_warehouse(self.url), at)
                code = 0
            except ArrearsError:
                code = _REFUSED
            finally:
                os._exit(code)
        if after is not None:
            time.sleep(after)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) != _FELL, "whoever worked fell over"
        return os.WIFSIGNALED(status)

    def send(self, store: Warehouse, at: datetime) -> None:
        """What the sender does."""
        send_due(store, connector_of=lambda _: self.connector(), actor=SYSTEM, at=at)

    def act(self, *, in_peace: bool = False) -> None:
        """A case comes, is dispatched and answered; the one who acts may be killed over it, or take it back."""
        case = self.office.case()
        suggest_inspectors(self.store, actor=SYSTEM, at=self.at)
        with self.store.read() as session:
            complaint = session.scalars(
                select(ComplaintRow.id).order_by(ComplaintRow.filed_at.desc(), ComplaintRow.source_key.desc())
            ).first()
        assert complaint is not None
        number = self.chance.random()

        def acts(store: Warehouse, at: datetime) -> None:
            mine = copy(self.office)
            mine.store, mine.at = store, at
            click(mine, [case], key=f"click {case}")
            for kind in (ReplyKind.SUPPLEMENT, ReplyKind.RESULT):
                _owe(store, complaint, kind, f"{kind} {number} {at}", at)

        dies = not in_peace and self.chance.random() < 0.3
        self.kills += self.child(acts, after=self.chance.uniform(0.02, 0.2) if dies else None)
        with suppress(Undone), self.store.write() as session:
            self.owe(session, complaint, ReplyKind.ANSWER, NEVER)
            raise Undone

    def owe(self, session: Session, complaint: str, kind: ReplyKind, body: str) -> None:
        """An answer in a transaction that is still open."""
        moments = {"at": self.at, "not_before": self.at}
        write_reply(session, complaint_id=complaint, kind=kind, body=body, by="acc_1", **moments)

    def round(self) -> None:
        """New acts, then a sender that is killed."""
        self.later()
        self.act()
        before = self.receiver.reached().requests
        place = self.chance.choice((*PLACES, ""))
        nth = f"{place}:{self.chance.randrange(1, 3)}" if place else ""
        killed = self.child(self.send, place=nth, after=None if place else self.chance.uniform(0.02, 0.5))
        self.kills += killed
        self.inside += killed and (bool(place) or self.receiver.reached().requests > before)

    def settle(self) -> None:
        """The receiver is well again, and the sender is left alone until everything was read back."""
        self.receiver.be("answer")
        for _ in range(60):
            self.later()
            self.child(self.send)
            deliver_notices(self.store, at=self.at, grace=timedelta(0))
            with self.store.read() as session:
                waiting = select(func.count()).where(ReplyRow.state.in_(("pending", "delivered")))
                if not session.scalar(waiting):
                    return

    def wrong(self) -> list[str]:
        """What the promise forbids and happened."""
        with self.store.read() as session:
            question = select(ReplyRow, ComplaintRow.source_key).join(
                ComplaintRow, ComplaintRow.id == ReplyRow.complaint_id
            )
            owed = [(row, key) for row, key in session.execute(question.order_by(ReplyRow.complaint_id, ReplyRow.seq))]
            found = judged(self.receiver.reached(), owed)
            sent = select(AssignmentRow.case_id, func.count()).group_by(AssignmentRow.case_id)
            found += [f"{case}: dispatched {n} times" for case, n in session.execute(sent) if n != 1]
            told = select(NoticeRow.assignment_id, NoticeRow.account_id, func.count())
            told = told.where(NoticeRow.kind == "dispatched").group_by(NoticeRow.assignment_id, NoticeRow.account_id)
            found += [f"{one}: told {n} times" for one, _, n in session.execute(told) if n != 1]
        return found


def _owe(store: Warehouse, complaint: str, kind: ReplyKind, body: str, at: datetime) -> None:
    with store.write() as session:
        write_reply(session, complaint_id=complaint, kind=kind, body=body, by="acc_1", at=at, not_before=at)


def judged(reached: Reached, owed: list[tuple[ReplyRow, str]]) -> list[str]:
    """What reached the receiver against what was committed."""
    rows = {row.key: (row, key) for row, key in owed}
    found = []
    effects: dict[str, int] = {}
    order: dict[str, list[int]] = {}
    for key, source, body in reached.effects:
        effects[key] = effects.get(key, 0) + 1
        if key not in rows:
            found.append(f"{key}: an effect without a commit")
            continue
        row, own = rows[key]
        if source != own or body != row.body.encode():
            found.append(f"{key}: another body or another complaint")
        order.setdefault(row.complaint_id, []).append(row.seq)
    found += [f"{key}: {len(bodies)} bodies" for key, bodies in reached.bodies.items() if len(bodies) != 1]
    for row, _ in owed:
        if row.state != "withdrawn" and effects.get(row.key, 0) != 1:
            found.append(f"{row.key}: {effects.get(row.key, 0)} effects, {row.state}")
    found += [f"{one}: out of order" for one, seqs in order.items() if seqs != sorted(seqs)]
    return found


@contextmanager
def ground(new_store: NewStore, engine: str, seed: int) -> Iterator[Ground]:
    """A fresh office and a receiver of its own."""
    receiver = Receiver(seed, hang=HANG)
    try:
        yield Ground(new_store(engine), receiver, random.Random(seed))
    finally:
        receiver.close()


class Renamed:
    """Planted: every try has a key of its own."""

    def __init__(self, inner: Connector) -> None:
        self.inner, self.channel = inner, inner.channel

    def reply(self, letter: Letter) -> Receipt:
        return self.inner.reply(replace(letter, key=new_id("rep")))

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


def renamed(made: Ground) -> None:
    """An answer whose line is dropped after the effect is sent under another key."""
    made.receiver.be("drop after")
    made.act(in_peace=True)
    made.wrapped = lambda inner: cast(Connector, Renamed(inner))
    for _ in range(2):
        made.later()
        made.child(made.send)


def hasty(made: Ground) -> None:
    """An act sends before it commits, and then does not."""
    made.receiver.be("answer")
    made.act(in_peace=True)
    with suppress(Undone), made.store.write() as session:
        complaint = session.scalars(select(ComplaintRow)).first()
        assert complaint is not None
        made.owe(session, complaint.id, ReplyKind.ANSWER, NEVER)
        row = session.scalars(select(ReplyRow).order_by(ReplyRow.seq.desc()).limit(1)).one()
        letter = Letter(row.key, row.channel, complaint.source_key, ReplyKind.ANSWER, row.body, row.written_at)
        made.connector().reply(letter)
        raise Undone


def unordered(made: Ground, patch: pytest.MonkeyPatch) -> None:
    """The newest answer goes first."""

    def newest_first(session: Session, *, at: datetime, limit: int) -> list[Due]:
        question = select(ReplyRow, ComplaintRow.source_key).join(
            ComplaintRow, ComplaintRow.id == ReplyRow.complaint_id
        )
        question = question.where(ReplyRow.state == "pending").order_by(ReplyRow.seq.desc())
        return [
            Due(row.id, False, Letter(row.key, row.channel, key, ReplyKind(row.kind), row.body, row.written_at))
            for row, key in session.execute(question)
        ]

    made.receiver.be("answer")
    made.act(in_peace=True)
    made.later()
    with patch.context() as patched:
        patched.setattr(replies, "due_replies", newest_first)
        made.child(made.send)


def _plant(made: Proof, new_store: NewStore, engine: str, patch: pytest.MonkeyPatch) -> None:
    bugs: dict[str, Callable[[Ground], None]] = {
        "an act sends before it commits": hasty,
        "a retry has another key": renamed,
        "a newer answer overtakes an older one": lambda one: unordered(one, patch),
    }
    for seed, (name, plant) in enumerate(bugs.items()):
        with ground(new_store, engine, 100 + seed) as one:
            plant(one)
            made.planted(f"{name} ({engine})", caught=bool(one.wrong()))


@pytest.mark.timeout(1400)
def test_r10(new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    enough = {
        "kills": KILLS,
        "kills inside": KILLS // 3,
        "effects": KILLS,
        "requests": KILLS,
        "rolled back": KILLS // 2,
    }
    if SCALE >= 1:
        enough |= {"dropped after the effect": 20, "hung": 20}
    with proof("R10", seed=10, enough=enough) as made:
        for seed, engine in enumerate(ENGINES):
            with ground(new_store, engine, 10 + seed) as one:
                rounds = 0
                while one.kills < -(-KILLS // len(ENGINES)):
                    one.round()
                    rounds += 1
                    assert rounds < 3 * KILLS + 20, "too few kills hit"
                one.settle()
                assert one.wrong() == []
                reached = one.receiver.reached()
                assert not any(NEVER.encode() in body for _, _, body in reached.effects)
                made.count("kills", one.kills)
                made.count("kills inside", one.inside)
                made.count("rolled back", rounds)
                made.count("effects", len(reached.effects))
                made.count("requests", reached.requests)
                made.count("dropped after the effect", reached.moods.get("drop after", 0))
                made.count("hung", sum(n for mood, n in reached.moods.items() if mood.startswith("hang")))
            _plant(made, new_store, engine, monkeypatch)
