"""R3: delivery again, in any order and any number of times, is a no-op.

Hypothesis plays a hotline and a petition office, both over their real transport: complaints are told, told to both,
changed, held back and committed late, sent twice on a page, in pages of other sizes, and pulled. The model is a dict
of what each source has shown; after every pull the database must say the same, and a second pull of the same must write
nothing: no row, no event, no dispatch. Time stays within the overlap; what lies behind it is promise R4.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from casework.people import Actor
from casework.record import RawRecord
from connectors.base import Connector
from connectors.registry import connect
from sandbox.platforms.hotline_12345 import Hotline
from sandbox.platforms.petition import PetitionOffice
from sandbox.told import Told
from services.arriving.intake import collect_channel
from tests.conftest import NOW
from tests.dumps import still
from tests.promises.proofs import SCALE, Proof, proof, times
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AssignmentRow, AuditRow, ComplaintRow, ComplaintVersionRow, LandedRow, NoticeRow
from warehouse.store import landing

RUNS = times(300 if SCALE >= 1 else 30)
"""A run is a hundred calls over two wires: the test command has a tenth of the runs that its scale asks for."""
STEPS = 50 if SCALE >= 1 else 16
SEED = 3
SYSTEM = Actor.system("collect")
PULLING = frozenset({"audit", "run", "pull_certificate", "channel", "lease", "change_count"})
"""The tables in which a pull says that it was there, and the count of changes."""
CHANNELS = ("hotline_12345", "petition")
TEXT = {"hotline_12345": "majorContent", "petition": "facts"}

pytestmark = [pytest.mark.timeout(900)]


@dataclass
class Sources:
    """The two platforms, which serve all runs, and their connectors."""

    platforms: dict[str, Any]
    connectors: dict[str, Connector]
    template: Path
    folder: Path
    stores: int = 0

    def empty(self) -> Warehouse:
        """Both platforms are emptied; a new store."""
        for platform in self.platforms.values():
            platform.faults.clear()
            platform.shelf.records.clear()
            platform._page_size = 3
        self.stores += 1
        path = self.folder / f"s{self.stores}.db"
        shutil.copyfile(self.template, path)
        return open_warehouse(f"sqlite:///{path}")


@contextmanager
def sources(folder: Path, template: Path) -> Iterator[Sources]:
    """Both serve, until the end."""
    platforms: dict[str, Any] = {"hotline_12345": Hotline(folder, page_size=3), "petition": PetitionOffice(folder)}
    try:
        connectors = {name: connect(name, platform.settings) for name, platform in platforms.items()}
        yield Sources(platforms, connectors, template, folder)
    finally:
        for platform in platforms.values():
            platform.stop()


@dataclass
class Model:
    """What each source has shown: by channel and key, every content that was pulled, in order."""

    shown: dict[tuple[str, str], list[tuple[str, datetime]]] = field(default_factory=dict)

    def take(self, channel: str, key: str, content: tuple[str, datetime]) -> None:
        """A record is delivered."""
        versions = self.shown.setdefault((channel, key), [])
        if not versions or versions[-1] != content:
            versions.append(content)


class Deliveries(RuleBasedStateMachine):
    """One run: what is told, changed, held and pulled."""

    here: ClassVar[Sources]
    made: ClassVar[Proof]

    @initialize()
    def begin(self) -> None:
        """Empty platforms, an empty store."""
        self.store, self.model, self.now, self.serial = self.here.empty(), Model(), NOW, 0
        self.made.count("runs")

    def teardown(self) -> None:
        """The store is done with."""
        if hasattr(self, "store"):
            self.store.close()

    def _tell(self, channel: str, back: int, words: str) -> str:
        self.serial += 1
        told = Told(
            key=f"{self.serial:05d}", channel=channel, told_at=self.now - timedelta(minutes=back), case="", claim="",
            title="反映工资被拖欠", narrative=words, employer_name="青岛某某建筑有限公司",
            complainant_name="证人甲", complainant_phone="13900000001",
        )  # fmt: skip
        key: str = self.here.platforms[channel].add(told)
        return key

    @rule(channel=st.sampled_from(CHANNELS), back=st.integers(0, 5))
    def tell(self, channel: str, back: int) -> None:
        """A complaint, some minutes old."""
        self._tell(channel, back, f"工资没有发，第{self.serial}件。")
        self.made.count("told")

    @rule(back=st.integers(0, 5), order=st.permutations(CHANNELS))
    def twin(self, back: int, order: list[str]) -> None:
        """The same person tells the same to both."""
        words = f"三个月工资没有发，第{self.serial}件。"
        for channel in order:
            self._tell(channel, back, words)
        self.made.count("twins")

    @precondition(lambda self: self._all())
    @rule(data=st.data(), moved=st.booleans())
    def change(self, data: st.DataObject, moved: bool) -> None:
        """The text of a complaint changes; the source stamps that, or forgets to."""
        channel, key = data.draw(st.sampled_from(self._all()))
        shelf = self.here.platforms[channel].shelf
        self.serial += 1
        stamp = self.now if moved else shelf.records[key].at
        shelf.change(key, stamp, **{TEXT[channel]: f"补充：第{self.serial}次说明。"})
        self.made.count("changed")

    @precondition(lambda self: self._all())
    @rule(data=st.data(), back=st.integers(0, 5))
    def reorder(self, data: st.DataObject, back: int) -> None:
        """A record is stamped anew and stands elsewhere in the order."""
        channel, key = data.draw(st.sampled_from(self._all()))
        self.here.platforms[channel].shelf.change(key, self.now - timedelta(minutes=back))
        self.made.count("reordered")

    @precondition(lambda self: self._all())
    @rule(data=st.data())
    def hold_or_commit(self, data: st.DataObject) -> None:
        """A record is not committed yet, or now it is."""
        channel, key = data.draw(st.sampled_from(self._all()))
        self.here.platforms[channel].faults.held ^= {key}
        self.made.count("held or committed late")

    @rule(channel=st.sampled_from(CHANNELS), twice=st.booleans(), size=st.integers(1, 7))
    def pages(self, channel: str, twice: bool, size: int) -> None:
        """Pages of another size, with every record once or twice."""
        self.here.platforms[channel].faults.duplicate = twice
        self.here.platforms[channel]._page_size = size
        self.made.count("pages changed")

    @rule(channel=st.sampled_from(CHANNELS), again=st.integers(0, 2))
    def pull(self, channel: str, again: int) -> None:
        """A pull, and perhaps the same delivery again; those write nothing."""
        self._pull(channel)
        for _ in range(again):
            self._pull_again(channel)
            self.made.count("deliveries again")

    def _pull_again(self, channel: str) -> None:
        before, heard = still(self.store, without=PULLING), self._acts()
        self._pull(channel)
        assert still(self.store, without=PULLING) == before, "the same delivery again wrote something"
        assert self._acts() - heard <= {"collect"}, "the same delivery again was an act"

    def _all(self) -> list[tuple[str, str]]:
        return [(name, key) for name in CHANNELS for key in self.here.platforms[name].shelf.records]

    def _acts(self) -> set[str]:
        with self.store.read() as session:
            last = session.scalar(select(func.max(AuditRow.seq))) or 0
            self.heard, since = last, getattr(self, "heard", 0)
            return set(session.scalars(select(AuditRow.act).where(AuditRow.seq > since)))

    def _pull(self, channel: str) -> None:
        self.now += timedelta(seconds=20)
        collect_channel(
            self.store, self.here.connectors[channel], run_id=f"r{self.now}", clock=lambda: self.now, actor=SYSTEM
        )
        platform = self.here.platforms[channel]
        for key, record in platform.shelf.records.items():
            if key not in platform.faults.held:
                self.model.take(channel, key, (record.fields[TEXT[channel]], record.at.replace(microsecond=0)))
        self.made.count("pulls")
        self._compare()

    def _compare(self) -> None:
        """The database says what the model says, of every version and of every complaint."""
        row, said = LandedRow, ComplaintVersionRow
        with self.store.read() as session:
            landed = session.execute(
                select(row.channel, row.source_key, func.count(), func.max(row.version)).group_by(
                    row.channel, row.source_key
                )
            ).all()
            told = session.execute(
                select(ComplaintRow.channel, ComplaintRow.source_key, said.narrative)
                .join(said, said.complaint_id == ComplaintRow.id)
                .where(said.newest)
            ).all()
            sent = sum(session.scalar(select(func.count()).select_from(t)) or 0 for t in (AssignmentRow, NoticeRow))
        shown = self.model.shown
        assert {(c, k): (n, v) for c, k, n, v in landed} == {key: (len(v), len(v)) for key, v in shown.items()}
        assert sorted((c, k, words) for c, k, words in told) == sorted((*key, v[-1][0]) for key, v in shown.items())
        assert sent == 0, "a delivery dispatched something"
        self.made.count("comparisons with the model")


def play(here: Sources, made: Proof, runs: int) -> None:
    """So many runs, the same ones each time."""
    Deliveries.here, Deliveries.made = here, made
    told = settings(
        max_examples=runs,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(seed(SEED)(Deliveries), settings=told)


def test_delivery_again_in_any_order_is_a_no_op(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enough = {"runs": RUNS, "pulls": 3 * RUNS, "deliveries again": RUNS, "comparisons with the model": 3 * RUNS}
    enough |= dict.fromkeys(("changed", "twins", "reordered", "held or committed late", "pages changed"), RUNS // 4)
    with proof("R3", seed=SEED, enough=enough) as made, sources(tmp_path, sqlite_template) as here:
        play(here, made, RUNS)
        honest = RawRecord.digest
        bugs: dict[str, Callable[[RawRecord], str]] = {
            "a record is told from its older self by where it stands": lambda raw: f"{hash(raw.position):064d}"[:64],
            "a change is not noticed": lambda raw: "0" * 64,
            "every delivery counts as a change": lambda raw: honest(raw)[:50] + f"{next(_TICKS):014d}",
        }
        for bug, digest in bugs.items():
            with monkeypatch.context() as planted:
                planted.setattr(RawRecord, "digest", digest)
                planted.setattr(landing, "_storable", _told_by(digest))
                made.planted(bug, caught=_caught(here))


_TICKS = iter(range(10**9))
_STORABLE = landing._storable


def _told_by(digest: Callable[[RawRecord], str]) -> Callable[[RawRecord], tuple[RawRecord, str, str]]:
    """How a record lands that is told from its older self by this."""

    def storable(record: RawRecord) -> tuple[RawRecord, str, str]:
        kept, text, _ = _STORABLE(record)
        return kept, text, digest(kept)

    return storable


def _caught(here: Sources) -> bool:
    """A few steps that every one of these bugs must stumble over, compared as in every run."""
    Deliveries.here, Deliveries.made = here, Proof("planted", SEED, {})
    machine = Deliveries()
    machine.begin()
    try:
        key = machine._tell("hotline_12345", 2, "工资没有发。")
        machine._pull("hotline_12345")
        shelf = here.platforms["hotline_12345"].shelf
        shelf.change(key, shelf.records[key].at, majorContent="补充：还是没有发。")
        machine._pull("hotline_12345")
        machine._pull_again("hotline_12345")
    except AssertionError:
        return True
    finally:
        machine.teardown()
    return False
