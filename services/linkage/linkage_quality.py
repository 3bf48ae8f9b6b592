"""How right the linker is here: a new model against what people said, and a blind sample of what was merged by itself.

What is read of complaints stays in memory; ids, counts and shares go out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from casework.errors import BadInput
from casework.linkage import Verdict
from casework.people import Actor
from casework.record import Json
from dedupe.replay import Replay, replay
from dedupe.sampling import Share, draw, share_right
from dedupe.weights import Model, load_model
from services.linkage.records import records_filed
from warehouse import audit
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.models import SCAN, CaseMembershipRow, JudgementRow, LinkageSampleRow, new_id
from warehouse.queries.sampled import sampled_model
from warehouse.store.judgements import decisions

LARGEST_SAMPLE = 10_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A draw: how many pairs were asked for, drawn, and there to draw from; the drawn pairs, left id < right id."""

    wanted: int
    drawn: int
    merged_pairs: int
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LivePrecision:
    """What people said of the sampled pairs of one model. `precision` is None while nobody answered.

    `unsure` pairs were judged and count for nothing; `waiting` nobody judged yet.
    """

    model: str | None
    sampled: int
    unsure: int
    waiting: int
    precision: Share | None


def replay_verdicts(store: Warehouse, *, model: Path) -> Replay:
    """What another model would say of the pairs that people judged, beside the one in use. Changes nothing."""
    other = model_in(model)
    with store.read() as session:
        decided = decisions(session)
        records = records_filed(session)
    if not decided:
        raise BadInput("Nobody has judged a pair yet; there is nothing to replay.")
    return replay(records, decided, other, load_model())


def model_in(path: Path) -> Model:
    """The model of a file. Raises `BadInput` in words when it is none."""
    try:
        return load_model(path)
    except OSError as failed:
        raise BadInput(f"{path.name} cannot be read: {failed.strerror}.") from failed
    except UnicodeDecodeError as failed:
        raise BadInput(f"{path.name} is no text.") from failed
    except ValueError as refused:
        raise BadInput(f"{path.name} cannot be used: {refused}") from refused


def draw_sample(store: Warehouse, *, size: int, actor: Actor, at: datetime) -> Sample:
    """Draw pairs that the linker merged by itself, the weaker joins more often; nobody judged or drew them before.

    The same moment and the same complaints give the same draw.
    """
    if not 1 <= size <= LARGEST_SAMPLE:
        raise BadInput(f"A sample holds 1 to {LARGEST_SAMPLE} pairs.")
    with store.write() as session:
        one_at_a_time(session, "linkage")
        merged = _merged(session)
        pairs = [(row.left_id, row.right_id) for row in merged]
        bits = [_bits(row) for row in merged]
        found = draw(pairs, bits, size, name=at.isoformat())
        for one in found:
            row = merged[one.place]
            session.add(
                LinkageSampleRow(
                    id=new_id("smp"),
                    drawn_at=at,
                    left_id=row.left_id,
                    right_id=row.right_id,
                    model=row.model or "",
                    bits=bits[one.place],
                    chance=one.chance,
                )
            )
        session.flush()
        details: dict[str, Json] = {"wanted": size, "drawn": len(found), "merged_pairs": len(merged)}
        audit.record(session, by=actor.id, act="sample_linkage", subject="linkage", at=at, details=details)
    return Sample(size, len(found), len(merged), tuple(sorted(pairs[one.place] for one in found)))


def live_precision(store: Warehouse) -> LivePrecision:
    """The share of automatic merges that people call right, from the pairs sampled under the newest sampled model."""
    with store.read() as session:
        model = sampled_model(session)
        rows = session.execute(
            select(LinkageSampleRow.chance, JudgementRow.verdict)
            .outerjoin(
                JudgementRow,
                (JudgementRow.left_id == LinkageSampleRow.left_id)
                & (JudgementRow.right_id == LinkageSampleRow.right_id)
                & JudgementRow.by_person
                & JudgementRow.newest
                & (JudgementRow.at >= LinkageSampleRow.drawn_at),
            )
            .where(LinkageSampleRow.model == model)
            .order_by(LinkageSampleRow.id)
        ).all()
    said = [(verdict, chance) for chance, verdict in rows if verdict is not None]
    answers = [(verdict == Verdict.SAME, chance) for verdict, chance in said if verdict != Verdict.UNSURE]
    return LivePrecision(
        model=model,
        sampled=len(rows),
        unsure=len(said) - len(answers),
        waiting=len(rows) - len(said),
        precision=share_right(answers),
    )


def _merged(session: Session) -> list[JudgementRow]:
    """The pairs merged by a machine's word alone, in one case now, neither judged by a person nor drawn before."""
    left_in, right_in, person = aliased(CaseMembershipRow), aliased(CaseMembershipRow), aliased(JudgementRow)
    row = JudgementRow
    judged = select(func.count()).where(
        person.left_id == row.left_id, person.right_id == row.right_id, person.by_person, person.newest
    )
    drawn = select(func.count()).where(
        LinkageSampleRow.left_id == row.left_id, LinkageSampleRow.right_id == row.right_id
    )
    question = (
        select(row)
        .join(left_in, (left_in.complaint_id == row.left_id) & left_in.valid_to.is_(None))
        .join(right_in, (right_in.complaint_id == row.right_id) & right_in.valid_to.is_(None))
        .where(
            row.newest,
            ~row.by_person,
            row.by != SCAN,
            row.verdict == Verdict.SAME.value,
            left_in.case_id == right_in.case_id,
            judged.correlate(row).scalar_subquery() == 0,
            drawn.correlate(row).scalar_subquery() == 0,
        )
        .order_by(row.left_id, row.right_id)
    )
    return list(session.scalars(question))


def _bits(row: JudgementRow) -> float:
    """The evidence on which a pair was merged: as one worker's claim, or as one dispute."""
    case = row.case_score or 0.0
    return max(case, row.claim_score or 0.0) if row.same_claim else case
