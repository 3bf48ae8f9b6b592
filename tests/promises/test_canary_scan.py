"""The scanner of promise R25 finds a person in every spelling, and nobody where nobody is."""

from __future__ import annotations

import base64
import gzip
import io
import json
import quopri
import zipfile
from collections.abc import Callable
from random import Random
from urllib.parse import quote

import pytest

from casework.identifiers import mask_identity_number, mask_name, mask_phone
from tests.promises.canaries import PHONES, make_canaries, story
from tests.promises.canary_scan import Scanner, Sighting

PEOPLE = make_canaries(40, Random(25))
ONE = PEOPLE[7]


def _zipped(text: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("word/document.xml", f"<w:t>{text[:1]}</w:t><w:t>{text[1:]}</w:t>")
    return stream.getvalue()


SPELLED: dict[str, Callable[[str], bytes | str]] = {
    "plain": lambda text: f"before {text} after",
    "escaped": lambda text: json.dumps({"said": text}),
    "escaped twice": lambda text: json.dumps(json.dumps(text)),
    "bytes as text": lambda text: repr(text.encode()),
    "base64": lambda text: b"x=" + base64.b64encode(b"a" + text.encode()) + b"&",
    "base64 in the middle": lambda text: b"key" + base64.b64encode(text.encode("utf-8") * 2),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode() * 3),
    "base64 of an archive": lambda text: json.dumps(
        {"blob": base64.b64encode(gzip.compress(text.encode() * 4)).decode()}
    ),
    "hexadecimal": lambda text: "\\x" + text.encode().hex(),
    "percent": quote,
    "percent in GB18030": lambda text: quote(text.encode("gb18030")),
    "entities": lambda text: "".join(f"&#x{ord(sign):x};" for sign in text),
    "quoted-printable": lambda text: quopri.encodestring(text.encode()),
    "UTF-16": lambda text: b"\x01" + text.encode("utf-16-le"),
    "UTF-16, the other way": lambda text: text.encode("utf-16-be"),
    "GB18030": lambda text: b"\xff" + text.encode("gb18030"),
    "GB18030 after a letter": lambda text: "工".encode("gb18030") + text.encode("gb18030"),
    "gzip": lambda text: gzip.compress(text.encode("utf-16")),
    "a document": _zipped,
    "marks between": lambda text: f"<td>{text[:4]}</td>".replace("</td>", "") + f"<b>{text[4:]}</b>",
}


@pytest.mark.parametrize("way", SPELLED)
def test_every_fact_is_found_in_every_spelling(way: str) -> None:
    scanner = Scanner(PEOPLE)
    for value in ("name", "phone", "id_no", "card", "address", "words"):
        found = scanner.look(SPELLED[way](getattr(ONE, value)))
        assert Sighting(value, "whole", ONE.number) in found, value


@pytest.mark.parametrize("written", [*PHONES, "{2}{1}{0}"])
def test_a_telephone_is_found_however_it_is_written(written: str) -> None:
    parts = (ONE.phone[:3], ONE.phone[3:7], ONE.phone[7:])
    text = written.format(*parts) if written != "{2}{1}{0}" else ONE.phone[::-1]
    for spelled in (text, text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))):
        assert Sighting("phone", "whole", ONE.number) in Scanner(PEOPLE).look(f"3 {spelled}，2026")


def test_a_mask_is_told_from_half_a_mask() -> None:
    scanner = Scanner(PEOPLE)
    masked = f"{mask_name(ONE.name)} {mask_phone(ONE.phone)} {mask_identity_number(ONE.id_no)}"
    assert {one.form for one in scanner.look(masked)} == {"masked"}
    assert {one.value for one in scanner.look(masked)} == {"name", "phone", "id_no"}
    for value, half in (
        ("name", f"{ONE.name[:2]}*"),
        ("name", f"{ONE.name[0]}*{ONE.name[2]}"),
        ("phone", f"{ONE.phone[:4]}***{ONE.phone[7:]}"),
        ("phone", f"{ONE.phone[:3]}***{ONE.phone[6:]}"),
        ("id_no", f"{ONE.id_no[:14]}****"[:14] + f"**{ONE.id_no[-4:]}"),
        ("card", f"{ONE.card[:6]}*********{ONE.card[-4:]}"),
    ):
        assert ("half", value) in {(one.form, one.value) for one in scanner.look(half)}, half


def test_nobody_is_found_where_nobody_is() -> None:
    strangers = make_canaries(90, Random(25))[40:]
    told = "\n".join(story(one, "青岛蓝天海产加工有限公司", Random(one.number)) for one in strangers)
    assert Scanner(PEOPLE).look(told) == set()
    random = Random(3).randbytes(2_000_000)
    assert Scanner(PEOPLE).look(random) == set()


@pytest.mark.parametrize("code", ["gb18030", "utf-16-le"])
def test_in_sealed_bytes_a_name_counts_that_stands_among_words(code: str) -> None:
    noise = Random(5).randbytes(400_000)
    for said, seen in ((f"区{ONE.name[1:]}", False), (story(ONE, "青岛蓝天海产加工有限公司", Random(2)), True)):
        sealed = noise[:200_000] + said.encode(code) + noise[200_000:]
        assert bool(Scanner(PEOPLE).look(sealed)) is seen, said
    assert Scanner(PEOPLE).look(f"\x00区{ONE.name[1:]}".encode(code)), "what is not sealed need not be among words"


def test_every_story_gives_its_teller_away() -> None:
    scanner, chance = Scanner(PEOPLE), Random(1)
    for one in PEOPLE:
        seen = scanner.look(story(one, "某公司", chance))
        assert {sighting.value for sighting in seen if sighting.number == one.number} == _ALL, one


_ALL = {"name", "phone", "id_no", "card", "address", "words"}
