"""The twelve lines: each over the conditions of the exits, with its evidence, its checker and its article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from casework.discretion import SCALES, Waiver, compute, items_of, lowest, misfit, scales_with
from casework.errors import BadInput
from casework.leniency import EXEMPTIONS, RULES, Exit, check
from casework.settings_of_law import SETTINGS
from casework.sparing import LEVELS, LINES, Answer, Procedure, State, answers, raised
from tests.casework.test_leniency import GOOD, YES

STEPS = SETTINGS["leniency.discretion_steps"].default
DOCS = Path(__file__).parent.parent.parent / "docs" / "flexible-enforcement.md"
DONE = Procedure(
    reviewed_by="acc_2",
    reviewed_on=date(2026, 11, 19),
    review_passed=True,
    approved_by="acc_3",
    approved_on=date(2026, 11, 20),
    follow_up_due_on=date(2027, 2, 18),
    followed_on=date(2027, 2, 10),
    followed_by="acc_1",
)


def lines(exit_: Exit = Exit.EXEMPT_FIRST_OFFENCE, procedure: Procedure = DONE, **change: object) -> dict[int, Answer]:
    facts = replace(GOOD, **change)  # type: ignore[arg-type]  # drawn from a table
    conditions = check(exit_, facts, YES, evidence={"first_offence": "hsr_1"}, deciding=True)
    return {one.line.no: one for one in answers({line.key: line for line in conditions}, procedure)}


def test_there_are_twelve_and_a_good_case_meets_them_all() -> None:
    found = lines()
    assert sorted(found) == list(range(1, 13))
    assert {no: one.state for no, one in found.items() if one.state is not State.MET} == {}
    assert found[2].evidence == ("hsr_1",)
    assert found[2].checkers == ("system",)
    assert found[4].checkers == ("acc_1",)


@pytest.mark.parametrize(
    ("no", "change"),
    [
        (1, {"offence_items": ("甲",), "offence_item": "乙"}),
        (2, {"earlier_case_nos": ("即2025-3",)}),
        (3, {"max_workers": 7}),
        (5, {"corrected_on": None}),
        (5, {"workers_paid": 7}),
        (6, {"pledge_signed_on": None}),
        (7, {"group_incident": True}),
        (7, {"listed": True}),
        (7, {"with_police_since": date(2026, 11, 2)}),
        (7, {"red_flags": ("retaliation 2026-11-01",)}),
        (7, {"amount_paid": 0, "worker_count": 12, "amount_verified": 7_000_000}),
        (8, {"educated_on": None}),
        (12, {"relapsed_case_nos": ("即2025-9",)}),
    ],
)
def test_each_line_fails_by_the_fact_that_is_missing(no: int, change: dict[str, object]) -> None:
    assert lines(**change)[no].state is State.NOT_MET  # type: ignore[arg-type]  # drawn from a table


def test_only_a_person_ticks_what_the_records_cannot_answer() -> None:
    conditions = check(Exit.EXEMPT_FIRST_OFFENCE, GOOD, {}, deciding=True)
    found = {one.line.no: one for one in answers({line.key: line for line in conditions}, Procedure())}
    assert {no for no, one in found.items() if one.only_a_person} == {1, 4, 7, 9, 10, 11}
    assert {no for no, one in found.items() if one.state is State.WAITS} == {9, 10, 11}
    assert all(found[no].state is State.NOT_MET and not found[no].checkers for no in (1, 4))


def test_the_office_s_list_answers_the_first_line_by_itself() -> None:
    met = lines(offence_items=("甲",), offence_item="甲", list_version="2026-1")[1]
    assert (met.state, met.facts, met.only_a_person) == (
        State.MET,
        ("On the office's no-penalty list 2026-1.",),
        False,
    )


def test_a_line_that_an_exit_does_not_ask_for_is_never_met() -> None:
    found = lines(Exit.EXEMPT_NO_FAULT)
    assert {no for no, one in found.items() if one.state is State.NOT_ASKED} == {1, 2, 3, 4, 5, 6, 12}
    assert lines(Exit.EXEMPT_NO_HARM)[4].state is State.MET


@pytest.mark.parametrize(
    ("no", "change", "state"),
    [
        (9, {"review_passed": False}, State.NOT_MET),
        (9, {"reviewed_on": None}, State.WAITS),
        (10, {"approved_on": None}, State.WAITS),
        (11, {"followed_on": None}, State.WAITS),
        (11, {"followed_on": None, "follow_up_due_on": None}, State.WAITS),
        (12, {"relapsed_in": "即2027-1"}, State.NOT_MET),
    ],
)
def test_the_procedure_is_followed_to_its_end(no: int, change: dict[str, object], state: State) -> None:
    assert lines(procedure=replace(DONE, **change))[no].state is state  # type: ignore[arg-type]  # drawn from a table


def test_every_line_rests_on_conditions_that_exist_and_names_article_and_evidence() -> None:
    keys = {rule.key for rule in RULES if rule.exits & EXEMPTIONS}
    for line in LINES:
        assert set(line.keys) <= keys
        assert line.source
        assert line.slot


def test_an_older_offence_does_not_bar_but_is_said() -> None:
    fact = lines(older_case_nos=("即2021-3",))[2]
    assert fact.state is State.MET
    assert fact.facts == ("No earlier offence in the last 24 months; before that 即2021-3.",)
    assert lines(window_months=0, earlier_case_nos=("即2011-3",))[2].facts == ("Not the first: 即2011-3.",)


@pytest.mark.parametrize(
    ("waiver", "fen"),
    [
        (Waiver("not_obeyed", "slight"), 200_000),
        (Waiver("not_obeyed", "ordinary"), 740_000),
        (Waiver("not_obeyed", "slight", units=9), 200_000),
        (Waiver("overtime", "slight", units=8), 80_000),
        (Waiver("overtime", "serious", units=195), 195 * 38_000),
        (Waiver("insurance_report", "slight", base=1_000_000), 1_000_000),
        (Waiver("insurance_report", "serious", base=1_000_000), 2_400_000),
        (Waiver("no_report", "slight"), 200_000),
        (Waiver("no_fine", "slight"), 0),
    ],
)
def test_a_waived_amount_is_counted_by_the_guideline(waiver: Waiver, fen: int) -> None:
    rows = scales_with(SETTINGS["leniency.discretion_scales"].default)
    found = compute([waiver], rows, STEPS)[0]
    assert found.amount == fen
    assert found.words.startswith(rows[waiver.scale].article)


def fine_of(*waivers: Waiver, fined: int | None = None, lighter: bool = False) -> str | None:
    return misfit(compute(waivers, scales_with([]), STEPS), fined, lighter=lighter)


def test_a_fine_lies_within_the_range_of_its_articles_and_a_lighter_one_below_the_count() -> None:
    two = Waiver("protected_workers", "ordinary", units=2)
    assert fine_of() == "Name the fine by a row of the discretion guideline."
    assert fine_of(Waiver("no_fine", "slight"), fined=1) == "That act carries no fine of its own."
    assert [fine_of(two, fined=fen) is None for fen in (199_999, 200_000, 1_000_000, 1_000_001)] == [
        False,
        True,
        True,
        False,
    ]
    assert fine_of(two, fined=440_000, lighter=True) == (
        "A lighter penalty lies below the 4,400.00 yuan that the guideline counts."
    )
    assert fine_of(two, fined=439_999, lighter=True) is None


def test_the_lowest_step_is_the_one_with_the_least_share() -> None:
    assert [lowest(step, STEPS) for step in ("slight", "ordinary", "serious", "moon")] == [True, False, False, False]
    assert not lowest("slight", {})


def test_a_waived_amount_is_explained_step_by_step() -> None:
    found = compute([Waiver("overtime", "slight", units=8)], scales_with([]), STEPS)[0]
    said, counted = found.words.split("; ")
    assert said == "423 §25: 100.00 yuan to 500.00 yuan for each worker"
    assert counted == "step slight, 0% of the range: 100.00 yuan x 8 = 800.00 yuan."


@pytest.mark.parametrize(
    "waiver",
    [
        Waiver("moon", "slight"),
        Waiver("overtime", "moon"),
        Waiver("overtime", "slight", units=0),
        Waiver("overtime", "slight", units=200_000),
        Waiver("insurance_report", "slight"),
    ],
)
def test_a_row_a_step_or_a_number_that_is_none_is_refused(waiver: Waiver) -> None:
    with pytest.raises(BadInput):
        compute([waiver], scales_with([]), STEPS)


@pytest.mark.parametrize(
    "row",
    [
        "text",
        {"key": "x"},
        {"key": "x", "article": "a", "low": 5, "high": 1, "per": "case"},
        {"key": "x", "article": "a", "low": 1, "high": 5, "per": "moon"},
    ],
)
def test_a_row_of_the_office_s_that_is_none_is_refused(row: object) -> None:
    with pytest.raises(BadInput):
        scales_with([row])  # type: ignore[list-item]  # what a setting may hold by mistake


def test_the_no_penalty_list_is_read_as_names_or_as_rows() -> None:
    read = items_of(["甲", {"item": "乙", "max_workers": 2, "from": "2026-01-01"}, {}])
    assert [(one.item, one.max_workers, one.from_on) for one in read] == [("甲", None, ""), ("乙", 2, "2026-01-01")]


def test_a_level_rises_by_one_and_stays_red() -> None:
    assert [raised(level) for level in (None, *LEVELS)] == ["yellow", "orange", "red", "red"]


def test_the_page_says_each_line_and_each_fine_with_its_article() -> None:
    text = DOCS.read_text("utf-8")
    for line in LINES:
        assert f"| {line.no} | {line.group.value} | {line.says} | {line.source} | {line.slot} |" in text
    for row in SCALES:
        after = f" `{row.after}`" if row.after else ""
        said = f"| `{row.key}` | {row.article} | {row.low} | {row.high} | {row.per} | {row.source} |{after} |"
        assert said in text
