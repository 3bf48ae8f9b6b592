"""The two languages of the screen, through gettext catalogues. The source strings are English; Chinese is the default.

Two contexts besides plain messages: `said` are sentences that services raise, with places for values; `evidence` are
the linker's sentences on a pair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from casework.articles import in_full

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = {"zh_CN": "zh-CN", "en": "en"}
DEFAULT = "zh_CN"
SAID = "said"
FURTHER: dict[str, str] = {}
"""Titles of the office's own further channels: English and Chinese."""
_START = 8
_PLACE = re.compile(r"\\\{(\d)\\\}")


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a message for the catalogues where it is not yet shown."""
    return message


@dataclass(frozen=True)
class Words:
    """One language: plain messages, and the sentences of services recognised by their shape."""

    language: str
    translations: Translations
    shapes: tuple[tuple[re.Pattern[str], str], ...]

    @property
    def html_lang(self) -> str:
        """The value of the `lang` attribute."""
        return LANGUAGES[self.language]

    def say(self, message: str) -> str:
        """One message of the console's own; or what the office itself calls a channel that it has added."""
        if message in FURTHER and self.language == DEFAULT:
            return FURTHER[message]
        return str(self.translations.gettext(message)) if message else ""

    def count(self, one: str, many: str, number: int) -> str:
        """One message that depends on a number."""
        return str(self.translations.ngettext(one, many, number))

    def said(self, sentence: str) -> str:
        """A sentence raised by a service; values found in it are set into the translated one."""
        for shape, translated in self.like(sentence):
            found = shape.fullmatch(sentence)
            if found:
                values = [self._cited(self.said(value.strip())) for value in found.groups()]
                return _fill(translated, values)
        return self.say(sentence)

    def like(self, sentence: str) -> Sequence[tuple[re.Pattern[str], str]]:
        """The shapes that the sentence can have by its first letters, in their order."""
        return self._by_start.get(sentence[:_START], self._by_start[""])

    @cached_property
    def _by_start(self) -> Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]:
        """The shapes that a sentence of these first letters can have, in their order; "": of any other letters."""
        starts = [_start_of(shape) for shape, _ in self.shapes]
        paired = list(zip(starts, self.shapes, strict=True))
        return {one: tuple(shape for start, shape in paired if start in ("", one)) for one in {"", *starts}}

    def _cited(self, value: str) -> str:
        """An article set into a sentence, in Chinese by the name of its law."""
        return in_full(value).replace("中华人民共和国", "") if "§" in value and self.language == "zh_CN" else value


def _start_of(shape: re.Pattern[str]) -> str:
    """The first letters of every sentence of a shape; "" where it begins with a place, or soon has one."""
    literal = re.sub(r"(?s)\\(.)", r"\1", shape.pattern.partition("(.*?)")[0])
    return literal[:_START] if len(literal) >= _START else ""


def _fill(template: str, values: list[str]) -> str:
    for place, value in enumerate(values):
        template = template.replace("{" + str(place) + "}", value)
    return template


def shape_of(template: str) -> re.Pattern[str]:
    """The pattern of every sentence made from a template with places `{0}`, `{1}` in the order they stand."""
    return re.compile(_PLACE.sub("(.*?)", re.escape(template)), re.DOTALL)


@cache
def words(language: str) -> Words:
    """The catalogue of a language, compiled in memory from its .po file."""
    path = LOCALE / language / "LC_MESSAGES" / "arrears.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    shapes = [
        (shape_of(str(message.id)), str(message.string or message.id))
        for message in catalog
        if message.context == SAID and message.id
    ]
    # What begins with a place would swallow the words that a longer sentence begins with: it comes last.
    shapes.sort(key=lambda pair: (pair[0].pattern.startswith("(.*?)"), -len(pair[0].pattern.replace("(.*?)", ""))))
    return Words(language, Translations(compiled), tuple(shapes))


def known(language: str | None) -> str:
    """A language we speak: the one asked for, or the default."""
    return language if language in LANGUAGES else DEFAULT
