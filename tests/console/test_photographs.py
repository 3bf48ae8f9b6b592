"""Photographs through the pages: the form with files, what it keeps when one is refused, and who sees a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser
from sqlalchemy import select

from console.headers import MOST_PHOTOS
from console.words import LANGUAGES
from services.office.settings import Settings
from tests.console.conftest import Person
from tests.console.forms import form_of, send
from tests.console.reading import ENGINE, TAGS, VENDOR
from tests.console.test_browser import Desk
from tests.console.test_pages import labelled, unclosed
from tests.console.test_work import dispatched_and_signed
from tests.photographs import SECRET, located, measures, shot
from warehouse.engine import Warehouse
from warehouse.models import AttachmentRow, DraftRow, LandedRow

LogIn = Callable[[str], Person]
NAME = "刘春生家门口.jpg"


def bring(person: Person, path: str, *files: bytes, status: int = 200, **more: Any) -> str:
    """Send the form of a page with photographs, as a browser would: an empty choice is an empty file."""
    fields = form_of(person.get(path), path) | more
    chosen = [("photos", (NAME, one, "image/jpeg")) for one in files] or [("photos", ("", b"", "text/plain"))]
    answer = person.client.post(path, data=fields, files=chosen, headers={"Origin": person.address})
    assert answer.status_code == status, (answer.status_code, answer.text[:2000])
    return answer.text


def pictures(page: str) -> list[str]:
    """The addresses of the small pictures on a page."""
    document: Any = html.fromstring(page)
    return [str(one) for one in document.xpath("//div[@class='photos']//img/@src")]


def test_a_visit_with_photographs_from_the_form_to_the_file(
    morning: Warehouse, settings: Settings, log_in: LogIn
) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, case = log_in(lead), f"/cases/{number}"
    path = f"{case}/visit"
    told: dict[str, Any] = {"place": "厂区东门", "people_met": "王厂长", "findings": "未张贴维权告示牌"}
    empty: Any = html.fromstring(officer.get(path))
    assert empty.xpath("//section[@id='act']/form")[0].get("enctype") == "multipart/form-data"

    # One that is no photograph: nothing is recorded, what was typed stands, the file waits in quarantine.
    page = b"<!doctype html><script>alert('x')</script>"
    refused = bring(officer, path, located(), page, status=422, **told)
    kept: Any = html.fromstring(refused)
    assert kept.xpath("//div[@id='errors']//a/@href") == ["#field-photos"]
    assert "第 2 张照片：这不是 JPEG、PNG 或 WebP 照片。" in refused
    assert "请重新选择照片" in refused
    assert all(words in refused for words in told.values())
    assert "alert(" not in refused
    with morning.read() as session:
        (landed,) = session.execute(select(LandedRow.id).where(LandedRow.channel == "photo")).all()
        assert session.scalars(select(AttachmentRow.id)).all() == []
    quarantine = log_in("system").get(f"/quarantine/{landed.id}")
    assert "走访照片" in quarantine
    assert "这不是 JPEG、PNG 或 WebP 照片" in quarantine

    # Somebody was quicker: the words are kept as a draft, the files are not looked at.
    late = form_of(officer.get(path), path) | told | {"version": "1"}
    files = [("photos", (NAME, located(), "image/jpeg"))]
    answer = officer.client.post(path, data=late, files=files, headers={"Origin": officer.address})
    assert (answer.status_code, "厂区东门" in answer.text) == (409, True)

    # Taken: small pictures on the case, the whole one on its page and as a file that is never a page.
    after = bring(officer, path, located(), shot("PNG"), **told)
    small = pictures(after)
    assert len(small) == 2
    for one in small:
        sent = officer.client.get(one)
        assert sent.headers["content-type"] == "image/jpeg"
        assert sent.headers["content-disposition"].startswith('attachment; filename="att_')
        assert sent.headers["x-content-type-options"] == "nosniff"
        assert sent.headers["cache-control"] == "no-store"
        assert measures(sent.content)[0] == "JPEG"
        assert SECRET not in sent.content
    photo = small[0].removesuffix("/small")
    assert measures(officer.client.get(f"{photo}/whole").content) == ("JPEG", (480, 640), True)
    for language in LANGUAGES:
        shown = officer.get(photo, language=language)
        assert not unclosed(shown)
        labelled(html.fromstring(shown), photo)
    officer.get(photo, language="zh_CN")
    more = f"{case}/photos"
    assert "请填写" in bring(officer, more, status=422)
    assert len(pictures(bring(officer, more, shot("WEBP")))) == 3

    # Who may know of the case and is no mere reader sees it; to everybody else it is not there.
    for login, seen in {"desk": 200, "head": 200, "reader": 404, "system": 404, "far": 404, "far_head": 404}.items():
        person = log_in(login)
        assert [person.client.get(f"{photo}{end}").status_code for end in ("", "/small", "/whole")] == [seen] * 3, login
    reader = log_in("reader").get(f"{case}?tab=handling")
    assert "照片 3 张" in reader
    assert "/small" not in reader

    # Struck, with a reason; the row says so and the picture is gone from every page.
    page_ = officer.get(photo)
    assert "请填写" in send(officer, page_, f"{photo}/strike", status=422, reason="")
    struck = send(officer, page_, f"{photo}/strike", reason="拍到了别家企业")
    assert "作废照片一张：拍到了别家企业" in struck
    assert small[0] not in struck
    officer.get(photo, status=404)

    # What the file was called is nowhere: in no row, in no file of the installation.
    with morning.read() as session:
        assert session.scalars(select(DraftRow.id)).all() == []
        session.expunge_all()
    stored = b"".join(one.read_bytes() for one in settings.data_dir.rglob("*") if one.is_file())
    assert NAME.encode() not in stored
    assert SECRET not in stored


def test_too_many_bytes_are_refused_before_they_are_kept(morning: Warehouse, log_in: LogIn) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    officer, path = log_in(lead), f"/cases/{number}/visit"
    answer = officer.client.post(
        path, content=bytes(MOST_PHOTOS + 1), headers={"Origin": officer.address, "Content-Type": "text/plain"}
    )
    assert answer.status_code == 413
    assert "照片总量过大" in answer.text
    stranger = log_in("reader")
    files = [("photos", ("a.jpg", located(), "image/jpeg"))]
    data = {"csrf": stranger.token(), "version": "1"}
    refused = stranger.client.post(path, data=data, files=files, headers={"Origin": stranger.address})
    assert refused.status_code == 404


@pytest.mark.browser
def test_in_the_drawer_two_pictures_are_chosen_and_seen(
    browser: Browser, console: str, morning: Warehouse, log_in: LogIn, tmp_path: Any
) -> None:
    number, lead = dispatched_and_signed(morning, log_in)
    for name, content in {"a.jpg": located((1600, 1200)), "b.png": shot("PNG"), "c.jpg": b"<html>"}.items():
        (tmp_path / name).write_bytes(content)
    desk = Desk(browser, console, lead)
    page = desk.page
    page.goto(f"{console}/cases/{number}")
    page.locator("a[data-drawer][href$='/visit']").first.click()
    page.wait_for_selector("#drawer #field-photos")
    page.fill("#drawer #field-place", "厂区东门")
    page.set_input_files("#drawer #field-photos", [tmp_path / "a.jpg", tmp_path / "c.jpg"])
    page.locator("#drawer button.primary").click()
    page.wait_for_selector("#drawer #errors")
    assert "第 2 张照片" in page.inner_text("#drawer #errors")
    assert page.input_value("#drawer #field-place") == "厂区东门"
    desk.complaints = [one for one in desk.complaints if "422" not in one]
    page.set_input_files("#drawer #field-photos", [tmp_path / "a.jpg", tmp_path / "b.png"])
    page.locator("#drawer button.primary").click()
    page.wait_for_selector(".photos img")
    loaded = (
        "() => Array.from(document.querySelectorAll('.photos img')).every(one => one.complete && one.naturalWidth > 0)"
    )
    page.wait_for_function(loaded)
    assert page.locator(".photos img").count() == 2
    page.locator(".photos a").first.click()
    page.wait_for_function(
        "() => document.querySelector('.photo') && document.querySelector('.photo').naturalWidth > 0"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    for path in (page.url, f"{console}/cases/{number}?tab=handling", f"{console}/cases/{number}/visit"):
        page.goto(path)
        page.evaluate((VENDOR / ENGINE).read_text("utf-8"))
        told = page.evaluate("tags => axe.run(document, {runOnly: tags}).then(told => told.violations)", TAGS)
        assert [(one["id"], one["nodes"][0]["html"]) for one in told] == [], path
    desk.close()
