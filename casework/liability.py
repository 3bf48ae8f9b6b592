"""The liability chain of a building project (建设单位 → 总包 → 分包 → 班组), and who is to pay first, as rows.

The program proposes and names the article; a person decides. Whoever pays first may recover from whoever owed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

ROLES = ("project_owner", "general_contractor", "subcontractor", "crew", "labour_agency", "employer")
"""建设单位, 施工总承包, 分包, 班组或包工头, 劳务派遣, 用人单位: from the top down."""

TOLD_BY = ("complainant", "party", "contract", "rights_board", "trade_department", "officer")
"""Who says so; the notice board is that of 724 §34."""

IRREGULAR: Mapping[str, str] = MappingProxyType(
    {
        "unlawful_project": "724 §37",
        "lent_its_name": "724 §36 para 2",
        "gave_to_unqualified": "724 §36 para 1",
        "money_withheld": "724 §29",
        "passed_on": "724 §30 para 4",
    }
)
"""What a party did that the law answers: broke planning or building law, let others work under its name (挂靠), gave
work to a person or a unit without qualification, did not pay project money as agreed, passed the whole on (转包)."""


@dataclass(frozen=True, slots=True)
class Party:
    """One party of the chain. `owes`: it hired the workers and did not pay them."""

    id: str
    role: str
    irregular: str | None = None
    owes: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for which a party pays. The first row of the table that fits is the one proposed first."""

    key: str
    article: str
    says: str
    by: tuple[str, ...]
    irregular: str | None = None
    when_owes: tuple[str, ...] = ()
    on_site: bool = True


GROUNDS: tuple[Ground, ...] = (
    Ground(
        "unlawful_project",
        "724 §37",
        "The project breaks planning or building law; the owner pays.",
        ("project_owner",),
        irregular="unlawful_project",
    ),
    Ground(
        "lent_its_name",
        "724 §36 para 2",
        "It let others take on work under its name; it pays.",
        ("general_contractor", "subcontractor"),
        irregular="lent_its_name",
    ),
    Ground(
        "gave_to_unqualified",
        "724 §36 para 1",
        "It gave the work to a person or a unit without qualification; it pays.",
        ("project_owner", "general_contractor"),
        irregular="gave_to_unqualified",
    ),
    Ground(
        "general_contractor_first",
        "724 §30 para 3",
        "A subcontractor owes the wages; the general contractor pays first and then recovers.",
        ("general_contractor",),
        when_owes=("subcontractor", "crew", "labour_agency"),
    ),
    Ground(
        "passed_on",
        "724 §30 para 4",
        "The project was passed on; the general contractor pays first and then recovers.",
        ("general_contractor",),
        irregular="passed_on",
    ),
    Ground(
        "owner_advances",
        "724 §29",
        "The owner did not pay project money as agreed; it advances the wages up to what it still owes.",
        ("project_owner",),
        irregular="money_withheld",
    ),
    Ground(
        "employer_itself",
        "423 §26; 724 §16",
        "It hired the workers and owes them the wages.",
        ROLES,
        when_owes=ROLES,
        on_site=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """One party that can be made to pay, with the ground. `party` is None when nobody of that role is recorded."""

    ground: Ground
    party: Party | None


def propose(chain: Sequence[Party], *, construction: bool) -> list[Proposed]:
    """Who is to pay, the first to be asked first. Empty when nobody is recorded or nothing is known.

    Off a building site only the employer's own debt is proposed: 724 §29-37 are of building projects.
    """
    found: list[Proposed] = []
    for ground in GROUNDS:
        if ground.on_site and not construction:
            continue
        found += [Proposed(ground, party) for party in _who(ground, chain)]
    return found


def _who(ground: Ground, chain: Sequence[Party]) -> list[Party | None]:
    if ground.irregular is not None:
        return [one for one in chain if one.irregular == ground.irregular and one.role in ground.by]
    debtors = [one for one in chain if one.owes and one.role in ground.when_owes]
    if not debtors:
        return []
    if ground.key == "employer_itself":
        return list(debtors)
    payers: list[Party | None] = [one for one in chain if one.role in ground.by]
    return payers or [None]
