"""The import door and the linking on real messages that nobody on the project invented, where they are present.

The floors lie a little under what was measured; `python -m benchmarks.real_input` prints the figures.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from benchmarks.real_input import ABSENT, OTHER, WAGE, lines, measure
from benchmarks.reference import FOLDER
from warehouse.engine import Warehouse

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=ABSENT)


def test_real_messages_are_filed_once_and_repeats_of_them_are_found(store: Warehouse, now: datetime) -> None:
    found = measure(store, at=now, files=(WAGE, OTHER))
    print("\n".join(lines(found)))
    assert [(one.read, one.filed, one.quarantined, one.written_again) for one in found.files] == [
        (98, 98, 0, 0),
        (150, 150, 0, 0),
    ]
    assert found.written_by_linking_again == 0
    assert found.repeats.precision == 1.0
    assert found.repeats.unlabelled_joined == 0
    assert found.repeats.recall >= 0.55
    assert found.repeats.recall_with_questions >= 0.6
    assert found.mark.recall >= 0.94
    assert found.mark.false_alarm <= 0.05
