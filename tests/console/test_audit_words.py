"""Where the audit log is shown, its codes have words beside them; the log itself keeps the codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from casework.handling import DECLINE_GROUNDS
from casework.leniency import Exit
from casework.people import Role
from casework.warnings.rules import RULES
from console.labels_audit import CODES, words_of
from tests.console.conftest import Person
from warehouse import audit
from warehouse.engine import Warehouse

LogIn = Callable[[str], Person]


def test_a_code_is_said_in_words_beside_itself(morning: Warehouse, log_in: LogIn, now: datetime) -> None:
    with morning.write() as session:
        details = {"ground": "in_arbitration_or_court", "document": "doc_1", "outcome": "false_alarm"}
        audit.record(session, by="acc", act="decline_case", subject="case:x", at=now, details=details)
    page = log_in("audit").get("/audit", language="zh_CN")
    assert "ground=in_arbitration_or_court (已申请仲裁或提起诉讼)" in page
    assert "document=doc_1, " in page
    assert "outcome=false_alarm (误报" in page


def test_every_code_there_is_has_its_words() -> None:
    every = {"ground": DECLINE_GROUNDS, "exit": [one.value for one in Exit], "role": [one.value for one in Role]}
    for name, codes in {**every, "rule": RULES}.items():
        assert set(codes) <= set(CODES[name]), name
    assert words_of("ground", "something typed") is None
    assert words_of("document", "in_arbitration_or_court") is None
    assert words_of("ground", 3) is None
