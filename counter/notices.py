"""The employer's page: a prevention notice behind its one-time link, and the answer to it with proof. No login.

A wrong code, one that is over, one that was withdrawn and one that never was look the same and take the same work.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from casework.calendar import local_day
from casework.media import HEAD, Look, media_of
from casework.prevention import LANGUAGES, Capacity, code_typed
from counter.door import Refused
from counter.inbox import Brought, Inbox
from counter.room import InboxFull, Room
from counter.settings import CounterSettings
from counter.turns import Tries

log = logging.getLogger("arrears.counter")

FIELDS = {"words": 8_000, "name": 60, "phone": 30, "capacity": 20}
"""The fields and how long each may be, in characters."""
_TAKEN = frozenset({Look.PICTURE, Look.PAPER, Look.SOUND, Look.FILM})
_SPOKEN = {"zh": LANGUAGES[0], "en": LANGUAGES[1]}


@dataclass(frozen=True, slots=True)
class Hands:
    """What the page for workers lends: how a form is read, a page dressed, a language and a caller told apart."""

    given: Callable[..., Awaitable[FormData]]
    dressed: Callable[..., Response]
    language: Callable[[Request], str]
    caller: Callable[[Request], tuple[str | None, str]]
    taking: Callable[[Request], AbstractContextManager[Room]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed, the files, and what is wrong with them, by the keys of `words.toml`."""

    typed: Mapping[str, str]
    files: list[Brought]
    wrong: Mapping[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def told(self, language: str) -> dict[str, Any]:
        """What goes into the inbox."""
        return {name: self.typed[name] or None for name in FIELDS} | {"language": language}


class Notices:
    """The notices of one inbox, and who tried how many codes."""

    def __init__(self, inbox: Inbox, settings: CounterSettings, clock: Callable[[], datetime], hands: Hands) -> None:
        self.inbox, self.settings, self.clock, self.hands = inbox, settings, clock, hands
        self._wrong = Tries()

    def opened(self, request: Request, said: str) -> tuple[str, dict[str, Any]] | None:
        """The code and its notice; None for any other, whatever is wrong. Raises `Refused` and `InboxAway`."""
        now, caller = self.clock().timestamp(), self.hands.caller(request)
        if wait := self._wrong.wait(*caller, now):
            raise Refused("too_often_ask", 429, minutes=max(1, -int(-wait // 60)))
        code = code_typed(said)
        found = self.inbox.notice(code or "-")
        if code is None or found is None or not _is_open(found, local_day(self.clock())):
            self._wrong.wrong(*caller, now)
            return None
        return code, found

    def unknown(self, request: Request, *, said: str = "") -> Response:
        """The page of a code that opens nothing."""
        return self.hands.dressed(request, "notice_code.html", status=404, wrong="code_wrong", said=said)

    def shown(self, request: Request, code: str, told: dict[str, Any], answer: Answer | None = None) -> Response:
        """The notice with the form of its answer; once it was answered, the day of that."""
        language = self.hands.language(request)
        answered = self.inbox.answered_at(code)
        return self.hands.dressed(
            request,
            "notice.html",
            status=422 if answer and answer.wrong else 200,
            code=code,
            text=told["text"][_SPOKEN[language]],
            number=told["number"],
            until=date.fromisoformat(told["answer_by"]),
            answered=local_day(datetime.fromisoformat(answered)) if answered else None,
            values=answer.typed if answer else dict.fromkeys(FIELDS, ""),
            wrong=answer.wrong if answer else {},
            capacities=[one.value for one in Capacity],
            most=self.settings,
        )

    def taken(self, request: Request, said: str, given: FormData) -> Response:
        """Take an answer in, or show the form again with what was typed."""
        found = self.opened(request, said)
        if found is None:
            return self.unknown(request)
        code, told = found
        answer = read_answer(given, self.settings)
        if answer.wrong:
            return self.shown(request, code, told, answer)
        try:
            about = {"notice": told.get("id"), "round": told.get("round")}
            whole = answer.told(self.hands.language(request)) | about
            with self.hands.taking(request) as room:
                new = self.inbox.answer(code, whole, answer.files, at=self.clock(), room=room)
        except InboxFull:
            return self.shown(request, code, told, replace(answer, wrong={"files": ("full_employer", {})}))
        if new:
            log.info("an answer to a notice was taken in with %d files", len(answer.files))
        return RedirectResponse(f"/n/{code}", status_code=303)


def add_notices(app: FastAPI, notices: Notices) -> None:
    """The routes of the employer's page."""

    @app.get("/n")
    def code_page(request: Request) -> Response:
        return notices.hands.dressed(request, "notice_code.html", wrong="", said="")

    @app.post("/n")
    async def code_posted(request: Request) -> Response:
        given = await notices.hands.given(request, most_files=0)
        said = str(given.get("code") or "")[:120]
        found = await run_in_threadpool(notices.opened, request, said)
        return RedirectResponse(f"/n/{found[0]}", status_code=303) if found else notices.unknown(request, said=said)

    @app.get("/n/{code}")
    def notice_page(request: Request, code: str) -> Response:
        found = notices.opened(request, code)
        return notices.shown(request, *found) if found else notices.unknown(request)

    @app.post("/n/{code}")
    async def answer_posted(request: Request, code: str) -> Response:
        given = await notices.hands.given(request, most_files=notices.settings.most_files + 1)
        try:
            return await run_in_threadpool(notices.taken, request, code, given)
        finally:
            await given.close()


def read_answer(given: FormData, settings: CounterSettings) -> Answer:
    """Read what was sent. Nothing of it is trusted and nothing raises."""
    typed = {name: _plain(given.get(name))[: longest + 1].strip() for name, longest in FIELDS.items()}
    wrong: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, longest in FIELDS.items():
        if len(typed[name]) > longest:
            wrong[name] = ("too_long", {"most": longest})
    if not typed["words"]:
        wrong.setdefault("words", ("answer_needed", {}))
    if not typed["name"]:
        wrong.setdefault("name", ("name_needed", {}))
    if typed["capacity"] not in {one.value for one in Capacity}:
        typed["capacity"] = ""
        wrong["capacity"] = ("choose", {})
    typed["phone"] = unicodedata.normalize("NFKC", typed["phone"])
    if typed["phone"] and not 6 <= sum(letter.isdigit() for letter in typed["phone"]) <= 20:
        wrong.setdefault("phone", ("phone_odd", {}))
    files = [one for one in given.getlist("files") if isinstance(one, UploadFile) and (one.size or one.filename)]
    return Answer(typed, _files(files, settings, wrong), wrong)


def _files(
    files: list[UploadFile], settings: CounterSettings, wrong: dict[str, tuple[str, dict[str, Any]]]
) -> list[Brought]:
    """The files, each named by its first bytes; the first thing that is wrong with them."""
    if len(files) > settings.most_files:
        wrong["files"] = ("too_many_files", {"most": settings.most_files})
        return []
    found, size = [], 0
    for number, file in enumerate(files, start=1):
        file.file.seek(0)
        media, bytes_of = media_of(file.file.read(HEAD)), file.size or 0
        size += bytes_of
        if not bytes_of:
            wrong.setdefault("files", ("file_empty", {"number": number}))
        elif bytes_of > settings.file_megabytes * 1_000_000:
            wrong.setdefault("files", ("proof_large", {"number": number, "most": settings.file_megabytes}))
        elif media is None or media.look not in _TAKEN:
            wrong.setdefault("files", ("proof_odd", {"number": number}))
        else:
            found.append(Brought(media.type, file.file))
    if size > settings.posting_megabytes * 1_000_000:
        wrong.setdefault("files", ("files_large", {"most": settings.posting_megabytes}))
    return found


def _is_open(told: Mapping[str, Any], today: date) -> bool:
    try:
        return date.fromisoformat(str(told["closes_on"])) >= today and set(told["text"]) >= set(LANGUAGES)
    except (KeyError, ValueError, TypeError):
        return False


def _plain(value: object) -> str:
    """Text without what no page and no record can hold."""
    text = value if isinstance(value, str) else ""
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "ignore").decode()
