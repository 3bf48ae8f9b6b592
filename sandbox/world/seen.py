"""The two families of spelling that are looked at while the linker is made: one to tune it on, one to report it on.

They differ in the kinds of mistake and not only in the draw: homophones, dropped and swapped characters and 张师傅 in
the one; look-alikes, brackets, former names, traditional characters and 老张 in the other.
"""

from __future__ import annotations

from random import Random

from sandbox.world import tables
from sandbox.world.manners import (
    Manner,
    Way,
    Ways,
    as_it_is,
    brief,
    changed,
    drop_one,
    not_given,
    one_digit,
    registered,
    short,
    sounds,
    swap_like,
    swap_two,
)  # fmt: skip
from sandbox.world.people import Employer, Site

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


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


def _no_region(_rng: Random, e: Employer) -> str:
    return f"{e.brand}{e.trade_word}{e.suffix}"


def _suffix(rng: Random, e: Employer) -> str:
    return f"{e.region}{e.brand}{e.trade_word}{rng.choice(('有限公司', '有限责任公司', '公司', '股份有限公司'))}"


def _region(rng: Random, e: Employer) -> str:
    place = e.place
    city = place.city
    region = rng.choice((city, city + "市", place.province, city + place.short, place.name, place.in_full))
    return f"{region}{e.brand}{e.trade_word}{e.suffix}"


def _looks(rng: Random, e: Employer) -> str:
    return f"{e.region}{swap_like(rng, e.brand, tables.LOOKALIKES)}{e.trade_word}{e.suffix}"


def _misheard_trade(rng: Random, e: Employer) -> str:
    return f"{e.region}{e.brand}{swap_like(rng, e.trade_word, tables.HOMOPHONES)}{e.suffix}"


def _bracket_region(rng: Random, e: Employer) -> str:
    left, right = rng.choice((("（", "）"), ("(", ")")))
    return f"{e.brand}{left}{e.region}{right}{e.trade_word}{e.suffix}"


def _branch(rng: Random, e: Employer) -> str:
    branches = (f"{e.place.short}分公司", "第一分公司", "（总部）", "项目管理部", "人事部", "劳务班组")
    return e.name + rng.choice(branches)


def former(rng: Random, e: Employer) -> str:
    """With or under the name it had as a works."""
    return rng.choice((f"{e.name}（原{e.brand}{e.trade_word}厂）", f"原{e.brand}{e.trade_word}厂"))


def _spaced(rng: Random, e: Employer) -> str:
    return rng.choice(
        (f" {e.region} {e.brand}{e.trade_word} {e.suffix}", f"{e.name}。", f"“{e.name}”", f"{e.name}\u3000")
    )


def _cut(_rng: Random, e: Employer) -> str:
    return e.name[: max(len(e.region) + len(e.brand) + 2, 7)]


def _site(_rng: Random, site: Site) -> str:
    return site.name


def _heard_site(rng: Random, site: Site) -> str:
    return f"{swap_like(rng, site.base, tables.HOMOPHONES)}{site.kind}{site.phase}"


def _seen_site(rng: Random, site: Site) -> str:
    return f"{swap_like(rng, site.base, tables.LOOKALIKES)}{site.kind}{site.phase}"


def _stars(_rng: Random, name: str) -> str:
    return name[0] + "*" * (len(name) - 1)


TUNING = Manner(
    firms=Ways(
        Way(0.27, "firm: as registered", registered),
        Way(0.12, "firm: without its region", _no_region),
        Way(0.17, "firm: in short", short),
        Way(0.08, "firm: hardly more than the brand", brief),
        Way(0.08, "firm: another legal form", _suffix),
        Way(0.07, "firm: its region said otherwise", _region),
        Way(0.11, "firm: a homophone", sounds),
        Way(0.05, "firm: a character dropped", changed(drop_one)),
        Way(0.05, "firm: two characters swapped", changed(swap_two)),
    ),
    sites=Ways(
        Way(0.12, "site: a homophone", _heard_site),
        Way(0.18, "site: 工地 added", lambda _, site: site.name + "工地"),
        Way(0.15, "site: 项目 added", lambda _, site: site.name + "项目"),
        Way(0.55, "site: as registered", _site),
    ),
    persons=Ways(
        Way(0.72, "person: whole", as_it_is),
        Way(0.09, "person: a homophone", lambda rng, name: swap_like(rng, name, tables.HOMOPHONES)),
        Way(0.10, "person: surname and title", lambda rng, name: name[0] + rng.choice(("先生", "女士", "师傅"))),
        Way(0.04, "person: masked", _stars),
        Way(0.05, "person: a character dropped", drop_one),
    ),
    phones=Ways(
        Way(0.81, "phone: whole", as_it_is),
        Way(0.08, "phone: masked", lambda _, phone: f"{phone[:3]}****{phone[7:]}"),
        Way(0.08, "phone: not given", not_given),
        Way(0.03, "phone: a digit wrong", one_digit),
    ),
    id_nos=Ways(
        Way(0.75, "identity number: whole", as_it_is),
        Way(0.15, "identity number: masked", lambda _, id_no: f"{id_no[:6]}********{id_no[14:]}"),
        Way(0.10, "identity number: not given", not_given),
    ),
    bosses=(("包工头{n}", "{s}老板", "老板{n}", "{n}（包工头）"), ("{s}老板", "老板{n}", "{n}")),
    projects=("项目部", "工地", "项目", ""),
)

REPORTING = Manner(
    firms=Ways(
        Way(0.24, "firm: as registered", registered),
        Way(0.14, "firm: in short", short),
        Way(0.08, "firm: hardly more than the brand", brief),
        Way(0.08, "firm: a look-alike", _looks),
        Way(0.08, "firm: its region in brackets", _bracket_region),
        Way(0.07, "firm: a branch or department", _branch),
        Way(0.06, "firm: its trade misheard", _misheard_trade),
        Way(0.05, "firm: traditional characters", changed(_traditional)),
        Way(0.05, "firm: a homophone", sounds),
        Way(0.05, "firm: spaces and marks", _spaced),
        Way(0.04, "firm: cut off", _cut),
        Way(0.03, "firm: a character doubled", changed(double_one)),
        Way(0.03, "firm: a character too many", changed(add_one)),
    ),
    sites=Ways(
        Way(0.12, "site: a look-alike", _seen_site),
        Way(0.18, "site: a building of it", lambda rng, site: f"{site.name}{rng.randrange(1, 19)}号楼"),
        Way(0.20, "site: its phase before its kind", lambda _, site: f"{site.base}{site.phase}{site.kind}"),
        Way(0.50, "site: as registered", _site),
    ),
    persons=Ways(
        Way(0.66, "person: whole", as_it_is),
        Way(0.08, "person: a look-alike", lambda rng, name: swap_like(rng, name, tables.LOOKALIKES)),
        Way(0.10, "person: nickname", lambda rng, name: rng.choice(("老", "小")) + name[0]),
        Way(0.06, "person: spaced", lambda _, name: " ".join(name)),
        Way(0.05, "person: traditional characters", _traditional),
        Way(0.05, "person: somebody for them", lambda rng, name: f"{name}（代{rng.choice(('丈夫', '父亲', '工友'))}）"),
    ),
    phones=Ways(
        Way(0.62, "phone: whole", as_it_is),
        Way(0.08, "phone: spaced", lambda _, phone: f"{phone[:3]} {phone[3:7]} {phone[7:]}"),
        Way(
            0.10,
            "phone: with prefix or dashes",
            lambda rng, phone: rng.choice((f"+86{phone}", f"86-{phone}", f"{phone[:3]}-{phone[3:7]}-{phone[7:]}")),
        ),
        Way(0.04, "phone: full-width digits", lambda _, phone: phone.translate(_WIDE)),
        Way(
            0.06,
            "phone: masked",
            lambda rng, phone: rng.choice((f"{phone[:7]}****", f"{phone[:3]}****{phone[7:]}")),
        ),
        Way(0.07, "phone: not given", not_given),
        Way(0.03, "phone: two digits swapped", lambda rng, phone: phone[:3] + swap_two(rng, phone[3:])),
    ),
    id_nos=Ways(
        Way(0.72, "identity number: whole", as_it_is),
        Way(0.06, "identity number: masked", lambda _, id_no: f"{id_no[:10]}****{id_no[14:]}"),
        Way(0.06, "identity number: its end masked", lambda _, id_no: f"{id_no[:14]}****"),
        Way(0.04, "identity number: lower case", lambda _, id_no: id_no.lower()),
        Way(0.09, "identity number: not given", not_given),
        Way(0.03, "identity number: a digit wrong", lambda rng, id_no: one_digit(rng, id_no[:17]) + id_no[17]),
    ),
    bosses=(("{n}工程队", "{s}总", "{n}班组", "个人{n}", "工头{n}"), ("{s}总", "个体{n}", "{n}（老板）")),
    projects=("项目部", "工地", "项目", ""),
)
