"""One spelling for everything that people write, and how it sounds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

_SIMPLIFIED = OpenCC("t2s")
_WIDE = tuple(zip("，：；！？（）", ",:;!?()", strict=True))
"""What NFKC would find in nearly every text, and takes many times as long to replace."""
_BEGINNINGS = frozenset(phrase[:2] for phrase in PHRASES_DICT)
_AGAIN, _NAME = 4, 40
_LENGTHS = range(max(map(len, PHRASES_DICT)), 1, -1)
_SAID_NOTHING = frozenset(
    (
        "无",
        "没有",
        "不详",
        "不清楚",
        "不知道",
        "未知",
        "未提供",
        "不愿透露",
        "匿名",
        "保密",
        "暂无",
        "待核实",
        "none",
        "null",
        "nan",
        "n/a",
        "na",
        "-",
        "--",
        "/",
        "不明",
        "空",
        "同上",
    )
)


@lru_cache(maxsize=200_000)
def clean(text: str | None) -> str:
    """The text in one spelling: NFKC, simplified characters, lower case, no white space; "" when nothing was said."""
    if not text:
        return ""
    one = "".join((text if text.isascii() else _spelled(text)).split()).lower()
    return "" if one in _SAID_NOTHING else one


def says_something(name: str) -> bool:
    """Whether a cleaned name can be one: letters of some script, not one of them again and again, and no whole text."""
    return len(name) <= _NAME and any(map(str.isalpha, name)) and (len(name) < _AGAIN or len(set(name)) > 1)


def clean_all(texts: Sequence[str]) -> list[str]:
    """The same for many texts at once, many times faster for those that nobody repeats."""
    lines = _spelled("\n".join(" ".join(text.split()) for text in texts)).split("\n") if texts else []
    return ["" if (one := "".join(line.split()).lower()) in _SAID_NOTHING else one for line in lines]


def _spelled(text: str) -> str:
    """NFKC and simplified. Half a character, as broken files hold it, is left out: nothing can convert it."""
    for wide, narrow in _WIDE:
        text = text.replace(wide, narrow)
    one = "\n".join([unicodedata.normalize("NFKC", line) for line in text.split("\n")])
    try:
        return str(_SIMPLIFIED.convert(one))
    except UnicodeEncodeError:
        return str(_SIMPLIFIED.convert(one.encode(errors="ignore").decode()))


@lru_cache(maxsize=200_000)
def sound(text: str) -> str:
    """How it is pronounced, without tones, as an operator hears it: zh/z and front/back nasals are one."""
    found = [_piece(piece) for piece in _pieces(text)]
    return " ".join(found) if all(found) else _heard(text)


def _pieces(text: str) -> Iterator[str]:
    """The characters of a text, but a word as one: it may be read in another way than its characters (重庆, 长春)."""
    at = 0
    while at < len(text):
        length = 1
        if text[at : at + 2] in _BEGINNINGS:
            length = next((end for end in _LENGTHS if text[at : at + end] in PHRASES_DICT), 1)
        yield text[at : at + length]
        at += length


def _heard(text: str) -> str:
    return " ".join(re.sub(r"^([zcs])h", r"\1", heard).replace("ng", "n") for heard in lazy_pinyin(text))


@lru_cache(maxsize=50_000)
def _piece(piece: str) -> str:
    """How a character or word sounds, "" when it is neither."""
    return _heard(piece) if len(piece) > 1 or ord(piece) in PINYIN_DICT else ""
