"""Errands with a file: import, export, resolve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from casework.errors import BadInput
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import plain, say, working


def add_to(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("import")(import_file)
    app.command("export")(export)
    app.command("resolve")(resolve)
    app.command("elsewhere")(elsewhere)


def import_file(
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx file of complaints.")],
    channel: Annotated[str | None, typer.Option(help="The source the complaints are filed under.")] = None,
    as_json: AsJson = False,
) -> None:
    """File the complaints of a table. What cannot be read waits in quarantine with its reason."""
    from services.arriving.imports import import_file as bring_in

    there(file)
    with opened() as here, working(f"importing {file.name}", quiet=as_json) as done:
        count = bring_in(here.store, path=file, channel=channel, actor=AT_THE_TERMINAL, clock=now, progress=done)
    say("Imported", plain(count), as_json=as_json)


def export(
    month: Annotated[str, typer.Argument(help="The month, YYYY-MM; or 2026-Q4, 2026, 2026-03..2026-10.")],
    to: Annotated[Path | None, typer.Option("--out", help="Where it goes; .csv writes every figure as text.")] = None,
    purpose: Annotated[str, typer.Option(help="What it is for; kept in the audit log.")] = "monthly report",
    final: Annotated[bool, typer.Option("--final", help="Refuse anything but a locked month.")] = False,
    outside: Annotated[bool, typer.Option("--outside", help="Hide small numbers: for outside the bureau.")] = False,
    cross: Annotated[bool, typer.Option("--cross", help="All breakdowns at once, as one long .csv.")] = False,
    rows: Annotated[
        Path | None, typer.Option("--rows", metavar="FILE", help="The anonymous rows behind it, .csv or .parquet.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the figures of a month as an .xlsx workbook, a locked one as it was locked."""
    from services.months.closing_month import Asked, export_month
    from services.months.rows import export_rows

    if rows is not None and (to is not None or outside or cross):
        raise BadInput("--rows writes the rows alone; it goes with neither --out nor --outside nor --cross.")
    usual = f"arrears-{month}-cross.csv" if cross else f"arrears-{month}{'-outside' if outside else ''}.xlsx"
    path = rows or to or Path(usual)
    if not path.parent.is_dir():
        raise BadInput(f"There is no folder {path.parent.name} to write into.")
    with opened() as here, working(f"counting {month}", quiet=as_json):
        asked = Asked(here.settings.district, here.settings.district_name, final=final, outside=outside, cross=cross)
        given: dict[str, Any] = {"purpose": purpose, "actor": AT_THE_TERMINAL, "at": now(), "asked": asked}
        write = export_month if rows is None else export_rows
        count = write(here.store, month=month, path=path, **given)
    say("Exported", {"file": path, **plain(count)}, as_json=as_json)


def resolve(
    file: Annotated[Path, typer.Argument(metavar="IN.csv", help="Complaints, in the columns of docs/cli.md.")],
    to: Annotated[Path, typer.Option("--out", metavar="OUT.csv", help="Which complaint belongs to which case.")],
    keep: Annotated[
        Path | None,
        typer.Option("--store", metavar="PATH", help="Keep what is known here, and link the next file to it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Use the linker as a tool: which complaints are one dispute, which are one worker's claim. Needs no set-up."""
    from services.linkage.resolving import resolve as find_cases

    there(file)
    with working(f"resolving {file.name}", quiet=as_json) as done:
        count = find_cases(file, to, store_path=keep, progress=done)
    say("Resolved", plain(count), as_json=as_json)


def elsewhere(
    file: Annotated[Path, typer.Argument(help="A .csv or .xlsx in the columns of docs/warnings.md.")],
    as_json: AsJson = False,
) -> None:
    """Keep what other bodies tell of employers: social insurance, water, power or gas unpaid. The warnings read it."""
    from services.warnings.told_elsewhere import take_table

    there(file)
    with opened() as here:
        count = take_table(here.store, path=file, actor=AT_THE_TERMINAL, at=now())
    say("Kept", plain(count), as_json=as_json)


def there(file: Path) -> None:
    """An ordinary file is at this path; whether it can be read is seen when it is opened."""
    try:
        folder, there = file.is_dir(), file.is_file()
    except OSError as failed:
        raise BadInput(f"The path of the file cannot be used: {failed.strerror}.") from failed
    if folder:
        raise BadInput(f"{file.name} is a folder, not a file.")
    if not there:
        raise BadInput(f"There is no file {file.name}.")
