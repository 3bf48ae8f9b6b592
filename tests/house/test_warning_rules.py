"""Every rule of early warning has words, and its sentence has no place for a figure that the rule does not give."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from casework.settings_of_warnings import LIMITS, ROWS
from casework.warnings.rule import Kind, Rule
from casework.warnings.rules import RULES, TABLE
from console.labels_warning_rules import CODES, NAMES, PROPOSALS, SENTENCES, THEMES
from console.words import LANGUAGES, words
from warehouse.models import Base

_PLACE = re.compile(r"%\((\w+)\)s")


def test_each_rule_stands_once_and_has_words() -> None:
    assert len(RULES) == len(TABLE)
    assert set(NAMES) == set(SENTENCES) == set(RULES)
    assert set(THEMES) == {rule.theme.value for rule in TABLE}
    assert set(PROPOSALS) == {rule.proposes.value for rule in TABLE}


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
def test_a_sentence_has_places_for_declared_figures_alone(rule: Rule) -> None:
    for language in LANGUAGES:
        sentence = words(language).say(SENTENCES[rule.id])
        assert set(_PLACE.findall(sentence)) <= set(rule.facts), (language, sentence)
        sentence % dict.fromkeys(rule.facts, "0")
    english, chinese = (set(_PLACE.findall(words(one).say(SENTENCES[rule.id]))) for one in LANGUAGES)
    assert english == chinese
    codes = {name for name, kind in rule.facts.items() if kind is Kind.CODE}
    assert codes <= set(CODES)


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.id)
def test_a_rule_is_whole(rule: Rule) -> None:
    assert rule.source
    assert rule.levels
    assert list(rule.levels) == sorted(rule.levels, key=["yellow", "orange", "red"].index)
    assert rule.measure is None or rule.facts[rule.measure] in {Kind.COUNT, Kind.FEN, Kind.DAYS}
    assert set(rule.inputs) <= set(Base.metadata.tables), rule.inputs
    assert not set(rule.facts) & set(rule.more)


PAGE = (Path(__file__).parent.parent.parent / "docs" / "warnings.md").read_text("utf-8")


def _table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading of the page."""
    text = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]


def test_the_page_tells_each_rule_with_levels_thresholds_owner_and_source() -> None:
    own: dict[str, list[str]] = {rule.id: [] for rule in TABLE}
    for name in LIMITS:
        rule, _, what = name.partition(".")
        own.get(rule, []).append(what)
    told = {
        (row[0].strip("`"), row[2], tuple(re.findall(r"`(\w+)`", row[3])), row[4], row[5]) for row in _table("Rules")
    }
    assert told == {
        (rule.id, ", ".join(rule.levels), tuple(own[rule.id]), rule.owner.replace("_", " "), rule.source)
        for rule in TABLE
    }
    assert all(row[1] for row in _table("Rules"))


def test_the_page_tells_each_setting_with_its_default_and_source() -> None:
    told = {row[0].strip("`"): (row[1], row[2], row[3]) for row in _table("Settings")}
    assert told == {name: (json.dumps(value), source, says) for name, value, source, says in ROWS}
