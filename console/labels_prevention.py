"""What prevention notices to employers, their answers and their settings are called on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from casework.prevention import Capacity, Lack, Way
from console.words import N_

STATES: Mapping[str, str] = {
    "waiting": N_("waits for the answer"),
    "late": N_("not answered by its day"),
    "answered": N_("answered, to be judged"),
    "enough": N_("the answer was enough"),
    "visit": N_("a visit follows"),
    "withdrawn": N_("taken back"),
}
WAYS: Mapping[str, str] = {
    Way.PRINT: N_("Printed, with the QR code"),
    Way.SMS: N_("Text message"),
    Way.MAIL: N_("Mail"),
}
CAPACITIES: Mapping[str, str] = {
    Capacity.LEGAL_REP: N_("legal representative, or in charge of the firm"),
    Capacity.SITE_LEAD: N_("in charge of the site"),
    Capacity.PAY_OFFICER: N_("in charge of wages and the register"),
    Capacity.STAFF: N_("of personnel or accounts"),
    Capacity.OTHER: N_("somebody else who was asked to answer"),
}
LACKS: Mapping[str, str] = {
    Lack.NO_PROOF: N_("no proof was sent along"),
    Lack.UNREADABLE: N_("the proof cannot be read or opened"),
    Lack.NOT_ALL_MONTHS: N_("the proof does not cover every month"),
    Lack.NOT_ALL_WORKERS: N_("the proof does not cover every worker"),
    Lack.NOT_TO_THE_POINT: N_("what the notice lists is not answered"),
    Lack.STILL_OPEN: N_("what the notice lists is still open"),
}
TRADES: Mapping[str, str] = {
    "construction": N_("Construction"),
    "industry": N_("Manufacturing"),
    "services": N_("Catering, retail and services"),
    "other": N_("Other trades"),
}
JUDGED: Mapping[str, str] = {
    "enough": N_("Enough"),
    "not_enough": N_("Not enough"),
    "visit": N_("A visit follows"),
}
NOTICES: Mapping[str, str] = {
    "notice_answered": N_("The employer answered the prevention notice"),
    "notice_late": N_("The prevention notice was not answered by its day"),
}
DONE: Mapping[str, str] = {
    "notice": N_("Prevention notice sent, to be answered by"),
    "notice_again": N_("Prevention notice opened again, to be answered by"),
    "notice_taken_back": N_("Prevention notice taken back"),
    "notice_answered": N_("The employer answered the prevention notice"),
    "notice_late": N_("The prevention notice was not answered by its day"),
    "notice_enough": N_("The employer's answer was enough"),
    "notice_not_enough": N_("The employer's answer was not enough"),
    "notice_visit": N_("A visit follows the employer's answer"),
}
ACTS: Mapping[str, str] = {
    "send_prevention": N_("Prevention notice sent"),
    "renew_prevention_link": N_("Link of a prevention notice made anew"),
    "take_back_prevention": N_("Prevention notice taken back"),
    "take_in_prevention": N_("Answer to a prevention notice taken in"),
    "judge_prevention": N_("Answer to a prevention notice judged"),
    "note_late_prevention": N_("Prevention notice not answered by its day"),
    "exchange_preventions": N_("Prevention notices exchanged with the page"),
    "read_prevention": N_("Answer to a prevention notice read"),
    "read_prevention_file": N_("File of an employer's answer opened"),
}
SAYS: Mapping[str, str] = {
    "working days in which an employer is asked to answer a notice": N_(
        "Working days in which an employer is asked to answer a notice"
    ),
    "days up to which an employer may be given to answer": N_("Days up to which an employer may be given to answer"),
    "days for which the link of a notice opens after the day of its answer": N_(
        "Days for which the link of a notice opens after the day of its answer"
    ),
    "working days to look at an answer, or at one that did not come": N_(
        "Working days to look at an answer, or at one that did not come"
    ),
}
SETTING_GROUPS: Mapping[str, str] = {"prevention": N_("Prevention notices")}
