"""A complainant's own name, typed as that of the employer or the site, lies in no plain column of the store."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, text

from casework.complaint import Complaint, RosterLine
from services.arriving.filing import keep_complaint
from services.linkage.linking import link_complaints
from services.office.working_days import published
from tests.services.office import SYSTEM, Office
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, ComplaintVersionRow, EmployerRow, SiteRow
from warehouse.store.complaints import Filing

NAME, PHONE, ID_NO = "欧阳知远", "13855554444", "370282199003074512"
PLAIN = (
    "SELECT name FROM employer", "SELECT name_key FROM employer", "SELECT uscc FROM employer",
    "SELECT name FROM employer_alias", "SELECT name FROM site", "SELECT name_key FROM site",
    "SELECT employer_name FROM complaint_version", "SELECT site_name FROM complaint_version",
    "SELECT employer_uscc FROM complaint_version", "SELECT employer_name FROM cases", "SELECT site_name FROM cases",
    "SELECT details FROM audit", "SELECT remarks FROM complaint_version",
)  # fmt: skip
"""Columns that lie open: where names of employers and places go."""


def file(store: Warehouse, at: datetime, *, version: int = 1, **said: Any) -> None:
    complaint = Complaint(
        channel="petition",
        source_key="7",
        version=version,
        received_at=at,
        narrative="三个月没发工资",
        complainant_name=NAME,
        complainant_phone=PHONE,
        complainant_id_no=ID_NO,
        district_code="370215",
        roster=(RosterLine("王铁柱", "13900001111"),),
        **said,
    )
    with store.write() as session:
        keep_complaint(session, complaint, Filing(calendar=published(), reply_limit=None, by="system:test", at=at))


def plain(store: Warehouse) -> str:
    with store.read() as session:
        return "\n".join(str(value) for question in PLAIN for (value,) in session.execute(text(question)) if value)


@pytest.mark.parametrize(
    ("employer", "site", "kept", "place"),
    [
        (NAME, f"{NAME}（本人）", None, None),
        (f"老赵大排档{PHONE}", "后海 139-0000-1111", "老赵大排档", "后海"),
        ("青岛澜田海产加工有限公司", ID_NO, "青岛澜田海产加工有限公司", None),
    ],
)
def test_what_is_the_complainant_s_own_is_kept_sealed_alone(
    store: Warehouse, now: datetime, employer: str, site: str, kept: str | None, place: str | None
) -> None:
    Office(store, now)
    file(store, now, employer_name=employer, site_name=site, employer_uscc=ID_NO)
    link_complaints(store, actor=SYSTEM, at=now)
    file(store, now, version=2, employer_name=employer, site_name=site)
    link_complaints(store, actor=SYSTEM, at=now)
    written = plain(store)
    for own in (NAME, PHONE, ID_NO, "139-0000-1111", "13900001111"):
        assert own not in written, own
    with store.read() as session:
        version = session.scalars(select(ComplaintVersionRow).filter_by(newest=True)).one()
        assert (version.employer_name, version.site_name) == (kept, place)
        assert (version.complainant_name, version.complainant_phone) == (NAME, PHONE), "it is told where it is sealed"
        assert session.scalars(select(EmployerRow.name)).all() == ([kept] if kept else [])
        assert session.scalars(select(SiteRow.name)).all() == ([place] if place else [])
        case = session.scalars(select(CaseRow)).one()
        assert case.needs_supplement is (kept is None), "who the employer is has to be asked"
