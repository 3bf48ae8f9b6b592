"""Publication of grave breaches of labour-security law (重大劳动保障违法行为社会公布, R29): which, when, what of them.

What must be published is no choice of the office (R29 §5); whether a breach is grave is, where the decree gives no
figure: then a person says on what it rests. The machine publishes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from casework.complaint import Nature
from casework.money import yuan_words


class Breach(StrEnum):
    """The seven classes of R29 §5; the first of them is two."""

    ARREARS = "arrears"
    REFUSED_PAY = "refused_pay"
    INSURANCE = "insurance"
    HOURS = "hours"
    PROTECTED = "protected"
    CHILD_LABOUR = "child_labour"
    SOCIAL_HARM = "social_harm"
    OTHER = "other"


BREACH_TITLES: Mapping[str, str] = MappingProxyType(
    {
        Breach.ARREARS: "克扣、无故拖欠劳动者劳动报酬，数额较大",
        Breach.REFUSED_PAY: "拒不支付劳动报酬，依法移送司法机关追究刑事责任",
        Breach.INSURANCE: "不依法参加社会保险或者不依法缴纳社会保险费，情节严重",
        Breach.HOURS: "违反工作时间和休息休假规定，情节严重",
        Breach.PROTECTED: "违反女职工和未成年工特殊劳动保护规定，情节严重",
        Breach.CHILD_LABOUR: "违反禁止使用童工规定",
        Breach.SOCIAL_HARM: "因劳动保障违法行为造成严重不良社会影响",
        Breach.OTHER: "其他重大劳动保障违法行为",
    }
)
"""The classes as the paper says them (R29 §5)."""

ARTICLES: Mapping[str, str] = MappingProxyType(
    {
        Breach.ARREARS: "R29 §5(一)",
        Breach.REFUSED_PAY: "R29 §5(一)",
        Breach.INSURANCE: "R29 §5(二)",
        Breach.HOURS: "R29 §5(三)",
        Breach.PROTECTED: "R29 §5(四)",
        Breach.CHILD_LABOUR: "R29 §5(五)",
        Breach.SOCIAL_HARM: "R29 §5(六)",
        Breach.OTHER: "R29 §5(七)",
    }
)

STATES = ("proposed", "approved", "dropped", "published", "withdrawn")
UNDER_WAY = frozenset({"proposed", "approved", "published"})
"""States in which a case has a publication that goes on or stands."""
WITHDRAWALS = ("annulled", "changed", "transfer", "objection", "mistaken")
"""Why a publication is withdrawn: the decision was annulled or changed (R29 §11; APL §48), the police do not have the
case any more that it was published for (R29 §5(一)), the employer's objection was right (R29 §11), or the office itself
found it wrong."""
ANSWERS = ("upheld", "accepted")
"""What the office answers to an objection: the publication stands, or it is corrected or withdrawn."""
PUBLISHED_DECISIONS = ("handling_decision", "penalty_decision")
"""The papers by which a breach is 依法查处并作出处理决定的 (R29 §5)."""

_ARREARS_NATURES = frozenset({Nature.ARREARS_RURAL, Nature.ARREARS, Nature.DEDUCTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the records of one case say, on which a publication rests.

    `decision` is the served decision that counts and how it stands; `criminal` says whether the figure of
    `casework.crime` is reached, and in which sentence. `unpaid` in fen.
    """

    nature: str
    decision: str | None
    served_on: date | None
    fallen: str | None
    transferred: bool
    criminal: tuple[bool, str]
    incident: bool
    employer_known: bool
    a_firm: bool
    under_way: bool
    unpaid: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: what is asked, whether it is met, by which fact. `by_person`: somebody says on what it rests."""

    key: str
    says: str
    source: str
    met: bool
    fact: str
    by_person: bool = False


def conditions(breach: str, grounds: Grounds, basis: str = "") -> tuple[Line, ...]:
    """What must hold before a breach of a class is published, each with its fact (R29 §5, §6, §11)."""
    return (
        _decided(breach, grounds),
        _stands(grounds),
        _grave(breach, grounds, basis),
        _whose(grounds),
        _once(grounds),
    )


def suggested(grounds: Grounds) -> Breach | None:
    """The class that the records alone show, the gravest first; None where a person must weigh."""
    order = (Breach.REFUSED_PAY, Breach.CHILD_LABOUR, Breach.SOCIAL_HARM, Breach.ARREARS)
    return next((one for one in order if _grave(one, grounds, "").met), None)


def _decided(breach: str, grounds: Grounds) -> Line:
    says = "The breach was investigated, and the decision on it is served."
    if breach == Breach.REFUSED_PAY and grounds.transferred:
        return Line("decided", says, "R29 §5", True, "The case was handed over to the police.")
    if grounds.decision is None or grounds.served_on is None:
        return Line("decided", says, "R29 §5", False, "No decision to pay and no penalty was served.")
    return Line("decided", says, "R29 §5", True, f"The decision was served on {grounds.served_on}.")


def _stands(grounds: Grounds) -> Line:
    says = "No review and no court has annulled or changed the decision."
    if grounds.fallen == "annulled":
        return Line("stands", says, "R29 §11; APL §48", False, "The decision was annulled by a review or a court.")
    if grounds.fallen == "changed":
        fact = "The decision was changed; what is published says it as changed."
        return Line("stands", says, "R29 §11; APL §48", True, fact)
    return Line("stands", says, "R29 §11; APL §48", True, "The decision stands as it was made.")


def _grave(breach: str, grounds: Grounds, basis: str) -> Line:
    """Of which class it is, and grave in it: by the records, or by what a person says it rests on."""
    says, source = "The breach is grave, of the class it is published for.", ARTICLES[breach]
    shown = _by_records(breach, grounds)
    if shown:
        return Line("grave", says, source, True, shown)
    if breach == Breach.REFUSED_PAY:
        return Line("grave", says, source, False, "The case was not handed over to the police.")
    if basis.strip():
        return Line("grave", says, source, True, "A person says on what it rests.", by_person=True)
    fact = "The records do not show it by themselves; say on what it rests that the breach is grave."
    return Line("grave", says, source, False, fact, by_person=True)


def _by_records(breach: str, grounds: Grounds) -> str:
    """The fact by which the records alone show a class. R29 gives no figure for a large amount (数额较大): the one that
    the same words have in the criminal law is enough, and below it a person weighs."""
    if breach == Breach.ARREARS and grounds.nature in _ARREARS_NATURES and grounds.criminal[0]:
        return grounds.criminal[1]
    if breach == Breach.REFUSED_PAY and grounds.transferred:
        return "The case was handed over to the police."
    if breach == Breach.CHILD_LABOUR and grounds.nature == Nature.CHILD_LABOUR:
        return "The case is about child labour; any is grave."
    if breach == Breach.SOCIAL_HARM and grounds.incident:
        return "A group or extreme incident of this case is on record."
    return ""


def _whose(grounds: Grounds) -> Line:
    says = "The employer is known by its full name, and is no single person."
    if not grounds.employer_known:
        return Line("employer", says, "R29 §6", False, "The employer is still unclear.")
    if not grounds.a_firm:
        return Line(
            "employer", says, "R29 §2, §6", False, "The decision went to a crew boss; only employers are published."
        )
    return Line("employer", says, "R29 §2, §6", True, "The employer is known.")


def _once(grounds: Grounds) -> Line:
    says = "The breach is not published already."
    if grounds.under_way:
        return Line("once", says, "R29 §5", False, "A publication of this case is under way, or stands.")
    return Line("once", says, "R29 §5", True, "No publication of this case is under way.")


def unmet_since(breach: str, lines: tuple[Line, ...], *, approved: bool) -> tuple[Line, ...]:
    """The conditions that are not met of a publication that was proposed for a class: that it is under way is its own.

    R29 §5 asks for the sum that was decided on: once a head approved it, what was paid since makes a large one no less.
    """
    kept = {"once", "grave"} if approved and breach == Breach.ARREARS else {"once"}
    return tuple(line for line in unmet(lines) if line.key not in kept)


def changed_since(was: int | None, unpaid: int) -> str:
    """What was paid, or found owed, since a breach was proposed, both in fen; empty where nothing changed.

    R29 names no payment that ends the duty to publish, unlike R45 §7 for the list: so a head weighs it and says how. Of
    a proposal of before this was kept (None) nothing is known.
    """
    if was is None or was == unpaid:
        return ""
    return f"{yuan_words(was)} was unpaid when it was proposed, {yuan_words(unpaid)} is unpaid now."


def unmet(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The conditions that are not met, in their order."""
    return tuple(line for line in lines if not line.met)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year: a county and a city publish once in each (R29 §8), and at any time where it is needed."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter a day lies in."""
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def read(cls, said: str) -> Quarter | None:
        """`2026-Q4`; None for anything else."""
        year, _, number = said.partition("-Q")
        if (
            len(year) == 4
            and year.isdecimal()
            and year.isascii()
            and number in ("1", "2", "3", "4")
            and 1900 < int(year) < 9999
        ):
            return cls(int(year), int(number))
        return None

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        after = self.after
        return after.first - timedelta(days=1)

    @property
    def after(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"
