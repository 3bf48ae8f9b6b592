"""The complaints mailbox: free text with rosters attached, read by IMAP, answered by SMTP.

A mail is known by its Message-ID, sender and date, never by its uid alone: when the server gives the folder a new
UIDVALIDITY, everything is read again and nothing doubles. Mails are flagged as seen once they are stored and are never
deleted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from casework.calendar import SHANGHAI
from casework.canary import TITLE
from casework.complaint import Complaint, Nature
from casework.errors import BadInput, CursorRefused, NotAllowed, NotFound, Unreadable
from casework.record import UNPARSED, Cursor, Json, RawRecord, broken_record
from casework.reply import Letter, Receipt
from connectors import mime
from connectors.base import Attached, Channel, keep_promises
from connectors.fields import Fields
from connectors.mail import MOST_BYTES, Folder, Mail, Server, open_folder, send
from connectors.mime import answer_address, facts, source_key
from connectors.rosters import roster

_POSITION = re.compile(r"(\d{10})/(\d{10})")
_MOST_NUMBER = 2**32 - 1
_AGAIN = 1_000
_ENOUGH = 100
"""So many mails are looked at for what the channel promised."""
TOO_BIG = f"The mail is larger than {MOST_BYTES // 1_000_000} MB; it waits in the mailbox."
_SUBJECT = "关于您反映事项的答复"


class Mailbox:
    """The connector. Settings are listed in docs/channels/mailbox.md."""

    def __init__(self, channel: Channel, settings: Mapping[str, str]) -> None:
        self.channel = channel
        self._imap = Server.of(settings, "imap", channel.reach)
        self._smtp = Server.of(settings, "smtp", channel.reach)
        self._folder = settings.get("folder", "INBOX")
        self._answers = settings.get("answers_folder", "Sent")
        self._sender = settings["sender"]

    def check(self) -> None:
        """The folders are there, and the newest mail carries what our server promises to write."""
        with open_folder(self._imap, self._folder) as folder:
            uids = folder.from_uid(1)[-1:]
            mails = [mail for uid in uids if (mail := folder.mail(uid))]
        with suppress(BadInput):  # The newest mail is one that is not opened: it says nothing about the server.
            keep_promises(self.channel, [facts(mail.content) for mail in mails])
        with open_folder(self._imap, self._answers):
            pass

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Every mail from the cursor's on, in the order in which the server took them in."""
        with open_folder(self._imap, self._folder) as folder:
            validity, first = self._start(cursor, folder)
            uids = folder.from_uid(first)
            if cursor is not None and validity != folder.validity:
                uids = _newest(folder, uids)
            seen: list[Mapping[str, Json]] = []
            for uid in uids:
                mail = folder.mail(uid)
                if mail is None:
                    continue
                raw = self.record(mail, validity=folder.validity)
                if UNPARSED not in raw.payload and len(seen) < _ENOUGH:
                    seen.append(raw.payload)
                    keep_promises(self.channel, seen)
                yield raw

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """The newest thousand mails: a mail's date is the sender's word, and a window of it proves nothing."""
        with open_folder(self._imap, self._folder) as folder:
            for uid in folder.from_uid(1)[-_AGAIN:]:
                if mail := folder.mail(uid):
                    yield self.record(mail, validity=folder.validity)

    def _start(self, cursor: Cursor | None, folder: Folder) -> tuple[int, int]:
        """UIDVALIDITY and uid to begin with; the first mail when the folder has been numbered anew."""
        if cursor is None:
            return folder.validity, 1
        found = _POSITION.fullmatch(cursor.position)
        if cursor.channel != self.channel.name or found is None:
            raise CursorRefused(f"The position of {self.channel.name} has not the form of this channel.")
        validity, uid = int(found[1]), int(found[2])
        if not (1 <= validity <= _MOST_NUMBER and 1 <= uid <= _MOST_NUMBER):
            raise CursorRefused(f"The position of {self.channel.name} is no number that a mail server gives.")
        if validity != folder.validity:
            return validity, 1
        if uid >= folder.following:
            raise CursorRefused(f"The position of {self.channel.name} lies behind the last mail.")
        return validity, uid

    def record(self, mail: Mail, *, validity: int) -> RawRecord:
        """A mail as a record; one that is too big or hostile as a broken one, with the reason. Touches nothing."""
        position = f"{validity:010d}/{mail.uid:010d}"
        if len(mail.content) > MOST_BYTES:
            return self._left(mail, position, TOO_BIG, "too_big")
        try:
            return RawRecord(self.channel.name, source_key(mail.content), facts(mail.content), position)
        except BadInput as refused:
            return self._left(mail, position, str(refused), "hostile_mail")

    def _left(self, mail: Mail, position: str, reason: str, code: str) -> RawRecord:
        """A mail that is not opened: its place in the mailbox and the reason, nothing of what it says."""
        said = json.dumps({"reason": reason, "code": code, "uid": mail.uid})
        return broken_record(self.channel.name, position, said)

    def place(self, words: str, *, at: datetime) -> None:
        """Send the office a mail from itself."""
        message = EmailMessage(policy=SMTP)
        message["From"] = message["To"] = self._sender
        message["Subject"] = TITLE
        message["Date"] = format_datetime(at.astimezone(SHANGHAI))
        message["Message-ID"] = f"<{sha256(words.encode()).hexdigest()[:32]}@canary>"
        message.set_content(words, charset="utf-8", cte="base64")
        send(self._smtp, message)

    def read(self, raw: RawRecord) -> Complaint:
        """What a mail says in so many words; the facts in its text are found later, with their places."""
        if UNPARSED in raw.payload:
            raise _not_opened(raw.payload[UNPARSED])
        fields = Fields(raw, self.channel)
        if fields.flag("automatic"):
            raise Unreadable("automatic_mail", "This is an automatic answer or a report of non-delivery.")
        names = roster(fields.raw("attachments"), self.channel.codes["roster"])
        subject = fields.text("subject", longest=1_000)
        text = fields.text("text", longest=200_000) or (subject if names.lines else None)
        if text is None:
            raise Unreadable("no_text", "The mail holds no text that can be read.", field="text")
        received, dated = fields.moment("received"), fields.moment("dated")
        if (heard := received or dated) is None:
            raise Unreadable("missing", "Nothing says when the mail came.", field="received")
        return Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=heard,
            title=subject,
            narrative=text,
            nature=Nature.ARREARS,
            worker_count=len(names.lines) if len(names.lines) > 1 else None,
            amount_claimed=names.total,
            roster=names.lines,
            remarks=(*names.remarks, *fields.done()),
        )

    def attachments(self, raw: RawRecord) -> tuple[Attached, ...]:
        """What was attached to the mail, known by its sha256: names are not kept."""
        said = raw.payload.get("attachments")
        found = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
        pairs = ((one.get("sha256"), one.get("bytes")) for one in found)
        return tuple(Attached(name, size) for name, size in pairs if isinstance(name, str) and isinstance(size, int))

    def fetch(self, raw: RawRecord, attached: Attached) -> Iterator[bytes]:
        """One of them, out of the mail as it still lies in the mailbox."""
        with open_folder(self._imap, self._folder) as folder:
            content = _find(folder, raw.source_key)
        found = mime.attached(content, attached.ref) if content is not None else None
        if found is None:
            raise NotFound("The mail is no longer in the mailbox, or without this file.")
        yield found

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Flag the stored mails as seen."""
        places = [found for raw in landed if (found := _POSITION.fullmatch(raw.position))]
        if not places:
            return
        with open_folder(self._imap, self._folder, write=True) as folder:
            folder.mark_seen([int(place[2]) for place in places if int(place[1]) == folder.validity])

    def reply(self, letter: Letter) -> Receipt:
        """Send the answer unless it lies among the sent mails already."""
        known = self.confirm(letter)
        if known:
            return known
        with open_folder(self._imap, self._folder) as folder:
            original = _find(folder, letter.source_key)
        if original is None:
            raise NotAllowed("The mail is no longer in the mailbox; the answer cannot be addressed.")
        address = answer_address(original)
        if address is None:
            raise NotAllowed("The mail names no address that an answer could go to.")
        message = self._message(letter, address)
        send(self._smtp, message)
        shown = self.confirm(letter)
        if shown is None:  # Not every server keeps a copy of what it sends; without one the answer would go out again.
            with open_folder(self._imap, self._answers, write=True) as folder:
                folder.append(message.as_bytes())
            shown = self.confirm(letter)
        return shown or Receipt(self._message_id(letter), letter.body, letter.written_at)

    def _message(self, letter: Letter, address: str) -> EmailMessage:
        """The answer as a mail. Its subject is the same for everyone: subjects are read by strangers."""
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = address
        message["Subject"] = _SUBJECT
        message["Date"] = format_datetime(letter.written_at.astimezone(SHANGHAI))
        message["Message-ID"] = f"<{self._message_id(letter)}>"
        if "~" in letter.source_key:
            original = f"<{letter.source_key.rpartition('~')[0]}>"
            message["In-Reply-To"] = original
            message["References"] = original
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(letter.body, charset="utf-8", cte="base64")
        return message

    def _message_id(self, letter: Letter) -> str:
        domain = self._sender.rpartition("@")[2].strip("> ")
        return f"{sha256(letter.key.encode()).hexdigest()[:32]}@{domain}"

    def confirm(self, letter: Letter) -> Receipt | None:
        """The answer as it lies among the sent mails."""
        wanted = self._message_id(letter)
        with open_folder(self._imap, self._answers) as folder:
            for uid in folder.with_message_id(wanted):
                mail = folder.mail(uid)
                said = facts(mail.content) if mail else {}
                if said.get("messageId") == wanted:
                    at = datetime.fromisoformat(str(said["received"])) if "received" in said else letter.written_at
                    return Receipt(wanted, str(said["text"] or ""), at)
        return None


def connector(channel: Channel, settings: Mapping[str, str]) -> Mailbox:
    """Build the connector."""
    if not settings.get("sender"):
        raise BadInput(f"The channel {channel.name} has no setting sender; see docs/channels/{channel.name}.md.")
    return Mailbox(channel, settings)


def _not_opened(received: object) -> Unreadable:
    """Our own words about a mail that was left in the mailbox."""
    try:
        said = json.loads(str(received))
        return Unreadable(str(said.get("code", "too_big")), str(said["reason"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Unreadable("too_big", TOO_BIG)


def _newest(folder: Folder, uids: Sequence[int]) -> list[int]:
    """Of mails with the same key only the last, so that a second reading does not let two versions take turns."""
    last: dict[str, int] = {}
    for uid in uids:
        headers = folder.headers(uid)
        key = source_key(headers)
        last[f"{uid}" if key.startswith("sha256-") else key] = uid
    return sorted(last.values())


def _find(folder: Folder, key: str) -> bytes | None:
    """The mail that a key stands for; one without a Message-ID is looked for among all."""
    identity = key.rpartition("~")[0]
    for uid in folder.with_message_id(identity) if identity else folder.from_uid(1):
        if not identity and not source_key(folder.headers(uid)).startswith("sha256-"):
            continue
        mail = folder.mail(uid)
        with suppress(BadInput):
            if mail and source_key(mail.content) == key:
                return mail.content
    return None
