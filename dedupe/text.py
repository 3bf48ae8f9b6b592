"""One spelling for everything that people write, and how it sounds."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

_SIMPLIFIED = OpenCC("t2s")
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
    one = unicodedata.normalize("NFKC", text)
    one = "".join(_SIMPLIFIED.convert(one).split()).lower()
    return "" if one in _SAID_NOTHING else one


@lru_cache(maxsize=200_000)
def sound(text: str) -> str:
    """How it is pronounced, without tones, as an operator hears it: zh/z and front/back nasals are one."""
    return " ".join(re.sub(r"^([zcs])h", r"\1", heard).replace("ng", "n") for heard in lazy_pinyin(text))
