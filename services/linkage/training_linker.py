"""Learn a new model for the linker from complaints: those filed here, or those of files. It needs no labels.

What is learned is written as a file to be looked at, replayed against people's verdicts and then taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from casework.errors import BadInput
from casework.linkage import LinkRecord
from casework.people import Actor
from connectors.files import write_whole
from dedupe.training import Collapsed, train, try_out
from dedupe.weights import load_model
from services.linkage.records import records_filed
from services.linkage.resolving import records_in
from warehouse import audit
from warehouse.engine import Warehouse

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class TrainCount:
    """The new model's name and what it rests on. `wrong` is the share of wrong pairs among those it would join, by its
    own reckoning; `largest` the largest case of a trial grouping, `largest_before` that of the model in use."""

    model: str
    complaints: int
    pairs: int
    patterns: int
    rounds: int
    wrong: float
    largest: int
    largest_before: int


def train_on_store(
    store: Warehouse, *, out: Path, name: str, actor: Actor, at: datetime, progress: Progress | None = None
) -> TrainCount:
    """Learn from all complaints filed. Raises `BadInput` in words when the result is not to be trusted."""
    _place(out)
    with store.read() as session:
        records = records_filed(session)
    count = _train([records], out, name=name, at=at, progress=progress)
    with store.write() as session:
        details = {"complaints": count.complaints, "pairs": count.pairs}
        audit.record(session, by=actor.id, act="train_linker", subject=count.model, at=at, details=details)
    return count


def train_on_files(
    files: Sequence[Path], *, out: Path, name: str, at: datetime, progress: Progress | None = None
) -> TrainCount:
    """Learn from files in the columns of `arrears resolve`; pairs are made within each file alone."""
    _place(out)
    if out.resolve() in {file.resolve() for file in files}:
        raise BadInput("The model must not be written over the complaints.")
    return _train([records_in(file, progress=progress) for file in files], out, name=name, at=at, progress=progress)


def _train(
    sources: Sequence[Sequence[LinkRecord]], out: Path, *, name: str, at: datetime, progress: Progress | None
) -> TrainCount:
    tell = progress or (lambda _done, _all: None)
    start = load_model()
    try:
        found = train(sources, start, version=name, dated=at.date().isoformat())
        tell(1, 2)
        model = found.model
        trial = try_out(sources, model, start)
    except Collapsed as refused:
        raise BadInput(f"Nothing was learned: {refused}") from refused
    try:
        write_whole(out, found.text.encode("utf-8"))
    except OSError as failed:
        raise BadInput(f"{out.name} cannot be written: {failed.strerror}.") from failed
    tell(2, 2)
    return TrainCount(
        model=model.name,
        complaints=found.complaints,
        pairs=found.pairs,
        patterns=found.patterns,
        rounds=found.rounds,
        wrong=round(found.wrong, 6),
        largest=trial.largest,
        largest_before=trial.largest_before,
    )


def _place(out: Path) -> None:
    """Where the model goes is seen before the work is done."""
    try:
        if not out.parent.is_dir():
            raise BadInput(f"There is no folder {out.parent.name} to write into.")
        if out.is_dir():
            raise BadInput(f"{out.name} is a folder, not a file.")
    except OSError as failed:
        raise BadInput(f"The path of a file cannot be used: {failed.strerror}.") from failed
