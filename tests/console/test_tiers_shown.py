"""Response tiers on the pages: put by the administrator as the example has them, and lit beside the cases."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape

from casework.settings_of_tiers import EXAMPLES, TIERS
from tests.console.conftest import Person
from tests.console.forms import form_of
from tests.console.test_work import dispatched_and_signed
from warehouse.engine import Warehouse


def test_a_tier_is_put_with_its_source_and_its_lamp_is_lit_in_words(
    morning: Warehouse, log_in: Callable[[str], Person]
) -> None:
    system = log_in("system")
    page = unescape(system.get(f"/rules/{TIERS}"))
    example = json.dumps(EXAMPLES[TIERS], ensure_ascii=False)
    units = EXAMPLES[TIERS]
    assert isinstance(units, dict)
    assert all(json.dumps(one, ensure_ascii=False) in page for one in units.values()), "a line for each"
    offered = form_of(system.get(f"/rules/{TIERS}?example=yes"), f"/rules/{TIERS}")["value"]
    assert json.loads(offered[0]) == units, "it need not be copied by hand"
    without = json.dumps({"town": {"days": 3}})
    assert "响应分级要写明依据" in system.post(f"/rules/{TIERS}", status=422, value=without, source="局务会", version=0)
    system.post(f"/rules/{TIERS}", value=example, source="局务会 2026-11-20", version=0)
    number, lead = dispatched_and_signed(morning, log_in)
    queue = unescape(log_in("desk").get("/queue?tab=dispatched"))
    lamp = queue.split('class="small line tier"')[1].split("</div>")[0]
    assert "首次响应" in lamp
    assert "剩 4 小时" in lamp
    assert "崂先办：4 小时响应" in lamp
    assert "respond in" not in lamp
    officer = log_in(lead)
    case = unescape(officer.get(f"/cases/{number}"))
    assert "响应分级 · 首次响应 · 4 小时" in case
    assert "崂先办" in case
    assert "按期完成" in case.split("首次响应 · 4 小时")[1].split("</div></div>")[0]
    shares = unescape(log_in("head").get("/statistics")).split('id="tiers"')[1].split("</section>")[0]
    assert "区级部门" in shares
    assert "100.0 %" in shares
    assert "Response tier" in officer.get(f"/cases/{number}", language="en")
