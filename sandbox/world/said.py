"""What one teller says of a dispute on one channel: the words for the text, the values for the fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.world import wording
from sandbox.world.books import BOOKS
from sandbox.world.people import Dispute, Person
from sandbox.world.spelling import Spelled, Speller

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEXT_ONLY = ("message_board", "mailbox")
EXACT = "as registered by machine"

_CARRIES: dict[str, dict[str, float]] = {
    "hotline_12345": {"employer_name": 0.85, "site_address": 0.3, "district_code": 0.9, "complainant_name": 1,
                      "complainant_phone": 1},
    "national_clue": {"employer_name": 1, "employer_uscc": 0.12, "site_name": 0.85, "site_address": 0.7,
                      "district_code": 1, "complainant_name": 1, "complainant_phone": 1, "complainant_id_no": 0.9,
                      "workers_count": 1, "amount_owed": 1, "arrears_from": 0.95, "arrears_to": 0.95},
    "petition": {"employer_name": 0.55, "district_code": 1, "complainant_name": 1, "complainant_phone": 1,
                 "complainant_id_no": 0.95, "workers_count": 0.8},
    "message_board": {},
    "mailbox": {},
    "wage_monitor": {"employer_name": 1, "employer_uscc": 0.9, "site_name": 1, "district_code": 1,
                     "complainant_name": 1, "complainant_phone": 1, "complainant_id_no": 1, "amount_owed": 1,
                     "arrears_from": 1, "arrears_to": 1},
    "walk_in": {"employer_name": 0.95, "employer_uscc": 0.08, "boss_name": 0.5, "site_name": 0.8, "site_address": 0.6,
                "district_code": 1, "complainant_name": 1, "complainant_phone": 1, "complainant_id_no": 0.9,
                "workers_count": 1, "amount_owed": 0.95, "arrears_from": 0.9, "arrears_to": 0.9},
}  # fmt: skip
"""How often a channel's field holds the fact when the teller knows it."""
_DOORS: dict[str, dict[str, float]] = {"message_board": {"district_code": 0.75}, "mailbox": {"district_code": 1}}
_FIELD = {"employer": "employer_name", "site": "site_name", "boss": "boss_name", "boss_phone": "",
          "address": "site_address", "name": "complainant_name", "phone": "complainant_phone",
          "id_no": "complainant_id_no"}  # fmt: skip
"""Where there are many offices, a mailbox is one county's, and a leader written to is mostly a county's."""


@dataclass(slots=True)
class Teller:
    """One claim's voice: the worker, the crew's speaker, or nobody one can name."""

    claim: str
    kind: str
    person: Person
    amount: int
    heads: int
    phone: str
    channel: str = ""


class Said:
    """The draw of one telling: which facts are known and how each is spelled."""

    def __init__(
        self, spell: Speller, dispute: Dispute, teller: Teller, channel: str, at: datetime, knows: str | None
    ) -> None:
        self.rng = spell.rng
        self.dispute = dispute
        self.teller = teller
        self.channel = channel
        self._book = BOOKS[spell.family]
        self._carries = _DOORS.get(channel, _CARRIES[channel]) if spell.wide else _CARRIES[channel]
        local = at.astimezone(SHANGHAI)
        self.now = local.year * 12 + local.month - 1
        self._exact = channel == "wage_monitor"
        self.how: list[str] = []
        self._name_employer(spell, knows or self._draw_knows())
        self._name_person(spell)
        exact = (dispute.first_month, dispute.last_month)
        self.first, self.last = exact if self._exact else spell.months(dispute, self.now)
        if (self.first, self.last) != exact:
            self.how.append("months: one off")
        self.amount = spell.amount(teller.amount)
        if self.amount != teller.amount:
            self.how.append("amount: rounded")

    def _draw_knows(self) -> str:
        roll = self.rng.random()
        if self._exact:
            return "both"
        if self.dispute.site is None:
            return "employer" if roll < 0.93 else "boss"
        if self.teller.kind == "anon":
            return "both" if roll < 0.85 else "site"
        return "both" if roll < 0.64 else "employer" if roll < 0.74 else "site" if roll < 0.86 else "boss"

    def _name_employer(self, spell: Speller, knows: str) -> None:
        d, rng, site = self.dispute, self.rng, self.dispute.site
        firm = Spelled(d.employer.name, EXACT) if self._exact else spell.employer(d.employer)
        if knows == "brief":
            firm = Spelled(d.employer.brand + d.employer.trade_word[:2], "firm: hardly more than the brand")
        where = Spelled(None, "") if site is None else Spelled(site.name, EXACT) if self._exact else spell.site(site)
        tells_boss = knows == "boss" or rng.random() < 0.22
        boss = spell.person(d.boss) if tells_boss else Spelled(None, "")
        self.boss = boss.text.split("（")[0] if boss.text else None
        self.employer_in_text, self.site_for_firm = firm.text, False
        if knows == "site" and site is not None:
            firm, self.employer_in_text, self.site_for_firm = spell.project_as_employer(site), None, True
        elif knows == "boss":
            firm = spell.boss(d.boss, building=site is not None)
            self.employer_in_text = None if site is not None else d.employer.brand + "公司"
        self.employer = firm.text
        self.site = where.text if knows in ("both", "site", "boss") else None
        self.how += [firm.kind, where.kind] if self.site else [firm.kind]
        tells_phone = knows == "boss" or (tells_boss and rng.random() < 0.4)
        self.boss_phone = spell.phone(d.boss.phone).text if tells_phone else None
        self.address = d.address if rng.random() < (0.9 if site is None and knows == "boss" else 0.3) else None

    def _name_person(self, spell: Speller) -> None:
        teller = self.teller
        self.name = self.phone = self.id_no = None
        if teller.kind == "anon":
            self.how.append("person: anonymous")
        elif self._exact:
            self.name, self.phone, self.id_no = teller.person.name, teller.phone, teller.person.id_no
        else:
            said = spell.person(teller.person), spell.phone(teller.phone), spell.identity(teller.person.id_no)
            self.name, self.phone, self.id_no = (one.text for one in said)
            self.how += [one.kind for one in said]
        if self.phone and teller.phone != teller.person.phone:
            self.how.append("phone: an agent's")

    def facts(self) -> wording.Facts:
        """The words for the narrative: everything where the channel has no fields, a part where it has."""
        rng, d, text_only = self.rng, self.dispute, self.channel in TEXT_ONLY
        facts: wording.Facts = {"job": d.job, "count": str(d.months), "we": self._we()}
        if d.employer.trade.construction:
            facts["building"] = "yes"
        said: dict[str, str | None] = {
            "employer": self.employer_in_text,
            "site": self.site,
            "boss": self.boss,
            "boss_phone": self.boss_phone,
            "name": self.name,
            "address": self.address if text_only or rng.random() < 0.5 else None,
            "phone": self.phone if text_only or rng.random() < 0.3 else None,
            "id_no": self.id_no if text_only and rng.random() < 0.12 else None,
        }
        if text_only or self.channel in ("hotline_12345", "petition") or rng.random() < 0.6:
            said["amount"] = self._book.amount(rng, self.amount) if rng.random() < 0.88 else None
        said["period"] = self._book.period(rng, self.first, self.last, self.now)
        if self.teller.kind == "crew":
            said["heads"] = str(self.teller.heads)
        if text_only and (self.name or self.phone) and rng.random() < 0.85:
            facts["contact"] = "yes"
        facts.update({key: value for key, value in said.items() if value})
        return facts

    def _we(self) -> str:
        if self.teller.kind == "crew":
            return self.rng.choice(wording.CREW_PRONOUNS)
        third = self.channel in ("hotline_12345", "walk_in")
        return self.rng.choice(wording.THIRD_PRONOUNS if third else wording.ONE_PRONOUNS)

    def fields(self) -> dict[str, Any]:
        """The values for the channel's own fields."""
        d, rng = self.dispute, self.rng
        district = d.street_code if rng.random() < 0.5 else d.employer.district
        known: dict[str, Any] = {
            "employer_name": self.employer,
            "employer_uscc": d.employer.uscc if self.employer_in_text else None,
            "boss_name": self.boss,
            "site_name": self.site,
            "site_address": self.address,
            "district_code": district,
            "complainant_name": self.name,
            "complainant_phone": self.phone,
            "complainant_id_no": self.id_no,
            "workers_count": self.teller.heads,
            "amount_owed": Decimal(self.amount),
            "arrears_from": wording.month_text(self.first),
            "arrears_to": wording.month_text(self.last),
        }
        return {field: known[field] for field, often in self._carries.items() if rng.random() < often}

    def facts_in(self, text: str, fields: dict[str, Any]) -> tuple[str, ...]:
        """Which facts that could tell one dispute from another stand in the text or in a field."""
        told = {"employer": self.employer_in_text, "site": self.site, "boss": self.boss, "boss_phone": self.boss_phone,
                "address": self.address, "name": self.name, "phone": self.phone, "id_no": self.id_no}  # fmt: skip
        found = {fact for fact, value in told.items() if value and (value in text or fields.get(_FIELD[fact]) == value)}
        if "employer_name" in fields and self.employer_in_text is None:
            found.add("site" if self.site_for_firm else "boss")
        return tuple(sorted(found))
