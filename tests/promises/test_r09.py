"""R9: files and mails are let go of only after what they say is stored; nothing is lost, nothing doubled.

Twenty-four cases of a shared folder and of a mailbox, each looked at from outside: the store, the folder, the archive,
the mail server. Then children are killed at every named place around the moment at which a file is archived and a mail
is flagged. A file is kept for good: whatever was put into the inbox lies in the archive in the end, byte for byte, and
carries the first sixteen digits of its SHA-256 in its name.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import compat32
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import func, select

from casework.errors import ArrearsError
from casework.people import Actor
from casework.record import Cursor, RawRecord
from connectors.base import Connector
from connectors.folder import Inbox
from connectors.registry import connect
from sandbox.platforms.letters import letter
from sandbox.platforms.mailbox import MailServer
from sandbox.platforms.national_clue import HEADINGS, NationalPlatform
from sandbox.platforms.national_clue import row as clue
from sandbox.told import Told
from services.arriving.intake import collect_channel
from tests.promises.conftest import NewStore
from tests.promises.poison import _sheet, said
from tests.promises.proofs import SCALE, Proof, proof
from tests.promises.test_r06 import Wrapped
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import ComplaintRow, LandedRow, PullCertificateRow

SEED = 9
WHOLE = SCALE >= 1
KILLS = 60 if WHOLE else 4
SYSTEM = Actor.system("letting go")
PLACES = ("before_land_commit", "after_land_commit", "before_settle", "after_settle", "before_file_commit")
OLD = 3600
"""Seconds since a file was last written to: nobody is still at it."""

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(900)]


class Eager(Wrapped):
    """Planted: files are archived and mails flagged when they are read, before what they say is stored."""

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """All at once, and tidied."""
        records = list(self.inner.pull(cursor, now=now))
        self.inner.settle(records)
        return iter(records)


class Desk:
    """One channel and one store; `collect` is one turn of the schedule, six minutes after the one before."""

    def __init__(self, channel: str, store: Warehouse, settings: dict[str, str], now: datetime) -> None:
        self.channel, self.store, self.settings, self.now = channel, store, settings, now
        self.wrapped: Callable[[Connector], Connector] = lambda honest: honest

    def collect(self, connector: Connector | None = None) -> str:
        """One turn: how it ended."""
        self.now += timedelta(minutes=6)
        at, used = self.now, connector or self.wrapped(connect(self.channel, self.settings))
        try:
            return collect_channel(self.store, used, run_id=f"{at}", clock=lambda: at, actor=SYSTEM).verdict
        except ArrearsError as failed:
            return type(failed).__name__

    def kill(self, place: str | None, after: float) -> bool:
        """A child that is killed at a named place, or after so many seconds: whether amid its work."""
        self.now += timedelta(minutes=6)
        at, url = self.now, self.store.engine.url.render_as_string(hide_password=False)
        child = os.fork()
        if child == 0:
            try:
                os.environ["ARREARS_FAILPOINT"] = place or ""
                store = open_warehouse(url)
                used = self.wrapped(connect(self.channel, self.settings))
                collect_channel(store, used, run_id=f"killed {at}", clock=lambda: at, actor=SYSTEM)
            finally:
                os._exit(0)
        if place is None:
            time.sleep(after)
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with self.store.read() as session:
            this = (PullCertificateRow.verdict == "running", PullCertificateRow.run_id == f"killed {at}")
            return bool(session.scalar(select(func.count()).where(*this)))

    def keys(self) -> list[str]:
        """The complaints that are filed."""
        with self.store.read() as session:
            return sorted(session.scalars(select(ComplaintRow.source_key)))

    def landed(self) -> list[tuple[str, int, str]]:
        """Key, version and state of everything that landed."""
        with self.store.read() as session:
            asked = select(LandedRow.source_key, LandedRow.version, LandedRow.state)
            return sorted((key, version, state) for key, version, state in session.execute(asked))


class Share(Desk):
    """A desk with the folder of the national platform."""

    def __init__(self, store: Warehouse, folder: Path, now: datetime) -> None:
        self.platform = NationalPlatform(folder)
        self.platform.stop()
        super().__init__("national_clue", store, self.platform.settings, now)
        self.inbox, self.archive = Path(self.settings["folder"]), Path(self.settings["archive"])
        self.put_in: dict[str, bytes] = {}
        self._number = 0

    def told(self, number: int) -> Told:
        """A clue."""
        return said(number, self.channel, self.now - timedelta(days=1, minutes=-number))

    def batch(self, *numbers: int, words: str | None = None) -> bytes:
        """A batch with these clues."""
        lines = []
        for number in numbers:
            one = self.told(number)
            cells = {"序号": 1, "线索编号": f"XS{one.key}", **clue(replace(one, narrative=words or one.narrative))}
            lines.append([cells.get(name) for name in HEADINGS])
        return _sheet(lines)

    def put(self, content: bytes, name: str | None = None, *, age: float = OLD) -> Path:
        """Put a file into the inbox."""
        self._number += 1
        path = self.inbox / (name or f"欠薪线索_370215_{self.now:%Y%m%d}{self._number:06d}.xlsx")
        path.write_bytes(content)
        os.utime(path, (time.time() - age, time.time() - age))
        self.put_in[sha256(content).hexdigest()] = content
        return path

    def retained(self) -> list[str]:
        """What is wrong with the archive: originals that are not there, names that tell another digest."""
        held = {path: path.read_bytes() for path in self.archive.glob("*") if not path.is_symlink()}
        digests = {sha256(content).hexdigest() for content in held.values()}
        wrong = [
            f"an original of {len(body)} bytes is gone" for name, body in self.put_in.items() if name not in digests
        ]
        wrong += [path.name for path, body in held.items() if sha256(body).hexdigest()[:16] not in path.name and body]
        return wrong + [f"left behind: {path.name}" for path in self.archive.glob(".*")]


class Post(Desk):
    """A desk with the mail server."""

    def __init__(self, store: Warehouse, folder: Path, now: datetime) -> None:
        self.server = MailServer(folder)
        super().__init__("mailbox", store, self.server.settings, now)

    def mail(self, number: int, **headers: str | None) -> bytes:
        """A mail; headers are replaced, or taken away where they are None."""
        message = message_from_bytes(letter(said(number, "mailbox", self.now - timedelta(days=1, minutes=-number))))
        for name, value in headers.items():
            del message[name.replace("_", "-")]
            if value is not None:
                message[name.replace("_", "-")] = value
        return bytes(message.as_bytes(policy=compat32.clone(linesep="\r\n")))

    def receive(self, *mails: bytes) -> None:
        """Mails come in, and stay over a renumbering."""
        for mail in mails:
            self.server._keep(mail, self.now)


Case = Callable[[Share], list[str]]


def _expect(desk: Desk, *, filed: int, turns: int = 2) -> list[str]:
    """Collect, and once more: so many complaints are filed, each once, and a further turn brings nothing.

    A folder that is empty again may be suspicious to the watch over the channels; here that is as good as complete.
    """
    ends = ("complete", "empty_alarm")
    ended = [desk.collect() for _ in range(turns)]
    keys = desk.keys()
    faults = [] if ended[-1] in ends else [f"the turns ended {ended}"]
    if len(keys) != filed or len(set(keys)) != len(keys):
        faults.append(f"{len(keys)} complaints are filed and {filed} were told")
    before = desk.landed()
    desk.collect()
    if desk.landed() != before:
        faults.append("a further turn landed something again")
    return faults


def half_copied(share: Share) -> list[str]:
    """A workbook that is still being copied waits, and is read whole."""
    whole = share.batch(1, 2)
    share.put(whole[: len(whole) // 2], "a.xlsx", age=0)
    share.collect()
    early = [] if not share.landed() else ["half a file was read"]
    share.put_in.clear()
    share.put(whole, "a.xlsx")
    return early + _expect(share, filed=2)


def half_copied_text(share: Share) -> list[str]:
    """A text file shows no end: it waits until nobody has written to it for a while."""
    lines = ["线索编号,反映时间,领域,反映人姓名,联系电话,用人单位名称,欠薪金额(元),诉求描述"]
    lines += [f"T{n},2026-11-19 08:00:00,工程建设,证人{n},1390000000{n},青岛某公司,,工资没有发{n}" for n in range(3)]
    share.put("\n".join(lines[:2]).encode(), "b.csv", age=0)
    share.collect()
    early = [] if not share.landed() else ["half a file was read"]
    share.put_in.clear()
    share.put("\n".join(lines).encode(), "b.csv")
    return early + _expect(share, filed=3)


def temporary_name(share: Share) -> list[str]:
    """A file under a temporary name is somebody's work in hand; renamed, it is read."""
    path = share.put(share.batch(1), "c.xlsx.part")
    share.collect()
    early = [] if not share.landed() else ["a file in hand was read"]
    path.rename(share.inbox / "c.xlsx")
    return early + _expect(share, filed=1)


def renamed_waiting(share: Share) -> list[str]:
    """A file is renamed between being read and being archived: it is read again under its new name, and stays one."""
    share.put(share.batch(1, 2), "d.xlsx")
    connector = connect(share.channel, share.settings)
    list(connector.pull(None, now=share.now))
    (share.inbox / "d.xlsx").rename(share.inbox / "e.xlsx")
    return _expect(share, filed=2)


def same_content_new_name(share: Share) -> list[str]:
    """The same bytes come again under another name, after the first were archived."""
    content = share.batch(1, 2)
    share.put(content, "f.xlsx")
    share.collect()
    share.put(content, "g.xlsx")
    return _expect(share, filed=2)


def same_content_twice_at_once(share: Share) -> list[str]:
    """The same bytes lie there under two names."""
    content = share.batch(1, 2)
    share.put(content, "f.xlsx")
    share.put(content, "g.xlsx")
    return _expect(share, filed=2)


def same_name_new_content(share: Share) -> list[str]:
    """Under a name that is archived comes another file."""
    share.put(share.batch(1, 2), "h.xlsx")
    share.collect()
    share.put(share.batch(3, 4), "h.xlsx")
    return _expect(share, filed=4)


def exchanged_meanwhile(share: Share) -> list[str]:
    """The file is exchanged between being read and being archived: the new one is not archived unread."""
    share.put(share.batch(1), "i.xlsx")
    connector = connect(share.channel, share.settings)

    class Exchanging(Wrapped):
        def settle(self, landed: list[RawRecord]) -> None:
            share.put(share.batch(2), "i.xlsx")
            self.inner.settle(landed)

    first = sha256((share.inbox / "i.xlsx").read_bytes()).hexdigest()
    share.collect(cast(Connector, Exchanging(connector)))
    share.put_in.pop(first)  # whoever put the second there overwrote it
    return _expect(share, filed=2)


def changed_row(share: Share) -> list[str]:
    """A clue comes again with other words: a second version of the same complaint."""
    share.put(share.batch(1, 2), "j.xlsx")
    share.collect()
    share.put(share.batch(1, words="毒草：又欠了一个月。"))
    return _expect(share, filed=2)


def link_to_a_file(share: Share) -> list[str]:
    """A link is not followed: what it leads to may be anything."""
    secret = share.inbox.parent / "secret.xlsx"
    secret.write_bytes(share.batch(1))
    (share.inbox / "k.xlsx").symlink_to(secret)
    os.utime(share.inbox / "k.xlsx", (time.time() - OLD, time.time() - OLD), follow_symlinks=False)
    found = _expect(share, filed=0)
    states = [state for _, _, state in share.landed()]
    return found + ([] if states == ["quarantined"] and secret.exists() else [f"a link was {states}"])


def vanishes_before_reading(share: Share) -> list[str]:
    """A file is gone again between the listing and the reading."""
    share.put(share.batch(1), "l.xlsx")
    gone = share.put(share.batch(2), "m.xlsx")

    class Emptied(Inbox):
        def files(self) -> list[Path]:
            listed = super().files()
            gone.unlink(missing_ok=True)
            return listed

    connector: Any = connect(share.channel, share.settings)
    connector._inbox = Emptied(share.inbox, share.archive, quiet_seconds=20)
    share.put_in.pop(sha256(gone.read_bytes()).hexdigest())
    share.collect(connector)
    return _expect(share, filed=1)


def vanishes_before_archiving(share: Share) -> list[str]:
    """A file is gone again between being stored and being archived."""
    path = share.put(share.batch(1), "n.xlsx")

    class Losing(Wrapped):
        def settle(self, landed: list[RawRecord]) -> None:
            path.unlink(missing_ok=True)
            self.inner.settle(landed)

    share.put_in.clear()
    share.collect(cast(Connector, Losing(connect(share.channel, share.settings))))
    return _expect(share, filed=1)


def archive_refuses(share: Share) -> list[str]:
    """The archive cannot be written to: what was stored stays stored, the file stays, and a later turn archives it."""
    share.put(share.batch(1, 2), "o.xlsx")
    share.archive.write_text("no folder at all")
    ended = share.collect()
    kept = (share.inbox / "o.xlsx").exists() and len(share.keys()) == 2 and ended == "ChannelUnavailable"
    share.archive.unlink()
    return _expect(share, filed=2) + ([] if kept else [f"it ended {ended} and the file is not there"])


def disk_refuses(share: Share) -> list[str]:
    """The archive's file system takes nothing more: as above, told by the system itself."""
    share.put(share.batch(1), "p.xlsx")
    share.archive.mkdir()
    settings = share.settings
    share.settings = {**settings, "archive": "/sys/archive"}  # a file system that takes nothing, from anybody
    ended = share.collect()
    kept = (share.inbox / "p.xlsx").exists() and len(share.keys()) == 1 and ended == "ChannelUnavailable"
    share.settings = settings
    return _expect(share, filed=1) + ([] if kept else [f"it ended {ended} and the file is not there"])


def killed_amid_archiving(share: Share) -> list[str]:
    """A run was killed between the two names that a file gets in the archive."""
    content = share.batch(1, 2)
    path = share.put(content, "q.xlsx")
    list(connect(share.channel, share.settings).pull(None, now=share.now))
    share.collect()
    settled = next(share.archive.iterdir())
    settled.rename(share.archive / f".{sha256(content).hexdigest()[:16]}.{path.name}.part")
    exchanged = share.batch(3)
    share.put_in[sha256(exchanged).hexdigest()] = exchanged
    (share.archive / f".{'0' * 16}.r.xlsx.part").write_bytes(exchanged)  # exchanged, and then killed: not read yet
    return _expect(share, filed=3)


def longest_name(share: Share) -> list[str]:
    """A name as long as the file system takes leaves no place for the marks of the archive."""
    share.put(share.batch(1), "线" * 80 + "x" * 10 + ".xlsx")
    return _expect(share, filed=1)


def empty_file(share: Share) -> list[str]:
    """An empty file waits in quarantine with its reason."""
    share.put(b"", "s.xlsx")
    found = _expect(share, filed=0)
    return found + ([] if [state for _, _, state in share.landed()] == ["quarantined"] else ["an empty file is lost"])


FILES: tuple[Case, ...] = (
    *(half_copied, half_copied_text, temporary_name, renamed_waiting, same_content_new_name),
    *(same_content_twice_at_once, same_name_new_content, exchanged_meanwhile, changed_row, link_to_a_file),
    *(vanishes_before_reading, vanishes_before_archiving, archive_refuses, disk_refuses, killed_amid_archiving),
    *(longest_name, empty_file),
)


def no_message_id(post: Post) -> list[str]:
    """Mails without a Message-ID are known by all of their bytes, also after a renumbering."""
    post.receive(post.mail(1, Message_ID=None), post.mail(2, Message_ID=None))
    post.collect()
    post.server.renumber()
    return _expect(post, filed=2)


def same_message_id(post: Post) -> list[str]:
    """Two people's mails carry one Message-ID."""
    post.receive(*(post.mail(number, Message_ID="<one@mail.example>") for number in (1, 2)))
    return _expect(post, filed=2)


def delivered_twice(post: Post) -> list[str]:
    """The same mail lies there twice."""
    post.receive(post.mail(1), post.mail(1), post.mail(2))
    return _expect(post, filed=2)


def renumbered(post: Post) -> list[str]:
    """The folder gets another UIDVALIDITY, and a mail came meanwhile."""
    post.receive(*(post.mail(number) for number in range(5)))
    post.collect()
    post.receive(post.mail(5))
    post.server.renumber()
    return _expect(post, filed=6)


def renumbered_downwards(post: Post) -> list[str]:
    """The new UIDVALIDITY is smaller than the old one, as after a restoration from a copy; then mails come."""
    post.server._numbered.write_text("700")
    post.server.renumber()
    post.receive(*(post.mail(number) for number in range(5)))
    post.collect()
    post.server._numbered.write_text("10")
    post.server.renumber()
    faults = _expect(post, filed=5)
    post.receive(post.mail(5), post.mail(6))
    return faults + _expect(post, filed=7)


def cut_off_while_renumbered(post: Post) -> list[str]:
    """A mail in two versions, a renumbering, and a kill while everything is read again."""
    told = said(3, "mailbox", post.now - timedelta(days=1))
    post.receive(letter(told), *(post.mail(number) for number in range(5, 9)))
    post.receive(letter(replace(told, narrative="毒草：又欠了一个月。")))
    post.collect()
    versions = post.landed()
    post.server.renumber()
    for place in ("before_land_commit", "after_land_commit", "before_settle"):
        post.kill(place, 0)
    return _expect(post, filed=5) + ([] if post.landed() == versions else ["versions took turns"])


def hangs_up_at_flagging(post: Post) -> list[str]:
    """The server is gone when the mails that are stored are to be flagged."""
    post.receive(post.mail(1), post.mail(2))

    class Gone(Wrapped):
        def settle(self, landed: list[RawRecord]) -> None:
            post.server.faults.status = 503
            self.inner.settle(landed)

    ended = post.collect(cast(Connector, Gone(connect(post.channel, post.settings))))
    post.server.faults.status = None
    kept = ended == "ChannelUnavailable" and len(post.landed()) == 2
    return _expect(post, filed=2) + ([] if kept else [f"it ended {ended}"])


MAILS: tuple[Callable[[Post], list[str]], ...] = (
    *(no_message_id, same_message_id, delivered_twice, renumbered, renumbered_downwards),
    *(cut_off_while_renumbered, hangs_up_at_flagging),
)


@dataclass
class Tally:
    """What the cases and the kills found wrong."""

    faults: list[str] = field(default_factory=list)

    def add(self, name: str, found: list[str]) -> None:
        """What one of them found."""
        self.faults += [f"{name}: {fault}" for fault in found]


def _killed(desk: Share | Post, kills: int, made: Proof | None) -> list[str]:
    """Kill at named places and at random moments, with something new before each; then a turn that is not disturbed."""
    chance, number, inside = random.Random(SEED), 0, 0
    for kill in range(kills):
        for _ in range(3):
            number += 1
            if isinstance(desk, Share):
                desk.put(desk.batch(number))
            else:
                desk.receive(desk.mail(number))
        place = PLACES[kill // 2 % len(PLACES)] if kill % 2 == 0 else None
        inside += desk.kill(place, chance.uniform(0.01, 0.3))
    if made is not None:
        made.count("kills", kills)
        made.count("kills amid the work", inside)
    return _expect(desk, filed=number) + (desk.retained() if isinstance(desk, Share) else [])


def test_r09(new_store: NewStore, tmp_path: Path, now: datetime) -> None:
    enough = {"cases": 24 if WHOLE else 9, "kills": KILLS, "kills amid the work": KILLS // 2}
    with proof("R9", seed=SEED, enough=enough) as made:
        tally = Tally()
        for case in FILES if WHOLE else FILES[::3]:
            share = Share(new_store("sqlite"), tmp_path / case.__name__, now)
            tally.add(case.__name__, case(share) + share.retained())
            made.count("cases")
        for mailed in MAILS if WHOLE else MAILS[::3]:
            post = Post(new_store("sqlite"), tmp_path / mailed.__name__, now)
            tally.add(mailed.__name__, mailed(post))
            made.count("cases")
            post.server.stop()
        share = Share(new_store("sqlite"), tmp_path / "share", now)
        tally.add("killed, files", _killed(share, KILLS // 2, made))
        post = Post(new_store("sqlite"), tmp_path / "post", now)
        tally.add("killed, mails", _killed(post, KILLS // 2, made))
        post.server.stop()
        assert not tally.faults, tally.faults
        share = Share(new_store("sqlite"), tmp_path / "bug", now)
        share.wrapped = lambda honest: cast(Connector, Eager(honest))
        made.planted("files are archived before they are stored", caught=bool(_killed(share, 4, None)))
