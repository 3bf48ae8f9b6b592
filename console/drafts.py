"""Forms that came too late: what was typed is kept, found again when the form is opened, and gone once it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from console.acts import ACTS
from console.forms import Act
from console.guard import Visit
from console.words import N_
from services.cases.drafts import forget_draft, keep_draft
from warehouse.models import CaseRow
from warehouse.queries.drafts import Draft, draft_of, drafts_on

_BY_NAME = {act.name: act for act in ACTS}
OUTCOME, PAPER = "submit_outcome", "fill_paper"
NOT_AGAIN = "confirmed"
"""What a person vouches for is asked again: a tick is given for now, not for then."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One draft on the page of its case: what the form is called, where it is, when it was typed."""

    id: str
    words: str
    path: str
    at: datetime


def about(act: Act, typed: Mapping[str, list[str]]) -> str:
    """What a form of this act is for: the complaint it names, or the case itself."""
    if not any(ask.name == "complaint_id" for ask in act.asks):
        return ""
    return (typed.get("complaint_id") or [""])[0][:64]


def keep(
    visit: Visit, case_id: str, name: str, typed: Mapping[str, list[str]], *, version: int, about: str = ""
) -> datetime:
    """Keep a form that came too late. Returns until when."""
    return keep_draft(
        visit.store,
        case_id=case_id,
        act=name,
        about=about,
        typed=typed,
        case_version=version,
        actor=visit.actor,
        at=visit.at,
    )


def forget(visit: Visit, case_id: str, name: str, *, about: str = "") -> None:
    """The form was taken."""
    forget_draft(visit.store, case_id=case_id, act=name, about=about, actor=visit.actor, at=visit.at)


def found(session: Session, visit: Visit, case: CaseRow, name: str, *, about: str | None = "") -> Draft | None:
    """The draft that the form starts with."""
    return draft_of(session, visit.actor, case_id=case.id, act=name, about=about, at=visit.at)


def started(draft: Draft, act: Act | None = None) -> dict[str, list[str]]:
    """A form as it was typed, without what a person must vouch for anew."""
    asked = {ask.name for ask in act.asks if ask.kind == "tick" and ask.required} if act else set()
    return {name: list(values) for name, values in draft.typed.items() if name not in asked | {NOT_AGAIN}}


def waiting(session: Session, visit: Visit, case: CaseRow) -> list[Waiting]:
    """This officer's drafts of a case."""
    found = (_waiting(one, case.matter_no) for one in drafts_on(session, visit.actor, case_id=case.id, at=visit.at))
    return [one for one in found if one is not None]


def _waiting(draft: Draft, number: str) -> Waiting | None:
    if draft.act == OUTCOME:
        return Waiting(draft.id, N_("Outcome"), f"/cases/{number}/outcome?exit={draft.about}", draft.at)
    if draft.act == PAPER:
        return Waiting(draft.id, N_("Fill in the blanks"), f"/cases/{number}/papers/{draft.about}", draft.at)
    act = _BY_NAME.get(draft.act)
    if act is None:
        return None
    asked = f"?complaint={draft.about}" if draft.about else ""
    return Waiting(draft.id, act.title, f"/cases/{number}/{act.path}{asked}", draft.at)
