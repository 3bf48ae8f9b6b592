"""A flow that does everything wrong with personal data, to see how much of it leaves the flow. Run as a script."""

from __future__ import annotations

import logging
import sys

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from casework.errors import Unreadable
from pipelines.safe import safe


def canaries() -> list[str]:
    """Read, not passed: what is passed as a parameter is the server's at once."""
    return sys.stdin.read().split()


@task(persist_result=False, cache_policy=NO_CACHE)
@safe
def quote(words: list[str]) -> int:
    """Fail with the person's name, phone and number in the message and in the cause."""
    get_run_logger().warning("filed for %s, %s", *words[:2])
    logging.getLogger("prefect.arrears").error("no such person: %s", words[2])
    try:
        raise KeyError(*words)
    except KeyError as missing:
        raise Unreadable("bad_phone", f"cannot read {words}") from missing


@task(persist_result=False, cache_policy=NO_CACHE)
@safe
def ask() -> int:
    """The canaries are read inside, as our tasks read theirs from the store."""
    return quote.fn(canaries())


@flow(persist_result=False)
def leaky() -> int:
    """Fail."""
    return ask()


if __name__ == "__main__":
    leaky()
