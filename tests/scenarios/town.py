"""The district of a story: six imitated platforms, an office with real accounts, and a clock that the story moves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from casework.calendar import SHANGHAI
from casework.people import Actor, Role
from casework.record import Json
from connectors.registry import CHANNELS
from sandbox.serve import Platform, serve
from sandbox.told import Told
from services.dispatch.dispatching import deliver_notices, suggest_inspectors
from services.linkage.linking import link_complaints
from services.office.rules import change_setting
from services.office.running import collect_now, connector_of
from services.office.settings import Settings
from services.people.accounts import create_account, log_in
from services.replying.replies import send_due
from tests.counter.conftest import Page
from warehouse.engine import Warehouse
from warehouse.models import AssignmentRow, CaseMembershipRow, CaseRow, ComplaintRow

DISTRICT = "370215"
PASSWORD = "Jimo-2023-spring!"
PEOPLE = (
    ("desk", "王静", Role.DESK_OFFICER),
    ("song", "宋海涛", Role.INSPECTOR),
    ("yu", "于晓明", Role.INSPECTOR),
    ("li", "李敏", Role.INSPECTOR),
    ("head", "赵明远", Role.HEAD),
    ("system", "周立新", Role.SYSTEM_ADMIN),
)


def moment(text: str) -> datetime:
    """A moment as a clock on the office's wall shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Town:
    """What the office has and what stands outside it. Nothing in here decides anything."""

    def __init__(self, store: Warehouse, folder: Path, begins: str) -> None:
        self.store, self.now = store, moment(begins)
        self._entered: dict[tuple[str, datetime], Actor] = {}
        self.running = serve(None, folder / "platforms")
        self.settings = Settings(data_dir=folder, channels_file=folder / "channels.toml")
        self.running.write_channels_toml(folder / "channels.toml")
        self.accounts = {
            login: create_account(
                store,
                login=login,
                name=name,
                password=PASSWORD,
                grants=((role, DISTRICT),),
                actor=Actor.system("setup"),
                at=self.now - timedelta(days=30),
            )
            for login, name, role in PEOPLE
        }

    def use_page(self, page: Page) -> None:
        """Workers write on a real page: its inbox stands in the place of the imitated one."""
        url, path = page.settings.inbox, self.settings.channels_file
        assert path is not None
        imitated, own = self.running.platforms["self_report"].settings, str(page.key_file)
        text = path.read_text("utf-8").replace(imitated["canary_url"], url).replace(imitated["url"], url)
        path.write_text(text.replace(imitated["key_file"], own), "utf-8")

    def clock(self) -> datetime:
        """How late it is in the story."""
        return self.now

    def platform(self, channel: str) -> Platform:
        """The imitated platform of a channel."""
        return self.running.platforms[channel]

    def enter(self, login: str) -> Actor:
        """Somebody at work at this moment: logged in with their password, as at every door, once."""
        key = (login, self.now)
        if key not in self._entered:
            self._entered[key] = log_in(
                self.store, login=login, password=PASSWORD, origin="127.0.0.1", at=self.now
            ).actor
        return self._entered[key]

    def the_office_answers(self, source: str, **answers: Json) -> None:
        """Settings that the law leaves to the office, with where each value comes from."""
        system = self.enter("system")
        for name, value in answers.items():
            change_setting(
                self.store, name=name.replace("__", "."), value=value, source=source, actor=system, at=self.now
            )

    def tell(self, records: Iterable[Told]) -> dict[str, str]:
        """People complain: each record is put on its platform. Returns the platform's number of each, by its key."""
        return {one.key: self.platform(one.channel).add(one) for one in records}

    def pull(self) -> int:
        """The schedule's part of a morning: all channels are pulled, what came is linked, inspectors are suggested."""
        filed = 0
        for channel in CHANNELS:
            count = collect_now(
                self.store, self.settings, channel, clock=self.clock, actor=Actor.system("collect"), forced=True
            )
            assert count is not None
            assert count.quarantined == 0, channel
            assert count.verdict != "failed", channel
            filed += count.filed
        link_complaints(self.store, actor=Actor.system("link"), at=self.now)
        self.suggest()
        return filed

    def suggest(self) -> None:
        """Two inspectors are suggested for what is ready."""
        suggest_inspectors(self.store, actor=Actor.system("dispatch"), at=self.now)

    def send_answers(self) -> None:
        """The schedule's part of an evening: what is due is sent, each answer on its own channel, and read back."""
        deliver_notices(self.store, at=self.now)
        for _ in range(2):  # an older answer of a complaint goes first
            send_due(
                self.store, connector_of=connector_of(self.settings), actor=Actor.system("reply"), at=self.now,
                clock=self.clock,
            )  # fmt: skip

    def cases(self) -> list[CaseRow]:
        """All cases that were not merged away, detached."""
        with self.store.read() as session:
            rows = list(session.scalars(select(CaseRow).where(CaseRow.status != "merged").order_by(CaseRow.matter_no)))
            session.expunge_all()
            return rows

    def complaints(self, case_id: str) -> dict[str, ComplaintRow]:
        """The complaints that are now in a case by their number on their platform."""
        question = (
            select(ComplaintRow)
            .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintRow.id)
            .where(CaseMembershipRow.case_id == case_id, CaseMembershipRow.valid_to.is_(None))
        )
        with self.store.read() as session:
            rows = {row.source_key: row for row in session.scalars(question)}
            session.expunge_all()
            return rows

    def pair(self, case_id: str) -> tuple[str, str]:
        """The logins of the two inspectors who have, or had, a case."""
        logins = {account_id: login for login, account_id in self.accounts.items()}
        with self.store.read() as session:
            question = select(AssignmentRow).where(AssignmentRow.case_id == case_id)
            row = session.scalars(question.order_by(AssignmentRow.dispatched_at.desc()).limit(1)).one()
            return logins[row.lead_id], logins[row.assisting_id]

    def close(self) -> None:
        """The platforms close."""
        self.running.stop()
