"""The ways out for messages: real HTTP, SMTP and files; robots through Apprise in a child that reaches named hosts."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from casework.errors import BadInput, ChannelUnavailable, NotAllowed
from casework.reaching import ReachedBy
from connectors.senders.base import Held, Parcel, Unsure
from connectors.senders.building import senders
from connectors.senders.drop import Drop
from connectors.senders.hooks import Hooks
from connectors.senders.mail_out import MailOut
from connectors.senders.sms import SmsGateway
from sandbox.platforms.mailbox import MailServer
from sandbox.sinks.hooks import HookSink
from sandbox.sinks.sms_gateway import SmsSink

PARCEL = Parcel("msg_1", ReachedBy.SMS, "13812340000", "您反映的事项已受理。")


@pytest.fixture
def gateway() -> Iterator[SmsSink]:
    sink = SmsSink()
    yield sink
    sink.stop()


def test_the_same_key_has_one_effect_at_the_gateway(gateway: SmsSink) -> None:
    sms = SmsGateway(gateway.settings)
    sms.check()
    assert sms.held("msg_1") is Held.ABSENT
    assert sms.send(PARCEL) == sms.send(PARCEL) == "S000001"
    assert [(one.to, one.text, one.asked) for one in gateway.taken] == [(PARCEL.address, PARCEL.body, 2)]
    assert sms.held("msg_1") is Held.ARRIVED
    with pytest.raises(NotAllowed):
        sms.send(Parcel("msg_1", ReachedBy.SMS, PARCEL.address, "另一条"))
    with pytest.raises(NotAllowed):
        sms.send(Parcel("msg_2", ReachedBy.SMS, "12", "x"))
    assert len(gateway.taken) == 1


def test_a_gateway_that_is_down_or_talks_nonsense_is_said_so(gateway: SmsSink) -> None:
    sms = SmsGateway(gateway.settings)
    for fault in ({"status": 503}, {"garbage": "<html>"}):
        gateway.faults.clear()
        for name, value in fault.items():
            setattr(gateway.faults, name, value)
        with pytest.raises(Exception, match="sms: "):
            sms.send(PARCEL)
    with pytest.raises(BadInput):
        SmsGateway({**gateway.settings, "url": "http://user@127.0.0.1/"})
    outside = SmsGateway({**gateway.settings, "url": gateway.settings["url"].replace("127.0.0.1", "localhost")})
    gateway.faults.clear()
    outside.check()
    with pytest.raises(BadInput):
        SmsGateway({**gateway.settings, "networks": "10.0.0.0/8"})


def test_a_closed_network_gets_files_and_gives_receipts(tmp_path: Path) -> None:
    out, receipts = tmp_path / "out", tmp_path / "receipts"
    drop = Drop({"out": str(out), "receipts": str(receipts)})
    with pytest.raises(ChannelUnavailable):
        drop.send(PARCEL)
    out.mkdir()
    receipts.mkdir()
    assert drop.held("msg_1") is Held.ABSENT
    drop.send(PARCEL)
    drop.send(PARCEL)
    (path,) = out.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert json.loads(path.read_text("utf-8")) == {
        "key": "msg_1",
        "way": "sms",
        "to": PARCEL.address,
        "text": PARCEL.body,
    }
    assert drop.held("msg_1") is Held.TAKEN
    for said, held in (("arrived", Held.ARRIVED), ("lost", Held.LOST), ("?", Held.TAKEN)):
        (receipts / "msg_1.json").write_text(json.dumps({"key": "msg_1", "state": said}), "utf-8")
        assert drop.held("msg_1") is held
    (receipts / "msg_1.json").write_bytes(b"\xff{")
    assert drop.held("msg_1") is Held.TAKEN


def test_a_mail_has_the_key_as_its_id_and_says_nothing_in_its_subject(tmp_path: Path) -> None:
    server = MailServer(tmp_path)
    try:
        settings = {key: value for key, value in server.settings.items() if key.startswith("smtp_")}
        mail = MailOut({**settings, "sender": "notice@jimo.example"})
        mail.check()
        mail.send(Parcel("msg_1", ReachedBy.MAIL, "wang@jimo.example", "临期1件：JM-2026-000101。"))
        (path,) = (tmp_path / "sent").glob("*.eml")
        message = message_from_bytes(path.read_bytes())
        assert message["Message-ID"] == "<msg_1@jimo.example>"
        assert "JM-2026" not in str(message["Subject"])
        assert "JM-2026-000101" in message.get_payload(decode=True).decode()  # type: ignore[union-attr]
    finally:
        server.stop()
    with pytest.raises(ChannelUnavailable):
        mail.check()


def test_a_robot_is_called_through_apprise_and_no_other_host_is(tmp_path: Path) -> None:
    sink, other = HookSink(), HookSink()
    hooks = Hooks(sink.settings)
    try:
        hooks.send(Parcel("msg_1", ReachedBy.WEBHOOK, sink.address("a"), "临期1件"))
        ((group, said),) = sink.came
        assert (group, said["message"]) == ("a", "临期1件")
        sink.faults.status = 404
        with pytest.raises(NotAllowed):
            hooks.send(Parcel("msg_2", ReachedBy.WEBHOOK, sink.address("a"), "x"))
        sink.faults.status = 503
        with pytest.raises(ChannelUnavailable):
            hooks.send(Parcel("msg_3", ReachedBy.WEBHOOK, sink.address("a"), "x"))
        sink.faults.clear()
        sink.faults.redirect = other.address("b")
        with pytest.raises(NotAllowed):
            hooks.send(Parcel("msg_4", ReachedBy.WEBHOOK, sink.address("a"), "x"))
        with pytest.raises(NotAllowed):
            hooks.send(Parcel("msg_5", ReachedBy.WECOM, "abcd-efgh-1234", "x"))
        assert other.came == []
    finally:
        hooks.close()
        sink.stop()
        other.stop()
    try:
        with pytest.raises(ChannelUnavailable) as down:
            hooks.send(Parcel("msg_6", ReachedBy.WEBHOOK, sink.address("a"), "x"))
        assert not isinstance(down.value, Unsure)
    finally:
        hooks.close()


def test_the_child_reaches_nothing_outside_its_networks_whatever_a_name_leads_to() -> None:
    """A host that is named, in a network where it may not lie: no line is opened, and nothing is said to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as canary:

        def listen() -> None:
            while True:
                try:
                    line, _ = canary.accept()
                except OSError:
                    return
                heard.append(b"came")
                line.close()

        threading.Thread(target=listen, daemon=True).start()
        port = canary.getsockname()[1]
        hooks = Hooks({"hosts": "localhost", "networks": "10.0.0.0/8", "deadline_seconds": "8"})
        try:
            with pytest.raises(ChannelUnavailable):
                hooks.send(Parcel("msg_1", ReachedBy.WEBHOOK, f"http://localhost:{port}/a", "x"))
        finally:
            hooks.close()
    assert heard == []


def test_what_has_no_gateway_goes_to_the_folder_where_there_is_one(tmp_path: Path, gateway: SmsSink) -> None:
    folders = {"out": str(tmp_path), "receipts": str(tmp_path)}
    found = senders({"sms": gateway.settings, "drop": folders})
    assert isinstance(found[ReachedBy.SMS], SmsGateway)
    assert {type(found[one]) for one in ReachedBy if one is not ReachedBy.SMS} == {Drop}
    assert senders({}) == {}
    assert set(senders({"sms": gateway.settings})) == {ReachedBy.SMS}
    with pytest.raises(BadInput):
        senders({"pigeon": {}})
