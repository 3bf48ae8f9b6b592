"""The workbook of a month as LibreOffice prints it, as pictures for the documents.

    python -m tests.workbook_pictures [--into docs/images]

The month is November in the world of `tests.pictures`, locked on the second of December. All channels were pulled on
the first, but for one, whose gap a head accepted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageChops

from connectors.registry import CHANNELS
from pipelines.demo.people import enter
from services.months.certifying import accept_gaps
from services.months.closing_month import Asked, export_month
from services.months.freezing_month import freeze_month
from services.office.settings import Settings
from tests.libreoffice import PDFTOPPM, SOFFICE, converted
from tests.pictures import LARGEST, PASSWORD, work, world
from warehouse import crypto
from warehouse.engine import Warehouse
from warehouse.store.channels import close_certificate, open_certificate

MONTH = "2026-11"
FIRST = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
LOCKED = datetime(2026, 12, 2, 1, 10, tzinfo=UTC)
PAGES = {
    "workbook-cover": "主要数字",
    "workbook-channel": "按渠道 · 新增案件",
    "workbook-sums": "按渠道 channel 按性质 nature",
}
"""The picture of each name is the first page with these words."""


def main(arguments: list[str] | None = None) -> int:
    """Make the world, lock the month, print it, and keep three of its pages."""
    parser = argparse.ArgumentParser(prog="python -m tests.workbook_pictures")
    parser.add_argument("--into", type=Path, default=Path("docs", "images"))
    asked = parser.parse_args(arguments)
    if SOFFICE is None or PDFTOPPM is None:
        sys.stderr.write("LibreOffice or poppler is not installed: make packages\n")
        return 1
    crypto.use(crypto.make_keyring())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with world(folder) as (store, settings):
            work(store, settings)
            path = _locked(store, settings, folder / "month.xlsx")
        written = _printed(path, folder, asked.into)
    for one in written:
        sys.stdout.write(f"{one.name:>24}: {one.stat().st_size:,} bytes\n")
    return 1 if any(one.stat().st_size > LARGEST for one in written) else 0


def _locked(store: Warehouse, settings: Settings, path: Path) -> Path:
    head = enter(store, "head", password=PASSWORD, at=LOCKED).actor
    for channel in CHANNELS:
        if channel != "message_board":
            with store.write() as session:
                made = open_certificate(session, channel, run_id="first", at=FIRST)
                close_certificate(session, made.id, verdict="complete", at=FIRST)
    reason = "省级留言平台 11 月 20 日起停机升级，已电话核对无新增留言"
    accept_gaps(
        store, month=MONTH, channel="message_board", reason=reason, actor=head, office=settings.district, at=LOCKED
    )
    freeze_month(store, month=MONTH, actor=head, at=LOCKED)
    asked = Asked(settings.district, settings.district_name, final=True)
    export_month(store, month=MONTH, path=path, purpose="月报上报", actor=head, at=LOCKED, asked=asked)
    return path


def _printed(path: Path, folder: Path, into: Path) -> list[Path]:
    pdf = converted(path, "pdf", folder)
    pages = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    found = []
    for name, words in PAGES.items():
        number = next(n for n, page in enumerate(pages.split("\f"), start=1) if words in " ".join(page.split()))
        command = ["pdftoppm", "-png", "-r", "110", "-singlefile", "-f", str(number), "-l", str(number)]
        subprocess.run([*command, pdf, folder / name], check=True)
        target = into / f"{name}.png"
        _cut(Image.open(folder / f"{name}.png").convert("RGB")).quantize(64).save(target, optimize=True)
        found.append(target)
    return found


def _cut(page: Image.Image) -> Image.Image:
    """The page without its foot and without the paper around what is printed on it."""
    page = page.crop((0, 0, page.width, round(page.height * 0.94)))
    left, top, right, bottom = ImageChops.invert(page).getbbox() or (0, 0, *page.size)
    return page.crop((max(left - _EDGE, 0), max(top - _EDGE, 0), right + _EDGE, bottom + _EDGE))


_EDGE = 12
"""Pixels of paper that are left around."""


if __name__ == "__main__":
    raise SystemExit(main())
