"""What came of the morning, for a person and as one JSON line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.demo.ahead import Ahead
from pipelines.demo.morning import Morning
from pipelines.demo.people import PEOPLE
from warehouse.queries.morning import PullLine, Standing, last_pulls, standing

_PULL_COLUMNS = ("channel", "ended", "came", "new", "changed", "filed", "refused", "held")


def counts(morning: Morning) -> tuple[list[PullLine], Standing]:
    """The figures, from our own tables."""
    with morning.store.read() as session:
        return last_pulls(session, since=morning.began_at), standing(session)


def show(morning: Morning, console: Console) -> None:
    """Print the tables of the morning."""
    pulls, stand = counts(morning)
    table = Table(
        *_PULL_COLUMNS,
        title="What the seven channels brought (came … refused: records, held: complaints)",
        title_justify="left",
        box=None,
    )
    for line in pulls:
        figures = (line.seen, line.new, line.changed, line.filed, line.refused, line.complaints)
        table.add_row(line.channel, line.verdict, *map(str, figures))
    console.print(table)
    console.print()
    queue = Table(title="What became of it", title_justify="left", box=None, show_header=False)
    for words, value in (
        ("complaints", stand.complaints),
        ("cases", stand.cases),
        ("complaints merged into another's case", stand.merged_complaints),
        ("doubtful pairs, for a person", stand.doubtful_pairs),
        ("early warnings that stand", stand.warnings),
        ("cases to dispatch", stand.to_dispatch),
        ("of these with inspectors suggested", stand.suggested),
        ("of these held back: doubtful, or the employer unknown", stand.held_back),
        ("cases dispatched, not signed for", stand.dispatched),
        ("cases in progress", stand.in_progress),
        ("dispatched now / signed for now", f"{morning.sent} / {morning.signed}"),
        ("answers written", stand.answers_written),
        ("answers delivered and read back", stand.answers_confirmed),
        ("answers waiting / failed", f"{stand.answers_waiting} / {stand.answers_failed}"),
    ):
        queue.add_row(words, str(value))
    console.print(queue)
    console.print()
    console.print("Seconds: " + ", ".join(f"{name} {took}" for name, took in morning.seconds.items()))
    for trouble in morning.troubles:
        console.print(f"[bold red]Trouble:[/] {trouble}", markup=True)


def show_accounts(console: Console, *, address: str, prefect: str, password: str) -> None:
    """Print where to look, and as whom."""
    console.print(f"\nThe console: [bold]{address}[/]   The schedule: {prefect}")
    table = Table(
        "login", "who", title=f"Demo accounts, all with the password {password}", title_justify="left", box=None
    )
    for person in PEOPLE:
        table.add_row(person.login, person.name)
    console.print(table)


def show_page(console: Console, address: str, receipt: str, four: str) -> None:
    """Print where the page for workers is, and with what the complaint that was sent there is asked about."""
    console.print(f"\nThe page for workers: [bold]{address}[/]   Progress: receipt {receipt}, last four digits {four}")


def show_ahead(console: Console, said: Ahead, *, address: str) -> None:
    """Print where the employer reads the prevention notice, and where the bulletin of hot spots is."""
    if said.notice_no:
        where = f"[bold]{said.link}[/], to be answered once" if said.link else "sent in an earlier run of this folder"
        console.print(f"A prevention notice to an employer: {said.notice_no}, {where}")
    if said.bulletin:
        console.print(f"The bulletin of hot spots, a draft: [bold]{address}bulletins/{said.bulletin}[/]")


def json_line(morning: Morning, export: Path | None, said: Ahead) -> str:
    """The morning as one line for a script. `ok` is false when anything went wrong."""
    pulls, stand = counts(morning)
    body = {
        "ok": not morning.troubles,
        "channels": {line.channel: {k: v for k, v in asdict(line).items() if k != "channel"} for line in pulls},
        **asdict(stand),
        "sent_now": morning.sent,
        "signed_now": morning.signed,
        "export": export.name if export else None,
        "notice": said.notice_no,
        "bulletin": said.bulletin is not None,
        "seconds": morning.seconds,
        "troubles": morning.troubles,
    }
    return json.dumps(body, ensure_ascii=False)
