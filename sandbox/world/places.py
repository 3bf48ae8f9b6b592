"""Where the world plays: the counties of China, home and its neighbours first. Facts from `data/places.tsv`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

_FILE = Path(__file__).parent / "data" / "places.tsv"


class Place(NamedTuple):
    """A county: its code, the city and province it lies in without 市 and 省, and its own name with 区, 市 or 县."""

    code: str
    province: str
    city: str
    name: str

    @property
    def short(self) -> str:
        """The name as people say it: 即墨, 莱西; a name of one character keeps its 县."""
        return self.name[:-1] if len(self.name) > 2 else self.name

    @property
    def ward(self) -> bool:
        """A district of its city rather than a county or a town."""
        return self.name.endswith("区")

    @property
    def at_home(self) -> bool:
        """Within the city of the demonstration."""
        return self.code.startswith("3702")

    @property
    def in_full(self) -> str:
        """City and county as an address has them; a town under a city stands alone."""
        return f"{self.city}市{self.name}" if self.ward else self.name


def _read() -> tuple[Place, ...]:
    lines = (line for line in _FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    places = []
    for line in lines:
        code, province, city, name = line.split("\t")
        places.append(Place(code, province, city, name))
    return tuple(places)


PLACES = _read()
HOME = PLACES[0]
"""The county next to its neighbours, then the rest of its province, then the provinces around it."""


@cache
def other_cities(place: Place) -> tuple[str, ...]:
    """The other cities of its province; a city that is a province has those of the one around it."""
    found = {one.city: None for one in PLACES if one.province == place.province and one.city != place.city}
    return tuple(found) or ("廊坊", "苏州", "成都")
