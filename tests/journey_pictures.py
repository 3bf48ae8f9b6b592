"""The journey of a worker as pictures, in both languages, for docs/journey-of-a-worker.md.

    python -m tests.journey_pictures [--into docs/images]

The way is the one that tests/scenarios/test_journey.py walks; receipt numbers are drawn by chance. Says what the
gateway for text messages was given.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import sync_playwright

from benchmarks.serving import served
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.counter.conftest import opened_page
from tests.counter.phones import phone
from tests.scenarios.journey import BEGINS, LANGUAGES, Journey
from tests.scenarios.town import Town, moment
from warehouse import crypto
from warehouse.engine import open_warehouse
from warehouse.schema import upgrade

LARGEST = 200_000
WHERE = {
    "journey-form": "label[for=story]",
    "journey-receipt": "main",
    "journey-progress": "main",
    "journey-question": "#money",
    "journey-answered": "#money",
    "journey-closed": "main",
}
"""What stands at the top of each telephone's screen; of the others it is as it is."""


def main(arguments: list[str] | None = None) -> int:
    """Walk the way in each language and keep what was seen. Fails where a picture is too large for a document."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.journey_pictures", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--into", type=Path, default=Path("docs", "images"))
    asked = parser.parse_args(arguments)
    asked.into.mkdir(parents=True, exist_ok=True)
    crypto.use(crypto.make_keyring())
    written: list[Path] = []
    for language in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            for text in walked(Path(folder), language, keeper(asked.into, language, written)):
                sys.stdout.write(f"{language}: {text}\n")
    for path in written:
        sys.stdout.write(f"{path.name:>24}: {path.stat().st_size:,} bytes\n")
    return 1 if any(path.stat().st_size > LARGEST for path in written) else 0


def keeper(into: Path, language: str, written: list[Path]) -> Callable[[Tab, str], None]:
    """What keeps one screen as a picture of few colours."""

    def keep(tab: Tab, name: str) -> None:
        target = into / (f"{name}.png" if language == "zh" else f"{name}-{language}.png")
        if name in WHERE:
            tab.evaluate("place => document.querySelector(place).scrollIntoView()", WHERE[name])
        tab.evaluate("document.activeElement.blur(); document.fonts.ready")
        tab.wait_for_timeout(300)
        Image.open(BytesIO(tab.screenshot())).quantize(128).save(target, optimize=True)
        written.append(target)

    return keep


def walked(folder: Path, language: str, seen: Callable[[Tab, str], None]) -> list[str]:
    """The journey once; the text messages that were sent on it."""
    store = open_warehouse(f"sqlite:///{folder / 'arrears.db'}")
    upgrade(store.engine)
    town = Town(store, folder, BEGINS)
    heard: list[str] = []
    with sync_playwright() as play, opened_page(folder, moment(BEGINS)) as page:
        town.use_page(page)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(store, town.settings, town.clock) as console, phone(browser, page, language, heard) as hand:
            journey = Journey(browser, hand, page, console, town, language, seen)
            journey.walk()
        browser.close()
    town.close()
    store.close()
    return journey.texts


if __name__ == "__main__":
    raise SystemExit(main())
