"""Where the reference texts of others lie, beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def open311() -> Path:
    """The folder of the official Open311 schemas."""
    folder = ROOT.parent / "shared" / "data" / "open311"
    if not folder.exists():
        pytest.skip("reference data not present: ../shared/data")
    return folder
