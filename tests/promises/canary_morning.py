"""How canary people come in: by every channel there is, some in records that cannot be read, through sick platforms."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from email.header import Header
from random import Random
from typing import Any, cast

from sandbox.platforms.hotline_12345 import Hotline
from sandbox.platforms.letters import letter
from sandbox.platforms.mailbox import MailServer
from sandbox.platforms.message_board import MessageBoard
from sandbox.platforms.national_clue import NationalPlatform
from sandbox.platforms.petition import PetitionOffice
from sandbox.platforms.wage_monitor import WagePlatform
from sandbox.told import Told
from sandbox.wages import Attendance, Balance, Payroll, PayrollLine, Project
from tests.promises.canaries import CHANNELS, Canary, Firm, make_firm, story, tell
from tests.promises.canary_files import Bringing
from tests.promises.canary_schedule import Schedule
from tests.promises.canary_town import CanaryTown
from tests.promises.proofs import Proof
from warehouse.failpoints import NAMES

PLACES = [name for name in NAMES if "deliver" not in name]
CAUGHT = ("hotline_12345", "petition", "message_board", "wage_monitor", "national_clue", "mailbox")


class Morning:
    """Who complains where. `walk_ins` come to the window; `brought` stand in a table that somebody brings."""

    def __init__(self, town: CanaryTown, people: Sequence[Canary], made: Proof) -> None:
        self.town, self.proof, self.rng = town, made, Random(made.seed)
        self.bringing = Bringing(made)
        self.firms: list[Firm] = []
        self.walk_ins: list[tuple[Canary, Firm]] = []
        self.brought: list[tuple[Canary, Firm]] = []
        self.unreadable: list[Canary] = []
        self._place(iter(people))

    def _place(self, people: Iterator[Canary]) -> None:
        """Each dispute has a firm and one to four complaints, each by another door; some bring their mates."""
        doors = [*CHANNELS, *CHANNELS, "walk_in", "import", "unreadable"]
        number = 0
        while True:
            firm = make_firm(self.rng)
            self.firms.append(firm)
            for _ in range(self.rng.choice((1, 1, 1, 2, 4))):
                one = next(people, None)
                if one is None:
                    return
                door = doors[number % len(doors)]
                number += 1
                self._tell(one, firm, door, people)

    def _tell(self, one: Canary, firm: Firm, door: str, people: Iterator[Canary]) -> None:
        self.proof.count(f"told: {door}")
        if door == "walk_in":
            self.walk_ins.append((one, firm))
        elif door == "import":
            self.brought.append((one, firm))
        elif door == "unreadable":
            self.unreadable.append(one)
            self._spoilt(one, firm, CAUGHT[len(self.unreadable) % len(CAUGHT)])
        else:
            joint = door in ("mailbox", "petition") and self.rng.random() < 0.4
            mates = tuple(mate for mate in (next(people, None) for _ in range(2)) if mate) if joint else ()
            self.proof.count("told: on a roster", len(mates))
            self._put(one, tell(one, firm, door, self.town.now, self.rng, mates))

    def _put(self, one: Canary, told: Told) -> str:
        if told.channel == "self_report":
            return self.town.page.post(one, told)
        if told.channel == "mailbox":
            mail = _from(one, self.bringing.to_mail(one, letter(told)))
            return cast(MailServer, self.town.platform("mailbox"))._receive(mail, told.told_at)
        platform = self.town.platform(told.channel)
        key = platform.add(told)
        self.bringing.to_platform(one, told, key, platform)
        return key

    def _spoilt(self, one: Canary, firm: Firm, channel: str) -> None:
        """A record that cannot be read, with the person's facts where a date, a code or a count was promised."""
        told = tell(one, firm, channel, self.town.now, self.rng)
        at, said = told.told_at, (one.name, one.phone, one.id_no)[one.number % 3]
        platform: Any = self.town.platform(channel)
        if channel == "mailbox":
            content = b"Auto-Submitted: auto-replied\r\n" + _from(one, letter(told))
            cast(MailServer, platform)._receive(content, at)
            return
        if channel == "national_clue":
            told = replace(told, told_at=at)
        key = platform.add(told)
        if isinstance(platform, Hotline):
            platform.shelf.change(key, at, **({"callTime": said}, {"questionCode": said})[one.number % 2])
        elif isinstance(platform, PetitionOffice):
            platform.shelf.change(key, at, **({"registeredAt": said}, {"headCount": f"问{said}"})[one.number % 2])
        elif isinstance(platform, MessageBoard):
            platform.shelf.change(key, at, **({"service_code": said}, {"requested_datetime": said})[one.number % 2])
        elif isinstance(platform, WagePlatform):
            platform.change(key, at, **({"complaintTime": said}, {"owedAmount": f"{said}的"})[one.number % 2])
        elif isinstance(platform, NationalPlatform):
            platform.change(key, at, **({"反映时间": said}, {"领域": said})[one.number % 2])

    def pay_badly(self, people: Sequence[Canary]) -> None:
        """The wage platform knows a project whose workers are not paid; they are canaries too."""
        firm, now = self.firms[0], self.town.now
        month = (now.replace(day=1) - timedelta(days=40)).date().replace(day=1)
        project = Project(
            code="370215202600777",
            name=firm.site,
            district_code=firm.place,
            address="即墨区",
            owner_name="青岛即发置业有限公司",
            general_contractor=firm.name,
            general_contractor_uscc=firm.uscc,
            pay_day=10,
            started_on=date(now.year - 1, 3, 1),
            deposit_paid=False,
        )
        zero, due = Decimal(0), Decimal(6_000)
        lines = tuple(
            PayrollLine(worker_name=one.name, id_no=one.id_no, phone=one.phone, days=Decimal(26), due=due, paid=zero)
            for one in people
        )
        payroll = Payroll(
            project_code=project.code,
            employer_name=firm.name,
            employer_uscc=firm.uscc,
            month=f"{month:%Y-%m}",
            due_on=month + timedelta(days=25),
            paid_on=None,
            lines=lines,
        )
        balance = Balance(project_code=project.code, as_of=month, balance=zero, paid_in=zero, agreed=due * len(lines))
        heads = Attendance(project_code=project.code, month=payroll.month, heads=len(lines), days=26 * len(lines))
        wages = cast(WagePlatform, self.town.platform("wage_monitor"))
        wages.add_wages([project], [balance], [payroll], [heads], at=now)
        self.proof.count("told: on a payroll", len(lines))

    def table(self) -> bytes:
        """The table that somebody brings; one row in five has the telephone where the date belongs."""
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow(
            (
                "complaint_id",
                "channel",
                "submitted_at",
                "employer_name",
                "complainant_name",
                "complainant_phone",
                "complainant_id_no",
                "narrative",
            )
        )
        for number, (one, firm) in enumerate(self.brought):
            at = one.phone if number % 5 == 4 else f"{self.town.now - timedelta(days=1):%Y-%m-%d %H:%M:%S}"
            told = story(one, firm.name, self.rng)
            writer.writerow([f"b{number}", "hotline", at, firm.name, one.name, one.phone, one.id_no, told])
        return stream.getvalue().encode()

    def collect(self, schedule: Schedule, *, kills: int, by_prefect: int, echo: Canary) -> None:
        """The channels are pulled: sick first, then killed, then well."""
        self._sick(schedule, echo)
        for number in range(kills):
            channel = CHANNELS[number % len(CHANNELS)]
            self.proof.count("kills", self.town.killed(channel, PLACES[(3 * number + 1) % len(PLACES)]))
        for number in range(by_prefect):
            place = PLACES[(5 * number + 7) % len(PLACES)]
            self.proof.count("kills", schedule.killed("collect", place, channel=CHANNELS[-1 - number], forced=True))
        path = self.town.root.with_name(self.town.root.name + ".outside") / "brought.csv"
        path.write_bytes(self.table())
        assert self.town.command("import", str(path), "--json") == 0
        for channel in CHANNELS:
            assert schedule.run("collect", channel=channel, forced=True) == "done", channel

    def _sick(self, schedule: Schedule, echo: Canary) -> None:
        """Platforms that answer with half a body, with a page that quotes somebody, or not at all; then all is well."""
        quoted = f"<html>500: no such person {echo.name} {echo.phone} {echo.id_no}</html>"
        sick: dict[str, dict[str, object]] = {
            "hotline_12345": {"garbage": quoted},
            "petition": {"garbage": quoted},
            "message_board": {"status": 503},
        }
        for channel, trouble in sick.items():
            faults = self.town.platform(channel).faults
            for name, value in trouble.items():
                setattr(faults, name, value)
            said = schedule.run("collect", channel=channel, forced=True)
            self.proof.count("runs that failed", said not in ("done", "gone"))
            faults.clear()
            self.town.free_leases()


def _from(one: Canary, content: bytes) -> bytes:
    """The mail as its writer's program sends it: their name before the address, the address their telephone."""
    lines = content.split(b"\r\n")
    at = next(number for number, line in enumerate(lines) if line.startswith(b"From: "))
    lines[at] = f"From: {Header(one.name, 'utf-8').encode()} <{one.mail}>".encode()
    return b"\r\n".join(lines)
