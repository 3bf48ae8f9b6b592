"""No paper that the employer reads holds a complainant's name, phone, number or words, whatever was typed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from casework.articles import LAWS
from casework.blanks import ALL, words_in
from casework.documents import faces_employer
from casework.errors import NotAllowed
from casework.secrecy import quotes_one_of
from warehouse.models import CaseRow
from warehouse.store.handling import complainants_of, names_a_complainant, public_names, told_of
from warehouse.store.settings import whole

_SHORT = frozenset(blank.key for blank in ALL.values() if blank.form in ("line", "day", "choice"))
"""Blanks that hold a place, a day, a person: too short to quote anybody, and an address is nobody's words."""


def keep_secret(session: Session, case: CaseRow, kind: str, values: Mapping[str, object]) -> None:
    """Raises `NotAllowed` when the blanks of a paper for the employer tell who complained, or how they said it."""
    if not faces_employer(kind, values):
        return
    if names_a_complainant("\n".join(words_in(values)), complainants_of(session, case.id)):
        raise NotAllowed("The paper names a complainant; take that out, for it goes to the employer.")
    written = "\n".join(words_in({key: value for key, value in values.items() if key not in _SHORT}))
    public = (*LAWS.values(), *public_names(session, case))
    letters = whole(session, "document.quote.letters")
    if quotes_one_of(written, told_of(session, case.id), letters=letters, public=public):
        raise NotAllowed("The paper quotes a complaint; say it in the office's own words, for it goes to the employer.")
