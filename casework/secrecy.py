"""What may not stand on a paper that the employer reads: who complained, and how they said it (423 §9; XF §30).

Compared by letters and figures alone, so that spaces, other widths, signs between and line ends hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

_FIGURES = re.compile(r"\d+")
_ENDS = re.compile(r"[。！？；!?;\n]+")


def bare(text: str) -> str:
    """The letters and figures of a text, in one width and one case."""
    return "".join(letter for letter in normalize("NFKC", text) if letter.isalnum()).upper()


def names_one_of(text: str, private: Iterable[str]) -> bool:
    """Whether a text holds one of these names or numbers. What has fewer than two letters says nothing."""
    plain = bare(text)
    return any(len(one) > 1 and one in plain for one in map(bare, private))


def quotes_one_of(text: str, told: Iterable[str], *, letters: int, public: Sequence[str] = ()) -> bool:
    """Whether a text repeats so many letters in a row of what somebody told, or a whole sentence with as many.

    Figures and what is `public` (the employer's own names, titles of laws) are nobody's words: a row of letters ends
    there, and they do not count in a sentence.
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
