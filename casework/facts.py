"""What the records say about a case on a day, as the checks of the exits take it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from casework.ledger import Short

Finding: TypeAlias = tuple[bool, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The records of one case on one day. Sums in fen; None is "not said" or "not yet".

    `workers_paid` are persons named in proven payments; `earlier_case_nos` are cases of the same employer, under any of
    its names, that ended with an offence within the window, `older_case_nos` those before it. A window of 0 months has
    no beginning. `relapsed_case_nos` are spared cases after which the employer offended again. `workers_short` are
    workers of the ledger to whom less was proven paid than was verified for them. `with_police_since` is the report of
    a transfer that neither the head nor the police have refused for good; `police_filed` is what the police have
    decided on it, None before; `police_gave_back`: they refused it, and may not be asked again. `owes`: wages are
    claimed or verified, or may be. `short` are the workers told apart who have not all their money, `heads_short` how
    many have not in all, `unpaid_by_ledger` what a verified ledger still owes. `arrears_months`: of a worker whose own
    are not said. `ordered_until` is the day of a served order to pay, the first that is gone or else the last.
    `fine_needs` are the articles of the fines that are imposed or waived, each with what must have gone
    before (`casework.discretion.AFTER`); `fine_misfit` says what is wrong with their sum. `fined_before` are the days
    on which this case ended with a fine already. `orders_missed` are the articles, in full, of orders that were served
    on whoever is to pay and not obeyed in time; `pay_missed`: one of them named a sum to pay. `review_from` is the fine
    from which a legal review is asked for; 0: none. `defences` are what the party did about the prior notice
    (`casework.party`), `fine_announced` the fine it names. `ordered_as_changed` is what the workers are to get in all
    by a decision that a review or a court changed; then this is owed, and no longer what was verified.
    """

    today: date
    employer_known: bool
    filed: bool
    worker_count: int | None
    amount_claimed: int | None
    amount_verified: int | None
    amount_paid: int
    workers_paid: int
    visits: int
    inquiries: int
    order_due_on: date | None
    corrected_on: date | None
    pledge_signed_on: date | None
    prior_notice_served_on: date | None
    earlier_case_nos: tuple[str, ...]
    group_incident: bool
    arrears_months: int | None
    amount_exempted: int | None
    exempted_article: str | None
    amount_fined: int | None
    group_tier: int
    max_workers: int
    criminal_one: int
    criminal_group: int
    criminal_group_workers: int
    criminal_months: int
    window_months: int
    fine_scale: int
    workers_short: int = 0
    older_case_nos: tuple[str, ...] = ()
    relapsed_case_nos: tuple[str, ...] = ()
    offence_items: tuple[str, ...] = ()
    offence_item: str | None = None
    list_version: str = ""
    red_flags: tuple[str, ...] = ()
    listed: bool = False
    educated_on: date | None = None
    reviewed_on: date | None = None
    review_passed: bool | None = None
    ordered_until: date | None = None
    with_police_since: date | None = None
    handed_over_on: date | None = None
    police_filed: bool | None = None
    police_gave_back: bool = False
    owes: bool = True
    short: tuple[Short, ...] = ()
    heads_short: int | None = None
    unpaid_by_ledger: int | None = None
    fine_needs: tuple[tuple[str, str], ...] = ()
    fine_misfit: str | None = None
    orders_missed: tuple[str, ...] = ()
    pay_missed: bool = False
    refused: bool = False
    fined_before: tuple[date, ...] = ()
    fine_announced: int | None = None
    review_from: int = 0
    amount_additional: int | None = None
    ordered_as_changed: int | None = None
    defence_until: date | None = None
    defence_provisional: bool = False
    defences: frozenset[str] = frozenset()
