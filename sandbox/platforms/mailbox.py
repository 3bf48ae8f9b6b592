"""A mail server: IMAP by pymap and SMTP by aiosmtpd, both on loopback in one thread.

People write as people do: GBK and UTF-8, base64 and quoted-printable, HTML alone, rosters attached as .xlsx or .csv.
The mails are kept as files, so that a second start shows the same ones; what comes in by SMTP is filed under Sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
import weakref
from argparse import Namespace
from collections.abc import Coroutine, Iterable
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.charset import QP, Charset
from email.header import Header
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.policy import default as default_policy
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import xlsxwriter
from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pysasl.hashing import BuiltinHash

from sandbox.faults import Faults
from sandbox.told import RosterLine, Told

CHINA = timezone(timedelta(hours=8))
USER, PASSWORD = "tousu", "sandbox-mail"
SENDER = "tousu@jimo.example"
SENT = "Sent"
_Done = TypeVar("_Done")


def _chance(key: str, of: int) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % of


def source_key(content: bytes) -> str:
    """The key by which a mail is known: Message-ID, and a hash of who wrote it when."""
    message = message_from_bytes(content)
    stamp = f"{message['From']}\x1f{message['Date']}"
    return f"{message['Message-ID'].strip('<>')}~{hashlib.sha256(stamp.encode()).hexdigest()[:8]}"


def _body(told: Told, habit: int) -> MIMEText:
    """The text in one of the ways in which mail programs pack Chinese."""
    if habit == 3:
        lines = "".join(f"<p>{escape(line)}</p>" for line in told.narrative.splitlines())
        return MIMEText(f"<html><head><style>p{{margin:0}}</style></head><body>{lines}</body></html>", "html", "utf-8")
    if habit == 2:
        quoted = Charset("utf-8")
        quoted.body_encoding = QP
        return MIMEText(told.narrative, "plain", quoted)  # type: ignore[arg-type]  # the stubs know only its name
    return MIMEText(told.narrative, "plain", "gb18030" if habit == 1 else "utf-8")


def _xlsx(roster: Iterable[RosterLine]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001
        sheet = book.add_worksheet("名单")
        sheet.merge_range(0, 0, 0, 4, "拖欠工资花名册")
        sheet.write_row(1, 0, ["序号", "姓名", "身份证号", "联系电话", "拖欠工资(元)"])
        for number, (name, phone, id_no, amount) in enumerate(roster, start=1):
            sheet.write_row(number + 1, 0, [number, name, id_no, phone, float(amount) if amount is not None else None])
    return out.getvalue()


def _csv(roster: Iterable[RosterLine]) -> bytes:
    lines = ["姓名,手机号,身份证号码,欠薪金额"]
    lines += [",".join(str(cell) if cell is not None else "" for cell in line) for line in roster]
    return "\r\n".join(lines).encode("gb18030")


def letter(told: Told) -> bytes:
    """A complaint as a mail, byte for byte the same whenever it is made."""
    habit = _chance(told.key, 4)
    message: Any = _body(told, habit)
    if told.roster:
        whole = MIMEMultipart(boundary=f"=_{told.key}_=")
        whole.attach(message)
        sheet = habit % 2 == 0
        table = MIMEApplication((_xlsx if sheet else _csv)(told.roster))
        name = "花名册.xlsx" if sheet else "工资单.csv"
        table.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
        whole.attach(table)
        message = whole
    at = format_datetime(told.told_at.astimezone(CHINA))
    message["Received"] = f"from mx.example by mail.jimo.example with ESMTP id {told.key}; {at}"
    message["From"] = f"gr{_chance(told.claim, 10**8):08d}@mail.example"
    message["To"] = SENDER
    message["Subject"] = Header(told.title or "反映工资被拖欠", "gb18030" if habit == 1 else "utf-8")
    message["Date"] = at
    message["Message-ID"] = f"<m{told.key}.{_chance(told.key, 10**6):06d}@mail.example>"
    return bytes(message.as_bytes(policy=compat32.clone(linesep="\r\n")))


class MailServer:
    """The server with its one account. Port 0 takes any free port."""

    def __init__(self, folder: Path, *, imap_port: int = 0, smtp_port: int = 0) -> None:
        self.faults = Faults()
        self.keeps_copies = True
        self.folder = folder = folder.resolve()
        self._inbox_folder, self._sent_folder = folder / "inbox", folder / "sent"
        for place in (self._inbox_folder, self._sent_folder):
            place.mkdir(parents=True, exist_ok=True)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mail-server", daemon=True)
        self._thread.start()
        self._open: set[asyncio.Task[Any]] = set()
        self._smtps: weakref.WeakSet[SMTP] = weakref.WeakSet()
        self._numbered = folder / "uidvalidity"
        if not self._numbered.exists():
            self._numbered.write_text("1")
        self._known: dict[str, str] = {}
        self.imap_port, self.smtp_port = self._do(self._start(imap_port, smtp_port))
        self._fill()

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""
        settings = {"folder": "INBOX", "answers_folder": SENT, "sender": SENDER}
        for name, port in (("imap", self.imap_port), ("smtp", self.smtp_port)):
            settings |= {f"{name}_host": "127.0.0.1", f"{name}_port": str(port), f"{name}_security": "none"}
        return settings | {"imap_user": USER, "imap_password": PASSWORD}

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each mail was answered, by source key."""
        found: dict[str, list[str]] = {}
        for path in sorted(self._sent_folder.glob("*.eml")):
            answer = message_from_bytes(path.read_bytes(), policy=default_policy)
            key = self._known.get(str(answer["In-Reply-To"]).strip("<>"))
            text = answer.get_content() if isinstance(answer, EmailMessage) else ""
            if key:
                found.setdefault(key, []).append(str(text).replace("\r\n", "\n").rstrip("\n"))
        return found

    def stop(self) -> None:
        """Close the doors and whatever still hangs in them."""
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def add(self, told: Told) -> str:
        """Receive a mail; its key. One that is there already stays as it is."""
        return self._receive(letter(told), told.told_at)

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Receive many mails."""
        return [self.add(one) for one in told]

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Receive n mails that can be pulled but not read: an empty one, a report of non-delivery, a picture alone."""
        keys = []
        for number in range(n):
            key = f"x{at:%m%d}{number:03d}"
            told = Told(key=key, channel="mailbox", told_at=at, case="", claim=key, title="图片", narrative="")
            content = letter(told)
            if number % 3 == 1:
                content = b"Auto-Submitted: auto-replied\r\n" + letter(
                    Told(**{**vars(told), "narrative": "我在休假。"})
                )
            keys.append(self._receive(content, at))
        return keys

    def change(self, key: str, told: Told) -> None:
        """The same mail comes again with another text: same Message-ID, sender and date."""
        content = letter(told)
        if source_key(content) != key:
            raise ValueError(key)
        self._keep(content, told.told_at)

    def renumber(self) -> None:
        """The folder gets a new UIDVALIDITY and its mails new uids, as after a restoration."""
        self._numbered.write_text(str(int(self._numbered.read_text()) + 1))
        self._fill()

    def _fill(self) -> None:
        self._do(self._empty_inbox())
        for path in sorted(self._inbox_folder.glob("*.eml")):
            self._show(path.read_bytes())

    def bend(self) -> None:
        """Let those faults show that lie in the folder: nothing in it, or mails without a header."""
        self._fill()

    def _receive(self, content: bytes, at: datetime) -> str:
        key = source_key(content)
        known = self._known.get(key.partition("~")[0])
        if known is None:
            self._keep(content, at)
        return known or key

    def _keep(self, content: bytes, at: datetime) -> None:
        number = len(list(self._inbox_folder.glob("*.eml")))
        path = self._inbox_folder / f"{number:08d}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)
        self._show(content)

    def _show(self, content: bytes) -> None:
        key = source_key(content)
        self._known[key.partition("~")[0]] = key
        if self.faults.empty:
            return
        shown = content
        for name in self.faults.drop:
            message = message_from_bytes(content)
            del message[name]
            shown = message.as_bytes()
        self._do(self._append(self._inbox, shown))

    def _do(self, work: Coroutine[Any, Any, _Done]) -> _Done:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _start(self, imap_port: int, smtp_port: int) -> tuple[int, int]:
        names = Namespace(
            host=None, port=None, debug=False, cert=None, key=None, tls=False, proxy_protocol=None, passlib_cfg=None,
            inherited_sockets=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
        )  # fmt: skip
        backend, self._config = await DictBackend.init(names, hash_context=BuiltinHash(rounds=1000))
        self._config.apply_context()
        self._mail = IMAPServer(backend.login, self._config)
        imap = await asyncio.start_server(self._serve_imap, "127.0.0.1", imap_port)
        smtp = await self._loop.create_server(self._smtp_door, "127.0.0.1", smtp_port)
        self._servers = (imap, smtp)
        return imap.sockets[0].getsockname()[1], smtp.sockets[0].getsockname()[1]

    async def _empty_inbox(self) -> None:
        """A fresh set of folders: an empty INBOX, and Sent as it was."""
        folders = MailboxSet()
        self._inbox = await folders.get_mailbox("INBOX")
        self._inbox._uid_validity = int(self._numbered.read_text())
        await folders.add_mailbox(SENT)
        self._sent = await folders.get_mailbox(SENT)
        self._config.set_cache[USER] = (folders, FilterSet())
        for path in sorted(self._sent_folder.glob("*.eml")):
            await self._append(self._sent, path.read_bytes())

    async def _append(self, place: Any, content: bytes) -> None:
        await place.append(AppendMessage(content, datetime.now(CHINA), frozenset()))

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        for task in list(self._open):
            task.cancel()
        for smtp in list(self._smtps):
            if smtp.transport is not None:
                smtp.transport.close()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _behind_faults(self, writer: asyncio.StreamWriter) -> bool:
        """Keep a caller waiting or close the door on him; True when he is served."""
        task = asyncio.current_task()
        if task:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        if self.faults.status:
            writer.close()
            return False
        return True

    async def _serve_imap(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if await self._behind_faults(writer):
                await self._mail(reader, writer, SocketInfoLocal(writer))
        except (asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    def _smtp_door(self) -> asyncio.BaseProtocol:
        """What answers a caller of the outgoing server: it, a closed door, or silence."""
        if self.faults.status:
            return _ClosedDoor()
        if self.faults.delay:
            return asyncio.Protocol()
        smtp = SMTP(_Sent(self), loop=self._loop, hostname="mail.jimo.example", enable_SMTPUTF8=True)
        self._smtps.add(smtp)
        return smtp

    async def take_answer(self, content: bytes) -> None:
        """File what was handed in for sending."""
        number = len(list(self._sent_folder.glob("*.eml")))
        (self._sent_folder / f"{number:08d}.eml").write_bytes(content)
        if self.keeps_copies:
            await self._append(self._sent, content)


class _ClosedDoor(asyncio.Protocol):
    """Hangs up at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class _Sent:
    """aiosmtpd's hook for a whole mail."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take it and file it before saying so."""
        content = envelope.content
        await self._server.take_answer(content if isinstance(content, bytes) else b"")
        return "250 taken"
