"""Prevention notices for their pages: what may be quoted to an employer, what was sent and what answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.media import Look, media_named
from casework.people import Actor
from casework.prevention import GROUNDS, Ground
from warehouse.models import (
    AccountRow,
    EmployerRow,
    PreventionAnswerRow,
    PreventionFileRow,
    PreventionNoticeRow,
    ProjectFirmRow,
    ProjectRow,
    WarningRow,
)
from warehouse.queries.hiding import hide
from warehouse.queries.tellers import Tellers, tellers_of
from warehouse.queries.warning_sight import warnings_of
from warehouse.store.one_employer import family_of
from warehouse.store.warning_acts import OPEN

_DISTRICT = 6
NO_NOTICE = "There is no such notice, or it is not yours to see."


@dataclass(frozen=True, slots=True)
class Quotable:
    """A standing sign that a notice may quote, and the warning that it stands on."""

    warning_id: str
    ground: Ground


def quotable(session: Session, actor: Actor, warning: WarningRow) -> list[Quotable]:
    """What registers and feeds say is missing of the employer of a warning, whichever warning that is.

    Every standing sign of the employer that may be quoted, in the order of a notice: nothing of it depends on whether
    somebody complained, nor on the warning from which one looks. A site in a district that is none of the reader's is
    left out.
    """
    row, site = WarningRow, ProjectRow
    question = select(row, site.name, site.district_code).outerjoin(site, site.project_code == row.project_code)
    if warning.employer_id is not None:
        question = question.where(row.employer_id.in_(family_of(session, warning.employer_id)))
    elif warning.project_code is not None:
        question = question.where(row.employer_id.is_(None), row.project_code == warning.project_code)
    else:
        return []
    found = [
        Quotable(one.id, Ground(one.rule, one.facts, name))
        for one, name, place in session.execute(question.where(row.state == OPEN, row.rule.in_(GROUNDS))).tuples()
        if place is None or any(place[:_DISTRICT] == own[:_DISTRICT] for own in actor.territories)
    ]
    return sorted(found, key=lambda one: (one.ground.place, one.warning_id))


def addressee_of(session: Session, warning: WarningRow) -> str:
    """The employer as the feed or the register names it; nothing where only complaints have named it."""
    firm = ProjectFirmRow
    if warning.employer_id is None:
        leads = select(ProjectRow.general_contractor).where(ProjectRow.project_code == warning.project_code)
        return session.scalar(leads) or ""
    family = family_of(session, warning.employer_id)
    named = (
        select(firm.name).where(firm.employer_id.in_(family)).order_by(firm.until.is_not(None), firm.since, firm.name)
    )
    checked = select(EmployerRow.name).where(EmployerRow.id.in_(family), EmployerRow.code_checked_on.is_not(None))
    return session.scalar(named.limit(1)) or session.scalar(checked.order_by(EmployerRow.id).limit(1)) or ""


def builds(session: Session, warning: WarningRow) -> bool:
    """Whether the feed knows the employer on a building site. What complaints say of its trade is not looked at."""
    if warning.project_code is not None or warning.employer_id is None:
        return warning.project_code is not None
    family = family_of(session, warning.employer_id)
    question = select(ProjectFirmRow.id).where(ProjectFirmRow.employer_id.in_(family)).limit(1)
    return session.scalar(question) is not None


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file of an answer. `size_bytes` is of what is kept."""

    id: str
    number: int
    state: str
    reason_code: str | None
    look: Look | None
    media: str | None
    ending: str | None
    size_bytes: int | None
    sha256: str | None
    sent_sha256: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, whole. `readable` False: what came could not be opened."""

    id: str
    round: int
    posted_at: datetime
    words: str | None = field(repr=False)
    name: str = field(repr=False)
    capacity: str
    phone: str | None = field(repr=False)
    judged: str | None
    judged_by: str | None
    judged_at: datetime | None
    lacks: tuple[str, ...]
    reason: str | None = field(repr=False)
    files: tuple[SentFile, ...]

    @property
    def readable(self) -> bool:
        """Whether what came could be opened."""
        return self.words is not None


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice with its answers, the newest first."""

    id: str
    version: int
    notice_no: str
    warning_id: str
    rule: str
    state: str
    round: int
    way: str
    language: str
    general: bool
    said: Mapping[str, Any] = field(repr=False)
    answer_by: date
    closes_on: date
    late: bool
    out: bool
    by: str
    at: datetime
    answers: tuple[Answered, ...]


def notices_of(session: Session, actor: Actor, warning: WarningRow, *, today: date) -> list[Notice]:
    """The notices of a warning, and those of other warnings on the same employer that the reader may see."""
    row = PreventionNoticeRow
    mine = row.warning_id == warning.id
    if warning.employer_id is not None:
        mine = or_(mine, row.employer_id.in_(family_of(session, warning.employer_id)))
    question = select(row).join(WarningRow, WarningRow.id == row.warning_id).where(mine, warnings_of(actor))
    rows = session.scalars(question.order_by(row.at.desc(), row.id)).all()
    return _notices(session, rows, today)


def notice_seen(session: Session, actor: Actor, notice_id: str, *, today: date) -> Notice:
    """One notice, for who may know of its warning. Raises `NotFound` alike for missing and forbidden."""
    row = PreventionNoticeRow
    question = select(row).join(WarningRow, WarningRow.id == row.warning_id).where(row.id == notice_id)
    found = session.scalars(question.where(warnings_of(actor))).one_or_none()
    if found is None:
        raise NotFound(NO_NOTICE)
    return _notices(session, [found], today)[0]


def waiting_states(session: Session, warning_ids: Collection[str], *, today: date) -> dict[str, str]:
    """Of warnings with a notice how the newest one stands: waiting, late, answered, enough, visit, withdrawn."""
    row = PreventionNoticeRow
    question = select(row.warning_id, row.state, row.answer_by).where(row.warning_id.in_(warning_ids)).order_by(row.at)
    return {
        one: "late" if state == "waiting" and day < today else state
        for one, state, day in session.execute(question).tuples()
    }


def _notices(session: Session, rows: Collection[PreventionNoticeRow], today: date) -> list[Notice]:
    ids = [row.id for row in rows]
    answer = PreventionAnswerRow
    answers: dict[str, list[PreventionAnswerRow]] = {one: [] for one in ids}
    for one in session.scalars(select(answer).where(answer.notice_id.in_(ids)).order_by(answer.round.desc())):
        answers[one.notice_id].append(one)
    every = [one for of in answers.values() for one in of]
    files = _files(session, [one.id for one in every])
    people = {row.by for row in rows} | {one.judged_by for one in every if one.judged_by}
    names = dict(
        session.execute(select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(people))).tuples().all()
    )
    rules = select(WarningRow.id, WarningRow.rule).where(WarningRow.id.in_([row.warning_id for row in rows]))
    rule_of = dict(session.execute(rules).tuples().all())
    employer = {row.id: row.employer_id for row in rows}
    told_by = {one.id: tellers_of(session, employer[one.notice_id]) for one in every if one.judged}
    return [
        Notice(
            row.id,
            row.version,
            row.notice_no,
            row.warning_id,
            rule_of[row.warning_id],
            row.state,
            row.round,
            row.way,
            row.language,
            not row.grounds,
            row.said,
            row.answer_by,
            row.closes_on,
            row.state == "waiting" and row.answer_by < today,
            row.tag is not None and row.told_tag == row.tag,
            names.get(row.by, row.by),
            row.at,
            tuple(_answered(one, names, files.get(one.id, []), told_by.get(one.id)) for one in answers[row.id]),
        )
        for row in rows
    ]


def _answered(
    row: PreventionAnswerRow, names: Mapping[str, str], files: list[SentFile], told_by: Tellers | None
) -> Answered:
    """What the employer wrote stands as it is but for numbers: a mask on some names would say who complained."""
    return Answered(
        row.id,
        row.round,
        row.posted_at,
        hide(row.words),
        row.name,
        row.capacity,
        row.phone,
        row.judged,
        names.get(row.judged_by or "", row.judged_by),
        row.judged_at,
        tuple(row.lacks),
        told_by.hide_any(row.reason) if told_by else None,
        tuple(files),
    )


def _files(session: Session, answer_ids: Collection[str]) -> dict[str, list[SentFile]]:
    row = PreventionFileRow
    found: dict[str, list[SentFile]] = {}
    for one in session.scalars(select(row).where(row.answer_id.in_(answer_ids)).order_by(row.answer_id, row.number)):
        found.setdefault(one.answer_id, []).append(_file(one))
    return found


def file_sent(session: Session, actor: Actor, file_id: str) -> tuple[SentFile, str]:
    """A file of an answer, and the warning it belongs to. Raises `NotFound` alike for missing and forbidden."""
    row, answer, notice = PreventionFileRow, PreventionAnswerRow, PreventionNoticeRow
    question = (
        select(row, notice.warning_id)
        .join(answer, answer.id == row.answer_id)
        .join(notice, notice.id == answer.notice_id)
        .join(WarningRow, WarningRow.id == notice.warning_id)
        .where(row.id == file_id, warnings_of(actor))
    )
    found = session.execute(question).tuples().one_or_none()
    if found is None:
        raise NotFound("There is no such file, or it is not yours to see.")
    return _file(found[0]), found[1]


def _file(row: PreventionFileRow) -> SentFile:
    media = media_named(row.media) if row.media else None
    return SentFile(
        row.id,
        row.number,
        row.state,
        row.reason_code,
        media.look if media else None,
        row.media,
        media.ending if media else None,
        row.size_bytes,
        row.sha256,
        row.sent_sha256,
        row.width,
        row.height,
    )
