"""The tables of the inbox: the one place where the page for workers and the office meet.

Nothing in them can be read by whoever holds the database alone: what came in is closed for the office, and what is told
of progress is closed under the receipt number and the last four digits of the worker's telephone.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping
from hashlib import sha256

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

INBOX = sa.MetaData()
POSTED = sa.Table(
    "posted",
    INBOX,
    sa.Column("id", sa.String(40), primary_key=True, comment="of the form, so that the same form is taken once"),
    sa.Column("posted_at", sa.String(32), nullable=False, index=True, comment="UTC, ISO 8601, whole seconds"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="connectors.sealing: what was told"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, comment="of all its files"),
    sa.Column("digest", sa.String(64), comment="keyed by the form itself: tells other words under it"),
)
"""One row: one form that a worker sent."""
PART = sa.Table(
    "posted_part",
    INBOX,
    sa.Column("posted_id", sa.String(40), primary_key=True),
    sa.Column("file_no", sa.Integer, primary_key=True, comment="from 1"),
    sa.Column("part_no", sa.Integer, primary_key=True, comment="from 0"),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)
"""One row: one part of one file."""
ANSWER = sa.Table(
    "answer",
    INBOX,
    sa.Column("reply_key", sa.String(200), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="closed for the office: the receipt and the words"),
    sa.Column("written_at", sa.String(32), nullable=False),
)
"""One row: one answer that the office gave. The worker reads it as part of the progress."""
TOLD = sa.Table(
    "told",
    INBOX,
    sa.Column("tag", sa.String(64), primary_key=True, comment="of receipt and four digits; says nothing of either"),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("told_at", sa.String(32), nullable=False),
)
"""One row: the progress of one complaint, as the office last told it."""
SAID = sa.Table(
    "said",
    INBOX,
    sa.Column("tag", sa.String(64), primary_key=True, comment="of receipt, four digits and question: one answer each"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="connectors.sealing: what was answered"),
    sa.Column("shown", sa.LargeBinary, nullable=False, comment="the same, closed for the worker alone"),
    sa.Column("said_at", sa.String(40), nullable=False, index=True, comment="UTC, ISO 8601, microseconds"),
)
"""One row: what one worker last answered to one question whether the money came."""
SIGN = sa.Table(
    "sign",
    INBOX,
    sa.Column("name", sa.String(16), primary_key=True, comment="page"),
    sa.Column("seen_at", sa.String(32), nullable=False, comment="UTC, ISO 8601: it was alive then"),
)
"""One row: the page, and its last sign of life."""
PLACE = sa.Table(
    "place",
    INBOX,
    sa.Column("code", sa.String(16), primary_key=True, comment="what stands in the QR code of the notice board"),
    sa.Column("name", sa.String(200), nullable=False, comment="the site, as the notice board names it"),
)
"""One row: a site whose notice board carries a QR code."""
ASKED = sa.Table(
    "asked",
    INBOX,
    sa.Column("tag", sa.String(64), primary_key=True, comment="of the code in a link; says nothing of it"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="connectors.inbox_notices: the notice and its days"),
    sa.Column("told_at", sa.String(32), nullable=False),
)
"""One row: a notice to an employer whose link is open. One that is withdrawn is taken away."""
ANSWERED = sa.Table(
    "answered",
    INBOX,
    sa.Column("id", sa.String(40), primary_key=True, comment="of the code, so that it is answered once"),
    sa.Column("tag", sa.String(64), nullable=False, comment="of the notice that it answers"),
    sa.Column("posted_at", sa.String(32), nullable=False, index=True, comment="UTC, ISO 8601, whole seconds"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, comment="connectors.sealing: what was answered"),
    sa.Column("size_bytes", sa.BigInteger, nullable=False, comment="of all its files"),
)
"""One row: an employer's answer. Its files lie in `posted_part` under its id."""

_NONCE = 12


def tag_of(receipt: str, four: str) -> str:
    """Under which tag the progress of a complaint lies: the same work for a right pair and for any other."""
    return _keyed(receipt, four, b"tag").hex()


def answered(four: str, question_id: str) -> str:
    """What stands in the place of the four digits where an answer is closed for its worker."""
    return f"{four}/{question_id}"


def close_told(receipt: str, four: str, told: Mapping[str, object]) -> bytes:
    """Close the progress of a complaint for whoever knows both: the receipt alone has 59 bits of chance."""
    body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    nonce = sha256(_keyed(receipt, four, b"nonce") + body).digest()[:_NONCE]  # the same words give the same row
    return nonce + AESGCM(_keyed(receipt, four, b"key")).encrypt(nonce, body, tag_of(receipt, four).encode())


def open_told(receipt: str, four: str, sealed: bytes) -> dict[str, object] | None:
    """The progress again; None for a row that was changed."""
    try:
        key, beside = _keyed(receipt, four, b"key"), tag_of(receipt, four).encode()
        told = json.loads(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], beside))
    except (InvalidTag, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _keyed(receipt: str, four: str, purpose: bytes) -> bytes:
    return hmac.digest(receipt.encode(), b"arrears told 1\x00" + purpose + b"\x00" + four.encode(), "sha256")


def as_text(content: bytes) -> str:
    """Bytes as they stand in a payload."""
    return base64.b64encode(content).decode()
