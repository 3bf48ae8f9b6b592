"""How people spell what they say: two families of mistakes, one to tune a linker on and one to report it on."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Literal

from sandbox.world import tables
from sandbox.world.people import Employer, Person, Site

Family = Literal["tuning", "reporting"]

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def swap_like(rng: Random, text: str, likes: dict[str, str]) -> str:
    """One character replaced by another of its group, where there is one."""
    places = [i for i, char in enumerate(text) if char in likes]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + rng.choice(likes[text[place]]) + text[place + 1 :]


def drop_one(rng: Random, text: str) -> str:
    """One character missing."""
    place = rng.randrange(len(text))
    return text[:place] + text[place + 1 :] if len(text) > 2 else text


def swap_two(rng: Random, text: str) -> str:
    """Two neighbours changed places."""
    place = rng.randrange(len(text) - 1)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def double_one(rng: Random, text: str) -> str:
    """One character typed twice."""
    place = rng.randrange(len(text))
    return text[:place] + text[place] + text[place:]


def add_one(rng: Random, text: str) -> str:
    """A character too many."""
    place = rng.randrange(1, len(text))
    return text[:place] + rng.choice("的新大一市") + text[place:]


def _traditional(_rng: Random, text: str) -> str:
    return "".join(tables.TRADITIONAL.get(char, char) for char in text)


def _plain(_rng: Random, e: Employer) -> str:
    return e.name


def _no_region(_rng: Random, e: Employer) -> str:
    return f"{e.brand}{e.trade_word}{e.suffix}"


def _short(rng: Random, e: Employer) -> str:
    return rng.choice(
        (f"{e.brand}{e.trade_word}", f"{e.region}{e.brand}{e.trade_word}", f"{e.brand}{e.trade_word}公司")
    )


def _brief(rng: Random, e: Employer) -> str:
    return rng.choice((f"{e.brand}公司", e.brand, f"{e.brand}{e.trade_word[:2]}"))


def _suffix(rng: Random, e: Employer) -> str:
    return f"{e.region}{e.brand}{e.trade_word}{rng.choice(('有限公司', '有限责任公司', '公司', '股份有限公司'))}"


def _region(rng: Random, e: Employer) -> str:
    place = e.place
    city = place.city
    region = rng.choice((city, city + "市", place.province, city + place.short, place.name, place.in_full))
    return f"{region}{e.brand}{e.trade_word}{e.suffix}"


def _elsewhere(rng: Random, e: Employer) -> str:
    """Taken for a firm of another place, as somebody far from home does."""
    city = rng.choice([city for city in tables.CITIES if city != e.place.city])
    return f"{city}{e.brand}{e.trade_word}{e.suffix}"


def _with(change: Callable[[Random, str], str]) -> Callable[[Random, Employer], str]:
    return lambda rng, e: change(rng, e.name)


def _sounds(rng: Random, e: Employer) -> str:
    heard = swap_like(rng, e.brand, tables.HOMOPHONES)
    return f"{e.region}{heard}{e.trade_word}{rng.choice((e.suffix, e.suffix, '公司'))}"


def _looks(rng: Random, e: Employer) -> str:
    return f"{e.region}{swap_like(rng, e.brand, tables.LOOKALIKES)}{e.trade_word}{e.suffix}"


def _misheard_trade(rng: Random, e: Employer) -> str:
    return f"{e.region}{e.brand}{swap_like(rng, e.trade_word, tables.HOMOPHONES)}{e.suffix}"


def _bracket_region(rng: Random, e: Employer) -> str:
    left, right = rng.choice((("（", "）"), ("(", ")")))
    return f"{e.brand}{left}{e.region}{right}{e.trade_word}{e.suffix}"


def _branch(rng: Random, e: Employer) -> str:
    return e.name + rng.choice((f"{e.place.short}分公司", "第一分公司", "（总部）", "项目管理部", "人事部", "劳务班组"))


def _former(rng: Random, e: Employer) -> str:
    return rng.choice((f"{e.name}（原{e.brand}{e.trade_word}厂）", f"原{e.brand}{e.trade_word}厂"))


def _spaced(rng: Random, e: Employer) -> str:
    return rng.choice(
        (f" {e.region} {e.brand}{e.trade_word} {e.suffix}", f"{e.name}。", f"“{e.name}”", f"{e.name}\u3000")
    )


def _cut(_rng: Random, e: Employer) -> str:
    return e.name[: max(len(e.region) + len(e.brand) + 2, 7)]


_Forms = tuple[tuple[float, Callable[[Random, Employer], str]], ...]
_EMPLOYER: dict[Family, _Forms] = {
    "tuning": (
        (0.27, _plain), (0.12, _no_region), (0.17, _short), (0.08, _brief), (0.08, _suffix), (0.07, _region),
        (0.11, _sounds), (0.05, _with(drop_one)), (0.05, _with(swap_two)),
    ),
    "reporting": (
        (0.24, _plain), (0.14, _short), (0.08, _brief), (0.08, _looks), (0.08, _bracket_region), (0.07, _branch),
        (0.06, _misheard_trade), (0.05, _with(_traditional)), (0.05, _sounds), (0.05, _spaced), (0.04, _cut),
        (0.03, _with(double_one)), (0.03, _with(add_one)),
    ),
}  # fmt: skip


_BOSS: dict[Family, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "tuning": (("包工头{n}", "{s}老板", "老板{n}", "{n}（包工头）"), ("{s}老板", "老板{n}", "{n}")),
    "reporting": (("{n}工程队", "{s}总", "{n}班组", "个人{n}", "工头{n}"), ("{s}总", "个体{n}", "{n}（老板）")),
}
"""How the boss is named on a building site, and elsewhere."""


class Speller:
    """One family's way of spelling, drawn from one source of chance."""

    def __init__(self, rng: Random, family: Family, *, wide: bool = False) -> None:
        self.rng = rng
        self.family: Family = family
        self.wide = wide
        self._weights = [weight for weight, _ in _EMPLOYER[family]]
        self._forms = [form for _, form in _EMPLOYER[family]]

    def employer(self, employer: Employer) -> str:
        """The firm as somebody calls it."""
        rng = self.rng
        if self.family == "reporting" and rng.random() < 0.02:
            return _former(rng, employer)
        if self.wide and rng.random() < 0.01:
            return _elsewhere(rng, employer)
        return rng.choices(self._forms, self._weights)[0](rng, employer)

    def boss(self, boss: Person, *, building: bool) -> str:
        """The boss named where the firm was asked for."""
        shapes = _BOSS[self.family][not building]
        return self.rng.choice(shapes).format(n=boss.name, s=boss.surname)

    def site(self, site: Site) -> str:
        """The site as somebody calls it."""
        rng, roll = self.rng, self.rng.random()
        if self.family == "tuning":
            if roll < 0.12:
                return f"{swap_like(rng, site.base, tables.HOMOPHONES)}{site.kind}{site.phase}"
            return site.name + ("工地" if roll < 0.3 else "项目" if roll < 0.45 else "")
        if roll < 0.12:
            return f"{swap_like(rng, site.base, tables.LOOKALIKES)}{site.kind}{site.phase}"
        if roll < 0.3:
            return f"{site.name}{rng.randrange(1, 19)}号楼"
        return f"{site.base}{site.phase}{site.kind}" if roll < 0.5 and site.phase else site.name

    def project_as_employer(self, site: Site) -> str:
        """The project named where the firm was asked for."""
        return site.name + self.rng.choice(("项目部", "工地", "项目", ""))

    def person(self, person: Person) -> str:
        """A worker's name as the channel has it."""
        rng, roll = self.rng, self.rng.random()
        name = person.name
        if self.family == "tuning":
            if roll < 0.72:
                return name
            if roll < 0.81:
                return swap_like(rng, name, tables.HOMOPHONES)
            if roll < 0.91:
                return name[0] + rng.choice(("先生", "女士", "师傅"))
            return name[0] + "*" * (len(name) - 1) if roll < 0.95 else drop_one(rng, name)
        if roll < 0.66:
            return name
        if roll < 0.74:
            return swap_like(rng, name, tables.LOOKALIKES)
        if roll < 0.84:
            return rng.choice(("老", "小")) + name[0]
        if roll < 0.9:
            return " ".join(name)
        return _traditional(rng, name) if roll < 0.95 else f"{name}（代{rng.choice(('丈夫', '父亲', '工友'))}）"

    def phone(self, phone: str) -> str | None:
        """A phone as typed; None when it was not given."""
        rng, roll = self.rng, self.rng.random()
        if self.family == "tuning":
            if roll < 0.81:
                return phone
            if roll < 0.89:
                return f"{phone[:3]}****{phone[7:]}"
            return None if roll < 0.97 else _one_digit(rng, phone)
        if roll < 0.62:
            return phone
        if roll < 0.7:
            return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
        if roll < 0.8:
            return rng.choice((f"+86{phone}", f"86-{phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"))
        if roll < 0.84:
            return phone.translate(_WIDE)
        if roll < 0.9:
            return rng.choice((f"{phone[:7]}****", f"{phone[:3]}****{phone[7:]}"))
        return None if roll < 0.97 else phone[:3] + swap_two(rng, phone[3:])

    def identity(self, id_no: str) -> str | None:
        """An identity number as typed; None when it was not given."""
        rng, roll = self.rng, self.rng.random()
        if self.family == "tuning":
            return id_no if roll < 0.75 else f"{id_no[:6]}********{id_no[14:]}" if roll < 0.9 else None
        if roll < 0.72:
            return id_no
        if roll < 0.84:
            return f"{id_no[:10]}****{id_no[14:]}" if roll < 0.78 else f"{id_no[:14]}****"
        return id_no.lower() if roll < 0.88 else None if roll < 0.97 else _one_digit(rng, id_no[:17]) + id_no[17]


def _one_digit(rng: Random, digits: str) -> str:
    place = rng.randrange(3, len(digits))
    return f"{digits[:place]}{(int(digits[place]) + rng.randrange(1, 10)) % 10}{digits[place + 1 :]}"
