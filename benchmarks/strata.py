"""Where the linker errs: false joins by what the two disputes share, misses by what the complaint lacks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dedupe.quality import measure
from sandbox.told import Told
from sandbox.world.people import Dispute

_VAGUE = ("包工头", "老板", "班组", "工程队", "工头", "总", "个人")


@dataclass(frozen=True)
class Stratum:
    """One kind of complaint: how many, and the B-cubed recall and precision of just these."""

    name: str
    complaints: int
    precision: float
    recall: float


def strata_of(one: Told, *, phones_of_many: set[str]) -> list[str]:
    """The kinds that a complaint belongs to, by what it says and what it does not."""
    kinds = [f"channel {one.channel}"]
    text_only = one.channel in ("message_board", "mailbox")
    kinds.append("only text" if text_only else "fields and text")
    if not one.complainant_name and not text_only:
        kinds.append("no name")
    if one.employer_name and any(word in one.employer_name for word in _VAGUE):
        kinds.append("boss instead of firm")
    if one.employer_name and any(word in one.employer_name for word in ("项目", "工地")):
        kinds.append("project instead of employer")
    if one.employer_name and len(one.employer_name) <= 4:
        kinds.append("short employer name")
    if not text_only and not one.employer_name:
        kinds.append("employer only in the text")
    if one.complainant_phone in phones_of_many:
        kinds.append("agent's phone")
    if one.complainant_phone and "*" in one.complainant_phone:
        kinds.append("masked phone")
    if one.case.startswith("N"):
        kinds.append("off topic")
    return kinds


def by_stratum(told: Iterable[Told], found: Mapping[str, str]) -> list[Stratum]:
    """B-cubed of each kind of complaint, counted over all of its neighbours."""
    all_told = list(told)
    cases_of_phone: dict[str, set[str]] = defaultdict(set)
    for one in all_told:
        if one.complainant_phone and "*" not in one.complainant_phone:
            cases_of_phone[one.complainant_phone].add(one.case)
    many = {phone for phone, cases in cases_of_phone.items() if len(cases) >= 4}
    sizes_found = Counter(found[one.complaint_id] for one in all_told)
    sizes_true = Counter(one.case for one in all_told)
    meets = Counter((found[one.complaint_id], one.case) for one in all_told)
    sums: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for one in all_told:
        group = found[one.complaint_id]
        met = meets[group, one.case]
        for kind in strata_of(one, phones_of_many=many):
            row = sums[kind]
            row[0] += 1
            row[1] += met / sizes_found[group]
            row[2] += met / sizes_true[one.case]
    return [Stratum(kind, int(n), p / n, r / n) for kind, (n, p, r) in sorted(sums.items())]


def _relation(left: Dispute | None, right: Dispute | None) -> str:
    if left is None or right is None:
        return "one is off topic"
    a, b = left.employer, right.employer
    if a.uscc == b.uscc:
        if left.site == right.site:
            return "same firm and site, other months"
        same_base = left.site and right.site and left.site.base == right.site.base
        return "same firm, other phase" if same_base else "same firm, other site"
    if a.brand == b.brand:
        return "same brand, same district" if a.district == b.district else "same brand, other district"
    if left.site and right.site and left.site.base == right.site.base:
        return "other firms, sites of one name"
    if a.district == b.district and len(set(a.brand) & set(b.brand)) == 1:
        return "one character of the brand, same district"
    return "nothing in common"


def false_joins(told: Iterable[Told], found: Mapping[str, str], disputes: Iterable[Dispute]) -> Counter[str]:
    """Pairs of complaints joined though of different disputes, by what the disputes share."""
    dispute_of = {dispute.case: dispute for dispute in disputes}
    cases_of: dict[str, Counter[str]] = defaultdict(Counter)
    for one in told:
        cases_of[found[one.complaint_id]][one.case] += 1
    joins: Counter[str] = Counter()
    for cases in cases_of.values():
        held = sorted(cases.items())
        for i, (left, n) in enumerate(held):
            for right, m in held[i + 1 :]:
                joins[_relation(dispute_of.get(left), dispute_of.get(right))] += n * m
    return joins


def case_sizes(told: Iterable[Told], found: Mapping[str, str]) -> dict[str, float]:
    """B-cubed F1 by the size of the true case, among the complaints of these cases alone."""
    all_told = list(told)
    sizes = Counter(one.case for one in all_told)
    bands = {"1": range(1, 2), "2-4": range(2, 5), "5-19": range(5, 20), "20 and more": range(20, 10**9)}
    result = {}
    for name, band in bands.items():
        truth = {one.complaint_id: one.case for one in all_told if sizes[one.case] in band}
        if truth:
            result[name] = measure({item: found[item] for item in truth}, truth).b_cubed.f1
    return result
