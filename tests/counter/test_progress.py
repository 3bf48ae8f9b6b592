"""Progress: one's own, by receipt and four digits; anything else looks like nothing; who guesses waits."""

from __future__ import annotations

import re
from datetime import date, timedelta
from statistics import median
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.progress import Ending, Facts, Progress, Step, as_told, from_told, progress
from casework.receipt_number import LENGTH, LETTERS, asked_at, last_four, receipt_from, typed, written
from casework.reply import Letter, ReplyKind
from counter.pages import words
from counter.turns import Marks, Tries
from tests.counter.conftest import Page, post, receipt_in, tokens

DAY = date(2026, 11, 20)
DAYS = st.dates(DAY - timedelta(days=40), DAY + timedelta(days=40))
MAYBE = st.none() | DAYS
FACTS = st.builds(
    Facts,
    received_on=DAYS,
    accepted_on=MAYBE,
    assigned_on=MAYBE,
    looked_into_on=MAYBE,
    decided_on=MAYBE,
    closed_on=MAYBE,
    ended=st.none() | st.sampled_from(Ending),
    ended_on=MAYBE,
    accept_by=MAYBE,
    decide_by=MAYBE,
    paused_on=MAYBE,
    answers=st.lists(st.tuples(DAYS, st.text(max_size=20)), max_size=2),
)


@given(FACTS)
def test_steps_stand_in_order_and_none_is_before_the_complaint(facts: Facts) -> None:
    told = progress(facts)
    days = [one.on for one in told.steps]
    reached = [day for day in days if day is not None]
    assert reached == sorted(reached)
    assert days[: len(reached)] == reached, "no step is open before one that is reached"
    assert reached[0] == facts.received_on
    assert (told.coming is None) == (len(reached) == len(days) or facts.ended is not None)
    assert told.by is None or told.coming is not None
    assert from_told(as_told(told)) == told


def test_progress_of_a_case_as_it_goes() -> None:
    facts = Facts(received_on=DAY, accept_by=DAY + timedelta(days=7))
    assert (progress(facts).coming, progress(facts).by) == (Step.ACCEPTED, DAY + timedelta(days=7))
    facts = Facts(received_on=DAY, accepted_on=DAY - timedelta(days=9), decide_by=DAY + timedelta(days=60))
    told = progress(facts)
    assert told.steps[1].on == DAY, "a case that others began is told from when this worker came to it"
    assert (told.coming, told.by) == (Step.ASSIGNED, DAY + timedelta(days=60))
    assert progress(Facts(received_on=DAY, closed_on=DAY)).coming is None
    assert progress(Facts(received_on=DAY, paused_on=DAY, decide_by=DAY)).by is None


@given(st.text(min_size=20, max_size=60))
def test_a_receipt_is_read_however_it_is_typed(token: str) -> None:
    receipt = receipt_from(token)
    assert len(receipt) == LENGTH
    assert set(receipt) <= set(LETTERS)
    shown = written(receipt)
    wide = shown.translate({ord(letter): ord(letter) + 0xFEE0 for letter in receipt})
    for said in (shown, shown.lower(), f" {receipt} ", shown.replace("-", " "), shown.replace("-", "—"), wide):
        assert typed(said) == receipt
    assert asked_at("https://page.test/", receipt) == f"https://page.test/progress#{shown}"
    assert typed(receipt[:-1]) is None
    assert typed(receipt + "O") is None


@pytest.mark.parametrize(
    ("phone", "four"), [("139 0000-0001", "0001"), ("１３９００００００１２", "0012"), ("123", None), (None, None)]
)
def test_the_last_four_digits(phone: str | None, four: str | None) -> None:
    assert last_four(phone) == four


TOLD = progress(
    Facts(
        received_on=DAY,
        accepted_on=DAY + timedelta(days=1),
        answers=[(DAY + timedelta(days=1), "您反映的问题已受理。")],
    )
)


def _ask(page: Page, receipt: str, four: str, address: str = "10.9.0.1") -> tuple[int, str]:
    phone = page.phone(address)
    answer = phone.post(
        "/progress", data={"csrf": tokens(phone, "/progress")["csrf"], "receipt": receipt, "four": four}
    )
    text = re.sub(r'value="[^"]*"', "", answer.text)
    return answer.status_code, text


def _tell(page: Page, told: Progress = TOLD, address: str = "10.0.0.1") -> str:
    receipt = receipt_in(post(page.phone(address)))
    page.office.tell(receipt, "0001", as_told(told), at=page.now)
    return receipt


def test_the_worker_reads_the_steps_and_the_answer(page: Page) -> None:
    receipt = _tell(page)
    code, text = _ask(page, written(receipt).lower(), "0001")
    assert code == 200
    for words_ in ("Accepted", "21 November 2026", "您反映的问题已受理。", "it is given to inspectors"):
        assert words_ in text
    assert not page.office.tell(receipt, "0001", as_told(TOLD), at=page.now), "the same is not written twice"


def test_wrong_and_unknown_look_the_same(page: Page) -> None:
    receipt = _tell(page)
    asked = [(receipt, "0002"), ("2" * LENGTH, "0001"), ("2" * LENGTH, "9999"), ("nonsense", "0001"), (receipt, ""),
             (receipt, "abcd"), ("", "")]  # fmt: skip
    answers = {_ask(page, *pair, f"10.8.0.{number}") for number, pair in enumerate(asked)}
    assert len(answers) == 1
    assert {code for code, _ in answers} == {404}


def test_wrong_and_unknown_take_as_long(page: Page) -> None:
    receipt = _tell(page)

    def spent(asked: str, four: str) -> float:
        began = perf_counter()
        assert page.inbox.told(asked, four) is None
        return perf_counter() - began

    for _ in range(20):
        spent(receipt, "0002")
    both = [(spent(receipt, "0002"), spent("2" * LENGTH, "0002")) for _ in range(300)]  # in turn: under the same load
    wrong, unknown = (median(one) for one in zip(*both, strict=True))
    assert 0.5 < wrong / unknown < 2


def test_a_hundred_wrong_tries_are_slowed_and_the_worker_is_not(page: Page) -> None:
    receipt = _tell(page)
    guesser = page.phone("10.0.0.1")  # behind the same address as the worker
    csrf = tokens(guesser, "/progress")["csrf"]
    codes = [
        guesser.post("/progress", data={"csrf": csrf, "receipt": receipt, "four": f"{number:04d}"}).status_code
        for number in range(100, 200)
    ]
    assert codes.count(404) <= 11
    assert codes[-1] == 429
    words_ = guesser.post("/progress", data={"csrf": csrf, "receipt": receipt, "four": "0001"})
    assert words_.status_code == 429, "to guess right does not help who is waiting"
    assert "Too many tries" in words_.text
    worker = page.clients[0]
    again = worker.post(
        "/progress", data={"csrf": tokens(worker, "/progress")["csrf"], "receipt": receipt, "four": "0001"}
    )
    assert again.status_code == 200
    assert _ask(page, receipt, "0001", "10.7.7.7")[0] == 200, "nor is a telephone elsewhere"


def test_many_addresses_that_guess_at_one_receipt_are_slowed_together(page: Page) -> None:
    receipt = _tell(page)
    codes = [_ask(page, receipt, f"{number:04d}", f"10.6.{number}.1")[0] for number in range(100, 140)]
    assert codes.count(404) == 20
    assert codes[-1] == 429
    worker = page.clients[0]
    csrf = tokens(worker, "/progress")["csrf"]
    assert worker.post("/progress", data={"csrf": csrf, "receipt": receipt, "four": "0001"}).status_code == 200


def test_marks_of_other_receipts_do_not_help_who_guesses(page: Page) -> None:
    receipt = _tell(page)
    codes = []
    for number in range(24):
        phone = page.phone(f"10.5.{number}.1")
        assert post(phone).status_code == 200, "whoever posts is given a mark"
        csrf = tokens(phone, "/progress")["csrf"]
        data = {"csrf": csrf, "receipt": receipt, "four": f"{number + 100:04d}"}
        codes.append(phone.post("/progress", data=data).status_code)
    assert codes == [404] * 20 + [429] * 4
    worker = page.clients[0]
    csrf = tokens(worker, "/progress")["csrf"]
    assert worker.post("/progress", data={"csrf": csrf, "receipt": receipt, "four": "0001"}).status_code == 200


def test_a_telephone_that_opens_another_receipt_is_not_held_up_at_that(page: Page) -> None:
    phone, first, second = page.phone("10.4.0.1"), _tell(page), _tell(page, address="10.0.0.2")
    csrf = tokens(phone, "/progress")["csrf"]
    carried = set()
    for receipt in (first, second):
        asked = {"csrf": csrf, "receipt": receipt, "four": "0001"}
        assert phone.post("/progress", data=asked).status_code == 200
        carried.add(phone.cookies["counter_device"])
    assert len({one.partition(".")[0] for one in carried}) == 1, "one device"
    assert len(carried) == 2
    for number in range(21):
        _ask(page, second, f"{number + 100:04d}", f"10.3.{number}.1")
    assert _ask(page, second, "0001", "10.3.99.1")[0] == 429
    assert phone.post("/progress", data={"csrf": csrf, "receipt": second, "four": "0001"}).status_code == 200


def test_many_marks_of_one_place_are_slowed_together_and_one_for_its_own_is_not() -> None:
    tries, marks = Tries(), Marks()
    for number in range(100):
        device = marks.known(marks.new(f"receipt {number}"))
        assert device
        assert tries.wait(device, "10.0.0.1", 0) == 0
        tries.wrong(device, "10.0.0.1", 0)
    assert tries.wait("another", "10.0.0.1", 0) > 0
    assert tries.wait("another", "10.0.0.1", 0, own=True) == tries.wait("another", "10.0.0.2", 0) == 0
    assert tries.wait(None, "10.0.0.1", 0) == 0, "who carries no mark is counted by the address"


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_mark_opens_its_own_receipt_and_no_made_up_one_anything(receipt: str, other: str) -> None:
    marks = Marks()
    mark = marks.new(receipt)
    assert marks.opens(mark, receipt) == bool(receipt)
    assert marks.opens(mark, other) == (receipt == other != "")
    assert marks.known(marks.new(other, marks.known(mark))) == marks.known(mark)
    for forged in (other, f"{mark}0", mark.upper() + other, mark.partition(".")[0], Marks().new(receipt), None):
        assert marks.known(forged) is None
        assert not marks.opens(forged, receipt)


def test_nothing_of_a_receipt_stands_in_an_address_or_in_the_log(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="arrears")
    receipt = _tell(page)
    _ask(page, receipt, "0001")
    assert receipt not in caplog.text
    assert "0001" not in caplog.text
    assert all(receipt not in str(client.cookies) for client in page.clients)


def test_an_answer_is_kept_closed_and_read_back(page: Page) -> None:
    receipt = _tell(page)
    letter = Letter("answer-1", "self_report", receipt, ReplyKind.ACCEPTED, "您反映的问题已受理。", page.now)
    assert page.office.confirm(letter) is None
    assert page.office.reply(letter).body == letter.body
    assert letter.body.encode() not in (page.settings.folder / "inbox.db").read_bytes()


def test_every_word_is_there_in_both_languages_with_the_same_blanks() -> None:
    for key, (chinese, english) in words().items():
        assert chinese.strip(), key
        assert english.strip(), key
        assert sorted(re.findall(r"\{\w+\}", chinese)) == sorted(re.findall(r"\{\w+\}", english)), key
        assert not re.search("[\u4e00-\u9fff]", english) or key == "other_language", key


@pytest.mark.parametrize("path", ["/", "/progress", "/privacy", "/s/nowhere2", "/none", "/n", "/n/none"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_has_its_headers_and_one_title(page: Page, path: str, language: str) -> None:
    answer = page.phone().get(f"{path}?lang={language}")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    title, heading = (re.search(f"<{tag}>(.*?)</{tag}>", answer.text) for tag in ("title", "h1"))
    assert title
    assert heading
    assert title[1] == heading[1]
    assert not re.search(r"<script>|\son\w+=|style=", answer.text)
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text
