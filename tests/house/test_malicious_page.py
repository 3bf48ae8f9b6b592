"""The page on flexible enforcement says of listing, publication and transfer what the tables say, and they what is."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

from casework.clocks import LIMITS
from casework.documents import KINDS
from casework.malicious import LISTING, PUBLICATION, TRANSFER, Way, printed
from casework.sanctions import LISTING_PAPERS, PACKET, PUBLICATION_PAPERS, STEP_PAPERS
from casework.settings_of_law import SETTINGS
from console.access import ACCESS
from console.acts import ACTS
from services.malice import listing, publishing, transferring

PAGE = (Path(__file__).parent.parent.parent / "docs" / "flexible-enforcement.md").read_text("utf-8")
WAYS = ((LISTING, listing), (PUBLICATION, publishing), (TRANSFER, transferring))


@pytest.mark.parametrize(("way", "_service"), WAYS)
def test_the_page_shows_each_way_as_its_table(way: Way, _service: ModuleType) -> None:
    assert printed(way) in PAGE


@pytest.mark.parametrize(("way", "service"), WAYS)
def test_every_act_of_a_service_is_a_step_and_every_step_an_act(way: Way, service: ModuleType) -> None:
    own = [
        name
        for name, value in vars(service).items()
        if inspect.isfunction(value) and "store" in inspect.signature(value).parameters
    ]
    assert sorted(own) == sorted(step.act for step in way)
    offered = {act.name for act in ACTS}
    assert [step.act for step in way if step.act not in offered] == []


@pytest.mark.parametrize(("way", "service"), WAYS)
def test_every_clock_of_a_step_rests_on_an_article_of_the_step(way: Way, service: ModuleType) -> None:
    for step in way:
        for kind in step.clocks:
            law, _, article = LIMITS[kind].source.partition(":")[0].partition(" ")
            assert law in step.source, (step.act, kind)
            assert article in step.source or article.lstrip("§") in _spanned(step.source), (step.act, kind)
            assert set(step.counted) <= set(step.clocks)


def _spanned(source: str) -> set[str]:
    """The numbers within spans like §12-14."""
    spans = re.findall(r"§(\d+)-(\d+)", source)
    return {str(number) for first, last in spans for number in range(int(first), int(last) + 1)}


def test_every_clock_of_the_ways_belongs_to_a_step() -> None:
    named = {kind for way, _ in WAYS for step in way for kind in step.clocks}
    lists = {kind for kind, limit in LIMITS.items() if limit.source.startswith(("R45", "R29", "TRF"))}
    assert named == lists | {"publish"}, "which other laws give to whatever is published"


def test_every_paper_of_the_ways_belongs_to_a_step() -> None:
    assert {kind for step in LISTING for kind in step.papers} == LISTING_PAPERS
    assert {kind for step in TRANSFER for kind in step.papers} == STEP_PAPERS - LISTING_PAPERS - PUBLICATION_PAPERS
    assert {kind for step in PUBLICATION for kind in step.papers} == PUBLICATION_PAPERS
    assert set(KINDS) >= STEP_PAPERS


def test_every_setting_that_a_step_names_exists() -> None:
    names = set(SETTINGS)
    said = {name for way, _ in WAYS for name in re.findall(r"`([a-z]+\.[a-z_.]+)`", printed(way))}
    assert said
    assert said <= names


def test_who_decides_on_the_two_ways_is_who_the_page_says() -> None:
    for way, _ in WAYS:
        for step in way:
            roles = {role.value for role in ACCESS[step.act].roles}
            assert roles == ({"head"} if step.who.startswith("a head") else {"inspector", "head"}), step.act


def test_the_five_papers_of_the_packet_stand_on_the_page() -> None:
    assert [words for words in PACKET.values() if words not in PAGE] == []
