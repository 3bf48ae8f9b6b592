"""Why two complaints are one case, or why they are not: `arrears why`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from casework.linkage import Judgement
from casework.paths import Link
from console.commands.files import there
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import inert, out, plain, say, working

if TYPE_CHECKING:
    from dedupe.why import Why


def add_to(app: typer.Typer) -> None:
    """Hang the command on the program."""
    app.command("why")(why)


def why(
    one: Annotated[str, typer.Argument(metavar="A", help="A complaint, or a case: its main complaint is meant.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other one.")],
    file: Annotated[
        Path | None, typer.Option("--file", help="Explain two rows of this file instead; needs no set-up.")
    ] = None,
    quote: Annotated[bool, typer.Option("--quote", help="Show the values too. They are personal.")] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why you need to see the values; kept in the audit log.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say by which path two complaints are one case, or what kept them apart, field by field."""
    from services.linkage.explaining import why_in_file, why_in_store

    if file is not None:
        there(file)
        with working(f"linking {file.name}", quiet=as_json) as done:
            found = why_in_file(file, one=one, other=other, quote=quote, progress=done)
    else:
        with opened() as here:
            found = why_in_store(
                here.store, one=one, other=other, actor=AT_THE_TERMINAL, at=now(), quote=quote, reason=reason
            )
    if as_json:
        say("Why", plain(found), as_json=True)
    else:
        _tell(found, quote=quote)


def _tell(found: Why, *, quote: bool) -> None:
    if found.together:
        out.print(f"[bold]{escape(found.left)} and {escape(found.right)} are one case.[/bold]")
        for link in found.path:
            out.print(f"  {_step(link)}{'   (the weakest link of this path)' if _weak(found, link) else ''}")
        if found.bridge is not None:
            out.print(f"The weakest link of the whole case: {_step(found.bridge)}")
    else:
        out.print(f"[bold]{escape(found.left)} and {escape(found.right)} are not one case.[/bold] {found.sentence}")
        for detail in found.details:
            out.print(f"  {escape(detail)}")
    steps = [step for step in found.steps if {step.left, step.right} != {found.pair.left, found.pair.right}]
    for judged in (found.pair, *steps):
        _weigh(judged, quote=quote)


def _weak(found: Why, link: Link) -> bool:
    return len(found.path) > 1 and link == found.weakest


def _step(link: Link) -> str:
    held = "a person said so" if link.by_person else f"{link.bits:+.1f} bits"
    return f"{escape(link.left)} – {escape(link.right)}: {held}"


def _weigh(judged: Judgement, *, quote: bool) -> None:
    """Every field of a pair with its two weights, and the values where they were asked for."""
    out.print(
        f"[bold]{escape(judged.left)} against {escape(judged.right)}[/bold]: one dispute {judged.case_score:+.1f}, "
        f"one worker's claim {judged.claim_score:+.1f} (bits; rules {escape(judged.model)})"
    )
    out.print("  strangers  workmates")
    for line in judged.evidence:
        values = f"  {_value(line.left)} | {_value(line.right)}" if quote else ""
        weights = f"{line.against_stranger:+9.1f}  {line.against_workmate:+9.1f}"
        out.print(f"  {weights}  {line.feature}: {line.sentence}{values}")


def _value(said: str | None) -> str:
    return escape(inert(said)) if said else "-"
