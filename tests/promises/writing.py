"""A process that writes acts and says which were saved: what the disk does to it is somebody else's doing.

`python -m tests.promises.writing URL KEYS ACTS`: a line `saved ID` an act, after its commit; `refused` for one that was
not. With `--wait` it waits for a line after each refusal. With `--hasty`, the planted mistake, it says saved anyway.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from warehouse import audit, crypto
from warehouse.engine import StoreUnavailable, open_warehouse
from warehouse.models import ExportPurposeRow, new_id


def say(word: str) -> None:
    """One line, at once."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main() -> None:
    """Write, and say so."""
    url, keys, acts, *ways = sys.argv[1:]
    crypto.use(crypto.load_keyring(Path(keys)))
    store = open_warehouse(url)
    for _ in range(int(acts)):
        row = ExportPurposeRow(id=new_id("pur"), purpose="x" * 3_000, by="acc_1", at=datetime.now(UTC))
        name = row.id
        try:
            with store.write() as session:
                session.add(row)
                audit.record(session, by="acc_1", act="write", subject=name, at=datetime.now(UTC))
        except StoreUnavailable:
            say(f"saved {name}" if "--hasty" in ways else "refused")
            if "--wait" in ways:
                sys.stdin.readline()
        else:
            say(f"saved {name}")
    say("done")


if __name__ == "__main__":
    main()
