"""The engine that reads pages against WCAG A and AA: it is that of its manifest, and it finds what is wrong.

The engine is read into the page through the browser's own debugging line, so the content policy stays as strict as in
the office: no tag of the page is added for it."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.console.conftest import Person

VENDOR = Path(__file__).parents[1] / "vendor"
ENGINE = "axe-core-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then(told => ({
  checked: told.passes.length,
  violations: told.violations.map(one => ({rule: one.id, at: one.nodes.slice(0, 4).map(node =>
    [node.target.join(" "),
     node.html.slice(0, 160), (node.any.concat(node.all, node.none)[0] || {}).message].join(" | "))}))
}))"""
_REPORT = (
    "document.addEventListener('securitypolicyviolation', said => console.error('policy', said.effectiveDirective))"
)
_SENT_EMPTY = "form => { form.noValidate = true; form.requestSubmit(); }"


class Reader:
    """One browser page that changes hands, what it complained of, and what the engine found."""

    def __init__(self, browser: Browser, address: str, language: str) -> None:
        self.address, self.language = address, language
        self.context = browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.context.add_init_script(_REPORT)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.found.append(f"{self.page.url}: {error}"))
        self.engine = (VENDOR / ENGINE).read_text("utf-8")
        self.found: list[str] = []
        self.read: list[str] = []
        self.give(None)

    def _hear(self, said: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is told of by the browser itself; it was asked for.
        own = said.text.startswith("Failed to load resource") and said.location.get("url") == self.page.url
        if said.type == "error" and not own:
            self.found.append(f"{self.page.url}: {said.text}")

    def give(self, person: Person | None) -> None:
        """Hand the browser to somebody who is logged in, or to a stranger."""
        self.context.clear_cookies()
        self.context.add_cookies([{"name": "arrears_language", "value": self.language, "url": self.address}])
        for cookie in person.client.cookies.jar if person else ():
            if cookie.name != "arrears_language":
                self.context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": self.address}])

    def check(self, name: str) -> None:
        """Let the engine read the page as it is now."""
        self.page.evaluate(self.engine)
        told: dict[str, Any] = self.page.evaluate(_RUN, TAGS)
        assert told["checked"] > 5, (name, "the engine has read next to nothing")
        self.read.append(name)
        self.found += [f"{name}: {one['rule']}: {at}" for one in told["violations"] for at in one["at"]]


def test_the_engine_is_that_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    assert set(manifest) == {one.name for one in VENDOR.glob("*.js")} == {ENGINE}
    facts = manifest[ENGINE]
    body = (VENDOR / ENGINE).read_bytes()
    assert facts["integrity"] == "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
    assert body.startswith(f"/*! axe v{facts['version']}\n".encode())
    assert "Mozilla Public License" in (VENDOR / facts["licence_file"]).read_text("utf-8")
    assert (VENDOR / facts["notice_file"]).read_text("utf-8").strip()


@pytest.mark.browser
def test_a_fault_put_into_a_page_is_found(browser: Browser, console: str) -> None:
    reader = Reader(browser, console, "en")
    reader.page.goto(f"{console}/login")
    reader.page.evaluate("document.querySelector('label').remove(); document.documentElement.removeAttribute('lang')")
    reader.page.evaluate("const one = document.createElement('script'); one.text = '1'; document.body.append(one)")
    reader.check("/login")
    assert {one.split(": ")[1] for one in reader.found} >= {"label", "html-has-lang", "policy script-src-elem"}
    reader.context.close()
