"""R15: a damaged, shortened or foreign backup is refused before anything is touched; to a reader it says nothing."""

from __future__ import annotations

import hashlib
import random
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from casework.complaint import Complaint
from casework.errors import BadInput
from casework.people import Actor
from services.office.backups import back_up, restore
from services.office.settings import Settings
from services.office.working_days import published
from tests.conftest import NOW
from tests.promises.canaries import make_canaries
from tests.promises.canary_scan import Scanner
from tests.promises.proofs import SCALE, proof, times
from tests.services.office import Office
from warehouse import crypto, sealed
from warehouse.crypto import keyring, make_keyring
from warehouse.engine import Warehouse, open_warehouse
from warehouse.store.complaints import Filing, file_complaint

DAMAGED = times(1_000)
PEOPLE = 100 if SCALE >= 1 else 20
PART = 256 * 1024
"""Smaller parts than in use, so that a small backup has several to lose, exchange and repeat."""
CLEAR = ("SQLite format 3", "青岛蓝天海产加工有限公司", "complaint_version", "工资没有发")
BY = Actor.system("test")
Harm = Callable[[bytes, random.Random], bytes]

pytestmark = pytest.mark.timeout(600)


def parts_of(body: bytes) -> tuple[bytes, list[bytes]]:
    """The head of a sealed file, and its parts, each with its length."""
    size = struct.Struct(">I")
    at = len(sealed.MAGIC)
    at += size.size + size.unpack_from(body, at)[0]
    head, parts = body[:at], []
    while at < len(body):
        end = at + size.size + size.unpack_from(body, at)[0]
        parts.append(body[at:end])
        at = end
    return head, parts


def flip(body: bytes, chance: random.Random) -> bytes:
    """One bit anywhere is another one."""
    place = chance.randrange(len(body))
    return body[:place] + bytes([body[place] ^ 1 << chance.randrange(8)]) + body[place + 1 :]


def flip_in_front(body: bytes, chance: random.Random) -> bytes:
    """One bit of the readable front is another one."""
    place = chance.randrange(len(parts_of(body)[0]))
    return body[:place] + bytes([body[place] ^ 1 << chance.randrange(8)]) + body[place + 1 :]


def cut(body: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return body[: chance.randrange(len(body))]


def cut_between(body: bytes, chance: random.Random) -> bytes:
    """Whole parts are missing at the end: every other one opens."""
    head, parts = parts_of(body)
    return head + b"".join(parts[: chance.randrange(len(parts))])


def exchange(body: bytes, chance: random.Random) -> bytes:
    """Two parts have changed places."""
    head, parts = parts_of(body)
    one, other = chance.sample(range(len(parts)), 2)
    parts[one], parts[other] = parts[other], parts[one]
    return head + b"".join(parts)


def leave_out(body: bytes, chance: random.Random) -> bytes:
    """A part is missing in the middle, or stands there twice."""
    head, parts = parts_of(body)
    place = chance.randrange(len(parts) - 1)
    parts[place : place + 1] = [parts[place]] * chance.choice((0, 2))
    return head + b"".join(parts)


def append(body: bytes, chance: random.Random) -> bytes:
    """Something stands behind the end."""
    return body + chance.randbytes(chance.randrange(1, 60))


HARMS: tuple[Harm, ...] = (flip, flip, flip, cut, flip_in_front, cut_between, exchange, leave_out, append)


def _unproven(_suite: str, key: bytes, body: bytes, _where: str) -> bytes:
    """The planted mistake: deciphered, and never asked whether it is what was sealed."""
    opener = Cipher(algorithms.AES(key), modes.CTR(body[:12] + struct.pack(">I", 2))).decryptor()
    return opener.update(body[12:-16]) + opener.finalize()


@pytest.fixture
def town(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Warehouse, Settings, Scanner]]:
    """A store with canary people in it."""
    shutil.copyfile(sqlite_template, tmp_path / "arrears.db")
    settings = Settings(data_dir=tmp_path)
    store = open_warehouse(settings.database)
    people = make_canaries(PEOPLE, random.Random(15))
    Office(store, NOW).case()
    filing = Filing(calendar=published(), reply_limit=None, by="system:test", at=NOW)
    for one in people:
        with store.write() as session:
            told = Complaint(
                channel="hotline_12345",
                source_key=f"canary-{one.number}",
                version=1,
                received_at=NOW,
                narrative=one.words,
                complainant_name=one.name,
                complainant_phone=one.phone,
                complainant_id_no=one.id_no,
                site_address=one.address,
            )
            file_complaint(session, told, filing)
    yield store, settings, Scanner(people)
    store.close()


def test_what_is_damaged_or_foreign_is_refused_and_tells_nothing(
    town: tuple[Warehouse, Settings, Scanner], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, settings, scanner = town
    monkeypatch.setattr(sealed, "_PART", PART)
    good = back_up(store, settings, actor=BY, at=NOW).path
    store.close()
    body, chance = good.read_bytes(), random.Random(15)
    database = Path(settings.database.removeprefix("sqlite:///"))
    bad = settings.data_dir / "bad.backup"

    def state() -> str:
        return hashlib.sha256(database.read_bytes()).hexdigest()

    before = state()

    def refused(content: bytes) -> bool:
        bad.write_bytes(content)
        try:
            restore(settings, bad, actor=BY, at=NOW)
        except BadInput:
            return True
        return False

    enough = {"damaged": DAMAGED, "parts": 4, "foreign": 2, "canaries looked for": PEOPLE}
    with proof("R15", seed=15, enough=enough) as made:
        made.count("parts", len(parts_of(body)[1]))
        for number in range(DAMAGED):
            harm = HARMS[number % len(HARMS)]
            harmed = harm(body, chance)
            assert harmed != body
            assert refused(harmed), f"{harm.__name__} went unseen, number {number}"
            made.count("damaged")
            made.count(f"damaged: {harm.__name__}")
        ours = keyring()
        other = make_keyring()
        for foreign in (
            replace(ours, data_keys={ours.current: other.data_keys[other.current]}),
            other,
        ):
            crypto.use(foreign)
            try:
                assert refused(body)
            finally:
                crypto.use(ours)
            made.count("foreign")
        assert state() == before, "a backup that was refused touched the database"
        assert [path.name for path in good.parent.iterdir()] == [good.name], "something plain was left lying"

        assert not scanner.look(body), "somebody can be read in a backup"
        assert [word for word in CLEAR if word.encode() in body] == []
        made.count("canaries looked for", PEOPLE)
        copy = database.read_bytes()
        made.planted("the copy is not sealed", caught=any(word.encode() in copy for word in CLEAR))

        with monkeypatch.context() as patched:
            patched.setattr(crypto, "_opened", _unproven)
            unseen = [refused(cut_between(body, chance)) and refused(flip(body, chance)) for _ in range(20)]
            made.planted("nobody asks whether a part is what was sealed", caught=not all(unseen))
        plain = sealed._where
        with monkeypatch.context() as patched:
            patched.setattr(sealed, "_where", lambda head, number, last: plain(head, number, last=False))
            reopened = open_warehouse(settings.database)
            again = back_up(reopened, settings, actor=BY, at=NOW.replace(hour=3)).path
            reopened.close()
            head, parts = parts_of(again.read_bytes())
            short = head + b"".join(parts[:-1])
            taken = settings.data_dir / "short"
            bad.write_bytes(short)
            with taken.open("wb") as target:
                made.planted("no part knows that it is the last", caught=bool(sealed.unseal(bad, target)))
