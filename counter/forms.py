"""The form of a worker: what was typed, what is wrong with it in one word each, and what goes into the inbox."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from starlette.datastructures import FormData, UploadFile

from casework.media import HEAD, Look, media_of
from casework.receipt_number import last_four
from counter.inbox import Brought
from counter.settings import CounterSettings

FIELDS = {"story": 8_000, "employer": 200, "site": 200, "address": 400, "name": 60, "phone": 30, "workers": 6,
          "owed": 16, "since": 7, "until": 7, "work": 10, "who": 10, "confidential": 3, "site_code": 16}  # fmt: skip
"""The fields and how long each may be, in characters."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{5,20}[0-9]")
SUM = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
"""Yuan in figures, below a billion."""
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_CODE = re.compile(r"[a-z2-7]{4,16}")
_TAKEN = frozenset({Look.PICTURE, Look.SOUND, Look.FILM})


@dataclass(frozen=True, slots=True)
class Form:
    """A form that was read. `wrong` names fields and what is the matter, by the keys of `words.toml`."""

    token: str
    typed: Mapping[str, str]
    files: Sequence[Brought]
    wrong: Mapping[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def told(self, language: str) -> dict[str, Any]:
        """What goes into the inbox, beside what the inbox adds itself."""
        said: dict[str, Any] = {name: self.typed[name] or None for name in FIELDS}
        owed = str(said["owed"] or "").replace(",", "")
        return {**said, "owed": owed or None, "confidential": said["confidential"] == "yes", "language": language}


def read_form(given: FormData, settings: CounterSettings) -> Form:
    """Read what was sent. Nothing of it is trusted and nothing raises."""
    typed = {name: plain(given.get(name))[: longest + 1] for name, longest in FIELDS.items()}
    wrong: dict[str, tuple[str, dict[str, Any]]] = {}
    for name, longest in FIELDS.items():
        if len(typed[name]) > longest:
            wrong[name] = ("too_long", {"most": longest})
    token = plain(given.get("token"))
    files = [one for one in given.getlist("files") if isinstance(one, UploadFile) and (one.size or one.filename)]
    brought = _files(files, settings, wrong)
    if not TOKEN.fullmatch(token):
        wrong["form"] = ("form_old", {})
    if not typed["story"].strip() and not files:
        wrong.setdefault("story", ("say_something", {}))
    typed["work"] = typed["work"] if typed["work"] in ("site", "other") else ""
    typed["who"] = typed["who"] if typed["who"] in ("self", "others") else ""
    for name in ("work", "who"):
        if not typed[name]:
            wrong[name] = ("choose", {})
    phone = unicodedata.normalize("NFKC", typed["phone"]).strip()
    typed["phone"] = phone
    if phone and (not _PHONE.fullmatch(phone) or last_four(phone) is None):
        wrong["phone"] = ("phone_odd", {})
    elif not phone and typed["who"] == "self":
        wrong["phone"] = ("phone_needed", {})
    for name, pattern, word in (
        ("owed", SUM, "sum_odd"),
        ("since", _MONTH, "month_odd"),
        ("until", _MONTH, "month_odd"),
    ):
        value = unicodedata.normalize("NFKC", typed[name]).strip().removesuffix("元").replace(",", "")
        typed[name] = value
        if value and not pattern.fullmatch(value):
            wrong[name] = (word, {})
    workers = unicodedata.normalize("NFKC", typed["workers"]).strip()
    typed["workers"] = workers
    if workers and not (workers.isascii() and workers.isdigit() and 0 < int(workers) < 100_000):
        wrong["workers"] = ("count_odd", {})
    typed["site_code"] = typed["site_code"] if _CODE.fullmatch(typed["site_code"]) else ""
    return Form(token, typed, brought, wrong)


def _files(
    files: Sequence[UploadFile], settings: CounterSettings, wrong: dict[str, tuple[str, dict[str, Any]]]
) -> list[Brought]:
    """The files, each named by its first bytes; the first thing that is wrong with them."""
    if len(files) > settings.most_files:
        wrong["files"] = ("too_many_files", {"most": settings.most_files})
        return []
    found, size = [], 0
    for number, file in enumerate(files, start=1):
        source: BinaryIO = file.file
        source.seek(0)
        media, bytes_of = media_of(source.read(HEAD)), file.size or 0
        size += bytes_of
        if not bytes_of:
            wrong.setdefault("files", ("file_empty", {"number": number}))
        elif bytes_of > settings.file_megabytes * 1_000_000:
            wrong.setdefault("files", ("file_large", {"number": number, "most": settings.file_megabytes}))
        elif media is None or media.look not in _TAKEN:
            wrong.setdefault("files", ("file_odd", {"number": number}))
        else:
            found.append(Brought(media.type, source))
    if size > settings.posting_megabytes * 1_000_000:
        wrong.setdefault("files", ("files_large", {"most": settings.posting_megabytes}))
    return found


def plain(value: object) -> str:
    """Text without what no page and no record can hold."""
    text = value if isinstance(value, str) else ""
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "ignore").decode()
