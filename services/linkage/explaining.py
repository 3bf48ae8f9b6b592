"""`arrears why`: why two complaints are one case, by which path, or what kept them apart.

Levels, weights and sentences are nobody's secret. The values behind them are personal: they are given only for a reason
that is written down, and who told something in confidence is quoted to nobody here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from casework.errors import BadInput, NotFound
from casework.linkage import Judgement, LinkRecord
from casework.people import Actor
from casework.record import Json
from dedupe.linker import explain_pair, link
from dedupe.weights import load_model
from dedupe.why import Known, Why, share_a_key, unquoted, why
from services.linkage.aliases import known_aliases
from services.linkage.records import records_filed
from services.linkage.resolving import Progress, records_in
from services.people.reveals import REASONS
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.queries.evidence import OF_PERSONS, secrets_among
from warehouse.queries.linked import (
    cases_around,
    complaint_named,
    judgements_among,
    last_run,
    one_phone,
    words_among,
)

_TELLS_WHO = OF_PERSONS | {"text"}


def why_in_store(
    store: Warehouse,
    *,
    one: str,
    other: str,
    actor: Actor,
    at: datetime,
    quote: bool = False,
    reason: str | None = None,
) -> Why:
    """Explain two complaints, each named by its id or number, or by the case whose main complaint it is.

    With `quote` the values are in it; that needs a reason and is noted in the audit log for both complaints. Raises
    `NotFound` for what is not there, `BadInput` for one complaint twice or a missing reason.
    """
    if quote and reason not in REASONS:
        raise BadInput(f"Say with --reason why you need to see the values: {', '.join(REASONS)}.")
    with store.read() as session:
        left, right = complaint_named(session, one), complaint_named(session, other)
        if left == right:
            raise BadInput("These are one and the same complaint.")
        found = explain(session, left, right)
        secrets = secrets_among(session, sorted(_named(found)))
    if not quote:
        return _each(found, unquoted)
    with store.write() as session:
        for name in sorted(_named(found)):
            details: dict[str, Json] = {"field": "evidence", "reason": reason}
            audit.record(session, by=actor.id, act="reveal", subject=name, at=at, details=details)
    return _each(found, lambda judged: _without_tellers(judged, secrets))


def explain(session: Session, left: str, right: str) -> Why:
    """The answer from what the last run left behind and what people said, values included."""
    known = known_of(session, (left, right))
    around = sorted({left, right, *one_phone(session, (left, right))})
    records = {record.complaint_id: record for record in records_filed(session, around)}
    return _asked(known, records, left, right, known_aliases(session))


def lines() -> tuple[float, float]:
    """The two lines in bits: from the first a person is asked, from the second two complaints are merged by itself."""
    found = load_model().lines
    return found["case_ask"], found["case_same"]


def known_of(session: Session, complaint_ids: Collection[str]) -> Known:
    """What is known of the cases in which these complaints stand."""
    case_of = cases_around(session, complaint_ids)
    inside = sorted({*case_of, *complaint_ids})
    refusals, breaker = last_run(session, inside)
    return Known(case_of, judgements_among(session, inside), words_among(session, inside), refusals, breaker)


def why_in_file(path: Path, *, one: str, other: str, quote: bool = False, progress: Progress | None = None) -> Why:
    """The same for two rows of a file, linked as `arrears resolve` would. The file's owner may see the values."""
    tell = progress or (lambda _done, _all: None)
    records = {record.complaint_id: record for record in records_in(path, progress=tell)}
    for name in (one, other):
        if name not in records:
            raise NotFound(f"The file has no readable row whose complaint_id is {name}.")
    if one == other:
        raise BadInput("These are one and the same complaint.")
    linkage = link(list(records.values()))
    tell(len(records), len(records))
    found = _asked(Known.of(linkage), records, one, other, {})
    return found if quote else _each(found, unquoted)


def _asked(known: Known, records: dict[str, LinkRecord], left: str, right: str, aliases: Mapping[str, str]) -> Why:
    one, other = records[left], records[right]
    shared = [record for record in records.values() if record.complainant_phone in _phones(one, other)]
    pair = explain_pair(one, other, among=shared, aliases=aliases)
    line = load_model().lines["case_same"]
    return why(known, pair, line=line, met=share_a_key(one, other, aliases), asked=(left, right))


def _phones(*records: LinkRecord) -> set[str]:
    return {record.complainant_phone for record in records if record.complainant_phone}


def _named(found: Why) -> set[str]:
    """The complaints whose values an answer holds."""
    return {name for one in (found.pair, *found.steps) for name in (one.left, one.right)}


def _each(found: Why, change: Callable[[Judgement], Judgement]) -> Why:
    return replace(found, pair=change(found.pair), steps=tuple(change(one) for one in found.steps))


def _without_tellers(judged: Judgement, secrets: Collection[str]) -> Judgement:
    """Nothing that tells who told it, of a complaint told in confidence; its narrative may tell that too."""
    left, right = judged.left in secrets, judged.right in secrets
    lines = [
        replace(line, left=None if left else line.left, right=None if right else line.right)
        if line.feature in _TELLS_WHO
        else line
        for line in judged.evidence
    ]
    return replace(judged, evidence=tuple(lines))
