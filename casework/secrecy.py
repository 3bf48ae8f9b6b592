"""What may not stand on a paper that the employer reads: who complained, and how they said it (423 §9; XF §30).

Compared by letters and figures alone, so that spaces, other widths, signs between, line ends and figures of other
scripts hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import digit, normalize

from casework.complaint import Kind
from casework.personal_numbers import personal_numbers

_FIGURES = re.compile(r"\d+")
_ENDS = re.compile(r"[。！？；!?;\n]+")
_FILLERS = frozenset("\u115f\u1160")
"""Letters that print as nothing."""
_WRITTEN = str.maketrans("〇零一二三四五六七八九", "00123456789")
_SPELLED = re.compile(r"[\d〇零一二三四五六七八九]{7,}")
_ADDRESSED = re.compile(r"[（(【\[][^（(【\[）)】\]]*[）)】\]]|先生|女士|小姐|师傅|同志|老师")
_LEAST_FIGURES = 7

NO_NAMES = frozenset(
    [
        "匿名",
        "不详",
        "未知",
        "某某",
        "本人",
        "群众",
        "市民",
        "来电人",
        "投诉人",
        "举报人",
        "信访人",
        "反映人",
        "职工",
        "员工",
        "工人",
        "民工",
        "农民工",
        "工资",
        "欠薪",
        "公司",
        "有限公司",
        "工厂",
        "老板",
    ]
)
"""What stands where a name is asked for and is nobody's: it says nothing about who complained."""


def in_confidence(confidential: bool, kind: str) -> bool:
    """Whether a complaint was told in confidence: whoever asked for that, and every informant (423 §9)."""
    return bool(confidential) or kind == Kind.INFORMANT_REPORT.value


def bare(text: str) -> str:
    """The letters and figures of a text, in one width, one case and the figures 0 to 9."""
    letters = (letter for letter in normalize("NFKC", text) if letter.isalnum() and letter not in _FILLERS)
    plain = "".join(letter if (figure := digit(letter, None)) is None else str(figure) for letter in letters).upper()
    return _SPELLED.sub(lambda found: found[0].translate(_WRITTEN), plain)


def names_of(said: str) -> list[str]:
    """The name or the numbers that a field for a name, a telephone or an identity number holds.

    Without the title and what stands in brackets; a field with two numbers gives both. Nothing for what is no name.
    """
    numbers = personal_numbers(said)
    name = bare(_ADDRESSED.sub("", said))
    whole = [name] if len(name) > 1 and name not in NO_NAMES else []
    return [one for one in (*numbers, *whole) if not (one.isdigit() and len(one) < _LEAST_FIGURES)]


def names_one_of(text: str, private: Iterable[str], *, public: Sequence[str] = ()) -> bool:
    """Whether a text holds one of these names or numbers. What has fewer than two letters says nothing.

    What is `public` may be called like a complainant: it is taken out of the text first.
    """
    plain = bare(text)
    for known in sorted((one for one in map(bare, public) if len(one) > 1), key=len, reverse=True):
        plain = plain.replace(known, " ")
    return any(len(one) > 1 and one in plain for one in map(bare, private))


def quotes_one_of(text: str, told: Iterable[str], *, letters: int, public: Sequence[str] = ()) -> bool:
    """Whether a text repeats so many letters in a row of what somebody told, or a whole sentence with as many.

    Figures and what is `public` (names of the employer and of the firms of its chain, titles of laws) are nobody's
    words: a row of letters ends there, and they do not count in a sentence.
    """
    plain = bare(text)
    said = {plain[start : start + letters] for start in range(len(plain) - letters + 1)}
    if not said:
        return False
    known = sorted((one for one in map(bare, public) if len(one) > 1), key=len, reverse=True)
    cut = re.compile("|".join([_FIGURES.pattern, *map(re.escape, known)]))
    for one in told:
        for piece in cut.split(bare(one)):
            if any(piece[start : start + letters] in said for start in range(len(piece) - letters + 1)):
                return True
        for sentence in map(bare, _ENDS.split(one)):
            if sentence in plain and len(cut.sub("", sentence)) >= letters:
                return True
    return False
