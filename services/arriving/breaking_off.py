"""A pull that breaks off in a way nobody foresaw gives its channel back: nothing but death holds a lease (ADR 38)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from casework.errors import LeaseLost
from casework.people import Actor
from services.office.run_book import code_of, words_of
from warehouse import audit
from warehouse.engine import StoreUnavailable, Warehouse
from warehouse.store.channels import fail_certificate
from warehouse.store.leases import Lease, release, renew


@contextmanager
def given_back(
    store: Warehouse, channel: str, lease: Lease, pull_id: str, *, clock: Callable[[], datetime], actor: Actor
) -> Iterator[None]:
    """Whatever ends a pull but `LeaseLost`: its certificate says so, its lease is given back, and the error goes on.

    Where the run had ended both itself, or another took over, nothing is written. A store that is away cannot be told:
    then the lease ends by itself, as after a death.
    """
    try:
        yield
    except LeaseLost:
        raise
    except Exception as failed:
        with suppress(LeaseLost, StoreUnavailable), store.write() as session:
            at, code = clock(), code_of(failed)
            renew(session, lease, at=at)
            fail_certificate(session, pull_id, code=code, words=words_of(failed), at=at)
            details = {"pull": pull_id, "verdict": "failed", "code": code}
            audit.record(session, by=actor.id, act="collect", subject=channel, at=at, details=details, success=False)
            release(session, lease)
        raise
