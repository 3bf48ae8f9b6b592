"""The linker's model: learn a new one, replay it against what people said, measure how right merges are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from casework.errors import BadInput
from console.commands.files import there
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import plain, say, say_rows, working

app = typer.Typer(name="linker", help="The linker's model: learn, replay, measure.", no_args_is_help=True)


@app.command()
def train(
    to: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the model goes, as JSON.")],
    files: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="IN.csv", help="Learn from this file instead; may be given again."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the model is called; its day when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Learn a model without labels from all complaints filed, or from files. Takes nothing into use."""
    from services.linkage.training_linker import train_on_files, train_on_store

    at = now()
    called = f"learned-{at:%Y-%m-%d}" if name is None else name
    if not 1 <= len(called) <= 30:
        raise BadInput("A model's name has 1 to 30 characters.")
    with working("learning", quiet=as_json) as done:
        if files:
            for file in files:
                there(file)
            count = train_on_files(files, out=to, name=called, at=at, progress=done)
        else:
            with opened() as here:
                count = train_on_store(here.store, out=to, name=called, actor=AT_THE_TERMINAL, at=at, progress=done)
    say("Learned", {"file": to, **plain(count)}, as_json=as_json)


@app.command()
def replay(
    model: Annotated[Path, typer.Option("--model", metavar="FILE", help="The model to try.")],
    as_json: AsJson = False,
) -> None:
    """Say which of people's verdicts a model would flip, and its precision and recall against them, line by line."""
    from services.linkage.linkage_quality import replay_verdicts

    there(model)
    with opened() as here, working("replaying", quiet=as_json):
        found = replay_verdicts(here.store, model=model)
    if as_json:
        say("Replayed", plain(found), as_json=True)
        return
    facts = {"verdicts": found.verdicts, "would_flip": len(found.flips), "would_mend": found.mended}
    say("Replayed", facts, as_json=False)
    say_rows("At its line", [_rounded(plain(found.at_its_line))], as_json=False)
    say_rows("At other lines", [_rounded(plain(line)) for line in found.thresholds], as_json=False)
    for title, already in (("Verdicts it would flip", False), ("Verdicts that the model in use flips too", True)):
        flips = [
            {"left": one.left, "right": one.right, "verdict": one.verdict.value, "bits": round(one.bits, 1)}
            for one in found.flips
            if one.already is already
        ]
        if flips:
            say_rows(title, flips, as_json=False)


def _rounded(facts: Mapping[str, object]) -> dict[str, object]:
    """The same with shares as a person reads them."""
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in facts.items()}


@app.command()
def sample(
    size: Annotated[
        int | None, typer.Option("--size", help="Draw so many merged pairs; without it nothing is drawn.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a blind sample of what was merged by itself, and say how much of the sampled was right so far."""
    from services.linkage.linkage_quality import draw_sample, live_precision

    with opened() as here:
        drawn = draw_sample(here.store, size=size, actor=AT_THE_TERMINAL, at=now()) if size is not None else None
        known = live_precision(here.store)
    if as_json:
        say("Sample", {"draw": plain(drawn), "live": plain(known)}, as_json=True)
        return
    if drawn is not None:
        where = {"judged_on": "/linkage/sample"} if drawn.drawn else {}
        facts = {"wanted": drawn.wanted, "drawn": drawn.drawn, "merged_pairs": drawn.merged_pairs, **where}
        say("Drawn", facts, as_json=False)
    so_far = {"model": known.model, "sampled": known.sampled, "unsure": known.unsure, "waiting": known.waiting}
    right = _rounded(plain(known.precision)) if known.precision else {}
    say("Sampled so far", {**so_far, **right}, as_json=False)
