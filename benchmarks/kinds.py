"""What an invented world holds of each thing that makes linking hard, counted; and what no linker could place.

A complaint has nothing to go by when no other complaint of its case names the firm, the site, the boss, the address or
the same worker as it does. One that names only a firm with several disputes leaves the choice among them to months,
amounts and luck.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sandbox.told import Told
from sandbox.world import World
from sandbox.world.people import Dispute

_OF_CASE = frozenset(("employer", "site", "boss", "boss_phone", "address"))
_OF_CLAIM = frozenset(("name", "phone", "id_no"))


def kinds(world: World) -> dict[str, int]:
    """Complaints by kind of spelling, and disputes by what they share with others."""
    said: Counter[str] = Counter(kind for one in world.told for kind in one.how)
    said["roster of 200 and more"] = sum(len(one.roster) >= 200 for one in world.told)
    said["about something else"] = sum(one.case.startswith("N") for one in world.told)
    sizes = Counter(one.case for one in world.told)
    said["case: 100 complaints and more"] = sum(size >= 100 for size in sizes.values())
    said["case: told by one complaint"] = sum(size == 1 for size in sizes.values())
    told_names = Counter(one.complainant_name for one in world.told if one.complainant_name and "name" in one.says)
    said["person: a name that ten and more complaints give"] = sum(n for n in told_names.values() if n >= 10)
    return dict(sorted((said + _shared([one for one in world.disputes if sizes[one.case]])).items()))


def _shared(disputes: Sequence[Dispute]) -> Counter[str]:
    """How many disputes have a neighbour that a careless rule would take for them."""
    found: Counter[str] = Counter()
    sites: dict[str, set[str]] = defaultdict(set)
    firms: dict[str, list[Dispute]] = defaultdict(list)
    brands: dict[str, set[str]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    for one in disputes:
        firm = one.employer
        firms[firm.uscc].append(one)
        brands[firm.district + firm.brand].add(firm.uscc)
        for skeleton in _but_one(firm.brand, firm.trade_word):
            places[firm.district + skeleton].add(firm.uscc)
        if one.site:
            sites[f"{one.site.name}{one.site.address}"].add(firm.uscc)
    for one in disputes:
        firm, of_firm = one.employer, firms[one.employer.uscc]
        found["dispute: the firm has others at other sites"] += any(other.site != one.site for other in of_firm)
        found["dispute: the firm has another here, in other months"] += (
            sum(other.site == one.site for other in of_firm) > 1
        )
        found["dispute: its short name is another firm's in the county"] += len(brands[firm.district + firm.brand]) > 1
        found["dispute: another firm of the county is one character apart"] += any(
            len(places[firm.district + skeleton]) > 1 for skeleton in _but_one(firm.brand, firm.trade_word)
        )
        if one.site:
            found["dispute: another firm works on its site"] += len(sites[f"{one.site.name}{one.site.address}"]) > 1
        found["dispute: a crew of 200 and more"] += one.crew_size >= 200
    return found


def _but_one(brand: str, trade: str) -> list[str]:
    """A name without one of its characters, each in turn."""
    name = brand + trade
    return [f"{name[:place]}?{name[place + 1 :]}" for place in range(len(name))]


def unplaceable(told: Iterable[Told], disputes: Iterable[Dispute]) -> dict[str, float]:
    """Shares of all complaints: those with nothing to go by, and those with only a firm of several disputes."""
    all_told = list(told)
    of_case: dict[str, list[Told]] = defaultdict(list)
    for one in all_told:
        of_case[one.case].append(one)
    dispute_of = {dispute.case: dispute for dispute in disputes}
    many = Counter(dispute_of[case].employer.uscc for case in of_case if case in dispute_of)
    nothing = firm_only = 0
    for case, complaints in of_case.items():
        if len(complaints) == 1:
            continue
        cased = Counter(fact for one in complaints for fact in one.says if fact in _OF_CASE)
        claimed = Counter((one.claim, fact) for one in complaints for fact in one.says if fact in _OF_CLAIM)
        for one in complaints:
            shared = {fact for fact in one.says if cased[fact] > 1 or claimed[one.claim, fact] > 1}
            nothing += not shared
            firm_only += shared == {"employer"} and many[dispute_of[case].employer.uscc] > 1
    size = max(len(all_told), 1)
    return {"nothing_to_go_by": nothing / size, "only_a_firm_of_several_disputes": firm_only / size}
