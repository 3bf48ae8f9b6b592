"""What the program tells those who run it: one JSON line an event, of fields that are named here and of no others.

A line carries ids, codes and numbers. What else a caller hands over is left out, and the line says how much was; what a
library has to say is told by where it said it, for its words may quote a record. A line is ASCII: no break of line, no
escape and no mark of writing direction of a stranger's can stand in it.
"""

from __future__ import annotations

import json
import logging
import logging.handlers
import re
import sys
from collections.abc import Callable, Mapping, MutableMapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TextIO

import structlog

Level = Literal["debug", "info", "warning", "error"]
PARTS = "arrears"
"""The logger that all of ours hang on: `arrears.console`, `arrears.command`, `arrears.flow`, `arrears.run`."""

_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,59}")
_ID = re.compile(r"[a-z]{2,16}_([0-9a-f]{16}|[0-9a-f]{30})|system:[a-z]{2,20}")
_ROUTE = re.compile(r"-|/[A-Za-z0-9_{}:./-]{0,100}")
_PLACES = re.compile(r"[\w.-]{1,60}:\d{1,6}( > [\w.-]{1,60}:\d{1,6}){0,60}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]{8,15}(Z|\+00:00)")
_LONG_NUMBER = re.compile(r"\d{7}")
_LARGEST = 10**10
"""Eleven digits are a telephone. Nothing that is counted here comes near."""

FIELDS: Mapping[str, re.Pattern[str] | type[int]] = {
    "at": _MOMENT,
    "level": _CODE,
    "part": _CODE,
    "event": _CODE,
    # a request of the console
    "request": re.compile(r"[0-9a-f]{16}"),
    "method": _CODE,
    "route": _ROUTE,
    "status": int,
    "ms": int,
    "bytes": int,
    "account": _ID,
    # a run, a command, a step of a flow
    "run": _ID,
    "flow_run": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "job": _CODE,
    "subject": _CODE,
    "step": _CODE,
    "command": re.compile(r"[a-z-]{1,30}( [a-z-]{1,30})?"),
    "state": _CODE,
    "code": int,
    "seen": int,
    "new": int,
    "updated": int,
    "merged": int,
    "quarantined": int,
    "filed": int,
    "port": int,
    # what went wrong, and where
    "kind": _CODE,
    "error": re.compile(r"[0-9a-f]{8}"),
    "places": _PLACES,
    "logger": _CODE,
    "withheld": int,
}
"""Every field that a line may carry, and what it must look like. A number is below 10,000,000,000."""
_OPAQUE = frozenset({"at", "request", "run", "flow_run", "account", "error"})
"""Fields that may hold seven digits in a row by chance: they are made here, of random letters and digits."""


def allowed(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that may be said, in the order of the table; `withheld` counts the others."""
    kept = {name: fields[name] for name in FIELDS if name in fields and _fits(name, fields[name])}
    withheld = sum(1 for name, value in fields.items() if name not in kept and value is not None)
    return kept | ({"withheld": withheld} if withheld else {})


def _fits(name: str, value: object) -> bool:
    form = FIELDS[name]
    if isinstance(form, re.Pattern):
        fits = isinstance(value, str) and form.fullmatch(value) is not None
        return fits and (name in _OPAQUE or _LONG_NUMBER.search(str(value)) is None)
    return isinstance(value, int | float) and abs(value) < _LARGEST


def line(fields: Mapping[str, object]) -> str:
    """One event as one line of JSON, without its end."""
    return json.dumps(allowed(fields), ensure_ascii=True)


def logger(part: str) -> structlog.stdlib.BoundLogger:
    """Where a part of the program says its events: `logger("console").info("http", status=200)`.

    Nobody hears it before `listen`. What it says is checked here already, so that it may reach any handler.
    """
    named = logging.getLogger(f"{PARTS}.{part}")
    steps: list[Callable[..., Any]] = [
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _of(part),
        _rendered,
    ]
    bound: structlog.stdlib.BoundLogger
    bound = structlog.wrap_logger(named, processors=steps, wrapper_class=structlog.stdlib.BoundLogger)
    return bound.bind()


def _of(part: str) -> Callable[[Any, str, MutableMapping[str, Any]], MutableMapping[str, Any]]:
    def add(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        fields["part"] = part
        return fields

    return add


def _rendered(_logger: Any, _name: str, fields: MutableMapping[str, Any]) -> str:
    return line(fields)


def is_ours(record: logging.LogRecord) -> bool:
    """Whether a record was said through `logger`: its message is a finished line."""
    return record.name.startswith(f"{PARTS}.")


class Lines(logging.Formatter):
    """Every record as one line: ours as they are, those of libraries by level, logger, place and kind of error."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        if is_ours(record) and not record.args:
            return str(record.msg)
        return line(self.facts(record))

    def facts(self, record: logging.LogRecord) -> dict[str, object]:
        """What may be told of a library's record."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "event": "library",
            "logger": record.name,
            "places": f"{record.filename}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[0] is not None:
            said["kind"] = record.exc_info[0].__name__
        return said


class _Quiet(logging.StreamHandler[TextIO]):
    """A log that cannot be written, on a full disk say, harms nobody's work."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in the standard library
        """Lose the line."""


class _QuietFile(logging.handlers.WatchedFileHandler):
    """The same for a file; it is opened anew where logrotate has put it aside."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - its name in the standard library
        """Lose the line."""


def listen(where: Path | None = None, *, level: Level = "info") -> logging.Handler:
    """Write every event of this process to a file, readable by its owner alone, or to the error stream.

    Libraries are heard from `warning` on. Raises `OSError` where the file cannot be written.
    """
    handler: logging.Handler
    if where is None:
        handler = _Quiet(sys.stderr)
    else:
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        where.touch(mode=0o600)
        handler = _QuietFile(where, encoding="ascii")
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    set_level(level)
    return handler


def set_level(level: Level) -> None:
    """From which level on our own events are said."""
    logging.getLogger(PARTS).setLevel(level.upper())
