"""A proof fails when too little happened or a planted bug went unseen."""

from __future__ import annotations

import pytest

from tests.promises import proofs


@pytest.fixture(autouse=True)
def _no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is proven here is no promise of the platform: no evidence of it is written."""
    monkeypatch.setattr(proofs, "FOLDER", None)


def test_too_little_is_no_proof() -> None:
    with pytest.raises(AssertionError, match="too little"), proofs.proof("R0", seed=1, enough={"kills": 3}) as made:
        made.count("kills", 2)


def test_a_planted_bug_that_goes_unseen_is_no_proof() -> None:
    with pytest.raises(AssertionError, match="unseen"), proofs.proof("R0", seed=1, enough={}) as made:
        made.planted("cursor saved before the rows", caught=False)


def test_enough_and_caught_is_a_proof() -> None:
    with proofs.proof("R0", seed=1, enough={"kills": 2}) as made:
        made.count("kills", 2)
        made.planted("cursor saved before the rows", caught=True)
