"""docs/audit-acts.md names every act that the page of the log has words for, in both languages, and no other."""

from __future__ import annotations

from console.labels_audit import ACT_WORDS
from console.words import words
from tests.log_of_acts import said, told


def test_the_page_names_each_act_as_the_log_does() -> None:
    chinese = words("zh_CN")
    assert said() == {act: (english, chinese.say(english)) for act, english in ACT_WORDS.items()}
    assert all(told().values())
