"""The answer owed to one complaint on its own channel, and the channel's proof that it has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReplyKind(StrEnum):
    """受理告知 says the complaint was taken up and with whom; 办理结果 says how it ended.

    补正 asks for what is missing; 转办 says where else to turn; 答复 answers a complaint that needs no case.
    """

    ACCEPTED = "accepted"
    RESULT = "result"
    DECLINED = "declined"
    SUPPLEMENT = "supplement"
    REDIRECTED = "redirected"
    ANSWER = "answer"


FINAL = frozenset({ReplyKind.RESULT, ReplyKind.DECLINED, ReplyKind.REDIRECTED, ReplyKind.ANSWER})
"""The answers that end a complaint; the others tell how far it is."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One reply on its way out. `key` is the idempotency key: the same key has the same body and one effect."""

    key: str
    channel: str
    source_key: str
    kind: ReplyKind
    body: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel holds for a letter, read back from it: its own reference and the body it shows."""

    external_ref: str
    body: str
    at: datetime
