"""Mornings as people work them, with real logins, clicks and merges: what the stopwatch tells of them, and what not."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from statistics import median
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select, update

from casework.dispatch import list_version
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.linkage import Verdict
from casework.people import Actor, Role
from services.dispatch.assignments import recall_case
from services.dispatch.dispatching import dispatch_list, suggest_inspectors
from services.linkage.linking import judge_pair, merge_cases
from services.months.baselines import drop_baseline, read_times, record_baseline
from services.months.closing_month import export_month
from services.months.freezing_month import freeze_month
from services.months.stopwatch import stopwatch
from services.office.rules import change_setting
from services.people.passwords import hashed
from services.people.sessions import LoginRefused, log_in
from tests.services.office import DISTRICT, SYSTEM, Office
from warehouse.engine import Warehouse
from warehouse.models import (
    AccountRow,
    AuditRow,
    CaseRow,
    ComplaintRow,
    LandedRow,
    QueueEmptiedRow,
    TimeBaselineRow,
    new_id,
)
from warehouse.statistics.grounds import window
from warehouse.statistics.of_times import Times
from warehouse.store.months import frozen

PASSWORD = "Morning-2026!"
ADMIN = Actor("acc_admin", frozenset({Role.SYSTEM_ADMIN}), (DISTRICT,))
MONDAY = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)  # 08:30 in Shanghai
AFTER = datetime(2026, 12, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(store: Warehouse) -> Office:
    found = Office(store, MONDAY - timedelta(hours=16))  # Sunday afternoon
    known = hashed(PASSWORD)
    with store.write() as session:
        session.execute(update(AccountRow).values(password_hash=known))
    return found


def enter(office: Office, who: Actor, at: datetime) -> None:
    log_in(office.store, login=who.id, password=PASSWORD, origin="10.0.0.1", at=at)


def send(office: Office, who: Actor, cases: list[str], at: datetime) -> None:
    """One click over what this officer sees, as it stands."""
    versions = [(one, office.version(one)) for one in cases]
    done = dispatch_list(
        office.store,
        case_versions=versions,
        list_version=list_version(versions),
        key=new_id("key"),
        actor=who,
        at=at,
    )
    assert done.sent == len(cases)


def arrive(office: Office, at: datetime, *channels: int) -> list[str]:
    """New cases of so many complaints each, with inspectors suggested, filed at this moment."""
    office.at = at
    cases = [office.case(channels=("hotline_12345",) * count) for count in channels]
    suggest_inspectors(office.store, actor=SYSTEM, at=at)
    return cases


def watch(office: Office, month: str = "2026-11", *places: str) -> Times:
    with office.store.read() as session:
        return stopwatch(session, window(month), places or (DISTRICT,))


def settle(office: Office, name: str, value: int) -> None:
    change_setting(office.store, name=name, value=value, source="test", actor=ADMIN, at=office.at)


def emptied(office: Office) -> int:
    with office.store.read() as session:
        return session.scalar(select(func.count()).select_from(QueueEmptiedRow)) or 0


def mornings(office: Office, count: int, *people: Actor) -> list[float]:
    """So many mornings of these people in turn: two cases of three and one complaints, sent after 2 + n minutes.

    Returns the minutes that a clerk with a watch would note: the click after the first comes within the pause.
    """
    noted = []
    for number in range(count):
        day = MONDAY + timedelta(days=number)
        who = people[number % len(people)]
        first, second = arrive(office, day - timedelta(hours=2), 3, 1)
        enter(office, who, day)
        send(office, who, [first], day + 2 * MINUTE)
        send(office, who, [second], day + 2 * MINUTE + number * MINUTE / 4)
        noted.append(2 + number / 4)
    return noted


def test_mornings_are_measured_from_the_login_to_the_empty_queue(office: Office) -> None:
    second = office.officer(Role.DESK_OFFICER)
    with office.store.write() as session:
        session.execute(update(AccountRow).where(AccountRow.id == second.id).values(password_hash=hashed(PASSWORD)))
    noted = mornings(office, 12, office.desk, second, office.head)
    assert emptied(office) == 12
    found = watch(office)
    assert not found.withheld
    whole, per_case = found.medians["minutes_to_empty"], found.medians["minutes_per_case"]
    assert (whole.n, whole.middle) == (12, 60 * median(noted))
    ordered = sorted(noted)
    assert (whole.low, whole.high) == (60 * ordered[2], 60 * ordered[-3])
    assert per_case.middle == whole.middle / 2
    assert found.medians["minutes_per_complaint"].middle == whole.middle / 4
    assert (found.dispatches, found.complaints) == (24, 48)
    assert found.merge_gain == 100
    assert "work_gain" not in found.changes
    assert found.changes == {}, "nothing was timed by hand"


def test_too_few_mornings_or_officers_are_withheld_and_one_person_is_never_shown(office: Office) -> None:
    mornings(office, 12, office.desk, office.head)
    assert watch(office).withheld
    assert set(watch(office).medians) == {"hours_to_dispatch", "working_hours_to_dispatch"}
    settle(office, "stopwatch.least.officers", 2)
    assert not watch(office).withheld
    settle(office, "stopwatch.least.mornings", 13)
    assert watch(office).withheld
    with pytest.raises(BadInput, match="one person"):
        settle(office, "stopwatch.least.officers", 1)
    with pytest.raises(BadInput, match="Office hours"):
        change_setting(
            office.store, name="stopwatch.office_hours", value=["9-17"], source="x", actor=ADMIN, at=office.at
        )
    assert not watch(office, "2026-10").withheld, "where there was no morning nothing is withheld"


def test_pauses_are_cut_other_work_counts_nothing_and_a_refused_login_begins_nothing(
    office: Office, tmp_path: Path
) -> None:
    settle(office, "stopwatch.least.officers", 2)
    settle(office, "stopwatch.least.mornings", 2)
    one, other = arrive(office, MONDAY - timedelta(hours=2), 1, 1)
    with pytest.raises(LoginRefused):
        log_in(office.store, login=office.desk.id, password="wrong", origin="10.0.0.1", at=MONDAY - 30 * MINUTE)
    enter(office, office.desk, MONDAY)
    send(office, office.desk, [one], MONDAY + MINUTE)
    path, other_work = tmp_path / "a.csv", MONDAY + 11 * MINUTE  # the ten minutes before it count nothing
    export_month(office.store, month="2026-11", path=path, purpose="月报", actor=office.desk, at=other_work)
    send(office, office.desk, [other], MONDAY + 41 * MINUTE)  # half an hour later: five minutes
    (last,) = arrive(office, MONDAY + 60 * MINUTE, 1)
    enter(office, office.head, MONDAY + 90 * MINUTE)
    send(office, office.head, [last], MONDAY + 93 * MINUTE)
    found = watch(office)
    assert found.medians["minutes_to_empty"].middle == 60 * (6 + 3) / 2
    assert found.medians["minutes_to_empty"].low is None, "two mornings have no interval"


def test_a_merge_that_takes_the_last_case_empties_the_queue_and_an_inspectors_word_does_not(office: Office) -> None:
    first, second, third = arrive(office, MONDAY - timedelta(hours=2), 1, 1, 1)
    enter(office, office.desk, MONDAY)
    send(office, office.desk, [first], MONDAY + MINUTE)
    assert emptied(office) == 0
    ids = [office.look(one).main_complaint_id for one in (first, second, third)]
    judge_pair(
        office.store, left_id=ids[0], right_id=ids[1], verdict=Verdict.SAME, actor=office.desk, at=MONDAY + 2 * MINUTE
    )
    assert emptied(office) == 0, "one still waits"
    merge_cases(
        office.store,
        from_case_id=third,
        into_case_id=first,
        from_version=office.version(third),
        into_version=office.version(first),
        actor=office.desk,
        at=MONDAY + 4 * MINUTE,
    )
    assert emptied(office) == 1
    judge_pair(
        office.store, left_id=ids[0], right_id=ids[2], verdict=Verdict.SAME, actor=office.desk, at=MONDAY + 5 * MINUTE
    )
    assert emptied(office) == 1, "a word that takes nothing off the queue empties nothing"
    settle(office, "stopwatch.least.mornings", 1)
    with office.store.read() as session:
        kept = session.scalars(select(QueueEmptiedRow)).one()
        assert (kept.act, kept.by, kept.at) == ("merge", office.desk.id, MONDAY + 4 * MINUTE)
    found = watch(office)
    assert (found.dispatches, found.complaints) == (1, 1), "what joined after the dispatch was not waiting for it"


def test_elsewhere_has_its_own_mornings_and_a_queue_elsewhere_does_not_keep_this_one_full(office: Office) -> None:
    (own,) = arrive(office, MONDAY - timedelta(hours=2), 1)
    office.officer(Role.DESK_OFFICER, "370203")
    away = office.case(place="370203001")
    enter(office, office.desk, MONDAY)
    send(office, office.desk, [own], MONDAY + MINUTE)
    assert emptied(office) == 1
    assert office.look(away).status == "to_dispatch"
    assert watch(office, "2026-11", "370203").dispatches == 0
    assert not watch(office, "2026-11", "370203").withheld
    assert watch(office, "2026-11", "").dispatches == 1


def test_the_wait_runs_from_the_first_arrival_to_the_first_dispatch_that_stood(office: Office) -> None:
    friday = datetime(2026, 10, 30, 8, tzinfo=UTC)  # 16:00: 1.5 hours of the day are left
    office.at = friday
    case = office.case(channels=("hotline_12345", "petition"))
    suggest_inspectors(office.store, actor=SYSTEM, at=friday)
    send(office, office.desk, [case], MONDAY + 30 * MINUTE)
    recall_case(office.store, case_id=case, version=office.version(case), actor=office.desk, at=MONDAY + 31 * MINUTE)
    assert watch(office).dispatches == 0, "recalled"
    suggest_inspectors(office.store, actor=SYSTEM, at=MONDAY + 40 * MINUTE)
    send(office, office.desk, [case], MONDAY + 60 * MINUTE)
    found = watch(office)
    assert found.medians["hours_to_dispatch"].middle == 65.5 * 3600
    assert found.medians["working_hours_to_dispatch"].middle == 2.5 * 3600
    with office.store.write() as session:  # its record had landed two hours before anybody could read it
        told = session.scalars(select(CaseRow)).one().main_complaint_id
        complaint = session.get_one(ComplaintRow, told)
        session.add(
            LandedRow(
                id=new_id("lnd"),
                channel=complaint.channel,
                kind="complaint",
                source_key=complaint.source_key,
                version=1,
                digest="0" * 64,
                payload={},
                position="1",
                landed_at=friday - timedelta(hours=2),
            )
        )
    assert watch(office).medians["hours_to_dispatch"].middle == 67.5 * 3600


def by_hand(office: Office, typed: str, measure: str = "minutes_per_complaint", at: datetime = AFTER) -> str:
    return record_baseline(
        office.store,
        measure=measure,
        typed=typed,
        timed_on=date(2026, 9, 1),
        timed_by="desk_officer",
        how="秒表实测，记录在案卷室",
        actor=office.head,
        at=at,
    )


def test_the_change_is_told_against_what_was_timed_by_hand_and_never_made_up(office: Office, tmp_path: Path) -> None:
    settle(office, "stopwatch.least.officers", 2)
    mornings(office, 12, office.desk, office.head)
    now = watch(office).medians["minutes_per_complaint"].middle / 60
    hand = 1.35 * now
    first = by_hand(office, " ".join([f"{hand:.3f}"] * 9))
    found = watch(office)
    gain = found.changes["minutes_per_complaint"]
    assert gain.percent == pytest.approx(35, abs=1)
    assert gain.low is not None
    assert gain.high is not None
    assert gain.low < gain.percent < gain.high
    assert found.baselines["minutes_per_complaint"].times.n == 9
    assert "hours_to_dispatch" not in found.changes
    wait = by_hand(office, "48，72;50 60", "hours_to_dispatch")
    assert watch(office).changes["hours_to_dispatch"].low is None, "four times have no interval"
    path = tmp_path / "a.xlsx"
    export_month(office.store, month="2026-11", path=path, purpose="月报", actor=office.head, at=AFTER)
    sheet = openpyxl.load_workbook(path)["用时"]
    rows = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["gain in efficiency"][2] == round(gain.percent, 1)
    assert rows["minutes per complaint dispatched"][3] == 12
    export_month(office.store, month="2026-11", path=tmp_path / "a.csv", purpose="月报", actor=office.head, at=AFTER)
    lines = list(csv.reader(StringIO((tmp_path / "a.csv").read_text("utf-8-sig"))))
    said = {(line[1], line[5]): line[6] for line in lines if line[3] == "stopwatch"}
    assert float(said["gain in efficiency", "value"]) == round(gain.percent, 1)
    assert float(said["gain in efficiency", "95 % interval from"]) == round(gain.low, 1)

    freeze_month(office.store, month="2026-11", actor=office.head, at=AFTER)
    export_month(office.store, month="2026-11", path=path, purpose="月报", actor=office.head, at=AFTER)
    locked = path.read_bytes()
    drop_baseline(office.store, baseline_id=first, actor=office.head, at=AFTER)
    assert "minutes_per_complaint" not in watch(office).changes
    export_month(office.store, month="2026-11", path=path, purpose="月报", actor=office.head, at=AFTER)
    assert path.read_bytes() == locked, "a locked month keeps its stopwatch"
    with office.store.read() as session:
        kept = frozen(session, "2026-11", DISTRICT)
        assert kept is not None
        assert kept.times is not None
        assert kept.times.changes["minutes_per_complaint"] == gain
    with pytest.raises(Conflict):
        drop_baseline(office.store, baseline_id=first, actor=office.head, at=AFTER)
    newer = by_hand(office, "99 98 97", "hours_to_dispatch", AFTER + MINUTE)
    assert watch(office).baselines["hours_to_dispatch"].id == newer
    drop_baseline(office.store, baseline_id=newer, actor=office.head, at=AFTER)
    assert watch(office).baselines["hours_to_dispatch"].id == wait


def test_what_is_no_measurement_is_refused_and_nothing_is_kept(office: Office) -> None:
    for typed in ("", "ten", "0", "-3", "5 abc", "1e9", "1441", "9 " * 501):
        with pytest.raises(BadInput):
            by_hand(office, typed)
    with pytest.raises(BadInput):
        by_hand(office, "5", "minutes_to_empty")
    with pytest.raises(NotAllowed):
        record_baseline(
            office.store,
            measure="hours_to_dispatch",
            typed="5",
            timed_on=date(2026, 9, 1),
            timed_by="desk_officer",
            how="x",
            actor=office.desk,
            at=AFTER,
        )
    for wrong in ({"timed_on": date(2026, 12, 2)}, {"timed_by": "于晓"}, {"how": " "}, {"how": "x" * 401}):
        given: dict[str, Any] = {"timed_on": date(2026, 9, 1), "timed_by": "desk_officer", "how": "秒表", **wrong}
        with pytest.raises(BadInput):
            record_baseline(office.store, measure="hours_to_dispatch", typed="5", actor=office.head, at=AFTER, **given)
    kept = by_hand(office, "９.5 10")
    elsewhere = office.officer(Role.HEAD, "370203")
    with pytest.raises(NotFound):
        drop_baseline(office.store, baseline_id=kept, actor=elsewhere, at=AFTER)
    with office.store.read() as session:
        row = session.scalars(select(TimeBaselineRow)).one()
        assert row.seconds == [570, 600]
        audits = session.scalars(select(AuditRow).where(AuditRow.act == "record_baseline")).one()
        assert audits.details == {"measure": "minutes_per_complaint", "timed": 2, "territory": DISTRICT}
    assert read_times("hours_to_dispatch", "0.5、1") == [1800, 3600]
