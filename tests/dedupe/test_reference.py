"""The linker's parts on real input that nobody on the project invented, where it is present.

The floors lie a little under what was measured; `python -m benchmarks.reference` prints the figures.
"""

from __future__ import annotations

import pytest

from benchmarks import reference
from benchmarks.reference import FOLDER, Figure
from dedupe.employers import employer

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="reference data not present: ../shared/data")


def _show(figures: list[Figure]) -> dict[str, Figure]:
    for one in figures:
        print(f"{one.name}: {one.ours:.3f} (plain {one.plain}) on {one.rows} rows")
    return {one.name: one for one in figures}


def test_pairs_of_one_company_score_above_pairs_of_two() -> None:
    (found,) = _show(reference.company_pairs()).values()
    assert found.ours >= 0.97
    assert found.plain is not None
    assert found.plain < 0.5


def test_a_short_name_finds_its_company() -> None:
    (found,) = _show(reference.short_names()).values()
    assert found.ours >= 0.96


def test_matching_addresses_score_above_others_better_than_by_plain_ratio() -> None:
    (found,) = _show(reference.address_pairs()).values()
    assert found.plain is not None
    assert found.ours >= max(0.77, found.plain + 0.05)


def test_unpaid_wages_are_told_from_other_money() -> None:
    found = _show(reference.arrears_mark())
    assert found["wage messages recognised"].ours >= 0.95
    assert found["other messages taken for wages"].ours <= 0.05


def test_repeated_messages_come_together_and_look_alikes_stay_apart() -> None:
    found = _show(reference.repeats())
    assert found["repeated messages, pairs joined rightly"].ours == 1.0
    assert found["look-alikes kept apart"].ours == 1.0
    assert found["repeated messages, pairs found"].ours >= 0.55


def test_an_employer_is_found_in_nearly_every_wage_message() -> None:
    records = reference.message_records()
    named = sum(record.employer_name is not None or record.site_name is not None for record in records)
    print(f"employer or site found in {named} of {len(records)} messages")
    assert named >= 0.85 * len(records)


def test_ordinary_employer_names_can_be_taken_apart() -> None:
    names = [row["name"] for row in reference.rows_of("employer_names_dev.csv")]
    known = [employer(name) for name in names]
    cored = sum(one is not None and bool(one.core) for one in known)
    print(f"a core name in {cored} of {len(names)} employers")
    assert cored >= 0.99 * len(names)
