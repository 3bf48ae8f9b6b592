"""The page for workers in the demonstration: over the sandbox's inbox, and one complaint that is sent there by HTTP."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

import requests

from connectors.sealing import load_keys
from pipelines.demo.processes import DidNotStart

FOUR = "7431"
_INBOX, _KEY = Path("sandbox", "inbox.db"), Path("sandbox", "inbox.key.json")
_LOCK = Path("counter", "inbox.lock.json")
_HIDDEN = re.compile(r'name="(csrf|token)" value="([^"]+)"')
_RECEIPT = re.compile(r"[0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4}")
_SECONDS = 30
TOLD: Mapping[str, str] = {
    "who": "self",
    "work": "site",
    "story": "在滨海花园二期做木工，从8月起一直没发工资，班组长说总包没拨钱。照片是考勤表，语音里我都说了。",
    "employer": "青岛恒泰建筑劳务有限公司",
    "site": "滨海花园二期",
    "name": "孙立国",
    "phone": f"1390000{FOUR}",
    "workers": "4",
    "owed": "50400",
}
"""An invented worker, with a number that nobody has."""


def page_settings(folder: Path, port: int) -> dict[str, str]:
    """What the page's process is told: where the inbox is, the lock, its port."""
    return {
        "COUNTER_FOLDER": str(folder / "counter"),
        "COUNTER_INBOX_URL": f"sqlite:///{folder / _INBOX}",
        "COUNTER_LOCK_FILE": str(folder / _LOCK),
        "COUNTER_PORT": str(port),
    }


def address() -> str:
    """Where the page answers, by the environment of the demonstration."""
    return f"http://127.0.0.1:{os.environ['COUNTER_PORT']}"


def give_lock(folder: Path) -> None:
    """The half of the inbox's key that closes is put where the page finds it. The other half it is never given."""
    lock = folder / _LOCK
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    lock.write_text(load_keys(folder / _KEY).lock.dumps(), "utf-8")


def post(page: str) -> str:
    """One complaint with two pictures and a voice note, as a telephone sends it; its receipt.

    Raises `DidNotStart` when the page does not take it.
    """
    try:
        with requests.Session() as phone:
            phone.trust_env = False
            form = dict(_HIDDEN.findall(phone.get(page, timeout=_SECONDS).text))
            files = [
                ("files", ("1.png", picture(200, 280, 40), "image/png")),
                ("files", ("2.png", picture(200, 280, 90), "image/png")),
                ("files", ("3.amr", voice(3), "audio/amr")),
            ]
            answer = phone.post(f"{page}/report", data={**form, **TOLD}, files=files, timeout=_SECONDS)
    except requests.RequestException as failed:
        raise DidNotStart(f"the page for workers did not take a complaint ({type(failed).__name__})") from None
    found = _RECEIPT.search(answer.text)
    if answer.status_code != requests.codes.ok or found is None:
        raise DidNotStart(f"the page for workers refused a complaint ({answer.status_code})")
    return found[0]


def picture(width: int, height: int, lines: int) -> bytes:
    """A sheet of paper with lines on it, as a PNG in grey."""
    rows = b"".join(
        b"\0" + bytes(235 if (row % lines and column % 50) else 90 for column in range(width)) for row in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def voice(seconds: int) -> bytes:
    """A voice note of silence in AMR (RFC 4867 §5): fifty frames a second, of 12.2 kbit/s."""
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * (50 * seconds)
