"""Nobody's own name or number is kept where a firm's or a place's is asked for; what is a firm's stays."""

from __future__ import annotations

from datetime import UTC, datetime
from time import thread_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.complaint import Complaint, RosterLine
from casework.own_names import without_own_names

PHONE, ID_NO = "13812343307", "370282199003074512"


def told(**said: Any) -> Complaint:
    given: dict[str, Any] = {"complainant_name": "刘春生", "complainant_phone": PHONE, "complainant_id_no": ID_NO}
    return Complaint(
        channel="petition",
        source_key="1",
        version=1,
        received_at=datetime(2026, 11, 1, tzinfo=UTC),
        narrative="欠薪",
        **(given | said),
    )


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("刘春生", None),
        (" 刘 春生（本人）", None),
        ("刘春生先生", None),
        (PHONE, None),
        (f"+86 138-1234-3307 {ID_NO}", None),
        ("刘春生海鲜店", "刘春生海鲜店"),
        ("老赵大排档13812343307", "老赵大排档"),
        ("老赵大排档（138 1234 3307）", "老赵大排档"),
        ("张三", "张三"),
        (f"刘春生{PHONE}", None),
        ("刘春生 13900009999", None),
        ("+8613812343307", None),
        ("第213812343307号店", "第213812343307号店"),
        ("青岛澜田海产加工有限公司", "青岛澜田海产加工有限公司"),
        ("青岛13900000000号厂", "青岛13900000000号厂"),
        (None, None),
    ],
)
def test_what_is_kept_of_a_typed_name(name: str | None, kept: str | None) -> None:
    found = without_own_names(told(employer_name=name, site_name=name))
    assert (found.employer_name, found.site_name) == (kept, kept)
    taken = {"own_name_taken_out:employer_name", "own_name_taken_out:site_name"}
    assert set(found.remarks) == (taken if kept != name else set())
    assert (found.complainant_name, found.complainant_phone) == ("刘春生", PHONE), "it stays where it is sealed"


def test_a_masked_number_takes_nothing_out() -> None:
    found = without_own_names(told(complainant_id_no="4403**********1234", employer_name="深圳44031234号店"))
    assert found.employer_name == "深圳44031234号店"


def test_a_long_roster_takes_no_time() -> None:
    roster = tuple(RosterLine(f"工人{n}", f"139{n:08d}", f"37028219900307{n:04d}") for n in range(5_000))
    began = thread_time()
    found = without_own_names(told(employer_name="老赵大排档 139 0000 4999", site_name="后海工地", roster=roster))
    assert (found.employer_name, found.site_name) == ("老赵大排档", "后海工地")
    assert thread_time() - began < 2


def test_numbers_of_a_roster_are_taken_out_and_names_of_it_stay() -> None:
    line = RosterLine("王铁柱", "13900001111", "370282198001011234")
    found = without_own_names(told(employer_name="王铁柱", site_name="后海工地 139 0000 1111", roster=(line,)))
    assert (found.employer_name, found.site_name) == ("王铁柱", "后海工地"), "a foreman may stand on the list"


def test_an_identity_number_is_no_credit_code() -> None:
    assert without_own_names(told(employer_uscc=ID_NO)).employer_uscc is None
    assert without_own_names(told(employer_uscc="91370215MA3C000009")).employer_uscc == "91370215MA3C000009"


@pytest.mark.parametrize("firm", ["青岛澜田海产加工有限公司", "海鲜大排档", "王记面馆", "ACME有限公司"])
def test_a_firm_that_tells_for_itself_keeps_its_name(firm: str) -> None:
    assert without_own_names(told(complainant_name=firm, employer_name=firm)).employer_name == firm


@pytest.mark.parametrize("nobody", [None, "匿名", "群众", "刘*生", "李", ""])
def test_nobody_has_no_name(nobody: str | None) -> None:
    assert without_own_names(told(complainant_name=nobody, employer_name="刘*生")).employer_name == "刘*生"


_PHONES = st.from_regex(r"1[3-9]\d{9}", fullmatch=True)
_GAPS = st.lists(st.sampled_from(["", " ", "-"]), min_size=10, max_size=10)


@given(_PHONES, _GAPS, st.sampled_from(["", "老赵工地", "电话：", "（联系"]), st.sampled_from(["", "号", "）东侧"]))
def test_a_number_does_not_stay_however_it_is_spaced(phone: str, gaps: list[str], before: str, after: str) -> None:
    typed = "".join(figure + gap for figure, gap in zip(phone, [*gaps, ""], strict=True))
    found = without_own_names(told(complainant_phone=phone, employer_name=before + typed + after))
    left = "".join(figure for figure in found.employer_name or "" if figure.isdigit())
    assert phone not in left


@given(st.text(max_size=12), st.text(max_size=12))
def test_twice_is_once(name: str, employer: str) -> None:
    once = without_own_names(told(complainant_name=name, employer_name=employer))
    assert without_own_names(once) == once
