"""Every page and every form in a real browser, in both languages: WCAG A and AA, no error, no policy report, no scroll
to the side, no name in a title. And nothing was forgotten: no route, no template."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Error
from sqlalchemy import select
from starlette.routing import Match

from casework.people import Actor
from console.render import TEMPLATES
from console.words import LANGUAGES
from services.office.settings import Settings
from services.warnings.muting import keep_score
from tests.conftest import NOW
from tests.console import later, walks, walks_of_cases
from tests.console.conftest import Person, served
from tests.console.doubts import TUOLING
from tests.console.fed import LEADS, SITE, feed_morning
from tests.console.reading import ENGINE, VENDOR, Reader, drawn
from tests.console.stuck import make_stuck
from tests.console.told import told
from tests.console.walks import Stop
from tests.console.warned import PROJECT, make_warnings
from tests.promises.districts import routes
from tests.scenarios.by_services import ByServices
from tests.scenarios.hands import paper
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, EmployerRow, LandedRow, MoneyQuestionRow, RunRow

PEOPLE = tuple(one.complainant_name for one in told(NOW) if one.complainant_name)


def names_of(store: Warehouse, office: later.Office) -> dict[str, str]:
    """What the braces of the stops stand for."""
    cases = {"spared": later.SPARED, "fled": later.FLED, "ended": later.ENDED, "sea": later.ASKED, "sent": later.SENT}
    found: dict[str, str] = {}
    for name, employer in cases.items():
        row = later.case_of(store, employer)
        found[name] = row.matter_no
        if row.status != "to_dispatch":
            found[f"{name}_lead"], found[f"{name}_other"] = office.pair(row.id)
        if name == "fled":
            hands = ByServices(office)
            hands.case_id = row.id
            found["letter"] = paper(hands, "transfer_letter").id
        if name == "ended":
            found["called"] = next(iter(office.complaints(row.id).values())).id
    with store.read() as session:
        decided = select(MoneyQuestionRow.complaint_id).join(CaseRow, CaseRow.id == MoneyQuestionRow.case_id)
        found["asked"] = session.scalars(decided.where(CaseRow.status.in_(("concluded", "closed"))).limit(1)).one()
    warned = make_warnings(store, later.LATER)
    fed = feed_morning(store, later.LATER)
    keep_score(store, actor=Actor.system("warn"), at=later.LATER)
    found |= {"warned": warned["arrears"], "told_of": warned["complaints"]}
    found |= {"fed": fed[LEADS], "site": SITE, "quiet_site": PROJECT}
    with store.read() as session:
        found["firm"] = session.scalars(select(EmployerRow.id).where(EmployerRow.name == later.FLED)).one()
        merged = select(EmployerRow.id).where(EmployerRow.name == TUOLING[0])
        found["merged"] = session.scalars(merged).one()
        found["stuck"] = session.scalars(select(LandedRow.id).where(LandedRow.state == "quarantined")).one()
        found["run"], found["other_run"], *_ = session.scalars(select(RunRow.id))
    found["refused"] = make_stuck(store, later.LATER)
    return found | {"account": office.accounts["song"]}


class Walker:
    """Somebody who goes from stop to stop in one world; each role logs in once."""

    def __init__(self, reader: Reader, names: Mapping[str, str]) -> None:
        self.reader, self.names, self._people, self._is = reader, names, dict[str, Person](), ""

    def go(self, stop: Stop) -> None:
        who, path = stop.who.format_map(self.names), stop.path.format_map(self.names)
        if who != self._is:
            self._is = who
            self.reader.give(self._person(who) if who else None)
        name = f"{self.reader.language} {who} {path or self.reader.page.url.removeprefix(self.reader.address)}"
        try:
            if path:
                self.reader.open(path, status=stop.status)
            for step in stop.steps:
                step(self.reader, self.names)
            self.reader.check(f"{name} {len(stop.steps) or ''}", inside=stop.inside, names=PEOPLE)
        except Error as failed:
            self.reader.found.append(f"{name}: {failed.message.splitlines()[0]}")

    def _person(self, login: str) -> Person:
        if login not in self._people:
            self._people[login] = Person(self.reader.address)
            self._people[login].log_in(login)
        return self._people[login]

    def close(self) -> None:
        for person in self._people.values():
            person.client.close()
        self.reader.context.close()


@dataclass
class Walked:
    """What both walks found, and where they were."""

    found: list[str] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)

    def take(self, reader: Reader) -> None:
        self.found += reader.found
        self.read += reader.read
        self.asked |= reader.asked


def walk_morning(browser: Browser, store: Warehouse, settings: Settings, language: str, into: Walked) -> None:
    """The morning itself, up to the one click."""
    names = {
        "roads": later.case_of(store, later.FLED).matter_no,
        "clothes": later.case_of(store, later.SPARED).matter_no,
    }
    with served(store, settings) as address:
        walker = Walker(Reader(browser, address, language, engine=True), names)
        for stop in walks.MORNING:
            walker.go(stop)
        walker.close()
    into.take(walker.reader)


def walk_later(browser: Browser, office: later.Office, language: str, into: Walked) -> None:
    """All other pages, and the cases; at the end one that is given to others while its form is being filled in."""
    names = names_of(office.store, office)
    with served(office.store, office.settings, lambda: later.LATER) as address:
        walker = Walker(Reader(browser, address, language, engine=True), names)
        for stop in (*walks.OFFICE, *walks_of_cases.STOPS):
            walker.go(stop)
        walker.go(Stop(names["fled_lead"], "/cases/{fled}/visit", inside="#act"))
        later.give_away(office, later.FLED)
        walker.go(Stop(names["fled_lead"], "", (walks.sent("/visit", place="项目部"),)))
        walker.close()
    into.take(walker.reader)


pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def walked(
    browser: Browser, morning_template: Template, later_template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Walked:
    """Both walks. The world is made once by the services, and each language has a copy of it."""
    folder, into = tmp_path_factory.mktemp("walk"), Walked()
    with drawn() as templates:
        for language in LANGUAGES:
            for name, template in (("morning", morning_template), ("later", later_template)):
                with template.store(folder / f"{name}-{language}.db") as store:
                    office = later.Office(store, folder)
                    if name == "morning":
                        walk_morning(browser, store, office.settings, language, into)
                    else:
                        office.now = later.LATER
                        walk_later(browser, office, language, into)
    into.templates |= templates
    return into


@pytest.mark.browser
def test_every_page_and_form_is_free_of_faults_in_both_languages(walked: Walked) -> None:
    assert not walked.found, "\n".join(walked.found)
    assert len(walked.read) > 250


@pytest.mark.browser
def test_every_page_that_can_be_asked_for_was_walked_or_has_a_reason_not_to_be(
    walked: Walked, settings: Settings, store: Warehouse
) -> None:
    known = [route for _, route in routes()]
    seen: set[str] = set()
    for method, path in walked.asked:
        scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        seen |= {next((one.name for one in known if one.matches(scope)[0] is Match.FULL), "")}
    pages = {one.name for one in known if "GET" in (one.methods or ())}
    assert pages - seen == set(walks.EXCUSED), "a new page is a line in walks.py"


@pytest.mark.browser
def test_every_template_was_drawn(walked: Walked) -> None:
    assert {one.name for one in TEMPLATES.glob("*.html")} - walked.templates == set()


@pytest.mark.browser
def test_a_fault_put_into_a_page_is_found(browser: Browser, console: str) -> None:
    reader = Reader(browser, console, "en", engine=True)
    reader.open("/login")
    reader.page.evaluate("document.querySelector('label').remove(); document.documentElement.removeAttribute('lang')")
    reader.page.evaluate("const one = document.createElement('script'); one.text = '1'; document.body.append(one)")
    reader.page.evaluate("document.title = '13812343307'; document.querySelector('main').style.minWidth = '1500px'")
    reader.check("/login")
    found = "\n".join(reader.found)
    for fault in ("label", "html-has-lang", "policy script-src-elem", "is 1", "its title names somebody"):
        assert fault in found
    reader.context.close()


def test_the_engine_is_that_of_the_manifest() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    assert set(manifest) == {one.name for one in VENDOR.glob("*.js")} == {ENGINE}
    facts = manifest[ENGINE]
    body = (VENDOR / ENGINE).read_bytes()
    assert facts["integrity"] == "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
    assert body.startswith(f"/*! axe v{facts['version']}\n".encode())
    assert "Mozilla Public License" in (VENDOR / facts["licence_file"]).read_text("utf-8")
    assert (VENDOR / facts["notice_file"]).read_text("utf-8").strip()
