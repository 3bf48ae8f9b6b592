"""No paper that the employer reads holds a complainant's name, phone, number or words, whatever was typed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from casework.articles import LAWS
from casework.blanks import ALL, words_in
from casework.documents import TO_COMPLAINANTS, faces_employer
from casework.errors import NotAllowed
from casework.secrecy import names_one_of, numbers_in, quotes_one_of
from warehouse.models import CaseRow
from warehouse.store.handling import complainants_of, public_names, told_of
from warehouse.store.liable import chain_of
from warehouse.store.settings import whole

_OURS = frozenset(
    {
        "officers",
        "officer_ids",
        "of",
        "complaint_ids",
        "listing",
        "transfer",
        "office",
        "title",
        "document_no",
        "remedy",
    }
)
"""What the office says of itself: no secret, and an officer may be called like a complainant."""
_LINES = frozenset(blank.key for blank in ALL.values() if blank.form == "line")
"""Blanks of one line hold places and persons. An address may well stand in a complaint too, so that only twice as many
letters in a row are a quotation there."""


def keep_secret(session: Session, case: CaseRow, kind: str, values: Mapping[str, object]) -> None:
    """Raises `NotAllowed` when the blanks of a paper for the employer tell who complained, or how they said it."""
    if not faces_employer(kind, values):
        return
    values = {key: value for key, value in values.items() if key not in _OURS}
    told, ours = told_of(session, case.id), public_names(session, case)
    written = "\n".join(words_in(values))
    if names_one_of(written, complainants_of(session, case.id), public=ours):
        if kind in TO_COMPLAINANTS:
            raise NotAllowed(
                "The notice names a complainant; take that out, for the employer may come to see the file."
            )
        raise NotAllowed("The paper names a complainant; take that out, for it goes to the employer.")
    if names_one_of(written, numbers_in(told), public=ours):
        raise NotAllowed("The paper holds a number that a complaint tells; take that out, for it goes to the employer.")
    lines = "\n".join(words_in([value for key, value in values.items() if key in _LINES]))
    texts = "\n".join(words_in([value for key, value in values.items() if key not in _LINES]))
    firms = [one.name for one in chain_of(session, case.id) if one.part != "crew"]
    public = (*LAWS.values(), *ours, *firms)
    letters = whole(session, "document.quote.letters")
    if any(
        quotes_one_of(written, told, letters=least, public=public)
        for written, least in ((texts, letters), (lines, 2 * letters))
    ):
        if kind in TO_COMPLAINANTS:
            raise NotAllowed("The notice quotes a complaint; say it in the office's own words.")
        raise NotAllowed("The paper quotes a complaint; say it in the office's own words, for it goes to the employer.")
