"""The linker's model: learn a new one, replay it against what people said, measure how right merges are."""

from __future__ import annotations

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
    from services.training_linker import train_on_files, train_on_store

    at = now()
    called = name or f"learned-{at:%Y-%m-%d}"
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
    from services.linkage_quality import replay_verdicts

    there(model)
    with opened() as here, working("replaying", quiet=as_json):
        found = replay_verdicts(here.store, model=model)
    if as_json:
        say("Replayed", plain(found), as_json=True)
        return
    own = found.at_its_line
    facts = {"verdicts": found.verdicts, "would_flip": len(found.flips), "would_mend": found.mended}
    say("Replayed", {**facts, **{f"at_its_line_{key}": value for key, value in plain(own).items()}}, as_json=False)
    say_rows("At other lines", [plain(line) for line in found.thresholds], as_json=False)
    if found.flips:
        say_rows("Verdicts it would flip", [plain(flip) for flip in found.flips], as_json=False)


@app.command()
def sample(
    size: Annotated[
        int | None, typer.Option("--size", help="Draw so many merged pairs; without it nothing is drawn.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a blind sample of what was merged by itself, and say how much of the sampled was right so far."""
    from services.linkage_quality import draw_sample, live_precision

    with opened() as here:
        drawn = draw_sample(here.store, size=size, actor=AT_THE_TERMINAL, at=now()) if size is not None else None
        known = live_precision(here.store)
    if as_json:
        say("Sample", {"draw": plain(drawn), "live": plain(known)}, as_json=True)
        return
    if drawn is not None:
        say("Drawn", {"wanted": drawn.wanted, "drawn": drawn.drawn, "merged_pairs": drawn.merged_pairs}, as_json=False)
        say_rows("Pairs to judge", [{"left": left, "right": right} for left, right in drawn.pairs], as_json=False)
    facts = {"model": known.model, "sampled": known.sampled, "unsure": known.unsure, "waiting": known.waiting}
    say("Sampled so far", {**facts, **(plain(known.precision) if known.precision else {})}, as_json=False)
