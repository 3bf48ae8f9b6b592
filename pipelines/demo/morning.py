"""The morning itself: asks for the runs, waits for what they leave in our own tables, and does the officers' part."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from casework.calendar import SHANGHAI
from casework.dispatch import list_version
from casework.errors import ArrearsError
from connectors.registry import CHANNELS
from pipelines import schedule
from pipelines.demo.people import enter
from pipelines.demo.processes import Crew
from pipelines.settings import now
from services.dispatch.dispatching import dispatch_list, sign_for
from services.office.settings import Settings
from services.warnings.raising import SCHEDULE
from warehouse.engine import Warehouse
from warehouse.queries import morning as tables

_PATIENCE = 240.0
_ASK_AGAIN = 30.0


@dataclass
class Morning:
    """One morning: what it works on, what took how long, and what went wrong."""

    store: Warehouse
    settings: Settings
    crew: Crew
    password: str
    began_at: datetime = field(default_factory=now)
    seconds: dict[str, float] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    sent: int = 0
    signed: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Note how long a step took, in whole tenths of a second."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(time.monotonic() - start, 1)

    def collect(self) -> None:
        """Ask for the seven pulls and wait until each has its certificate."""
        with self.step("collect"):
            self.wait("the seven pulls", lambda session: not self._missing(session), self._ask_for_pulls)
            with self.store.read() as session:
                failed = [line for line in self._pulls(session) if line.verdict == "failed"]
            self.troubles += [f"{line.channel}: {line.error_words or line.verdict}" for line in failed]

    def _ask_for_pulls(self) -> None:
        with self.store.read() as session:
            missing = self._missing(session)
        for name in missing:
            schedule.trigger(f"collect/{name}", {"forced": True})

    def _missing(self, session: Session) -> list[str]:
        there = {line.channel for line in self._pulls(session)}
        return [name for name in CHANNELS if name not in there]

    def _pulls(self, session: Session) -> list[tables.PullLine]:
        return tables.last_pulls(session, since=self.began_at)

    def link(self) -> None:
        """Ask for a run of the linker over all that came."""
        since = now()
        with self.step("link"):
            ran = lambda session: tables.linked_since(session, since) is not None  # noqa: E731 - reads as the condition
            self.wait("the linker's run", ran, lambda: schedule.trigger("link/link"))
            with self.store.read() as session:
                run = tables.linked_since(session, since)
                if run is not None and run.breaker:
                    self.troubles.append(f"the linker held back: {run.breaker}")

    def suggest(self) -> None:
        """Ask for inspectors to be suggested."""
        since = now()
        with self.step("suggest"):
            done = lambda session: self._suggested(session, since)  # noqa: E731
            self.wait("the suggestions", done, lambda: schedule.trigger("dispatch/dispatch"))

    def warn(self) -> None:
        """Ask for the daily run of the early warnings, whatever the hour."""
        since = now()
        with self.step("warn"):
            ran = lambda session: tables.acted_since(session, SCHEDULE.id, since)  # noqa: E731
            self.wait("the early warnings", ran, lambda: schedule.trigger("warn/warn", {"again": True}))

    def _suggested(self, session: Session, since: datetime) -> bool:
        waiting = tables.waiting_for_suggestion(session, self.began_at)
        return waiting == 0 or tables.acted_since(session, "system:dispatch", since)

    def click(self) -> None:
        """The one click of the desk officer, on the list as it stands; the inspectors sign for what they got."""
        with self.step("dispatch"):
            desk = enter(self.store, "desk", password=self.password, at=now()).actor
            with self.store.read() as session:
                ready = tables.ready_to_send(session)
            if ready:
                frozen = list_version(ready)
                key = f"demo-{frozen[:32]}"
                batch = dispatch_list(
                    self.store,
                    case_versions=ready,
                    list_version=frozen,
                    key=key,
                    actor=desk,
                    at=now(),
                    grace=timedelta(seconds=self.settings.recall_grace_seconds),
                )
                self.sent = batch.sent
            self._sign_for_all()

    def _sign_for_all(self) -> None:
        with self.store.read() as session:
            waiting = [
                (case_id, version, tables.login_of(session, lead)) for case_id, version, lead in tables.sent_to(session)
            ]
        logins = {login for _, _, login in waiting}
        actors = {login: enter(self.store, login, password=self.password, at=now()).actor for login in logins}
        for case_id, version, login in waiting:
            try:
                sign_for(self.store, case_id=case_id, version=version, actor=actors[login], at=now())
                self.signed += 1
            except ArrearsError as refused:
                self.troubles.append(f"a case could not be signed for: {refused}")

    def reply(self) -> None:
        """Ask for the answers to be sent, and wait until none is due that nobody tried to send."""
        with self.step("reply"):
            none_due = lambda session: tables.answers_due(session, at=now()) == 0  # noqa: E731
            self.wait("the answers", none_due, lambda: schedule.trigger("reply/reply"))

    def export(self) -> Path:
        """Ask for the workbook of the month the complaints came in; the schedule itself asks for the one just over."""
        month = f"{now().astimezone(SHANGHAI):%Y-%m}"
        path = self.settings.data_dir / "exports" / f"{month}.xlsx"
        path.unlink(
            missing_ok=True
        )  # of an earlier run in this folder: a workbook that lies there is not written again
        with self.step("export"):
            written = lambda _session: path.exists()  # noqa: E731
            self.wait("the workbook", written, lambda: schedule.trigger("month/month", {"month": month}))
        return path

    def wait(self, what: str, there: Callable[[Session], bool], ask: Callable[[], object]) -> bool:
        """Ask for something and wait until it shows in our tables. False when it does not; raises when a part died.

        It is asked for again now and then: a run that was due anyway takes the only place, and ours is cancelled.
        """
        until, ask_at = time.monotonic() + _PATIENCE, time.monotonic()
        while time.monotonic() < until:
            if time.monotonic() >= ask_at:
                ask()
                ask_at = time.monotonic() + _ASK_AGAIN
            with self.store.read() as session:
                if there(session):
                    return True
            self.crew.look_after()
            time.sleep(0.3)
        logs = self.crew.log_of("worker").parent
        self.troubles.append(f"{what} did not come in {_PATIENCE:.0f} s; the logs are in {logs}")
        return False
