"""The 12345 hotline's exchange: JSON work orders behind a token and a signature on every call.

Work orders carry the field names of a city's `OrderInfo` class; moments are `yyyy-MM-dd HH:mm:ss` in GMT+8, booleans
the strings "0" and "1". A signature is HMAC-SHA256 over method, path, sorted parameters, body, nonce and timestamp.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from sandbox.faults import Faults
from sandbox.loopback import Careless, Loopback
from sandbox.shelf import AnswerBook, OtherBody, Shelf
from sandbox.told import Told

CHINA = timezone(timedelta(hours=8))
STALE_SECONDS = 300
APP_KEY, APP_SECRET = "labour-inspection", "sandbox-app-secret"


def local(at: datetime) -> str:
    """A moment as the hotline writes it."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def order(told: Told) -> dict[str, Any]:
    """A work order as the hotline's clerk typed it."""
    due = told.told_at.astimezone(CHINA) + timedelta(days=7)
    return {
        "orderNum": f"{told.told_at.astimezone(CHINA):%Y%m%d}{told.key}",
        "callerName": told.complainant_name or "",
        "sex": "",
        "phone": told.complainant_phone or "",
        "callTime": local(told.told_at),
        "sourceType": "01",
        "callerType": "01",
        "reflectName": told.employer_name or "",
        "pilotLight": "2" if told.urgent else "1",
        "handleModelType": "2",
        "questionCode": "030201" if told.rural else "030202",
        "questionName": "拖欠农民工工资" if told.rural else "拖欠工资",
        "isSecret": "1" if told.confidential else "0",
        "address": " ".join(part for part in (told.site_address, told.site_name) if part),
        "organizationCode": f"{told.district_code}000000" if told.district_code else "",
        "organizationName": "人力资源和社会保障局",
        "title": told.title or "",
        "majorContent": told.narrative,
        "timeUnit": "5",
        "handleDays": "5",
        "deadlineDate": local(due),
        "isVisit": "1",
        "isSupervise": "0",
        "attachmentList": [],
    }


class Hotline:
    """The exchange. `key` and `secret` are published: this is an imitation."""

    def __init__(self, folder: Path | None = None, *, port: int = 0, page_size: int = 100, token_seconds: float = 7200):
        self.faults = Faults()
        self.shelf = Shelf()
        self.book = AnswerBook("R", folder / "hotline_12345.answers.jsonl" if folder else None)
        self._page_size = page_size
        self._token_seconds = token_seconds
        self._tokens: dict[str, float] = {}
        self._nonces: dict[str, float] = {}
        self._lock = threading.Lock()
        self.tokens_given = 0
        self.files: dict[str, bytes] = {}
        self._server = Loopback(self._app(), self.faults, port=port)

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""
        size = str(self._page_size)
        return {
            "url": self._server.url,
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "page_size": size,
            "canary": "on",
        }

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each order was answered."""
        return self.book.bodies

    def add(self, told: Told) -> str:
        """Take a call; the order's id."""
        key = f"QD{told.key}"
        self.shelf.put(key, told.told_at, {"orderId": key, **order(told)})
        return key

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Take many; their ids."""
        return [self.add(one) for one in told]

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Add n orders that can be pulled but not read: a bad date, an unknown code, no JSON object at all."""
        keys = [f"QDX{i:03d}" for i in range(n)]
        for i, key in enumerate(keys):
            moment = at - timedelta(minutes=7 * i + 1)
            whole = order(
                Told(key=key, channel="hotline_12345", told_at=moment, case="", claim="", narrative="催要工资")
            )
            trouble = ({"callTime": "2026-13-45 99:00:00"}, {"questionCode": "999999"}, {"majorContent": ""})[i % 3]
            self.shelf.put(key, moment, {"orderId": key, **whole, **trouble})
        return keys

    def stop(self) -> None:
        """Hang up."""
        self._server.stop()

    def expire_tokens(self) -> None:
        """Every token given so far is over."""
        self._tokens.clear()

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.add_api_route("/oauth/token", self._token, methods=["POST"])
        app.add_api_route("/orders", self._orders, methods=["GET"])
        app.add_api_route("/files/{file_id}", self._file, methods=["GET"])
        app.add_api_route("/orders", self._enter, methods=["POST"])
        app.add_api_route("/orders/{order_id}/replies", self._reply, methods=["POST"])
        app.add_api_route("/orders/{order_id}/replies/{key}", self._read_back, methods=["GET"])
        return app

    async def _token(self, request: Request) -> JSONResponse:
        asked = await request.json()
        given = (asked.get("appKey"), asked.get("appSecret"))
        if given != (APP_KEY, APP_SECRET):
            return _say(401, "appKey or appSecret is wrong")
        token = secrets.token_urlsafe(24)
        self._tokens[token] = time.monotonic() + self._token_seconds
        self.tokens_given += 1
        return JSONResponse({"code": 0, "data": {"token": token, "expiresIn": self._token_seconds}})

    async def _refusal(self, request: Request) -> JSONResponse | None:
        """Why this call is not answered; None when it may be."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens.get(token, 0) < time.monotonic():
            return _say(401, "the token is over")
        nonce, stamp = request.headers.get("x-nonce", ""), request.headers.get("x-timestamp", "")
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > STALE_SECONDS:
            return _say(403, "the timestamp is stale")
        query = "&".join(f"{name}={value}" for name, value in sorted(request.query_params.items()))
        body = hashlib.sha256(await request.body()).hexdigest()
        text = "\n".join((request.method, request.url.path, query, body, nonce, stamp))
        right = hmac.new(APP_SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, request.headers.get("x-signature", "")):
            return _say(403, "the signature is wrong")
        with self._lock:
            now = time.monotonic()
            self._nonces = {old: at for old, at in self._nonces.items() if now - at < 2 * STALE_SECONDS}
            if len(nonce) < 16 or nonce in self._nonces:
                return _say(403, "the nonce was used before")
            self._nonces[nonce] = now
        return None

    async def _orders(self, request: Request) -> JSONResponse:
        refused = await self._refusal(request)
        if refused:
            return refused
        asked = request.query_params
        since, page = asked.get("updatedSince"), int(asked.get("pageNo", "1"))
        size = min(int(asked.get("pageSize", "100")), self._page_size)
        found = self.shelf.ordered(self.faults.held)
        rows = [{**row.fields, "updatedTime": local(row.at)} for row in found if not since or local(row.at) >= since]
        cut = rows[(page - 1) * size : page * size]
        more = page * size < len(rows) and not self.faults.empty
        return Careless({"code": 0, "data": {"hasMore": more, "list": self.faults.bend(cut)}})

    async def _file(self, file_id: str, request: Request) -> Response:
        refused = await self._refusal(request)
        if refused:
            return refused
        content = self.files.get(file_id)
        return _say(404, "there is no such file") if content is None else Response(content, media_type="image/jpeg")

    async def _enter(self, request: Request) -> JSONResponse:
        """A clerk enters an order: what they type, in the order's own words."""
        refused = await self._refusal(request)
        if refused:
            return refused
        said = await request.json()
        try:
            at = datetime.strptime(said["callTime"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
            told = Told(
                key=f"T{secrets.token_hex(6)}", channel="hotline_12345", told_at=at, case="", claim="",
                title=said["title"], narrative=said["majorContent"],
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            return _say(400, "callTime, title and majorContent are needed")
        return JSONResponse({"code": 0, "data": {"orderId": self.add(told)}})

    async def _reply(self, order_id: str, request: Request) -> JSONResponse:
        refused = await self._refusal(request)
        if refused:
            return refused
        key, said = request.headers.get("idempotency-key", ""), await request.json()
        if not key or not isinstance(said.get("content"), str):
            return _say(400, "a key and a content are needed")
        if order_id not in self.shelf.records:
            return _say(404, "there is no such order")
        try:
            answer = self.book.give(order_id, key, said["content"])
        except OtherBody:
            return _say(422, "this key came with another body")
        return JSONResponse({"code": 0, "data": {"replyId": answer.ref, "content": answer.body, "time": answer.at}})

    async def _read_back(self, order_id: str, key: str, request: Request) -> JSONResponse:
        refused = await self._refusal(request)
        if refused:
            return refused
        answer = self.book.by_key(key)
        if answer is None or answer.source_key != order_id:
            return _say(404, "there is no such reply")
        return JSONResponse({"code": 0, "data": {"replyId": answer.ref, "content": answer.body, "time": answer.at}})


def _say(status: int, words: str) -> JSONResponse:
    return JSONResponse({"code": status, "message": words, "at": datetime.now(UTC).isoformat()}, status_code=status)
