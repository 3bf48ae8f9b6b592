"""Doubts about whole cases: what a person is asked about by night."""

from __future__ import annotations

from typing import Any

import pytest

from casework.linkage import Band, Decision, Judgement, Verdict
from dedupe.suspicion import Doubt, suspicion
from dedupe.why import Known
from tests.dedupe.making import said

FIRM: dict[str, Any] = {
    "employer_name": "青岛源丰建筑工程有限公司",
    "employer_uscc": "91370215MA3C0001X6",
    "arrears_from": "2026-06",
}


@pytest.mark.parametrize(
    ("one", "other", "asked"),
    [
        (
            {"site_name": "泉悦公园", "district_code": "370215"},
            {"site_name": "滨海广场", "district_code": "370602"},
            True,
        ),
        (
            {"site_name": "泉悦公园", "district_code": "370215"},
            {"site_name": "滨海广场", "district_code": "370215"},
            False,
        ),
        (
            {"site_name": "泉悦公园", "district_code": "370215"},
            {"site_name": "泉悦公园", "district_code": "370602"},
            False,
        ),
    ],
)
def test_two_sites_in_two_places_are_asked_about_and_other_two_are_not(
    one: dict[str, Any], other: dict[str, Any], asked: bool
) -> None:
    records = [said("a", **FIRM, **one), said("b", **FIRM, **other)]
    held = Judgement("a", "b", Band.SAME, 20.0, -9.0, False, (), (), "model")
    found = suspicion(records, Known({"a": "one", "b": "one"}, [held]))
    assert (Doubt.SITES in found.doubts if found else False) == asked
    by_person = [Decision("b", "a", Verdict.SAME)]
    assert suspicion(records, Known({"a": "one", "b": "one"}, [held], by_person)) is None, "who joined them knew"
