"""What every field says about two complaints, as single examples and as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest

from benchmarks.linking import to_complaint
from casework.linkage import LinkRecord
from dedupe import comparing
from dedupe.comparing import compare, compare_packed, pack, unpack
from dedupe.extraction import fill
from dedupe.levels import FEATURES, POSITION
from dedupe.record import to_record
from dedupe.sharing import shared_phones
from dedupe.tabulate import tabulate
from sandbox.world import make_world
from tests.dedupe.making import said

CHANCE = Random(11)
TEXT = "我们在泉悦公园二期工地做木工，老板拖欠三个月工资一直不给，多次讨要没有结果，请领导帮忙。"
SHORTER = "我们在泉悦公园二期工地做木工，老板拖欠三个月工资一直不给，打了十几次电话都不接，现在家里等钱用。"
VALID = "11010519491231002X"
MANY: Sequence[dict[str, Any]] = [
    {"complainant_name": name, "complainant_phone": "13812345678"} for name in ("王建国", "李海涛", "赵树林")
]


def _months(first: str, last: str) -> dict[str, Any]:
    return {"arrears_from": first, "arrears_to": last}


def _crew(name: str | None, phone: str | None, id_no: str | None) -> dict[str, Any]:
    return {"crew": ((name, phone, id_no),)}


EXAMPLES: Sequence[tuple[str, str, dict[str, Any], dict[str, Any]]] = (
    ("code", "codes_are_one", {"employer_uscc": "91110000600037341L"}, {"employer_uscc": "91110000600037341l "}),
    ("code", "codes_differ", {"employer_uscc": "91110000600037341L"}, {"employer_uscc": "91350100M000100Y43"}),
    ("code", "", {"employer_uscc": "91110000600037341L"}, {"employer_uscc": "91110000600037341A"}),
    ("employer", "employers_are_one", {"employer_name": "青岛源丰食品有限公司"}, {"employer_name": "源丰食品厂"}),
    ("employer", "employer_in_short", {"employer_name": "青岛蓝天海产加工有限公司"}, {"employer_name": "蓝天海产"}),
    ("employer", "employers_swapped", {"employer_name": "青岛海中家具厂"}, {"employer_name": "青岛中海家具厂"}),
    ("employer", "employer_within", {"employer_name": "中建八局第二建设公司"}, {"employer_name": "中建八局"}),
    ("employer", "employers_sound_alike", {"employer_name": "鑫辉建筑公司"}, {"employer_name": "新辉建筑公司"}),
    ("employer", "employers_sound_alike", {"employer_name": "聚旺钢结构公司"}, {"employer_name": "聚旺刚结构公司"}),
    ("employer", "employers_one_character", {"employer_name": "青岛建工集团"}, {"employer_name": "青岛建安集团"}),
    ("employer", "employer_trades_related", {"employer_name": "鑫辉服装公司"}, {"employer_name": "鑫辉服饰公司"}),
    ("employer", "employer_trades_differ", {"employer_name": "蓝天海产公司"}, {"employer_name": "蓝天建筑公司"}),
    ("employer", "employers_elsewhere", {"employer_name": "青岛鑫辉公司"}, {"employer_name": "烟台鑫辉公司"}),
    ("employer", "employer_vague", {"employer_name": "青岛某建筑公司"}, {"employer_name": "源丰建筑公司"}),
    ("employer", "employers_differ", {"employer_name": "源丰食品公司"}, {"employer_name": "宏达机械公司"}),
    ("employer", "employer_vague", {"employer_name": "有限公司"}, {"employer_name": "有限公司"}),
    ("boss", "bosses_are_one", {"boss_name": "王建国"}, {"employer_name": "包工头王建国"}),
    ("boss", "bosses_fit", {"boss_name": "王建国"}, {"boss_name": "王总"}),
    ("boss", "bosses_fit", {"boss_name": "王建国"}, {"boss_name": "王健国"}),
    ("boss", "bosses_differ", {"boss_name": "王建国"}, {"boss_name": "王建军"}),
    ("boss_phone", "boss_phones_are_one", {"boss_phone": "13812345678"}, {"boss_phone": "138-1234-5678"}),
    ("boss_phone", "boss_phones_fit", {"boss_phone": "13812345678"}, {"boss_phone": "138****5678"}),
    ("boss_phone", "boss_phones_fit", {"boss_phone": "13812345678"}, {"boss_phone": "13812345679"}),
    ("boss_phone", "boss_phones_differ", {"boss_phone": "13812345678"}, {"boss_phone": "13987654321"}),
    ("site", "sites_are_one", {"site_name": "泉悦公园二期"}, {"site_name": "泉悦公园2期项目部"}),
    ("site", "sites_close", {"site_name": "泉悦公园二期"}, {"employer_name": "泉悦公园项目部"}),
    ("site", "sites_one_character", {"site_name": "华庭小区"}, {"site_name": "毕庭小区"}),
    ("site", "site_vague", {"site_name": "环秀街道工地"}, {"site_name": "泉悦公园"}),
    ("site", "phases_differ", {"site_name": "泉悦公园二期"}, {"site_name": "泉悦公园一期"}),
    ("site", "sections_differ", {"site_name": "泉悦公园三标段"}, {"site_name": "泉悦公园四标段"}),
    ("site", "sites_differ", {"site_name": "泉悦公园"}, {"site_name": "鹤山学校"}),
    ("address", "addresses_are_one", {"site_address": "鹤山路188号"}, {"site_address": "即墨区鹤山路188号"}),
    ("address", "addresses_close", {"site_address": "鹤山路188号"}, {"site_address": "鹤山路"}),
    ("address", "address_vague", {"site_address": "鹤山路188号"}, {"site_address": "188号"}),
    ("address", "addresses_differ", {"site_address": "鹤山路188号"}, {"site_address": "鹤山路189号"}),
    ("district", "districts_are_one", {"district_code": "370215"}, {"district_code": "370215002"}),
    ("district", "districts_differ", {"district_code": "370215"}, {"district_code": "370211"}),
    ("name", "names_are_one", {"complainant_name": "张偉"}, {"complainant_name": "张 伟"}),
    ("name", "names_sound_alike", {"complainant_name": "张建国"}, {"complainant_name": "章健国"}),
    ("name", "names_fit", {"complainant_name": "张建国"}, {"complainant_name": "张*国"}),
    ("name", "names_fit", {"complainant_name": "张**"}, {"complainant_name": "张某某"}),
    ("name", "names_fit", {"complainant_name": "张建国"}, {"complainant_name": "张师傅"}),
    ("name", "names_one_character", {"complainant_name": "张建国"}, {"complainant_name": "张建军"}),
    ("name", "names_one_character", {"complainant_name": "欧阳海"}, {"complainant_name": "欧波海"}),
    ("name", "names_differ", {"complainant_name": "张伟"}, {"complainant_name": "张强"}),
    ("name", "names_one_character", {"complainant_name": "张伟"}, {"complainant_name": "张伟民"}),
    ("name", "names_one_character", {"complainant_name": "张伟民"}, {"complainant_name": "伟民"}),
    ("name", "names_differ", {"complainant_name": "张伟民"}, {"complainant_name": "民伟"}),
    ("name", "names_differ", {"complainant_name": "张**"}, {"complainant_name": "李师傅"}),
    ("phone", "phones_are_one", {"complainant_phone": "13987654321"}, {"complainant_phone": "+86 139 8765 4321"}),
    ("phone", "phone_of_many", {"complainant_phone": "13812345678"}, {"complainant_phone": "13812345678"}),
    ("phone", "phones_fit", {"complainant_phone": "13987654321"}, {"complainant_phone": "139****4321"}),
    ("phone", "phones_fit", {"complainant_phone": "139****4321"}, {"complainant_phone": "139****4321"}),
    ("phone", "phones_one_slip", {"complainant_phone": "13987654321"}, {"complainant_phone": "13987654421"}),
    ("phone", "phones_one_slip", {"complainant_phone": "13987654321"}, {"complainant_phone": "13987645321"}),
    ("phone", "phones_differ", {"complainant_phone": "13987654321"}, {"complainant_phone": "13988654322"}),
    ("phone", "phones_differ", {"complainant_phone": "13987654321"}, {"complainant_phone": "88654321"}),
    ("id_no", "ids_are_one", {"complainant_id_no": VALID}, {"complainant_id_no": "11010519491231002x"}),
    ("id_no", "ids_fit", {"complainant_id_no": "11010519491231002X"}, {"complainant_id_no": "110105********002X"}),
    ("id_no", "ids_one_slip", {"complainant_id_no": "11010519491231002X"}, {"complainant_id_no": "11010519491231003X"}),
    ("id_no", "ids_one_slip", {"complainant_id_no": "11010519491231002X"}, {"complainant_id_no": "11010519492131002X"}),
    ("id_no", "ids_differ", {"complainant_id_no": "11010519491231002X"}, {"complainant_id_no": "440524188001010014"}),
    ("crew", "rosters_share", _crew("王建国", "13987654321", None), _crew("王建国", "139-8765-4321", None)),
    ("crew", "rosters_share", _crew("李海", "13812345678", None), _crew("李海", "138-1234-5678", None)),
    ("crew", "rosters_touch", _crew("王某", "13812345678", None), _crew(None, "13812345678", None)),
    ("crew", "rosters_touch", _crew("李海", None, None), _crew("李海", "13987654321", None)),
    ("crew", "roster_names_other", _crew("李海", "13987654321", None), {"complainant_phone": "13987654321"}),
    ("crew", "roster_holds_name", _crew("李海", "13987654321", None), {"complainant_name": "李海"}),
    ("crew", "", _crew("李海", "13812345678", None), {"complainant_phone": "13812345678"}),
    ("crew", "roster_names_other", _crew("王建国", "13812345678", None), MANY[0]),
    ("crew", "roster_names_other", _crew("李海", "", VALID), {"complainant_id_no": VALID}),
    ("crew", "", _crew("李海", None, None), {"complainant_name": "李某"}),
    ("crew", "rosters_differ", _crew("王建国", None, None), _crew("李海", None, None)),
    ("heads", "heads_are_one", {"workers_count": 12}, {"workers_count": 12}),
    ("heads", "heads_close", {"workers_count": 12}, {"workers_count": 15}),
    ("heads", "heads_differ", {"workers_count": 12}, {"workers_count": 17}),
    ("amount", "amounts_are_one", {"amount_owed": Decimal("18730.50")}, {"amount_owed": Decimal("18730.5")}),
    ("amount", "amounts_close", {"amount_owed": Decimal(19000)}, {"amount_owed": Decimal(20000)}),
    ("amount", "amounts_near", {"amount_owed": Decimal(15000)}, {"amount_owed": Decimal(20000)}),
    ("amount", "amounts_differ", {"amount_owed": Decimal(14999)}, {"amount_owed": Decimal(20000)}),
    ("amount", "", {"amount_owed": Decimal(10) ** 30}, {"amount_owed": Decimal(10) ** 30}),
    ("period", "periods_are_one", _months("2026-03", "2026-05"), _months("2026-03", "2026-05")),
    ("period", "periods_overlap", _months("2026-03", "2026-05"), _months("2026-05", "2026-06")),
    ("period", "periods_touch", _months("2026-03", "2026-04"), _months("2026-06", "2026-07")),
    ("period", "periods_disjoint", _months("2026-03", "2026-04"), _months("2026-07", "2026-07")),
    ("told", "told_within_weeks", {"day": 0}, {"day": 31}),
    ("told", "told_within_half_a_year", {"day": 0}, {"day": 32}),
    ("told", "told_long_apart", {"day": 0}, {"day": 184}),
    ("text", "texts_are_one", {"narrative": TEXT}, {"narrative": f" {TEXT} "}),
    ("text", "texts_alike", {"narrative": TEXT}, {"narrative": SHORTER}),
    ("text", "texts_differ", {"narrative": TEXT}, {"narrative": "小区停车位太少，请尽快规划停车场，谢谢领导关心。"}),
)  # fmt: skip


def _level(feature: str, left: dict[str, Any], right: dict[str, Any]) -> str:
    """What a field says about two complaints, "" for nothing; the other way round it must say the same."""
    rows = [said("a", **left), said("b", **right), *(said(f"m{place}", **one) for place, one in enumerate(MANY))]
    table = tabulate(rows)
    found = compare(table, np.asarray([0, 1]), np.asarray([1, 0]), shared_phones(table)).level(feature)
    assert found[0] == found[1]
    return "" if found[0] < 0 else FEATURES[POSITION[feature]].levels[int(found[0])].name


@pytest.mark.parametrize(("feature", "level", "left", "right"), EXAMPLES)
def test_a_field_says_this_of_two_complaints(
    feature: str, level: str, left: dict[str, Any], right: dict[str, Any]
) -> None:
    assert _level(feature, left, right) == level


def test_every_level_has_an_example_and_a_sentence() -> None:
    shown = {(feature, level) for feature, level, _, _ in EXAMPLES if level}
    assert shown == {(feature.name, level.name) for feature in FEATURES for level in feature.levels}
    sentences = [level.sentence for feature in FEATURES for level in feature.levels]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("feature", [feature.name for feature in FEATURES if feature.name != "told"])
def test_what_one_side_leaves_out_says_nothing(feature: str) -> None:
    said_by_one = [fields for name, _level_name, fields, _ in EXAMPLES if name == feature]
    assert said_by_one
    for fields in said_by_one:
        assert _level(feature, fields, {}) == _level(feature, {}, fields) == _level(feature, {}, {}) == ""


def test_a_level_that_a_feature_does_not_have_is_an_error() -> None:
    assert FEATURES[POSITION["site"]].number("phases_differ") == 4
    with pytest.raises(KeyError):
        FEATURES[POSITION["site"]].number("ids_differ")


@pytest.fixture(scope="module")
def rows() -> list[LinkRecord]:
    world = make_world(3, complaints=400, until=datetime(2026, 11, 20, tzinfo=UTC))
    return [to_record(fill(to_complaint(told))) for told in world.told]


def test_a_pair_alone_says_what_it_says_among_many_and_either_way_round(
    rows: list[LinkRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tabulate(rows)
    shared = shared_phones(table)
    left, right = (np.asarray(side, dtype=np.int32) for side in zip(*combinations(range(len(rows)), 2), strict=True))
    whole = compare(table, left, right, shared)
    assert len(whole) == len(left)
    assert (compare(table, right, left, shared).levels == whole.levels).all()
    assert (unpack(compare_packed(table, left, right, shared)) == whole.levels).all()
    monkeypatch.setattr(comparing, "AT_ONCE", 1000)
    assert (compare(table, left, right, shared).levels == whole.levels).all()
    assert (unpack(compare_packed(table, left, right, shared)) == whole.levels).all()
    for pair in range(0, len(left), 4001):
        one, other = rows[left[pair]], rows[right[pair]]
        alone = tabulate([one, other])
        number = int(table.phone[left[pair]])
        known = np.zeros(len(alone.phones.key), dtype=bool)
        if number >= 0:
            known[alone.phone[0]] = shared[number]
        levels = compare(alone, np.asarray([0]), np.asarray([1]), known).levels[0]
        assert levels.tolist() == whole.levels[pair].tolist()


def test_no_pairs_have_no_levels() -> None:
    table = tabulate([])
    nothing = np.zeros(0, dtype=np.int32)
    assert compare(table, nothing, nothing, shared_phones(table)).levels.shape == (0, len(FEATURES))
    assert len(compare_packed(table, nothing, nothing, shared_phones(table))) == 0


def test_packed_levels_come_out_as_they_went_in() -> None:
    levels = np.asarray(
        [[CHANCE.randint(-1, len(feature.levels) - 1) for feature in FEATURES] for _ in range(500)], dtype=np.int8
    )
    assert (unpack(pack(levels)) == levels).all()
    assert (pack(levels) >= 0).all()


def test_hostile_values_agree_in_nothing() -> None:
    hostile: dict[str, Any] = {
        "employer_name": "有限公司" * 2000,
        "site_name": "\x00",
        "site_address": "😀",
        "complainant_name": "王" * 5000,
        "complainant_phone": "00000000000",
        "complainant_id_no": "1" * 5000,
        "amount_owed": Decimal("-1E+15"),
        "workers_count": -3,
        "arrears_from": "9999-99",
        "boss_name": "*",
        "narrative": "",
        "crew": ((None, None, None), ("", "", "")),
    }
    table = tabulate([said("a", **hostile), said("b", **hostile)])
    levels = compare(table, np.asarray([0]), np.asarray([1]), shared_phones(table)).levels[0]
    spoken = {feature.name for feature, level in zip(FEATURES, levels.tolist(), strict=True) if level >= 0}
    assert spoken <= {"told", "employer", "site", "address"}
    assert FEATURES[POSITION["employer"]].levels[levels[POSITION["employer"]]].name != "employers_are_one"
