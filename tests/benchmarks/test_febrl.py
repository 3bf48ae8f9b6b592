"""Our side of Febrl 3, on a few records of the same form."""

from __future__ import annotations

import csv
from pathlib import Path
from random import Random

import numpy as np

from benchmarks import febrl_ours
from benchmarks.febrl import truth_of
from benchmarks.partition import scores
from benchmarks.side import load_groups

NAMES = ["rec_id", *(field.name for field in febrl_ours.FIELDS), "state"]


def write(path: Path, people: int) -> None:
    """So many people of few surnames and suburbs, each told twice, the second time with a slip in one field."""
    rng = Random(3)
    words = ["".join(rng.choices("abdegilmnorstu", k=7)) for _ in range(60)]
    with path.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.DictWriter(opened, NAMES)
        rows.writeheader()
        for number in range(people):
            said = {name: rng.choice(words) for name in NAMES}
            said |= {name: str(rng.randrange(10**7, 10**8)) for name in ("soc_sec_id", "date_of_birth")}
            said |= {"street_number": str(rng.randrange(1, 90)), "postcode": str(rng.randrange(2000, 2100))}
            rows.writerow(said | {"rec_id": f"rec-{number}-org"})
            slip = rng.choice(NAMES[1:])
            rows.writerow(said | {"rec_id": f"rec-{number}-dup-0", "suburb": "", slip: said[slip] + "x"})


def test_whoever_is_told_twice_with_a_slip_is_one_person(tmp_path: Path) -> None:
    write(tmp_path / "records.csv", 400)
    assert febrl_ours.main([str(tmp_path / "records.csv"), str(tmp_path / "groups.npz")]) == 0
    told = scores(load_groups(tmp_path / "groups.npz")["ours"], truth_of(tmp_path / "records.csv"))
    assert told["pair_precision"] == 1.0
    assert told["pair_recall"] > 0.99


def test_levels_say_equal_one_slip_alike_other_and_nothing() -> None:
    texts = ["mitchell", "mitchel", "mitchelson", "harley", ""]
    records = {name: ["1"] * len(texts) for name in NAMES} | {"given_name": texts, "surname": texts}
    left, right = np.zeros(5, dtype=np.int32), np.arange(5, dtype=np.int32)
    assert febrl_ours.compare(records, left, right)[:, 0].tolist() == [0, 1, 2, 3, -1]
