"""Answers to complainants: what is stored of their kind stays what it is."""

from __future__ import annotations

from casework.reply import FINAL, ReplyKind


def test_kinds_are_stored_under_these_names_and_four_of_them_end_a_complaint() -> None:
    """Rows of years ago hold them: a kind that is called otherwise would be none."""
    assert [one.value for one in ReplyKind] == [
        "accepted", "result", "declined", "supplement", "redirected", "answer"
    ]  # fmt: skip
    assert {one.value for one in FINAL} == {"result", "declined", "redirected", "answer"}
