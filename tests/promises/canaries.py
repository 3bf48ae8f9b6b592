"""Canary people: complainants who exist once in the world and whose every fact can be found again, however written.

Names, homes and stories carry two characters from alphabets that stand nowhere else in the program or its texts; the
numbers begin alike and end differently. So what is found is theirs, and whose it is can be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sandbox.told import RosterLine, Told
from sandbox.world import numbers, people
from sandbox.world.places import HOME

SURNAMES = "翁隋甄覃霍辜瞿戚邬臧褚邸"
FIRST = (
    "佘佴俪冢咿唼囗埤埯娴嬷孀孱彷悖捭搋摒旮栉桊椐榫毽汶浼渲溲滟漤濉瀛"
    "炝猞甙疝皈砦硭筢筱簦簸縻纨纭胥艹茉茚蒈蚓邳钇铛镲闱阊颚鲒鹨黯鼹齑"
)
SECOND = (
    "亳匍叱喁喱喵噢囔圄垲埒埙妞娣婢嬗嵝慝掮杞柩柰栊栝椹沱洚淇爰窦笈笙"
    "籴罡耠腴臬芙苄蓥薷蜇蝈蟀蟥蠼诂诩赜踮踽蹇酡銎鏖铹隳霾靓鲰鳝鸶鹆黜"
)
MOST = 1_300
"""So many people have two characters each for name, home and story."""
PHONE, REGION, CARD = "199", "370282", "622848"
COUNTRY = "8613"
"""Begins the third group of every twentieth card: it may be read as the code of the country and a telephone."""
PHONES = ("{0}{1}{2}", "{0} {1} {2}", "{0}-{1}-{2}", "+86 {0}{1}{2}", "86-{0}-{1}-{2}", "{0}{1} {2}", "（{0}）{1}{2}")
"""How people write their telephone."""
CHANNELS = ("hotline_12345", "national_clue", "petition", "message_board", "mailbox", "wage_monitor", "self_report")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class Canary:
    """One complainant. `words` is what nobody else tells."""

    number: int
    name: str
    phone: str
    id_no: str
    card: str
    address: str
    words: str

    @property
    def mail(self) -> str:
        """An address of the telephone company: the number is the name."""
        return f"{self.phone}@139.example"


def make_canaries(count: int, rng: Random) -> list[Canary]:
    """So many people. Raises `ValueError` for more than there are names for."""
    if count > MOST:
        raise ValueError(count)
    return [_canary(number, rng) for number in range(count)]


def _pair(number: int) -> str:
    return FIRST[number // len(SECOND)] + SECOND[number % len(SECOND)]


def _canary(number: int, rng: Random) -> Canary:
    born = f"{rng.randrange(1962, 2004)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    first17 = f"{REGION}{born}{number % 1000:03d}"
    account = f"{rng.randrange(10**9):09d}"
    if number % 20 == 5:
        account = f"{account[:2]}{COUNTRY}{account[6:]}"
    return Canary(
        number,
        SURNAMES[number % len(SURNAMES)] + _pair(number),
        f"{PHONE}{rng.randrange(10_000):04d}{number:04d}",
        first17 + numbers.id_check(first17),
        f"{CARD}{account}{number:04d}",
        f"青岛市城阳区{_pair(MOST + number)}巷{number + 1}号",
        f"夜里在{_pair(2 * MOST + number)}岗守料",
    )


def in_writing(one: Canary, rng: Random) -> tuple[str, str, str]:
    """The telephone, the identity number and the card as somebody types them into a text."""
    phone = rng.choice(PHONES).format(one.phone[:3], one.phone[3:7], one.phone[7:])
    id_no = rng.choice((one.id_no, one.id_no, f"{one.id_no[:6]} {one.id_no[6:14]} {one.id_no[14:]}"))
    parted = " ".join(one.card[start : start + 4] for start in range(0, len(one.card), 4))
    card = rng.choice((one.card, parted))
    if rng.random() < 0.08:
        phone, id_no, card = (text.translate(_WIDE) for text in (phone, id_no, card))
    return phone, id_no, card


def story(one: Canary, employer: str, rng: Random) -> str:
    """What they tell, with everything in it that nobody else may read."""
    phone, id_no, card = in_writing(one, rng)
    name = rng.choice((one.name, one.name, f"{one.name[0]} {one.name[1:]}"))
    return (
        f"我叫{name}，电话{phone}，身份证号{id_no}，工资卡号{card}，家住{one.address}。"
        f"我在{employer}干活，{one.words}，从今年八月起工资一直没有发，找了多次没有结果。"
    )


@dataclass(frozen=True, slots=True)
class Firm:
    """Whom they complain about, and where."""

    name: str
    uscc: str
    site: str
    place: str


def make_firm(rng: Random) -> Firm:
    """A firm of the district with a site."""
    firm = people.make_employer(rng, HOME)
    sites = people.make_sites(rng, firm, HOME)
    code, address = people.make_address(rng, HOME)
    return Firm(firm.name, firm.uscc, sites[0].name if sites else address, code)


def tell(one: Canary, firm: Firm, channel: str, at: datetime, rng: Random, roster: tuple[Canary, ...] = ()) -> Told:
    """Their complaint as a channel takes it; `roster` are those who complain with them."""
    lines: tuple[RosterLine, ...] = tuple(
        (mate.name, mate.phone, mate.id_no, Decimal(rng.randrange(30, 300) * 100)) for mate in (one, *roster)
    )
    return Told(
        key=f"{one.number + 1:06d}",
        channel=channel,
        told_at=at - timedelta(minutes=rng.randrange(20, 1_200)),
        case=firm.name,
        claim=one.name,
        title="反映工资被拖欠",
        narrative=story(one, firm.name, rng),
        employer_name=firm.name,
        employer_uscc=firm.uscc if rng.random() < 0.5 else None,
        site_name=firm.site,
        district_code=firm.place,
        complainant_name=one.name,
        complainant_phone=one.phone,
        complainant_id_no=one.id_no,
        workers_count=len(lines),
        amount_owed=sum((line[3] for line in lines if line[3]), Decimal(0)),
        arrears_from="2026-08",
        arrears_to="2026-09",
        rural=rng.random() < 0.5,
        confidential=rng.random() < 0.1,
        roster=lines if roster else (),
    )
