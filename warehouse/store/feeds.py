"""The wage feeds: projects, accounts, payrolls and attendance as the wage-payment platform last said."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from casework.wages import AccountBalance, AttendanceMonth, PayPeriod, Project, WageFeed
from warehouse.blinds import id_no_blind
from warehouse.models import AccountBalanceRow, AttendanceMonthRow, PayLineRow, PayPeriodRow, ProjectRow, new_id
from warehouse.store.complaints import fen
from warehouse.store.feed_versions import keep_version


def file_feed(session: Session, feed: WageFeed, *, landed_id: str) -> None:
    """Keep what the platform says now; the figures of what it said before stay as versions."""
    match feed:
        case Project():
            record_id = _project(session, feed, landed_id)
        case AccountBalance():
            record_id = _balance(session, feed, landed_id)
        case PayPeriod():
            record_id = _pay_period(session, feed, landed_id)
        case AttendanceMonth():
            record_id = _attendance(session, feed, landed_id)
    session.flush()
    keep_version(session, feed, record_id=record_id, landed_id=landed_id)


def _project(session: Session, feed: Project, landed_id: str) -> str:
    session.merge(
        ProjectRow(
            project_code=feed.project_code,
            name=feed.name,
            district_code=feed.district_code,
            owner_name=feed.owner_name,
            general_contractor=feed.general_contractor,
            general_contractor_uscc=feed.general_contractor_uscc,
            pay_day=feed.pay_day,
            started_on=feed.started_on,
            deposit_paid=feed.deposit_paid,
            landed_id=landed_id,
        )
    )
    return feed.project_code


def _balance(session: Session, feed: AccountBalance, landed_id: str) -> str:
    known = select(AccountBalanceRow).where(
        AccountBalanceRow.project_code == feed.project_code, AccountBalanceRow.as_of == feed.as_of
    )
    row = session.scalars(known).one_or_none()
    if row is None:
        row = AccountBalanceRow(id=new_id("bal"), project_code=feed.project_code, as_of=feed.as_of)
        session.add(row)
    row.balance_fen = int(feed.balance * 100)
    row.paid_in_fen, row.agreed_fen, row.landed_id = fen(feed.paid_in), fen(feed.agreed), landed_id
    return row.id


def _pay_period(session: Session, feed: PayPeriod, landed_id: str) -> str:
    known = select(PayPeriodRow).where(
        PayPeriodRow.project_code == feed.project_code,
        PayPeriodRow.employer_name == feed.employer_name,
        PayPeriodRow.month == feed.month,
    )
    row = session.scalars(known).one_or_none()
    if row is None:
        row = PayPeriodRow(
            id=new_id("pay"), project_code=feed.project_code, employer_name=feed.employer_name, month=feed.month
        )
        session.add(row)
    row.employer_uscc, row.due_on, row.paid_on, row.landed_id = (
        feed.employer_uscc,
        feed.due_on,
        feed.paid_on,
        landed_id,
    )
    session.flush()
    session.execute(delete(PayLineRow).where(PayLineRow.pay_period_id == row.id))
    for line in feed.lines:
        session.add(
            PayLineRow(
                id=new_id("pln"),
                pay_period_id=row.id,
                worker_name=line.worker_name,
                id_no=line.id_no,
                id_no_blind=id_no_blind(line.id_no),
                days=line.days,
                due_fen=fen(line.due),
                paid_fen=fen(line.paid),
            )
        )
    return row.id


def _attendance(session: Session, feed: AttendanceMonth, landed_id: str) -> str:
    known = select(AttendanceMonthRow).where(
        AttendanceMonthRow.project_code == feed.project_code, AttendanceMonthRow.month == feed.month
    )
    row = session.scalars(known).one_or_none()
    if row is None:
        row = AttendanceMonthRow(id=new_id("att"), project_code=feed.project_code, month=feed.month)
        session.add(row)
    row.heads, row.days, row.landed_id = feed.heads, feed.days, landed_id
    return row.id
