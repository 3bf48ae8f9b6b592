"""A rule that is wrong too often falls silent and says so, stays under watch in the dark, and wins its voice back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.calendar import local_day
from casework.errors import BadInput, Conflict, NotAllowed
from casework.people import Actor, Role
from casework.warnings.backtest import Alarm
from casework.warnings.rules import DUTIES
from services.office.doctor import Finding, _contents
from services.office.settings import Settings
from services.warnings.backtesting import scored
from services.warnings.muting import PAIRS, Bounds, falls_silent, keep_score, say, scored_today, speaks_again
from services.warnings.own_record import own_record
from services.warnings.raising import raise_warnings
from services.warnings.settling import Asked, settle
from tests.dumps import dump
from tests.services.office import DISTRICT, Office
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, BackTestRow, EmployerRow, OutsideArrearsRow, RuleMutingRow, WarningRow, new_id
from warehouse.store.rule_mutings import Key, muted, never_mutes, note_step
from warehouse.store.settings import set_setting

WARN = Actor.system("warn")
KEY = ("utility_arrears", "yellow")
BOUNDS = Bounds(floor=60, back=10, least=10, days=365)


def told(office: Office, names: Iterable[str], at: datetime, *, place: str | None = DISTRICT) -> None:
    """The supplier says that each of these owes three months of water."""
    with office.store.write() as session:
        for name in names:
            if session.get(EmployerRow, f"emp_{name}") is None:
                session.add(EmployerRow(id=f"emp_{name}", name=name, name_key=name, district_code=place, created_at=at))
            session.flush()
            session.add(
                OutsideArrearsRow(
                    id=new_id("out"),
                    kind="utility",
                    employer_id=f"emp_{name}",
                    months=3,
                    owed_fen=100_000,
                    as_of=local_day(at),
                    arrived_at=at,
                    by="test",
                )
            )


def firms(word: str, many: int) -> list[str]:
    return [f"青岛{word}{number}号公司" for number in range(many)]


def warnings(office: Office, **facts: object) -> list[WarningRow]:
    with office.store.read() as session:
        rows = list(session.scalars(select(WarningRow).filter_by(**facts).order_by(WarningRow.id)))
        session.expunge_all()
        return rows


def steps(office: Office) -> list[tuple[str, str, bool, str, int | None, int | None]]:
    row = RuleMutingRow
    with office.store.read() as session:
        found = session.execute(
            select(row.rule, row.level, row.mute, row.why, row.right_count, row.wrong_count).order_by(
                row.at, row.step_no
            )
        )
        return list(found.tuples())


def silent(office: Office) -> set[tuple[str, str]]:
    with office.store.read() as session:
        return set(muted(session))


def wrong_twenty_times(office: Office, at: datetime) -> None:
    """Twenty-one warnings; a head finds twenty of them false alarms."""
    told(office, firms("误报", 21), at - timedelta(days=40))
    assert raise_warnings(office.store, actor=WARN, at=at - timedelta(days=39)).raised == 21
    for row in warnings(office, rule=KEY[0])[:20]:
        asked = Asked(row.id, row.version, office.head, at - timedelta(days=20))
        settle(office.store, asked, outcome="false_alarm", reason="水费已缴清")


def of_doctor(store: Warehouse, at: datetime) -> Finding:
    return next(one for one in _contents(Settings(), store, local_day(at)) if one.subject == "warnings")


def test_twenty_false_alarms_mute_a_rule_and_what_it_says_in_the_dark_brings_it_back(
    store: Warehouse, now: datetime
) -> None:
    office = Office(store, now)
    wrong_twenty_times(office, now)
    with store.read() as session:
        record = own_record(session, actor=office.head, at=now)[KEY]
    assert (record.raised, record.right, record.wrong, record.became["open"]) == (21, 0, 20, 1)
    assert of_doctor(store, now).health.value == "well"
    count = keep_score(store, actor=WARN, at=now)
    assert (count.muted, count.speaking) == (("utility_arrears:yellow",), ())
    assert steps(office) == [(*KEY, True, "floor", 0, 20)]
    assert scored_today(store, at=now)
    assert "utility_arrears:yellow since 2026-11-20" in of_doctor(store, now).words
    with store.read() as session:
        details = session.scalars(select(AuditRow.details).where(AuditRow.act == "score_rules")).one()
    assert details["muted"] == ["utility_arrears:yellow"]

    before = dump(store, without={"audit", "back_test"})
    assert keep_score(store, actor=WARN, at=now).muted == ()
    assert dump(store, without={"audit", "back_test"}) == before, "twice a day changes nothing"
    with store.read() as session:
        assert len(list(session.scalars(select(BackTestRow)))) == 1

    later = now + timedelta(days=10)
    told(office, firms("暗中", 12), later)
    run = raise_warnings(store, actor=WARN, at=later)
    assert (run.raised, run.dark, run.cleared, run.muted) == (0, 12, 0, ("utility_arrears:yellow",))
    assert len(warnings(office, rule=KEY[0], state="open")) == 1, "what stands stays"
    assert run.by_rule[KEY[0]] == 33, "it is still evaluated"

    office.at = complained = now + timedelta(days=30)
    for name in firms("暗中", 12):
        office.case(employer=name, received_at=complained)
    assert keep_score(store, actor=WARN, at=now + timedelta(days=100)).speaking == (), "half of the horizon is to come"
    much_later = now + timedelta(days=200)
    count = keep_score(store, actor=WARN, at=much_later)
    assert count.speaking == ("utility_arrears:yellow",)
    assert steps(office)[1:] == [(*KEY, False, "recovered", 12, 0)]
    assert silent(office) == set()
    assert keep_score(store, actor=WARN, at=much_later + timedelta(days=1)).muted == (), "what was forgiven stays so"
    told(office, firms("又来", 2), much_later)
    assert raise_warnings(store, actor=WARN, at=much_later).raised == 2


def test_a_head_mutes_and_lets_speak_with_a_reason_and_the_law_s_duties_never_fall_silent(
    store: Warehouse, now: datetime
) -> None:
    office = Office(store, now)
    street = office.officer(Role.HEAD, "370215010")

    def act(mute: bool, step: int, *, actor: Actor = office.head, rule: str = KEY[0], reason: str = "局务会") -> None:
        say(store, rule=rule, level="yellow", mute=mute, step=step, reason=reason, actor=actor, office=DISTRICT, at=now)

    for actor in (office.desk, office.inspectors[0], street):
        with pytest.raises(NotAllowed, match="whole office"):
            act(True, 0, actor=actor)
    with pytest.raises(BadInput, match="reason"):
        act(True, 0, reason=" ")
    with pytest.raises(BadInput, match="no such rule"):
        act(True, 0, rule="channel_silent")
    with pytest.raises(NotAllowed, match="The law names"):
        act(True, 0, rule="arrears")
    with pytest.raises(NotAllowed, match="speaks already"):
        act(False, 0)
    act(True, 0)
    with pytest.raises(Conflict):
        act(False, 0)
    with pytest.raises(NotAllowed, match="muted already"):
        act(True, 1)
    assert silent(office) == {KEY}
    assert keep_score(store, actor=WARN, at=now).speaking == (), "what a person muted stays so"
    act(False, 1, actor=office.bureau)
    assert silent(office) == set()
    assert [one[2:4] for one in steps(office)] == [(True, "person"), (False, "person")]
    with store.read() as session:
        acts = session.execute(select(AuditRow.act, AuditRow.subject).where(AuditRow.act.contains("rule"))).all()
    assert ("mute_rule", "utility_arrears:yellow") in [tuple(one) for one in acts]
    assert ("let_rule_speak", "utility_arrears:yellow") in [tuple(one) for one in acts]


def test_a_rule_that_the_office_adds_to_the_duties_speaks_again_and_one_let_speak_begins_anew(
    store: Warehouse, now: datetime
) -> None:
    office = Office(store, now)
    wrong_twenty_times(office, now)
    keep_score(store, actor=WARN, at=now)
    say(
        store, rule=KEY[0], level=KEY[1], mute=False, step=1, reason="供水公司更正", actor=office.head,
        office=DISTRICT, at=now + timedelta(hours=1),
    )  # fmt: skip
    assert keep_score(store, actor=WARN, at=now + timedelta(hours=2)).muted == (), "the old ones count no more"
    with store.write() as session:
        session.delete(session.scalars(select(RuleMutingRow).filter_by(step_no=2)).one())
        set_setting(session, "warning.mute.never", ["utility_arrears"], source="test", by="test", at=now)
    assert silent(office) == set(), "at once"
    assert keep_score(store, actor=WARN, at=now + timedelta(days=1)).speaking == ("utility_arrears:yellow",)
    assert steps(office)[-1][3] == "law"


@pytest.mark.parametrize(
    "key", [*((rule, "red") for rule in sorted(DUTIES) if ":" not in rule), ("workers_72h", "red")]
)
def test_no_setting_takes_a_duty_from_those_that_never_mute(store: Warehouse, now: datetime, key: Key) -> None:
    office = Office(store, now)
    with store.write() as session:
        set_setting(session, "warning.mute.never", [], source="test", by="test", at=now)
        note_step(session, key, mute=True, why="person", by="test", at=now)
        assert never_mutes(session, *key)
        assert muted(session) == {}, "also where a step of an older version had muted it"
    if key in PAIRS:
        with pytest.raises(NotAllowed, match="The law names"):
            say(
                store, rule=key[0], level=key[1], mute=True, step=1, reason="误报", actor=office.head,
                office=DISTRICT, at=now,
            )  # fmt: skip
        assert f"{key[0]}:{key[1]}" in keep_score(store, actor=WARN, at=now).speaking


def test_a_level_may_be_added_to_those_that_never_mute(store: Warehouse, now: datetime) -> None:
    with store.write() as session:
        set_setting(session, "warning.mute.never", ["repeat:orange"], source="test", by="test", at=now)
        assert never_mutes(session, "repeat", "orange")
        assert not never_mutes(session, "repeat", "yellow")
        assert not never_mutes(session, "workers_72h", "orange")


def mute(store: Warehouse, at: datetime, *levels: str, speak: bool = False) -> None:
    with store.write() as session:
        for level in levels:
            note_step(session, ("complaints_30d", level), mute=not speak, why="person", by="test", at=at)


def complained(office: Office, count: int) -> None:
    """So many complaints of one employer yesterday, each by itself."""
    for _ in range(count):
        office.case(employer="青岛多诉有限公司", received_at=office.at - timedelta(days=1))


def of_complaints(office: Office) -> list[tuple[str, str, int]]:
    return [(one.level, one.state, one.facts["complaints"]) for one in warnings(office, rule="complaints_30d")]


def test_where_the_graver_level_is_muted_the_milder_speaks(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    complained(office, 10)
    mute(store, now, "red")
    run = raise_warnings(store, actor=WARN, at=now)
    assert of_complaints(office) == [("orange", "open", 10)], "red is orange too"
    assert run.dark == 0
    again = raise_warnings(store, actor=WARN, at=now + timedelta(hours=1))
    assert (again.raised, again.changed) == (0, 0), "and does not rise to what is muted"
    (row,) = warnings(office, rule="complaints_30d")
    settle(
        store, Asked(row.id, row.version, office.head, now + timedelta(hours=2)), outcome="confirmed", reason="已核实"
    )
    quiet = raise_warnings(store, actor=WARN, at=now + timedelta(hours=3))
    assert (quiet.raised, quiet.quiet >= 1) == (0, True), "what was settled as orange is no worse for a muted red"
    mute(store, now, "red", speak=True)
    raise_warnings(store, actor=WARN, at=now + timedelta(hours=4))
    assert {one[:2] for one in of_complaints(office)} == {("orange", "confirmed"), ("red", "open")}


def test_an_open_warning_rises_as_far_as_its_rule_speaks(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    complained(office, 3)
    raise_warnings(store, actor=WARN, at=now)
    assert of_complaints(office) == [("yellow", "open", 3)]
    mute(store, now, "orange", "red")
    complained(office, 7)
    raise_warnings(store, actor=WARN, at=now + timedelta(hours=1))
    assert of_complaints(office) == [("yellow", "open", 10)], "its figures are kept up to date"
    mute(store, now, "orange", speak=True)
    raise_warnings(store, actor=WARN, at=now + timedelta(hours=2))
    assert of_complaints(office) == [("orange", "open", 10)]
    mute(store, now, "red", speak=True)
    raise_warnings(store, actor=WARN, at=now + timedelta(hours=3))
    mute(store, now, "yellow", "orange", "red")
    raise_warnings(store, actor=WARN, at=now + timedelta(hours=4))
    assert of_complaints(office) == [("red", "open", 10)], "what stands keeps its level"


def test_where_every_level_is_muted_it_is_dark(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    complained(office, 10)
    mute(store, now, "yellow", "orange", "red")
    assert raise_warnings(store, actor=WARN, at=now).dark == 1
    assert of_complaints(office) == []


def test_the_score_of_all_together_counts_what_is_raised_at_the_milder_level(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    days = now.date() - timedelta(days=200), now.date()
    alarm = Alarm("complaints_30d", "red", "emp_somebody", DISTRICT, *days)

    def alarms() -> int:
        with store.read() as session:
            return scored(session, [alarm], actor=office.head, days=days, at=now, looks=1).together.alarms

    assert alarms() == 1
    mute(store, now, "red")
    assert alarms() == 1, "the office was warned, in orange"
    mute(store, now, "yellow", "orange")
    assert alarms() == 0


def test_warnings_of_which_nobody_knows_where_they_are_count_for_the_office(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    told(office, firms("无处", 12), now - timedelta(days=40), place=None)
    raise_warnings(store, actor=WARN, at=now - timedelta(days=39))
    with store.write() as session:
        for row in session.scalars(select(WarningRow)):
            row.state, row.settled_at = "false_alarm", now - timedelta(days=9)
    assert keep_score(store, actor=WARN, at=now).muted == ("utility_arrears:yellow",)


@pytest.mark.parametrize(
    ("right", "wrong", "mutes", "speaks"),
    [
        (0, 0, False, False),
        (0, 9, False, False),
        (0, 10, True, False),
        (3, 7, False, False),
        (12, 28, True, False),
        (6, 4, False, False),
        (7, 3, False, True),
        (69, 31, False, False),
    ],
)
def test_the_floor_asks_for_enough_and_for_certainty(right: int, wrong: int, mutes: bool, speaks: bool) -> None:
    assert falls_silent(right, wrong, BOUNDS) is mutes
    assert speaks_again(right, wrong, BOUNDS) is speaks
    assert not (mutes and speaks)
