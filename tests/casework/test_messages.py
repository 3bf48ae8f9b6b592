"""Messages: the words they may be made of, when nobody is written to, where officers are reached, what workers say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import SHANGHAI, Calendar
from casework.errors import BadInput
from casework.leniency import Exit
from casework.messages import (
    KINDS,
    LANGUAGES,
    MOST_NAMED,
    PLACEHOLDERS,
    SAMPLES,
    WORDINGS,
    CaseLine,
    Occasion,
    cases_named,
    check_wording,
    counted,
    filled,
    told_late,
    where_to,
)
from casework.money_came import Came, Said, asks, holds_closing, silent_from, stands, summed
from casework.quiet import QuietHours, officers_read
from casework.reaching import ReachedBy, mask_address, read_address

CALENDAR = Calendar("test", date(2026, 1, 1), date(2026, 12, 31))
FORBIDDEN = ("employer", "complainant_name", "phone", "amount", "evidence", "narrative", "place", "opinion")


def test_the_words_the_program_comes_with_pass_their_own_check() -> None:
    assert set(WORDINGS) == {(one, language) for one in Occasion for language in LANGUAGES}
    for (occasion, language), text in WORDINGS.items():
        assert check_wording(occasion, text) == text
        assert "{" not in filled(occasion, text, SAMPLES[language])


@pytest.mark.parametrize("occasion", list(Occasion))
def test_words_that_would_name_what_their_reader_may_not_see_are_refused(occasion: Occasion) -> None:
    everything = {name for names in PLACEHOLDERS.values() for name in names}
    for name in (*FORBIDDEN, *sorted(everything - set(PLACEHOLDERS[occasion]))):
        with pytest.raises(BadInput):
            check_wording(occasion, f"关于{{{name}}}")
    own = PLACEHOLDERS[occasion][0]
    for trick in (f"{{{own}.__class__}}", f"{{{own}!r}}", f"{{{own}:>99}}", f"{{{own}[0]}}", "{}", "{0}", "{", "}"):
        with pytest.raises(BadInput):
            check_wording(occasion, trick)


@given(st.sampled_from(list(Occasion)), st.text(max_size=120))
def test_whatever_is_typed_is_refused_or_says_nothing_but_its_values(occasion: Occasion, text: str) -> None:
    try:
        checked = check_wording(occasion, text)
    except BadInput:
        return
    said = filled(occasion, checked, dict.fromkeys(PLACEHOLDERS[occasion], "") | {"employer": "蓝天公司"})
    assert "蓝天公司" not in said


@pytest.mark.parametrize(
    "text",
    ["", "  ", "致电13812340000", "见 https://bad.example", "发到 a@b.cn", "身份证370215199001011234", "长" * 301],
)
def test_numbers_of_persons_addresses_and_long_words_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        check_wording(Occasion.WORKER_ACCEPTED, text)
    assert check_wording(Occasion.WORKER_ACCEPTED, "请致电0532-88551234或12333") == "请致电0532-88551234或12333"


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(KINDS), st.integers(-9, 9)), max_size=30))
def test_a_digest_names_each_case_once_the_most_urgent_first(said: list[tuple[int, str, int]]) -> None:
    lines = [CaseLine(f"JM-{number:04d}", kind, left) for number, kind, left in said]
    named = cases_named(lines, "zh_CN")
    numbers = {line.matter_no for line in lines}
    assert sum(named.count(one) for one in numbers) == min(len(numbers), MOST_NAMED)
    assert ("等" in named) == (len(numbers) > MOST_NAMED)
    for kind in KINDS:
        assert counted(lines, kind) == str(len({line.matter_no for line in lines if line.kind == kind}))


def test_days_are_said_in_both_languages() -> None:
    lines = [CaseLine("A-1", "overdue", -1), CaseLine("A-2", "due_soon", 0), CaseLine("A-3", "dispatched")]
    assert cases_named(lines, "zh_CN") == "A-1（超期1个工作日）、A-2（今日到期）、A-3（新派）"
    assert cases_named(lines, "en") == "A-1 (1 working day over), A-2 (due today), A-3 (new)"
    assert cases_named([], "en") == "none"
    assert told_late("zh_CN", days=3, messages=2) == "【迟发3日，合并2条】"
    assert told_late("en", days=1, messages=1) == "[1 day late] "
    assert where_to("", "zh_CN") == "可到窗口或者致电查询"


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 60 * 24 * 9))
def test_one_may_write_when_the_quiet_hours_are_over(first: int, last: int, minute: int) -> None:
    quiet = QuietHours.read(f"{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}")
    at = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(minutes=minute)
    over = quiet.over_at(at)
    assert not quiet.hold(over)
    assert timedelta(0) <= over - at < timedelta(days=1)
    assert (over == at) == (not quiet.hold(at))
    if over > at:
        assert quiet.hold(over - timedelta(minutes=1))


def test_officers_are_written_to_on_days_that_work() -> None:
    quiet = QuietHours.read("21:00-08:00")
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)
    assert officers_read(friday, quiet, CALENDAR)
    assert not officers_read(friday + timedelta(days=1), quiet, CALENDAR)
    assert not officers_read(friday.replace(hour=22), quiet, CALENDAR)
    with pytest.raises(BadInput):
        QuietHours.read("9-5")


@pytest.mark.parametrize(
    ("way", "typed", "kept", "shown"),
    [
        (ReachedBy.SMS, "138 1234 0000", "13812340000", "138****0000"),
        (ReachedBy.MAIL, "wang@jimo.gov.cn", "wang@jimo.gov.cn", "w***@jimo.gov.cn"),
        (
            ReachedBy.WECOM,
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abcd-efgh-1234",
            "abcd-efgh-1234",
            "…1234",
        ),
        (ReachedBy.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=abcdefgh12", "abcdefgh12", "…gh12"),
        (ReachedBy.FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/abcd-1234/", "abcd-1234", "…1234"),
        (ReachedBy.WEBHOOK, "https://oa.jimo.gov.cn/hook/a", "https://oa.jimo.gov.cn/hook/a", "oa.jimo.gov.cn/…"),
    ],
)
def test_an_address_is_read_strictly_and_shown_masked(way: ReachedBy, typed: str, kept: str, shown: str) -> None:
    assert read_address(way, typed) == kept
    assert mask_address(way, kept) == shown


@pytest.mark.parametrize(
    ("way", "typed"),
    [
        (ReachedBy.SMS, "0532-88551234"),
        (ReachedBy.MAIL, "wang@localhost"),
        (ReachedBy.MAIL, "a@b.cn\nBcc: c@d.cn"),
        (ReachedBy.WECOM, "https://evil.example/cgi-bin/webhook/send?key=abcd-efgh-1234"),
        (ReachedBy.WECOM, "abcd?redirect=yes"),
        (ReachedBy.FEISHU, "a/../b"),
        (ReachedBy.WEBHOOK, "file:///etc/passwd"),
        (ReachedBy.WEBHOOK, "https://user@oa.jimo.gov.cn/"),
        (ReachedBy.WEBHOOK, "https://oa.jimo.gov.cn/a?b=c"),
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(way: ReachedBy, typed: str) -> None:
    with pytest.raises(BadInput):
        read_address(way, typed)


@given(st.lists(st.tuples(st.sampled_from([None, True, False]), st.integers(-5, 5))))
def test_what_workers_say_adds_up(said: list[tuple[bool | None, int]]) -> None:
    today = date(2026, 11, 20)
    found = summed(stands(came, today + timedelta(days=days), today) for came, days in said)
    assert found.asked == found.came + found.not_came + found.silent + found.waiting == len(said)
    assert found.share is None or 0 <= found.share <= 1
    held = holds_closing(found, 0)
    assert bool(held) == bool(found.not_came or found.waiting)
    assert holds_closing(found, 1)


def test_silence_is_no_yes_and_an_answer_counts_whenever_it_comes() -> None:
    last = silent_from(date(2026, 11, 20), 3, CALENDAR)
    assert last == date(2026, 11, 25)
    assert stands(None, last, last) is Came.WAITING
    assert stands(None, last, last + timedelta(days=1)) is Came.SILENT
    assert stands(False, last, last + timedelta(days=9)) is Came.NOT_CAME
    assert Said(2, came=1, silent=1).share == 0.5
    assert Said().share is None


def test_workers_are_asked_when_the_money_is_said_to_be_paid() -> None:
    assert asks(Exit.EXEMPT_FIRST_OFFENCE, "concluded", "decided")
    assert not asks(Exit.EXEMPT_FIRST_OFFENCE, "in_progress", "filed")
    assert not asks(Exit.HANDLING, "concluded", "served")
    assert asks(Exit.HANDLING, "concluded", "performed")
    assert not asks(Exit.NOT_ESTABLISHED, "concluded", "decided")
    assert not asks(None, "concluded", "declined")
