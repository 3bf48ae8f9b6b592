"""Every version of what the wage-payment platform says, as figures, so that one can ask what was known on a day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.record import Json
from casework.wages import AccountBalance, AttendanceMonth, PayPeriod, Project, WageFeed
from warehouse.blinds import id_no_blind
from warehouse.models import FeedVersionRow, LandedRow, new_id
from warehouse.store.complaints import fen

HEAD = 16
"""So much of a blind index tells workers apart here: 64 bits."""


def keep_version(session: Session, feed: WageFeed, *, record_id: str, landed_id: str) -> None:
    """Keep what one record of the feed says now beside what it said before. The same once more is no version.

    Nor is a figure that older versions did not keep yet.
    """
    table, said = _figures(feed)
    row = FeedVersionRow
    newest = session.execute(
        select(row.version, row.said)
        .where(row.table_name == table, row.record_id == record_id)
        .order_by(row.version.desc())
        .limit(1)
    ).first()
    if newest is not None and newest.said == {name: said.get(name) for name in newest.said}:
        return
    landed = session.get_one(LandedRow, landed_id)
    session.add(
        FeedVersionRow(
            id=new_id("fdv"),
            table_name=table,
            record_id=record_id,
            version=newest.version + 1 if newest else 1,
            project_code=feed.project_code,
            month=feed.month if isinstance(feed, PayPeriod | AttendanceMonth) else None,
            said=said,
            arrived_at=landed.landed_at,
            changed_at=_moment(landed.position) or landed.landed_at,
            landed_id=landed_id,
        )
    )
    session.flush()


def _moment(position: str) -> datetime | None:
    """The moment at the front of a position: when the platform changed the record."""
    try:
        at = datetime.fromisoformat(position.partition("|")[0])
    except ValueError:
        return None
    return at if at.tzinfo else None


def _figures(feed: WageFeed) -> tuple[str, dict[str, Json]]:
    said: dict[str, Json] = {"project_code": feed.project_code}
    match feed:
        case Project():
            said |= {
                "name": feed.name,
                "owner_name": feed.owner_name,
                "district_code": feed.district_code,
                "general_contractor": feed.general_contractor,
                "general_contractor_uscc": feed.general_contractor_uscc,
                "pay_day": feed.pay_day,
                "started_on": _day(feed.started_on),
                "deposit_paid": feed.deposit_paid,
            }
            return "project", said
        case AccountBalance():
            said |= {
                "as_of": _day(feed.as_of),
                "balance_fen": int(feed.balance * 100),
                "paid_in_fen": fen(feed.paid_in),
                "agreed_fen": fen(feed.agreed),
            }
            return "account_balance", said
        case PayPeriod():
            said |= {
                "employer_name": feed.employer_name,
                "employer_uscc": feed.employer_uscc,
                "month": feed.month,
                "due_on": _day(feed.due_on),
                "paid_on": _day(feed.paid_on),
                "lines": [[_who(line.id_no), _number(line.days), fen(line.due), fen(line.paid)] for line in feed.lines],
            }
            return "pay_period", said
        case AttendanceMonth():
            said |= {"month": feed.month, "heads": feed.heads, "days": feed.days}
            return "attendance_month", said


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _number(days: Decimal | None) -> float | None:
    return None if days is None else float(days)


def _who(id_no: str | None) -> str | None:
    blind = id_no_blind(id_no)
    return blind[:HEAD] if blind else None
