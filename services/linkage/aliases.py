"""Names that are one employer by what people said of complaints: what the linker is given beside their decisions."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from casework.linkage import Verdict
from dedupe.aliases import NamesJudged, aliases_of
from warehouse.models import ComplaintVersionRow, JudgementRow

_TELLING = (Verdict.SAME.value, Verdict.DIFFERENT.value)


def known_aliases(session: Session) -> dict[str, str]:
    """Every name with aliases, in comparable form, and the core its employer goes by; from the words now in force."""
    left, right = aliased(ComplaintVersionRow), aliased(ComplaintVersionRow)
    question = (
        select(
            left.employer_name,
            right.employer_name,
            JudgementRow.verdict,
            left.employer_uscc,
            right.employer_uscc,
        )
        .distinct()
        .join(left, (left.complaint_id == JudgementRow.left_id) & left.newest)
        .join(right, (right.complaint_id == JudgementRow.right_id) & right.newest)
        .where(
            JudgementRow.newest,
            JudgementRow.by_person,
            JudgementRow.verdict.in_(_TELLING),
            left.employer_name != right.employer_name,
        )
    )
    return aliases_of(
        NamesJudged(one, other, Verdict(verdict), code, its)
        for one, other, verdict, code, its in session.execute(question)
    )
