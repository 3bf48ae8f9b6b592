"""What the public reads of a grave breach, and what may not stand in it (R29 §6)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.identifiers import is_uscc, plain
from casework.personal_numbers import personal_numbers
from casework.publication import BREACH_TITLES
from services.paperwork.paper_secrecy import keep_secret
from warehouse.models import CaseRow, EmployerRow, PublicationRow


def said_of(row: PublicationRow) -> dict[str, str]:
    """What the public reads of a publication, as blanks of its paper."""
    return {
        "published_breach": BREACH_TITLES[row.breach],
        "published_code": row.code or "",
        "published_address": row.address,
        "published_rep": row.legal_rep,
        "published_facts": row.facts,
        "published_handling": row.handled,
    }


def for_the_public(session: Session, case: CaseRow, row: PublicationRow, said: dict[str, str]) -> None:
    """Raises `NotAllowed` where what is to be published holds what may not be (R29 §6 para 2; 423 §9).

    The only long number is the employer's own code: all figures, one may look like that of a person.
    """
    own = _own_codes(session, row)
    if any(number not in own for words in said.values() for number in personal_numbers(words)):
        raise NotAllowed("What is published holds a telephone, an identity or an account number; take that out.")
    keep_secret(session, case, "publication_notice", said)


def _own_codes(session: Session, row: PublicationRow) -> set[str]:
    """The code of the employer on record, and the one that was typed, unless that may be a person's: one of a registry
    has 15 figures, a credit code letters among its figures or a 9 at its head."""
    code, known = plain(row.code or ""), session.get_one(EmployerRow, row.employer_id).uscc
    registry = len(code) == 15 and code.isdigit()
    credit = is_uscc(code) and (code.startswith("9") or not code[:-1].isdigit())
    return ({code} if registry or credit else set()) | ({plain(known)} if known else set())
