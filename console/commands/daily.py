"""The day's work: serve, collect, link, dispatch, reply, watch; and the demonstration."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer

from casework.errors import ArrearsError, BadInput
from console.commands.opened import AT_THE_TERMINAL, AsJson, Opened, now, opened
from console.terminal import Exit, err, exit_code, out, plain, say, say_rows, working


def add_to(app: typer.Typer) -> None:
    """Hang these commands on the program."""
    for command in (
        demo, serve, collect, reconcile, canary, link, suspect, dispatch, reply, messages, receipts, watch,
    ):  # fmt: skip
        app.command()(command)


def demo(
    once: Annotated[bool, typer.Option("--once", help="Dispatch, answer, print the summary, stop.")] = False,
) -> None:
    """Play one morning on this machine, with seven imitated platforms: `make demo`."""
    arguments = ["--once"] if once else []
    child = subprocess.Popen([sys.executable, "-m", "pipelines.demo", *arguments])  # noqa: S603 - our own program
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue  # the child got it too, and tidies up
        raise typer.Exit(code)


def serve() -> None:
    """Serve the web console on the address of the settings."""
    import uvicorn

    from console.app import make_app, server_options, settle
    from services.office.event_log import logger
    from services.office.kept_ends import mend_ends

    with opened() as here:
        settings = here.settings
        if out.is_terminal:
            out.print(f"The console is at http://{settings.console_host}:{settings.console_port}/")
        if mended := mend_ends(here.store):
            logger("console").info("ends_mended", updated=mended)
        logger("console").info("serving", port=settings.console_port)
        app = make_app(here.store, settings, now)
        settle()
        uvicorn.run(app, **server_options(settings))


def collect(
    channel: Annotated[str | None, typer.Argument(help="One channel; all when left out.")] = None,
    afresh: Annotated[bool, typer.Option("--afresh", help="Forget where one channel stood: read it anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Pull the channels now: land what came, file what can be read."""
    from services.arriving.pausing import forget_position
    from services.office.running import channel_names

    lines: list[dict[str, object]] = []
    worst = Exit.OK
    with opened() as here:
        names = channel_names(channel)
        if afresh:
            if channel is None:
                raise BadInput("Name the one channel that is to be read anew.")
            forget_position(here.store, channel=channel, actor=AT_THE_TERMINAL, at=now())
        with working("collecting", quiet=as_json) as done:
            for number, name in enumerate(names):
                done(number, len(names))
                line, code = _collected(here, name)
                lines.append(line)
                worst = max(worst, code)
    say_rows("Collected", lines, as_json=as_json)
    raise typer.Exit(worst)


def _collected(here: Opened, name: str) -> tuple[dict[str, object], Exit]:
    """One channel's line. A channel in trouble does not keep the others from being pulled."""
    from services.office.running import collect_now

    try:
        count = collect_now(here.store, here.settings, name, clock=now, actor=AT_THE_TERMINAL)
    except ArrearsError as failed:
        err.print(f"arrears: {name}: {failed}", markup=False)
        return {"channel": name, "ended": type(failed).__name__}, exit_code(failed)
    return {"channel": name, "ended": "well", **plain(count)}, Exit.OK


def reconcile(
    channel: Annotated[str | None, typer.Argument(help="One channel; all when left out.")] = None,
    days: Annotated[int | None, typer.Option(help="So many days, today one of them; else as each night.")] = None,
    as_json: AsJson = False,
) -> None:
    """Hold the last days of the channels against their sources; land and file what no pull brought."""
    from services.office.running import channel_names, reconcile_now

    lines: list[dict[str, object]] = []
    worst = Exit.OK
    with opened() as here:
        names = channel_names(channel)
        with working("comparing", quiet=as_json) as done:
            for number, name in enumerate(names):
                done(number, len(names))
                try:
                    count = reconcile_now(here.store, here.settings, name, clock=now, actor=AT_THE_TERMINAL, days=days)
                    lines.append({"channel": name, "ended": "well", **plain(count)})
                except ArrearsError as failed:
                    err.print(f"arrears: {name}: {failed}", markup=False)
                    lines.append({"channel": name, "ended": type(failed).__name__})
                    worst = max(worst, exit_code(failed))
    say_rows("Compared", lines, as_json=as_json)
    raise typer.Exit(worst)


def canary(as_json: AsJson = False) -> None:
    """Place the sealed complaint of the day in every channel that takes one and has none yet."""
    from services.arriving.canaries import place_canaries

    with opened() as here:
        count = place_canaries(here.store, here.settings, actor=AT_THE_TERMINAL, at=now())
    say("Placed", plain(count), as_json=as_json)


def link(as_json: AsJson = False) -> None:
    """Judge the pairs among what is filed and group the complaints into cases."""
    from services.arriving.canaries import pass_canaries
    from services.linkage.linking import link_complaints

    with opened() as here, working("linking", quiet=as_json) as done:
        count = link_complaints(here.store, actor=AT_THE_TERMINAL, at=now(), progress=done)
        pass_canaries(here.store, here.settings, actor=AT_THE_TERMINAL, at=now(), clock=now)
    say("Linked", plain(count), as_json=as_json)


def suspect(as_json: AsJson = False) -> None:
    """Look at every open case as a whole and ask a person where two disputes may have become one."""
    from services.linkage.suspicions import scan_cases

    with opened() as here, working("looking at cases", quiet=as_json):
        count = scan_cases(here.store, actor=AT_THE_TERMINAL, at=now())
    say("Suspected", plain(count), as_json=as_json)


def dispatch(as_json: AsJson = False) -> None:
    """Suggest inspectors for what waits and deliver notices past recall. The click is a person's, in the console."""
    from services.dispatch.dispatching import deliver_notices, suggest_inspectors

    with opened() as here:
        suggested = suggest_inspectors(here.store, actor=AT_THE_TERMINAL, at=now())
        delivered = deliver_notices(here.store, at=now(), grace=here.settings.recall_grace)
    say("Prepared", {"suggested": suggested, "notices_delivered": delivered}, as_json=as_json)


def reply(as_json: AsJson = False) -> None:
    """Send the answers that are due and read them back; exchange with workers and employers what is theirs."""
    from services.office.running import connector_of
    from services.prevention.exchanging import exchange_notices
    from services.replying.hearing_money import hear_workers
    from services.replying.replies import send_due
    from services.replying.telling_progress import tell_progress

    with opened() as here:
        reach = connector_of(here.settings)
        heard = hear_workers(here.store, reach, actor=AT_THE_TERMINAL, at=now())
        count = send_due(here.store, connector_of=reach, actor=AT_THE_TERMINAL, at=now(), clock=now)
        told = tell_progress(here.store, reach, actor=AT_THE_TERMINAL, at=now())
        done = exchange_notices(here.store, reach, actor=AT_THE_TERMINAL, clock=now)
    across = {"links_opened": done.opened, "links_closed": done.closed, "employers_answered": done.answers}
    say("Answered", {**plain(count), "heard": plain(heard), "told": told.told, **across}, as_json=as_json)


def messages(as_json: AsJson = False) -> None:
    """Ask whether the money came, write what workers and officers are to be told, and send what is due."""
    from dataclasses import asdict

    from services.messaging.running import one_round

    with opened() as here:
        done = one_round(here.store, here.settings, actor=AT_THE_TERMINAL, clock=now)
    say("Told", {"asked": done.asked, "written": done.written, **asdict(done.sent)}, as_json=as_json)


def receipts(
    day: Annotated[str | None, typer.Option("--day", help="YYYY-MM-DD; yesterday when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Count the days that ended in the receipt book, and show the balance of one. Fails where one does not add up."""
    from datetime import date, timedelta

    from casework.calendar import local_day
    from casework.errors import BadInput
    from services.replying.receipt_days import watch_receipts
    from warehouse.queries.receipt_days import day_lines

    at = now()
    try:
        asked = date.fromisoformat(day) if day else local_day(at) - timedelta(days=1)
    except ValueError:
        raise BadInput("Give the day as YYYY-MM-DD.") from None
    with opened() as here:
        watch_receipts(here.store, actor=AT_THE_TERMINAL, at=at)
        with here.store.read() as session:
            lines = day_lines(session, asked, today=local_day(at))
    rows = [{"channel": one.channel, **plain(one.balance), "remainder": one.remainder} for one in lines]
    say_rows(f"Receipt book of {asked.isoformat()}", rows, as_json=as_json)
    raise typer.Exit(Exit.UNEXPECTED if any(one.odd for one in lines) else Exit.OK)


def watch(as_json: AsJson = False) -> None:
    """Say which channels are silent, failing or behind; tell officers of broken plans and promises; count anew."""
    from services.arriving.watching import watch_channels
    from services.cases.drafts import sweep_drafts
    from services.cases.once import sweep_clicks
    from services.cases.out_of_sight import bring_into_sight
    from services.leniency.watching_sparing import watch_promises
    from services.money.payment_plans import watch_plans
    from services.office.working_days import recount_deadlines
    from services.replying.receipt_days import watch_receipts

    with opened() as here:
        due = watch_promises(here.store, actor=AT_THE_TERMINAL, at=now())
        broken = watch_plans(here.store, actor=AT_THE_TERMINAL, at=now())
        count = watch_channels(here.store, actor=AT_THE_TERMINAL, at=now())
        book = watch_receipts(here.store, actor=AT_THE_TERMINAL, at=now())
        found = bring_into_sight(here.store, actor=AT_THE_TERMINAL, at=now())
        moved = recount_deadlines(here.store, actor=AT_THE_TERMINAL, at=now())
        sweep_clicks(here.store, actor=AT_THE_TERMINAL, at=now())
        swept = sweep_drafts(here.store, actor=AT_THE_TERMINAL, at=now())
    said = {
        **plain(count),
        "receipt_days": book.days,
        "answers_stuck": book.alarms,
        "promises_due": due.duties + due.follow_ups,
        "plans_broken": broken,
        "brought_into_sight": found,
        "deadlines_moved": moved,
        "drafts_swept": swept,
    }
    say("Watched", said, as_json=as_json)
