"""The return-receipt book (回执簿): where every source id stands, a day's balance, answers that do not arrive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.errors import BadInput, NotAllowed, NotFound
from casework.receipts import OVER, Balance, Way
from console import labels_receipts
from console.fields import Fields, day_of
from console.guard import Posting, Visit, Visiting, Wrong
from console.labels import CHANNELS
from console.render import page
from console.views.shared import menu
from services.replying.receipt_days import explain_day
from services.replying.receipt_file import export_receipts
from services.replying.stuck_answers import BY_HAND, may_settle, tell_otherwise, try_again
from warehouse.queries.officers import names_of
from warehouse.queries.quarantine import heard_of
from warehouse.queries.receipt_days import answers_to, day_lines, odd_days
from warehouse.queries.receipts import GROUPS, SHOWN, Wanted, book_lines, complaint_seen, count_lines

router = APIRouter()
_CAME = ("carried_over", "received", "opened_again")
_WENT = tuple(place.value for place in OVER)


def _day(said: str | None) -> date | None:
    """The day of an address; none where it names none, or no day at all."""
    try:
        return day_of(said) if said else None
    except ValueError:
        raise NotFound("There is no such page.") from None


def _book(
    visit: Visit,
    wanted: Wanted,
    *,
    shown: date | None = None,
    number: int = 1,
    errors: dict[str, str] | None = None,
) -> Response:
    with visit.store.read() as session:
        if wanted.channel and wanted.channel not in CHANNELS and not heard_of(session, wanted.channel):
            raise NotFound("There is no such channel.")
        if wanted.group not in GROUPS:
            raise NotFound("There is no such page.")
        count = count_lines(session, visit.actor, wanted)
        pages = max(1, -(-count // SHOWN))
        number = min(max(number, 1), pages)
        lines = book_lines(session, visit.actor, wanted, limit=SHOWN, skip=(number - 1) * SHOWN)
        balance_day = shown or wanted.day or visit.today - timedelta(days=1)
        days = day_lines(session, balance_day, today=visit.today)
        odd = odd_days(session)
        who = names_of(session, {one.explained_by for one in days if one.explained_by})
        nav = menu(session, visit)
    chosen = {"channel": wanted.channel or "", "day": wanted.day.isoformat() if wanted.day else ""}
    context: dict[str, Any] = {"lines": lines, "count": count, "pages": pages, "number": number, "wanted": wanted}
    context |= {"days": days, "odd": odd, "balance_day": balance_day, "whose": who, "errors": errors or {}}
    context |= {"total": sum((one.balance for one in days), Balance()), "came": _CAME, "went": _WENT}
    context |= {"groups": GROUPS, "words": labels_receipts, "channels": tuple(CHANNELS)}
    context |= {"turned": lambda to: "/receipts?" + urlencode({**chosen, "group": wanted.group, "page": str(to)})}
    context |= {"before": balance_day - timedelta(days=1), "after": balance_day + timedelta(days=1)}
    return page(visit, "receipts.html", status=422 if errors else 200, nav=nav, active="receipts_page", **context)


@router.get("/receipts", name="receipts_page")
def receipts_page(visit: Visiting, request: Request) -> Response:
    """The lines of the book, of one channel, day or group, and the balance of a day."""
    query = request.query_params
    wanted = Wanted(query.get("channel") or None, _day(query.get("day")), query.get("group") or "all")
    number = query.get("page") or "1"
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        raise NotFound("There is no such page.")
    return _book(visit, wanted, shown=_day(query.get("balance")), number=int(number))


@router.post("/receipts/export", name="download_receipts")
def download_receipts(visit: Visiting, form: Posting) -> Response:
    """The lines asked for as CSV: ids, times and states. Who took them is written down."""
    fields = Fields(form)
    channel, day = fields.text("channel", longest=40), fields.day("day")
    group = fields.choice("group", set(GROUPS), required=False) or "all"
    try:
        fields.done()
        body = export_receipts(visit.store, Wanted(channel, day, group), actor=visit.actor, at=visit.at)
    except Wrong as wrong:
        return _book(visit, Wanted(), errors=wrong.errors)
    except BadInput as refused:
        return _book(visit, Wanted(), errors={"": str(refused)})
    headers = {
        "Content-Disposition": f'attachment; filename="receipts-{visit.today:%Y%m%d}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/receipts/explain", name="explain_receipts")
def explain_receipts(visit: Visiting, form: Posting) -> Response:
    """A head says why a day does not add up."""
    fields = Fields(form)
    channel, day = fields.needed("channel", longest=40), fields.day("day", required=True)
    words = fields.needed("words", longest=400)
    try:
        fields.done()
        explain_day(visit.store, channel=channel, day=day or visit.today, words=words, actor=visit.actor, at=visit.at)
    except Wrong as wrong:
        return _book(visit, Wanted(), errors=wrong.errors)
    except (BadInput, NotAllowed) as refused:
        return _book(visit, Wanted(), errors={"": str(refused)})
    return RedirectResponse("/receipts", status_code=303)


def _receipt(visit: Visit, complaint_id: str, *, errors: dict[str, str] | None = None) -> Response:
    with visit.store.read() as session:
        line = complaint_seen(session, visit.actor, complaint_id)
        if line is None:
            raise NotFound("There is no such complaint, or it is not yours to see.")
        answers = answers_to(session, complaint_id)
        who = names_of(session, {one.told_by for one in answers if one.told_by})
        mine = may_settle(session, complaint_id, visit.actor, at=visit.at)
        nav = menu(session, visit)
    return page(
        visit,
        "receipt.html",
        status=422 if errors else 200,
        line=line,
        answers=answers,
        whose=who,
        mine=mine,
        ways=BY_HAND,
        errors=errors or {},
        words=labels_receipts,
        nav=nav,
        active="receipts_page",
    )


@router.get("/receipts/{complaint_id}", name="receipt_page")
def receipt_page(visit: Visiting, complaint_id: str) -> Response:
    """Every answer to one complaint, with what its channel showed each time it was read back."""
    return _receipt(visit, complaint_id)


@router.post("/receipts/{complaint_id}/again", name="try_answer_again")
def again(visit: Visiting, form: Posting, complaint_id: str) -> Response:
    """Send an answer again under its own key, or read it back again."""
    fields = Fields(form)
    reply_id = fields.needed("answer", longest=64)
    try:
        fields.done()
        try_again(visit.store, reply_id=reply_id, complaint_id=complaint_id, actor=visit.actor, at=visit.at)
    except Wrong as wrong:
        return _receipt(visit, complaint_id, errors=wrong.errors)
    except NotAllowed as refused:
        return _receipt(visit, complaint_id, errors={"": str(refused)})
    return RedirectResponse(f"/receipts/{complaint_id}", status_code=303)


@router.post("/receipts/{complaint_id}/told", name="tell_otherwise")
def told(visit: Visiting, form: Posting, complaint_id: str) -> Response:
    """Record how the person was told, where the channel cannot tell them."""
    fields = Fields(form)
    reply_id = fields.needed("answer", longest=64)
    way = fields.choice("way", {one.value for one in BY_HAND}) or Way.TELEPHONE.value
    note = fields.needed("note", longest=400)
    try:
        fields.done()
        tell_otherwise(
            visit.store,
            reply_id=reply_id,
            complaint_id=complaint_id,
            way=Way(way),
            note=note,
            actor=visit.actor,
            at=visit.at,
        )
    except Wrong as wrong:
        return _receipt(visit, complaint_id, errors=wrong.errors)
    except (BadInput, NotAllowed) as refused:
        return _receipt(visit, complaint_id, errors={"": str(refused)})
    return RedirectResponse(f"/receipts/{complaint_id}", status_code=303)
