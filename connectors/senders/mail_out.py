"""Mail to officers, by the outgoing server of the installation, with the key of the message as its Message-ID.

Not through Apprise: it makes a new Message-ID at each attempt, and a server that took a mail twice could not tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, localtime

from casework.errors import BadInput
from connectors import mail
from connectors.reach import NETWORKS, Reach
from connectors.senders.base import Held, Parcel

SUBJECT = "欠薪预警平台通知 / Wage-arrears platform"
"""The same on every mail: a subject is shown on locked screens and kept in logs."""


class MailOut:
    """The outgoing server of the settings `smtp_host`, `smtp_port`, `smtp_security`, `smtp_user`, `smtp_password`.

    `sender` is the address the mails come from.
    """

    confirms = False

    def __init__(self, settings: Mapping[str, str]) -> None:
        reach = Reach("mail", frozenset({"smtp"}), frozenset(NETWORKS))
        self._server = mail.Server.of(settings, "smtp", reach)
        self._sender = settings.get("sender", "")
        if "@" not in self._sender:
            raise BadInput("The messages file names no sender for mail.")

    def check(self) -> None:
        """Greet the server and go."""
        mail.greet(self._server)

    def send(self, parcel: Parcel) -> str:
        """Hand one mail over."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, parcel.address, SUBJECT
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{parcel.key}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(parcel.body)
        mail.send(self._server, message)
        return ""

    def held(self, key: str) -> Held:
        """A mail server says nothing of what it took."""
        return Held.TAKEN

    def close(self) -> None:
        """Nothing is held open."""
