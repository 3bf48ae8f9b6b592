"""No step of the tables stops those at work on PostgreSQL: Squawk reads what each sends, its locks are looked at."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.warehouse.taken import Step, squawk, take
from tests.warehouse.test_gentle_steps import planted
from tests.warehouse.walking import numbers
from warehouse.engine import open_warehouse

FIRST_RELEASED = "0031"
"""No office has tables in an older form: whatever the steps before hold, nobody was at work beside them."""
_EMPTY = "no office was at work in so old a form: the tables were empty"
EXCEPTIONS: dict[tuple[str, str], str] = {
    **{(step, "require-concurrent-index-creation"): _EMPTY
       for step in ("0007", "0015", "0016", "0017", "0019", "0024", "0029", "0031")},
    **{(step, "require-concurrent-index-deletion"): _EMPTY for step in ("0019", "0024")},
    **{(step, rule): _EMPTY for step in ("0007", "0010")
       for rule in ("constraint-missing-not-valid", "adding-foreign-key-constraint")},
    ("0010", "ban-drop-not-null"): _EMPTY,
    ("0045", "constraint-missing-not-valid"): "messages and acts on warnings are few: to look at each takes no second",
    ("0051", "constraint-missing-not-valid"): "the columns are new and hold nothing: to look through them is one scan",
    ("0045", "ban-drop-constraint"): "one that lets more through takes its place; the version before keeps to less",
    ("0020", "ban-drop-table"): f"{_EMPTY}; what was in them is carried over to tables with other keys",
}  # fmt: skip
"""What Squawk finds and is right: step, rule, why it may stay. For a step that is yet to come there should be none."""
PLANTED = "9001"
HOLDS = (
    (
        'op.add_column("cases", sa.Column("colour", sa.Integer(), nullable=True))\n'
        '    op.add_column("reply", sa.Column("colour", sa.Integer(), nullable=True))\n'
        '    op.execute("UPDATE reply SET colour = 1")'
    ),
    "pass",
)
"""A bad step: it takes two tables one after the other, and fills one while it holds it."""
BAD = {
    "adding-required-field": "ALTER TABLE reply ADD COLUMN colour integer NOT NULL",
    "require-concurrent-index-creation": "CREATE INDEX ix_reply_colour ON reply (colour)",
    "ban-drop-column": "ALTER TABLE reply DROP COLUMN sent_at",
    "renaming-column": "ALTER TABLE reply RENAME COLUMN sent_at TO went_at",
    "renaming-table": "ALTER TABLE reply RENAME TO answers",
    "ban-drop-table": "DROP TABLE reply",
    "changing-column-type": "ALTER TABLE reply ALTER COLUMN state TYPE text",
    "adding-not-nullable-field": "ALTER TABLE reply ALTER COLUMN told_way SET NOT NULL",
    "constraint-missing-not-valid": "ALTER TABLE reply ADD CONSTRAINT ck_reply_x CHECK (told_way <> '')",
    "disallowed-unique-constraint": "ALTER TABLE reply ADD CONSTRAINT uq_reply_x UNIQUE (told_way)",
    "ban-concurrent-index-creation-in-transaction": "CREATE INDEX CONCURRENTLY ix_reply_x ON reply (told_way)",
}
"""What a step must not send, and the rule of Squawk that says so."""

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def steps(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Step]]:
    """All steps, as they were taken on an empty database, and a bad one after them."""
    name = f"t_{secrets.token_hex(8)}"
    postgres.run(f"CREATE DATABASE {name}")
    warehouse = open_warehouse(postgres.url(name))
    yield take(warehouse.engine, planted(tmp_path_factory.mktemp("bad"), HOLDS))
    warehouse.close()
    postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


def late(steps: list[Step]) -> list[Step]:
    """The steps that are taken while people are at work."""
    return [step for step in steps if FIRST_RELEASED < step.number < PLANTED]


def crowded(step: Step) -> set[str]:
    """The tables that a step holds one after the other: more than one, and not taken at once before all else."""
    return set() if len(step.held) < 2 or step.held <= step.held_at_once else set(step.held)


def test_squawk_finds_nothing_that_has_no_reason(steps: list[Step], tmp_path: Path) -> None:
    assert [step.number for step in steps] == [*numbers(), PLANTED]
    found = squawk(tmp_path, [(step.number, step.sql) for step in steps[:-1]])
    assert sorted(found - set(EXCEPTIONS)) == [], "CONTRIBUTING.md, Steps of the tables"
    assert sorted(set(EXCEPTIONS) - found) == [], "exceptions for nothing"


def test_a_step_holds_one_table_or_all_of_them_at_once(steps: list[Step]) -> None:
    assert {step.number: crowded(step) for step in late(steps) if crowded(step)} == {}, "gently.hold"
    assert crowded(steps[-1]) == {"cases", "reply"}


def test_a_step_fills_no_table_that_it_holds(steps: list[Step]) -> None:
    both = {step.number: step.filled & step.held for step in late(steps)}
    assert [number for number, tables in both.items() if tables] == [], "a step of its own"
    assert steps[-1].filled & steps[-1].held == {"reply"}


def test_a_step_that_builds_an_index_beside_people_does_nothing_else(steps: list[Step]) -> None:
    for step in late(steps):
        kinds = {"CONCURRENTLY" in statement for statement, _alone in step.sent}
        assert len(kinds) < 2, f"{step.number}: what it did before is committed when its index begins"


@pytest.mark.parametrize("rule", BAD)
def test_a_bad_step_is_found(rule: str, tmp_path: Path) -> None:
    step = Step("9999", ((BAD[rule], False),), frozenset())
    assert ("9999", rule) in squawk(tmp_path, [("9999", step.sql)])


def test_good_steps_are_left_in_peace(tmp_path: Path) -> None:
    column = "ALTER TABLE reply ADD COLUMN colour integer DEFAULT 0 NOT NULL"
    index = "CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_reply_colour ON reply (colour)"
    loose = "ALTER TABLE reply ADD CONSTRAINT ck_reply_x CHECK (told_way <> '') NOT VALID"
    good = [
        Step("9997", ((column, False),), frozenset({"reply"})),
        Step("9998", ((index, True),), frozenset()),
        Step("9999", ((loose, False),), frozenset({"reply"})),
    ]
    assert squawk(tmp_path, [(step.number, step.sql) for step in good]) == set()
    held = ('LOCK TABLE "reply", "receipt" IN ACCESS EXCLUSIVE MODE', False)
    assert crowded(Step("9999", (held, (column, False)), frozenset({"reply", "receipt"}))) == set()
    assert crowded(Step("9999", ((column, False), held), frozenset({"reply", "receipt"}))) != set()
