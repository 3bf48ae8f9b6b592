"""How each channel has been, and its levers: retry, test, pause, resume."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from casework.errors import ArrearsError, BadInput, LeaseLost, NotAllowed, NotFound
from console.fields import Fields
from console.guard import Posting, Visit, Visiting
from console.labels import CHANNELS
from console.render import page
from console.views.shared import menu
from services.arriving.health import channel_cards
from services.arriving.pausing import Tested, administrator, pause_channel, resume_channel, try_channel
from services.office.running import channel_names, collect_now, connector_of

router = APIRouter()


def _page(visit: Visit, *, status: int = 200, problem: str | None = None, tested: Tested | None = None) -> Response:
    with visit.store.read() as session:
        cards = channel_cards(session, visit.settings, at=visit.at)
        nav = menu(session, visit)
    return page(
        visit,
        "channels.html",
        status=status,
        cards=cards,
        problem=problem,
        tested=tested,
        nav=nav,
        active="channels_page",
    )


@router.get("/channels", name="channels_page")
def channels_page(visit: Visiting) -> Response:
    """The health of every channel that is pulled."""
    return _page(visit)


def _known(channel: str) -> str:
    if channel not in CHANNELS or channel not in channel_names():
        raise NotFound("There is no such channel.")
    return channel


def pull_now(visit: Visit, channel: str) -> Response:
    """Pull a channel at once. How it went stands in the book of runs, where one is led."""
    administrator(visit.actor)
    try:
        collect_now(visit.store, visit.settings, channel, clock=visit.request.app.state.clock, actor=visit.actor)
    except (LeaseLost, NotAllowed, BadInput) as refused:
        return _page(visit, status=422, problem=str(refused))
    except ArrearsError:
        pass  # It is in the book, with its code and in words.
    return RedirectResponse(f"/runs?channel={channel}", status_code=303)


@router.post("/channels/{channel}/retry", name="retry_channel")
def retry_channel(visit: Visiting, channel: str) -> Response:
    """Pull the channel now."""
    return pull_now(visit, _known(channel))


@router.post("/channels/{channel}/test", name="test_channel")
def test_channel(visit: Visiting, channel: str) -> Response:
    """Ask whether the channel is there; nothing changes, there or here."""
    name = _known(channel)
    try:
        connector = connector_of(visit.settings)(name)
    except (BadInput, KeyError) as missing:
        words = str(missing) if isinstance(missing, BadInput) else "A setting of the channel is missing."
        return _page(visit, tested=Tested(name, "settings_wrong", words))
    return _page(visit, tested=try_channel(visit.store, connector, actor=visit.actor, at=visit.at))


@router.post("/channels/{channel}/pause", name="pause_channel")
def pause(visit: Visiting, form: Posting, channel: str) -> Response:
    """Ask the channel no more, for a reason."""
    name = _known(channel)
    reason = Fields(form).text("reason") or ""
    try:
        pause_channel(visit.store, channel=name, reason=reason, actor=visit.actor, at=visit.at)
    except (BadInput, NotAllowed) as refused:
        return _page(visit, status=422, problem=str(refused))
    return RedirectResponse("/channels", status_code=303)


@router.post("/channels/{channel}/resume", name="resume_channel")
def resume(visit: Visiting, channel: str) -> Response:
    """Let the schedule ask the channel again."""
    name = _known(channel)
    try:
        resume_channel(visit.store, channel=name, actor=visit.actor, at=visit.at)
    except NotAllowed as refused:
        return _page(visit, status=422, problem=str(refused))
    return RedirectResponse("/channels", status_code=303)
