"""The acts of flexible enforcement on a case: educate, search, review, check a promise, follow up, revoke."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casework.enforcement import ORDERING
from casework.leniency import EXEMPTIONS
from casework.lifecycle import CARED_FOR, WORKED
from console.forms import Act, Asked, Values, common, plain
from console.guard import Visit
from console.labels_sparing import EDUCATION_WAYS, FOLLOW_UP_RESULTS, KEPT, PASSED, RED_FLAGS, REVOKE
from console.words import N_
from services.leniency import following_up, pledges, sparing
from warehouse.models import CaseRow
from warehouse.queries.history import Handling

_TODAY = "today"


DUTIES = Asked(
    "duties",
    N_("Obligations one by one"),
    "duties",
    required=False,
    hint=N_("one a line: the day, then the obligation, such as 2026-12-31 pay the wages of November"),
)


def yes(service: Callable[..., object], name: str) -> Callable[[Visit, CaseRow, int, Values], object]:
    """A service one of whose fields is a yes or no."""

    def run(visit: Visit, case: CaseRow, version: int, values: Values) -> object:
        given = {key: value for key, value in values.items() if value is not None}
        return service(visit.store, **common(visit, case, version), **(given | {name: values[name] == "yes"}))

    return run


ACTS: tuple[Act, ...] = (
    Act(
        "educate",
        "educate",
        N_("Record the education of the party"),
        N_("Education"),
        WORKED,
        plain(sparing.educate),
        holder=True,
        says=N_("Whoever is not punished must be educated (APL §33)."),
        asks=(
            Asked("educated_on", N_("On"), "day", now=_TODAY),
            Asked("way", N_("How"), "choice", offers=EDUCATION_WAYS),
            Asked("officer_ids", N_("Officers, at least two"), "officers"),
            Asked("whom", N_("Who was educated")),
            Asked("said", N_("What was said"), "long"),
        ),
    ),
    Act(
        "search_offences",
        "search-offences",
        N_("Search earlier offences"),
        N_("Search earlier offences"),
        WORKED,
        plain(sparing.search_offences),
        at_once=True,
        holder=True,
    ),
    Act(
        "record_red_flag",
        "red-flag",
        N_("Record a red flag"),
        N_("Red flag"),
        WORKED,
        plain(sparing.record_red_flag),
        holder=True,
        says=N_("A red flag bars every sparing of this case until a head lifts it."),
        asks=(
            Asked("kind", N_("What it is"), "choice", offers=RED_FLAGS),
            Asked("seen_on", N_("Seen on"), "day", now=_TODAY),
            Asked("basis", N_("What it rests on"), "long"),
        ),
    ),
    Act(
        "lift_red_flag",
        "lift-red-flag",
        N_("Lift a red flag"),
        N_("Lift a red flag"),
        WORKED,
        plain(sparing.lift_red_flag),
        (Asked("flag_id", N_("Red flag"), "pick"), Asked("reason", N_("Reason"), "long")),
    ),
    Act(
        "review_outcome",
        "legal-review",
        N_("Make the legal review"),
        N_("Legal review"),
        WORKED,
        yes(sparing.review_outcome, "passed"),
        (
            Asked("passed", N_("Result"), "choice", offers=PASSED),
            Asked("opinion", N_("Opinion"), "long"),
        ),
        says=N_("By somebody who neither proposed the outcome nor holds the case; whoever reviews does not decide."),
    ),
    Act(
        "check_duty",
        "check-pledge",
        N_("Check an obligation of the pledge"),
        N_("Check the pledge"),
        CARED_FOR,
        yes(pledges.check_duty, "kept"),
        holder=True,
        says=N_("A broken one reopens the case, raises the employer's level and proposes to revoke the sparing."),
        asks=(
            Asked("duty_id", N_("Obligation"), "pick"),
            Asked("kept", N_("Was it kept?"), "choice", offers=KEPT),
            Asked("reason", N_("What was found"), "long", required=False),
        ),
    ),
    Act(
        "record_follow_up",
        "follow-up",
        N_("Record the follow-up visit"),
        N_("Follow-up visit"),
        CARED_FOR,
        plain(following_up.record_follow_up),
        holder=True,
        asks=(
            Asked("followed_on", N_("Visited on"), "day", now=_TODAY),
            Asked("officer_ids", N_("Officers, at least two"), "officers"),
            Asked("finding", N_("Result"), "choice", offers=FOLLOW_UP_RESULTS),
            Asked("said", N_("What was found"), "long"),
        ),
    ),
    Act(
        "decide_revocation",
        "revocation",
        N_("Decide on the revocation"),
        N_("Decide on the revocation"),
        CARED_FOR,
        yes(pledges.decide_revocation, "revoke"),
        (
            Asked("revoke", N_("Decision"), "choice", offers=REVOKE),
            Asked("reason", N_("Reason"), "long"),
        ),
        says=N_("The order to pay the wages stands whatever is decided."),
    ),
)


def _waits_for_review(_case: CaseRow, done: Handling) -> bool:
    reviewed = {one.value for one in EXEMPTIONS | ORDERING}
    return any(one.state == "submitted" and one.exit in reviewed for one in done.outcomes)


def _filed(case: CaseRow, _done: Handling) -> bool:
    return case.case_no is not None


def _flagged(_case: CaseRow, done: Handling) -> bool:
    return done.red_flag


def _pledged(_case: CaseRow, done: Handling) -> bool:
    return done.duties_open


def _to_follow(_case: CaseRow, done: Handling) -> bool:
    return done.follow_up_open


def _proposed(_case: CaseRow, done: Handling) -> bool:
    return done.revocation is not None and done.revocation.state == "proposed"


FITS: Mapping[str, Callable[[CaseRow, Handling], bool]] = {
    "educate": _filed,
    "search_offences": _filed,
    "lift_red_flag": _flagged,
    "review_outcome": _waits_for_review,
    "check_duty": _pledged,
    "record_follow_up": _to_follow,
    "decide_revocation": _proposed,
}
"""When an act makes sense with what was done so far."""
