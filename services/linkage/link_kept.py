"""What the linker keeps between two runs over the store, so that a run reads only what is new.

Everything that stands is one sealed file in the data folder, with the versions it was made of and the places that the
run left its complaints in. It is believed when it fits what the store holds now, and only then; whatever does not fit
costs a run over everything and nothing else. The file is never needed: it can be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import ArrearsError
from casework.linkage import Decision
from dedupe.standing import Standing
from dedupe.standing_file import read_standing, write_standing
from dedupe.weights import load_model
from warehouse import sealed
from warehouse.crypto import keyring
from warehouse.models import CaseMembershipRow, CaseRow, LinkRunRow
from warehouse.queries.link_records import newest_versions
from warehouse.store.judgements import decisions

KEPT = "linking.sealed"
"""The file's name in the data folder."""
_LISTS = {"run", "versions", "places", "sure"}
"""What is kept beside what stands; a file with other lists was written by another program."""
UNSETTLED = "?"
"""The place of a complaint that somebody moved while a run was at work: the next run looks at it again."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the store stands at a moment.

    A place is a complaint's case, its claim and how far the case is. `run` is the last run, unless the fuse stopped it.
    """

    versions: Mapping[str, int]
    places: Mapping[str, str]
    decided: list[Decision]
    run: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run keeps: everything that stands, and by complaint where it was put and how surely."""

    standing: Standing
    run: str
    places: Mapping[str, str]
    sure: Mapping[str, float]


def look(session: Session) -> Look:
    """How the store stands now. Nothing personal is read."""
    member = CaseMembershipRow
    question = (
        select(member.complaint_id, member.case_id, member.claim_id, CaseRow.status)
        .join(CaseRow, CaseRow.id == member.case_id)
        .where(member.valid_to.is_(None))
    )
    places = {one: " ".join(place) for one, *place in session.execute(question)}
    newest = select(LinkRunRow.id, LinkRunRow.breaker).order_by(LinkRunRow.started_at.desc(), LinkRunRow.id.desc())
    run = session.execute(newest.limit(1)).one_or_none()
    last = run.id if run is not None and run.breaker is None else None
    return Look(newest_versions(session), places, decisions(session), last)


def mark_of(aliases: Mapping[str, str]) -> str:
    """What the aliases in force are known by: with other ones all is linked anew."""
    return hashlib.sha256(json.dumps(sorted(aliases.items())).encode()).hexdigest()


def opened(path: Path, seen: Look, aliases: Mapping[str, str]) -> Kept | None:
    """What the last run kept; None when it is not there, is damaged, or does not fit what is seen."""
    plain = io.BytesIO()
    try:
        sealed.unseal(path, plain)
    except (OSError, ArrearsError):
        return None
    plain.seek(0)
    found = read_standing(plain, load_model(), mark=mark_of(aliases))
    if found is None or found.beside.keys() != _LISTS:
        return None
    ids, beside = found.standing.ids, found.beside
    run, versions = beside["run"][0], beside["versions"]
    if run != seen.run or any(str(seen.versions.get(one)) != two for one, two in zip(ids, versions, strict=True)):
        return None
    places = dict(zip(ids, beside["places"], strict=True))
    sure = dict(zip(ids, map(float, beside["sure"]), strict=True))
    return Kept(found.standing, run, places, sure)


def keep(path: Path, now: Kept, versions: Mapping[str, int], aliases: Mapping[str, str]) -> None:
    """Keep what stands after a run, whole or not at all. Raises `OSError`."""
    ids = now.standing.ids
    beside = {
        "run": [now.run],
        "versions": [str(versions[one]) for one in ids],
        "places": [now.places.get(one, "") for one in ids],
        "sure": [repr(now.sure[one]) for one in ids],
    }
    plain = io.BytesIO()
    write_standing(now.standing, plain, mark=mark_of(aliases), beside=beside)
    plain.seek(0)
    number, half = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            sealed.seal({"installation": keyring().installation(), "holds": "linking"}, plain, file)
        Path(half).replace(path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise


def forget(path: Path) -> None:
    """Let the next run link everything anew."""
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def moved(before: Mapping[str, str], now: Mapping[str, str], ids: Iterable[str]) -> set[str]:
    """Those of these complaints whose place is another one, with all that were or are in a case with one of them."""
    known = list(ids)
    places = {
        place
        for one in {*known, *now}
        if (both := (before.get(one, ""), now.get(one, "")))[0] != both[1]
        for place in both
    }
    cases = {place.split(" ", 1)[0] for place in places if place}
    return {one for one in known if {before.get(one, "").split(" ", 1)[0], now.get(one, "").split(" ", 1)[0]} & cases}
