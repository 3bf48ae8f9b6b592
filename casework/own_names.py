"""What a complainant typed of themselves where a firm or a place is asked for: it is not kept plain (decision 27).

Names of employers and sites lie in plain columns, for they are compared, searched and shown to all who see a case.
"""

from __future__ import annotations

import re
from dataclasses import replace
from unicodedata import normalize

from casework.complaint import Complaint
from casework.identifiers import plain
from casework.secrecy import bare, names_of

TAKEN_OUT = "own_name_taken_out"
"""The remark of a complaint from whose field something was taken, as `own_name_taken_out:FIELD`."""
_PLAIN = ("employer_name", "site_name")
_FIRM = re.compile(r"(公司|集团|厂|店|馆|档|铺|院|校|队|部|局|所|场|吧|社|中心)$")
_MASKED = re.compile(r"[*＊×某]")
_HAN = re.compile(r"[一-鿿]")
_LONGEST = 4
"""Letters of a Chinese name without a dot; what is longer is no person's."""


def without_own_names(said: Complaint) -> Complaint:
    """A complaint whose plain fields hold neither its complainant's name nor a number of anybody on it.

    A field that is nothing but the complainant's name becomes "not said"; a telephone or identity number of the
    complainant or of the roster is taken out of the text around it. The values stay in the sealed fields they are told
    in, and the record as it came stays as it landed. A firm called after a person keeps its name: that is the firm's.
    """
    name = _person(said.complainant_name)
    told = [said.complainant_phone, said.complainant_id_no]
    told += [value for line in said.roster for value in (line.phone, line.id_no)]
    numbers = {one for value in told if value for one in names_of(value) if any(map(str.isdigit, one))}
    changed: dict[str, str | None] = {}
    for field in _PLAIN:
        text: str | None = getattr(said, field)
        if text:
            left = None if name and bare(_person(text) or "") == name else _without(text, numbers)
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
    left = said
    for number in sorted(numbers, key=len, reverse=True):
        spaced = r"[\s\-—·.]*".join(map(re.escape, number))
        left = re.sub(rf"(?:(?:\+|00)86[\s-]*)?(?<!\d){spaced}(?!\d)", "", left, flags=re.IGNORECASE)
    if left == said:
        return text
    left = re.sub(r"[（(【\[]\s*[）)】\]]", "", left).strip(" \t:：,，、;；/-—")
    return left if bare(left) else None
