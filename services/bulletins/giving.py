"""A bulletin to be read and taken along: an issued one byte by byte as it was first given out, each time noted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import BadInput, NotAllowed
from casework.people import Actor
from casework.record import Json
from services.bulletins.content import Content
from services.bulletins.print_file import pdf_file
from services.bulletins.sheet import Sheet, sheet
from services.bulletins.word_file import word_file
from services.bulletins.words import LANGUAGES
from warehouse import audit
from warehouse.engine import Warehouse
from warehouse.models import BulletinFileRow, BulletinRow
from warehouse.queries.bulletins import bulletin_seen
from warehouse.store.bulletins import keep_file

FORMS = ("docx", "pdf")


@dataclass(frozen=True, slots=True)
class BulletinFile:
    """A bulletin as a file."""

    name: str
    body: bytes
    sha256: str


def page_of(session: Session, row: BulletinRow, language: str) -> Sheet:
    """What stands on the page."""
    before = session.get_one(BulletinRow, row.replaces).bulletin_no if row.replaces else None
    return sheet(Content.from_json(row.content), language, number=row.bulletin_no, replaces=before)


def keep_files(store: Warehouse, bulletin_id: str) -> bool:
    """Make the files of an issued bulletin in both languages and keep those that are not kept yet. Returns whether PDF
    files could be made; the Word files always are."""
    with store.read() as session:
        row = session.get_one(BulletinRow, bulletin_id)
        pages = {language: page_of(session, row, language) for language in LANGUAGES}
    made, printed = {}, True
    for language, page in pages.items():
        made[language, "docx"] = word_file(page)
        try:
            made[language, "pdf"] = pdf_file(page)
        except NotAllowed:
            printed = False
    _keep(store, bulletin_id, made)
    return printed


def download(
    store: Warehouse, *, bulletin_id: str, language: str, form: str, actor: Actor, at: datetime
) -> BulletinFile:
    """A bulletin as a file, with a row in the audit log. A draft is made as it stands and says that it is one.

    Raises `BadInput` for another form or language, `NotFound` where the reader may not see it, `NotAllowed` where no
    PDF can be made here.
    """
    if form not in FORMS or language not in LANGUAGES:
        raise BadInput("A bulletin is downloaded as docx or as pdf, in Chinese or in English.")
    with store.read() as session:
        row = bulletin_seen(session, actor, bulletin_id)
        kept = session.get(BulletinFileRow, (bulletin_id, language, form))
        issued, name = row.bulletin_no, f"bulletin-{row.bulletin_no or f'{row.period}-draft'}-{language[:2]}.{form}"
        body, page = (kept.body, None) if kept else (b"", page_of(session, row, language))
    if page is not None:
        body = word_file(page) if form == "docx" else pdf_file(page)
        if issued:
            body = _keep(store, bulletin_id, {(language, form): body})[language, form]
    with store.write() as session:
        digest = hashlib.sha256(body).hexdigest()
        details: dict[str, Json] = {"form": form, "language": language, "sha256": digest}
        audit.record(session, by=actor.id, act="read_bulletin", subject=bulletin_id, at=at, details=details)
    return BulletinFile(name, body, digest)


def _keep(store: Warehouse, bulletin_id: str, made: Mapping[tuple[str, str], bytes]) -> dict[tuple[str, str], bytes]:
    """Keep files; of each, the one that was kept first is given back."""
    with store.write() as session:
        return {key: bytes(keep_file(session, bulletin_id, *key, body).body) for key, body in made.items()}
