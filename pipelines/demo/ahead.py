"""Before anybody complains: a prevention notice to one employer, its link open, and the bulletin of the last week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.bulletins import Kind
from casework.errors import ArrearsError
from casework.people import Actor
from casework.prevention import link_to
from casework.settings_of_messages import ADDRESS_OF_PAGE
from pipelines.demo.morning import Morning
from pipelines.demo.people import enter
from pipelines.settings import now
from services.bulletins.making import Over, draft, last_over
from services.office.running import connector_of
from services.prevention.drafting import draft as draft_notice
from services.prevention.drafting import wanted_first
from services.prevention.links import settle_link
from services.prevention.sending import send_notice
from services.warnings.settling import Asked
from warehouse.engine import Warehouse
from warehouse.models import BulletinRow, PreventionNoticeRow, WarningRow
from warehouse.store.settings import set_setting, text
from warehouse.store.warning_acts import OPEN

_SOURCE = "the demonstration's own page"


@dataclass(frozen=True, slots=True)
class Ahead:
    """What was made. `link` opens the notice on the page for workers; None where this folder had one before."""

    notice_no: str | None = None
    link: str | None = None
    bulletin: str | None = None


def look_ahead(morning: Morning, *, page: str) -> Ahead:
    """Send a notice because of the first warning that a feed speaks for, and draft the bulletin of the last week.

    What this folder has already is left as it is. What cannot be made is a trouble of the morning.
    """
    store = morning.store
    with morning.step("ahead"):
        try:
            with store.write() as session:
                if text(session, ADDRESS_OF_PAGE) != page:  # of this machine, which no setting by hand would lead to
                    set_setting(session, ADDRESS_OF_PAGE, page, source=_SOURCE, by="system:demo", at=now())
            desk = enter(store, "desk", password=morning.password, at=now()).actor
            notice_no, link = _notice(morning, desk, page=page)
            return Ahead(notice_no, link, _bulletin(morning, desk))
        except ArrearsError as failed:
            morning.troubles.append(f"nothing was said ahead: {failed}")
            return Ahead()


def _notice(morning: Morning, desk: Actor, *, page: str) -> tuple[str | None, str | None]:
    store, sent = morning.store, PreventionNoticeRow
    with store.read() as session:
        before = session.scalars(select(sent.notice_no).order_by(sent.at.desc())).first()
    if before is not None:
        return before, None
    made = first_notice(store, desk, at=now())
    if made is None:
        return None, None
    notice_id, code = made
    settle_link(store, connector_of(morning.settings), notice_id, clock=now)
    with store.read() as session:
        return session.get_one(sent, notice_id).notice_no, link_to(page, code)


def first_notice(store: Warehouse, desk: Actor, *, at: datetime) -> tuple[str, str] | None:
    """Send a notice because of the first warning on an employer whose signs may be quoted: its id, and its code.

    None where no warning has any. Raises what sending raises.
    """
    row = WarningRow
    standing = select(row).where(row.state == OPEN, row.employer_id.is_not(None)).order_by(row.level, row.id)
    with store.read() as session:
        for warning in session.scalars(standing):
            found = draft_notice(session, desk, warning, at=at)
            if found.signs and found.to:
                break
        else:
            return None
        asked = Asked(warning.id, warning.version, desk, at)
    sent = send_notice(store, asked, wanted_first(found))
    return sent.notice_id, sent.code


def _bulletin(morning: Morning, desk: Actor) -> str | None:
    at, settings = now(), morning.settings
    name = last_over(Kind.WEEKLY, at).name
    with morning.store.read() as session:
        row = BulletinRow
        known = session.scalars(select(row.id).where(row.period == name).order_by(row.made_at.desc())).first()
    return known or draft(
        morning.store, name=name, over=Over(settings.district, settings.district_name), actor=desk, at=at
    )
