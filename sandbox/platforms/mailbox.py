"""A mail server: IMAP by pymap and SMTP by aiosmtpd, both on loopback in one thread.

People write as people do: GBK and UTF-8, base64 and quoted-printable, HTML alone, rosters attached as .xlsx or .csv.
The mails are kept as files, so that a second start shows the same ones; what comes in by SMTP is filed under Sent.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from argparse import Namespace
from collections.abc import Coroutine, Iterable
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy
from pathlib import Path
from typing import Any, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pysasl.hashing import BuiltinHash

from sandbox.faults import Faults
from sandbox.platforms.letters import CHINA, OFFICE, letter, source_key
from sandbox.told import Told

USER, PASSWORD = "tousu", "sandbox-mail"
SENT = "Sent"
_Done = TypeVar("_Done")


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
        settings = {"folder": "INBOX", "answers_folder": SENT, "sender": OFFICE}
        for name, port in (("imap", self.imap_port), ("smtp", self.smtp_port)):
            settings |= {f"{name}_host": "127.0.0.1", f"{name}_port": str(port), f"{name}_security": "none"}
        return settings | {"imap_user": USER, "imap_password": PASSWORD, "canary": "on"}

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

    def show(self, contents: Iterable[bytes]) -> None:
        """Mails lie in the mailbox as they are, whatever they are; a second start does not know them."""
        for content in contents:
            self._do(self._append(self._inbox, content))

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

    async def take_mail(self, content: bytes) -> None:
        """A mail to the office itself comes in by the outgoing server."""
        stamp = f"Received: from localhost by mail.jimo.example; {message_from_bytes(content)['Date']}\r\n"
        number = len(list(self._inbox_folder.glob("*.eml")))
        path = self._inbox_folder / f"{number:08d}.eml"
        path.write_bytes(stamp.encode() + content)
        await self._append(self._inbox, path.read_bytes())

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
        whole = content if isinstance(content, bytes) else b""
        if OFFICE in envelope.rcpt_tos:
            await self._server.take_mail(whole)
        else:
            await self._server.take_answer(whole)
        return "250 taken"
