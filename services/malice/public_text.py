"""What the public reads of a grave breach, and what may not stand in it (R29 §6)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.identifiers import is_uscc
from casework.publication import BREACH_TITLES
from casework.secrecy import numbers_in
from services.paperwork.paper_secrecy import keep_secret
from warehouse.models import CaseRow, PublicationRow


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


def for_the_public(session: Session, case: CaseRow, said: dict[str, str]) -> None:
    """Raises `NotAllowed` where what is to be published holds what may not be (R29 §6 para 2; 423 §9)."""
    if any(not is_uscc(number) for number in numbers_in(said.values())):
        raise NotAllowed("What is published holds a telephone, an identity or an account number; take that out.")
    keep_secret(session, case, "publication_notice", said)
