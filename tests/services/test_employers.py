"""Who an employer is: merged and parted with nothing moved, a spelling taken out for good, a code verified, a watch."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.identifiers import uscc_check_digit
from casework.people import Role
from services.dispatch.dispatching import suggest_inspectors
from services.employers import merging, naming, watching
from services.people.rota import record_recusal
from tests.services.office import SYSTEM, Office
from tests.services.work import TODAY
from warehouse.engine import Warehouse
from warehouse.models import (
    AuditRow,
    CaseMembershipRow,
    CaseRow,
    ComplaintVersionRow,
    EmployerAliasRow,
    EmployerEventRow,
    EmployerRow,
    NoticeRow,
)
from warehouse.queries.employers import Wanted, employers
from warehouse.store.cases import refresh_case
from warehouse.store.employers import find_or_make_employer
from warehouse.store.offences import same_employers
from warehouse.store.one_employer import family_of
from warehouse.store.recusals import recused_from

SEA, SEA_TOO = "青岛蓝天海产加工有限公司", "青岛蔚海渔业有限公司"


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def code_of(first_17: str) -> str:
    return first_17 + uscc_check_digit(first_17)


def employer_of(office: Office, case_id: str) -> EmployerRow:
    with office.store.read() as session:
        row = session.get_one(EmployerRow, session.get_one(CaseRow, case_id).employer_id)
        session.expunge(row)
        return row


def two(office: Office) -> tuple[EmployerRow, EmployerRow]:
    return employer_of(office, office.case(employer=SEA)), employer_of(office, office.case(employer=SEA_TOO))


def merge(office: Office, one: EmployerRow, into: EmployerRow, **more: object) -> str:
    fields: dict[str, object] = {"from_version": one.version, "into_version": into.version, "actor": office.desk}
    fields |= {"reason": "同一老板，同一厂址", "at": office.at, **more}
    return merging.merge_employers(office.store, from_id=one.id, into_id=into.id, **fields)  # type: ignore[arg-type]  # named above


def seen(office: Office, employer_id: str) -> EmployerRow:
    with office.store.read() as session:
        row = session.get_one(EmployerRow, employer_id)
        session.expunge(row)
        return row


def rows(office: Office) -> list[tuple[object, ...]]:
    with office.store.read() as session:
        question = select(EmployerRow.id, EmployerRow.name, EmployerRow.uscc, EmployerRow.merged_into)
        own = session.execute(question.add_columns(EmployerRow.split_from).order_by(EmployerRow.id)).all()
        cases = session.execute(select(CaseRow.id, CaseRow.employer_id).order_by(CaseRow.id)).all()
        return [tuple(row) for row in (*own, *cases)]


def acts(office: Office) -> list[str]:
    with office.store.read() as session:
        return list(session.scalars(select(AuditRow.act).order_by(AuditRow.seq)))


def test_two_employers_become_one_line_and_two_again_as_if_nothing_had_been(office: Office) -> None:
    one, other = two(office)
    before = rows(office)
    event = merge(office, one, other)
    with office.store.read() as session:
        listed = employers(session, office.desk, Wanted(), today=TODAY)
        assert [(line.id, line.sums.cases) for line in listed.lines] == [(other.id, 2)]
        assert family_of(session, one.id) == family_of(session, other.id) == {one.id, other.id}
        assert same_employers(session, one.id) == {one.id, other.id}
    merging.undo(office.store, event_id=event, version=seen(office, other.id).version, actor=office.desk, at=office.at)
    assert rows(office) == before
    assert acts(office)[-2:] == ["merge_employers", "undo_employer"]
    with pytest.raises(Conflict, match="taken back already"):
        merging.undo(
            office.store, event_id=event, version=seen(office, other.id).version, actor=office.desk, at=office.at
        )


def test_a_merge_of_three_is_taken_back_from_the_last_one_on(office: Office) -> None:
    one, other = two(office)
    third = employer_of(office, office.case(employer="青岛远帆船务有限公司"))
    before = rows(office)
    first = merge(office, one, other)
    second = merge(office, seen(office, other.id), third)
    assert seen(office, one.id).merged_into == third.id, "what was merged leads on to the one that stays"
    with pytest.raises(NotAllowed, match="rests on this step"):
        merging.undo(
            office.store, event_id=first, version=seen(office, third.id).version, actor=office.desk, at=office.at
        )
    for event in (second, first):
        stays = third.id if event == second else other.id
        merging.undo(office.store, event_id=event, version=seen(office, stays).version, actor=office.desk, at=office.at)
    assert rows(office) == before


def test_what_comes_in_after_a_merge_stays_with_the_name_it_came_under(office: Office) -> None:
    one, other = two(office)
    event = merge(office, one, other)
    later = office.case(employer=SEA)
    assert employer_of(office, later).id == one.id
    merging.undo(office.store, event_id=event, version=seen(office, other.id).version, actor=office.desk, at=office.at)
    with office.store.read() as session:
        assert family_of(session, one.id) == {one.id}


def test_two_credit_codes_are_never_one_employer(office: Office) -> None:
    one, other = two(office)
    for row, first in ((one, "91370215MA3C00001"), (other, "91370215MA3C00002")):
        naming.verify_code(
            office.store,
            employer_id=row.id,
            version=row.version,
            uscc=code_of(first),
            reason=None,
            actor=office.desk,
            at=office.at,
        )
    with pytest.raises(NotAllowed, match="Two credit codes"):
        merge(office, seen(office, one.id), seen(office, other.id))


def test_a_merge_is_refused_without_a_reason_to_others_and_to_whoever_is_late(office: Office) -> None:
    one, other = two(office)
    with pytest.raises(BadInput):
        merge(office, one, other, reason=" ")
    with pytest.raises(BadInput):
        merge(office, one, one)
    with pytest.raises(NotAllowed):
        merge(office, one, other, actor=office.inspectors[0])
    far = office.officer(Role.DESK_OFFICER, "370203")
    with pytest.raises(NotFound):
        merge(office, one, other, actor=far)
    merge(office, one, other)
    with pytest.raises(Conflict):
        merge(office, one, other)


def _with_alias(office: Office) -> tuple[str, str, str]:
    """An employer that a second complaint spelled otherwise. Returns its id, the spelling's id and its case."""
    employer = employer_of(office, office.case(employer=SEA))
    spelled = "（青岛）蓝天海产加工有限公司"
    with office.store.write() as session:
        found = find_or_make_employer(
            session,
            name=spelled,
            name_key=employer.name_key,
            uscc=None,
            district_code=None,
            learned_from="complaint",
            at=office.at,
        )
        assert found == employer.id
        alias = session.scalars(select(EmployerAliasRow).where(EmployerAliasRow.name == spelled)).one()
        return employer.id, alias.id, spelled


def test_a_spelling_taken_out_is_an_employer_of_its_own_for_good(office: Office) -> None:
    employer_id, alias_id, spelled = _with_alias(office)
    case = office.case(employer=SEA)
    with office.store.write() as session:
        said = select(ComplaintVersionRow).where(
            ComplaintVersionRow.complaint_id == office.look(case).main_complaint_id
        )
        session.scalars(said).one().employer_name = spelled
        session.flush()
        refresh_case(session, case, by="system:test", at=office.at)
    assert employer_of(office, case).id == employer_id
    version = seen(office, employer_id).version
    other = naming.split_alias(
        office.store,
        employer_id=employer_id,
        version=version,
        alias_id=alias_id,
        reason="另一家同名的店",
        actor=office.desk,
        at=office.at,
    )
    assert employer_of(office, case).id == other, "the case that names it goes with it"
    key = seen(office, employer_id).name_key
    with office.store.write() as session:
        again = find_or_make_employer(
            session,
            name=spelled,
            name_key=key,
            uscc=None,
            district_code=None,
            learned_from="complaint",
            at=office.at,
        )
        assert again == other, "no likeness of the name brings it back"
        assert session.scalars(select(EmployerAliasRow).where(EmployerAliasRow.employer_id == employer_id)).all() == []
        assert other not in same_employers(session, employer_id)
    event = _last_event(office)
    merging.undo(
        office.store, event_id=event, version=seen(office, employer_id).version, actor=office.desk, at=office.at
    )
    with office.store.read() as session:
        assert family_of(session, other) == {employer_id, other}
        assert other in same_employers(session, employer_id)


def _last_event(office: Office) -> str:
    with office.store.read() as session:
        return session.scalars(select(EmployerEventRow.id).order_by(EmployerEventRow.step_no.desc())).first() or ""


def test_a_code_is_verified_only_when_its_last_character_fits(office: Office) -> None:
    one, other = two(office)
    good = code_of("91370215MA3C00001")
    bad = good[:-1] + ("0" if good[-1] != "0" else "1")

    def verify(row: EmployerRow, code: str, reason: str | None = None) -> None:
        naming.verify_code(
            office.store,
            employer_id=row.id,
            version=seen(office, row.id).version,
            uscc=code,
            reason=reason,
            actor=office.head,
            at=office.at,
        )

    for wrong in (bad, good[:-1], "", "370215000000001"):
        with pytest.raises(BadInput):
            verify(one, wrong)
    verify(one, f" {good.lower()} ")
    row = seen(office, one.id)
    assert (row.uscc, row.code_checked_on, row.code_checked_by) == (good, TODAY, office.head.id)
    with pytest.raises(NotAllowed, match="Another employer has this credit code"):
        verify(other, good)
    with pytest.raises(BadInput, match="Another credit code stood here"):
        verify(one, code_of("91370215MA3C00009"))
    verify(one, code_of("91370215MA3C00009"), "登记机关换发")
    with pytest.raises(Conflict):
        naming.verify_code(
            office.store, employer_id=one.id, version=1, uscc=good, reason="x", actor=office.head, at=office.at
        )


def test_whoever_watches_is_told_of_a_new_complaint_and_no_longer_when_they_stop(office: Office) -> None:
    one, other = two(office)
    merge(office, one, other)
    for _ in range(2):
        watching.watch(office.store, employer_id=other.id, actor=office.desk, at=office.at)
    fresh = office.case(employer=SEA)
    assert _tell(office, fresh) == 1, "of a name that was merged into the one watched"
    watching.unwatch(office.store, employer_id=one.id, actor=office.desk, at=office.at)
    assert _tell(office, office.case(employer=SEA)) == 0
    assert acts(office).count("watch_employer") == acts(office).count("unwatch_employer") == 1
    with office.store.read() as session:
        told = session.execute(
            select(NoticeRow.account_id, NoticeRow.case_id).where(NoticeRow.kind == "watched_employer")
        )
        assert [tuple(row) for row in told] == [(office.desk.id, fresh)]


def _tell(office: Office, case_id: str) -> int:
    with office.store.write() as session:
        inside = session.scalars(
            select(CaseMembershipRow.complaint_id).where(CaseMembershipRow.case_id == case_id)
        ).all()
        return watching.tell_watchers(session, inside, at=office.at)


def test_nobody_watches_an_employer_that_is_not_theirs_to_see(office: Office) -> None:
    one, _ = two(office)
    with pytest.raises(NotFound):
        watching.watch(office.store, employer_id=one.id, actor=office.inspectors[0], at=office.at)
    with pytest.raises(NotFound):
        watching.watch(office.store, employer_id="emp_none", actor=office.desk, at=office.at)


def test_who_is_recused_from_an_employer_is_recused_from_what_was_merged_with_it(office: Office) -> None:
    one, other = two(office)
    case = office.case(employer=SEA_TOO)
    record_recusal(
        office.store,
        account_id=office.inspectors[0].id,
        reason="亲属",
        from_on=TODAY,
        employer_id=one.id,
        actor=office.head,
        at=office.at,
    )
    with office.store.read() as session:
        assert recused_from(session, session.get_one(CaseRow, case), [office.inspectors[0].id], on=TODAY) == set()
    merge(office, one, other)
    suggest_inspectors(office.store, actor=SYSTEM, at=office.at)
    with office.store.read() as session:
        row = session.get_one(CaseRow, case)
        assert recused_from(session, row, [office.inspectors[0].id], on=TODAY) == {office.inspectors[0].id}
        assert office.inspectors[0].id not in (row.suggested_lead_id, row.suggested_assisting_id)
