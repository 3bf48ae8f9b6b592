"""R7: schema drift has a defined outcome. Forty drifts on the channels that can have them, over the real transport.

`drifts.csv` is the table of outcomes, one line a drift and channel, to be read and argued with. Its phrases:

filed: every record is a complaint that says the same. filed, said: so too, with a remark of the unknown field on each.
filed without …: a fact that the source no longer sends is not said. set aside (code): every record waits for a person,
and nothing is lost. half set aside (code): only the records that drifted do. stopped: nothing is landed, the cursor
stays, the channel says that it changed. Never is a part of a file or page landed and the rest forgotten.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.errors import ChannelChanged, ChannelUnavailable
from casework.people import Actor
from connectors import hotline_12345
from connectors.registry import CHANNELS, connect
from services.arriving.intake import collect_channel
from tests.conftest import NOW
from tests.promises.conftest import NewStore
from tests.promises.drifting import BENDS, FILES, MAILS, PAGES, RECORDS, WSDLS, Source, drifts_of
from tests.promises.proofs import SCALE, proof
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, ComplaintRow, ComplaintVersionRow, LandedRow

TABLE = Path(__file__).with_name("drifts.csv")
SEED = 7
SYSTEM = Actor.system("collect")
STEP = 1 if SCALE >= 1 else 6

pytestmark = [pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    channel: str
    drift: str
    outcome: str


def lines() -> list[Line]:
    """The table of outcomes."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Line(row["channel"], row["drift"], row["outcome"]) for row in csv.DictReader(file)]


def collected(source: Source, store: Warehouse) -> bool:
    """One run of the channel; False where it stopped because the channel changed."""
    try:
        connector = connect(source.channel, source.settings)
        collect_channel(store, connector, run_id="run", clock=lambda: NOW, actor=SYSTEM)
    except ChannelChanged:
        return False
    return True


def outcome(source: Source, store: Warehouse) -> str:
    """What became of the six records, in one phrase."""
    try:
        went = collected(source, store)
    except ChannelUnavailable:
        return "unavailable"
    with store.read() as session:
        landed = session.scalars(select(LandedRow)).all()
        cursor = session.get_one(ChannelRow, source.channel).cursor
        filed = list(_filed(session))
        codes = sorted({row.reason_code or "-" for row in landed if row.state == "quarantined"})
        aside = sum(row.state == "quarantined" for row in landed)
        total = session.scalar(select(func.count()).select_from(ComplaintRow))
    if not went:
        return "stopped" if not landed and cursor is None else f"half imported: stopped after {len(landed)}"
    whole = f"set aside ({', '.join(codes)})"
    if len(filed) == total == RECORDS:
        return _said(source, filed)
    if not filed and aside in (1, RECORDS):
        return whole if aside == RECORDS else f"the file {whole}"
    if len(filed) == aside == RECORDS // 2:
        return f"half {whole}"
    return f"half imported: {len(filed)} filed, {aside} {whole}"


def _filed(session: Session) -> Iterator[tuple[str, str | None, int, tuple[str, ...]]]:
    row = ComplaintVersionRow
    question = select(row.narrative, row.employer_name, ComplaintRow.received_at, row.remarks).join(
        ComplaintRow, ComplaintRow.id == row.complaint_id
    )
    for narrative, employer, received_at, remarks in session.execute(question):
        minutes = round((NOW - received_at).total_seconds() / 60)
        unknown = tuple(remark for remark in remarks if remark.startswith("unknown_field"))
        yield narrative.strip("\ufeff"), employer, minutes, unknown


def _said(source: Source, filed: list[tuple[str, str | None, int, tuple[str, ...]]]) -> str:
    """How what was filed differs from what was told."""
    stories = {f"在工地干活{number + 1}个月，工资一直没有发。" for number in range(RECORDS)}
    lost = [
        name
        for name, whole in (
            ("text", {one[0] for one in filed} == stories),
            ("time", sorted(one[2] for one in filed) == [40 - number for number in reversed(range(RECORDS))]),
            ("employer", source.channel in {"message_board", "mailbox"} or all(one[1] for one in filed)),
        )
        if not whole
    ]
    phrase = f"filed without {' and '.join(lost)}" if lost else "filed"
    return f"{phrase}, said" if any(one[3] for one in filed) else phrase


def test_each_drift_ends_as_the_table_says(
    new_store: NewStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = lines()
    kinds = {line.drift for line in asked} - {"as promised"}
    assert len(kinds) >= 40, "the table has lost drifts"
    wanted = {(channel, drift) for channel in CHANNELS for drift in drifts_of(channel)}
    assert {(line.channel, line.drift) for line in asked} == wanted, "the table and the drifts are not the same"
    assert not [line for line in asked if "imported" in line.outcome or line.outcome == "unavailable"]
    some = [line for number, line in enumerate(asked) if number % STEP == 0]
    enough = {"drifts played": len(some), "channels": len(CHANNELS), "filed": len(some) // 8, "stopped": len(some) // 8}
    with proof("R7", seed=SEED, enough=enough) as made:
        made.count("kinds of drifts", len(kinds))
        faults = []
        for channel in CHANNELS:
            source = Source(channel, tmp_path / channel, NOW)
            try:
                made.count("channels")
                for line in (one for one in some if one.channel == channel):
                    source.show(line.drift)
                    came = outcome(source, new_store("sqlite"))
                    made.count("drifts played")
                    made.count(came.partition(" ")[0].rstrip(","))
                    if came != line.outcome:
                        faults.append(f"{channel}, {line.drift}: {came}, and not {line.outcome}")
            finally:
                source.close()
        assert not faults, faults
        source = Source("hotline_12345", tmp_path / "planted", NOW)
        try:
            source.show("text missing")
            with monkeypatch.context() as planted:
                planted.setattr(hotline_12345, "keep_promises", lambda *_: None)
                made.planted("a promised field may be gone", caught=outcome(source, new_store("sqlite")) != "stopped")
            source.show("column added")
            with monkeypatch.context() as planted:
                planted.setattr("connectors.fields.Fields.done", lambda _: ())
                said = outcome(source, new_store("sqlite"))
                made.planted("nobody speaks of an unknown field", caught=said != "filed, said")
        finally:
            source.close()


def test_every_kind_of_drift_is_played() -> None:
    played = {line.drift for line in lines()}
    assert {*BENDS, *PAGES, *WSDLS, *FILES, *MAILS} == played
