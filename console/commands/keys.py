"""The keys at the terminal: which there are, a new one, an end for an old one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import plain, say, say_rows, working

app = typer.Typer(help="The keys of the personal fields (docs/backup-and-keys.md).", no_args_is_help=True)
Suite = Annotated[
    str | None, typer.Option("--suite", help="Ciphers of the new key: intl or sm. As before when left out.")
]


@app.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """Show every data key by its id: its ciphers, its state, and how much still needs it."""
    from services.office.keys import key_lines

    with opened() as here:
        lines = key_lines(here.store, here.settings)
    say_rows("Data keys", [plain(line) for line in lines], as_json=as_json)


@app.command("rotate")
def rotate_keys(
    suite: Suite = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Only write the keys with a new one to this file, for keys of the environment."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a new data key and close everything anew with it, while the console runs; as often until it is done."""
    from services.office.keys import next_ring, rotate

    with opened() as here, working("closing rows anew", quiet=as_json) as done:
        if out is not None:
            say("Written", {"file": out, "current": next_ring(out, suite=suite)}, as_json=as_json)
            return
        rotated = rotate(here.store, here.settings, actor=AT_THE_TERMINAL, clock=now, suite=suite, progress=done)
    say("Rotated: keep a copy of the key file apart", plain(rotated), as_json=as_json)


@app.command("forget")
def forget_key(
    key: Annotated[str, typer.Argument(help="The id of a retired key.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a retired key out of the key file. What was closed with it, such as old backups elsewhere, never opens."""
    from services.office.keys import forget

    with opened() as here:
        if not yes:
            typer.confirm(f"Forget the key {key}? Old backups outside the backups folder may need it.", abort=True)
        forget(here.store, here.settings, key, actor=AT_THE_TERMINAL, at=now())
    say("Forgotten", {"key": key}, as_json=as_json)
