"""The store as a whole: carried from SQLite to PostgreSQL."""

from __future__ import annotations

from typing import Annotated

import typer

from console.commands.opened import AT_THE_TERMINAL, AsJson, now
from console.terminal import say, say_rows, working
from services.office.settings import Settings

app = typer.Typer(help="The store: carry it to another database.", no_args_is_help=True)


@app.callback()
def main() -> None:
    """Keep `move` a word of its own."""


@app.command("move")
def move(
    to: Annotated[
        str,
        typer.Option(
            "--to",
            envvar="ARREARS_MOVE_TO",
            help="An empty PostgreSQL database: postgresql+psycopg://user@host/name. "
            "A password belongs into PGPASSWORD or ~/.pgpass: the command line is seen by others.",
        ),
    ],
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Do all of it while the console works, and take it back at the end.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Carry the SQLite store to PostgreSQL: all rows in one transaction, compared by count and hash, or nothing."""
    from services.office.moving_store import move_store
    from services.office.running import open_store

    settings = Settings()
    open_store(settings).close()
    if not rehearse and not yes:
        typer.confirm("Carry everything over and lay the SQLite file aside?", abort=True)
    with working("carrying rows", quiet=as_json) as done:
        moved = move_store(settings, to, actor=AT_THE_TERMINAL, at=now(), rehearse=rehearse, progress=done)
    facts = {
        "rows": moved.rows,
        "tables": len(moved.tables),
        "fields_opened": moved.fields,
        "audit_rows": moved.audit_rows,
        "aside": moved.aside,
    }
    if as_json:
        hashes = {name: {"rows": told.rows, "digest": told.digest} for name, told in moved.tables.items()}
        say("Moved", {**facts, "hashes": hashes}, as_json=True)
        return
    lines = [
        {"table": name, "rows": told.rows, "sent = came": told.digest[:16]}
        for name, told in moved.tables.items()
        if told.rows
    ]
    if lines:
        say_rows("Rows and their hash, the same on both sides", lines, as_json=False)
    say("Rehearsed: nothing was kept" if rehearse else "Moved: now set ARREARS_DATABASE_URL", facts, as_json=False)
