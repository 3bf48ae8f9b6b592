"""Which way out serves which address, from the tables of the messages file: `sms`, `mail`, `hooks`, `drop`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casework.errors import BadInput
from casework.reaching import HOOKS, ReachedBy
from connectors.senders.base import Sender
from connectors.senders.drop import Drop
from connectors.senders.hooks import Hooks
from connectors.senders.mail_out import MailOut
from connectors.senders.sms import SmsGateway

TABLES = ("sms", "mail", "hooks", "drop")
_TABLE_OF = {ReachedBy.SMS: "sms", ReachedBy.MAIL: "mail", **dict.fromkeys(HOOKS, "hooks")}


def senders(tables: Mapping[str, Mapping[str, str]]) -> dict[ReachedBy, Sender]:
    """The ways out of this installation. What has no table of its own goes to the folder, where there is one.

    Raises `BadInput` for a table that is unknown, or lacks a setting.
    """
    unknown = sorted(set(tables) - set(TABLES))
    if unknown:
        raise BadInput(f"The messages file knows the tables {', '.join(TABLES)}; it has {', '.join(unknown)}.")
    makes: dict[str, Callable[[Mapping[str, str]], Sender]] = {
        "sms": SmsGateway,
        "mail": MailOut,
        "hooks": Hooks,
        "drop": Drop,
    }
    made: dict[str, Sender] = {name: makes[name](settings) for name, settings in tables.items()}
    found: dict[ReachedBy, Sender] = {}
    for way, table in _TABLE_OF.items():
        sender = made.get(table) or made.get("drop")
        if sender is not None:
            found[way] = sender
    return found
