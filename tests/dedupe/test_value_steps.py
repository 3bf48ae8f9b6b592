"""The steps of whole arrays are the steps of `naming`, one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe import naming
from dedupe.employers import Employer, employer
from dedupe.regions import Place
from dedupe.site_steps import address_steps, site_steps
from dedupe.sites import Site, site
from dedupe.table import I8, I64, Table
from dedupe.tabulate import tabulate
from dedupe.value_steps import firm_steps
from dedupe.values import FirmList, SiteList, WordList
from sandbox.world import Family, make_world

CHANCE = Random(20261121)
HOSTILE = (
    "有限公司",
    "一",
    "王",
    "😀😀有限公司",
    "青岛😀建筑有限公司",
    "\x00\x01源丰\x7f建筑",
    "源丰建筑" * 1250,
    "青岛青岛青岛青岛有限公司",
    "中建八局第二建设有限公司",
    "中建八局",
    "中国建筑第八工程局有限公司",
    "王建国",
    "青岛源丰食品有限公司（原丰源食品厂）",
    "(((",
    "999期",
    "零期",
    "0期泉悦公园",
    "泉悦公园99999999期",
    "ＡＢＣ（青岛）公司",
    "abc",
    "a标段",
    "鹤山路188号",
    "环秀街道鹤山路188号",
    "甲", "乙", "甲乙", "乙甲",
)  # fmt: skip
PLACES = ("", "37", "3702", "370215", "370211", "3706", "370602", "11", "110105")
FEW_PHASES = 1000
TRADES = ("", "", "建筑", "建筑工程", "海产", "水产", "海产加工", "服装", "服饰", "劳务", "机械制造", "筑建")


@dataclass(frozen=True)
class Values:
    """Employers and sites, and a table that holds them."""

    firms: Sequence[Employer]
    sites: Sequence[Site]
    table: Table
    firm_numbers: I64
    site_numbers: I64


def _values(firms: Sequence[Employer], sites: Sequence[Site]) -> Values:
    words = WordList()
    firm_list, site_list = FirmList(words), SiteList(words)
    firm_numbers = np.asarray([firm_list.number(one) for one in firms], dtype=np.int64)
    site_numbers = np.asarray([site_list.number(one) for one in sites], dtype=np.int64)
    empty = tabulate([])
    fields = {name: getattr(empty, name) for name in Table.__dataclass_fields__}
    fields |= {"words": words.built(), "firms": firm_list.built(), "sites": site_list.built()}
    return Values(firms, sites, Table(**fields), firm_numbers, site_numbers)


def _of_texts(texts: Sequence[str | None]) -> Values:
    firms = sorted({one for text in texts if (one := employer(text)) and len(one.aliases) < 2}, key=repr)
    spots = {site(text) for text in texts} | {firm.site for firm in firms}
    return _values(firms, sorted((one for one in spots if one and (one.phase or 0) < FEW_PHASES), key=repr))


def _of_a_world(family: Family) -> Values:
    world = make_world(7, complaints=3000, until=datetime(2026, 11, 20, tzinfo=UTC), family=family)
    names = [text for told in world.told for text in (told.employer_name, told.site_name, told.site_address)]
    return _of_texts([*names, *HOSTILE])


def _made_up() -> Values:
    """Employers and sites that agree by chance in every part: few characters, few trades, few places."""

    def text(least: int, most: int) -> str:
        return "".join(CHANCE.choices("源丰圆峰海", k=CHANCE.randint(least, most)))

    firms = {
        Employer(text(0, 4), CHANCE.choice(TRADES), Place(CHANCE.choice(PLACES)), "", "", None, tuple(
            text(2, 3) for _ in range(CHANCE.randint(0, 8) == 0)
        ))
        for _ in range(900)
    } | {Employer(f"{CHANCE.choice('王李张')}{text(2, 2)}", "", Place(), "", "", None) for _ in range(60)}  # fmt: skip
    spots = {
        Site(
            text(0, 6),
            CHANCE.choice(("", "", "小区", "学校")),
            CHANCE.choice((None, None, 0, 1, 2)),
            CHANCE.choice((None, None, "1", "2", "a")),
            frozenset(),
            CHANCE.choice((None, "188", "189")),
            CHANCE.choice(("", "", "环秀", "通济")),
            Place(CHANCE.choice(PLACES)),
        )
        for _ in range(900)
    }
    return _values(sorted(firms, key=repr), sorted(spots, key=repr))


def _near(words: Sequence[str]) -> tuple[I64, I64]:
    """Pairs worth comparing: neighbours by name, by name read backwards and by their characters, and some by chance."""
    places = range(len(words))
    orders = (
        sorted(places, key=lambda place: words[place]),
        sorted(places, key=lambda place: words[place][::-1]),
        sorted(places, key=lambda place: sorted(words[place])),
    )
    left, right = [], []
    for order in orders:
        for step in range(25):
            left += order[: len(order) - step]
            right += order[step:]
    for _ in range(20_000):
        left.append(CHANCE.randrange(len(words)))
        right.append(CHANCE.randrange(len(words)))
    return np.asarray(left, dtype=np.int64), np.asarray(right, dtype=np.int64)


def _agree(values: Values) -> tuple[set[int], int]:
    """Compare the arrays' answer with the definition's on every near pair: the steps that were met, and the pairs."""
    questions: tuple[tuple[Sequence[Any], I64, Callable[..., I8], Callable[[Any, Any], int]], ...] = (
        (values.firms, values.firm_numbers, firm_steps, naming.alike),
        (values.sites, values.site_numbers, site_steps, naming.sites),
        (values.sites, values.site_numbers, address_steps, naming.address_step),
    )
    met, pairs = set(), 0
    for place, (parts, numbers, fast, slow) in enumerate(questions):
        left, right = _near([one.core for one in parts])
        found = fast(values.table, numbers[left], numbers[right])
        wanted = [int(slow(parts[one], parts[other])) for one, other in zip(left.tolist(), right.tolist(), strict=True)]
        assert found.tolist() == wanted
        assert (fast(values.table, numbers[right], numbers[left]) == found).all()
        met |= {100 * place + step for step in wanted}
        pairs += len(wanted)
    return met, pairs


@pytest.mark.parametrize("family", ["tuning", "reporting"])
def test_names_of_a_world_stand_as_the_definition_says(family: Family) -> None:
    _met, pairs = _agree(_of_a_world(family))
    assert pairs >= 100_000


def test_made_up_names_meet_every_step_as_the_definition_says() -> None:
    met, pairs = _agree(_made_up())
    assert pairs >= 100_000
    assert met == {*range(11), *range(100, 107), *range(200, 204)}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), min_size=1, max_size=12))
def test_any_text_is_compared_as_the_definition_says(texts: list[str]) -> None:
    values = _of_texts(texts)
    for parts, numbers, fast, slow in (
        (values.firms, values.firm_numbers, firm_steps, naming.alike),
        (values.sites, values.site_numbers, site_steps, naming.sites),
        (values.sites, values.site_numbers, address_steps, naming.address_step),
    ):
        one, other = np.divmod(np.arange(len(parts) ** 2), max(len(parts), 1))
        found = fast(values.table, numbers[one], numbers[other])
        definition: Callable[[Any, Any], int] = slow
        assert found.tolist() == [int(definition(left, right)) for left in parts for right in parts]


def test_no_pairs_are_no_steps() -> None:
    values = _of_texts(HOSTILE)
    nothing = np.zeros(0, dtype=np.int64)
    assert len(firm_steps(values.table, nothing, nothing)) == 0
    assert len(site_steps(values.table, nothing, nothing)) == 0
