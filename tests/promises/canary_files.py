"""Files that canaries bring by every channel that carries some: pictures with notes of whom, voices, papers."""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, cast

from PIL import Image

from sandbox.platforms.hotline_12345 import Hotline
from sandbox.platforms.message_board import MessageBoard
from sandbox.told import Told
from tests.promises.canaries import Canary
from tests.promises.proofs import SCALE, Proof

VOICE = b"#!AMR\n" + bytes(range(256)) * 8
MOST = 40 if SCALE >= 1 else 1
"""So many of each channel bring files: each picture is drawn anew in a process of its own."""


class Bringing:
    """Who brings files by which channel; nothing of them stands in the record itself but what the channel says."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self._brought: Counter[str] = Counter()

    def _more(self, channel: str) -> bool:
        self._brought[channel] += 1
        more = self._brought[channel] <= MOST
        self.proof.count(f"brought files: {channel}", more)
        return more

    def to_mail(self, one: Canary, content: bytes) -> bytes:
        """Their mail, with a picture, a voice note and a paper attached, each called after them."""
        if not self._more("mailbox"):
            return content
        mail = cast(EmailMessage, message_from_bytes(content, policy=cast(Any, SMTP)))
        for name, body in _files_of(one):
            mail.add_attachment(body, maintype="application", subtype="octet-stream", filename=name)
        return mail.as_bytes()

    def to_platform(self, one: Canary, told: Told, key: str, platform: object) -> None:
        """The files lie at the platform, and the record says so."""
        if isinstance(platform, Hotline) and self._more(told.channel):
            picture, voice = f"pic-{one.number}", f"call-{one.number}"
            platform.files |= {picture: picture_of(one), voice: VOICE}
            platform.shelf.change(key, told.told_at, attachmentList=[{"fileId": picture}], callRecordFileId=voice)
        elif isinstance(platform, MessageBoard) and self._more(told.channel):
            place = f"{one.number}.jpg"
            platform.files[place] = picture_of(one)
            platform.shelf.change(key, told.told_at, media_url=f"{platform.settings['url']}/media/{place}")


def _files_of(one: Canary) -> Sequence[tuple[str, bytes]]:
    return (
        (f"{one.name}{one.phone}.jpg", picture_of(one)),
        (f"{one.id_no}.amr", VOICE),
        (f"{one.name}.pdf", paper_of(one)),
    )


def paper_of(*people: Canary) -> bytes:
    """A paper that says who they are, as a scanner's program writes one: it is kept as it came."""
    said = "\n".join(f"{one.name} {one.phone} {one.id_no} 4000.00" for one in people)
    return b"%PDF-1.4\n% " + said.encode() + b"\n%%EOF\n"


def picture_of(one: Canary) -> bytes:
    """A photograph whose notes say who took it."""
    image = Image.new("RGB", (64, 48), (90, 120, 160))
    notes = Image.Exif()
    notes[0x013B] = f"{one.name} {one.phone}"
    notes[0x010E] = one.words
    out, said = io.BytesIO(), logging.getLogger("PIL")
    before = said.level
    said.setLevel(logging.WARNING)  # here it is the worker's telephone that writes the notes
    try:
        image.save(out, "JPEG", exif=notes, comment=f"{one.name} {one.id_no}".encode())
    finally:
        said.setLevel(before)
    return out.getvalue()
