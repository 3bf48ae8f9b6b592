"""The answer to "did the money come?": what was typed, what is wrong with it, and what goes into the inbox."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from casework.money import fen_of, yuan_of
from casework.money_came import LONGEST
from casework.progress import Asked, MoneySaid
from counter.forms import SUM, plain

_EMPTY = {"came": "", "part": "", "words": ""}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read. `wrong` names fields and what is the matter, by the keys of `words.toml`."""

    typed: Mapping[str, str] = field(default_factory=lambda: dict(_EMPTY))
    wrong: Mapping[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def told(self) -> dict[str, object]:
        """What goes into the inbox: `came`, `part_fen` (None: not said), `words`."""
        came = MoneySaid(self.typed["came"])
        part = fen_of(Decimal(self.typed["part"])) if came is MoneySaid.PART else None
        return {"came": came is MoneySaid.YES, "part_fen": part, "words": self.typed["words"]}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the worker said last, as it is shown to them. `sum` in yuan where only a part came and we know how much."""

    came: MoneySaid
    sum: str = ""


def read_answer(given: FormData) -> Answer:
    """Read what was sent. Nothing of it is trusted and nothing raises."""
    typed = {name: plain(given.get(name)) for name in _EMPTY}
    wrong: dict[str, tuple[str, dict[str, Any]]] = {}
    typed["came"] = typed["came"] if typed["came"] in set(MoneySaid) else ""
    if not typed["came"]:
        wrong["came"] = ("choose", {})
    typed["words"] = typed["words"].strip()
    if len(typed["words"]) > LONGEST:
        wrong["words"], typed["words"] = ("too_long", {"most": LONGEST}), typed["words"][: LONGEST + 1]
    part = unicodedata.normalize("NFKC", typed["part"][:40]).strip().removesuffix("元").replace(",", "").strip()
    typed["part"] = part
    if typed["came"] == MoneySaid.PART:
        if not part:
            wrong["part"] = ("part_needed", {})
        elif not SUM.fullmatch(part) or not Decimal(part):
            wrong["part"] = ("sum_odd", {})
    return Answer(typed, wrong)


def shown_as(asked: Asked | None, lately: Mapping[str, object] | None) -> Shown | None:
    """What was said last: what lies in the inbox, else what the office has; None where nothing was said."""
    if lately is not None:
        part = lately.get("part_fen")
        if isinstance(part, int) and part > 0:
            return Shown(MoneySaid.PART, f"{yuan_of(part):,.2f}".removesuffix(".00"))
        return Shown(MoneySaid.YES if lately.get("came") is True else MoneySaid.NO)
    return Shown(asked.said) if asked is not None and asked.said is not None else None
