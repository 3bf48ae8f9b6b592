"""What people type into forms: read strictly, every mistake collected, so that one answer names them all."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import BinaryIO, TypeVar
from unicodedata import normalize

from starlette.datastructures import FormData, UploadFile

from casework.calendar import SHANGHAI
from console.guard import Wrong
from console.words import N_

LONGEST = 4_000
Day = TypeVar("Day", date, datetime)
YEARS = range(1949, 2100)
"""The years a day of this work lies in; beyond them dates cannot be counted with."""
_YUAN = re.compile(r"([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,6})?\Z")
"""Figures, with thousands commas where they belong; no other way of writing a number, which could be a slip."""
_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])\Z")
MISSING = N_("Please fill this in.")
NOT_A_NUMBER = N_("Please give a whole number, such as 12.")
NOT_MONEY = N_("Please give an amount in yuan, such as 4800 or 4800.50.")
NOT_A_DAY = N_("Please give a day, such as 2026-11-20.")
NOT_A_MOMENT = N_("Please give a day and time, such as 2026-11-20 09:30.")
NOT_A_MONTH = N_("Please give a month, such as 2026-10.")
NOT_OFFERED = N_("Please choose one of the answers offered.")
TOO_LONG = N_("This is too long; please shorten it.")
STALE = N_("This page is out of date. Please open it again.")


def day_of(text: str) -> date:
    """A day as it is written. Raises `ValueError` for anything else, and for a year that cannot be counted with."""
    return _countable(date.fromisoformat(text))


def moment_of(text: str) -> datetime:
    """A moment as it is written, with its zone if it has one. Raises `ValueError` as `day_of` does."""
    return _countable(datetime.fromisoformat(text))


def _countable(day: Day) -> Day:
    if day.year not in YEARS:
        raise ValueError("a year that cannot be counted with")
    return day


class Fields:
    """One posted form. Each reader returns the value or None and remembers the mistake; `done` raises them together."""

    def __init__(self, form: FormData) -> None:
        self.form = form
        self.errors: dict[str, str] = {}

    def wrong(self, name: str, words: str) -> None:
        """Remember a mistake; the first one of a field counts."""
        self.errors.setdefault(name, words)

    def done(self) -> None:
        """Raise `Wrong` when anything was."""
        if self.errors:
            raise Wrong(self.errors)

    def text(self, name: str, *, required: bool = False, longest: int = LONGEST) -> str | None:
        """A text, trimmed; None when empty, or too long to be asked with."""
        value = self.form.get(name)
        found = value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""
        found = found.replace("\x00", "")
        if not found and required:
            self.wrong(name, MISSING)
        if len(found) > longest:
            self.wrong(name, TOO_LONG)
            return None
        return found or None

    def needed(self, name: str, *, longest: int = LONGEST) -> str:
        """A text that must be there."""
        return self.text(name, required=True, longest=longest) or ""

    def _plain(self, name: str, *, required: bool) -> str | None:
        found = self.text(name, required=required, longest=60)
        return normalize("NFKC", found).replace(",", "").replace(" ", "") if found else None

    def whole(self, name: str, *, required: bool = False, least: int = 0) -> int | None:
        """A whole number."""
        found = self._plain(name, required=required)
        if found is None:
            return None
        if not found.isdecimal() or len(found) > 9 or int(found) < least:
            self.wrong(name, NOT_A_NUMBER)
            return None
        return int(found)

    def yuan(self, name: str, *, required: bool = False) -> Decimal | None:
        """An amount in yuan, not negative, at most two decimals."""
        typed = self.text(name, required=required, longest=60)
        if typed is None:
            return None
        found = normalize("NFKC", typed).replace(" ", "")
        amount = Decimal(found.replace(",", "")) if _YUAN.match(found) else None
        if amount is None or amount > 10**11 or amount != round(amount, 2):
            self.wrong(name, NOT_MONEY)
            return None
        return amount

    def day(self, name: str, *, required: bool = False) -> date | None:
        """A day."""
        found = self._plain(name, required=required)
        if found is None:
            return None
        try:
            return day_of(found)
        except ValueError:
            self.wrong(name, NOT_A_DAY)
            return None

    def moment(self, name: str, *, required: bool = False) -> datetime | None:
        """A moment on the office's clock, given back in UTC."""
        found = self.text(name, required=required, longest=40)
        if found is None:
            return None
        try:
            moment = datetime.fromisoformat(found.replace(" ", "T"))
        except ValueError:
            moment = None
        if moment is None or moment.year not in YEARS:
            self.wrong(name, NOT_A_MOMENT)
            return None
        return moment.replace(tzinfo=SHANGHAI).astimezone(UTC)

    def month(self, name: str, *, required: bool = False) -> str | None:
        """A month, YYYY-MM."""
        found = self._plain(name, required=required)
        if found is not None and not _MONTH.match(found):
            self.wrong(name, NOT_A_MONTH)
            return None
        return found

    def choice(self, name: str, offered: set[str], *, required: bool = True) -> str | None:
        """One of the codes offered."""
        found = self.text(name, required=required, longest=120)
        if found is not None and found not in offered:
            self.wrong(name, NOT_OFFERED)
            return None
        return found

    def many(self, name: str, offered: set[str] | None = None) -> list[str]:
        """Every value ticked, each once, in the order of the page."""
        found = list(dict.fromkeys(str(value) for value in self.form.getlist(name)))
        if offered is not None and not set(found) <= offered:
            self.wrong(name, NOT_OFFERED)
        return found

    def upload(self, name: str) -> bytes | None:
        """The bytes of a file that was chosen; None without one. No form is larger than `headers.LARGEST`."""
        value = self.form.get(name)
        if not isinstance(value, UploadFile):
            return None
        value.file.seek(0)
        return value.file.read() or None

    def stream(self, name: str) -> tuple[BinaryIO, str] | None:
        """A file that was chosen, open, and what it was called; None without one. It is not read into memory."""
        value = self.form.get(name)
        if not isinstance(value, UploadFile) or not value.size:
            return None
        value.file.seek(0)
        return value.file, (value.filename or "")[:200]

    def streams(self, name: str) -> list[BinaryIO]:
        """The files that were chosen, open, in their order. What they were called is not looked at."""
        found = [one for one in self.form.getlist(name) if isinstance(one, UploadFile) and one.size]
        for one in found:
            one.file.seek(0)
        return [one.file for one in found]

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.form.get(name) == "yes"

    def version(self, name: str = "version") -> int:
        """The version that travelled through the form. A form without one is not ours."""
        found = self._plain(name, required=True)
        if found is None or not found.isdecimal() or len(found) > 9:
            raise Wrong({name: STALE})
        return int(found)

    def typed(self) -> dict[str, list[str]]:
        """Everything as typed, to show the form again."""
        return {name: [value for value in self.form.getlist(name) if isinstance(value, str)] for name in self.form}
