"""The mail servers: IMAP read without leaving a trace, flags set afterwards, SMTP for what goes out; with time-outs."""

from __future__ import annotations

import imaplib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Any

from imap_tools.errors import ImapToolsError
from imap_tools.imap_utf7 import utf7_encode
from imap_tools.mailbox import BaseMailBox

from casework.errors import BadInput, ChannelChanged, ChannelUnavailable, NotAllowed
from connectors.reach import Reach

MOST_BYTES = 25_000_000
_PIECE = 1_000_000
"""So much of a mail is asked for at once: each piece has the time of a command."""
SECURITIES = ("ssl", "starttls", "none")


@dataclass(frozen=True)
class Server:
    """One server and the account on it. `security` is "ssl", "starttls" or "none" (loopback only).

    `timeout` bounds, in seconds, all that goes before a folder is open, and each command after that.
    """

    reach: Reach
    host: str
    port: int
    security: str
    user: str
    password: str
    timeout: float

    @classmethod
    def of(cls, settings: Mapping[str, str], prefix: str, reach: Reach | None = None) -> Server:
        """From settings such as `imap_host`. Raises `BadInput` for what is missing or unknown."""
        security = settings.get(f"{prefix}_security", "ssl")
        if security not in SECURITIES:
            raise BadInput(f"The setting {prefix}_security must be one of {', '.join(SECURITIES)}.")
        narrowed = (reach or Reach("mailbox", frozenset({prefix}))).narrowed(settings)
        if security == "none":
            narrowed = replace(narrowed, networks=narrowed.networks & {"loopback"})
        try:
            return cls(
                narrowed,
                narrowed.host(settings[f"{prefix}_host"]),
                int(settings[f"{prefix}_port"]),
                security,
                settings.get(f"{prefix}_user", ""),
                settings.get(f"{prefix}_password", ""),
                float(settings.get("timeout_seconds", "20")),
            )
        except KeyError as missing:
            raise BadInput(f"The mailbox has no setting {missing.args[0]}; see docs/channels/mailbox.md.") from None
        except ValueError:
            raise BadInput(f"The setting {prefix}_port or timeout_seconds is not a number.") from None

    def open(self, hold: Callable[[socket.socket], None] | None = None) -> socket.socket:
        """A line to the server, at an address that was looked at. Raises `OSError`, `ChannelChanged`.

        `hold` gets it before anything is said on it.
        """
        line = self.reach.open(self.host, self.port, self.timeout)
        if hold is not None:
            hold(line)
        if self.security != "ssl":
            return line
        return ssl.create_default_context().wrap_socket(line, server_hostname=self.host)


@dataclass(frozen=True)
class Mail:
    """One mail as it came off the server; `content` is cut one byte behind the limit when it is too big."""

    uid: int
    content: bytes


class Line:
    """An open connection that is cut when a step takes too long: no time-out of a socket ends a drip of bytes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._held: socket.socket | None = None

    def hold(self, opened: socket.socket) -> None:
        """This is the connection; a second handle on it, for TLS takes the first away."""
        self._held = opened.dup()

    @contextmanager
    def in_time(self) -> Iterator[None]:
        """One step."""
        clock = threading.Timer(self.seconds, self._cut)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()

    def _cut(self) -> None:
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the second handle."""
        if self._held is not None:
            self._held.close()


class Folder:
    """One selected folder."""

    def __init__(self, client: imaplib.IMAP4, line: Line, name: str, validity: int, following: int) -> None:
        self._client = client
        self._line = line
        self._name = name
        self.validity = validity
        self.following = following

    def uids(self, *criteria: str) -> list[int]:
        """The uids that a search finds, in order."""
        status, found = self._uid("SEARCH", *criteria)
        if status != "OK":
            raise ChannelUnavailable("The mail server refuses a search.")
        return sorted(int(uid) for line in found if line for uid in line.split())

    def _uid(self, command: str, *arguments: str) -> tuple[str, list[Any]]:
        with self._line.in_time():
            return self._client.uid(command, *arguments)

    def from_uid(self, first: int) -> list[int]:
        """All uids from one on. A server answers `n:*` with its last mail even when that is older."""
        return [uid for uid in self.uids("UID", f"{first}:*") if uid >= first]

    def with_message_id(self, message_id: str) -> list[int]:
        """The uids of the mails with a Message-ID."""
        return self.uids("HEADER", "Message-ID", '"<' + re.sub(r'["\\]', "", message_id) + '>"')

    def mail(self, uid: int) -> Mail | None:
        """One mail, unread as before; None when it is gone."""
        content = b""
        while len(content) <= MOST_BYTES:
            found = self._part(uid, f"(UID BODY.PEEK[]<{len(content)}.{_PIECE}>)")
            if found is None and not content:
                return None
            content += found or b""
            if len(found or b"") < _PIECE:
                break
        return Mail(uid, content[: MOST_BYTES + 1])

    def headers(self, uid: int) -> bytes:
        """The headers that make a mail's key."""
        found = self._part(uid, "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID FROM DATE)])")
        return found or b""

    def _part(self, uid: int, what: str) -> bytes | None:
        status, parts = self._uid("FETCH", str(uid), what)
        if status != "OK":
            raise ChannelUnavailable("The mail server refuses to give a mail.")
        for part in parts:
            if isinstance(part, tuple):
                return bytes(part[1])
        return None

    def append(self, content: bytes) -> None:
        """Put a mail into this folder, as seen."""
        with self._line.in_time():
            status, _ = self._client.append(self._name, r"(\Seen)", "", content)
        if status != "OK":
            raise ChannelUnavailable("The mail server refuses to keep a copy.")

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Flag mails as seen."""
        for start in range(0, len(uids), 100):
            self._uid("STORE", ",".join(str(uid) for uid in uids[start : start + 100]), "+FLAGS", r"(\Seen)")


@contextmanager
def open_folder(server: Server, name: str, *, write: bool = False) -> Iterator[Folder]:
    """Log in and select a folder. Raises `ChannelUnavailable` for silence, `ChannelChanged` when the folder is gone."""
    line = Line(server.timeout)
    client: imaplib.IMAP4 | None = None
    try:
        with line.in_time():
            box = _Box(server, line)
            client = box.client
            try:
                box.login(server.user, server.password, initial_folder=None)
            except ImapToolsError:
                raise ChannelUnavailable("The mail server refuses the login.") from None
            if not box.folder.exists(name):
                raise ChannelChanged(f"The mail folder {name} is gone.")
            status = box.folder.status(name, ["UIDVALIDITY", "UIDNEXT"])
            box.folder.set(name, readonly=not write)
        yield Folder(client, line, f'"{utf7_encode(name).decode()}"', status["UIDVALIDITY"], status["UIDNEXT"])
        with line.in_time():
            client.logout()
    except (OSError, imaplib.IMAP4.error, ImapToolsError) as failed:
        raise ChannelUnavailable(f"The mail server does not answer ({type(failed).__name__}).") from None
    finally:
        if client is not None:
            with suppress(OSError):
                client.shutdown()
        line.close()


class _Imap(imaplib.IMAP4):
    """IMAP over a connection to an address that was looked at, which the line holds from its first byte on."""

    def __init__(self, server: Server, line: Line) -> None:
        self._server, self._line = server, line
        super().__init__(server.host, server.port, server.timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self._server.open(self._line.hold)


class _Box(BaseMailBox):
    """The mailbox of a server; with "starttls" nothing is said before the connection is secure."""

    def __init__(self, server: Server, line: Line) -> None:
        self._server, self._line = server, line
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        client = _Imap(self._server, self._line)
        if self._server.security == "starttls":
            status, _ = client.starttls(ssl.create_default_context())
            if status != "OK":
                raise imaplib.IMAP4.error("STARTTLS")
        return client


class _Smtp(smtplib.SMTP):
    """SMTP over a connection to an address that was looked at."""

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, timeout=server.timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self._server.open()


def greet(server: Server) -> None:
    """Open a line to the outgoing server and say goodbye. Raises `ChannelUnavailable`, `ChannelChanged`."""
    try:
        with _Smtp(server) as smtp:
            smtp.noop()
    except (OSError, smtplib.SMTPException) as failed:
        raise ChannelUnavailable(f"The outgoing mail server does not answer ({type(failed).__name__}).") from None


def send(server: Server, message: EmailMessage) -> None:
    """Hand one mail to the outgoing server. Raises `NotAllowed` when it will never take it."""
    try:
        with _Smtp(server) as smtp:
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        if all(500 <= code < 600 for code in codes):
            raise NotAllowed("The mail server refuses the address of this complainant.") from None
        raise ChannelUnavailable("The mail server does not take the address now.") from None
    except (OSError, smtplib.SMTPException) as failed:
        raise ChannelUnavailable(f"The outgoing mail server does not answer ({type(failed).__name__}).") from None
