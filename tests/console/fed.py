"""A wage feed for the console's tests, filed as it comes: late, corrected, and silent where it is silent.

One project of the district, led by a firm nobody complained of, with two that pay wages there: one that cases name, and
one that only the feed knows. And one project elsewhere, of a firm that only the feed knows.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from casework.calendar import SHANGHAI
from casework.settings_of_messages import ADDRESS_OF_PAGE
from casework.wages import AccountBalance, AttendanceMonth, PayLine, PayPeriod, Project, WageFeed
from services.arriving.firms_of_feed import know_firms
from tests.console.told import DISTRICT
from warehouse.engine import Warehouse
from warehouse.models import EmployerRow, LandedRow, new_id
from warehouse.store.feeds import file_feed
from warehouse.store.settings import set_setting

SITE, FAR_SITE = "PF-2025/01", "PF-2025-02"
OWNER, LEADS, PAYS = "青岛滨港置业有限公司", "青岛远帆建设集团有限公司", "青岛顺泽劳务有限公司"
BOTH = "青岛恒崮市政工程有限公司"
"""Cases of the morning name it, and the feed does."""
FAR = "青岛遥途路桥有限公司"
HIDDEN = "查无此人"
"""A worker of the payrolls: on no page."""


def _lines(*sums: tuple[int, int | None]) -> tuple[PayLine, ...]:
    return tuple(
        PayLine(
            worker_name=f"{HIDDEN}{number}",
            id_no=f"37021519900101{number:04d}",
            days=Decimal(22),
            due=Decimal(due),
            paid=None if paid is None else Decimal(paid),
        )
        for number, (due, paid) in enumerate(sums)
    )


def _pay(month: str, who: str, due_on: date, paid_on: date | None, *sums: tuple[int, int | None]) -> PayPeriod:
    return PayPeriod(
        project_code=SITE,
        employer_name=who,
        employer_uscc=None,
        month=month,
        due_on=due_on,
        paid_on=paid_on,
        lines=_lines(*sums),
    )


def _site(code: str, name: str, leads: str, place: str, *, deposit: bool) -> Project:
    return Project(
        project_code=code,
        name=name,
        district_code=place,
        owner_name=OWNER,
        general_contractor=leads,
        pay_day=15,
        started_on=date(2026, 2, 1),
        deposit_paid=deposit,
    )


def told(place: str = DISTRICT) -> list[tuple[date, WageFeed]]:
    """What the platform told, and on which day."""
    full, none = (6000, 6000), (6000, 0)
    found: list[tuple[date, WageFeed]] = [
        (date(2026, 2, 3), _site(SITE, "滨港二期", "青岛旧帆建设有限公司", f"{place}001", deposit=True)),
        (date(2026, 4, 9), _site(SITE, "滨港二期", LEADS, f"{place}001", deposit=False)),
        (date(2026, 3, 1), _site(FAR_SITE, "遥途一标", FAR, "370203001", deposit=True)),
    ]
    for month in range(3, 11):
        first = date(2026, month, 28)
        found.append((first, AttendanceMonth(project_code=SITE, month=f"2026-{month:02d}", heads=9, days=190)))
        agreed = Decimal(60_000)
        came = agreed if month < 7 else Decimal(20_000)
        found.append(
            (first, AccountBalance(project_code=SITE, as_of=first, balance=came / 10, paid_in=came, agreed=agreed))
        )
    found.append(
        (
            date(2026, 8, 3),
            AccountBalance(
                project_code=SITE,
                as_of=date(2026, 7, 28),
                balance=Decimal(1_000),
                paid_in=Decimal(5_000),
                agreed=Decimal(60_000),
            ),
        )
    )
    due = {month: date(2026, month + 1, 15) for month in range(3, 11)}
    day = timedelta(days=1)
    found += [
        (due[3], _pay("2026-03", PAYS, due[3], due[3] - day, full, full, full)),
        (due[4], _pay("2026-04", PAYS, due[4], due[4] - day, full, full, full)),
        (due[5], _pay("2026-05", PAYS, due[5], None, none, none, full)),
        (due[5] + 20 * day, _pay("2026-05", PAYS, due[5], due[5] + 18 * day, full, full, full)),
        (due[7] + 2 * day, _pay("2026-07", PAYS, due[7], due[7], full, full, full)),
        (due[7] + 40 * day, _pay("2026-07", PAYS, due[7], None, full, none)),
        (due[8] + day, _pay("2026-08", PAYS, due[8], None, none, none, none)),
        (due[8] + day, _pay("2026-08", BOTH, due[8], None, full, none)),
        (due[9] + day, _pay("2026-09", BOTH, due[9], due[9], full, full)),
    ]
    return found


def feed_morning(store: Warehouse, at: datetime) -> dict[str, str]:
    """File all of it, each record as it was told; there is a page for workers. Returns the ids of the firms by name."""
    with store.write() as session:
        set_setting(session, ADDRESS_OF_PAGE, "https://page.test", source="told by the office", by="test", at=at)
        for number, (day, feed) in enumerate(sorted(told(), key=lambda one: one[0])):
            then = datetime.combine(day, time(18), SHANGHAI)
            if then > at:
                continue
            landed = LandedRow(
                id=new_id("lnd"),
                channel="wage_monitor",
                kind="payroll",
                source_key=f"fed-{number}",
                version=1,
                digest="0" * 64,
                payload={},
                position=f"{then.isoformat()}|fed-{number}",
                landed_at=then + timedelta(hours=2),
                state="filed",
            )
            session.add(landed)
            session.flush()
            file_feed(session, feed, landed_id=landed.id)
            know_firms(session, [feed], at=landed.landed_at)
        names = select(EmployerRow.name, EmployerRow.id).where(EmployerRow.name.in_((LEADS, PAYS, BOTH, FAR)))
        return dict(session.execute(names).tuples().all())
