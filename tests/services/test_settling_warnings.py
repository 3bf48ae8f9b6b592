"""What people do with warnings: settled and taken back, set aside, given on, taken to a case and to a visit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from services.people.rota import record_recusal
from services.warnings import settling
from services.warnings.settling import Asked
from tests.services.office import Office
from tests.services.work import TODAY, Work
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, NoticeRow, WarningActRow, WarningRow, new_id
from warehouse.queries.history import history
from warehouse.queries.warning_acts import acts_on, open_cases_of, who_may_look_after
from warehouse.queries.warning_sight import counting_red, warnings_of
from warehouse.queries.warnings import Wanted, warnings

TRUE, FALSE = "confirmed", "false_alarm"


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def raised(office: Office, **more: object) -> str:
    """A red warning; of no employer where none is given."""
    values: dict[str, object] = {"rule": "arrears", "level": "red", "district_code": "370215010", "state": "open"}
    row = WarningRow(id=new_id("wrn"), rule_version="1", facts={}, raised_at=office.at, **(values | more))
    with office.store.write() as session:
        session.add(row)
    return row.id


def look(office: Office, warning_id: str) -> WarningRow:
    with office.store.read() as session:
        row = session.get_one(WarningRow, warning_id)
        session.expunge(row)
        return row


def asked(office: Office, warning_id: str, by: Actor, *, late: timedelta = timedelta(0)) -> Asked:
    return Asked(warning_id, look(office, warning_id).version, by, office.at + late)


def audited(office: Office, subject: str) -> list[str]:
    with office.store.read() as session:
        return list(session.scalars(select(AuditRow.act).where(AuditRow.subject == subject).order_by(AuditRow.seq)))


def test_a_settlement_is_kept_with_its_reason_and_its_maker_takes_it_back_on_its_day(office: Office) -> None:
    one = raised(office, identity_key="arrears|e|p")
    seen = asked(office, one, office.desk)
    for outcome, reason in ((TRUE, "  "), ("dismissed", "已核实")):
        with pytest.raises(BadInput):
            settling.settle(office.store, seen, outcome=outcome, reason=reason)
    settling.settle(office.store, seen, outcome=TRUE, reason="已核实，确有拖欠")
    row = look(office, one)
    assert (row.state, row.settled_by, row.reason, row.version) == (TRUE, office.desk.id, "已核实，确有拖欠", 2)
    with pytest.raises(Conflict) as late:
        settling.settle(office.store, seen, outcome=FALSE, reason="误报")
    assert late.value.by == office.desk.id
    with pytest.raises(NotAllowed, match="settled already"):
        settling.settle(office.store, asked(office, one, office.head), outcome=FALSE, reason="误报")
    with pytest.raises(NotAllowed, match="who made it"):
        settling.undo(office.store, asked(office, one, office.head))
    with pytest.raises(NotAllowed, match="the same day"):
        settling.undo(office.store, asked(office, one, office.desk, late=timedelta(days=1)))
    settling.undo(office.store, asked(office, one, office.desk))
    row = look(office, one)
    assert (row.state, row.settled_by, row.settled_at, row.reason) == ("open", None, None, None)
    with office.store.read() as session:
        done = [(act.kind, act.reason) for act in acts_on(session, office.desk, one)]
    assert done == [("undo", None), (TRUE, "已核实，确有拖欠")], "what was said once stays in the history"
    assert audited(office, one) == ["settle_warning", "undo_warning"]
    settling.settle(office.store, asked(office, one, office.desk), outcome=FALSE, reason="误报")
    again = raised(office, identity_key="arrears|e|p")
    with pytest.raises(NotAllowed, match="raised this anew"):
        settling.undo(office.store, asked(office, one, office.desk))
    assert look(office, again).state == "open"


def test_a_warning_is_set_aside_for_a_while_and_comes_back_by_itself(office: Office) -> None:
    one = raised(office)
    for until in (TODAY, TODAY + timedelta(days=91)):
        with pytest.raises(BadInput):
            settling.snooze(office.store, asked(office, one, office.desk), until=until, reason="等工资表")
    with pytest.raises(NotAllowed, match="not set aside"):
        settling.wake(office.store, asked(office, one, office.desk))
    settling.snooze(office.store, asked(office, one, office.desk), until=TODAY + timedelta(days=3), reason="等工资表")
    with office.store.read() as session:
        for days, state, red in ((0, "snoozed", 0), (2, "snoozed", 0), (3, "standing", 1)):
            today = TODAY + timedelta(days=days)
            assert session.scalar(counting_red(office.desk), {"today": today}) == red
            found = warnings(session, office.desk, Wanted(state=state), today=today)
            assert [line.id for line in found.lines] == [one], days
    settling.wake(office.store, asked(office, one, office.head))
    assert look(office, one).snoozed_until is None
    assert audited(office, one) == ["snooze_warning", "wake_warning"]


def test_a_warning_goes_to_an_officer_of_the_place_who_then_sees_it(office: Office) -> None:
    one, inspector = raised(office), office.inspectors[0]
    away = office.officer(Role.INSPECTOR, "370203")
    with pytest.raises(NotFound):
        settling.give(office.store, asked(office, one, inspector), to=inspector.id)
    with pytest.raises(BadInput, match="officer of the place"):
        settling.give(office.store, asked(office, one, office.desk), to=away.id)
    settling.give(office.store, asked(office, one, office.desk), to=inspector.id, reason="熟悉该单位")
    with pytest.raises(NotAllowed, match="already"):
        settling.give(office.store, asked(office, one, office.desk), to=inspector.id)
    settling.settle(office.store, asked(office, one, inspector), outcome="corrected", reason="已补发")
    with office.store.read() as session:
        row = session.get_one(WarningRow, one)
        keepers = {keeper.id: keeper.inspector for keeper in who_may_look_after(session, row, today=TODAY)}
    assert keepers.keys() >= {office.desk.id, office.head.id, inspector.id}
    assert (keepers[inspector.id], keepers[office.desk.id]) == (True, False)
    assert away.id not in keepers


def test_a_warning_taken_to_a_case_stands_in_its_history_and_its_officers_are_told(office: Office) -> None:
    work = Work(office)
    employer = office.look(work.id).employer_id
    other = office.case(employer="青岛别家有限公司")
    one = raised(office, employer_id=employer)
    with pytest.raises(NotFound):
        settling.to_case(office.store, asked(office, one, office.desk), case_id=other)
    version = office.version(work.id)
    number = settling.to_case(office.store, asked(office, one, office.desk), case_id=work.id, reason="同一工地")
    assert (number, office.version(work.id)) == (office.look(work.id).matter_no, version + 1)
    with pytest.raises(NotAllowed, match="attached to that case already"):
        settling.to_case(office.store, asked(office, one, office.desk), case_id=work.id)
    assert (
        settling.propose_visit(
            office.store, asked(office, one, office.desk), case_id=work.id, day=None, officer_id=None
        )
        == number
    )
    with office.store.read() as session:
        acts = [(event.act, event.details) for event in history(session, work.id, limit=2)]
        told = set(session.execute(select(NoticeRow.account_id, NoticeRow.kind)).tuples())
        found = warnings(session, office.desk, Wanted(), today=TODAY).lines
        cases = [case.id for case in open_cases_of(session, office.desk, employer)]
    assert acts == [("propose_visit", {"rule": "arrears"}), ("attach_warning", {"rule": "arrears"})]
    for officer in (work.lead.id, work.other.id):
        assert {(officer, "warning_attached"), (officer, "visit_proposed")} <= told
    assert [(line.cases, line.state) for line in found] == [((number,), "open")], "it stands until it is settled"
    assert cases == [work.id]


def test_a_visit_without_a_case_has_a_day_and_an_inspector_who_looks_after_it(office: Office) -> None:
    one, inspector = raised(office, project_code="P-1"), office.inspectors[1]
    plan = {"case_id": None, "day": TODAY + timedelta(days=4), "officer_id": inspector.id}
    desk = {"officer_id": office.desk.id}
    for wrong in ({"day": None}, {"officer_id": None}, {"day": TODAY - timedelta(days=1)}, desk):
        with pytest.raises(BadInput):
            settling.propose_visit(office.store, asked(office, one, office.head), **(plan | wrong))  # type: ignore[arg-type]
    settling.propose_visit(office.store, asked(office, one, office.head), **plan)  # type: ignore[arg-type]
    with office.store.read() as session:
        line = warnings(session, inspector, Wanted(mine=True), today=TODAY).lines[0]
    assert (line.owner_id, line.visit) == (inspector.id, (plan["day"], "officer 5"))
    channel = raised(office, channel="petition", district_code=None)
    with pytest.raises(NotAllowed, match="no visit"):
        settling.propose_visit(office.store, asked(office, channel, office.head), **plan)  # type: ignore[arg-type]


def test_who_is_recused_from_the_employer_does_nothing_with_its_warnings(office: Office) -> None:
    employer = office.look(office.case()).employer_id
    one, inspector = raised(office, employer_id=employer), office.inspectors[0]
    for account in (office.desk, inspector):
        record_recusal(
            office.store, account_id=account.id, employer_id=employer, reason="亲属", from_on=TODAY,
            actor=office.head, at=office.at,
        )  # fmt: skip
    with pytest.raises(NotAllowed, match="recused"):
        settling.settle(office.store, asked(office, one, office.desk), outcome=TRUE, reason="属实")
    with pytest.raises(NotAllowed, match="recused"):
        settling.give(office.store, asked(office, one, office.head), to=inspector.id)
    with office.store.read() as session:
        assert session.scalars(select(WarningActRow)).all() == []


def test_who_sees_which_warning(office: Office) -> None:
    work = Work(office, place="370215010")
    employer = office.look(work.id).employer_id
    far = office.officer(Role.DESK_OFFICER, "370203")
    street = office.officer(Role.HEAD, "370215007")
    system, reader = office.officer(Role.SYSTEM_ADMIN), office.officer(Role.READ_ONLY)
    of_case = raised(office, employer_id=employer, district_code=None)
    of_street = raised(office, project_code="P-1", district_code="370215007")
    of_far = raised(office, project_code="P-2", district_code="370203")
    of_channel = raised(office, channel="petition", district_code=None)
    mine = raised(office, project_code="P-3", district_code="370203", owner_id=office.inspectors[2].id)

    def seen(actor: Actor) -> set[str]:
        with office.store.read() as session:
            return set(session.scalars(select(WarningRow.id).where(warnings_of(actor))))

    assert seen(office.desk) == {of_case, of_street, of_channel}
    assert seen(reader) == {of_case, of_street}
    assert seen(street) == {of_street, of_channel}
    assert seen(far) == {of_far, of_channel, mine}
    assert seen(system) == {of_channel}
    assert seen(work.lead) == {of_case}, "an inspector sees the warnings on the employers of their cases"
    assert seen(office.inspectors[2]) == {mine}
    assert seen(office.officer(Role.AUDIT_ADMIN)) == set()
    settling.settle(office.store, asked(office, of_channel, system), outcome=TRUE, reason="平台停机")
    for act in (reader, system):
        with pytest.raises((NotAllowed, NotFound)):
            settling.settle(office.store, asked(office, of_street, act), outcome=TRUE, reason="属实")


def test_of_many_who_settle_at_once_one_does_and_the_others_are_told_who(office: Office) -> None:
    one = raised(office)
    seen = asked(office, one, office.desk)

    def settle(outcome: str) -> str:
        try:
            settling.settle(office.store, seen, outcome=outcome, reason="同时处置")
        except Conflict as late:
            return str(late.by)
        return "settled"

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(settle, [TRUE, FALSE] * 4))
    assert answers == [office.desk.id] * 7 + ["settled"]
    assert audited(office, one) == ["settle_warning"]
