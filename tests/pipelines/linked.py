"""File a small world in an installation and link it by its flow: run beside a server."""

from __future__ import annotations

import json
import sys

from benchmarks.linking import to_complaint
from dedupe.extraction import fill
from dedupe.linker import link as link_at_once
from dedupe.record import to_record
from pipelines.link import link
from pipelines.settings import installation, now
from services.arriving.filing import filing_of, keep_complaint
from tests.pipelines.parts import WORLD
from warehouse.models import ChannelRow


def main() -> None:
    """One line of JSON."""
    complaints = [fill(to_complaint(told)) for told in WORLD.told]
    with installation() as here, here.store.write() as session:
        for channel in sorted({complaint.channel for complaint in complaints}):
            if session.get(ChannelRow, channel) is None:
                session.add(ChannelRow(name=channel, answers=False))
        session.flush()
        for complaint in complaints:
            keep_complaint(session, complaint, filing_of(session, None, by="test", at=now()))
    wanted = link_at_once([to_record(complaint) for complaint in complaints], explained=False)
    told = {"cases": link(), "at_once": len(set(wanted.case_of.values()))}
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
