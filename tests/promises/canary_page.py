"""The page for workers of the canary town: its own process, its inbox and its log under the folder that is searched.

Canaries post there, by HTTP, with everything that nobody else may read in the words, the names of their files and the
pictures' notes; they ask for progress and say of the money what they think. What a stranger is answered there, and what
is told of progress, is looked at as everything is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from sqlalchemy import select

from casework.lifecycle import WorkStatus
from counter.__main__ import set_up
from counter.settings import CounterSettings
from sandbox.told import Told
from tests.pipelines.prefect_server import ROOT
from tests.promises.canaries import Canary
from tests.promises.canary_files import VOICE, picture_of
from tests.promises.canary_places import Ground
from tests.promises.proofs import Proof
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintRow, MoneyQuestionRow, new_id
from warehouse.store.lives import step_at_work

if TYPE_CHECKING:
    from tests.promises.canary_town import CanaryTown

HIDDEN = re.compile(r'name="(csrf|token|receipt|four|question)" value="([^"]+)"')
_RECEIPT = re.compile(r"[0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4}")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Posted:
    """A canary who posted, and the receipt they were given."""

    one: Canary
    receipt: str

    @property
    def four(self) -> str:
        """The last four digits of their telephone."""
        return self.one.phone[-4:]


class WorkersPage:
    """The page. `own` are those who posted there, in order."""

    def __init__(self, root: Path, logs: Path, temporary: Path) -> None:
        self.settings = CounterSettings(folder=root / "counter")
        self.key_file = root / "data" / "inbox.key.json"
        self._logs, self._temporary = logs, temporary
        set_up(self.settings, self.key_file)
        self.own: list[Posted] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._address = ""

    def take_the_place(self, channels_file: Path, imitated: Mapping[str, str]) -> None:
        """The office pulls this inbox in the place of the imitated one."""
        text = channels_file.read_text("utf-8")
        for name, own in (("canary_url", self.settings.inbox), ("answer_url", self.settings.inbox),
                          ("url", self.settings.inbox), ("key_file", str(self.key_file))):  # fmt: skip
            text = text.replace(imitated[name], own)
        channels_file.write_text(text, "utf-8")

    @property
    def address(self) -> str:
        """Where it answers; it is started when it is first asked for."""
        if self._child is None:
            self._start()
        return self._address

    def _start(self) -> None:
        from tests.promises.canary_town import _free_port

        port = _free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTER_")}
        named = {"COUNTER_FOLDER": str(self.settings.folder), "COUNTER_PORT": str(port), "PYTHONPATH": str(ROOT),
                 "COUNTER_TRUSTED_PROXY": "127.0.0.1", "TMPDIR": str(self._temporary)}  # fmt: skip
        with (self._logs / "counter.log").open("ab") as log:
            command = [sys.executable, "-m", "counter", "serve"]
            self._child = subprocess.Popen(command, cwd=ROOT, env=kept | named, stdout=log, stderr=subprocess.STDOUT)
        self._address, until = f"http://127.0.0.1:{port}", time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self._address}/healthz", timeout=2, trust_env=False).is_success:
                    return
            time.sleep(0.1)
        raise AssertionError("the page does not answer")

    def close(self) -> None:
        """The page is stopped."""
        if self._child is not None:
            self._child.terminate()
            self._child.wait(20)
            self._child = None

    def phone(self, number: int) -> httpx.Client:
        """The telephone of somebody, with an address of its own."""
        headers = {"X-Forwarded-For": f"10.{number // 60_000}.{number // 250 % 250}.{number % 250 + 1}"}
        return httpx.Client(base_url=self.address, headers=headers, trust_env=False, timeout=60)

    def post(self, one: Canary, told: Told) -> str:
        """They post with a picture and a voice note that are called after them; first with a slip, which is refused."""
        form = {
            "who": "self", "work": "site" if told.construction else "other", "story": told.narrative,
            "employer": told.employer_name or "", "site": told.site_name or "", "address": one.address,
            "name": one.name, "phone": one.phone, "owed": "8000", "since": "2026-08", "until": "2026-09",
        }  # fmt: skip
        if told.confidential:
            form["confidential"] = "yes"
        files = [
            ("files", (f"{one.name}{one.phone}.jpg", picture_of(one), "image/jpeg")),
            ("files", (f"{one.id_no}.amr", VOICE, "audio/amr")),
        ]
        with self.phone(one.number) as phone:
            hidden = dict(HIDDEN.findall(phone.get("/").text))
            slip = phone.post("/report", data={**hidden, **form, "owed": one.words}, files=files)
            assert slip.status_code == 422, slip.status_code
            taken = phone.post("/report", data={**hidden, **form}, files=files)
        found = _RECEIPT.search(taken.text)
        assert found, (taken.status_code, len(taken.text))
        self.own.append(Posted(one, found[0].replace("-", "")))
        return self.own[-1].receipt

    def ask_for_progress(self, proof: Proof, ground: Ground) -> None:
        """Each asks for the own progress, in which nobody is named; a stranger who guesses reads nothing."""
        proof.count("posted on the page", len(self.own))
        for posted in self.own:
            with self.phone(posted.one.number) as phone:
                shown = self._opened(phone, posted.receipt, posted.four)
            ground.look("progress of a worker", shown.content)
            proof.count("progress asked for", shown.status_code == httpx.codes.OK)
            with self.phone(50_000 + posted.one.number) as stranger:
                wrong = self._opened(stranger, posted.receipt, f"{(int(posted.four) + 1) % 10_000:04d}")
            assert wrong.status_code == httpx.codes.NOT_FOUND
            ground.look("progress to a stranger", wrong.content)

    def say_no(self, proof: Proof, ground: Ground, asked: set[str]) -> None:
        """Those who were asked say that a part came, in words with all that is theirs. Every fourth keeps silent."""
        own = [posted for posted in self.own if posted.receipt in asked]
        for number, posted in enumerate(own):
            if number % 4 == 3:
                continue
            one = posted.one
            with self.phone(one.number) as phone:
                page = self._opened(phone, posted.receipt, posted.four)
                words = f"我是{one.name}，电话{one.phone}，身份证{one.id_no}，{one.words}，只给了一半。"
                said = {"came": "part", "part": "4000", "words": words}
                hidden = dict(HIDDEN.findall(page.text))
                answer = phone.post("/answer", data={**hidden, **said})
            ground.look("answer about the money", answer.content)
            proof.count("answers about the money", answer.status_code == httpx.codes.OK)

    @staticmethod
    def _opened(phone: httpx.Client, receipt: str, four: str) -> httpx.Response:
        csrf = dict(HIDDEN.findall(phone.get("/progress").text))["csrf"]
        answer: httpx.Response = phone.post("/progress", data={"csrf": csrf, "receipt": receipt, "four": four})
        return answer


def cases_of(town: CanaryTown, own: list[Posted]) -> dict[str, str]:
    """The cases that those who posted on the page are in, each with the complaint of one of them."""
    member, row = CaseMembershipRow, ComplaintRow
    question = select(member.case_id, row.id).join(row, row.id == member.complaint_id)
    question = question.where(row.source_key.in_([one.receipt for one in own]), member.valid_to.is_(None))
    with town.store.read() as session:
        return dict(session.execute(question.order_by(row.id.desc())).tuples().all())


def ask_about_the_money(town: CanaryTown, own: list[Posted]) -> set[str]:
    """The cases in hand of those who posted come to their end, and one of each is asked; their receipts.

    How a case comes there lawfully is played elsewhere: what is looked for here is where the answer goes.
    """
    now, asked = datetime.now(UTC), set[str]()
    for case_id, complaint_id in cases_of(town, own).items():
        with town.store.write() as session:
            case = session.get_one(CaseRow, case_id)
            if case.status != WorkStatus.IN_PROGRESS:
                continue
            case.status = step_at_work(session, case, WorkStatus.CONCLUDED, by="system:test", at=now)
            row = MoneyQuestionRow(
                id=new_id("mny"), complaint_id=complaint_id, case_id=case_id, concluded_at=now, asked_at=now,
                silent_after=now.date() + timedelta(days=3),
            )  # fmt: skip
            session.add(row)
            asked.add(session.get_one(ComplaintRow, complaint_id).source_key)
    return asked
