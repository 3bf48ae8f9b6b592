"""The console: one FastAPI application, made from a store, its settings and a clock."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI
from starlette.routing import BaseRoute

from console import errors
from console.further import name_further
from console.gate import Gate
from console.guard import guard
from console.headers import Headers
from console.metering import Metered
from console.metrics import Installation, registry_of
from console.once import each_once
from console.views import VIEWS
from services.office.settings import Settings
from warehouse.engine import Warehouse


def server_options(settings: Settings) -> dict[str, Any]:
    """How the server in front of the application behaves: quiet, nameless, and believing no stranger's address."""
    return {
        "host": settings.console_host,
        "port": settings.console_port,
        "proxy_headers": bool(settings.trusted_proxy),
        "forwarded_allow_ips": settings.trusted_proxy or "",
        "log_config": None,  # services.office.event_log hears it, and tells each request in a line of its own
        "access_log": False,
        "server_header": False,
        "timeout_keep_alive": 75,  # seconds: longer than browsers and proxies keep a line they do not use
    }


def settle() -> None:
    """What is loaded by now stays for good: the collector of garbage need not walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every route, behind the guard, in one row. They know neither store nor settings: one making is enough."""
    return tuple(route for router in VIEWS for route in each_once(router, Depends(guard)).routes)


def make_app(store: Warehouse, settings: Settings, clock: Callable[[], datetime]) -> FastAPI:
    """The application. It publishes no description of itself, and every route passes the guard."""
    name_further()
    app = FastAPI(
        title="Arrears",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        dependencies=[Depends(guard)],
        redirect_slashes=False,
    )
    app.state.store = store
    app.state.settings = settings
    app.state.clock = clock
    app.state.gate = Gate()
    app.router.routes.extend(_routes())
    errors.install(app)
    app.state.installation = Installation(store, settings, clock)
    app.state.registry = registry_of(app.state.installation)
    app.add_middleware(Headers, secure=settings.secure_cookies, too_large=errors.too_large)
    app.add_middleware(Metered, registry=app.state.registry)
    return app
