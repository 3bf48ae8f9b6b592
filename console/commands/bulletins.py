"""The bulletin of hot spots from the terminal: count it, list what there is, take it as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casework.errors import BadInput
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import say, say_rows, working


def add_to(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("bulletin")(bulletin)


def bulletin(
    name: Annotated[
        str | None, typer.Argument(metavar="PERIOD", help="2026-W47 or 2026-11; the last week when left out.")
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where it goes, .docx or .pdf; else it is only counted."),
    ] = None,
    english: Annotated[bool, typer.Option("--english", help="The file in English; else in Chinese.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Only list the bulletins there are.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count the bulletin of a week or a month that is over into its draft; an issued one is taken as it was issued."""
    from casework.bulletins import Kind, period
    from services.bulletins.giving import FORMS, download
    from services.bulletins.making import Over, draft, last_over
    from services.months.put_in_place import put_in_place
    from warehouse.queries.bulletins import bulletin_seen, bulletins, in_force

    if to is not None and (to.suffix[1:] not in FORMS or not to.parent.is_dir()):
        raise BadInput("The file ends in .docx or .pdf, and its folder is there.")
    with opened() as here:
        if listed:
            with here.store.read() as session:
                _, lines = bulletins(session, AT_THE_TERMINAL)
            rows = [
                {"period": one.period, "state": one.state, "number": one.number, "rising": one.rising} for one in lines
            ]
            say_rows("Bulletins", rows, as_json=as_json)
            return
        one = period(name) if name else last_over(Kind.WEEKLY, now())
        over = Over(here.settings.district, here.settings.district_name)
        with here.store.read() as session:
            kept = in_force(session, over.territory, one.name)
        with working(f"counting {one.name}", quiet=as_json):
            made = kept or draft(here.store, name=one.name, over=over, actor=AT_THE_TERMINAL, at=now())
        if to is not None:
            language = "en" if english else "zh_CN"
            form = to.suffix[1:]
            file = download(here.store, bulletin_id=made, language=language, form=form, actor=AT_THE_TERMINAL, at=now())
            with put_in_place(to, file.body):
                pass
        with here.store.read() as session:
            found = bulletin_seen(session, AT_THE_TERMINAL, made)
            about: dict[str, object] = {"period": found.period, "state": found.state, "number": found.bulletin_no}
            about |= {"rising": found.rising}
    say("Bulletin", {**about, "file": to}, as_json=as_json)
