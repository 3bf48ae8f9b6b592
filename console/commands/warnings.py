"""Early warnings from the terminal: raise them, try them, and say how often each rule was right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from casework.errors import BadInput
from casework.warnings.rule import Level
from casework.warnings.rules import RULES
from console.commands.opened import AT_THE_TERMINAL, AsJson, now, opened
from console.terminal import plain, say, say_rows, working

if TYPE_CHECKING:
    from services.warnings.backtesting import Figures, Share
    from services.warnings.own_record import Record

app = typer.Typer(
    name="warn",
    help="Raise early warnings, keep those that stand, clear those that ended; `score`: how right they were.",
    invoke_without_command=True,
)


@app.callback()
def warn(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what each rule would find; write nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Raise early warnings, keep those that stand up to date, clear those that ended."""
    from services.warnings.raising import find_warnings, raise_warnings

    if context.invoked_subcommand is not None:
        return
    with opened() as here, working("looking for warnings", quiet=as_json):
        if not dry_run:
            count = raise_warnings(here.store, actor=AT_THE_TERMINAL, at=now())
            say("Warned", plain(count), as_json=as_json)
            return
        found = find_warnings(here.store, at=now())
    levels = {level.value: Counter(one.rule for one in found if one.level is level) for level in Level}
    rows = [
        {"rule": rule, **{level: counted[rule] for level, counted in levels.items()}}
        for rule in RULES
        if any(counted[rule] for counted in levels.values())
    ]
    say_rows("Would be found", rows, as_json=as_json)


@app.command()
def score(
    since: Annotated[str | None, typer.Option(help="First day looked at, YYYY-MM-DD; a year before the last.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day looked at, YYYY-MM-DD; today when left out.")] = None,
    step: Annotated[int, typer.Option(help="Days from one day looked at to the next, 1 to 30.")] = 7,
    rule: Annotated[
        list[str] | None, typer.Option(help="Only this rule, also one that is off; again for more.")
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="RULE.NAME=NUMBER", help="Another threshold; again for more."),
    ] = None,
    changed: Annotated[
        bool,
        typer.Option("--by-platform", help="Take what the platform says on when it changed: before the first pull."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Back-test the rules on stored history, each day with what had come by then; write nothing."""
    from services.warnings.backtesting import Asked, back_test, check
    from services.warnings.own_record import own_record

    asked = Asked(
        since=_day(since),
        until=_day(until),
        step_days=step,
        rules=frozenset(rule) if rule else None,
        changes=dict(_threshold(one) for one in change or ()),
        basis="changed" if changed else "arrived",
    )
    check(asked)
    at = now()
    with opened() as here, working("looking back", quiet=as_json):
        found = back_test(here.store, asked, actor=AT_THE_TERMINAL, at=at)
        with here.store.read() as session:
            own = own_record(session, actor=AT_THE_TERMINAL, at=at)
    rows = [
        {
            "rule": name,
            "level": level,
            "speaks": (name, level) not in found.silent,
            **_figures(found.by_rule.get((name, level)), as_json=as_json),
            **_own(own.get((name, level)), as_json=as_json),
        }
        for name in RULES
        for level in RULES[name].levels
        if ((name, level) in found.by_rule or (name, level) in own) and (asked.rules is None or name in asked.rules)
    ]
    together = {"rule": "all that speak", "level": None, "speaks": True, **_figures(found.together, as_json=as_json)}
    together |= _own(None, as_json=as_json)
    facts = {"since": found.since.isoformat(), "until": found.until.isoformat(), "days_looked_at": found.looks}
    if as_json:
        say("Scored", {**facts, "employers_complained_of": found.employers, "rules": [*rows, together]}, as_json=True)
        return
    say("Scored", {**facts, "employers_complained_of": found.employers}, as_json=False)
    say_rows("How often they were right", [_narrow(one) for one in (*rows, together)], as_json=False)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("A day is written YYYY-MM-DD.") from None


def _threshold(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")
    if not number.isdecimal():
        raise BadInput("A threshold is written RULE.NAME=NUMBER, such as growth.least=5.")
    return name.removeprefix("warning."), int(number)


def _narrow(one: Mapping[str, object]) -> dict[str, object]:
    """A line that fits on a screen: rule and level in one, the alarms as right/wrong/open."""
    name = f"{one['rule']}:{one['level']}" if one["level"] else one["rule"]
    alarms = f"{one['right']}/{one['wrong']}/{one['open']}"
    return {"rule": name, "speaks": one["speaks"], "right/wrong/open": alarms} | {
        key: one[key] for key in ("precision", "recall", "lead", "raised", "held")
    }


def _share(one: Share | None, *, as_json: bool) -> object:
    if one is None or as_json:
        return plain(one)
    return f"{one.share:.2f} ({one.low:.2f}-{one.high:.2f}) of {one.of}"


def _figures(one: Figures | None, *, as_json: bool) -> dict[str, object]:
    if one is None:
        return dict.fromkeys(("alarms", "right", "wrong", "open"), 0) | dict.fromkeys(("precision", "recall", "lead"))
    low, middle, high = one.lead or (0.0, 0.0, 0.0)
    days = {"median": middle, "quartiles": [low, high]} if as_json else f"{middle:g} ({low:g}-{high:g})"
    return {
        "alarms": one.alarms,
        "right": one.right,
        "wrong": one.wrong,
        "open": one.open,
        "precision": _share(one.precision, as_json=as_json),
        "recall": _share(one.recall, as_json=as_json),
        "lead": days if one.lead else None,
    }


def _own(one: Record | None, *, as_json: bool) -> dict[str, object]:
    return {"raised": one.raised if one else 0, "held": _share(one.precision if one else None, as_json=as_json)}
