"""No paper that the employer reads holds a complainant's name, phone, number or words, whatever was typed.

Nor does one name a worker of a roster, but for the orders to pay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from casework.articles import LAWS
from casework.blanks import ALL, words_in
from casework.documents import TO_COMPLAINANTS, TO_PAY, faces_employer
from casework.errors import NotAllowed
from casework.personal_numbers import personal_numbers
from casework.secrecy import names_one_of, quotes_one_of
from warehouse.models import CaseRow
from warehouse.store.handling import complainants_of, on_rosters, public_names, told_of
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
        "publication",
        "publication_no",
        "office",
        "title",
        "document_no",
        "remedy",
    }
)
"""What the office says of itself: no secret, and an officer may be called like a complainant."""
_FOR_THE_EMPLOYER = frozenset({"legal_rep", "listed_persons", "published_rep"})
"""Who stands for the employer: a boss may have put themselves on the roster."""
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
    firms = [one.name for one in chain_of(session, case.id) if one.part != "crew"]
    _keep_rosters(session, case, kind, values, public=(*ours, *firms))
    if names_one_of(written, {number for one in told for number in personal_numbers(one)}, public=ours):
        raise NotAllowed("The paper holds a number that a complaint tells; take that out, for it goes to the employer.")
    lines = "\n".join(words_in([value for key, value in values.items() if key in _LINES]))
    texts = "\n".join(words_in([value for key, value in values.items() if key not in _LINES]))
    public = (*LAWS.values(), *ours, *firms)
    letters = whole(session, "document.quote.letters")
    if any(
        quotes_one_of(written, told, letters=least, public=public)
        for written, least in ((texts, letters), (lines, 2 * letters))
    ):
        if kind in TO_COMPLAINANTS:
            raise NotAllowed("The notice quotes a complaint; say it in the office's own words.")
        raise NotAllowed("The paper quotes a complaint; say it in the office's own words, for it goes to the employer.")


def _keep_rosters(
    session: Session, case: CaseRow, kind: str, values: Mapping[str, object], *, public: Sequence[str]
) -> None:
    """Whoever stands on a roster complained with the others. An order to pay alone may say whom the employer pays; it
    never tells their telephone or identity number. Who acts for the employer may stand on a roster too."""
    people = on_rosters(session, case.id)
    written = "\n".join(words_in({key: value for key, value in values.items() if key not in _FOR_THE_EMPLOYER}))
    names = () if kind in TO_PAY else people.names
    if names_one_of(written, names, public=public):
        raise NotAllowed("The paper names a worker of a roster; only an order to pay or a pledge says who is owed.")
    if names_one_of(written, people.numbers, public=public):
        raise NotAllowed("The paper holds a telephone or an identity number of a roster; take that out.")
