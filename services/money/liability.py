"""The liability chain of a case (建设, 总包, 分包, 班组): recorded with who says so; a person names who is to pay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from casework.complaint import Sector
from casework.errors import BadInput, NotAllowed, NotFound
from casework.identifiers import plain, uscc_remark
from casework.liability import GROUNDS, IRREGULAR, ROLES, TOLD_BY, Party, propose
from casework.people import Actor
from casework.record import Json
from services.cases.held import acted, held_case
from warehouse.engine import Warehouse
from warehouse.models import LiablePartyRow, new_id
from warehouse.store.liable import chain_of, own_party, party_key

LONGEST_CODE = 40


def record_party(
    store: Warehouse,
    *,
    case_id: str,
    version: int,
    part: str,
    name: str,
    told_by: str,
    actor: Actor,
    at: datetime,
    uscc: str | None = None,
    told_where: str | None = None,
    irregular: str | None = None,
    owes: bool = False,
) -> tuple[str, ...]:
    """A party of the chain, with who says so. The same name in the same part is corrected. A wrong code only warns."""
    if part not in ROLES or told_by not in TOLD_BY or (irregular is not None and irregular not in IRREGULAR):
        raise BadInput("Choose the part, who says so, and what was irregular from the lists.")
    if not name.strip():
        raise BadInput("A party has a name.")
    code = plain(uscc or "")[:LONGEST_CODE] or None
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        key = party_key(part, name)
        known = next((one for one in chain_of(session, case.id) if party_key(one.part, one.name) == key), None)
        row = known if known is not None and known.case_id == case.id else None
        if row is None:
            row = LiablePartyRow(id=new_id("lia"), case_id=case.id, part=part, name=name.strip())
            session.add(row)
        row.uscc, row.told_by, row.told_where = code, told_by, (told_where or "").strip() or None
        row.irregular, row.owes, row.by, row.at = irregular, owes, actor.id, at
        session.flush()
        details: dict[str, Json] = {"party": row.id, "part": part, "irregular": irregular, "owes": owes}
        acted(session, case, "record_party", actor=actor, at=at, details=details)
    return ("The credit code of the party looks wrong and was taken as it is.",) if code and uscc_remark(code) else ()


def name_liable(
    store: Warehouse, *, case_id: str, version: int, party_id: str, ground: str, actor: Actor, at: datetime
) -> None:
    """An officer names the party that is liable to pay first, on a ground the records give. One at a time."""
    if ground not in {row.key for row in GROUNDS}:
        raise BadInput("Choose the ground from the list.")
    with store.write() as session:
        case = held_case(session, case_id, version, actor=actor)
        rows = chain_of(session, case.id)
        chosen = [row for row in rows if row.id == party_id]
        if not chosen:
            raise NotFound("There is no such party in the chain of this case.")
        known = [Party(row.id, row.part, row.irregular, row.owes) for row in rows]
        proposed = propose(known, construction=case.sector == Sector.CONSTRUCTION)
        if not any(one.ground.key == ground and one.party and one.party.id == party_id for one in proposed):
            raise NotAllowed(
                "What is recorded does not give this ground; record first who owes, or what was irregular."
            )
        party = own_party(session, case.id, chosen[0], by=actor.id, at=at)
        for row in session.scalars(select(LiablePartyRow).where(LiablePartyRow.case_id == case.id)):
            row.liable_ground = ground if row.id == party.id else None
            row.liable_by, row.liable_at = (actor.id, at) if row.id == party.id else (None, None)
        acted(session, case, "name_liable", actor=actor, at=at, details={"party": party.id, "ground": ground})
