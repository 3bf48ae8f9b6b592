"""What must hold for any complaints and any decisions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.linking import to_complaint
from casework.linkage import Decision, Linkage, LinkRecord, Verdict
from dedupe.extraction import fill
from dedupe.linker import link
from dedupe.record import to_record
from sandbox.world import make_world
from tests.dedupe.making import parted, said

FIRMS = (
    "青岛源丰建筑工程有限公司",
    "源丰建筑",
    "青岛源丰水产有限公司",
    "源丰海产",
    "宏达机械",
    "包工头王建国",
    "有限公司",
    None,
)
SITES = ("泉悦公园一期", "泉悦公园二期", "鹤山学校", None)
NAMES = ("王建国", "王*国", "王师傅", "李海", "李海涛", None)
PHONES = ("13812345678", "138****5678", "13987654321", None)
MONTHS = ((None, None), ("2026-03", "2026-05"), ("2025-01", "2025-02"), ("2026-05", None))
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def _complaints(draw: st.DrawFn) -> list[LinkRecord]:
    rows = []
    for place in range(draw(st.integers(2, 9))):
        months = draw(st.sampled_from(MONTHS))
        rows.append(
            said(
                f"c{place}",
                day=draw(st.integers(0, 40)),
                employer_name=draw(st.sampled_from(FIRMS)),
                site_name=draw(st.sampled_from(SITES)),
                complainant_name=draw(st.sampled_from(NAMES)),
                complainant_phone=draw(st.sampled_from(PHONES)),
                district_code=draw(st.sampled_from(("370215", None))),
                arrears_from=months[0],
                arrears_to=months[1],
            )
        )
    return rows


@st.composite
def _decided(draw: st.DrawFn) -> tuple[list[LinkRecord], list[Decision]]:
    """Complaints, and decisions that do not contradict each other: each person's word follows one hidden grouping."""
    rows = draw(_complaints())
    hidden = {row.complaint_id: draw(st.integers(0, 3)) for row in rows}
    pairs = draw(st.lists(st.tuples(st.sampled_from(sorted(hidden)), st.sampled_from(sorted(hidden))), max_size=8))
    decisions = []
    for left, right in pairs:
        if left < right:
            no = draw(st.sampled_from((Verdict.DIFFERENT, Verdict.LINKED)))
            decisions.append(Decision(left, right, Verdict.SAME if hidden[left] == hidden[right] else no))
    return rows, decisions


def _answer(found: Linkage) -> tuple[object, ...]:
    return dict(found.case_of), dict(found.claim_of), dict(found.confidence_of), found.judgements, found.refusals


@QUICK
@given(_decided(), st.randoms(use_true_random=False))
def test_the_order_of_complaints_and_decisions_does_not_matter(
    given_: tuple[list[LinkRecord], list[Decision]], chance: Random
) -> None:
    rows, decisions = given_
    before = _answer(link(rows, decisions))
    chance.shuffle(rows)
    chance.shuffle(decisions)
    assert _answer(link(rows, decisions)) == before


@QUICK
@given(_decided())
def test_a_persons_word_is_never_violated(given_: tuple[list[LinkRecord], list[Decision]]) -> None:
    rows, decisions = given_
    case = link(rows, decisions).case_of
    for one in decisions:
        assert (case[one.left] == case[one.right]) is (one.verdict is Verdict.SAME)


@QUICK
@given(_complaints(), st.data())
def test_whoever_is_unsure_changes_nothing(rows: list[LinkRecord], data: st.DataObject) -> None:
    ids = sorted(row.complaint_id for row in rows)
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=5))
    unsure = [Decision(left, right, Verdict.UNSURE) for left, right in pairs if left < right]
    assert _answer(link(rows, unsure)) == _answer(link(rows))


@QUICK
@given(_complaints(), st.data())
def test_a_decision_taken_back_leaves_no_trace(rows: list[LinkRecord], data: st.DataObject) -> None:
    ids = sorted(row.complaint_id for row in rows)
    left, right = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
    before = _answer(link(rows))
    if left != right:
        link(rows, [Decision(min(left, right), max(left, right), Verdict.SAME)])
    assert _answer(link(rows, [])) == before


@QUICK
@given(_decided())
def test_a_claim_never_spans_two_cases_and_bears_its_oldest_members_name(
    given_: tuple[list[LinkRecord], list[Decision]],
) -> None:
    rows, decisions = given_
    found = link(rows, decisions)
    age = {row.complaint_id: row.submitted_at for row in rows}
    for groups in (found.case_of, found.claim_of):
        for name, group in groups.items():
            assert age[group] <= age[name]
            assert groups[group] == group
    for name, claim in found.claim_of.items():
        assert found.case_of[name] == found.case_of[claim]
    assert all(0 <= sure <= 1 for sure in found.confidence_of.values())


@QUICK
@given(_complaints())
def test_a_no_on_every_pair_leaves_everyone_alone(rows: list[LinkRecord]) -> None:
    ids = sorted(row.complaint_id for row in rows)
    apart = [Decision(one, other, Verdict.DIFFERENT) for one in ids for other in ids if one < other]
    assert len(set(link(rows, apart).case_of.values())) == len(ids)


def test_contradicting_words_fail_closed() -> None:
    rows = [said("a"), said("b"), said("c")]
    words = [Decision("a", "b", Verdict.SAME), Decision("b", "c", Verdict.SAME), Decision("a", "c", Verdict.DIFFERENT)]
    found = link(rows, words)
    assert found.case_of["a"] != found.case_of["c"]
    assert any(refusal.reason == "a person said no" for refusal in found.refusals)


def _world(complaints: int, seed: int = 5) -> list[LinkRecord]:
    world = make_world(seed, complaints=complaints, until=datetime(2026, 11, 20, tzinfo=UTC))
    return [to_record(fill(to_complaint(told))) for told in world.told]


def test_a_copy_of_a_complaint_joins_its_claim() -> None:
    rows = [row for row in _world(300) if row.complainant_name and row.complainant_phone and row.employer_name]
    copies = [replace(row, complaint_id=f"zz-{row.complaint_id}") for row in rows]
    claim = link([*rows, *copies]).claim_of
    joined = sum(claim[row.complaint_id] == claim[f"zz-{row.complaint_id}"] for row in rows)
    assert joined >= 0.97 * len(rows)


@pytest.mark.parametrize("seed", range(4))
def test_a_world_in_any_order_is_grouped_the_same(seed: int) -> None:
    rows = _world(250, seed)
    before = _answer(link(rows))
    Random(seed).shuffle(rows)
    assert _answer(link(rows)) == before


def test_people_may_overrule_any_machine_merge() -> None:
    rows = _world(250)
    found = link(rows)
    merged = [one for one in found.judgements if found.case_of[one.left] == found.case_of[one.right]][:25]
    words = [Decision(one.left, one.right, Verdict.DIFFERENT) for one in merged]
    again = link(rows, words)
    assert len(merged) == 25
    assert all(again.case_of[one.left] != again.case_of[one.right] for one in words)
    assert parted(link(rows).case_of) == parted(found.case_of)


_SCRIPT = """
import json, sys
from tests.dedupe.test_properties import digest_of_a_world
print(json.dumps(digest_of_a_world()))
"""


def digest_of_a_world() -> Sequence[object]:
    """A grouping as plain data, for comparison between processes."""
    found = link(_world(120))
    return [sorted(found.case_of.items()), sorted(found.claim_of.items()), [one.case_score for one in found.judgements]]


def test_another_hash_seed_gives_the_same_answer() -> None:
    answers = []
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", _SCRIPT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        answers.append(json.loads(ran.stdout))
    assert answers[0] == answers[1]
