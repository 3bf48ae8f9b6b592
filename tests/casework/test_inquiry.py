"""The fifteen lines of a notice of inquiry, and the department that a project's type proposes."""

from __future__ import annotations

import pytest

from casework.errors import BadInput
from casework.handling import BODIES
from casework.inquiry import ITEMS, WARNING, Wanted, checklist
from casework.project_types import PROJECT_TYPES, proposed_body

WORDS = {"road": ["道路", "公路"], "water": ["水库"]}


def test_the_list_has_the_fifteen_lines_of_the_form_each_with_its_source() -> None:
    assert [item.no for item in ITEMS] == list(range(1, 16))
    assert len({item.key for item in ITEMS}) == 15
    assert len(ITEMS) == 15
    assert all(item.source for item in ITEMS)
    assert "第三十条" in WARNING


def test_every_line_is_printed_asked_or_not_with_its_marks() -> None:
    lines = checklist([Wanted(10, ("general_contractor", "project_owner")), Wanted(4)])
    assert [line["no"] for line in lines] == list(range(1, 16))
    assert [line["no"] for line in lines if line["asked"]] == [4, 10]
    assert [lines[9]["side"], lines[3]["side"], lines[0]["side"]] == ["建、总", "", ""]


def test_payroll_and_attendance_say_their_months() -> None:
    lines = checklist([Wanted(6, from_month="2026-08", to_month="2026-10")])
    assert lines[5]["name"].endswith("（2026年8月至2026年10月）")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(16), "no such line"),
        (Wanted(1, ("bank",)), "the owner, the general contractor"),
        (Wanted(6), "one month to another"),
        (Wanted(7, from_month="2026-10", to_month="2026-08"), "one month to another"),
        (Wanted(7, from_month="2026-13", to_month="2026-13"), "one month to another"),
        (Wanted(15, words=" "), "which other papers"),
    ],
)
def test_what_the_form_cannot_say_is_refused(wanted: Wanted, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        checklist([wanted])


@pytest.mark.parametrize(
    ("site", "body", "word"),
    [("蓝村道路改造二标段", "transport", "道路"), ("石棚水库除险", "water", "水库"), ("蓝谷公寓", "housing", None)],
)
def test_the_trade_department_follows_the_type_of_the_project(site: str, body: str, word: str | None) -> None:
    found = proposed_body("construction", (site, None), WORDS)
    assert found is not None
    assert (found.body, found.word) == (body, word)
    assert set(PROJECT_TYPES.values()) <= set(BODIES)


def test_nothing_is_proposed_outside_construction() -> None:
    assert proposed_body("other", ("蓝村道路海产店",), WORDS) is None
