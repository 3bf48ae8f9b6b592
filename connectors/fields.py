"""A record used up field by field: each is taken, ignored by name, or spoken of.

Readers turn text into facts and raise `Unreadable` with a code, the field and words for a clerk; they never quote the
value, for it may be personal.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation, Overflow

from casework.calendar import SHANGHAI
from casework.errors import Unreadable
from casework.record import UNPARSED, Json, RawRecord
from connectors.base import Channel

_UNSEEN = re.compile("[\u200b-\u200f\ufeff]")
_EPOCH, _SERIAL = re.compile(r"\d{9,10}"), re.compile(r"\d{5}(\.\d+)?")
_EXCEL_EPOCH = date(1899, 12, 30)
_EARLIEST_YEAR, _LATEST_YEAR = 1949, 2100
_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
_MONTH = re.compile(r"((?:19|20)\d\d)\s*[-年/.]?\s*((?:1[0-2]|0[1-9])(?=\D|\d\d(?:\D|\Z)|\Z)|[1-9](?=\D|\Z))", re.ASCII)
_CLOCK_FORMS = ("", " %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M")


def tidy(value: str) -> str:
    """NFKC, outer white space and zero-width marks gone: what is compared with a form, not what is stored."""
    return value.strip() if value.isascii() else _UNSEEN.sub("", unicodedata.normalize("NFKC", value)).strip()


def _says_nothing(value: str) -> bool:
    """Whether nothing of a text is left when it is tidy. A text that begins with a letter or figure has that."""
    return not value[:1].isalnum() and not tidy(value)


def as_moment(text: str, *, field: str) -> datetime:
    """An aware UTC moment from ISO text with a zone, from Chinese local time, from epoch seconds or an Excel serial."""
    try:
        at = _moment_of(tidy(text))
    except OverflowError:
        at = datetime.max.replace(tzinfo=UTC)
    if at is None:
        raise Unreadable("date_unreadable", f"The date in {field} is not one we can read.", field=field)
    if not _EARLIEST_YEAR <= at.year <= _LATEST_YEAR:
        raise Unreadable("date_impossible", f"The date in {field} cannot be true.", field=field)
    return at


def _moment_of(plain: str) -> datetime | None:
    if _EPOCH.fullmatch(plain):
        return datetime.fromtimestamp(int(plain), UTC)
    if _SERIAL.fullmatch(plain):
        days = Decimal(plain)
        at = datetime.combine(_EXCEL_EPOCH, datetime.min.time()) + timedelta(seconds=round(float(days) * 86400))
        return at.replace(tzinfo=SHANGHAI).astimezone(UTC)
    try:
        iso = datetime.fromisoformat(plain)
    except ValueError:
        pass
    else:
        return (iso if iso.tzinfo else iso.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    for day in _DATE_FORMS:
        for clock in _CLOCK_FORMS:
            try:
                return datetime.strptime(plain, day + clock).replace(tzinfo=SHANGHAI).astimezone(UTC)
            except ValueError:
                continue
    return None


def as_money(text: str, *, field: str, unit: str = "yuan") -> Decimal:
    """Decimal yuan from "12,345.60元", "3.2万", "￥5000". `unit` is "yuan" or "wan" (万元) for a bare number."""
    plain = tidy(text).replace(",", "").replace(" ", "").removeprefix("¥").removeprefix("￥").removeprefix("RMB")
    scale = Decimal(10_000) if unit == "wan" else Decimal(1)
    for ending, factor in (("万元", 10_000), ("万", 10_000), ("元", 1), ("块", 1)):
        if plain.endswith(ending):
            plain, scale = plain.removesuffix(ending), Decimal(factor)
            break
    try:
        amount = Decimal(plain) * scale
    except (InvalidOperation, Overflow) as no_number:
        raise Unreadable("amount_unreadable", f"The amount in {field} is not a number.", field=field) from no_number
    if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 12:
        raise Unreadable("amount_impossible", f"The amount in {field} cannot be true.", field=field)
    return amount.quantize(Decimal("0.01"))


def as_count(text: str, *, field: str) -> int:
    """A whole number of persons from "12", "１２人", "12.0"."""
    found = re.fullmatch(r"(\d{1,6})(\.0+)?\s*[人名位]?", tidy(text))
    if not found:
        raise Unreadable("count_unreadable", f"The number in {field} is not a whole number.", field=field)
    return int(found[1])


def as_month(text: str, *, field: str) -> str:
    """YYYY-MM from "2026-08", "2026年8月", "202608", "2026/8/1"."""
    found = _MONTH.match(tidy(text))
    if not found:
        raise Unreadable("month_unreadable", f"The month in {field} is not one we can read.", field=field)
    return f"{found[1]}-{int(found[2]):02d}"


class Fields:
    """The fields of one record. Take each once; `done()` speaks of those that nobody took."""

    def __init__(self, raw: RawRecord, channel: Channel) -> None:
        if UNPARSED in raw.payload:
            raise Unreadable("not_well_formed", "The record is not well-formed; what was received is kept.")
        self._payload = raw.payload
        self._channel = channel
        self._left = set(raw.payload) - channel.ignores

    def raw(self, name: str) -> Json:
        """The value as it is; None where it is absent or empty text."""
        self._left.discard(name)
        value = self._payload.get(name)
        return None if isinstance(value, str) and (not value or _says_nothing(value)) else value

    def text(self, name: str, *, longest: int = 20_000) -> str | None:
        """Text as said, outer white space gone. A number is refused: an id that was a number has lost digits."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise Unreadable("not_text", f"The field {name} should be text.", field=name)
        if len(value) > longest:
            raise Unreadable("too_long", f"The field {name} is longer than {longest} characters.", field=name)
        if "\x00" in value:
            raise Unreadable("bad_character", f"The field {name} holds a character that is not text.", field=name)
        return value.strip()

    def _number_text(self, name: str) -> str | None:
        value = self.raw(name)
        if isinstance(value, bool | list | dict):
            raise Unreadable("wrong_type", f"The field {name} should be a number.", field=name)
        return None if value is None else str(value)

    def needed(self, name: str) -> str:
        """Text that must be there."""
        value = self.text(name)
        if value is None:
            raise Unreadable("missing", f"The field {name} is empty.", field=name)
        return value

    def code(self, name: str, table: str | None = None) -> str | None:
        """Our word for the channel's code, by the table in the channel's `.toml`. An unknown code is refused."""
        value = self.raw(name)
        if value is None:
            return None
        known = self._channel.codes.get(table or name, {})
        if isinstance(value, bool) or str(value) not in known:
            raise Unreadable("code_unknown", f"The code in {name} is not in the channel's table.", field=name)
        return known[str(value)]

    def flag(self, name: str) -> bool | None:
        """A yes or no sent as true, "1", "是", "0", "否"."""
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        plain = tidy(str(value)).lower()
        if plain in {"1", "true", "y", "是"}:
            return True
        if plain in {"0", "false", "n", "否"}:
            return False
        raise Unreadable("flag_unknown", f"The field {name} is neither yes nor no.", field=name)

    def moment(self, name: str) -> datetime | None:
        """An aware UTC moment."""
        value = self._number_text(name)
        return None if value is None else as_moment(value, field=name)

    def needed_moment(self, name: str) -> datetime:
        """An aware UTC moment that must be there."""
        at = self.moment(name)
        if at is None:
            raise Unreadable("missing", f"The field {name} is empty.", field=name)
        return at

    def day(self, name: str) -> date | None:
        """A day in Asia/Shanghai."""
        at = self.moment(name)
        return None if at is None else at.astimezone(SHANGHAI).date()

    def month(self, name: str) -> str | None:
        """A month, YYYY-MM."""
        value = self._number_text(name)
        return None if value is None else as_month(value, field=name)

    def money(self, name: str, *, unit: str = "yuan") -> Decimal | None:
        """Decimal yuan; `unit` "wan" where the channel sends 万元."""
        value = self._number_text(name)
        return None if value is None else as_money(value, field=name, unit=unit)

    def count(self, name: str) -> int | None:
        """A whole number of persons."""
        value = self._number_text(name)
        return None if value is None else as_count(value, field=name)

    def done(self) -> tuple[str, ...]:
        """Remarks on fields that nobody took and nobody ignores by name: news from the channel, not an error."""
        return tuple(f"unknown_field:{name}" for name in sorted(self._left))
