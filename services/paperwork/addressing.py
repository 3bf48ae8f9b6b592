"""To whom a paper is addressed: the employer, or the party of the chain that was named liable to pay (724 §29-37)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import NotAllowed, NotFound
from casework.liability import GROUNDS
from dedupe.normalise import name_key
from warehouse.models import CaseRow, DocumentRow, EmployerRow, LiablePartyRow
from warehouse.store.employers import find_or_make_employer
from warehouse.store.handling import documents_of
from warehouse.store.liable import chain_of, liable_in, party_key, to_the_same
from warehouse.store.orders import OrderToPay
from warehouse.store.party import prior_notice_of
from warehouse.store.sparing import last_transfer

MAY_NAME = frozenset({"rectification_order", "prior_notice"})
"""Papers an officer addresses by choice; the others follow the order or the decision that they rest on."""


def addressed(session: Session, case: CaseRow, party_id: str | None) -> str | None:
    """The party that takes the employer's place on a paper; None is the employer. Raises `NotFound`, `NotAllowed`."""
    if not party_id:
        return None
    chosen = next((one for one in chain_of(session, case.id) if one.id == party_id), None)
    if chosen is None:
        raise NotFound("There is no such party in the chain of this case.")
    named = liable_in(session, case.id)
    if named is None or named[0] != party_key(chosen.part, chosen.name):
        raise NotAllowed("A paper goes to the employer, or to the party that was named liable to pay.")
    return None if _is_the_employer(session, case, chosen) else chosen.id


def _is_the_employer(session: Session, case: CaseRow, party: LiablePartyRow) -> bool:
    """Whether a party of the chain is whom the case is about; its paper goes to the employer, as without a choice."""
    employer = session.get(EmployerRow, case.employer_id) if case.employer_id else None
    called = {name for name in (case.employer_name, employer.name if employer else None) if name}
    return name_key(party.name) in {name_key(name) for name in called}


def liable_article(session: Session, case: CaseRow) -> str:
    """The article by which the party that was named is liable to pay."""
    named = liable_in(session, case.id)
    return next((one.article for one in GROUNDS if named is not None and one.key == named[1]), "")


def announced_to(session: Session, case: CaseRow, party_id: str | None) -> None:
    """Whoever is to pay, wages or a fine, was told before (APL §44; 423 §19). Raises `NotAllowed` where another was."""
    notice = prior_notice_of(session, case.id)
    if notice is not None and not to_the_same(session, notice.addressee_id, party_id):
        raise NotAllowed("The prior notice went to another party than the one that is to pay.")


def ordered_to_pay(session: Session, orders: list[OrderToPay], party_id: str | None) -> None:
    """A crime is of the party that was ordered to pay and did not. Raises `NotAllowed` where that was another."""
    if orders and not any(to_the_same(session, one.paper.addressee_id, party_id) for one in orders):
        raise NotAllowed("The order to pay that ran out went to another party.")


def transferred(session: Session, case: CaseRow) -> str | None:
    """Whose suspected crime the last transfer of a case is about, where that is not the employer."""
    transfer = last_transfer(session, case.id)
    forms = documents_of(session, case.id, ("transfer_form",))
    own = [row.addressee_id for row in forms if transfer is not None and row.body.get("transfer") == transfer.id]
    return own[-1] if own else None


def listed_employer(session: Session, case: CaseRow, order: DocumentRow, *, at: datetime) -> str | None:
    """Which employer a listing is of: the one that the order went to. Raises `NotAllowed` for a person (R45 §5)."""
    party = session.get(LiablePartyRow, order.addressee_id) if order.addressee_id else None
    if party is None:
        return case.employer_id
    if party.part == "crew":
        raise NotAllowed("The list is of firms; a crew boss is listed as a responsible person of one.")
    return find_or_make_employer(
        session,
        name=party.name,
        name_key=name_key(party.name)[:200],
        uscc=party.uscc,
        district_code=case.district_code,
        learned_from="liability chain",
        at=at,
    )
