"""A reader in a real browser: what each page says about itself, what the browser complains of, what the engine finds.

The engine reads pages against WCAG A and AA. The browser itself puts it into each page, so the content policy stays
as strict as in the office: no tag of the page is added for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from console.render import environment
from console.words import LANGUAGES
from tests.console.conftest import Person

VENDOR = Path(__file__).parents[1] / "vendor"
ENGINE = "axe-core-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE = 1366
RUN = """([tags, inside]) => axe.run(inside || document, {runOnly: tags, resultTypes: ["violations"]}).then(told => ({
  checked: told.passes.length,
  violations: told.violations.map(one => ({rule: one.id, at: one.nodes.slice(0, 4).map(node =>
    [node.target.join(" "),
     node.html.slice(0, 160), (node.any.concat(node.all, node.none)[0] || {}).message].join(" | "))}))
}))"""
_REPORT = (
    "document.addEventListener('securitypolicyviolation', said => console.error('policy', said.effectiveDirective))"
)
_PERSONAL = re.compile(r"1[3-9]\d{9}|\d{17}[\dXx]|\*")


class Reader:
    """One browser page that changes hands, what it complained of, what the engine found, and where it was.

    Who does not `check` needs no `engine`, which every page that is opened would have to read anew.
    """

    def __init__(
        self, browser: Browser, address: str, language: str, *, height: int = 768, engine: bool = False
    ) -> None:
        self.address, self.language = address, language
        self.context = browser.new_context(
            viewport={"width": WIDE, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        self.context.add_init_script(_REPORT)
        if engine:
            self.context.add_init_script(path=VENDOR / ENGINE)
        self.context.set_default_timeout(20_000)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.found.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._ask)
        self.page.on("dialog", lambda dialog: self.found.append(f"{self.page.url}: asks {dialog.message}"))
        self.found: list[str] = []
        self.read: list[str] = []
        self.asked: set[tuple[str, str]] = set()
        self.titles: dict[str, str] = {}
        self.give(None)

    def _hear(self, said: ConsoleMessage) -> None:
        # A page that answers 404 or 422 is told of by the browser itself; it was asked for.
        own = said.text.startswith("Failed to load resource") and said.location.get("url") == self.page.url
        if said.type == "error" and not own:
            self.found.append(f"{self.page.url}: {said.text}")

    def _ask(self, request: Request) -> None:
        if request.url.startswith(self.address):
            self.asked.add((request.method, urlsplit(request.url).path))

    def give(self, person: Person | None) -> None:
        """Hand the browser to somebody who is logged in, or to a stranger."""
        self.context.clear_cookies()
        self.context.add_cookies([{"name": "arrears_language", "value": self.language, "url": self.address}])
        for cookie in person.client.cookies.jar if person else ():
            if cookie.name != "arrears_language":
                self.context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": self.address}])

    def open(self, path: str, *, status: int = 200) -> None:
        """Go to a page, which must answer with this status."""
        answer = self.page.goto(self.address + path)
        if answer is None or answer.status != status:
            self.found.append(f"{path}: answers {answer.status if answer else 'nothing'} and not {status}")

    def check(self, name: str, *, inside: str | None = None, names: tuple[str, ...] = ()) -> None:
        """Let the engine read the page as it is now; `inside` reads a part of it, where the rest was read before."""
        self.page.evaluate("scrollTo(0, 0)")  # what the bar at the top covers after a click is no fault of the page
        told: dict[str, Any] = self.page.evaluate(RUN, [TAGS, inside])
        assert told["checked"] > (1 if inside else 5), (name, "the engine has read next to nothing")
        self.read.append(name)
        self.found += [f"{name}: {one['rule']}: {at}" for one in told["violations"] for at in one["at"]]
        wide, title = self.page.evaluate("[document.documentElement.scrollWidth, document.title]")
        if wide > WIDE:
            self.found.append(f"{name}: is {wide} wide")
        if not title.strip() or _PERSONAL.search(title) or any(one in title for one in names):
            self.found.append(f"{name}: its title names somebody, or nothing")
        self.titles[name] = title


@contextmanager
def drawn() -> Iterator[set[str]]:
    """Which templates are asked for meanwhile, by pages and by other templates, in either language."""
    seen: set[str] = set()
    environments = [environment(language) for language in LANGUAGES]

    def watched(ask: Any) -> Any:
        def get(name: Any, *rest: Any, **more: Any) -> Any:
            seen.add(str(name))
            return ask(name, *rest, **more)

        return get

    for one in environments:
        one.get_template = watched(one.get_template)  # type: ignore[method-assign]  # it looks on and changes nothing
    yield seen
    for one in environments:
        del one.get_template
