"""What a complainant typed of themselves where a firm or a place is asked for: it is not kept plain (decision 27).

Names of employers and sites lie in plain columns, for they are compared, searched and shown to all who see a case.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from unicodedata import normalize

from casework.complaint import Complaint
from casework.identifiers import plain
from casework.secrecy import bare, names_of
from casework.written_numbers import in_figures

TAKEN_OUT = "own_name_taken_out"
"""The remark of a complaint from whose field something was taken, as `own_name_taken_out:FIELD`."""
_PLAIN = ("employer_name", "site_name")
_FIRM = re.compile(r"(公司|集团|厂|店|馆|档|铺|院|校|队|部|局|所|场|吧|社|中心)$")
_GAP = re.compile(r"[\s\-—·.]*")
_COUNTRY = re.compile(r"(?:\+|00)86[\s-]*\Z")
_LONG = re.compile(r"\+?\d[\d\- ]{6,}[\dXx]?")
_MASKED = re.compile(r"[*＊×某]")
_HAN = re.compile(r"[一-鿿]")
_LEAST = 6
"""Fewer figures are nobody's number; a roster of thousands is not looked through for them."""
_LONGEST = 4
"""Letters of a Chinese name without a dot; what is longer is no person's."""


def without_own_names(said: Complaint) -> Complaint:
    """A complaint whose plain fields hold neither its complainant's name nor a number of anybody on it.

    A field that is nothing but the complainant's name becomes "not said"; a telephone or identity number of the
    complainant or of the roster is taken out of the text around it. The values stay in the sealed fields they are told
    in, and the record as it came stays as it landed. A firm called after a person keeps its name: that is the firm's.
    """
    name = _person(said.complainant_name)
    open_texts = [getattr(said, field) or "" for field in (*_PLAIN, "employer_uscc")]
    figures = any(sum(map(str.isdigit, one)) >= _LEAST for one in open_texts)
    told = [said.complainant_phone, said.complainant_id_no] if figures else []
    told += [value for line in said.roster for value in (line.phone, line.id_no)] if figures else []
    whole = [value for value in told if value and not _MASKED.search(value)]
    numbers = {one for value in whole for one in names_of(value) if any(map(str.isdigit, one))}
    changed: dict[str, str | None] = {}
    for field in _PLAIN:
        text: str | None = getattr(said, field)
        if text:
            left = _without(text, numbers) if numbers else text
            if name and set(name) <= set(normalize("NFKC", text).upper()):  # or no part of the text is that name
                beside = _LONG.sub("", normalize("NFKC", left or ""))
                if name in {bare(_person(one) or "") for one in (text, left or "", beside)}:
                    left = None
            if left != text:
                changed[field] = left
    if said.employer_uscc and plain(said.employer_uscc).upper() in numbers:
        changed["employer_uscc"] = None
    if not changed:
        return said
    remarks = (*said.remarks, *(f"{TAKEN_OUT}:{field}" for field in changed))
    return replace(said, **changed, remarks=remarks)  # type: ignore[arg-type]  # texts or None, by name


def _person(said: str | None) -> str | None:
    """The bare name of a field that holds a person's name; None where it holds a firm's, or none."""
    names = [one for one in names_of(said or "") if not any(map(str.isdigit, one))]
    if not names or _FIRM.search(names[-1]) or _MASKED.search(said or ""):
        return None
    short = len(names[-1]) <= _LONGEST or "·" in (said or "") or not _HAN.search(names[-1])
    return names[-1] if short else None


def _without(text: str, numbers: set[str]) -> str | None:
    """A text without these numbers, however they are spaced. None: nothing is left that is a name."""
    said = normalize("NFKC", text)
    places = [n for n, letter in enumerate(said) if letter.isdigit() or letter in "Xx"]
    figures = in_figures("".join(said[n] for n in places))
    lengths = sorted({len(one) for one in numbers}, reverse=True)
    left, kept, at = "", 0, 0
    while at < len(places):
        for length in lengths:
            if figures[at : at + length] in numbers and (span := _in_one_piece(said, places[at : at + length])):
                left, kept, at = left + said[kept : span[0]], span[1], at + length
                break
        else:
            at += 1
    if not kept:
        return text
    left = re.sub(r"[（(【\[]\s*[）)】\]]", "", left + said[kept:]).strip(" \t:：,，、;；/-—")
    return left if bare(left) else None


def _in_one_piece(said: str, places: Sequence[int]) -> tuple[int, int] | None:
    """Where the number begins and ends whose figures are at these places; None where it is part of a longer one."""
    first, last = places[0], places[-1]
    apart = all(_GAP.fullmatch(said[left + 1 : right]) for left, right in pairwise(places))
    country = _COUNTRY.search(said[:first])
    begins = country.start() if country else first
    before, after = said[begins - 1 : begins], said[last + 1 : last + 2]
    return (begins, last + 1) if apart and not before.isdigit() and not after.isdigit() else None
