"""The acts on a case's ledger, its payment plan and its liability chain. They are offered on the ledger's own page."""

from __future__ import annotations

from dataclasses import dataclass

from casework.errors import BadInput
from casework.ledger import span_of
from casework.lifecycle import DECIDED, WORKED
from casework.rosters import BadRow
from console import labels, labels_ledger
from console.forms import Act, Asked, Values, common, plain
from console.guard import Visit
from console.ledger_lists import as_claimed, still_owed
from console.words import N_
from services.money import ledger
from services.money.liability import name_liable, record_party
from services.money.money_matters import Recorded
from services.money.payment_lists import amounts_in
from services.money.payment_plans import record_plan
from warehouse.models import CaseRow

PAGE = "ledger"


def take_roster(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """A roster as it was pasted, or as a file."""
    pasted = values["lines"] or ""
    if pasted and values["file"]:
        raise BadInput("Paste a roster or choose a file, not both.")
    usual = span_of(values["first"], values["last"])
    content = values["file"] or pasted.encode()
    return ledger.add_roster(
        visit.store, **common(visit, case, version), content=content, usual=usual, apart=bool(values["file"])
    )


def verify(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """The amounts of the list; where it was asked for, all other lines as claimed."""
    amounts = dict(values["amounts"])
    if values["rest"] == "all":
        with visit.store.read() as session:
            amounts |= as_claimed(session, case, amounts)
    return ledger.verify_lines(visit.store, **common(visit, case, version), amounts=amounts)


def pay(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """The amounts of the list, typed or as a file; where asked for, everybody else what is still owed to them."""
    amounts = dict(values["amounts"])
    if amounts and values["file"]:
        raise BadInput("Type the amounts or choose a file, not both.")
    if values["file"]:
        amounts = amounts_in(visit.store, case_id=case.id, content=values["file"], actor=visit.actor)
    if values["rest"] == "all":
        with visit.store.read() as session:
            amounts |= still_owed(session, case, amounts)
    voucher = ledger.Voucher(paid_on=values["paid_on"], proof=values["proof"], proof_ref=values["proof_ref"])
    return ledger.pay_workers(visit.store, **common(visit, case, version), amounts=amounts, voucher=voucher)


def party(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
    """A party of the chain; whether it owes the wages is asked as yes or no."""
    given = {**values, "owes": values["owes"] == "yes"}
    return record_party(visit.store, **common(visit, case, version), **given)


ACTS: tuple[Act, ...] = (
    Act(
        "take_from_complaints",
        "take-complaints",
        N_("Take over the people of the complaints"),
        N_("Take over the people of the complaints"),
        WORKED,
        plain(ledger.take_from_complaints),
        at_once=True,
        holder=True,
        on=PAGE,
    ),
    Act(
        "add_roster",
        "roster",
        N_("Take in a roster"),
        N_("Take in a roster"),
        WORKED,
        take_roster,
        holder=True,
        on=PAGE,
        says=N_(
            "Columns: name, identity number, phone, month, amount. Bad lines are told and kept out; who is known "
            "already adds nobody."
        ),
        asks=(
            Asked(
                "lines",
                N_("Roster, pasted"),
                "list",
                required=False,
                hint=N_("from Excel, with its headings if it has any"),
            ),
            Asked("file", N_("Or a file"), "file", required=False, hint=N_(".xlsx or .csv, at most 1 MB")),
            Asked("first", N_("First month"), "month", required=False, hint=N_("for lines that name none; 2026-08")),
            Asked("last", N_("Last month"), "month", required=False),
        ),
    ),
    Act(
        "verify_lines",
        "verify-lines",
        N_("Verify worker by worker"),
        N_("Verify worker by worker"),
        WORKED,
        verify,
        holder=True,
        on=PAGE,
        says=N_("The verified amount of the case is the sum of its lines."),
        asks=(
            Asked(
                "amounts",
                N_("Verified amounts, yuan"),
                "verified",
                required=False,
                hint=N_("write the amount after the = ; a line without one is left as it is"),
                now="lines_to_verify",
            ),
            Asked("rest", N_("Lines that are not verified yet"), "choice", offers=labels_ledger.REST),
        ),
    ),
    Act(
        "pay_workers",
        "pay-workers",
        N_("Record a payment to workers"),
        N_("Record a payment to workers"),
        WORKED | DECIDED,
        pay,
        holder=True,
        on=PAGE,
        says=N_("Only what is proven counts as paid, worker by worker."),
        asks=(
            Asked("paid_on", N_("Paid on"), "day", now="today"),
            Asked(
                "amounts",
                N_("Amounts paid, yuan"),
                "paid_to",
                required=False,
                hint=N_("write the amount after the = ; a worker without one is not paid"),
                now="workers_to_pay",
            ),
            Asked(
                "file",
                N_("Or a file"),
                "file",
                required=False,
                hint=N_(".xlsx or .csv with names and sums paid, at most 1 MB; each line must fit one worker"),
            ),
            Asked("rest", N_("Workers whose amount is verified"), "choice", offers=labels_ledger.REST),
            Asked("proof", N_("Proof"), "choice", offers=labels.PROOFS),
            Asked("proof_ref", N_("Reference of the proof"), required=False),
        ),
    ),
    Act(
        "strike_worker",
        "strike-worker",
        N_("Strike a worker"),
        N_("Strike a worker"),
        WORKED,
        plain(ledger.strike_worker),
        holder=True,
        on=PAGE,
        says=N_("Struck workers count no more; the row and the reason stay."),
        asks=(Asked("number", N_("Number in the ledger"), "whole"), Asked("reason", N_("Reason"), "long")),
    ),
    Act(
        "record_plan",
        "plan",
        N_("Record a payment plan"),
        N_("Record a payment plan"),
        WORKED,
        plain(record_plan),
        holder=True,
        on=PAGE,
        says=N_("A plan is a promise and pays nothing. It replaces an earlier one; a broken instalment is an alarm."),
        asks=(
            Asked("agreed_on", N_("Agreed on"), "day", now="today"),
            Asked("agreed_with", N_("Agreed with")),
            Asked(
                "instalments",
                N_("Instalments"),
                "steps",
                hint=N_("a day and an amount a line, such as 2026-12-01 4800"),
            ),
        ),
    ),
    Act(
        "record_party",
        "party",
        N_("Record a party of the liability chain"),
        N_("Record a party"),
        WORKED,
        party,
        holder=True,
        on=PAGE,
        asks=(
            Asked("part", N_("Part"), "choice", offers=labels_ledger.PARTS),
            Asked("name", N_("Name of the party")),
            Asked("uscc", N_("Credit code"), required=False),
            Asked("told_by", N_("Who says so"), "choice", offers=labels_ledger.TOLD_BY),
            Asked("told_where", N_("Where it stands"), required=False),
            Asked("owes", N_("Hired the workers and did not pay them"), "choice", offers=labels_ledger.YES_NO),
            Asked("irregular", N_("What was irregular"), "choice", required=False, offers=labels_ledger.IRREGULAR),
        ),
    ),
    Act(
        "name_liable",
        "liable",
        N_("Name the party liable to pay"),
        N_("Name the party liable to pay"),
        WORKED,
        plain(name_liable),
        holder=True,
        on=PAGE,
        says=N_("The program proposes; you decide. Who pays first may recover from who owed."),
        asks=(
            Asked("party_id", N_("Party"), "party", now="proposed_party"),
            Asked("ground", N_("Ground"), "choice", offers=labels_ledger.GROUNDS, now="proposed_ground"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What an act wants said about its result: what was done, what needs a look, and which lines were kept out."""

    done: tuple[str, ...] = ()
    look: tuple[str, ...] = ()
    bad: tuple[BadRow, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.done or self.look or self.bad)


def told_by(act: Act, result: object) -> Told:
    """What is to be said about the result of an act; nothing about most."""
    if isinstance(result, ledger.RosterTaken):
        done = f"{result.workers} workers and {result.lines} lines are new in the ledger."
        kept_out = (f"{len(result.bad)} lines were kept out.",) if result.bad else ()
        return Told((done,), (*result.warnings, *kept_out), result.bad)
    if isinstance(result, Recorded):
        return Told(look=result.warnings)
    return Told(look=tuple(map(str, result)) if act.on == PAGE and isinstance(result, tuple) else ())
