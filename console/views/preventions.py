"""Prevention notices (预防性提示): written and looked at before they go, sent, answered, and judged.

A page that shows a link shows it once: of a link only the hash is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from casework.errors import ArrearsError, BadInput, Conflict, NotAllowed, NotFound
from casework.prevention import LANGUAGES, Lack, Way, code_written, compose, link_to
from casework.prevention import Told as Made
from casework.settings_of_messages import ADDRESS_OF_PAGE
from console import labels_prevention
from console.fields import Fields
from console.guard import Posting, Visit, Visiting, Wrong
from console.qr import drawn
from console.render import page
from console.views.shared import menu
from console.views.warnings import in_words
from services.office.running import connector_of
from services.prevention.drafting import Wanted, draft, texts, wanted_first
from services.prevention.judging import JUDGEMENTS, judge, open_again
from services.prevention.links import settle_link
from services.prevention.reading import read_notice
from services.prevention.sending import AskedOf, Sent, new_link, page_of, send_notice, take_back_notice
from services.warnings.settling import Asked
from warehouse.models import WarningRow
from warehouse.queries.prevention import Notice, notice_seen, notices_of
from warehouse.queries.warning_sight import warning_seen
from warehouse.queries.warnings import one_line
from warehouse.store.settings import text, whole
from warehouse.store.warning_acts import OPEN

router = APIRouter()
_LONGEST = 1_000
_GATES = {Way.SMS: "sms", Way.MAIL: "mail"}


def _ways(visit: Visit) -> list[str]:
    """How this installation can bring a notice: by hand always, else by the gateways it has."""
    try:
        gates = set(visit.settings.messages())
    except BadInput:
        gates = set()
    return [Way.PRINT.value, *(way.value for way, gate in _GATES.items() if gates & {gate, "drop"})]


def _context(session: Session, visit: Visit, warning: WarningRow) -> dict[str, Any]:
    return {
        "one": one_line(session, visit.actor, warning.id),
        "words": labels_prevention,
        "nav": menu(session, visit),
        "active": "warnings_page",
        **in_words(visit),
    }


def _form(
    visit: Visit,
    warning_id: str,
    *,
    fields: Fields | None = None,
    wanted: Wanted | None = None,
    problem: ArrearsError | None = None,
) -> Response:
    """The form of a notice and, beside it, the words as the employer would get them."""
    with visit.store.read() as session:
        warning = warning_seen(session, visit.actor, warning_id)
        if warning.state != OPEN or (warning.employer_id is None and warning.project_code is None):
            raise NotFound("There is no notice to write because of this warning.")
        found = draft(session, visit.actor, warning, at=visit.at)
        chosen = wanted or wanted_first(found)
        said = None
        try:
            _, said = texts(session, visit.actor, warning, chosen, at=visit.at)
        except (BadInput, NotAllowed) as refused:
            problem = problem or (refused if fields else None)
        if said is None:
            said = _shown(session, found, chosen)
        context = _context(session, visit, warning) | {
            "before": notices_of(session, visit.actor, warning, today=visit.today),
            "longest": whole(session, "prevention.longest_days"),
            "no_page": not text(session, ADDRESS_OF_PAGE),
        }
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    status = 409 if isinstance(problem, Conflict) else 422 if problem else 200
    typed = fields.typed() if fields else {}
    return page(
        visit,
        "prevention_form.html",
        status=status,
        found=found,
        wanted=chosen,
        letter=said[chosen.language],
        spoken=chosen.language,
        languages=LANGUAGES,
        ways=_ways(visit),
        trades=labels_prevention.TRADES,
        errors=errors,
        typed=typed,
        **context,
    )


def _shown(session: Session, found: Any, chosen: Wanted) -> dict[str, Any]:
    """The words for the eyes of the officer where something is still to be filled in."""
    ticked = set(chosen.signs)
    made = Made(
        to=chosen.to or "—",
        office=text(session, "document.office"),
        trade=chosen.trade,
        grounds=[one.ground for one in found.signs if one.warning_id in ticked],
        answer_by=chosen.answer_by,
    )
    return {language: asdict(compose(made, language)) for language in LANGUAGES}


def _wanted(fields: Fields, ways: list[str]) -> Wanted:
    """What the form says. Raises `Wrong` with every mistake at once."""
    to = fields.needed("to", longest=200)
    trade = fields.choice("trade", set(labels_prevention.TRADES))
    language = fields.choice("language", set(LANGUAGES))
    way = fields.choice("way", set(ways))
    answer_by = fields.day("answer_by", required=True)
    signs = fields.many("sign")
    contact = fields.text("contact", required=way not in (None, Way.PRINT), longest=300)
    fields.done()
    if answer_by is None or trade is None or language is None or way is None:
        raise BadInput("Please choose one of the answers offered.")
    return Wanted(
        to=to, trade=trade, signs=signs, answer_by=answer_by, language=language, way=Way(way), contact=contact
    )


@router.get("/warnings/{warning_id}/notice", name="prevention_form")
def prevention_form(visit: Visiting, warning_id: str) -> Response:
    """A notice because of a warning, in words, before it goes: what may be quoted is ticked."""
    return _form(visit, warning_id)


@router.post("/warnings/{warning_id}/notice/preview", name="preview_prevention")
def preview_prevention(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """The words as they would be with these choices. Nothing is kept."""
    fields = Fields(form)
    try:
        return _form(visit, warning_id, fields=fields, wanted=_wanted(fields, _ways(visit)))
    except (Wrong, BadInput) as problem:
        return _form(visit, warning_id, fields=fields, problem=problem)


@router.post("/warnings/{warning_id}/notice", name="send_prevention")
def send_prevention(visit: Visiting, form: Posting, warning_id: str) -> Response:
    """Send it. What comes back is the sheet with the link, which is shown this once."""
    fields, wanted = Fields(form), None
    with visit.store.read() as session:
        warning_seen(session, visit.actor, warning_id)
    try:
        version = fields.version()
        wanted = _wanted(fields, _ways(visit))
        asked = Asked(warning_id, version, visit.actor, visit.at)
        sent = send_notice(visit.store, asked, wanted)
    except (Wrong, BadInput, NotAllowed, Conflict) as problem:
        return _form(visit, warning_id, fields=fields, wanted=wanted, problem=problem)
    return _sheet(visit, sent)


def _sheet(visit: Visit, sent: Sent) -> Response:
    """The notice as it is printed, with the link and its QR code."""
    with visit.store.read() as session:
        notice = notice_seen(session, visit.actor, sent.notice_id, today=visit.today)
        warning = warning_seen(session, visit.actor, notice.warning_id)
        link = link_to(page_of(session), sent.code)
        context = _context(session, visit, warning)
    shown = {"notice": notice, "letter": notice.said[notice.language], "spoken": notice.language, "link": link}
    shown |= {"qr": drawn(link), "code": code_written(sent.code)}
    return _at_once(visit, notice.id, page(visit, "prevention_sheet.html", **shown, **context))


def _at_once(visit: Visit, notice_id: str, answer: Response) -> Response:
    """Let the link open, or close, once the officer has the answer: nobody waits for a page that does not reply."""
    state = visit.request.app.state
    reach = connector_of(visit.settings)
    answer.background = BackgroundTask(settle_link, state.store, reach, notice_id, clock=state.clock)
    return answer


def show_notice(
    visit: Visit,
    notice_id: str,
    *,
    failed: str = "",
    fields: Fields | None = None,
    problem: ArrearsError | None = None,
) -> Response:
    """A notice, what was answered, and what an officer makes of it; after a mistake with what was typed."""
    notice: Notice = read_notice(visit.store, notice_id, actor=visit.actor, at=visit.at)
    with visit.store.read() as session:
        warning = warning_seen(session, visit.actor, notice.warning_id)
        context = _context(session, visit, warning) | {
            "again_by": draft(session, visit.actor, warning, at=visit.at).answer_by
        }
    errors = problem.errors if isinstance(problem, Wrong) else {"": str(problem)} if problem else {}
    status = 409 if isinstance(problem, Conflict) else 422 if problem else 200
    spoken = visit.words.language if visit.words.language in LANGUAGES else LANGUAGES[0]
    return page(
        visit,
        "prevention.html",
        status=status,
        notice=notice,
        letter=notice.said[spoken],
        spoken=spoken,
        judgements=JUDGEMENTS,
        lacks=[one.value for one in Lack],
        failed=failed,
        errors=errors,
        typed=fields.typed() if fields else {},
        **context,
    )


@router.get("/preventions/{notice_id}", name="prevention_page")
def prevention_page(visit: Visiting, notice_id: str) -> Response:
    """One notice: its words, its answers with their files, and the judgement."""
    return show_notice(visit, notice_id)


def _acted(
    visit: Visit, notice_id: str, form: str, fields: Fields, act: Callable[[AskedOf], Sent | str | None]
) -> Response:
    """Do it and lead on; where a link was made, show its sheet."""
    with visit.store.read() as session:
        notice_seen(session, visit.actor, notice_id, today=visit.today)
    try:
        done = act(AskedOf(notice_id, fields.version(), visit.actor, visit.at))
    except (Wrong, BadInput, NotAllowed, Conflict) as problem:
        return show_notice(visit, notice_id, failed=form, fields=fields, problem=problem)
    if isinstance(done, Sent):
        return _sheet(visit, done)
    return _at_once(visit, notice_id, RedirectResponse(done or f"/preventions/{notice_id}", status_code=303))


@router.post("/preventions/{notice_id}/link", name="renew_prevention_link")
def renew_link(visit: Visiting, form: Posting, notice_id: str) -> Response:
    """A new link for one that was lost; the one before opens nothing any more."""
    return _acted(visit, notice_id, "link", Fields(form), lambda asked: new_link(visit.store, asked))


@router.post("/preventions/{notice_id}/take-back", name="take_back_prevention")
def take_back(visit: Visiting, form: Posting, notice_id: str) -> Response:
    """Take a notice back before it is answered."""
    fields = Fields(form)

    def act(asked: AskedOf) -> None:
        reason = fields.needed("reason", longest=_LONGEST)
        fields.done()
        take_back_notice(visit.store, asked, reason=reason)

    return _acted(visit, notice_id, "take-back", fields, act)


@router.post("/preventions/{notice_id}/judge", name="judge_prevention")
def judged(visit: Visiting, form: Posting, notice_id: str) -> Response:
    """The answer is enough, or a visit follows; then the form of the visit on the warning's page."""
    fields = Fields(form)

    def act(asked: AskedOf) -> str | None:
        verdict = fields.choice("verdict", {"enough", "visit"}) or ""
        reason, settles = fields.needed("reason", longest=_LONGEST), fields.ticked("settles")
        fields.done()
        judge(visit.store, asked, verdict=verdict, reason=reason, settles=settles)
        with visit.store.read() as session:
            notice = notice_seen(session, visit.actor, notice_id, today=visit.today)
        return f"/warnings/{notice.warning_id}#more" if verdict == "visit" else None

    return _acted(visit, notice_id, "judge", fields, act)


@router.post("/preventions/{notice_id}/again", name="open_prevention_again")
def again(visit: Visiting, form: Posting, notice_id: str) -> Response:
    """The answer is not enough: the notice opens again, and says what is lacking."""
    fields = Fields(form)

    def act(asked: AskedOf) -> Sent | None:
        lacks = fields.many("lack", {one.value for one in Lack})
        answer_by = fields.day("answer_by", required=True)
        reason = fields.needed("reason", longest=_LONGEST)
        fields.done()
        if answer_by is None:
            return None
        return open_again(visit.store, asked, lacks=lacks, answer_by=answer_by, reason=reason)

    return _acted(visit, notice_id, "again", fields, act)
