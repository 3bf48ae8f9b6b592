"""Nothing personal leaves a flow: not in an exception, not in a log line.

Prefect writes the text of an exception into the state of a run, its logs and its events, in clear and for days
(measured; docs/decisions). So what leaves a task says which kind of error it was and where, in words of the program.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from contextlib import ContextDecorator
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Literal, ParamSpec, TypeVar

from casework.errors import Unreadable
from services.office.event_log import Lines, allowed, is_ours, logger

P = ParamSpec("P")
R = TypeVar("R")

_log = logger("flow")
_LONGEST = 300
_CJK = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_NUMBER = re.compile(r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{7,}[Xx]?")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(\.[\w-]+)+")


class FlowFailed(Exception):
    """A step of a flow failed. The text is a code and a place, and can be shown to anybody."""


class _Coded(ContextDecorator):
    def __init__(self, step: str) -> None:
        self._step = step
        self._start = perf_counter()

    def _recreate_cm(self) -> _Coded:
        """One of its own for each call: a step may run beside itself."""
        return _Coded(self._step)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        ms = round((perf_counter() - self._start) * 1000)
        if error is None:
            _log.info("step_ended", step=self._step, state="complete", ms=ms)
        else:
            _log.error("step_ended", step=self._step, state="failed", ms=ms, kind=code_of(error), places=_place(trace))
        if isinstance(error, Exception) and not isinstance(error, FlowFailed):
            raise FlowFailed(f"{code_of(error)} in {self._step} at {_place(trace)}") from None
        return False


def code_of(error: BaseException) -> str:
    """What kind of error it is, in a word of the program: never its message."""
    return f"{type(error).__name__}:{error.code}" if isinstance(error, Unreadable) else type(error).__name__


def _place(trace: TracebackType | None) -> str:
    if trace is None:
        return "?"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def safe(step: Callable[P, R]) -> Callable[P, R]:
    """Let no error out of a step but one that is coded and free of personal data."""
    return _Coded(step.__name__)(step)


def scrub(text: str) -> str:
    """A line without Chinese text, long numbers and mail addresses. Our own log lines have none of the three."""
    for pattern, mark in ((_MAIL, "[mail]"), (_NUMBER, "[number]"), (_CJK, "[text]")):
        text = pattern.sub(mark, text)
    return text


class PersonalDataFilter(logging.Filter):
    """Second line of defence on every handler of ops/prefect-logging.yml: what slips in is blotted out."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; let it pass. What is said through `event_log.logger` holds nothing to be blotted out."""
        if is_ours(record):
            return True
        record.msg, record.args = scrub(record.getMessage()), ()
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = scrub(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


class FlowLines(Lines):
    """The lines of Prefect's processes: what Prefect and our flows say, in their words, blotted out and cut short."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        if is_ours(record) or not record.name.startswith("prefect"):
            return super().format(record)
        told = self.facts(record) | {"event": "prefect", "flow_run": getattr(record, "flow_run_id", None)}
        return json.dumps(allowed(told) | {"words": scrub(record.getMessage())[:_LONGEST]}, ensure_ascii=True)
