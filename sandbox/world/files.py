"""The world as files: the columns of `arrears resolve`, and the truth beside them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path

from sandbox.told import Told

RESOLVE_COLUMNS = (
    "complaint_id", "channel", "submitted_at", "employer_name", "employer_uscc", "site_name", "site_address",
    "district_code", "complainant_name", "complainant_phone", "complainant_id_no", "workers_count", "amount_owed",
    "arrears_from", "arrears_to", "narrative",
)  # fmt: skip
TRUTH_COLUMNS = ("complaint_id", "case_id", "claim_id")


def write_resolve_csv(told: Iterable[Told], path: Path) -> None:
    """What the linker is given, one row for each complaint; the title leads the narrative."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(RESOLVE_COLUMNS)
        writer.writerows(_row(one) for one in told)


def _row(one: Told) -> list[str]:
    text = f"{one.title}\n{one.narrative}" if one.title else one.narrative
    given = {name: getattr(one, name) for name in RESOLVE_COLUMNS[3:15]}
    values = ["" if value is None else str(value) for value in given.values()]
    moment = one.told_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return [one.complaint_id, one.channel, moment, *values, text]


def write_truth_csv(told: Iterable[Told], path: Path) -> None:
    """Which complaints are one dispute and which one claim."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH_COLUMNS)
        writer.writerows((one.complaint_id, one.case, one.claim) for one in told)
