"""Did the money come? Who opens the own progress answers there; nobody else sees that anybody is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa

from casework.money_came import MoneyAnswer
from casework.progress import Asked, Facts, MoneySaid, as_told, from_told, progress
from connectors.inbox_tables import SAID
from connectors.sealing import make_keys
from tests.counter.conftest import Page, post, receipt_in, tokens

DAY = date(2026, 11, 20)
ASKED = Asked("mny_1f2e3d", DAY + timedelta(days=5))
_HIDDEN = re.compile(r'name="(csrf|receipt|four|question)" value="([^"]+)"')


def tell(page: Page, asked: Asked | None, receipt: str) -> None:
    """The office tells that this worker is asked."""
    facts = Facts(received_on=DAY, decided_on=DAY, asked=asked)
    page.office.tell(receipt, "0001", as_told(progress(facts)), at=page.now)


def told(page: Page, asked: Asked | None = ASKED, address: str = "10.0.0.1") -> tuple[httpx.Client, str]:
    """A worker who posted and is asked, and their receipt."""
    phone = page.phone(address)
    receipt = receipt_in(post(phone))
    tell(page, asked, receipt)
    return phone, receipt


def opened(phone: httpx.Client, receipt: str, four: str = "0001") -> httpx.Response:
    """The own progress."""
    csrf = tokens(phone, "/progress")["csrf"]
    answer: httpx.Response = phone.post("/progress", data={"csrf": csrf, "receipt": receipt, "four": four})
    return answer


def say(phone: httpx.Client, receipt: str, four: str = "0001", **said: str) -> httpx.Response:
    """Answer, with the fields of the form as the page gave them and these."""
    hidden: Mapping[str, str] = dict(_HIDDEN.findall(opened(phone, receipt, four).text))
    answer: httpx.Response = phone.post("/answer", data={**hidden, **said})
    return answer


def heard(page: Page) -> list[MoneyAnswer | None]:
    """What the office finds in the inbox."""
    return list(page.office.heard(page.now - timedelta(days=1)))


def test_the_question_and_the_answer_go_through_the_inbox_and_nobody_reads_them_there(page: Page) -> None:
    phone, receipt = told(page)
    shown = opened(phone, receipt).text
    assert "Did the money come?" in shown
    assert "25 November 2026" in shown
    answer = say(phone, receipt, came="part", part="１，２００元", words="说好年底再给")
    assert (answer.status_code, "within half an hour" in answer.text) == (200, True)
    assert heard(page) == [MoneyAnswer(ASKED.id, receipt, False, 120_000, "说好年底再给", page.now)]
    again = opened(phone, receipt).text
    assert "came in part" in again
    assert "1,200 yuan" in again, "the worker reads the own answer before the office has it"
    held = b"".join(path.read_bytes() for path in page.settings.folder.iterdir())
    for secret in ("说好年底再给", receipt, ASKED.id, "120000"):
        assert secret.encode() not in held
    assert opened(page.phone("10.4.4.4"), receipt, "0002").status_code == 404


def test_double_posting_is_one_answer_and_another_takes_its_place(page: Page) -> None:
    phone, receipt = told(page)
    hidden = dict(_HIDDEN.findall(opened(phone, receipt).text))
    for _ in range(2):
        page.later(minutes=1)
        assert phone.post("/answer", data={**hidden, "came": "yes", "words": ""}).status_code == 200
    assert heard(page) == [MoneyAnswer(ASKED.id, receipt, True, None, "", page.now)], "one, given at the later moment"
    page.later(minutes=1)
    assert phone.post("/answer", data={**hidden, "came": "no"}).status_code == 200
    assert heard(page) == [MoneyAnswer(ASKED.id, receipt, False, None, "", page.now)]


def test_what_is_wrong_with_an_answer_is_said_and_kept_as_typed(page: Page) -> None:
    phone, receipt = told(page)
    for said, words in (
        ({"came": ""}, "Please choose one."),
        ({"came": "part"}, "Please say how much came."),
        ({"came": "part", "part": "0"}, "figures only"),
        ({"came": "part", "part": "一半"}, "figures only"),
        ({"came": "no", "words": "长" * 401}, "at most 400"),
    ):
        refused = say(phone, receipt, **said)
        assert (refused.status_code, words in refused.text) == (422, True), said
    assert heard(page) == []
    kept = say(phone, receipt, came="part", part="<b>", words="</textarea><script>x")
    assert "&lt;/textarea&gt;&lt;script&gt;x" in kept.text


def test_who_is_not_asked_cannot_answer_and_wrong_looks_as_unknown(page: Page) -> None:
    phone, receipt = told(page)
    hidden = dict(_HIDDEN.findall(opened(phone, receipt).text)) | {"came": "no"}
    strangers = [
        page.phone(f"10.5.0.{number}").post("/answer", data={**hidden, **wrong, "csrf": "x"})
        for number, wrong in enumerate(({}, {"four": "9999"}))
    ]
    assert {answer.status_code for answer in strangers} == {403}, "a form that was not ours"
    pages = set()
    for number, wrong in enumerate(({"four": "9999"}, {"receipt": "2" * 12}, {"receipt": "nonsense"})):
        other = page.phone(f"10.6.0.{number}")
        csrf = tokens(other, "/progress")["csrf"]
        answer = other.post("/answer", data={**hidden, **wrong, "csrf": csrf})
        pages.add((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))
    assert len(pages) == 1
    assert next(iter(pages))[0] == 404
    for now in (Asked("mny_other", DAY), Asked(ASKED.id, DAY, MoneySaid.NO, DAY, counts=False), None):
        tell(page, now, receipt)
        over = phone.post("/answer", data=hidden)
        assert (over.status_code, "not asked any more" in over.text) == (409, True)
    tell(page, Asked(ASKED.id, DAY, MoneySaid.NO, DAY, counts=False), receipt)
    assert "has been taken up again" in opened(phone, receipt).text
    assert heard(page) == []


def test_who_guesses_at_the_answer_waits_and_the_worker_does_not(page: Page) -> None:
    phone, receipt = told(page)
    guesser = page.phone("10.0.0.1")  # behind the same address as the worker
    csrf = tokens(guesser, "/progress")["csrf"]
    form = {"csrf": csrf, "receipt": receipt, "question": ASKED.id, "came": "no"}
    codes = [guesser.post("/answer", data={**form, "four": f"{number:04d}"}).status_code for number in range(100, 130)]
    assert codes.count(404) <= 11
    assert codes[-1] == 429
    assert say(phone, receipt, came="yes").status_code == 200
    many = [say(phone, receipt, came=("yes", "no")[number % 2]).status_code for number in range(12)]
    assert many[-1] == 429, "an answer may be changed, but not for ever"


def test_an_inbox_that_is_away_keeps_no_half_of_an_answer(page: Page) -> None:
    phone, receipt = told(page)
    hidden = dict(_HIDDEN.findall(opened(phone, receipt).text)) | {"came": "no"}
    base = sa.create_engine(page.settings.inbox)
    with base.begin() as line:
        line.exec_driver_sql("ALTER TABLE said RENAME TO away")
    assert phone.post("/answer", data=hidden).status_code == 503
    with base.begin() as line:
        line.exec_driver_sql("ALTER TABLE away RENAME TO said")
    assert phone.post("/answer", data=hidden).status_code == 200
    assert len(heard(page)) == 1
    page.later(days=page.settings.kept_days + 1)
    page.phone().get("/")
    with base.connect() as line:
        assert line.scalar(sa.select(sa.func.count()).select_from(SAID)) == 0
    base.dispose()


def test_what_does_not_open_holds_up_nobody(page: Page) -> None:
    base = sa.create_engine(page.settings.inbox)
    stamp = page.now.isoformat(timespec="microseconds")
    other = make_keys(page.settings.folder / "other.json", page.settings.folder / "other.lock.json")
    rows = [b"", b"x" * 90, other.seal(b"{}", "said:c"), page.office._keys.lock.seal(b"[1]", "said:d")]
    with base.begin() as line:
        for tag, sealed in zip("abcd", rows, strict=True):
            line.execute(sa.insert(SAID).values(tag=tag, sealed=sealed, shown=b"", said_at=stamp))
    base.dispose()
    phone, receipt = told(page)
    assert say(phone, receipt, came="yes").status_code == 200
    assert sorted(heard(page), key=str) == [MoneyAnswer(ASKED.id, receipt, True, None, "", page.now), *[None] * 4]


@pytest.mark.parametrize("asked", [None, ASKED, Asked("mny_2", DAY, MoneySaid.PART, DAY, counts=False)])
def test_a_question_is_told_and_read_back_and_old_tellings_have_none(asked: Asked | None) -> None:
    found = progress(Facts(received_on=DAY, asked=asked))
    said = as_told(found)
    assert from_told(said) == found
    assert ("asked" in said) == (asked is not None)
