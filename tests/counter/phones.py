"""A telephone with a browser, and what somebody would see on it who looks closely."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.counter.conftest import Page as Served

VENDOR = Path(__file__).parents[1] / "vendor"
RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then(told =>
  told.violations.map(one => one.id + ": " + one.nodes.map(node => node.html.slice(0, 120)).join(" | ")))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VOICE = b"#!AMR\n" + bytes(range(256)) * 40


@contextmanager
def phone(browser: Browser, served: Served, language: str, heard: list[str]) -> Iterator[Page]:
    """A telephone of 390 by 844 points; what its browser complains of is heard."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN" if language == "zh" else "en-GB", is_mobile=True,
        has_touch=True, extra_http_headers={"X-Forwarded-For": "10.0.0.1"},
    )  # fmt: skip
    context.add_init_script(path=VENDOR / "axe-core-4.14.1.min.js")
    context.add_init_script(
        "document.addEventListener('securitypolicyviolation', said => console.error('policy', said.effectiveDirective))"
    )
    context.set_default_timeout(8_000)
    page = context.new_page()
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(f"http://127.0.0.1:{served.port}/?lang={language}")
    yield page
    context.close()


def looked_at(page: Page, name: str) -> None:
    """Nothing is wider than the screen, and the engine finds nothing; a picture is kept where a folder is named."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    assert page.evaluate(RUN, TAGS) == [], name
    folder = os.environ.get("KEEP_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def picture() -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (20, 90, 160)).save(out, "JPEG")
    return out.getvalue()
