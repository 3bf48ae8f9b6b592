"""What is printed: on A4, in black on white, without the menu and without a table that is cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from console.words import LANGUAGES
from tests.console import later
from tests.console.conftest import Person, served
from tests.console.reading import Reader
from tests.console.test_every_page import names_of
from tests.stores import Template

pytestmark = pytest.mark.browser
Printer = tuple[Reader, dict[str, str]]
A4 = (718, 1047)
"""The room for text in CSS pixels with margins of a centimetre: 210 by 297 mm at 96 to the inch."""
PRINTED = (
    "/queue", "/cases", "/cases/{spared}", "/cases/{fled}?tab=handling", "/cases/{fled}/papers/{letter}",
    "/cases/{spared}/ledger", "/dashboard", "/statistics",
)  # fmt: skip
_SEEN = """([width]) => {
  const shown = one => one.getClientRects().length > 0 && getComputedStyle(one).visibility === 'visible';
  const name = one => one.tagName + '.' + one.className + ' ' + one.textContent.trim().slice(0, 40);
  const all = Array.from(document.querySelectorAll('body *')).filter(shown);
  const small = one => one.clientWidth < 2;
  const holds = one => one.matches('td, th, .state > div, .strip > a, .numbers > div, dd');
  const spills = one => holds(one) && one.scrollWidth > one.clientWidth + 1;
  const cuts = one => getComputedStyle(one).overflowX !== 'visible' && !small(one) && one.tagName !== 'SELECT' &&
    (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
  const dark = one => {
    const [r, g, b, a] = getComputedStyle(one).backgroundColor.match(/[\\d.]+/g).map(Number);
    return a !== 0 && r + g + b < 600;
  };
  return {
    menu: all.filter(one => one.matches('.top, .side, .tools, .skip, dialog, .form-foot, button.btn')).map(name),
    wide: all.filter(one => one.getBoundingClientRect().right > width + 1).map(name).slice(0, 5),
    cut: all.filter(cuts).map(name).slice(0, 5),
    spilt: all.filter(spills).map(name).slice(0, 5),
    dark: all.filter(one => !one.closest('svg') && dark(one)).map(name).slice(0, 5),
    ground: getComputedStyle(document.body).backgroundColor,
  };
}"""


@pytest.fixture(scope="module")
def office(later_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[later.Office]:
    folder = tmp_path_factory.mktemp("print")
    with later_template.store(folder / "arrears.db") as store:
        yield later.Office(store, folder)


@pytest.fixture(scope="module")
def printer(browser: Browser, office: later.Office) -> Iterator[Printer]:
    """A head's browser over the morning twelve days on, as its pages go to paper."""
    office.now = later.LATER
    with served(office.store, office.settings, lambda: later.LATER) as address:
        reader, head = Reader(browser, address, "zh_CN"), Person(address)
        head.log_in("head")
        reader.give(head)
        yield reader, names_of(office.store, office)
        head.client.close()
        reader.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PRINTED)
def test_a_page_is_printed_whole_without_its_menu_in_black_on_white(printer: Printer, path: str, language: str) -> None:
    reader, names = printer
    reader.context.add_cookies([{"name": "arrears_language", "value": language, "url": reader.address}])
    reader.open(path.format_map(names))
    reader.page.set_viewport_size({"width": A4[0], "height": A4[1]})
    reader.page.emulate_media(media="print")
    seen = reader.page.evaluate(_SEEN, [A4[0]])
    reader.page.emulate_media(media="screen")
    reader.page.set_viewport_size({"width": 1366, "height": 768})
    assert seen == {"menu": [], "wide": [], "cut": [], "spilt": [], "dark": [], "ground": "rgb(255, 255, 255)"}
    assert reader.found == []
