"""The schedule's work, run under a real Prefect server as it is asked for, line by line. Run as a script."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipelines.backup import backup
from pipelines.bulletin import bulletin
from pipelines.collect import collect
from pipelines.dispatch import dispatch
from pipelines.drill import drill
from pipelines.link import link
from pipelines.messages import messages
from pipelines.month import month
from pipelines.reply import reply
from pipelines.suspect import suspect
from pipelines.warn import warn
from pipelines.watch import watch


@task(persist_result=False, cache_policy=NO_CACHE)
def _look_up(words: str) -> int:
    raise ValueError(f"bad identity number {words}")


@flow(persist_result=False)
def planted() -> int:
    """The bug planted for the proof: a task that nobody made safe fails with what it stumbled over."""
    return _look_up.fn(sys.stdin.readline().strip())


FLOWS: dict[str, Callable[..., Any]] = {
    "backup": backup,
    "bulletin": bulletin,
    "drill": drill,
    "collect": collect,
    "dispatch": dispatch,
    "link": link,
    "messages": messages,
    "month": month,
    "planted": planted,
    "reply": reply,
    "suspect": suspect,
    "warn": warn,
    "watch": watch,
}


def main() -> None:
    """Each line names a flow and its arguments in JSON; the answer says how the run ended, in one word."""
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            FLOWS[name](**arguments)
            said = "done"
        except Exception as failed:  # noqa: BLE001 - whatever ends a run, the next one is asked for
            said = type(failed).__name__
        sys.stdout.write(f"\x1e{said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
