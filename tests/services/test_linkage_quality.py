"""How right the linker is here: a blind sample of what it merged, and a new model against people's verdicts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.errors import BadInput
from casework.linkage import Band, Judgement, Verdict
from casework.people import Actor
from dedupe.sampling import share_right
from dedupe.weights import CURRENT, DATA
from services.linkage.linkage_quality import draw_sample, live_precision, replay_verdicts
from services.linkage.linking import judge_pair, merge_cases
from services.linkage.suspicions import scan_cases
from tests.services.office import Office
from tests.services.test_suspicions import big_case, correct
from warehouse.engine import Warehouse
from warehouse.models import AuditRow, JudgementRow, LinkageSampleRow
from warehouse.queries.sampled import blind_pairs, sampled
from warehouse.store.judgements import keep_judgement, retract

SYSTEM = Actor.system("test")
Pairs = list[tuple[str, str]]


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


def merged(office: Office, *, bits: float = 9.0, model: str = "one", verdict: Verdict = Verdict.SAME) -> Pairs:
    """The linker's word on the three pairs of a case's main complaint with the others."""
    _, (main, *others) = big_case(office)
    pairs = [(min(main, other), max(main, other)) for other in others]
    with office.store.write() as session:
        for left, right in pairs:
            found = Judgement(left, right, Band.SAME, bits, -5.0, False, (), (), model)
            keep_judgement(session, found, verdict, None, at=office.at)
    return pairs


def drawn(office: Office, size: int = 100, *, minutes: int = 0) -> set[tuple[str, str]]:
    at = office.at + timedelta(minutes=minutes)
    return set(draw_sample(office.store, size=size, actor=SYSTEM, at=at).pairs)


def answer(office: Office, pair: tuple[str, str], verdict: Verdict, *, minutes: int = 5) -> None:
    at = office.at + timedelta(minutes=minutes)
    judge_pair(office.store, left_id=pair[0], right_id=pair[1], verdict=verdict, actor=office.desk, at=at)


def test_what_was_merged_by_itself_is_drawn_once(office: Office) -> None:
    pairs = merged(office)
    assert drawn(office) == set(pairs)
    assert drawn(office, minutes=1) == set()


def test_what_a_person_judged_or_the_linker_only_asked_about_is_not_drawn(office: Office) -> None:
    judged, *rest = merged(office)
    answer(office, judged, Verdict.SAME)
    merged(office, verdict=Verdict.UNSURE)
    assert drawn(office) == set(rest)


def test_a_pair_that_stands_in_two_cases_by_now_is_not_drawn(office: Office) -> None:
    apart, *rest = merged(office)
    answer(office, apart, Verdict.DIFFERENT)
    assert drawn(office) <= set(rest)


def test_a_case_that_people_made_is_no_merge_by_itself(office: Office) -> None:
    one, other = (office.case() for _ in range(2))
    merge_cases(
        office.store,
        from_case_id=one,
        into_case_id=other,
        actor=office.desk,
        at=office.at,
        from_version=office.version(one),
        into_version=office.version(other),
    )
    assert drawn(office) == set()


def test_the_question_of_the_nightly_scan_is_not_drawn(office: Office) -> None:
    pairs = merged(office)
    correct(office, pairs[0][0], employer_uscc="91370200163562681G")
    correct(office, pairs[0][1], employer_uscc="91350100M000100Y43")
    scan_cases(office.store, actor=SYSTEM, at=office.at)
    assert drawn(office) == set(pairs)


def test_every_draw_is_in_the_log_and_keeps_the_chance_of_each_pair(office: Office) -> None:
    weak, strong = merged(office, bits=4.0), merged(office, bits=20.0)
    assert len(drawn(office, 3)) == 3
    with office.store.read() as session:
        rows = session.scalars(select(LinkageSampleRow)).all()
        logged = session.scalars(select(AuditRow.details).where(AuditRow.act == "sample_linkage")).all()
        chance = {(row.left_id, row.right_id): row.chance for row in rows}
        bits = {(row.left_id, row.right_id): row.bits for row in rows}
    assert logged == [{"wanted": 3, "drawn": 3, "merged_pairs": 6}]
    assert bits == {pair: 4.0 if pair in weak else 20.0 for pair in chance}
    assert len(chance) == 3
    assert all(chance[pair] > 0.5 for pair in chance if pair in weak)
    assert all(chance[pair] < 0.5 for pair in chance if pair in strong)


@pytest.mark.parametrize("size", [0, -1, 10_001])
def test_a_sample_of_an_impossible_size_is_refused(office: Office, size: int) -> None:
    with pytest.raises(BadInput, match="1 to 10000"):
        drawn(office, size)


def test_before_a_draw_nothing_is_known(office: Office) -> None:
    known = live_precision(office.store)
    assert (known.model, known.sampled, known.waiting, known.precision) == (None, 0, 0, None)


def test_the_answers_make_the_precision_weighed_by_one_over_the_chance(office: Office) -> None:
    pairs = [*merged(office, bits=4.0), *merged(office, bits=20.0)]
    found = sorted(drawn(office, 5))
    verdicts = [Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE, Verdict.LINKED]
    for pair, verdict in zip(found, verdicts, strict=False):
        answer(office, pair, verdict)
    with office.store.read() as session:
        chance = {(row.left_id, row.right_id): row.chance for row in session.scalars(select(LinkageSampleRow))}
    known = live_precision(office.store)
    assert (known.model, known.sampled, known.unsure, known.waiting) == ("one", 5, 1, 1)
    told = zip(found, verdicts, strict=False)
    right = [(said is Verdict.SAME, chance[pair]) for pair, said in told if said is not Verdict.UNSURE]
    wanted = share_right(right)
    assert known.precision is not None
    assert wanted is not None
    assert asdict(known.precision) == pytest.approx(asdict(wanted))
    assert len(pairs) == 6


def test_what_was_said_before_the_draw_answers_nothing(office: Office) -> None:
    pairs = merged(office)
    drawn(office, minutes=10)
    answer(office, pairs[0], Verdict.SAME, minutes=5)
    assert live_precision(office.store).waiting == 3


def test_only_the_model_that_was_sampled_last_counts(office: Office) -> None:
    old = merged(office, model="one")
    drawn(office)
    answer(office, old[0], Verdict.DIFFERENT)
    new = merged(office, model="two")
    drawn(office, minutes=10)
    known = live_precision(office.store)
    assert (known.model, known.sampled, known.waiting, known.precision) == ("two", 3, 3, None)
    with office.store.read() as session:
        assert set(sampled(session, office.desk)) == set(new)


def test_an_answer_taken_back_is_none(office: Office) -> None:
    pairs = merged(office)
    drawn(office)
    answer(office, pairs[0], Verdict.SAME)
    assert live_precision(office.store).waiting == 2
    with office.store.write() as session:
        said = session.scalars(select(JudgementRow.id).where(JudgementRow.by_person)).all()
        retract(session, said, by=office.desk.id, at=office.at + timedelta(minutes=6))
    assert live_precision(office.store).waiting == 3


def test_without_drawn_pairs_no_other_pair_stands_on_the_blind_page(office: Office) -> None:
    merged(office)
    with office.store.read() as session:
        assert blind_pairs(session, office.desk) == []
    found = drawn(office, 2)
    with office.store.read() as session:
        assert set(blind_pairs(session, office.desk)) == found


def model_file(folder: Path, change: Callable[[dict[str, float]], None]) -> Path:
    """The model in use with other lines."""
    told = json.loads((DATA / CURRENT).read_text("utf-8"))
    change(told["lines"])
    path = folder / "other.json"
    path.write_text(json.dumps(told), "utf-8")
    return path


def shy(lines: dict[str, float]) -> None:
    lines.update(case_same=900.0, claim_same=900.0)


def test_a_replay_names_the_verdicts_that_a_model_would_flip_and_changes_nothing(
    office: Office, tmp_path: Path
) -> None:
    one, other = merged(office)[:2]
    correct(office, one[0], site_name="泉悦公园")
    correct(office, one[1], site_name="泉悦公园")
    answer(office, one, Verdict.SAME)
    found = replay_verdicts(office.store, model=DATA / CURRENT)
    assert (found.verdicts, found.flips, found.at_its_line.joined) == (1, (), 1)
    (flip,) = replay_verdicts(office.store, model=model_file(tmp_path, both_shy)).flips
    assert (flip.left, flip.right, flip.verdict, flip.already) == (*one, Verdict.SAME, False)
    with office.store.read() as session:
        assert session.scalar(select(JudgementRow.id).where(JudgementRow.left_id == other[0])) is not None


def both_shy(lines: dict[str, float]) -> None:
    shy(lines)
    lines["case_ask"] = 899.0


def test_without_a_verdict_there_is_nothing_to_replay(office: Office) -> None:
    merged(office)
    with pytest.raises(BadInput, match="Nobody has judged a pair yet"):
        replay_verdicts(office.store, model=DATA / CURRENT)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff\xfe\x00", b'{"features": 3}', b"nonsense"])
def test_a_file_that_is_no_model_is_refused_in_words(store: Warehouse, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"other\.json "):
        replay_verdicts(store, model=path)


def test_a_file_that_is_not_there_is_refused_in_words(store: Warehouse, tmp_path: Path) -> None:
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            replay_verdicts(store, model=path)
