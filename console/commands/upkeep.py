"""Keeping an installation: set it up, ask how it is, back it up, bring it back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import Exit, plain, say, say_rows
from services.office.settings import Settings


def add_to(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    for command in (setup, doctor, backup, restore, drill):
        app.command()(command)


def setup(
    suite: Annotated[str, typer.Option(help="Ciphers for personal fields: intl (AES-GCM) or sm (SM4-GCM).")] = "intl",
    as_json: AsJson = False,
) -> None:
    """Make the data folder and the keys, and bring the tables to their newest form. As often as one likes."""
    from services.office.running import set_up

    made = set_up(Settings(), suite=suite)
    say("Set up", {"data_dir": made.data_dir, "keys_made": made.keys_made}, as_json=as_json)


def doctor(as_json: AsJson = False) -> None:
    """Look whether everything this installation needs is there and well, and say what to do. Ends with 3 if not."""
    from services.office.checked_schedule import Prefect
    from services.office.doctor import Health, check_up

    url = os.environ.get("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    server = Prefect(url, os.environ.get("PREFECT_API_AUTH_STRING"))
    findings = list(check_up(Settings(), at=now(), prefect=server, environment=os.environ))
    rows = [
        {"subject": one.subject, "health": one.health.value, "words": one.words, "do": one.do or None}
        for one in findings
    ]
    say_rows("How things are", rows, as_json=as_json)
    if any(one.health is Health.BROKEN for one in findings):
        raise typer.Exit(Exit.UNAVAILABLE)


def backup(
    to: Annotated[Path | None, typer.Option("--to", help="The file; one in the backups folder when left out.")] = None,
    thin: Annotated[
        bool, typer.Option("--thin", help="First keep all of a day, one a day of five weeks, one a month of two years.")
    ] = False,
    most: Annotated[
        int, typer.Option("--most", help="With --thin: delete nothing if more than so many would go.")
    ] = 100,
    as_json: AsJson = False,
) -> None:
    """Copy the database while it is in use, seal the copy, read it back. The keys are not in it."""
    from services.office.backups import back_up, thin_out

    with opened() as here:
        gone = thin_out(here.store, here.settings, actor=AT_THE_TERMINAL, at=now(), most=most) if thin else 0
        made = back_up(here.store, here.settings, actor=AT_THE_TERMINAL, at=now(), target=to)
    facts = {"file": made.path, "bytes": made.size, "audit_rows": made.audit_rows, "deleted": gone}
    say("Backed up, and read back", facts, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="A file made by `arrears backup`.")],
    check_only: Annotated[bool, typer.Option("--check", help="Open and prove it; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the database. The old database is kept beside it."""
    from services.office.backups import restore as bring_back
    from services.office.backups import verify
    from services.office.running import unlock

    settings = Settings()
    unlock(settings)
    if check_only:
        found = verify(settings, file)
    else:
        if not yes:
            typer.confirm(f"Put {file.name} in the place of the database?", abort=True)
        found = bring_back(settings, file, actor=AT_THE_TERMINAL, at=now())
    facts = {"file": found.path, "made_at": found.made_at, "audit_rows": found.audit_rows}
    say("Proven" if check_only else "Restored", facts, as_json=as_json)


def drill(
    backup: Annotated[Path | None, typer.Option("--backup", help="Which one; the newest when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back beside the store and look whether it is whole. The doctor wants one every seven days."""
    from services.office.drilling import drill as bring_back

    with opened() as here:
        drilled = bring_back(here.store, here.settings, actor=AT_THE_TERMINAL, at=now(), backup=backup)
    say("Drilled: the backup came back whole", plain(drilled), as_json=as_json)
