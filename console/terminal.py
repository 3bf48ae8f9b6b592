"""What the `arrears` command says and how it ends: one clear line for a person, one JSON line for a script."""

from __future__ import annotations

import json
import secrets
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from casework.errors import (
    ArrearsError,
    BadInput,
    ChannelChanged,
    ChannelUnavailable,
    Conflict,
    CursorRefused,
    LeaseLost,
    NotAllowed,
    NotFound,
    Unreadable,
)
from services.office.event_log import listen, logger

_log = logger("command")
out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


class Exit(IntEnum):
    """How the command ends. Described for scripts in docs/cli.md."""

    OK = 0
    UNEXPECTED = 1
    BAD_INPUT = 2
    UNAVAILABLE = 3
    NOT_ALLOWED = 4
    CONFLICT = 5


_CODES: tuple[tuple[type[ArrearsError], Exit], ...] = (
    (BadInput, Exit.BAD_INPUT),
    (Unreadable, Exit.BAD_INPUT),
    (ChannelUnavailable, Exit.UNAVAILABLE),
    (ChannelChanged, Exit.UNAVAILABLE),
    (CursorRefused, Exit.UNAVAILABLE),
    (NotAllowed, Exit.NOT_ALLOWED),
    (NotFound, Exit.NOT_ALLOWED),
    (Conflict, Exit.CONFLICT),
    (LeaseLost, Exit.CONFLICT),
)


def exit_code(refused: ArrearsError) -> Exit:
    """The code for what the system says no to; of what is not named here, as of the store itself: it is not there."""
    return next((code for kind, code in _CODES if isinstance(refused, kind)), Exit.UNAVAILABLE)


def plain(result: Any) -> Any:
    """A count or a line of ours as what JSON can carry."""
    if is_dataclass(result) and not isinstance(result, type):
        return {key: plain(value) for key, value in asdict(result).items()}
    if isinstance(result, Mapping):
        return {str(key): plain(value) for key, value in result.items()}
    if isinstance(result, datetime):
        return result.astimezone(UTC).isoformat()
    if isinstance(result, Path):
        return str(result)
    if isinstance(result, Sequence) and not isinstance(result, str):
        return [plain(value) for value in result]
    return result


def say(title: str, facts: Mapping[str, object], *, as_json: bool) -> None:
    """A result: a line of JSON, or a small table."""
    if as_json:
        sys.stdout.write(json.dumps(plain(facts), ensure_ascii=False) + "\n")
        return
    table = Table(title=title, show_header=False, title_justify="left", box=None, pad_edge=False)
    table.add_column(style="dim")
    table.add_column()
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), _cell(value))
    out.print(table)


def say_rows(title: str, rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Several results of one form: a line of JSON with a list, or a table with headings."""
    if as_json:
        sys.stdout.write(json.dumps(plain(list(rows)), ensure_ascii=False) + "\n")
        return
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        table.add_column(name.replace("_", " "), justify="left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    out.print(table)


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {number}" for key, number in value.items()) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "-"
    return str(value)


@contextmanager
def working(words: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on the error stream while something long goes on; give it how many of how many are done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=quiet or not err.is_terminal, transient=True) as progress:
        task = progress.add_task(words, total=None)

        def done(now: int, of: int) -> None:
            progress.update(task, completed=now, total=of)

        yield done


def inert(words: str) -> str:
    """Words without the signs by which a file's name could move the cursor or recolour the screen."""
    return "".join(letter if letter.isprintable() else "?" for letter in words)


def refuse(refused: ArrearsError) -> Exit:
    """One clear line on what was refused."""
    err.print(f"arrears: {inert(str(refused))}", markup=False)
    return exit_code(refused)


def report_unexpected(log: Path) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """What to do with an error nobody foresaw: an id for the person, the place it happened for the log, no contents.

    The message of such an error may quote what it stumbled over, which may be personal; it is not kept.
    """

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            err.print("arrears: stopped.")
            return
        if isinstance(error, OSError) and error.filename is not None:
            err.print(f"arrears: {Path(str(error.filename)).name}: {error.strerror}", markup=False)
            return
        number = secrets.token_hex(4)
        places = [f"{Path(step.filename).name}:{step.lineno}" for step in traceback.extract_tb(trace)]
        try:
            listen(log)
        except OSError:
            err.print(f"arrears: something unexpected happened ({kind.__name__}); the log could not be written.")
            return
        _log.error("unexpected", error=number, kind=kind.__name__, places=" > ".join(places[-30:]))
        err.print(f"arrears: something unexpected happened; the log has it as error {number}.")

    return hook
