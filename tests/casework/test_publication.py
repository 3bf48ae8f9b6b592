"""Which breach is published: the conditions by themselves, drawn; the quarters of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.complaint import Nature
from casework.publication import (
    ARTICLES,
    BREACH_TITLES,
    Breach,
    Grounds,
    Quarter,
    conditions,
    suggested,
    unmet,
    unmet_since,
)

GROUNDS = st.builds(
    Grounds,
    nature=st.sampled_from([one.value for one in Nature]),
    decision=st.sampled_from([None, "handling_decision", "penalty_decision"]),
    served_on=st.sampled_from([None, date(2026, 11, 20)]),
    fallen=st.sampled_from([None, "annulled", "changed"]),
    transferred=st.booleans(),
    criminal=st.sampled_from([(True, "reached."), (False, "below.")]),
    incident=st.booleans(),
    employer_known=st.booleans(),
    a_firm=st.booleans(),
    under_way=st.booleans(),
)
BREACHES = st.sampled_from(list(Breach))
PLAIN = Grounds(
    nature=Nature.ARREARS,
    decision="handling_decision",
    served_on=date(2026, 11, 20),
    fallen=None,
    transferred=False,
    criminal=(False, "below."),
    incident=False,
    employer_known=True,
    a_firm=True,
    under_way=False,
)


def lacking(breach: str, grounds: Grounds, basis: str = "") -> set[str]:
    return {line.key for line in unmet(conditions(breach, grounds, basis))}


@given(BREACHES, GROUNDS, st.sampled_from(["", "  ", "数额较大"]))
def test_nothing_is_published_without_a_decision_that_stands_an_employer_and_a_ground(
    breach: Breach, grounds: Grounds, basis: str
) -> None:
    lines = conditions(breach, grounds, basis)
    assert [line.key for line in lines] == ["decided", "stands", "grave", "employer", "once"]
    assert all(line.fact and line.source and line.says for line in lines)
    if not unmet(lines):
        served = grounds.decision is not None and grounds.served_on is not None
        assert served or (breach is Breach.REFUSED_PAY and grounds.transferred)
        assert grounds.fallen != "annulled"
        assert grounds.employer_known
        assert grounds.a_firm
        assert not grounds.under_way
        shown = suggested(grounds) is not None
        assert shown or basis.strip(), "by the records, or by what a person says it rests on"
        assert breach is not Breach.REFUSED_PAY or grounds.transferred, "no words stand for a transfer"


@given(BREACHES, GROUNDS)
def test_what_a_person_says_never_unmakes_what_the_records_show(breach: Breach, grounds: Grounds) -> None:
    assert lacking(breach, grounds, "数额较大") <= lacking(breach, grounds)


@given(BREACHES, GROUNDS, st.booleans())
def test_what_was_approved_as_a_large_sum_is_not_weighed_again(
    breach: Breach, grounds: Grounds, approved: bool
) -> None:
    lines = conditions(breach, grounds)
    left = {line.key for line in unmet_since(breach, lines, approved=approved)}
    kept = {"once", "grave"} if approved and breach is Breach.ARREARS else {"once"}
    assert left == lacking(breach, grounds) - kept


@given(GROUNDS)
def test_the_class_that_is_proposed_is_grave_by_the_records(grounds: Grounds) -> None:
    shown = suggested(grounds)
    if shown is not None:
        grave = next(line for line in conditions(shown, grounds) if line.key == "grave")
        assert grave.met
        assert not grave.by_person
    else:
        assert all("grave" in lacking(one, grounds) for one in Breach)


@pytest.mark.parametrize(
    ("change", "breach"),
    [
        ({"criminal": (True, "12 workers.")}, Breach.ARREARS),
        ({"transferred": True}, Breach.REFUSED_PAY),
        ({"nature": Nature.CHILD_LABOUR}, Breach.CHILD_LABOUR),
        ({"incident": True}, Breach.SOCIAL_HARM),
        ({"nature": Nature.HOURS_AND_LEAVE, "criminal": (True, "12 workers.")}, None),
        ({}, None),
    ],
)
def test_the_records_show_these_classes_by_themselves(change: dict[str, object], breach: Breach | None) -> None:
    assert suggested(replace(PLAIN, **change)) == breach  # type: ignore[arg-type]


def test_every_class_has_its_words_and_its_article() -> None:
    assert set(BREACH_TITLES) == set(ARTICLES) == {one.value for one in Breach}
    numbers = {article.removeprefix("R29 §5(").rstrip(")") for article in ARTICLES.values()}
    assert numbers == set("一二三四五六七"), "the seven of the decree"


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31)))
def test_every_day_lies_in_one_quarter(day: date) -> None:
    one = Quarter.of(day)
    assert one.first <= day <= one.last
    assert one.last + timedelta(days=1) == one.after.first
    assert one.after.before == one
    assert Quarter.read(str(one)) == one
    assert one < one.after


@pytest.mark.parametrize(
    "said",
    ["", "2026", "2026-Q5", "2026-Q0", "26-Q1", "２０２６-Q1", "2026-q1", "0000-Q1", "2026-Q1x", "9999-Q4", "1900-Q1"],
)
def test_what_is_no_quarter_is_none(said: str) -> None:
    assert Quarter.read(said) is None
