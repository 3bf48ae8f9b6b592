"""Each request counted, timed and told: one line of the log, one place in a histogram. Never its query string."""

from __future__ import annotations

import secrets
from time import perf_counter

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.office.event_log import logger

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_log = logger("console")
# A series more for each route would say when it was first asked for.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped


class Metered:
    """Around everything else: measures from the first byte asked to the last byte answered, in seconds."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry) -> None:
        self.app = app
        self.seconds = Histogram(
            "arrears_http_request_duration_seconds",
            "Time from request to the end of the answer, by route.",
            ("method", "route", "status"),
            registry=registry,
            buckets=_BOUNDS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and write down how it went."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})
        start, status, sent = perf_counter(), 500, 0

        async def counted(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
            sent += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            self._tell(scope, status, sent, perf_counter() - start)

    def _tell(self, scope: Scope, status: int, sent: int, seconds: float) -> None:
        """The address is told by its pattern: what stands in an address itself may be anybody's."""
        method = scope["method"] if scope["method"] in _METHODS else "other"
        route = str(getattr(scope.get("route"), "path", "-"))
        self.seconds.labels(method, route, f"{status // 100}xx").observe(seconds)
        _log.info(
            "http",
            request=secrets.token_hex(8),
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            bytes=sent,
            account=scope["state"].get("account"),
        )
