"""The rules the law leaves to the office, from the terminal: what is in force, where it comes from, another value."""

from __future__ import annotations

import json
from typing import Annotated, cast

import typer

from casework.errors import BadInput
from casework.record import Json
from casework.settings_of_law import SETTINGS
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import say, say_rows

_WIDE = 40
"""So much of a value is shown in a table; `--json` gives all."""

app = typer.Typer(name="setting", help="The rules the law leaves to the office, each with its source.")


@app.command("list")
def show_all(
    beginning: Annotated[str, typer.Argument(help="Only names that begin so, such as clock. or leniency.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the settings: the value in force, whether the office set it, and what it says."""
    from warehouse.store.settings import in_force

    with opened() as here, here.store.read() as session:
        rows = [
            {
                "name": one.name,
                "value": _shown(one.value, whole=as_json),
                "source": one.source or "none yet: to be verified",
                "set": one.set_at is not None,
                "says": SETTINGS[one.name].says,
            }
            for one in in_force(session)
            if one.name.startswith(beginning)
        ]
    if not rows:
        raise BadInput(f"No setting begins with {beginning}.")
    say_rows("Settings", rows, as_json=as_json)


@app.command("change")
def change(
    name: Annotated[str, typer.Argument(help="The setting, as `arrears setting list` names it.")],
    value: Annotated[str, typer.Argument(help="The value: a text as it is, anything else as JSON.")],
    source: Annotated[
        str, typer.Option("--source", help="Where the value comes from: a text, an article, who decided.")
    ],
    as_json: AsJson = False,
) -> None:
    """Put the office's own value over a default. Who reads the log sees what it was."""
    from services.office.rules import change_setting

    if name not in SETTINGS:
        raise BadInput(f"There is no setting {name}; `arrears setting list` names them.")
    read = value if isinstance(SETTINGS[name].default, str) else _read(value)
    with opened() as here:
        change_setting(here.store, name=name, value=read, source=source, actor=AT_THE_TERMINAL, at=now())
    say("Changed", {"name": name, "value": json.dumps(read, ensure_ascii=False)}, as_json=as_json)


def _read(text: str) -> Json:
    try:
        return cast(Json, json.loads(text))
    except json.JSONDecodeError as wrong:
        raise BadInput("This setting takes a number, true or false, or a list, written as JSON.") from wrong


def _shown(value: Json, *, whole: bool) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if whole or len(text) <= _WIDE else f"{text[:_WIDE]}…"
