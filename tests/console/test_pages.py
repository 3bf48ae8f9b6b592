"""Every page in both languages: valid, titled, translated, without inline script, deaf to what people wrote in it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from lxml import etree, html
from sqlalchemy import select

from console import labels
from console.catalogues import collect
from console.statics import STATIC
from console.words import LANGUAGES, LOCALE, words
from tests.conftest import NOW
from tests.console.conftest import Person, installed, served
from tests.console.warned import make_warnings
from tests.stores import Template
from warehouse.engine import Warehouse
from warehouse.models import CaseRow, EmployerRow, LandedRow

LogIn = Callable[[str], Person]
Pages = tuple[tuple[str, str], ...]
TEMPLATES = Path(labels.__file__).parent / "templates"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta"}
PAGES = {
    "": ("/login",),
    "desk": (
        "/queue",
        "/queue?tab=overdue",
        "/queue/sheet",
        "/queue?tab=concluded",
        "/review",
        "/linkage/sample",
        "/walk-in",
        "/employers",
        "/employers?level=low&sort=owed",
        "/warnings",
        "/warnings?state=settled&level=red",
        "/callbacks",
        "/channels",
        "/statistics",
        "/statistics?span=2026",
        "/statistics/list?span=2026&figure=received",
        "/definitions",
        "/calendar",
        "/waiting",
        "/rota",
    ),
    "system": ("/quarantine", "/channels", "/channels/upload", "/runs", "/calendar"),
    "song": ("/mine", "/account"),
    "head": (
        "/dashboard",
        "/dashboard?period=all",
        "/cases",
        "/cases?figure=opened&period=all&mark=red",
        "/mine",
        "/queue",
        "/rota",
        "/nowhere-at-all",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture(scope="module")
def store(morning_template: Template, folder: Path) -> Iterator[Warehouse]:
    with morning_template.store(folder / "arrears.db") as store:
        yield store


@pytest.fixture(scope="module")
def read(store: Warehouse, folder: Path) -> Iterator[Callable[[str], Pages]]:
    """Every page in a language, by its path and its reader; each is asked for once, whoever looks at it."""
    warned = make_warnings(store, NOW).values()
    with store.read() as session:
        numbers = session.scalars(select(CaseRow.matter_no)).all()
        stuck = session.scalars(select(LandedRow.id)).all()
        firms = session.scalars(select(EmployerRow.id)).all()
    more = {
        "desk": [
            f"/cases/{number}{tab}" for number in numbers for tab in ("", "?tab=handling", "?tab=log", "/employer")
        ]
        + [f"/employers/{one}" for one in firms]
        + [f"/warnings/{one}" for one in warned],
        "system": [f"/quarantine/{one}" for one in stuck],
    }
    with served(store, installed(folder)) as address:

        @cache
        def every_page(language: str) -> Pages:
            found = []
            for login, paths in PAGES.items():
                person = Person(address)
                if login:
                    person.log_in(login)
                person.client.cookies.set("arrears_language", language)
                found += [(path, person.client.get(path).text) for path in (*paths, *more.get(login, ()))]
                person.client.close()
            return tuple(found)

        yield every_page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_well_formed_with_a_title_and_one_heading(language: str, read: Callable[[str], Pages]) -> None:
    count = 0
    for path, text in read(language):
        count += 1
        assert text.startswith("<!doctype html>"), path
        document: Any = html.fromstring(text)
        assert document.get("lang") == LANGUAGES[language], path
        assert len(document.xpath("//h1")) == 1, path
        assert "".join(document.xpath("//title//text()")).strip(" -"), path
        ids = document.xpath("//@id")
        assert len(ids) == len(set(ids)), (path, [one for one in ids if ids.count(one) > 1])
        assert not unclosed(text), (path, unclosed(text))
        labelled(document, path)
    assert count > 40


def unclosed(text: str) -> list[str]:
    """Tags that are opened and not closed, or the other way round."""
    depth: list[str] = []
    wrong: list[str] = []
    for closing, tag, rest in re.findall(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>", text):
        name = tag.lower()
        if name in VOID or rest.rstrip().endswith("/"):
            continue
        if not closing:
            depth.append(name)
        elif not depth or depth.pop() != name:
            wrong.append(name)
    return wrong + depth


def labelled(document: Any, path: str) -> None:
    """Every field has a label, every button and link has words, every image an alternative."""
    fields = document.xpath("//input[not(@type='hidden')]|//select|//textarea")
    for one in fields:
        named = one.get("aria-label") or one.xpath("ancestor::label")
        named = named or (one.get("id") and document.xpath("//label[@for=$id]", id=one.get("id")))
        assert named, (path, etree.tostring(one)[:200])
    for one in document.xpath("//button|//a[@href]"):
        assert one.text_content().strip() or one.get("aria-label"), (path, etree.tostring(one)[:200])
    assert not document.xpath("//img[not(@alt)]"), path
    assert not document.xpath("//form[@method='post'][not(.//input[@name='csrf'])]"), path


def test_no_page_runs_what_people_wrote(read: Callable[[str], Pages]) -> None:
    escaped = 0
    for path, text in read("zh_CN"):
        document: Any = html.fromstring(text)
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "49" not in re.findall(r"云棠餐饮[^<]*\}\}", text), path
        assert all(script.get("src") for script in document.xpath("//script")), path
        assert not document.xpath("//*[@style]"), path
        assert not document.xpath("//@*[starts-with(name(), 'on')]"), path
        escaped += text.count("&lt;script&gt;alert(1)")
    assert escaped > 5


def test_no_page_shows_a_whole_phone_or_name(read: Callable[[str], Pages]) -> None:
    for path, text in read("zh_CN"):
        for plain in (
            "13812343307",
            "18612345521",
            "刘春生",
            "孙守业",
            "13800001111",
            "赵匿名",
            "隐名人",
            "13012340007",
        ):
            assert plain not in text, (path, plain)


def test_every_script_is_ours_and_carries_its_integrity(log_in: LogIn) -> None:
    desk = log_in("desk")
    document: Any = html.fromstring(desk.get("/queue"))
    for one in document.xpath("//script|//link[@href]|//img"):
        address = one.get("src") or one.get("href")
        assert address.startswith("/static/"), address
        answer = desk.client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        if one.tag == "script":
            assert one.get("integrity") == integrity(answer.content)
    assert desk.client.get("/static/000000000000/app.css").status_code == 404
    assert desk.client.get("/static/000000000000/../../app.py").status_code == 404


def integrity(body: bytes) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def test_vendored_files_are_those_of_the_manifest() -> None:
    folder = STATIC / "vendor"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    scripts = {file.name for file in folder.iterdir() if file.suffix == ".js"}
    assert scripts == set(manifest)
    for name, facts in manifest.items():
        assert integrity((folder / name).read_bytes()) == facts["integrity"]
        assert facts["version"] in name
        assert (folder / facts["licence_file"]).exists()
        assert (folder / facts.get("notice_file", facts["licence_file"])).exists()
    assert "notice_file" in manifest["echarts-5.6.0.common.min.js"], "its licence asks that the notice goes with it"


def test_the_style_sheet_keeps_to_what_old_browsers_know() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (STATIC / "app.css").read_text("utf-8"), flags=re.DOTALL)
    for forbidden in (
        r"[\s;{]gap\s*:", r"\binset\s*:", r":is\(", r":where\(", r":has\(", r"aspect-ratio", r"@layer", r"@container",
        r"\ddvh", r"color-mix", r"subgrid", r"@import", r"url\(", r"&",
    ):  # fmt: skip
        assert not re.search(forbidden, sheet), forbidden


def test_the_scripts_are_of_2015_and_ask_nobody_else() -> None:
    for name in ("app.js", "charts.js", "draft.js", "keys.js"):
        script = (STATIC / name).read_text("utf-8")
        code = re.sub(r"//.*|/\*.*?\*/", "", script)
        for forbidden in ("?.", "??", "async ", "await ", "innerHTML", "eval(", "http", "document.write"):
            assert forbidden not in code, (name, forbidden)


def test_no_template_marks_anything_safe() -> None:
    for file in TEMPLATES.glob("*.html"):
        text = file.read_text("utf-8")
        for forbidden in (
            "|safe",
            "| safe",
            "autoescape false",
            " style=",
            "onclick",
            "onsubmit",
            "hx-on",
            "javascript:",
        ):
            assert forbidden not in text, (file.name, forbidden)


def stored(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "arrears.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_the_screen_is_untranslated(language: str) -> None:
    wanted, have = collect(language), stored(language)
    for message in wanted:
        if not message.id:
            continue
        first = message.id if isinstance(message.id, str) else message.id[0]
        found = have.get(first, context=message.context)
        assert found is not None, f"run python -m console.catalogues: {first}"
        forms = found.string if isinstance(found.string, tuple | list) else (found.string,)
        assert all(forms), first
        for form in forms:
            for place in re.findall(r"%\([a-z]+\)s|\{\d\}", str(form)):
                assert place in str(message.id), (first, place)


def test_a_sentence_of_a_service_is_said_in_chinese_with_its_values() -> None:
    chinese = words("zh_CN")
    assert chinese.said("A case that is in progress cannot become merged.") == "在办的案件不能变为已并入。"
    assert chinese.said("The field callTime is empty.") == "字段 callTime 为空。"
    assert chinese.said("Something nobody translated.") == "Something nobody translated."


def test_every_code_of_the_trade_has_words() -> None:
    from casework.complaint import Kind, Nature, Sector
    from casework.documents import KINDS
    from casework.handling import BODIES, PROOFS
    from casework.leniency import Exit
    from casework.lifecycle import LegalStatus, WorkStatus
    from casework.linkage import Finding, Verdict
    from casework.people import Role
    from connectors.registry import CHANNELS
    from dedupe.levels import FEATURES

    tables: list[tuple[set[str], dict[str, str]]] = [
        (set(CHANNELS), labels.CHANNELS),
        (set(CHANNELS), labels.CHIPS),
        ({*Nature}, labels.NATURES),
        ({*Kind}, labels.KINDS),
        ({*Sector}, labels.SECTORS),
        (set(KINDS), labels.PAPERS),
        (set(BODIES), labels.BODIES),
        (set(PROOFS), labels.PROOFS),
        ({*Exit}, labels.EXITS),
        ({*Exit, "declined", "handed_on", "open"}, labels.COUNTED_AS),
        ({*LegalStatus}, labels.LEGAL),
        ({*WorkStatus}, labels.STATUSES),
        ({*Finding}, labels.FINDINGS),
        ({*Verdict}, labels.VERDICTS),
        ({*Role}, labels.ROLES),
        ({feature.name for feature in FEATURES}, labels.FEATURES),
    ]
    for codes, table in tables:
        assert {str(code) for code in codes} <= set(table)
