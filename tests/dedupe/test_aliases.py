"""Aliases are what people's words in force make them, whatever their order; in doubt nothing is learned."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from casework.linkage import Decision, Verdict
from dedupe.aliases import MOST_NAMES, NamesJudged, aliases_of, with_aliases
from dedupe.keys import candidates
from dedupe.linker import link
from dedupe.naming import Alike
from dedupe.tabulate import tabulate
from dedupe.value_steps import firm_steps
from tests.dedupe.making import said

FIRM, SHORT, THIRD = "青岛源丰建筑工程有限公司", "鑫达劳务", "恒通安装队伍"
SAME, DIFFERENT = Verdict.SAME, Verdict.DIFFERENT
CODES = ("91370200163562681G", "91350100M000100Y43")


def test_same_makes_two_names_aliases_of_one_employer() -> None:
    found = aliases_of([NamesJudged(FIRM, SHORT, SAME)])
    assert len(found) == 2
    assert len(set(found.values())) == 1


@pytest.mark.parametrize(
    "judged",
    [
        [],
        [NamesJudged(FIRM, SHORT, Verdict.LINKED)],
        [NamesJudged(FIRM, SHORT, Verdict.UNSURE)],
        [NamesJudged(FIRM, SHORT, SAME), NamesJudged(SHORT, FIRM, DIFFERENT)],
        [NamesJudged(FIRM, "源丰建筑", SAME)],
        [NamesJudged(FIRM, "有限公司", SAME)],
        [NamesJudged(FIRM, None, SAME)],
        [NamesJudged(FIRM, "老板", SAME)],
        [NamesJudged(FIRM, "烟台鑫达劳务有限公司", SAME)],
        [NamesJudged(FIRM, SHORT, SAME, *CODES)],
    ],
)
def test_in_doubt_nothing_is_learned(judged: list[NamesJudged]) -> None:
    assert aliases_of(judged) == {}


def test_a_doubt_about_two_names_stops_all_that_would_become_one_with_them() -> None:
    joined = [NamesJudged(FIRM, SHORT, SAME), NamesJudged(SHORT, THIRD, SAME)]
    assert len(aliases_of(joined)) == 3
    assert aliases_of([*joined, NamesJudged(FIRM, THIRD, DIFFERENT)]) == {}


def test_a_contractor_with_very_many_crews_teaches_nothing() -> None:
    crews = [f"{first}{second}劳务" for first, second in itertools.product("鑫恒宏", "达通远")]
    assert len(aliases_of([NamesJudged(FIRM, crew, SAME) for crew in crews[: MOST_NAMES - 1]])) == MOST_NAMES
    assert aliases_of([NamesJudged(FIRM, crew, SAME) for crew in crews]) == {}


def test_the_order_of_the_words_does_not_matter() -> None:
    words = [
        NamesJudged(FIRM, SHORT, SAME),
        NamesJudged(THIRD, SHORT, SAME),
        NamesJudged("海诺水产", "蓝天加工", SAME),
        NamesJudged("海诺水产", "蓝天加工", DIFFERENT),
    ]
    found = {tuple(sorted(aliases_of(order).items())) for order in itertools.permutations(words)}
    assert len(found) == 1


def test_names_with_one_alias_are_the_employer_in_short() -> None:
    table = tabulate([said("a", employer_name=FIRM), said("b", employer_name=SHORT), said("c", employer_name=THIRD)])
    learned = with_aliases(table, aliases_of([NamesJudged(FIRM, SHORT, SAME), NamesJudged(SHORT, THIRD, SAME)]))
    for one, other in itertools.permutations(range(3), 2):
        pair = np.asarray([table.firm[one]]), np.asarray([table.firm[other]])
        assert firm_steps(table, *pair)[0] == Alike.NONE
        assert firm_steps(learned, *pair)[0] == Alike.SHORT


def test_names_with_one_alias_meet_in_a_district() -> None:
    records = [
        said("a", employer_name=FIRM, district_code="370215"),
        said("b", employer_name=SHORT, district_code="370215"),
    ]
    table = tabulate(records)
    assert len(candidates(table)) == 0
    assert len(candidates(with_aliases(table, aliases_of([NamesJudged(FIRM, SHORT, SAME)])))) == 1


def test_nothing_but_the_alias_changes_and_other_firms_keep_theirs() -> None:
    table = tabulate([said("a", employer_name=SHORT), said("b", employer_name="海诺水产(原名:蓝海渔业)")])
    assert with_aliases(table, {}) is table
    learned = with_aliases(table, aliases_of([NamesJudged(FIRM, SHORT, SAME)]))
    assert learned.words.text[: len(table.words.text)] == table.words.text
    assert (learned.firms.name == table.firms.name).all()
    other = table.firm[1]
    assert learned.firms.alias[other] == table.firms.alias[other] != 0
    assert learned.words.text[learned.firms.alias[table.firm[0]]] == "源丰"
    assert len(learned.words.key) == len(learned.words.text) == len(learned.words.length)


def test_the_linker_joins_by_a_learned_alias_and_not_without_it_whatever_the_order() -> None:
    where = {"site_name": "鹤山学校", "district_code": "370215", "arrears_from": "2026-08", "arrears_to": "2026-08"}
    firms = [(FIRM, "王建国"), (SHORT, "李海"), (THIRD, "赵强")]
    rows = [
        said(str(place), day=place, employer_name=name, complainant_name=who, **where)
        for place, (name, who) in enumerate(firms)
    ]
    learned = aliases_of([NamesJudged(FIRM, SHORT, SAME)])
    for order in itertools.permutations(rows):
        plain, taught = link(order).case_of, link(order, aliases=learned).case_of
        assert len({plain["0"], plain["1"], plain["2"]}) == 3
        assert taught["0"] == taught["1"] == "0"
        assert taught["2"] == "2"


def test_a_persons_no_outranks_an_alias() -> None:
    rows = [said(name, employer_name=firm, site_name="鹤山学校") for name, firm in (("a", FIRM), ("b", SHORT))]
    learned = aliases_of([NamesJudged(FIRM, SHORT, SAME)])
    found = link(rows, [Decision("a", "b", DIFFERENT)], aliases=learned).case_of
    assert found["a"] != found["b"]
