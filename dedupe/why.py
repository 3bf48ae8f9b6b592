"""Why two complaints are one case, by which path; or why they are not: what kept them apart, strongest reason first.

Pure functions over what a run of the linker left behind and what people said. Nothing is compared again here but the
two complaints that were asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from casework.linkage import Band, Decision, Judgement, Linkage, LinkRecord, Refusal, Verdict
from casework.paths import Link, strongest_path, strongest_tree, weakest
from dedupe.aliases import with_aliases
from dedupe.keys import candidates
from dedupe.tabulate import tabulate

ANYWAY = "a person said no"
"""How the grouping names a refusal that rests on a person's word."""


class Reason(StrEnum):
    """What keeps two complaints apart. The first that holds is the one told."""

    PERSON = "person"
    BREAKER = "breaker"
    CONFLICT = "conflict"
    REFUSED = "refused"
    HELD = "held"
    UNANCHORED = "unanchored"
    ASKED = "asked"
    BELOW = "below"
    NO_KEY = "no_key"


SENTENCES: Mapping[Reason, str] = {
    Reason.PERSON: "A person said that they do not belong together; that outranks every score.",
    Reason.BREAKER: "The run as a whole looked implausible, so nothing was merged by itself.",
    Reason.CONFLICT: "They contradict each other outright, which bars an automatic merge whatever the score.",
    Reason.REFUSED: "The pair would be merged, but the groups they stand in contradict each other.",
    Reason.HELD: "The pair would be merged; a case that was dispatched is not merged without a person.",
    Reason.UNANCHORED: "The evidence is strong, but neither firm, place, boss nor crew says whose dispute it is.",
    Reason.ASKED: "The evidence is too weak to merge by itself and too strong to ignore: a person is asked.",
    Reason.BELOW: "The evidence is below the line at which a person would be asked.",
    Reason.NO_KEY: "They share none of the keys by which pairs are found, so they were never compared.",
}

REFUSALS: Mapping[str, str] = {
    ANYWAY: "A person keeps members of the two groups apart.",
    "too_large": "The group would become larger than any dispute.",
    "codes_differ": "The groups give different credit codes.",
    "periods_disjoint": "Their unpaid months lie too far apart.",
    "employers_differ": "The groups name employers that have nothing in common.",
    "phases_differ": "The groups are at different phases of a project.",
    "sections_differ": "The groups are at different sections of a project.",
    "sites_differ": "The groups are at different sites.",
    "ids_differ": "The groups hold different identity numbers.",
    "names_differ": "The groups are different persons.",
    "fits two disputes": "It fits two disputes that contradict each other, so it joins neither.",
}
"""The grouping's reasons in words. A test compares them with the reasons that the grouping can give."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a set of complaints after a run: where each is, what carries that, and what people said."""

    case_of: Mapping[str, str]
    judgements: Sequence[Judgement] = ()
    decisions: Sequence[Decision] = ()
    refusals: Sequence[Refusal] = ()
    breaker: str | None = None

    @classmethod
    def of(cls, linkage: Linkage, decisions: Iterable[Decision] = ()) -> Known:
        """The same from an answer of the linker."""
        return cls(linkage.case_of, linkage.judgements, tuple(decisions), linkage.refusals, linkage.breaker)

    def links(self) -> list[Link]:
        """The pairs that hold the cases together: what the linker merged and what people said is one."""
        found = {}
        for one in self.judgements:
            if one.band is Band.SAME and self.together(one.left, one.right):
                found[frozenset((one.left, one.right))] = Link(one.left, one.right, bits_of(one))
        for word in self.decisions:
            if word.verdict is Verdict.SAME and self.together(word.left, word.right):
                left, right = sorted((word.left, word.right))
                found[frozenset((left, right))] = Link(left, right, 0.0, by_person=True)
        return list(found.values())

    def together(self, left: str, right: str) -> bool:
        """Whether two complaints stand in one case now."""
        case = self.case_of.get(left)
        return case is not None and case == self.case_of.get(right)

    def judgement(self, left: str, right: str) -> Judgement | None:
        """What the run kept about a pair."""
        pair = {left, right}
        return next((one for one in self.judgements if {one.left, one.right} == pair), None)


@dataclass(frozen=True, slots=True)
class Why:
    """The answer. `pair` weighs the two against each other; `path` leads from the left to the right one.

    `weakest` is the weakest link of the path, `bridge` that of the whole case, `steps` are the linker's judgements on
    the links of the path. Apart: `reason`, its sentence, and in `details` what lies behind it, as sentences.
    """

    left: str
    right: str
    together: bool
    pair: Judgement
    path: tuple[Link, ...] = ()
    weakest: Link | None = None
    bridge: Link | None = None
    steps: tuple[Judgement, ...] = ()
    reason: Reason | None = None
    sentence: str = ""
    details: tuple[str, ...] = ()


def bits_of(one: Judgement) -> float:
    """How strongly a pair holds: as one dispute, or as one claim where it is one."""
    return max(one.case_score, one.claim_score) if one.same_claim else one.case_score


def why(known: Known, pair: Judgement, *, line: float, met: bool, asked: tuple[str, str]) -> Why:
    """Explain two complaints, in the order they were `asked` about.

    `pair` is the judgement on the two against each other, `line` the bits from which a pair is merged by itself. `met`
    says whether a key brings them together at all.
    """
    left, right = asked
    if known.together(left, right):
        links = known.links()
        inside = [one for one in links if known.together(one.left, left)]
        path = strongest_path(inside, left, right)
        steps = tuple(step for one in path if (step := known.judgement(one.left, one.right)) is not None)
        tree = strongest_tree(inside)
        return Why(left, right, True, pair, path, weakest(path), weakest(tree), steps)
    reason, details = _apart(known, pair, line, met)
    return Why(left, right, False, pair, reason=reason, sentence=SENTENCES[reason], details=details)


def _apart(known: Known, pair: Judgement, line: float, met: bool) -> tuple[Reason, tuple[str, ...]]:
    if any(word.verdict is not Verdict.SAME and word.verdict is not Verdict.UNSURE for word in _across(known, pair)):
        return Reason.PERSON, ()
    if known.breaker is not None:
        return Reason.BREAKER, (known.breaker,)
    against = tuple(line.sentence for line in pair.evidence if line.level in pair.conflicts)
    if met and pair.conflicts:
        return Reason.CONFLICT, against
    refused = [one for one in known.refusals if _spans(known, pair, one.left, one.right)]
    if refused:
        told = sorted({one.reason for one in refused})
        return Reason.REFUSED, tuple(REFUSALS.get(one, one) for one in told)
    if not met:
        return Reason.NO_KEY, against
    if pair.band is Band.SAME:
        return Reason.HELD, ()
    if pair.case_score >= line:
        return Reason.UNANCHORED, ()
    return (Reason.ASKED if pair.band is Band.ASK else Reason.BELOW), ()


def _across(known: Known, pair: Judgement) -> Iterable[Decision]:
    """People's words on pairs that span the cases of these two."""
    return (word for word in known.decisions if _spans(known, pair, word.left, word.right))


def _spans(known: Known, pair: Judgement, left: str, right: str) -> bool:
    """Whether a pair lies between the cases of the two complaints, or is the two themselves."""
    if {left, right} == {pair.left, pair.right}:
        return True
    sides = {known.case_of.get(pair.left), known.case_of.get(pair.right)}
    return None not in sides and {known.case_of.get(left), known.case_of.get(right)} == sides


def unquoted(one: Judgement) -> Judgement:
    """The same judgement without the values: levels and weights are nobody's secret."""
    return replace(one, evidence=tuple(replace(line, left=None, right=None) for line in one.evidence))


def share_a_key(left: LinkRecord, right: LinkRecord, aliases: Mapping[str, str] | None = None) -> bool:
    """Whether some key brings the two together. In a block of very many a pair may still have been left out."""
    return len(candidates(with_aliases(tabulate([left, right]), aliases or {}))) > 0
