"""No notice shows that somebody complained: two worlds, one with complaints and one without, word for word the same."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework.people import Actor
from casework.prevention import TELLING, Told, compose
from dedupe.normalise import name_key
from services.prevention.drafting import Wanted, draft, texts, wanted_first
from services.warnings.raising import raise_warnings
from tests.conftest import NOW
from tests.console.fed import BOTH, LEADS, PAYS, feed_morning
from tests.services.office import Office
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import ChannelRow, EmployerRow, WarningRow
from warehouse.store.employers import find_or_make_employer

ONLY_COMPLAINED = "青岛无名餐饮有限公司"
BY = date(2026, 11, 27)
COMPLAINTS = st.lists(
    st.tuples(
        st.sampled_from([PAYS, BOTH, LEADS, ONLY_COMPLAINED]),
        st.sampled_from([("hotline_12345",), ("petition",), ("hotline_12345", "petition", "walk_in")]),
        st.integers(1, 40),
        st.integers(1, 20),
    ),
    min_size=4,
    max_size=10,
)


class World:
    """An office and its feed, in which some complained and some did not."""

    def __init__(self, store: Warehouse, complaints: list[Any]) -> None:
        self.store = store
        self.office = Office(self.store, NOW)
        with self.store.write() as session:
            session.add(ChannelRow(name="wage_monitor", answers=False))
        for before in (True, False):  # some complained before the feed named the firm, some after it
            for number, (firm, channels, workers, days) in enumerate(complaints):
                if (number % 2 == 0) is before:
                    at = NOW - timedelta(days=days)
                    self._told_of(firm, at)
                    self.office.case(employer=firm, channels=channels, workers=workers, received_at=at)
            if before:
                feed_morning(self.store, NOW)
        raise_warnings(self.store, actor=Actor.system("warn"), at=NOW)

    def _told_of(self, firm: str, at: datetime) -> None:
        """The employer as the intake keeps it that hears of it first from a complaint."""
        with self.store.write() as session:
            find_or_make_employer(
                session,
                name=firm,
                name_key=name_key(firm),
                uscc=None,
                district_code="370215",
                learned_from="complaint",
                at=at,
            )

    def notices(self) -> dict[str, set[str]]:
        """By the name of the employer every notice that some warning on it gives, as the form first offers it."""
        found: dict[str, set[str]] = defaultdict(set)
        with self.store.read() as session:
            question = select(WarningRow, EmployerRow.name).join(EmployerRow, EmployerRow.id == WarningRow.employer_id)
            for row, name in session.execute(question.where(WarningRow.state == "open")).tuples():
                offered = draft(session, self.office.head, row, at=NOW)
                wanted = wanted_first(offered)
                if not wanted.to:
                    wanted = Wanted(to=name, trade=wanted.trade, signs=wanted.signs, answer_by=BY)
                _, said = texts(session, self.office.head, row, wanted, at=NOW)
                found[name].add(json.dumps(said, ensure_ascii=False, sort_keys=True))
        return found


@given(COMPLAINTS)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_with_complaints_and_without_the_words_are_the_same(empty: Template, complaints: list[Any]) -> None:
    with TemporaryDirectory() as folder, ExitStack() as stores:
        quiet, loud = (stores.enter_context(empty.store(Path(folder, name))) for name in ("quiet.db", "loud.db"))
        without, among = World(quiet, []), World(loud, complaints)
        told, others = without.notices(), among.notices()
        with among.store.read() as session:
            rules = set(session.scalars(select(WarningRow.rule).where(WarningRow.state == "open")))
    assert LEADS in told, "the feed alone raises warnings"
    for name, said in others.items():
        assert len(said) == 1, f"{name}: the same from whichever warning one looks"
        if name in told:
            assert said == told[name], name
        (words,) = said
        assert not TELLING.search(words)
    if ONLY_COMPLAINED in others:
        general = {language: _plain(ONLY_COMPLAINED, language) for language in ("zh_CN", "en")}
        assert json.loads(next(iter(others[ONLY_COMPLAINED])))["en"]["points"] == general["en"]
    assert rules, "warnings stand in the other world too"


def _plain(name: str, language: str) -> list[dict[str, str]]:
    text = compose(Told(name, "x", "other", [], BY), language)
    return [
        {part: getattr(one, part) for part in ("about", "missing", "article", "law", "act", "tip")}
        for one in text.points
    ]
