"""A warning in one sentence and its evidence in a line each, with figures as the reader's language writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from casework.warnings.rule import Kind
from casework.warnings.rules import RULES
from console import labels, labels_sparing
from console.labels_warning_rules import CODES, NAMES, SENTENCES
from console.labels_warnings import EVIDENCE, SOURCES
from console.render import Show
from warehouse.queries.warning_feed import Proof
from warehouse.queries.warnings import Line


def told(show: Show, one: Line, today: date) -> str:
    """What happened, in a sentence. Of a rule that is no more, or without its figures, the rule's name."""
    rule, sentence = RULES.get(one.rule), SENTENCES.get(one.rule)
    if rule is None or sentence is None or not set(rule.facts) <= set(one.facts):
        return show.label(NAMES, one.rule)
    figures = {
        name: _figure(show, name, kind, one.facts.get(name), one.names, today)
        for name, kind in rule.known_facts.items()
    }
    return show.words.say(sentence) % figures


def _figure(show: Show, name: str, kind: Kind, value: Any, names: Mapping[str, str], today: date) -> str:
    if value is None:
        return "—"
    if kind is Kind.FEN:
        return show.money(value)
    if kind is Kind.DAY:
        return show.day(date.fromisoformat(value), today)
    if kind is Kind.MOMENT:
        return show.moment(datetime.fromisoformat(value), today)
    if kind is Kind.CODE:
        return show.label(CODES.get(name, {}), value)
    if kind is Kind.PROJECT:
        return names.get(value, value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def in_a_line(show: Show, one: Proof, today: date) -> str:
    """One row of evidence."""
    return show.words.say(EVIDENCE[one.what]) % {
        "name": one.name or "—",
        "month": one.month or "—",
        "day": show.day(one.day, today),
        "fen": show.money(one.fen),
        "of_fen": show.money(one.of_fen),
        "heads": "—" if one.heads is None else f"{one.heads:,}",
        "channel": show.label(labels.CHANNELS, one.channel),
        "rule": show.label(NAMES, one.rule),
    }


def source(show: Show, text: str) -> str:
    """What a rule rests on: articles by the names of their laws, practice and house rules in words."""
    known = {**labels_sparing.RESTS_ON, **SOURCES}
    parts = [show.words.say(known[part]) if part in known else show.source(part) for part in text.split("; ")]
    return ("；" if show.chinese else "; ").join(parts)
