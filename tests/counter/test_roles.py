"""The inbox on PostgreSQL: each side has an account that can do its own part and nothing else."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from casework.money_came import MoneyAnswer
from casework.progress import Facts, as_told, from_told, progress
from casework.reply import Letter, ReplyKind
from connectors.inbox_tables import ANSWER, INBOX, PART, PLACE, POSTED, SAID, TOLD
from connectors.registry import connect
from connectors.sealing import Lock, make_keys
from connectors.self_report import SelfReports
from counter.inbox import Brought, Inbox
from tests.postgres import Server

pytestmark = pytest.mark.postgres
VOICE = b"#!AMR\n" + bytes(range(256)) * 9_000
TOLD_BY = {"work": "site", "who": "self", "story": "没发。", "employer": "某公司", "phone": "13900000001"}
GRANTS = {
    "page": (
        "INSERT, DELETE, SELECT ON posted, posted_part, answered",
        "INSERT, UPDATE, DELETE, SELECT ON said",
        "INSERT, UPDATE, SELECT ON sign",
        "SELECT ON told, place, asked",
    ),
    "reads": ("SELECT ON posted, posted_part, answered, said, sign",),
    "answers": ("SELECT, INSERT, UPDATE ON answer, told, place", "SELECT, INSERT, UPDATE, DELETE ON asked"),
}
"""As docs/channels/self_report.md says."""


@dataclass
class Inboxes:
    """The addresses of the three accounts, and the key."""

    urls: dict[str, str]
    lock: Lock
    key_file: Path


@pytest.fixture
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Inboxes]:
    """An inbox with three accounts."""
    server: Server = request.getfixturevalue("postgres")
    name = f"inbox_{secrets.token_hex(6)}"
    server.run(f"CREATE DATABASE {name}")
    owner = server.url(name)
    engine = sa.create_engine(owner)
    INBOX.create_all(engine)
    with engine.begin() as line:
        for role, rights in GRANTS.items():
            line.execute(sa.text(f"CREATE ROLE {role}_{name} LOGIN"))
            for right in rights:
                line.execute(sa.text(f"GRANT {right} TO {role}_{name}"))
    engine.dispose()
    lock = make_keys(tmp_path / "inbox.key.json", tmp_path / "inbox.lock.json")
    urls = {role: owner.replace("postgres@", f"{role}_{name}@") for role in GRANTS}
    yield Inboxes(urls, lock, tmp_path / "inbox.key.json")
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    for role in GRANTS:
        server.run(f"DROP ROLE {role}_{name}")


def test_each_side_does_its_part_with_its_own_account(shared: Inboxes, now: datetime) -> None:
    asked = {"url": shared.urls["reads"], "answer_url": shared.urls["answers"], "key_file": str(shared.key_file)}
    office = connect("self_report", asked)
    assert isinstance(office, SelfReports)
    with closing(Inbox(shared.urls["page"], shared.lock, most_bytes=10**9)) as page:
        receipt = page.take("t" * 24, TOLD_BY, [Brought("audio/amr", io.BytesIO(VOICE))], at=now)
        assert page.take("t" * 24, TOLD_BY, [Brought("audio/amr", io.BytesIO(VOICE))], at=now) == receipt
        assert page.answer("c" * 28, {"words": "已付。"}, [Brought("audio/amr", io.BytesIO(VOICE))], at=now)
        office.check()
        (raw,) = office.pull(None, now=now)
        (voice,) = office.attachments(raw)
        assert b"".join(office.fetch(raw, voice)) == VOICE
        letter = Letter("a-1", "self_report", receipt, ReplyKind.ACCEPTED, "已受理。", now)
        assert office.reply(letter).body == office.reply(letter).body == letter.body
        told = progress(Facts(received_on=date(2026, 11, 20)))
        assert office.tell(receipt, "0001", as_told(told), at=now)
        assert not office.tell(receipt, "0001", as_told(told), at=now)
        assert from_told(page.told(receipt, "0001") or {}) == told
        for came, part in ((True, None), (False, 120_000), (False, 120_000)):
            page.say(receipt, "0001", "mny_1", {"came": came, "part_fen": part, "words": "一半"}, at=now)
        assert list(office.heard(now)) == [MoneyAnswer("mny_1", receipt, False, 120_000, "一半", now)]
        for later in (0, 1):
            page.give_sign(now + timedelta(minutes=later))
        state = office.state(now=now)
        assert (state.page_seen_at, state.foreign) == (now + timedelta(minutes=1), 0)
        assert (state.last_posted_at, state.last_said_at, state.held_bytes) == (now, now, 2 * len(VOICE))
        assert office.name_places({"abcd2345": "滨海花园"}) == 1
        assert page.place("abcd2345") == "滨海花园"
        assert page.let_go(now + timedelta(days=1)) == 2
        assert list(office.heard(now)) == []


@pytest.mark.parametrize(
    ("role", "forbidden"),
    [
        ("page", [sa.select(ANSWER), sa.delete(TOLD), sa.insert(PLACE).values(code="x", name="y")]),
        ("reads", [sa.select(ANSWER), sa.select(TOLD), sa.delete(POSTED), sa.delete(PART), sa.delete(SAID)]),
        ("answers", [sa.select(POSTED), sa.select(PART), sa.select(SAID), sa.delete(TOLD)]),
    ],
)
def test_no_account_reaches_further(shared: Inboxes, role: str, forbidden: list[sa.Executable]) -> None:
    engine = sa.create_engine(shared.urls[role])
    for statement in forbidden:
        with engine.connect() as line, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            line.execute(statement)
    engine.dispose()
