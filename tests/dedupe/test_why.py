"""Why two complaints are one case or not: the reason told is the strongest that holds."""

from __future__ import annotations

from typing import Any

import pytest

from casework.linkage import Band, Decision, Judgement, Refusal, Verdict
from casework.paths import Link
from dedupe.linker import explain_pair, link
from dedupe.weights import load_model
from dedupe.why import REFUSALS, SENTENCES, Known, Reason, Why, share_a_key, unquoted, why
from tests.dedupe.making import said

LINE = 8.0


def judged(left: str, right: str, band: Band, score: float, *conflicts: str, claim: float | None = None) -> Judgement:
    return Judgement(left, right, band, score, claim or -9.0, claim is not None, tuple(conflicts), (), "model")


def told(known: Known, pair: Judgement, *, met: bool = True) -> Why:
    return why(known, pair, line=LINE, met=met, asked=(pair.left, pair.right))


APART = {"a": "one", "b": "one", "c": "two", "d": "two"}
BELOW = judged("a", "c", Band.DIFFERENT, 1.0)


def test_two_of_a_case_are_joined_by_the_path_with_the_strongest_weakest_link() -> None:
    pairs = [
        judged("a", "b", Band.SAME, 30.0),
        judged("b", "c", Band.SAME, 12.0),
        judged("a", "d", Band.SAME, 9.0),
        judged("c", "d", Band.SAME, 2.0, claim=20.0),
    ]
    known = Known(dict.fromkeys("abcd", "one"), pairs)
    found = told(known, judged("a", "d", Band.SAME, 9.0))
    assert found.together
    assert [(one.left, one.right, one.bits) for one in found.path] == [
        ("a", "b", 30.0),
        ("b", "c", 12.0),
        ("c", "d", 20.0),
    ]
    assert found.weakest == found.bridge == Link("b", "c", 12.0)
    assert [one.case_score for one in found.steps] == [30.0, 12.0, 2.0]


def test_a_persons_same_is_a_link_of_the_path() -> None:
    known = Known({"a": "one", "c": "one"}, (), [Decision("c", "a", Verdict.SAME)])
    assert told(known, BELOW).path == (Link("a", "c", 0.0, by_person=True),)


@pytest.mark.parametrize(
    ("known", "pair", "met", "reason"),
    [
        (Known(APART, (), [Decision("b", "d", Verdict.DIFFERENT)], breaker="why"), BELOW, True, Reason.PERSON),
        (Known(APART, (), [Decision("b", "d", Verdict.LINKED)]), BELOW, True, Reason.PERSON),
        (Known(APART, (), [Decision("a", "c", Verdict.UNSURE)]), BELOW, True, Reason.BELOW),
        (Known(APART, breaker="One case would hold all."), BELOW, True, Reason.BREAKER),
        (Known(APART), judged("a", "c", Band.DIFFERENT, 20.0, "codes_differ"), True, Reason.CONFLICT),
        (Known(APART, refusals=(Refusal("b", "c", "sites_differ"),)), BELOW, False, Reason.REFUSED),
        (Known(APART), BELOW, False, Reason.NO_KEY),
        (Known(APART), judged("a", "c", Band.SAME, 20.0), True, Reason.HELD),
        (Known(APART), judged("a", "c", Band.ASK, 9.0), True, Reason.UNANCHORED),
        (Known(APART), judged("a", "c", Band.ASK, 5.0), True, Reason.ASKED),
        (Known(APART), BELOW, True, Reason.BELOW),
    ],
)
def test_the_reason_told_is_the_strongest_that_holds(known: Known, pair: Judgement, met: bool, reason: Reason) -> None:
    found = told(known, pair, met=met)
    assert (found.together, found.reason, found.path) == (False, reason, ())
    assert found.sentence == SENTENCES[reason]


def test_what_lies_behind_a_refusal_and_a_breaker_is_told_in_words() -> None:
    refused = Known(APART, refusals=(Refusal("d", "a", "sites_differ"), Refusal("a", "x", "too_large")))
    assert told(refused, BELOW).details == (REFUSALS["sites_differ"],)
    assert told(Known(APART, breaker="One case would hold all."), BELOW).details == ("One case would hold all.",)


def test_every_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Reason)


def test_the_linkers_own_answer_is_explained() -> None:
    site: dict[str, Any] = {
        "employer_name": "青岛源丰建筑工程有限公司",
        "site_name": "泉悦公园",
        "arrears_from": "2026-07",
        "arrears_to": "2026-08",
    }
    records = [
        said("a", **site, complainant_name="王建国", complainant_phone="13812345678"),
        said("b", **site, complainant_name="王建国", complainant_phone="13812345678", day=1),
        said("c", **site, complainant_name="李秀英", complainant_phone="13987651234", day=2),
        said("d", employer_name="烟台宏远装饰", complainant_name="赵大海", complainant_phone="13744440000"),
    ]
    known = Known.of(link(records))
    line = load_model().lines["case_same"]

    def explained(one: int, other: int) -> Why:
        left, right = records[one], records[other]
        pair = explain_pair(left, right)
        ids = (left.complaint_id, right.complaint_id)
        return why(known, pair, line=line, met=share_a_key(left, right), asked=ids)

    found = explained(1, 2)
    assert found.together
    assert found.path[0].left == "b"
    assert found.path[-1].right == "c"
    assert explained(0, 3).reason is Reason.NO_KEY


def test_a_name_weighs_against_workmates_and_the_firm_does_not() -> None:
    firm: dict[str, Any] = {"employer_name": "青岛源丰建筑工程有限公司"}
    pair = explain_pair(said("a", **firm, complainant_name="王建国"), said("b", **firm, complainant_name="王建国"))
    lines = {line.feature: line for line in pair.evidence}
    assert lines["name"].against_workmate > 3
    assert abs(lines["employer"].against_workmate) < 1 < lines["employer"].against_stranger


def test_without_quotes_no_value_is_left() -> None:
    pair = explain_pair(said("a", complainant_phone="13812345678"), said("b", complainant_phone="13812345678"))
    assert "13812345678" in repr(pair)
    assert "13812345678" not in repr(unquoted(pair))
    assert [line.sentence for line in unquoted(pair).evidence] == [line.sentence for line in pair.evidence]


def test_what_people_kept_apart_or_left_open_holds_no_case_together() -> None:
    one = {"a": "one", "b": "one", "c": "two"}
    words = [
        Decision("a", "b", Verdict.UNSURE),
        Decision("a", "c", Verdict.SAME),
        Decision("b", "c", Verdict.DIFFERENT),
    ]
    assert Known(one, (), words).links() == []
    assert Known(one, (), [*words, Decision("b", "a", Verdict.SAME)]).links() == [Link("a", "b", 0.0, by_person=True)]
