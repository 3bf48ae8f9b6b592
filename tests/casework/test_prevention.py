"""What a prevention notice says: words of ours filled with figures of registers and feeds, and nothing of anybody."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import BadInput
from casework.messages import Occasion, check_wording
from casework.prevention import (
    CODE_LENGTH,
    GROUNDS,
    LACKS,
    LANGUAGES,
    TELLING,
    Ground,
    Lack,
    Told,
    code_typed,
    code_written,
    compose,
    link_to,
    may_be_quoted,
    new_code,
)
from casework.prevention_words import TRADES
from casework.record import Json
from casework.warnings.rule import Kind, Theme
from casework.warnings.rules import RULES

DAY = date(2026, 11, 27)
_VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    Kind.COUNT: st.integers(0, 5_000),
    Kind.FEN: st.integers(0, 10**10),
    Kind.DAYS: st.integers(0, 900),
    Kind.PERCENT: st.integers(0, 100),
    Kind.DAY: st.dates(date(2024, 1, 1), date(2027, 1, 1)).map(date.isoformat),
    Kind.MONTH: st.sampled_from(["2026-01", "2026-10"]),
    Kind.PROJECT: st.just("P-1"),
    Kind.CODE: st.sampled_from(["anything", "account", "payroll", "attendance"]),
}


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """A sign as the rules find it, with the project's name or without."""
    rule = RULES[draw(st.sampled_from(sorted(GROUNDS)))]
    facts = {name: draw(_VALUES[kind]) for name, kind in rule.facts.items()}
    if "provisional" in rule.more and draw(st.booleans()):
        facts["provisional"] = 1
    return Ground(rule.id, facts, draw(st.sampled_from([None, "滨海一号楼", "滨港二期"])))


def told(*found: Ground, trade: str = "construction", lacks: tuple[str, ...] = ()) -> Told:
    return Told("青岛某建筑公司", "即墨区人社局", trade, found, DAY, lacks)


@given(st.lists(grounds(), max_size=6), st.randoms(), st.sampled_from(sorted(TRADES)))
def test_no_word_lets_one_think_that_somebody_spoke_and_the_order_does_not_matter(
    found: list[Ground], chance: Any, trade: str
) -> None:
    for language in LANGUAGES:
        text = compose(told(*found, trade=trade, lacks=tuple(Lack)), language)
        said = "\n".join(text.words())
        assert not TELLING.search(said), TELLING.search(said)
        assert not re.search(r"[{}]|None", said)
        other = list(found)
        chance.shuffle(other)
        assert compose(told(*other, trade=trade, lacks=tuple(Lack)), language) == text
        assert len(text.points) == len(found) or (not found and len(text.points) >= 2)


def test_only_what_registers_and_feeds_say_may_be_quoted() -> None:
    quotable = {rule for rule in RULES if may_be_quoted(rule)}
    themes = {RULES[rule].theme for rule in quotable}
    assert themes == {Theme.PAY, Theme.SITE, Theme.FEED, Theme.ELSEWHERE}
    inputs = {table for rule in quotable - {"leaver_unsettled"} for table in RULES[rule].inputs}
    assert inputs <= {"project", "pay_period", "pay_line", "account_balance", "attendance_month", "feed_version",
                      "outside_arrears"}  # fmt: skip
    for rule in set(RULES) - quotable:
        with pytest.raises(BadInput):
            compose(told(Ground(rule, {})), "en")
    # Its level alone looks at complaints, and no notice tells a level.
    assert "level" not in Ground.__slots__


def test_a_day_that_is_a_guess_is_not_told() -> None:
    facts: dict[str, Json] = {"project": "P", "months": 1, "due_on": "2027-01-15", "days": 3, "workers": 4, "owed": 100}
    sure = compose(told(Ground("arrears", facts)), "zh_CN").points[0].missing
    guess = compose(told(Ground("arrears", {**facts, "provisional": 1})), "zh_CN").points[0].missing
    assert "2027年1月15日" in sure
    assert "2027" not in guess
    assert "1.00元" in guess


def test_what_a_notice_says_in_both_languages() -> None:
    facts: dict[str, Json] = {"project": "P", "started_on": "2026-03-01", "due_on": "2026-03-27"}
    one = Ground("deposit_missing", facts, "滨海一号楼")
    zh, en = (compose(told(one, lacks=("no_proof",)), language) for language in LANGUAGES)
    assert zh.points[0].article == "《保障农民工工资支付条例》第三十二条"
    assert en.points[0].article == "Regulation on Paying Migrant Workers' Wages, Art. 32"
    assert "2026年11月27日" in zh.until
    assert "27 November 2026" in en.until
    assert (zh.lacks, en.lacks) == (tuple([pair[0] for pair in [LACKS["no_proof"]]]), (LACKS["no_proof"][1],))
    general = compose(told(trade="services"), "zh_CN")
    assert "餐饮" in general.lead
    assert all(not point.missing for point in general.points)
    for wrong in ("fr", ""):
        with pytest.raises(BadInput):
            compose(told(), wrong)
    with pytest.raises(BadInput):
        compose(told(trade="piracy"), "en")


def test_a_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    assert len(code) == CODE_LENGTH
    assert 30**CODE_LENGTH > 2**128
    for said in (
        code,
        code.lower(),
        code_written(code),
        f" {code_written(code)} ",
        code_written(code).replace("-", "—"),
    ):
        assert code_typed(said) == code
    assert code_typed(code[:-1]) is None
    assert code_typed("") is None
    assert link_to("https://page.test/", code) == f"https://page.test/n/{code}"


@pytest.mark.parametrize(
    "words",
    ["有工人投诉，请看{link}", "接到举报，请于{day}前回复：{link}", "A worker complained, see {link}", "12345: {link}"],
)
def test_no_wording_of_the_message_lets_one_think_so(words: str) -> None:
    with pytest.raises(BadInput):
        check_wording(Occasion.EMPLOYER_NOTICE, words)
    assert check_wording(Occasion.EMPLOYER_NOTICE, "请于{day}前查看：{link}")
