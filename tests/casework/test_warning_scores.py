"""How often warnings were right, on a few days that one can count by hand."""

from __future__ import annotations

from datetime import date, timedelta

from casework.warnings.scores import HORIZON, LEAST, SPELL, Score, by_rule, first_told, muted, score, spells

SINCE, UNTIL = date(2025, 1, 1), date(2026, 6, 30)


def day(number: int) -> date:
    return SINCE + timedelta(days=number)


def judged(warned: dict[str, list[date]], complained: dict[str, list[date]]) -> Score:
    return score(warned, complained, since=SINCE, until=UNTIL)


def test_days_with_less_than_a_spell_of_quiet_between_them_are_one() -> None:
    assert spells([day(1), day(SPELL), day(2 * SPELL)]) == [(day(1), day(SPELL)), (day(2 * SPELL), day(2 * SPELL))]
    assert spells([]) == []


def test_an_alarm_is_right_within_its_horizon_and_as_long_as_it_stands() -> None:
    last = judged({"a": [day(10)]}, {"a": [day(10 + HORIZON)]})
    assert (last.right, last.wrong, last.foretold, last.lead) == (1, 0, 1, HORIZON)
    late = judged({"a": [day(10)]}, {"a": [day(11 + HORIZON)]})
    assert (late.right, late.wrong, late.foretold, late.waves) == (0, 1, 0, 1)
    standing = judged({"a": [day(10 + 50 * number) for number in range(6)]}, {"a": [day(255)]})
    assert (standing.right, standing.foretold, standing.leads) == (1, 1, (HORIZON,))


def test_the_day_of_the_complaint_itself_is_too_late_to_foretell_it() -> None:
    same = judged({"a": [day(30)]}, {"a": [day(30)]})
    assert (same.right, same.wrong, same.foretold) == (0, 1, 0)
    second = judged({"a": [day(30)]}, {"a": [day(30), day(40)]})
    assert (second.right, second.foretold, second.before_first, second.lead) == (1, 1, 0, 10)


def test_what_may_still_come_true_counts_neither_way() -> None:
    young = judged({"a": [UNTIL - timedelta(days=HORIZON)]}, {})
    assert (young.right, young.wrong, young.open, young.precision) == (0, 0, 1, None)
    old = judged({"a": [UNTIL - timedelta(days=HORIZON + 1)]}, {})
    assert (old.wrong, old.open, old.precision) == (1, 0, 0.0)


def test_a_warning_that_stands_for_ever_is_judged_when_its_horizon_is_over() -> None:
    daily = [day(number) for number in range(10, (UNTIL - SINCE).days + 1)]
    assert judged({"a": daily}, {}).wrong == 1
    assert judged({"a": daily}, {"a": [UNTIL]}).right == 1


def test_who_complains_in_a_wave_that_runs_is_no_news() -> None:
    complained = {"a": [day(40), day(10), day(120)], "b": [day(5)]}
    assert first_told(complained) == {"a": [day(10), day(120)], "b": [day(5)]}
    in_the_wave = {"a": [day(20)], "b": [day(2)]}
    by_any = judged(in_the_wave, {"a": [day(10), day(40)], "b": [day(5)]})
    by_first = judged(in_the_wave, first_told({"a": [day(10), day(40)], "b": [day(5)]}))
    assert (by_any.right, by_any.wrong, by_any.foretold) == (2, 0, 2)
    assert (by_first.right, by_first.wrong, by_first.foretold) == (1, 1, 1)


def test_a_wave_that_nobody_foretold_had_no_days_of_warning() -> None:
    one = judged({"a": [day(10)]}, {"a": [day(40)], "b": [day(50)], "c": [day(60)]})
    assert (one.lead, one.leads_of_all, one.lead_of_all) == (30, (0, 0, 30), 0)
    assert judged({}, {}).lead_of_all is None


def test_another_employer_and_a_wave_from_before_prove_nothing() -> None:
    told = judged({"a": [day(10)]}, {"b": [day(20)], "c": [SINCE]})
    assert (told.right, told.waves, told.recall, told.strict_recall) == (0, 1, 0.0, 0.0)
    assert told.lead is None


def test_a_rule_is_muted_when_enough_was_judged_and_too_little_was_right() -> None:
    def of(right: int, wrong: int) -> Score:
        return Score(right, wrong, open=9, waves=1, foretold=1, before_first=1, leads=(3,))

    scores = {("x", "red"): of(5, 5), ("y", "red"): of(6, 4), ("z", "red"): of(0, LEAST - 1)}
    assert muted(scores) == {("x", "red")}


def test_signs_are_sorted_by_rule_and_level_and_employer() -> None:
    seen = [(day(1), "x", "red", "a"), (day(2), "x", "red", "a"), (day(2), "x", "orange", "b")]
    assert by_rule(seen) == {("x", "red"): {"a": [day(1), day(2)]}, ("x", "orange"): {"b": [day(2)]}}
