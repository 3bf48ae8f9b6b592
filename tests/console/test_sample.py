"""The blind sample on its page: whoever judges sees two complaints and nothing of what the linker thinks of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from casework.people import Actor
from console.words import LANGUAGES
from services.linkage.linkage_quality import draw_sample, live_precision
from tests.conftest import NOW
from tests.console.conftest import Person
from warehouse.engine import Warehouse
from warehouse.models import AccountRow, CaseRow, ComplaintVersionRow, JudgementRow, LinkageSampleRow, new_id
from warehouse.queries.review import waiting
from warehouse.store.linkage import case_of

LogIn = Callable[[str], Person]
SYSTEM = Actor.system("test")
PAGE = "/linkage/sample"


@pytest.fixture
def sampled(morning: Warehouse) -> list[tuple[str, str]]:
    """The pairs drawn from the morning, a while ago."""
    found = draw_sample(morning, size=20, actor=SYSTEM, at=NOW - timedelta(hours=1)).pairs
    assert found
    return list(found)


def shown(text: str) -> tuple[str, str] | None:
    """The pair that a page asks about."""
    document: Any = html.fromstring(text)
    ids = document.xpath("//form[@action='/linkage/sample']//input[@name='left' or @name='right']/@value")
    return (ids[0], ids[1]) if ids else None


def answer(person: Person, pair: tuple[str, str], verdict: str, status: int = 200) -> str:
    return person.post(PAGE, left=pair[0], right=pair[1], verdict=verdict, status=status)


def walk(person: Person) -> list[tuple[str, str]]:
    """All pairs that the page offers, in its order, by the link to the next one."""
    found: list[tuple[str, str]] = []
    text = person.get(PAGE)
    while (pair := shown(text)) is not None and pair not in found:
        found.append(pair)
        after = re.search(r'href="(/linkage/sample\?left=[^"]+)"', text)
        if after is None:
            break
        text = person.get(after[1].replace("&amp;", "&"))
    return found


def ask(store: Warehouse, pairs: int) -> list[tuple[str, str]]:
    """The linker asks about so many pairs of different cases."""
    with store.write() as session:
        mains = session.scalars(select(CaseRow.main_complaint_id).where(CaseRow.status == "to_dispatch")).all()
        for one, other in list(pairwise(mains))[:pairs]:
            left, right = sorted((one, other))
            judgement = {"verdict": "unsure", "by": "machine:test", "by_person": False, "at": NOW, "newest": True}
            row = JudgementRow(id=new_id("jdg"), left_id=left, right_id=right, conflicts=[], evidence=[], **judgement)
            session.add(row)
            row.case_score = 1.0
    with store.read() as session:
        return [(min(pair), max(pair)) for pair in waiting(session, SYSTEM)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_both_tellings_and_nothing_of_what_the_linker_thinks(
    morning: Warehouse, sampled: list[tuple[str, str]], log_in: LogIn, language: str
) -> None:
    desk = log_in("desk")
    desk.get(PAGE, language=language)
    with morning.read() as session:
        numbers = set(session.scalars(select(CaseRow.matter_no)))
        models = set(session.scalars(select(LinkageSampleRow.model)))
    for pair in sampled:
        text = desk.get(f"{PAGE}?left={pair[0]}&right={pair[1]}")
        assert shown(text) == pair
        main = str(html.fromstring(text).xpath("string(//main)"))
        with morning.read() as session:
            firms = session.scalars(
                select(ComplaintVersionRow.employer_name).where(ComplaintVersionRow.complaint_id.in_(pair))
            ).all()
            assert len(firms) >= 2
            assert all(firm is None or firm in main for firm in firms)
        assert not [number for number in numbers | models if number in text]
        for word in ("evidence", "证据", "strangers", "workmates", "bits", "/cases/", 'class="bits', "finding"):
            assert word not in text.partition('<main class="main"')[2], word


def test_pairs_that_were_not_merged_stand_among_the_drawn_ones(
    morning: Warehouse, sampled: list[tuple[str, str]], log_in: LogIn
) -> None:
    asked = set(ask(morning, 6))
    assert asked
    offered = walk(log_in("desk"))
    assert set(sampled) <= set(offered)
    others = set(offered) - set(sampled)
    assert others
    assert others <= asked
    assert len(others) <= len(sampled)
    assert offered != [*sampled, *(pair for pair in offered if pair in others)], "the order must tell nothing"


def test_an_answer_counts_for_the_precision_and_is_not_asked_again(
    morning: Warehouse, sampled: list[tuple[str, str]], log_in: LogIn
) -> None:
    desk = log_in("desk")
    assert "Noted" in answer_in_english(desk, sampled[0], "same")
    known = live_precision(morning)
    assert known.precision is not None
    assert (known.precision.share, known.precision.answers, known.waiting) == (1.0, 1, len(sampled) - 1)
    assert sampled[0] not in walk(desk)
    answer(desk, sampled[0], "different", status=404)


def answer_in_english(person: Person, pair: tuple[str, str], verdict: str) -> str:
    person.get(PAGE, language="en")
    return answer(person, pair, verdict)


def test_different_takes_the_two_apart(morning: Warehouse, sampled: list[tuple[str, str]], log_in: LogIn) -> None:
    left, right = sampled[0]
    answer(log_in("desk"), (left, right), "different")
    with morning.read() as session:
        assert case_of(session, left) != case_of(session, right)
    precision = live_precision(morning).precision
    assert precision is not None
    assert precision.share == 0


def test_an_unsure_pair_waits_for_somebody_else(
    morning: Warehouse, sampled: list[tuple[str, str]], log_in: LogIn
) -> None:
    desk, head = log_in("desk"), log_in("head")
    answer(desk, sampled[0], "unsure")
    assert sampled[0] not in walk(desk)
    assert sampled[0] in walk(head)
    answer(head, sampled[0], "same")
    known = live_precision(morning)
    assert (known.unsure, known.precision and known.precision.share) == (0, 1.0)


def test_a_sampled_pair_of_another_territory_is_no_pair(
    morning: Warehouse, sampled: list[tuple[str, str]], log_in: LogIn
) -> None:
    far = log_in("far")
    assert shown(far.get(PAGE)) is None
    far.get(f"{PAGE}?left={sampled[0][0]}&right={sampled[0][1]}", status=404)
    answer(far, sampled[0], "same", status=404)
    with morning.read() as session:
        account = session.scalars(select(AccountRow.id).where(AccountRow.login == "far")).one()
        assert session.scalars(select(JudgementRow.id).where(JudgementRow.by == account)).all() == []


def test_only_same_different_and_unsure_are_answers(sampled: list[tuple[str, str]], log_in: LogIn) -> None:
    for wrong in ("linked", "", "SAME"):
        answer(log_in("desk"), sampled[0], wrong, status=422)


def test_the_page_of_duplicates_leads_there_while_pairs_wait(morning: Warehouse, log_in: LogIn) -> None:
    desk = log_in("desk")
    assert 'href="/linkage/sample"' not in desk.get("/review")
    draw_sample(morning, size=3, actor=SYSTEM, at=NOW)
    assert 'href="/linkage/sample"' in desk.get("/review")
