"""Mails as people write them, and a mailbox that numbers its mails anew."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from casework.complaint import Complaint, RosterLine
from casework.errors import BadInput, ChannelUnavailable, NotAllowed, Unreadable
from casework.record import RawRecord
from casework.reply import Letter, ReplyKind
from connectors.base import load_channel
from connectors.mail import Server, open_folder
from connectors.mailbox import Mailbox, connector
from connectors.mime import facts, source_key
from sandbox.platforms.letters import letter
from sandbox.platforms.mailbox import MailServer
from sandbox.told import Told
from tests.contracts.suite import Landing

HEAD = b"Received: from a by b; Thu, 19 Nov 2026 09:00:00 +0800\r\nMessage-ID: <1@x.example>\r\nFrom: a@x.example\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    running = MailServer(tmp_path / "mail")
    yield running
    running.stop()


def mailbox(settings: dict[str, str]) -> Mailbox:
    return connector(load_channel("mailbox"), settings | {"timeout_seconds": "60"})


def read(content: bytes) -> Complaint:
    box = mailbox({"imap_host": "h", "imap_port": "1", "smtp_host": "h", "smtp_port": "1", "sender": "a@b.example"})
    return box.read(RawRecord("mailbox", source_key(content), facts(content), "1", version=1))


def told(key: str, at: datetime, **more: object) -> Told:
    plain = Told(key=key, channel="mailbox", told_at=at, case="a", claim="b", narrative="工资三个月没有发。")
    return replace(plain, **more)  # type: ignore[arg-type]  # any of its fields


def attached(name: str, content: bytes) -> bytes:
    """A mail with one file."""
    return HEAD + (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "见附件".encode() + b"\r\n"
        b"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''" + name.encode() + b"\r\n\r\n"
        + base64.encodebytes(content) + b"\r\n--b--\r\n"
    )  # fmt: skip


def sheet(*rows: tuple[object, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "镕工资没有发".encode("gb18030"),
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "镕工资没有发".encode("gb18030"),
        b"Content-Type: text/plain\r\n\r\n" + "镕工资没有发".encode(),
        b"Content-Type: text/plain; charset=nonsense\r\n\r\n" + "镕工资没有发".encode(),
        b"Content-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.b64encode("镕工资没有发".encode("gb18030")),
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<style>x{}</style><script>alert(1)</script><p>"
        + "镕工资".encode() + b"<b>" + "没有发".encode() + b"</b></p><!-- c -->",
    ],
)  # fmt: skip
def test_text_is_read_whatever_it_was_packed_in(content: bytes) -> None:
    assert read(HEAD + content).narrative == "镕工资没有发"


@pytest.mark.parametrize(
    "subject",
    [
        b"=?gb2312?B?" + base64.b64encode("讨薪".encode("gb18030")) + b"?=",
        b"=?UTF-8?Q?=E8=AE=A8=E8=96=AA?=",
        "讨薪".encode(),
        "讨薪".encode("gb18030"),
        b"=?utf-8?B?6K6o?=\r\n =?utf-8?B?6Jaq?=",
    ],
)
def test_subjects_are_read_encoded_and_raw(subject: bytes) -> None:
    assert read(HEAD + b"Subject: " + subject + b"\r\n\r\n" + "工资".encode()).title == "讨薪"


def test_rosters_are_read_from_excel_and_csv() -> None:
    rows = (
        ("花名册", "", "", ""),
        ("姓名", "身份证号码", "手机号", "拖欠工资(元)"),
        ("证人甲", "370215199003077719", 13900000001, 3200.5),
        ("证人乙", "", "", 1000),
        ("合计", "", "", 4200.5),
    )
    complaint = read(attached("名单.xlsx", sheet(*rows)))
    assert complaint.roster == (
        RosterLine("证人甲", "13900000001", "370215199003077719", Decimal("3200.50")),
        RosterLine("证人乙", None, None, Decimal("1000.00")),
    )
    assert (complaint.worker_count, complaint.amount_claimed) == (2, Decimal("4200.50"))
    text = "姓名,电话,欠薪金额(万元)\r\n证人甲,139 0000 0001,3.2\r\n证人乙,,大概两万\r\n"
    complaint = read(attached("工资单.csv", text.encode("gb18030")))
    assert [line.amount for line in complaint.roster] == [Decimal("32000.00"), None]
    assert complaint.amount_claimed is None
    assert complaint.remarks == ("roster_cells_unreadable:1",)


@pytest.mark.parametrize("content", [b"PK\x03\x04half", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", b"\x00\x01"])
def test_a_bad_attachment_does_not_lose_the_mail(content: bytes) -> None:
    complaint = read(attached("a.xlsx", content))
    assert complaint.narrative == "见附件"
    assert complaint.remarks == ("attachment_unreadable:1",)


def test_what_no_person_wrote_is_put_aside() -> None:
    with pytest.raises(Unreadable, match="automatic"):
        read(HEAD + b"Auto-Submitted: auto-replied\r\n\r\n" + "我在休假".encode())
    with pytest.raises(Unreadable, match="no text"):
        read(HEAD + b"\r\n\r\n")


def test_garbage_is_refused_and_nothing_else_happens() -> None:
    for garbage in (
        b"",
        b"\xff" * 500,
        b"\r\n" * 90,
        b"Content-Type: multipart/mixed\r\n\r\n--",
        b"From: =?x?y?z?=\r\n\r\n",
        b"Date: Mon, 99 Foo 2026\r\nContent-Type: text/html; charset=\x00\r\n\r\n<p",
        b"Content-Type: a/b; name*0*=\r\n\r\nx",
    ):
        with pytest.raises(Unreadable):
            read(garbage)


def within(depth: int) -> bytes:
    """A mail whose text lies in so many parts, one in the other."""
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return HEAD + b"".join(parts) + "\n工资没有发".encode()


def test_all_files_of_a_mail_are_listed_and_parts_in_parts_are_read() -> None:
    each = b"--b\nContent-Disposition: attachment; filename=%d.jpg\n\nx\n"
    many = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"".join(each % n for n in range(1_000)) + b"--b--\n"
    )
    assert len(facts(many)["attachments"]) == 1_000  # type: ignore[arg-type]  # a list
    assert facts(within(20))["text"] == "工资没有发"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 1_001, "more parts"),
        (within(21), "parts in parts"),
        (HEAD + b"Content-Type: message/rfc822\n\n" * 22, "parts in parts"),
        (HEAD + b"\n" + b"x\n" * 1_000_000, "more lines"),
        (HEAD + b"\n" + b"x\r" * 1_000_000, "more lines"),
        (HEAD + b"X: " + b"y" * 50_001 + b"\n\nx", "a header longer"),
    ],
    ids=["parts", "parts in parts", "mails in mails", "lines", "lines of the old kind", "header"],
)
def test_a_mail_built_to_wear_its_reader_out_waits_in_the_mailbox(content: bytes, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        facts(content)


def test_a_mail_is_known_by_id_sender_and_date_or_else_by_its_bytes() -> None:
    same = source_key(HEAD + b"\r\nA")
    assert source_key(HEAD + b"\r\nB") == same
    assert source_key(HEAD.replace(b"a@x", b"c@x") + b"\r\nA") != same
    bare = HEAD.replace(b"Message-ID: <1@x.example>\r\n", b"")
    assert source_key(bare + b"\r\nA") != source_key(bare + b"\r\nB")


def test_a_mailbox_numbered_anew_is_read_again_and_doubles_nothing(server: MailServer, now: datetime) -> None:
    landing = Landing(mailbox(server.settings))
    mails = [told(f"{number:03d}", now - timedelta(hours=number + 1)) for number in range(6)]
    keys = server.add_all(mails)
    landing.pull(now)
    server.change(keys[0], replace(mails[0], narrative="补充：老板失联。"))
    assert landing.pull(now).changed == [keys[0]]
    before = landing.cursor
    server.renumber()
    assert landing.pull(now).fresh() == []
    assert landing.cursor != before
    assert landing.pull(now).fresh() == []


def test_landed_mails_are_flagged_and_pulling_flags_nothing(server: MailServer, now: datetime) -> None:
    box = mailbox(server.settings)
    server.add_all([told(f"{number:03d}", now) for number in range(3)])
    records = list(box.pull(None, now=now))
    account = Server.of(server.settings, "imap")
    with open_folder(account, "INBOX") as folder:
        assert len(folder.uids("UNSEEN")) == 3
    box.settle(records[:2])
    box.settle(records[:2])
    with open_folder(account, "INBOX") as folder:
        assert len(folder.uids("UNSEEN")) == 1
        assert len(folder.uids("ALL")) == 3


def test_the_answer_goes_to_the_sender_and_its_subject_tells_nothing(server: MailServer, now: datetime) -> None:
    box = mailbox(server.settings)
    (key,) = server.add_all([told("1", now, complainant_name="证人甲")])
    box.reply(Letter("k", "mailbox", key, ReplyKind.RESULT, "证人甲：\n已责令改正。", now))
    (sent,) = (server.folder / "sent").glob("*.eml")
    said = facts(sent.read_bytes())
    assert said["subject"] == "关于您反映事项的答复"
    assert str(said["to"]).endswith("@mail.example")
    assert said["text"] == "证人甲：\n已责令改正。"
    assert server.answers == {key: ["证人甲：\n已责令改正。"]}


def test_a_server_that_keeps_no_copies_gets_no_second_answer(server: MailServer, now: datetime) -> None:
    server.keeps_copies = False
    box = mailbox(server.settings)
    (key,) = server.add_all([told("1", now)])
    answer = Letter("k", "mailbox", key, ReplyKind.RESULT, "已办结。", now)
    assert box.reply(answer) == box.reply(answer) == box.confirm(answer)
    assert server.answers == {key: ["已办结。"]}


def test_a_mail_that_is_gone_or_has_no_address_cannot_be_answered(server: MailServer, now: datetime) -> None:
    box = mailbox(server.settings)
    with pytest.raises(NotAllowed, match="no longer"):
        box.reply(Letter("k", "mailbox", "none@x~00000000", ReplyKind.RESULT, "无", now))


def test_a_wrong_password_is_a_channel_that_is_not_there(server: MailServer) -> None:
    with pytest.raises(ChannelUnavailable, match="login"):
        mailbox(server.settings | {"imap_password": "wrong"}).check()


def test_a_second_start_shows_the_same_mails_and_answers(tmp_path: Path, now: datetime) -> None:
    first = MailServer(tmp_path / "m")
    keys = first.add_all([told("1", now - timedelta(hours=1)), told("2", now - timedelta(hours=2))])
    landing = Landing(mailbox(first.settings))
    landing.pull(now)
    answer = Letter("k", "mailbox", keys[0], ReplyKind.RESULT, "已办结。", now)
    landing.connector.reply(answer)
    first.stop()
    second = MailServer(tmp_path / "m")
    try:
        assert second.add_all([told("1", now - timedelta(hours=1)), told("2", now - timedelta(hours=2))]) == keys
        landing.connector = mailbox(second.settings)
        assert landing.pull(now).fresh() == []
        assert landing.connector.reply(answer).body == "已办结。"
        assert second.answers == {keys[0]: ["已办结。"]}
    finally:
        second.stop()


def test_the_platform_writes_mails_of_every_kind(now: datetime) -> None:
    roster = (("证人甲", "13900000001", None, Decimal("3000")), ("证人乙", None, None, Decimal("2000")))
    forms = set()
    for number in range(40):
        content = letter(told(f"{number}", now, title="讨要工资", roster=roster if number % 2 else ()))
        complaint = read(content)
        assert (complaint.title, complaint.narrative) == ("讨要工资", "工资三个月没有发。")
        assert complaint.received_at == now
        assert len(complaint.roster) == (2 if number % 2 else 0)
        forms |= {form for form in (b"gb18030", b"quoted-printable", b"text/html", b"multipart") if form in content}
    assert len(forms) == 4
