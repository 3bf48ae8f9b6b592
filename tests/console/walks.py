"""Where a walk through the console goes: each page of the office, in its plain state and, where a form has one, after a
mistake. A new page is one line here; the pages of a case are in `walks_of_cases`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator

from tests.console.reading import Reader
from tests.console.test_loading_holidays import SPRING, notice

Step = Callable[[Reader, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """One state of one page. `who` opens `path` (empty: stays where the last stop ended) and does `steps` there.

    Words in braces are filled in from the world that is walked through. `inside` names the part that is read where the
    page around it was read before. The page answers with `status` when it is opened.
    """

    who: str
    path: str
    steps: tuple[Step, ...] = ()
    status: int = 200
    inside: str | None = None


def sent(action: str, **typed: Any) -> Step:
    """The form that leads to an address (its end is enough) is filled in and sent, as the server checks it."""

    def step(reader: Reader, names: Mapping[str, str]) -> None:
        form = reader.page.locator(f"form[action$='{action.format_map(names)}']").first
        fill_in(form, typed, names)
        with reader.page.expect_navigation():
            form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")

    return step


def typed_in(action: str, wait_for: str, **typed: Any) -> Step:
    """Fields are filled in and what the page says to that is waited for; nothing is sent."""

    def step(reader: Reader, names: Mapping[str, str]) -> None:
        fill_in(reader.page.locator(f"form[action$='{action.format_map(names)}']").first, typed, names)
        reader.page.wait_for_selector(wait_for)

    return step


def pressed(selector: str, wait_for: str = "") -> Step:
    """Something is pressed; then another page comes, or something on this one."""

    def step(reader: Reader, names: Mapping[str, str]) -> None:
        one = reader.page.locator(selector.format_map(names)).first
        if wait_for:
            one.click()
            reader.page.wait_for_selector(wait_for)
            return
        with reader.page.expect_navigation():
            one.click()

    return step


def unfolded(reader: Reader, _: Mapping[str, str]) -> None:
    """Everything that is folded away is shown."""
    reader.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def without_scripts(action: str) -> Step:
    """A form is sent as it is where no script runs."""

    def step(reader: Reader, names: Mapping[str, str]) -> None:
        form = reader.page.locator(f"form[action$='{action.format_map(names)}']").first
        with reader.page.expect_navigation():
            form.evaluate("form => { (form.querySelector('select') || {}).selectedIndex = 1; form.submit(); }")

    return step


def keys(reader: Reader, _: Mapping[str, str]) -> None:
    """The sheet of the keys is opened."""
    reader.page.keyboard.press("?")
    reader.page.wait_for_selector("dialog.keys[open]")


def in_large_text(reader: Reader, _: Mapping[str, str]) -> None:
    """The switch for larger text."""
    reader.page.evaluate("document.documentElement.dataset.size = 'large'")


def fetched(path: str) -> Step:
    """A part that the page asks for by itself from time to time is asked for now."""

    def step(reader: Reader, names: Mapping[str, str]) -> None:
        asks = "path => fetch(path, {headers: {'HX-Request': 'true'}}).then(told => told.text())"
        reader.page.evaluate(asks, path.format_map(names))

    return step


def fill_in(form: Locator, typed: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Fields of a form are filled in, each as its kind wants it; None chooses the first of a list."""
    for name, value in typed.items():
        field = form.locator(f"[name='{name.replace('_', '-') if name.startswith('scale') else name}']").first
        kind = field.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
        if kind == "file":
            field.set_input_files(value)
        elif kind == "select":
            field.select_option(value) if value is not None else field.select_option(index=1)
        elif kind in ("checkbox", "radio"):
            field.check(force=True)
        elif kind == "hidden":
            field.evaluate("(one, value) => { one.value = value; }", str(value))
        else:
            field.fill(str(value).format_map(names))


def file(name: str, content: bytes) -> dict[str, Any]:
    """A file as somebody chooses it."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


MORNING: tuple[Stop, ...] = (
    Stop("", "/login"),
    Stop("", "", (sent("/login", login="nobody", password="wrong"),)),
    Stop("desk", "/queue"),
    Stop("desk", "", (keys,)),
    Stop("desk", "/queue?tab=due_soon", (in_large_text,)),
    Stop("desk", "/queue?pane=loads", (fetched("/queue/news"), fetched("/queue/preview/{roads}"), unfolded)),
    Stop("desk", "/queue?tab=concluded"),
    Stop("desk", "/queue/merge?case={roads}&case={clothes}"),
    Stop("desk", "/queue/choose?case={roads}&case={clothes}"),
    Stop("desk", "", (sent("/queue/choose", lead_id=None),)),
    Stop("desk", "/queue/merge?case={roads}&case={clothes}", (sent("/queue/merge"),)),
    Stop("desk", "/queue", (pressed(".go button.primary"),)),
)
"""In the order of a morning: the last two change it."""

OFFICE: tuple[Stop, ...] = (
    Stop("reader", "/queue"),
    Stop("desk", "/queue?tab=overdue"),
    Stop("desk", "/review"),
    Stop("desk", "/linkage/sample"),
    Stop("desk", "/walk-in", (typed_in("/walk-in", "#similar a", employer_name="青岛澜田海产加工有限公司"),)),
    Stop("desk", "", (sent("/walk-in", narrative="", complainant_phone="1"),)),
    Stop("desk", "/employers"),
    Stop("desk", "/employers/{firm}", (unfolded,)),
    Stop("desk", "/employers/{merged}", (unfolded,)),
    Stop("desk", "", (sent("/alike", text="青岛"),)),
    Stop("desk", "/employers/{fed}", (unfolded,)),
    Stop("desk", "/projects/{site}", (unfolded,)),
    Stop("desk", "/projects/{quiet_site}"),
    Stop("desk", "/site-notice/{site}"),
    Stop("desk", "/callbacks"),
    Stop("desk", "/callbacks/{called}"),
    Stop("desk", "", (sent("/callbacks/{called}"),)),
    Stop("desk", "/money"),
    Stop("desk", "/money/{asked}"),
    Stop("desk", "", (sent("/money/{asked}"),)),
    Stop("desk", "/messages"),
    Stop("head", "/messages/wordings"),
    Stop("head", "/messages/wordings/worker_money/zh_CN", (unfolded,)),
    Stop("head", "", (sent("/messages/wordings/worker_money/zh_CN", body="请致电13812340000"),)),
    Stop("desk", "/channels"),
    Stop("desk", "/queue/sheet?lead=all"),
    Stop("desk", "/warnings"),
    Stop("desk", "/warnings?level=red"),
    Stop("desk", "/warnings/{warned}", (unfolded,)),
    Stop("desk", "", (sent("/warnings/{warned}/settle", reason=""),)),
    Stop("desk", "/warnings/{told_of}", (unfolded,)),
    Stop("desk", "/warnings/{warned}/notice"),
    Stop("desk", "", (sent("/warnings/{warned}/notice", to=""),)),
    Stop("desk", "", (sent("/warnings/{warned}/notice", to="青岛某某建筑有限公司"),)),
    Stop("desk", "", (pressed(".head .push a"), unfolded)),
    Stop("desk", "", (sent("/take-back", reason=""),)),
    Stop("desk", "/warnings/{warned}"),
    Stop("desk", "/statistics"),
    Stop("desk", "/statistics?span=2026-10"),
    Stop("desk", "/statistics?span=2026-10..2026-12"),
    Stop("desk", "/statistics/list?span=2026-11&figure=received"),
    Stop("desk", "/statistics/list?span=2026-11&figure=warnings_raised"),
    Stop("desk", "/statistics?cumulative=1"),
    Stop("desk", "/statistics/cross"),
    Stop("desk", "/statistics/cross?figure=received&rows=channel&columns=along"),
    Stop("desk", "/statistics/cross?figure=amount_paid&rows=lead&columns=month&from=2026-10&to=2026-11"),
    Stop("desk", "/statistics/cross?rows=town&columns=town", status=422),
    Stop("desk", "/bulletins"),
    Stop("desk", "", (sent("/bulletins/make", period="2026-13"),)),
    Stop("desk", "/bulletins", (sent("/bulletins/make", period="2026-W47"),)),
    Stop("desk", "/definitions"),
    Stop("desk", "/waiting"),
    Stop("desk", "/rota"),
    Stop("desk", "", (sent("/rota/absences"),)),
    Stop("desk", "", (sent("/search", q="青岛"),)),
    Stop("head", "/warnings/score", (unfolded,)),
    Stop("head", "", (sent("/warnings/score/mute", reason=""),)),
    Stop("head", "", (sent("/warnings/score/mute", reason="局务会"),)),
    Stop("head", "/warnings"),
    Stop("head", "/dashboard"),
    Stop("head", "/dashboard?period=all"),
    Stop("head", "/cases"),
    Stop("head", "/cases?figure=opened&period=all"),
    Stop("head", "/statistics?span=2026-10"),
    Stop("head", "", (sent("/statistics/lock"),)),
    Stop("head", "/statistics?span=2026-11", (unfolded, sent("/statistics/baseline", times="x", how="秒表"))),
    Stop("head", "", (sent("/statistics/baseline", times="9 10 11", how="秒表实测", timed_on="2026-09-01"),)),
    Stop("head", "/statistics?span=2026-11", (unfolded,)),
    Stop("head", "", (sent("/statistics/accept", reason="平台停机检修"),)),
    Stop("head", "/bulletins", (pressed("#bulletins tbody a"),)),
    Stop("head", "", (sent("/issue"),)),
    Stop("head", "", (unfolded, sent("/restate", reason=""))),
    Stop("head", "/mine"),
    Stop("head", "/calendar"),
    Stop("head", "/nowhere", status=404),
    Stop("system", "/channels", (unfolded,)),
    Stop("system", "/channels/upload"),
    Stop("system", "", (sent("/channels/upload"),)),
    Stop("desk", "/publications", (unfolded,)),
    Stop("head", "/publications?quarter=2026-Q3"),
    Stop("desk", "/receipts"),
    Stop("desk", "/receipts?group=quarantine"),
    Stop("desk", "", (sent("/receipts/export", group="nothing"),)),
    Stop("desk", "/receipts/{refused}", (unfolded,)),
    Stop("desk", "", (sent("/receipts/{refused}/told", note=""),)),
    Stop("head", "/receipts?balance=2026-11-20"),
    Stop("head", "", (sent("/receipts/explain", words=""),)),
    Stop("system", "/runs", (unfolded,)),
    Stop("system", "/runs/compare?run={run}&run={other_run}"),
    Stop("system", "/quarantine"),
    Stop("system", "/quarantine/{stuck}", (unfolded,)),
    Stop("system", "", (sent("/mend"),)),
    Stop("system", "/quarantine/{stuck}", (without_scripts("/quarantine/{stuck}/reveal"),)),
    Stop("system", "/calendar"),
    Stop("system", "", (sent("/calendar/preview", file=file("2027.json", notice(*SPRING)), source="国办发明电"),)),
    Stop("system", "/rules", (unfolded,)),
    Stop("system", "/rules/account.second_factor.roles"),
    Stop("system", "", (sent("/rules/account.second_factor.roles", value="nothing"),)),
    Stop("system", "/rules/linker.line"),
    Stop("system", "", (sent("/rules/linker.line/try", value="0.5"),)),
    Stop("security", "/accounts", (unfolded,)),
    Stop("security", "", (sent("/accounts"),)),
    Stop("security", "/accounts/{account}", (unfolded,)),
    Stop("audit", "/audit"),
    Stop("audit", "", (sent("/audit/verify"),)),
    Stop("audit", "", (sent("/audit", since="not a day"),)),
    Stop("song", "/mine"),
    Stop("song", "/mine/sheet"),
    Stop("song", "/account", (unfolded,)),
    Stop("song", "", (sent("/account/password", old="x", new="y"),)),
    Stop("song", "", (sent("/account/addresses", address="nobody"),)),
    Stop("song", "", (sent("/account/code/offer"),)),
)

EXCUSED = {
    "health": "for the watchdog, JSON",
    "alive": "for the watchdog, JSON",
    "metrics": "for a monitor, in the form of Prometheus",
    "robots": "plain text for robots",
    "home": "leads on to the first page of a role",
    "roster_template": "a workbook",
    "prevention_file_small": "the small picture of a file that an employer sent",
    "prevention_file": "a file that an employer sent; tests/console/test_preventions.py opens it",
}
"""Routes that answer to GET and show no page."""
