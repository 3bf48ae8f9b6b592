"""What the linker joins, what it keeps apart, and what it says about it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from casework.linkage import Band, Decision, Verdict
from dedupe.explaining import sentence
from dedupe.linker import explain_pair, link
from dedupe.weights import load_model
from tests.dedupe.making import parted, said

FIRM: dict[str, Any] = {"employer_name": "青岛源丰建筑工程有限公司", "district_code": "370215"}
MAY: dict[str, Any] = {"arrears_from": "2026-03", "arrears_to": "2026-05"}
WANG: dict[str, Any] = {"complainant_name": "王建国", "complainant_phone": "13812345678"}


def test_the_same_worker_on_two_channels_is_one_claim() -> None:
    found = link(
        [
            said("a", amount_owed=Decimal(9000), **FIRM, **MAY, **WANG),
            said("b", day=9, channel="mailbox", employer_name="源丰建筑", amount_owed=Decimal(9000), **MAY, **WANG),
        ]
    )
    assert found.claim_of["a"] == found.claim_of["b"] == "a"
    assert found.case_of["a"] == found.case_of["b"] == "a"
    assert found.confidence_of["b"] > 0.9


def test_two_workers_of_one_dispute_are_one_case_and_two_claims() -> None:
    found = link(
        [
            said("a", site_name="泉悦公园二期", **FIRM, **MAY, **WANG),
            said(
                "b",
                site_name="泉悦公园二期项目部",
                complainant_name="李海",
                complainant_phone="13987654321",
                **FIRM,
                **MAY,
            ),
        ]
    )
    assert found.case_of["a"] == found.case_of["b"]
    assert found.claim_of["a"] != found.claim_of["b"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"site_name": "泉悦公园一期"}, {"site_name": "泉悦公园二期"}),
        ({"site_name": "泉悦公园"}, {"site_name": "鹤山学校"}),
        ({"arrears_from": "2025-01", "arrears_to": "2025-03"}, {"arrears_from": "2026-03", "arrears_to": "2026-05"}),
        ({"employer_uscc": "91110000600037341L"}, {"employer_uscc": "91370282MA3C0XAAXT"}),
        ({"employer_name": "青岛源丰海产加工有限公司"}, {"employer_name": "青岛源丰水产加工有限公司"}),
    ],
)
def test_the_same_workers_other_dispute_is_another_case(left: dict[str, Any], right: dict[str, Any]) -> None:
    found = link([said("a", **{**FIRM, **WANG, **left}), said("b", day=3, **{**FIRM, **WANG, **right})])
    assert found.case_of["a"] != found.case_of["b"]


def test_the_same_phone_with_two_names_is_not_one_person() -> None:
    agent: dict[str, Any] = {"complainant_phone": "13812345678"}
    found = link(
        [said(str(one), complainant_name=name, **agent, **MAY) for one, name in enumerate(["王建国", "李海", "赵强"])]
    )
    assert len(set(found.case_of.values())) == 3


def test_months_and_sums_alone_join_nobody() -> None:
    same: dict[str, Any] = {"amount_owed": Decimal(9000), "district_code": "370215", **MAY}
    found = link([said("a", complainant_name="王建国", **same), said("b", complainant_name="李海", **same)])
    assert found.case_of["a"] != found.case_of["b"]


def test_blank_never_equals_blank() -> None:
    empty: dict[str, Any] = {
        "employer_name": "",
        "complainant_name": "匿名",
        "complainant_phone": " ",
        "site_name": "无",
    }
    found = link([said(str(one), **empty) for one in range(8)])
    assert len(set(found.case_of.values())) == 8
    assert not found.judgements


def test_who_fits_two_disputes_joins_neither() -> None:
    found = link(
        [
            said("a", site_name="泉悦公园", **FIRM, **MAY),
            said("b", site_name="鹤山学校", **FIRM, **MAY),
            said("c", day=2, **FIRM, **MAY),
        ]
    )
    assert len(set(found.case_of.values())) == 3
    assert any(refusal.reason == "fits two disputes" for refusal in found.refusals)


def test_a_rubbish_name_on_five_hundred_rows_merges_nothing_and_says_so() -> None:
    found = link([said(f"r{one:03d}", employer_name="有限公司", district_code="370215") for one in range(500)])
    assert len(set(found.case_of.values())) == 500
    assert found.breaker is not None
    assert "500 of 500" in found.breaker


def test_the_breaker_still_obeys_people() -> None:
    rows = [said(f"r{one:03d}", employer_name="有限公司") for one in range(200)]
    found = link(rows, [Decision("r003", "r007", Verdict.SAME)])
    assert found.breaker is not None
    assert found.case_of["r007"] == found.case_of["r003"]
    assert len(set(found.case_of.values())) == 199


def test_an_evidence_line_quotes_what_was_written_and_how_much_it_weighs() -> None:
    left = said("a", **FIRM, **MAY, **WANG)
    right = said("b", employer_name="源丰建筑", **MAY, **WANG)
    judged = explain_pair(left, right)
    lines = {one.feature: one for one in judged.evidence}
    assert lines["employer"].left == "青岛源丰建筑工程有限公司"
    assert lines["employer"].right == "源丰建筑"
    assert lines["employer"].weight > 0
    assert lines["employer"].sentence.endswith(".")
    assert "code" not in lines
    assert judged.band is Band.SAME
    assert judged.model == load_model().name


def test_a_pair_explained_alone_is_the_pair_judged_in_the_run() -> None:
    rows = [said("a", **FIRM, **MAY, **WANG), said("b", day=1, **FIRM, **MAY, **WANG), said("c", **FIRM)]
    found = {(one.left, one.right): one for one in link(rows).judgements}
    assert explain_pair(rows[0], rows[1], among=rows) == found["a", "b"]


def test_a_conflict_is_named_in_the_judgement() -> None:
    left = said("a", **{**FIRM, **WANG, "arrears_from": "2025-01", "arrears_to": "2025-03"})
    judged = explain_pair(left, said("b", **FIRM, **WANG, **MAY))
    assert judged.conflicts == ("periods_disjoint",)
    assert judged.band is Band.DIFFERENT


def test_an_id_may_not_stand_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        link([said("a"), said("a")])


def test_nothing_at_all_is_linked_to_nothing() -> None:
    found = link([])
    assert not found.case_of
    assert link([said("a")]).case_of == {"a": "a"}


def test_the_reasons_of_a_case_reach_every_member() -> None:
    rows = [
        said(
            f"w{one}", complainant_name=name, complainant_phone=f"1381234567{one}", site_name="泉悦公园", **FIRM, **MAY
        )
        for one, name in enumerate(["王建国", "李海", "赵强", "孙明", "周平"])
    ]
    found = link(rows)
    assert parted(found.case_of) == {frozenset(row.complaint_id for row in rows)}
    named = {name for one in found.judgements for name in (one.left, one.right)}
    assert named == set(found.case_of)


def test_any_two_of_a_case_are_joined_by_a_chain_of_kept_pairs() -> None:
    rows = [
        said(
            f"w{one}", complainant_name=name, complainant_phone=f"1381234567{one}", site_name="泉悦公园", **FIRM, **MAY
        )
        for one, name in enumerate(["王建国", "李海", "赵强", "孙明", "周平"])
    ]
    kept = [one for one in link(rows).judgements if one.band is Band.SAME]
    reached = {"w0"}
    for _ in rows:
        reached |= {name for one in kept if reached & {one.left, one.right} for name in (one.left, one.right)}
    assert reached == {row.complaint_id for row in rows}


def test_the_sentence_says_what_speaks_for_and_what_against() -> None:
    judged = explain_pair(said("a", **FIRM, **MAY, **WANG), said("b", **{**FIRM, **WANG, "complainant_name": "李海"}))
    words = sentence(judged.evidence, judged.conflicts)
    assert "Both give the same phone" in words
    assert "But: The complainants' names are different" in words
    assert sentence((), ()) == "Nothing speaks for it."


def test_a_case_of_a_quarter_of_all_trips_the_fuse() -> None:
    crew = [
        said(f"w{one:03d}", complainant_phone=f"138{one:08d}", site_name="泉悦公园", **FIRM, **MAY)
        for one in range(140)
    ]
    found = link(crew)
    assert found.breaker is not None
    assert len(set(found.case_of.values())) == 140


def test_a_large_crew_in_a_small_office_is_one_case() -> None:
    crew = [
        said(f"w{one:03d}", complainant_phone=f"138{one:08d}", site_name="泉悦公园", **FIRM, **MAY) for one in range(60)
    ]
    found = link(crew)
    assert found.breaker is None
    assert len(set(found.case_of.values())) == 1


def test_a_persons_misspelled_name_does_not_make_the_phone_an_agents() -> None:
    phone: dict[str, Any] = {"complainant_phone": "13812345678", **FIRM, **MAY}
    spelled = ["王建国", "王健国", "王建囯"]
    found = link([said(str(one), complainant_name=name, **phone) for one, name in enumerate(spelled)])
    assert len(set(found.claim_of.values())) == 1


def test_characters_in_another_order_meet_and_are_asked_about_but_not_joined() -> None:
    here: dict[str, Any] = {"district_code": "370215"}
    swapped = [
        said(
            "a", employer_name="青岛千山制药机械有限公司", narrative="青岛千山制药机械有限公司九个月没有发工资", **here
        ),
        said("b", employer_name="青岛山千制药机械有限公司", narrative="拖欠工人的工资，社保也没有缴", day=9, **here),
    ]
    found = link(swapped)
    assert found.case_of["a"] != found.case_of["b"]
    assert [one.band for one in found.judgements] == [Band.ASK]


def test_a_landmark_without_a_name_is_no_address() -> None:
    near = [
        said("a", employer_name="青岛发吉房地产有限公司", site_address="区政府对面"),
        said("b", employer_name="青岛吉发房地产有限公司", site_address="区政府对面", day=3),
    ]
    found = link(near)
    assert found.case_of["a"] != found.case_of["b"]


def test_a_run_tells_how_much_it_looked_at() -> None:
    found = link([said("a", complainant_phone="13812345678", employer_name="源丰建筑"), said("b")])
    assert dict(found.counts) == {
        "complaints": 2, "pairs": 0, "same": 0, "ask": 0, "barred": 0, "claims": 2, "cases": 2, "largest_case": 1,
        "pairs_lost": 0,
    }  # fmt: skip
    assert link([]).counts["largest_case"] == 0
