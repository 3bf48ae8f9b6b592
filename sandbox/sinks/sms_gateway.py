"""An SMS gateway that sends nothing: it keeps what it was given, by key, as a real one would to have one effect."""

from __future__ import annotations

import hmac
import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from sandbox.faults import Faults
from sandbox.loopback import Loopback

TOKEN = "sandbox-sms-token"
_LONGEST = 1_000
_NUMBER = 11


@dataclass
class Taken:
    """One message as the gateway took it. `asked` counts how often it was handed over."""

    id: str
    key: str
    to: str
    text: str
    state: str = "taken"
    asked: int = 1


class SmsSink:
    """The gateway. The token is published: this is an imitation. Kept as JSON lines where it has a folder."""

    def __init__(self, folder: Path | None = None, *, port: int = 0) -> None:
        self.faults = Faults()
        self.arrives = True
        self._path = folder / "sms.jsonl" if folder else None
        self._by_key: dict[str, Taken] = {}
        self._lock = threading.Lock()
        if self._path and self._path.exists():
            for line in self._path.read_text("utf-8").splitlines():
                one = Taken(**json.loads(line))
                self._by_key[one.key] = one
        self._server = Loopback(self._app(), self.faults, port=port)

    @property
    def settings(self) -> dict[str, str]:
        """The table `sms` of a messages file."""
        return {"url": self._server.url, "token": TOKEN, "networks": "127.0.0.0/8", "deadline_seconds": "4"}

    @property
    def taken(self) -> list[Taken]:
        """Every message, each once, in the order in which they came."""
        with self._lock:
            return list(self._by_key.values())

    def stop(self) -> None:
        """Serve no longer."""
        self._server.stop()

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.get("/")
        def there(request: Request) -> Response:
            return self._known(request) or JSONResponse({"there": True})

        @app.post("/messages")
        async def take(request: Request) -> Response:
            refused = self._known(request)
            return refused or self._take(await request.json())

        @app.get("/messages/{key}")
        def held(request: Request, key: str) -> Response:
            refused = self._known(request)
            if refused:
                return refused
            with self._lock:
                one = self._by_key.get(key)
            return JSONResponse({"id": one.id, "state": one.state}) if one else JSONResponse({}, status_code=404)

        return app

    @staticmethod
    def _known(request: Request) -> Response | None:
        given = request.headers.get("authorization", "")
        right = hmac.compare_digest(given.encode(), f"Bearer {TOKEN}".encode())
        return None if right else JSONResponse({"error": "who is asking?"}, status_code=401)

    def _take(self, said: Any) -> Response:
        given = said if isinstance(said, dict) else {}
        key, to, text = (str(given.get(name) or "") for name in ("key", "to", "text"))
        if not (key and to and text):
            return JSONResponse({"error": "key, to, text"}, status_code=422)
        if len(to) != _NUMBER or not to.isdecimal() or len(text) > _LONGEST:
            return JSONResponse({"error": "number or text"}, status_code=422)
        with self._lock:
            known = self._by_key.get(key)
            if known is not None and (known.to, known.text) != (to, text):
                return JSONResponse({"error": "this key came with another text"}, status_code=409)
            if known is None:
                state = "arrived" if self.arrives else "taken"
                known = self._by_key[key] = Taken(f"S{len(self._by_key) + 1:06d}", key, to, text, state)
            else:
                known.asked += 1
            self._keep()
        return JSONResponse({"id": known.id})

    def _keep(self) -> None:
        if self._path is not None:
            lines = [json.dumps(asdict(one), ensure_ascii=False) for one in self._by_key.values()]
            beside = self._path.with_suffix(".new")
            beside.write_text("\n".join(lines) + "\n", "utf-8")
            beside.replace(self._path)
