"""Numbers as people write them: the one reader of figures, for what is hidden and for what the public may not read.

In one piece or in groups, with dots, dashes, spaces or nothing to be seen between; in figures of any width and script,
Chinese ones and those of cheques (壹贰叁) among them; with a piece that reads as a day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from unicodedata import category, digit

_ROWS = ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "零壹貳參肆伍陸柒捌玖")
_SPELLED = {letter: str(figure) for row in _ROWS for figure, letter in enumerate(row)} | {"幺": "1", "○": "0"}
_TENS = "XxＸｘⅩⅹ"
"""The X that ends an identity number, in one piece or as the Roman ten."""
_RAISED = (
    "²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒፩-፱᧚"
    "\U00010a40-\U00010a43\U00010e60-\U00010e68\U00011052-\U0001105a\U0001f100-\U0001f10a"
)
"""Figures that are none of a decimal script: raised, in circles, with a dot. `\\d` holds all others."""
SPELLED = f"[{''.join(_SPELLED)}]"
"""One figure that is spelled as a word, or the ring that stands for none."""
FIGURE = rf"[\d{_RAISED}{''.join(_SPELLED)}{_TENS}]"
"""One figure of a number of a person, in whatever spelling; the X ends an identity number."""
UNSEEN = "\u200b"
"""What `in_figures` makes of signs that print as nothing or upon another: formats, marks, keys round a figure."""
GAP = r"(?:(?!○)[\W_]){0,3}"
"""What may stand between two figures of one number."""
MEETING = re.compile(rf"(?<=\d)(?=[{_RAISED}{''.join(_SPELLED)}])|(?<=[{_RAISED}{''.join(_SPELLED)}])(?=\d)")
"""Where a figure of a decimal script meets one of another kind: those of ①138 or 三138 need not be of one number."""
_LEAST = 7
_RUN = re.compile(rf"{FIGURE}(?:{GAP}{FIGURE}){{{_LEAST - 1},}}")
_NO_FIGURE = re.compile(r"[^\dX]+")
_DAYS = re.compile(
    r"(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])(?!\d)"
    r"(?:[ T]?\d{1,2}:\d\d(?::\d\d)?(?!\d))?[\W_]*)+"
)
_UNSEEN_KINDS = frozenset({"Cf", "Mn", "Me"})
_WIDE, _WIDTH, _WIDE_SPACE = range(0xFF01, 0xFF5F), 0xFEE0, 0x3000


class _Plain(dict[int, int]):
    """Letter by letter, what it is called in one width and with the figures 0 to 9; learned as it is met."""

    def __missing__(self, code: int) -> int:
        letter = chr(code)
        value = digit(letter, None)
        plain = " " if code == _WIDE_SPACE else chr(code - _WIDTH) if code in _WIDE else letter
        if value is not None or letter in _SPELLED:
            plain = _SPELLED.get(letter) or str(value)
        elif letter in _TENS:
            plain = "X"
        elif category(letter) in _UNSEEN_KINDS:
            plain = UNSEEN
        self[code] = found = ord(plain)
        return found


_PLAIN = _Plain()


def in_figures(text: str) -> str:
    """A text with every figure as one of 0 to 9, in one width, the X large: letter for letter, so that places hold.

    What is not seen is `UNSEEN`.
    """
    return text.translate(_PLAIN)


def readings(text: str) -> tuple[str, ...]:
    """A text in figures, without what is not seen: as it stands, and with kinds of figures apart: ①138… is no 1138…."""
    whole, apart = (in_figures(one).replace(UNSEEN, "") for one in (text, MEETING.sub(",", text)))
    return (whole,) if whole == apart else (whole, apart)


def figures_near(text: str) -> bool:
    """Whether seven figures stand near each other, days among them: with fewer a text holds no number of a person."""
    return _RUN.search(text) is not None


def may_hold_number(text: str) -> bool:
    """Whether seven figures stand near each other that are no days, written as 2026-11-20, and nothing else."""
    at = 0
    while (run := _RUN.search(text, at)) is not None:
        if not _DAYS.fullmatch(in_figures(run[0])):
            return True
        at = run.end()
    return False


def without_numbers(text: str, numbers: Collection[str], shown: Callable[[str], str]) -> str:
    """A text in which these numbers (figures in one piece) stand as they are `shown`, the longest first."""
    figures = _figures(text) if numbers else ""
    if not any(number in figures for number in numbers):
        return text
    for number in sorted(numbers, key=lambda one: (-len(one), one)):
        if number in figures:
            for found in reversed(list(_written(number).finditer(in_figures(text)))):
                text = text[: found.start()] + shown(number) + text[found.end() :]
            figures = _figures(text)
    return text


def _figures(text: str) -> str:
    return _NO_FIGURE.sub("", in_figures(text))


@lru_cache(maxsize=4_096)
def _written(number: str) -> re.Pattern[str]:
    return re.compile(GAP.join(map(re.escape, number)))
