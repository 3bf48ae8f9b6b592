"""Deadlines at the terminal: `arrears clock` counts one and shows its working, `arrears calendar` has the holidays."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, cast

import typer

from casework.calendar import Calendar
from casework.clocks import DueDay, Pause, Unit, due_day
from casework.errors import BadInput
from casework.holidays import read_holiday_notice
from casework.working import Reason, reasons, rolled, special_days
from console.commands.files import there
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import out, say, say_rows
from services.office.settings import Settings

calendar_app = typer.Typer(help="The working-day calendar and the yearly holiday notice.", no_args_is_help=True)
LONGEST = 3_650
BIGGEST_FILE = 1_000_000
_YEARS = range(1949, 2080)


def add_to(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    app.command("clock")(clock)
    app.add_typer(calendar_app, name="calendar")


def clock(
    start: Annotated[str, typer.Argument(help="The day of the event, YYYY-MM-DD; it is not counted.")],
    length: Annotated[int, typer.Argument(help="How many days the term has.")],
    unit: Annotated[str, typer.Argument(help="working or calendar.")] = "working",
    pause: Annotated[
        list[str] | None,
        typer.Option("--pause", help="FROM..TO, the first and the last day that do not count; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count a deadline and show which days were not counted and why. Needs no set-up; uses its calendar if there is."""
    if unit not in ("working", "calendar"):
        raise BadInput("The unit of a deadline is working or calendar.")
    if not 1 <= length <= LONGEST:
        raise BadInput(f"A term has 1 to {LONGEST} days.")
    began, pauses = _day(start), [_pause(one) for one in pause or []]
    due = due_day(began, length, cast(Unit, unit), _calendar(), pauses)
    if as_json:
        sys.stdout.write(json.dumps(_facts(due, began, length, unit), ensure_ascii=False) + "\n")
        return
    for line in _lines(due, began, length, unit):
        out.print(line, markup=False)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise BadInput("A day is written such as 2026-11-20.") from wrong
    if day.year not in _YEARS:
        raise BadInput(f"A day lies between {_YEARS[0]} and {_YEARS[-1]}.")
    return day


def _pause(text: str) -> Pause:
    first, dots, last = text.partition("..")
    if not dots:
        raise BadInput("A pause is written such as 2026-11-20..2026-11-30.")
    found = Pause(_day(first), _day(last), "pause")
    if found.last < found.first:
        raise BadInput("A pause ends on or after the day it begins.")
    return found


def _calendar() -> Calendar:
    """The calendar in force here; the published one where nothing is set up."""
    from services.office.working_days import calendar_in_force, published

    if not Settings().keys.exists():
        return published()
    with opened() as here, here.store.read() as session:
        return calendar_in_force(session)


def _facts(due: DueDay, began: date, length: int, unit: str) -> dict[str, object]:
    found = reasons(due)
    return {
        "start": began.isoformat(),
        "length": length,
        "unit": unit,
        "due_on": due.due_on.isoformat(),
        "weekday": f"{due.due_on:%A}",
        "provisional": due.provisional,
        "calendar": due.calendar_version,
        "counted_to": due.counted_to.isoformat(),
        "not_counted": [_fact(one) for one in found if one.kind != "made_up"],
        "counted_at_weekends": [_fact(one) for one in found if one.kind == "made_up"],
    }


def _fact(reason: Reason) -> dict[str, object]:
    runs = [[run.first.isoformat(), run.last.isoformat()] for run in reason.runs]
    return {"kind": reason.kind, "why": reason.why, "days": reason.days, "runs": runs}


def _lines(due: DueDay, began: date, length: int, unit: str) -> list[str]:
    days = "day" if length == 1 else "days"
    lines = [f"{length} {unit} {days} from {began} end on {due.due_on} ({due.due_on:%A})."]
    if due.provisional:
        lines.append("Provisional (暂定): the holidays of a year it touches are not published.")
    for reason in reasons(due):
        where = _runs(reason)
        if reason.kind == "start":
            lines.append(f"  not counted: {where}, the day it starts")
        elif reason.kind == "made_up":
            lines.append(f"  counted, a make-up working day (调休) of {reason.why}: {where}")
        else:
            why = "suspended" if reason.kind == "pause" else reason.why
            lines.append(f"  not counted: {why}, {reason.days} {'day' if reason.days == 1 else 'days'}: {where}")
    if rolled(due):
        lines.append(f"  the count ends on {due.counted_to}, no working day; the term ends on the next: {due.due_on}")
    lines.append(f"  calendar {due.calendar_version}")
    return lines


def _runs(reason: Reason) -> str:
    return ", ".join(str(run.first) if run.first == run.last else f"{run.first}..{run.last}" for run in reason.runs)


@calendar_app.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="The notice in the shape of holiday-cn: {year, papers, days}.")],
    source: Annotated[
        str | None, typer.Option("--source", help="Number or address of the notice; else what the file names.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load the holiday notice of a year; say which deadlines it moved, from which day to which."""
    from services.office.working_days import load_notice
    from warehouse.queries.holidays import moved_days

    notice = read_holiday_notice(_text(file))
    with opened() as here:
        loaded = load_notice(
            here.store,
            year=notice.year,
            days=notice.days,
            source=source or ", ".join(notice.papers),
            papers=notice.papers,
            actor=AT_THE_TERMINAL,
            at=now(),
        )
        with here.store.read() as session:
            moved = moved_days(session, AT_THE_TERMINAL, loaded.notice_id)
    rows: Sequence[dict[str, object]] = [
        {
            "case": one.matter_no,
            "complaint": one.complaint_no,
            "deadline": one.kind,
            "from": one.before.isoformat(),
            "to": one.after.isoformat(),
        }
        for one in moved
    ]
    facts = {"year": notice.year, "version": loaded.version, "days": len(notice.days), "moved": loaded.moved}
    if as_json:
        say("Loaded", {**facts, "deadlines": rows}, as_json=True)
        return
    say(f"Loaded the holidays of {notice.year}", facts, as_json=False)
    if rows:
        say_rows("Deadlines it moved", rows, as_json=False)


def _text(file: Path) -> str:
    there(file)
    if file.stat().st_size > BIGGEST_FILE:
        raise BadInput("The file is too big for a holiday notice.")
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise BadInput("The file is not UTF-8 text.") from wrong


@calendar_app.command("show")
def show(
    year: Annotated[int, typer.Argument(help="The year.")],
    as_json: AsJson = False,
) -> None:
    """Show the days off and the make-up working days of a year, as they are counted with."""
    if year not in _YEARS:
        raise BadInput(f"A year lies between {_YEARS[0]} and {_YEARS[-1]}.")
    calendar = _calendar()
    if not calendar.knows(date(year, 12, 31)):
        raise BadInput(f"The holidays of {year} are not known here: load the notice of that year first.")
    rows = [
        {"holiday": one.why, "days": "make-up working day" if one.kind == "made_up" else "off", "when": _runs(one)}
        for one in special_days(calendar, year)
    ]
    say_rows(f"{year}, calendar {calendar.version}", rows, as_json=as_json)
