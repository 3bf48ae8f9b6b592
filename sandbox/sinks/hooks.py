"""Web hooks that keep what is posted to them, each path a group of its own."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from sandbox.faults import Faults
from sandbox.loopback import Loopback

HOST = "127.0.0.1"


class HookSink:
    """A host of web hooks. What came is kept as JSON lines where it has a folder."""

    def __init__(self, folder: Path | None = None, *, port: int = 0) -> None:
        self.faults = Faults()
        self._path = folder / "hooks.jsonl" if folder else None
        self._came: list[tuple[str, Any]] = []
        self._lock = threading.Lock()
        self._server = Loopback(self._app(), self.faults, port=port)

    @property
    def settings(self) -> dict[str, str]:
        """The table `hooks` of a messages file."""
        return {"hosts": HOST, "networks": "127.0.0.0/8", "deadline_seconds": "8"}

    @property
    def came(self) -> list[tuple[str, Any]]:
        """Path and content of each post, in order."""
        with self._lock:
            return list(self._came)

    def address(self, group: str) -> str:
        """The address that an officer of this group types in."""
        return f"{self._server.url}/hook/{group}"

    def stop(self) -> None:
        """Serve no longer."""
        self._server.stop()

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.post("/hook/{group}")
        async def take(request: Request, group: str) -> Response:
            said = await request.json()
            with self._lock:
                self._came.append((group, said))
                if self._path is not None:
                    with self._path.open("a", encoding="utf-8") as out:
                        out.write(json.dumps([group, said], ensure_ascii=False) + "\n")
            return JSONResponse({"errcode": 0})

        return app
