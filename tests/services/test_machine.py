"""The levers of a channel, the book of runs, files read apart, and refused files that are kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from casework.errors import BadInput, NotAllowed
from casework.people import Actor, Role
from connectors.apart import BROKE_OFF, TOO_LONG, TOO_MUCH, Limits, import_apart, notice_apart, table_apart
from connectors.files import CAPS, read_table
from connectors.registry import channels
from services.arriving.health import channel_cards
from services.arriving.imports import UPLOAD_CAPS, import_file
from services.arriving.mending import discard_many
from services.arriving.pausing import pause_channel, resume_channel
from services.arriving.uploads import FileRefused, refused_file, take_upload
from services.arriving.watching import watch_channels
from services.linkage.linking import link_complaints
from services.office.run_book import noted
from services.office.settings import Settings
from warehouse.engine import Warehouse
from warehouse.models import RunRow, WarningRow
from warehouse.queries.quarantine import quarantine_groups
from warehouse.queries.runs import run_lines

ADMIN = Actor("acc_system", frozenset({Role.SYSTEM_ADMIN}), ("370215",))
DESK = Actor("acc_desk", frozenset({Role.DESK_OFFICER}), ("370215",))
TERMINAL, SCHEDULE = Actor.system("terminal"), Actor.system("link")
HEAD = "complaint_id,submitted_at,employer_name,narrative\n"
ROW = "a-1,2026-11-19 10:00,某某公司,欠薪三个月\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a folder of its own."""
    return Settings(data_dir=tmp_path)


def test_a_paused_channel_is_an_alarm_anew_each_day(store: Warehouse, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        pause_channel(store, channel="petition", reason="x", actor=DESK, at=now)
    pause_channel(store, channel="petition", reason="对方升级", actor=ADMIN, at=now)
    assert watch_channels(store, actor=SCHEDULE, at=now).raised == 1
    assert watch_channels(store, actor=SCHEDULE, at=now + timedelta(hours=1)).raised == 0
    with store.write() as session:
        session.scalars(select(WarningRow)).one().state = "dismissed"
    assert watch_channels(store, actor=SCHEDULE, at=now + timedelta(hours=2)).raised == 0
    assert watch_channels(store, actor=SCHEDULE, at=now + timedelta(days=1)).raised == 1
    resume_channel(store, channel="petition", actor=ADMIN, at=now + timedelta(days=1))
    assert watch_channels(store, actor=SCHEDULE, at=now + timedelta(days=1)).cleared == 1
    with pytest.raises(NotAllowed):
        resume_channel(store, channel="petition", actor=ADMIN, at=now)


def test_the_book_says_who_started_a_run_and_how_it_ended(store: Warehouse, now: datetime, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + ROW + "a-2,nonsense,某某公司,欠薪\n", "utf-8")
    import_file(store, path=path, channel=None, actor=TERMINAL, clock=lambda: now)
    link_complaints(store, actor=SCHEDULE, at=now + timedelta(minutes=1))
    with pytest.raises(ZeroDivisionError), noted(store, "link", None, actor=ADMIN, at=now + timedelta(minutes=2)):
        _ = 1 // 0
    with store.read() as session:
        failed, linked, brought = run_lines(session)
    assert (failed.state, failed.error_code, failed.started_by) == ("failed", "ZeroDivisionError", "button")
    assert "1 // 0" not in (failed.error_words or "")
    assert (linked.job, linked.state, linked.started_by, linked.new) == ("link", "complete", "schedule", 1)
    assert (brought.job, brought.subject, brought.started_by) == ("import", "import", "command")
    assert (brought.seen, brought.new, brought.quarantined) == (2, 2, 1)
    assert brought.reasons == (("date_unreadable", 1),)
    assert brought.ms is not None


def test_a_pull_that_never_came_back_was_cut_off_when_the_next_one_begins(store: Warehouse, now: datetime) -> None:
    first = noted(store, "collect", "petition", actor=SCHEDULE, at=now)
    first.__enter__()  # and never left, as when the process is killed
    with noted(store, "collect", "petition", actor=SCHEDULE, at=now + timedelta(minutes=5)), store.read() as session:
        states = session.execute(select(RunRow.state, RunRow.error_code).order_by(RunRow.started_at)).tuples()
        assert list(states) == [("failed", "cut_off"), ("running", None)]


def test_cards_know_the_next_run_the_lag_and_the_end_of_the_credentials(
    store: Warehouse, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "channels.toml").write_text('[mailbox]\nsender = "a@b"\ncredentials_until = 2026-11-25\n', "utf-8")
    with store.read() as session:
        cards = {card.line.name: card for card in channel_cards(session, settings, at=now)}
    assert len(cards) == 6
    assert cards["mailbox"].credentials_until == date(2026, 11, 25)
    assert cards["mailbox"].credentials_left == 5
    assert not cards["mailbox"].well
    assert cards["hotline_12345"].next_run == now + timedelta(minutes=15)
    assert cards["petition"].next_run == now + timedelta(minutes=4)
    assert "credentials_until" not in settings.channel("mailbox")


def test_the_minutes_of_the_channels_are_those_of_the_schedule() -> None:
    told = yaml.safe_load(Path("prefect.yaml").read_text("utf-8"))
    crons = {one["name"]: one["schedules"][0]["cron"] for one in told["deployments"]}
    for channel in channels():
        assert crons[channel.name] == f"{channel.at_minute}-59/{channel.every_minutes} * * * *", channel.name


def test_what_is_read_apart_is_what_is_read_here(now: datetime) -> None:
    for text in ((HEAD + ROW).encode(), (HEAD + ROW).encode("gb18030"), (HEAD + ROW).encode("utf-16")):
        assert table_apart(text, CAPS) == read_table(text, CAPS)
        with import_apart(BytesIO(text), channel=None, caps=UPLOAD_CAPS) as file:
            assert (file.rows, file.channel) == (1, "import")
            assert [record.payload["narrative"] for record in file.records] == ["欠薪三个月"]
    with pytest.raises(BadInput, match="not JSON"):
        notice_apart(b"[" * 90_000)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(memory=60_000_000), TOO_MUCH),
        (Limits(cpu=1), TOO_LONG),
        (Limits(wall=0.5), TOO_LONG),
        (Limits(answer=1_000), BROKE_OFF),
    ],
)
def test_a_child_that_wants_more_than_it_may_is_ended(limits: Limits, words: str) -> None:
    lines = "".join(f"a-{n},2026-11-19 10:00,某某公司,{'欠薪' * 9}\n" for n in range(200_000))
    with (
        pytest.raises(BadInput) as refused,
        import_apart(BytesIO((HEAD + lines).encode()), channel=None, caps=CAPS, limits=limits),
    ):
        pytest.fail("it was read")
    assert str(refused.value) == words


def test_a_refused_file_is_kept_sealed_and_can_be_had_back(
    store: Warehouse, now: datetime, settings: Settings, tmp_path: Path
) -> None:
    content = "随便什么\n13800001111\n".encode()
    ids = set()
    for _ in range(2):
        with pytest.raises(FileRefused) as refused:
            take_upload(
                store, settings, source=BytesIO(content), name="张三.csv", channel=None, actor=ADMIN, clock=lambda: now
            )
        ids.add(refused.value.landed_id)
    (landed_id,) = ids
    assert refused_file(store, settings, landed_id=landed_id, actor=ADMIN, at=now) == content
    kept = list((tmp_path / "refused").iterdir())
    assert len(kept) == 1
    assert b"13800001111" not in kept[0].read_bytes()
    with store.read() as session:
        (group,) = quarantine_groups(session)
    assert (group.channel, group.reason_code, group.count) == ("import", "file_refused", 1)
    with pytest.raises(NotAllowed):
        take_upload(store, settings, source=BytesIO(content), name="", channel=None, actor=DESK, clock=lambda: now)
    assert discard_many(store, landed_ids=[landed_id], reason="不是表格", actor=ADMIN, at=now) == 1
    with pytest.raises(NotAllowed):
        discard_many(store, landed_ids=[landed_id], reason="again", actor=ADMIN, at=now)
