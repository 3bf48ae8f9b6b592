"""The `arrears` command: everything the schedule and the web console do, from a terminal."""

from __future__ import annotations

import os
import sys

import typer
from pydantic import ValidationError
from typer.main import get_command

from casework.errors import ArrearsError
from console.commands import accounts, clocks, daily, files, keys, linker, rules, stores, upkeep, warnings, why
from console.terminal import Exit, err, refuse, report_unexpected
from services.office.settings import Settings

app = typer.Typer(
    name="arrears",
    help="Wage-arrears early warning: six complaint channels, one queue of cases, one click, every channel answered.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
daily.add_to(app)
files.add_to(app)
upkeep.add_to(app)
why.add_to(app)
clocks.add_to(app)
app.add_typer(accounts.app, name="account")
app.add_typer(keys.app, name="keys")
app.add_typer(linker.app, name="linker")
app.add_typer(rules.app, name="setting")
app.add_typer(stores.app, name="store")
app.add_typer(warnings.app, name="warn")


def main() -> None:
    """Run the command. No traceback reaches a person: what is refused is one line, what is unexpected has a number."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        names = ", ".join(f"ARREARS_{'_'.join(map(str, one['loc'])).upper()}" for one in wrong.errors())
        err.print(f"arrears: these settings cannot be used: {names}; see docs/settings.md.")
        sys.exit(Exit.BAD_INPUT)
    sys.excepthook = report_unexpected(settings.data_dir / "logs" / "arrears.log")
    os.umask(0o077)
    try:
        get_command(app)(prog_name="arrears")
    except ArrearsError as refused:
        sys.exit(refuse(refused))


if __name__ == "__main__":
    main()
