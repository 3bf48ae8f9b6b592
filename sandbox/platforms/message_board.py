"""The leaders' message board: Open311 GeoReport v2 in JSON and XML.

Beyond the standard, and in use on public servers: `updated_after` / `updated_before` (held to the same 90 days),
`page` / `per_page`, a `subject` on each request, and `servicerequestupdates` to answer and to read back. An update's
`update_id` is the sender's own and makes sending it twice harmless.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from lxml import etree

from sandbox.faults import Faults
from sandbox.loopback import Careless, Loopback
from sandbox.shelf import AnswerBook, OtherBody, Shelf
from sandbox.told import Told

CHINA = timezone(timedelta(hours=8))
WIDEST = timedelta(days=90)
API_KEY = "sandbox-board-key"
SERVICES = (
    ("WAGE_RURAL", "拖欠农民工工资", "农民工, 工资", "劳动保障"),
    ("WAGE", "拖欠工资", "工资", "劳动保障"),
    ("SOCIAL", "社会保险", "社保", "劳动保障"),
)


class Refused(Exception):
    """A request the board does not serve: status and words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def w3(at: datetime) -> str:
    """A moment as the standard writes it."""
    return at.astimezone(CHINA).isoformat()


def post(told: Told) -> dict[str, Any]:
    """A message as the board shows it: free text, no field for the employer."""
    code, name = SERVICES[0 if told.rural else 1][:2]
    return {
        "status": "open",
        "status_notes": None,
        "service_name": name,
        "service_code": code,
        "subject": told.title,
        "description": told.narrative[:4000],
        "agency_responsible": "区人力资源和社会保障局",
        "service_notice": None,
        "requested_datetime": w3(told.told_at),
        "expected_datetime": w3(told.told_at + timedelta(days=14)),
        "address": told.site_address,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


class MessageBoard:
    """The board. The key is published: this is an imitation. `extended=False` serves the standard's dates only."""

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int = 0,
        page_size: int = 200,
        form: str = "json",
        extended: bool = True,
    ):
        self.faults = Faults()
        self.shelf = Shelf()
        self.book = AnswerBook("U", folder / "message_board.answers.jsonl" if folder else None)
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.files: dict[str, bytes] = {}
        self._page_size = page_size
        self._form = form
        self._extended = extended
        self._server = Loopback(self._app(), self.faults, port=port)

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""
        dates = "updated" if self._extended else "requested"
        size = str(self._page_size)
        return {
            "url": self._server.url,
            "api_key": API_KEY,
            "format": self._form,
            "page_size": size,
            "dates": dates,
            "canary": "on",
        }

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each message was answered."""
        return self.book.bodies

    def add(self, told: Told) -> str:
        """Show a message; its id."""
        key = f"{1_000_000 + int(told.key)}" if told.key.isdigit() else f"M{told.key}"
        self.shelf.put(key, told.told_at, {"service_request_id": key, **post(told)})
        return key

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Take many; their ids."""
        return [self.add(one) for one in told]

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Show n messages that can be pulled but not read: an unknown service, no text, a date in words."""
        keys = [f"MX{i:03d}" for i in range(n)]
        troubles = ({"service_code": "POTHOLE"}, {"description": None, "subject": None}, {"requested_datetime": "昨天"})
        for i, key in enumerate(keys):
            moment = at - timedelta(minutes=7 * i + 3)
            told = Told(key=key, channel="message_board", told_at=moment, case="", claim="", narrative="讨要工资")
            self.shelf.put(key, moment, {"service_request_id": key, **post(told), **troubles[i % 3]})
        return keys

    def stop(self) -> None:
        """Close the board."""
        self._server.stop()

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.add_api_route("/media/{name}", self._media, methods=["GET"])
        app.add_api_route("/services.{form}", self._services, methods=["GET"])
        app.add_api_route("/requests.{form}", self._requests, methods=["GET"])
        app.add_api_route("/requests.{form}", self._post, methods=["POST"])
        app.add_api_route("/requests/{request_id}.{form}", self._request, methods=["GET"])
        app.add_api_route("/servicerequestupdates.{form}", self._updates, methods=["GET"])
        app.add_api_route("/servicerequestupdates.{form}", self._update, methods=["POST"])
        return app

    async def _media(self, name: str) -> Response:
        content = self.files.get(name)
        return Response(status_code=404) if content is None else Response(content, media_type="image/jpeg")

    async def _services(self, form: str) -> Response:
        rows = [
            {"service_code": code, "service_name": name, "description": None, "metadata": False,
             "type": "realtime", "keywords": keywords, "group": group}
            for code, name, keywords, group in SERVICES
        ]  # fmt: skip
        return written(form, rows, "services", "service")

    async def _requests(self, form: str, request: Request) -> Response:
        asked = request.query_params
        try:
            by, first, last = self._span(asked)
            page, size = int(asked.get("page", "1")), min(int(asked.get("per_page", "200")), self._page_size)
        except Refused as refused:
            return _error(form, refused.status, str(refused))
        except ValueError:
            return _error(form, 400, "a date or a number cannot be read")
        found = [r for r in self.shelf.ordered(self.faults.held, by=by) if first <= getattr(r, by) <= last]
        rows = [{**r.fields, "updated_datetime": w3(r.at)} for r in found[(page - 1) * size : page * size]]
        return written(form, self.faults.bend(rows), "service_requests", "request")

    def _span(self, asked: Mapping[str, str]) -> tuple[str, datetime, datetime]:
        """By which moment and in which span is asked; never wider than 90 days."""
        updated = "updated_after" in asked or "updated_before" in asked
        if updated and not self._extended:
            raise Refused(400, "updated_after is not known here")
        names = ("updated_after", "updated_before") if updated else ("start_date", "end_date")
        last = datetime.fromisoformat(asked[names[1]]) if names[1] in asked else datetime.now(UTC)
        first = datetime.fromisoformat(asked[names[0]]) if names[0] in asked else last - WIDEST
        if first.tzinfo is None or last.tzinfo is None:
            raise Refused(400, "a date needs its zone")
        if last - first > WIDEST:
            raise Refused(400, "a span may not be wider than 90 days")
        return ("at" if updated else "seen_at"), first, last

    async def _request(self, request_id: str, form: str) -> Response:
        record = self.shelf.records.get(request_id)
        if record is None or request_id in self.faults.held:
            return _error(form, 404, "service_request_id was not found")
        rows = self.faults.bend([{**record.fields, "updated_datetime": w3(record.at)}])
        return written(form, rows, "service_requests", "request")

    async def _post(self, form: str, request: Request) -> Response:
        """Somebody with a key posts a message."""
        said = await request.form()
        code, text, subject = (str(said.get(name, "")) for name in ("service_code", "description", "subject"))
        if said.get("api_key") != API_KEY:
            return _error(form, 403, "the api_key is not known")
        if code not in {service[0] for service in SERVICES} or not 0 < len(text) <= 4000:
            return _error(form, 400, "service_code and a description of at most 4000 characters are needed")
        told = Told(
            key=f"P{secrets.token_hex(6)}", channel="message_board", told_at=self.now(), case="", claim="",
            title=subject or None, narrative=text, rural=code == SERVICES[0][0],
        )  # fmt: skip
        return written(form, [{"service_request_id": self.add(told)}], "service_requests", "request")

    async def _update(self, form: str, request: Request) -> Response:
        said = await request.form()
        update_id, request_id, text = (str(said.get(n, "")) for n in ("update_id", "service_request_id", "description"))
        if said.get("api_key") != API_KEY:
            return _error(form, 403, "the api_key is not known")
        if request_id not in self.shelf.records:
            return _error(form, 404, "service_request_id was not found")
        if not update_id or not text or len(text) > 4000:
            return _error(form, 400, "update_id and a description of at most 4000 characters are needed")
        try:
            self.book.give(request_id, update_id, text)
        except OtherBody:
            return _error(form, 422, "this update_id came with another description")
        return self._shown(form, request_id)

    async def _updates(self, form: str, request: Request) -> Response:
        return self._shown(form, request.query_params.get("service_request_id", ""))

    def _shown(self, form: str, request_id: str) -> Response:
        rows = [
            {"update_id": a.key, "update_ref": a.ref, "service_request_id": request_id, "status": "open",
             "description": a.body, "updated_datetime": a.at}
            for a in self.book.of(request_id)
        ]  # fmt: skip
        return written(form, rows, "service_request_updates", "request_update")


def written(form: str, rows: Sequence[Mapping[str, Any]], many: str, one: str, *, status: int = 200) -> Response:
    """Rows in one of the two formats of the standard."""
    if form == "json":
        return Careless(list(rows), status_code=status)
    root = etree.Element(many)
    for row in rows:
        element = etree.SubElement(root, one)
        for name, value in row.items():
            text = str(value).lower() if isinstance(value, bool) else value
            etree.SubElement(element, name).text = None if text is None else str(text)
    return Response(
        etree.tostring(root, xml_declaration=True, encoding="utf-8"), status_code=status, media_type="text/xml"
    )


def _error(form: str, status: int, words: str) -> Response:
    return written(form, [{"code": str(status), "description": words}], "errors", "error", status=status)
