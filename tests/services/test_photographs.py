"""Photographs of a visit: sealed in the store, shown once, struck and never deleted, and in the backup."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from casework.calendar import local_day
from casework.errors import BadInput, Conflict, NotAllowed, NotFound
from casework.people import Actor, Role
from services.arriving.uploads import refused_file
from services.cases import handling, photographing
from services.cases.photographing import PhotosRefused
from services.money.money_matters import record_payment
from services.office.backups import back_up, restore
from services.office.settings import Settings
from tests.photographs import SECRET, located, measures, shot
from tests.services.office import SYSTEM, Office
from tests.services.test_merged_ledgers import back, later, merge
from tests.services.work import Work
from warehouse.crypto import Tampered
from warehouse.engine import Warehouse, open_warehouse
from warehouse.models import AttachmentPartRow, AttachmentRow, AuditRow, LandedRow, VisitRow
from warehouse.queries.history import handling as done_on
from warehouse.queries.photos import in_order
from warehouse.store.attachments import Brought, content_of
from warehouse.store.settings import set_setting


@pytest.fixture
def office(store: Warehouse, now: datetime) -> Office:
    return Office(store, now)


@pytest.fixture
def settings(tmp_path: Path, store_url: str) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=store_url)


def read(work: Work, settings: Settings, *sent: bytes) -> list[Brought]:
    sources = [io.BytesIO(one) for one in sent]
    return list(work.do(photographing.read_photos, settings=settings, sources=sources))


def visited(work: Work, photos: list[Brought]) -> str:
    officers = [work.lead.id, work.other.id]
    done = {"visited_at": work.office.at, "place": "厂区", "officer_ids": officers, "photos": photos}
    return str(work.do(handling.record_visit, **done))


def see(work: Work, photo_id: str, *, actor: Actor | None = None, small: bool = False) -> bytes:
    picture = photographing.see_photo(
        work.store,
        matter_no=work.office.look(work.id).matter_no,
        photo_id=photo_id,
        small=small,
        actor=actor or work.lead,
        at=work.office.at,
    )
    assert picture.media == "image/jpeg"
    return b"".join(picture.parts)


def shown(work: Work) -> list[str]:
    with work.store.read() as session:
        return [one.id for one in in_order(done_on(session, work.id).photos)]


def test_photographs_are_kept_sealed_with_the_visit_and_seen_by_who_may_know_of_the_case(
    office: Office, settings: Settings, tmp_path: Path
) -> None:
    work = Work(office)
    noisy = shot("PNG", (2000, 1500), shade=7)
    photos = read(work, settings, located(), noisy, located())
    assert len(photos) == 2, "the same one twice is one"
    visit_id = visited(work, photos)
    first, second = shown(work)
    assert measures(see(work, first)) == ("JPEG", (480, 640), True)
    assert measures(see(work, second, small=True))[1] == (320, 240)
    with office.store.read() as session:
        row = session.get_one(AttachmentRow, first)
        assert (row.visit_id, row.case_id, row.number, row.origin) == (visit_id, work.id, 1, "visit")
        assert (row.media, row.sent_media, row.width, row.height) == ("image/jpeg", "image/jpeg", 480, 640)
        sealed = b"".join(bytes(one) for one in session.scalars(select(AttachmentPartRow.sealed)))
        audit = session.execute(select(AuditRow.by, AuditRow.subject).where(AuditRow.act == "read_photo")).all()
        recorded = session.scalars(select(AuditRow.details).where(AuditRow.act == "record_visit")).one()
    assert b"JFIF" not in sealed
    assert SECRET not in sealed
    assert [tuple(one) for one in audit] == [(work.lead.id, first)], "a small picture is not noted"
    assert (recorded or {})["photos"] == 2
    assert see(work, first, actor=office.desk)
    strangers = (office.inspectors[2], office.officer(Role.DESK_OFFICER, "370203"))
    for stranger in strangers:
        with pytest.raises(NotFound):
            see(work, first, actor=stranger)
    other = Work(office, employer="青岛海风电子有限公司")
    with pytest.raises(NotFound):
        see(other, first)

    # What was changed, moved or cut off does not open.
    with office.store.write() as session:
        parts = select(AttachmentPartRow.sealed).where(AttachmentPartRow.look == "small")
        foreign = session.scalars(parts.where(AttachmentPartRow.attachment_id == second)).one()
        part = AttachmentPartRow
        session.execute(update(part).where(part.attachment_id == first, part.look == "small").values(sealed=foreign))
    with pytest.raises(Tampered):
        see(work, first, small=True)


def test_large_content_is_sealed_in_parts_and_none_may_be_missing(office: Office) -> None:
    work = Work(office)
    big = bytes(range(256)) * 10_000
    brought = Brought(looks={"whole": big, "small": b"x"}, media="image/jpeg", sent_media="image/jpeg", sent_sha256="0")
    visited(work, [brought])
    (photo,) = shown(work)
    assert see(work, photo) == big
    row = AttachmentPartRow
    with office.store.write() as session:
        assert session.scalar(select(func.count()).select_from(row).where(row.look == "whole")) == 3
        session.delete(session.get_one(row, (photo, "whole", 2)))
    with office.store.read() as session, pytest.raises(Tampered):
        b"".join(content_of(session, photo))


def test_a_refused_photograph_is_kept_in_quarantine_and_nothing_is_recorded(office: Office, settings: Settings) -> None:
    work = Work(office)
    page = b"<!doctype html><script>1</script>"
    with pytest.raises(PhotosRefused) as refused:
        read(work, settings, located(), page, shot()[:900])
    assert str(refused.value) == (
        "Photograph 2: This is not a photograph as JPEG, PNG or WebP. "
        "Besides: Photograph 3: The photograph is damaged or was not sent to its end."
    )
    admin = office.officer(Role.SYSTEM_ADMIN)
    with office.store.read() as session:
        row = LandedRow
        landed = session.execute(select(row.id, row.channel, row.state).where(row.reason_code == "file_refused")).all()
        assert {(one.channel, one.state) for one in landed} == {("photo", "quarantined")}
        assert session.scalar(select(func.count()).select_from(AttachmentRow)) == 0
        assert session.scalar(select(func.count()).select_from(VisitRow)) == 0
    kept = {refused_file(office.store, settings, landed_id=one.id, actor=admin, at=office.at) for one in landed}
    assert page in kept
    files = list((settings.data_dir / "refused").iterdir())
    assert len(files) == 2
    assert not any(b"script" in one.read_bytes() for one in files)
    with office.store.write() as session:
        set_setting(session, "photo.most", 1, source="test", by=SYSTEM.id, at=office.at)
    with pytest.raises(PhotosRefused, match="At most 1 photographs are kept together; there are 2"):
        read(work, settings, shot(), located())
    stranger = office.inspectors[2]
    with pytest.raises(NotFound):
        work.do(photographing.read_photos, settings=settings, sources=[io.BytesIO(page)], actor=stranger)
    with pytest.raises(Conflict):
        work.do(photographing.read_photos, settings=settings, sources=[io.BytesIO(page)], version=1)
    assert len(list((settings.data_dir / "refused").iterdir())) == 2, "no file of theirs was even looked at"


def test_photographs_come_later_are_struck_with_a_reason_and_stay(office: Office, settings: Settings) -> None:
    work = Work(office)
    first, later = read(work, settings, located()), read(work, settings, shot("WEBP"), located())
    visit_id = visited(work, first)
    assert work.do(photographing.add_photos, visit_id=visit_id, photos=later) == 1, "one of the two is there already"
    with pytest.raises(NotFound):
        work.do(photographing.add_photos, visit_id="vis_none", photos=later)
    with pytest.raises(BadInput):
        work.do(photographing.add_photos, visit_id=visit_id, photos=[])
    wrong, right = shown(work)
    with pytest.raises(BadInput):
        work.do(photographing.strike_photo, photo_id=wrong, reason=" ")
    work.do(photographing.strike_photo, photo_id=wrong, reason="拍到了别家企业")
    with pytest.raises(NotAllowed):
        work.do(photographing.strike_photo, photo_id=wrong, reason="再次")
    assert shown(work) == [right]
    with pytest.raises(NotFound):
        see(work, wrong)
    with office.store.read() as session:
        (struck,) = done_on(session, work.id).photos[visit_id].struck
        assert (struck.id, struck.struck_reason) == (wrong, "拍到了别家企业")
        assert b"".join(content_of(session, wrong))[:2] == b"\xff\xd8", "what it shows is still there"
        raw = session.execute(text("SELECT struck_reason FROM attachment WHERE struck_reason IS NOT NULL")).scalar_one()
    assert "别家".encode() not in bytes(raw)
    assert work.do(photographing.add_photos, visit_id=visit_id, photos=first) == 1, "it may come again, for good reason"


def test_a_merged_case_shows_the_visits_of_both_and_each_photograph_once(office: Office, settings: Settings) -> None:
    here, there = Work(office), Work(office)
    same, own = located(), shot("PNG", shade=9)
    visited(here, read(here, settings, same))
    later(office)
    visited(there, read(there, settings, same, own))
    back(there)
    merge(office, there, here)
    with office.store.read() as session:
        done = done_on(session, here.id)
        assert len(done.visits) == 2
        assert sorted((len(one.shown), one.again) for one in done.photos.values()) == [(1, 0), (1, 1)]
    both = shown(here)
    assert len(both) == 2
    assert all(see(here, one) for one in both)


def test_a_backup_carries_the_photographs(office: Office, settings: Settings) -> None:
    work = Work(office)
    visited(work, read(work, settings, located()))
    (photo,) = shown(work)
    before = see(work, photo)
    made = back_up(office.store, settings, actor=SYSTEM, at=office.at)
    with office.store.write() as session:
        session.execute(text("DELETE FROM attachment_part"))
    office.store.close()
    restore(settings, made.path, actor=SYSTEM, at=office.at)
    opened = open_warehouse(settings.database)
    try:
        with opened.read() as session:
            assert b"".join(content_of(session, photo)) == before
    finally:
        opened.close()


def test_a_payment_has_photographs_of_what_proves_it(office: Office, settings: Settings) -> None:
    work = Work(office)
    visit_id = visited(work, read(work, settings, shot(shade=1)))
    paid = {"paid_on": local_day(office.at), "workers": 1, "amount": Decimal(100), "proof": "bank_voucher"}
    slip, later_slip = read(work, settings, shot(shade=2), located())
    payment_id = work.do(record_payment, **paid, photos=[slip]).payment_id
    assert work.do(photographing.add_photos, payment_id=payment_id, photos=[slip, later_slip]) == 1
    with office.store.read() as session:
        row = AttachmentRow
        rows = session.scalars(select(row).where(row.payment_id == payment_id).order_by(row.number)).all()
        assert [(one.origin, one.visit_id, one.number) for one in rows] == [("payment", None, 2), ("payment", None, 3)]
        photos = done_on(session, work.id).photos
        told = in_order(photos)
        assert [(one.number, one.of, one.paid_on is not None) for one in told] == [
            (1, visit_id, False),
            (2, payment_id, True),
            (3, payment_id, True),
        ]
    assert measures(see(work, told[2].id)) == ("JPEG", (480, 640), True)
    work.do(photographing.strike_photo, photo_id=told[1].id, reason="拍糊了")
    assert shown(work) == [told[0].id, told[2].id]
    for of in ({}, {"visit_id": payment_id}, {"payment_id": visit_id}, {"payment_id": "pay_none"}):
        with pytest.raises(NotFound):
            work.do(photographing.add_photos, **of, photos=[slip])
    with office.store.write() as session:
        set_setting(session, "photo.most", 2, source="test", by="test", at=office.at)
    two = read(work, settings, shot(shade=30), shot(shade=200))
    with pytest.raises(PhotosRefused, match="2 photographs are kept together; 1 are there"):
        work.do(photographing.add_photos, payment_id=payment_id, photos=two)
