"""A seat at a real browser: every form is filled and sent as Chromium does it, with the page's own scripts running."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Locator, ViewportSize

from tests.scenarios.town import PASSWORD

DESK: ViewportSize = {"width": 1366, "height": 900}


class ByBrowser:
    """A seat at Chromium. Whatever the browser complains of, a policy report or an error, is kept."""

    def __init__(
        self, browser: Browser, address: str, login: str, *, language: str = "en", size: ViewportSize = DESK
    ) -> None:
        self.address = address
        self.context = browser.new_context(viewport=size, timezone_id="Asia/Shanghai")
        self.context.add_cookies([{"name": "arrears_language", "value": language, "url": address}])
        self.tab = self.context.new_page()
        self.complaints: list[str] = []
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.get("/login")
        self.send("/login", {"login": login, "password": PASSWORD})

    def get(self, path: str) -> str:
        answer = self.tab.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)
        return self.tab.content()

    def send(self, path: str, typed: dict[str, Any], status: int = 200) -> str:
        form = self.tab.locator(f'form[action="{path}"]').first
        pressed = None
        for name, value in typed.items():
            fields = form.locator(f'[name="{name}"]')
            if fields.first.evaluate("one => one.tagName") == "BUTTON":
                pressed = form.locator(f'button[name="{name}"][value="{value}"]')
            else:
                _fill(fields, value)
        button = pressed if pressed is not None else form.locator("button").first
        with self.tab.expect_navigation() as followed:
            button.click()
        assert followed.value is not None
        assert followed.value.status == status, (path, followed.value.status, self.tab.inner_text("body")[:2000])
        return self.tab.content()

    def barred(self, path: str, typed: dict[str, Any]) -> str:
        """A button that cannot be pressed, and says why; pressed all the same, the server refuses it too."""
        button = self.tab.locator(f'form[action="{path}"] button:disabled').first
        why = self.tab.inner_text(f"#{button.get_attribute('aria-describedby')}")
        button.evaluate("one => { one.disabled = false; }")
        self.send(path, typed, 422)
        return why

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []


def _fill(fields: Locator, value: Any) -> None:
    """One field, or one row of boxes, as its kind wants it."""
    first = fields.first
    if first.evaluate("one => one.tagName") == "SELECT":
        first.select_option(str(value))
    elif first.get_attribute("type") == "checkbox":
        wanted = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for box in fields.all():
            # One box may stand for several answers.
            box.set_checked(bool(set((box.get_attribute("value") or "").split()) & set(wanted)))
    elif first.get_attribute("type") == "file":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        first.set_input_files({"name": "工资表.xlsx", "mimeType": kind, "buffer": value})
    else:
        first.fill(str(value))
