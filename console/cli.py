"""The `arrears` command: everything the schedule and the web console do, from a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter

import typer
from pydantic import ValidationError
from typer.main import get_command

from casework.errors import ArrearsError
from console.commands import (
    accounts,
    bulletins,
    clocks,
    daily,
    files,
    keys,
    linker,
    rules,
    stores,
    upkeep,
    warnings,
    why,
)
from console.terminal import Exit, err, refuse, report_unexpected
from services.office.behind import stand_back
from services.office.event_log import listen, logger
from services.office.settings import Settings

app = typer.Typer(
    name="arrears",
    help="Wage-arrears early warning: seven complaint channels, one queue of cases, one click, every channel answered.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
daily.add_to(app)
files.add_to(app)
bulletins.add_to(app)
upkeep.add_to(app)
why.add_to(app)
clocks.add_to(app)
app.add_typer(accounts.app, name="account")
app.add_typer(keys.app, name="keys")
app.add_typer(linker.app, name="linker")
app.add_typer(rules.app, name="setting")
app.add_typer(stores.app, name="store")
app.add_typer(warnings.app, name="warn")

_FOR_OTHERS = frozenset({"serve", "demo"})
"""Commands whose pages somebody waits for; all others let these go first."""


def main() -> None:
    """Run the command. No traceback reaches a person: what is refused is one line, what is unexpected has a number."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        names = ", ".join(f"ARREARS_{'_'.join(map(str, one['loc'])).upper()}" for one in wrong.errors())
        err.print(f"arrears: these settings cannot be used: {names}; see docs/settings.md.")
        sys.exit(Exit.BAD_INPUT)
    log = settings.data_dir / "logs" / "arrears.log"
    sys.excepthook = report_unexpected(log)
    os.umask(0o077)
    command = get_command(app)
    name = _named(command, sys.argv[1:])
    _listen(name, settings, log)
    if name not in _FOR_OTHERS:
        stand_back()
    start, code = perf_counter(), int(Exit.UNEXPECTED)
    try:
        command(prog_name="arrears")
    except ArrearsError as refused:
        code = refuse(refused)
        sys.exit(code)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        raise
    finally:
        logger("command").info("command_ended", command=name, code=code, ms=round((perf_counter() - start) * 1000))


def _named(command: object, words: Sequence[str]) -> str:
    """The command that was typed, without anything that was typed after it."""
    names: list[str] = []
    for word in words:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        names.append(word)
    return " ".join(names)


def _listen(name: str, settings: Settings, log: Path) -> None:
    """Events go to the installation's log; those of the console, which a supervisor runs, to the error stream."""
    if name == "serve":
        listen(level=settings.log_level)
    elif settings.data_dir.is_dir():
        with suppress(OSError):
            listen(log, level=settings.log_level)


if __name__ == "__main__":
    main()
