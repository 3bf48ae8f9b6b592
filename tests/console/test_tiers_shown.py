"""Response tiers on the pages: put by the administrator as the example has them, and lit beside the cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape

from casework.settings_of_tiers import EXAMPLES, TIERS
from tests.console.conftest import Person
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse


def test_a_tier_is_put_with_its_source_and_its_lamp_is_lit_in_words(
    morning: Warehouse, log_in: Callable[[str], Person]
) -> None:
    system = log_in("system")
    page = unescape(system.get(f"/rules/{TIERS}"))
    example = json.dumps(EXAMPLES[TIERS], ensure_ascii=False)
    assert example in page
    without = json.dumps({"town": {"days": 3}})
    assert "响应分级要写明依据" in system.post(f"/rules/{TIERS}", status=422, value=without, source="局务会", version=0)
    system.post(f"/rules/{TIERS}", value=example, source="局务会 2026-11-20", version=0)
    number, lead = dispatched_and_signed(morning, log_in)
    officer = log_in(lead)
    case = unescape(officer.get(f"/cases/{number}"))
    assert "响应分级 · 首次响应 · 4 小时" in case
    assert "响应分级 · 答复" in case
    assert "崂先办" in case
    mine = unescape(officer.get("/mine"))
    assert "答复" in mine.split('class="small line tier"')[1].split("</div>")[0]
    assert "Response tier" in officer.get(f"/cases/{number}", language="en")
