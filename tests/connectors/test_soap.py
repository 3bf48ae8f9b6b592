"""SOAP from a petition office that turned hostile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from casework.errors import ChannelChanged, ChannelUnavailable
from connectors.base import Connector
from connectors.registry import connect
from sandbox.faults import Faults
from sandbox.loopback import Loopback
from sandbox.platforms.petition import WSDL, PetitionOffice

FAULT = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>{}</faultcode>'
    "<faultstring>张三 13900000001</faultstring></s:Fault></s:Body></s:Envelope>"
)
LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>'
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PetitionOffice]:
    platform = PetitionOffice(tmp_path)
    yield platform
    platform.stop()


def connected(office: PetitionOffice, **more: str) -> Connector:
    return connect("petition", {**office.settings, "deadline_seconds": "60", **more})


def test_an_external_entity_in_an_answer_is_refused_and_never_read(
    office: PetitionOffice, tmp_path: Path, now: datetime
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-7f3a", "utf-8")
    connector = connected(office)
    connector.check()
    for doctype in (
        f'<!DOCTYPE e [<!ENTITY x SYSTEM "file://{secret}">]>',
        '<!DOCTYPE e SYSTEM "http://127.0.0.1:9/e">',
    ):
        office.faults.garbage = doctype + FAULT.format("&x;")
        with pytest.raises(ChannelChanged) as stopped:
            list(connector.pull(None, now=now))
        assert "canary" not in repr(stopped.value)


def test_an_answer_of_nested_entities_is_refused(office: PetitionOffice, now: datetime) -> None:
    connector = connected(office)
    connector.check()
    office.faults.garbage = LAUGHS
    with pytest.raises(ChannelChanged):
        list(connector.pull(None, now=now))


@pytest.mark.parametrize("place", ["http://{}/more.xsd", "file:///etc/hostname", "/etc/hostname", "more.xsd"])
def test_a_wsdl_that_imports_anything_is_refused_and_nothing_is_fetched(office: PetitionOffice, place: str) -> None:
    other = PetitionOffice()
    host = other.settings["url"].removeprefix("http://").partition("/")[0]
    try:
        imports = f'<xs:import namespace="urn:other" schemaLocation="{place.format(host)}"/>'
        start = '<xs:schema targetNamespace="urn:petition:exchange:1" elementFormDefault="qualified">'
        office.wsdl = WSDL.replace(start, start + imports)
        assert office.wsdl != WSDL
        with pytest.raises(ChannelChanged):
            connected(office).check()
    finally:
        other.stop()


def test_a_wsdl_with_a_doctype_is_refused(office: PetitionOffice) -> None:
    office.wsdl = WSDL.replace("?>", "?><!DOCTYPE d [<!ENTITY x 'y'>]>", 1)
    with pytest.raises(ChannelChanged):
        connected(office).check()


def test_a_wsdl_without_a_promised_operation_stops_the_run(office: PetitionOffice) -> None:
    office.wsdl = WSDL.replace("GetAnswer", "FetchAnswer")
    with pytest.raises(ChannelChanged):
        connected(office).check()


@pytest.mark.parametrize("text", ["", "no xml", "<html/>", "<a:b/>", WSDL[: len(WSDL) // 2], "<wsdl/>"])
def test_a_wsdl_that_is_none_stops_the_run(office: PetitionOffice, text: str) -> None:
    office.wsdl = text
    with pytest.raises(ChannelChanged):
        connected(office).check()


def test_the_address_in_the_wsdl_is_not_believed(office: PetitionOffice, now: datetime) -> None:
    office.wsdl = WSDL.replace("ADDRESS", "http://192.0.2.1/elsewhere")
    assert list(connected(office).pull(None, now=now)) == []


def test_faults_are_told_apart_and_their_words_are_not_quoted(office: PetitionOffice, now: datetime) -> None:
    connector = connected(office)
    connector.check()
    codes: tuple[tuple[str, type[Exception]], ...] = (
        ("s:Server", ChannelUnavailable),
        ("s:Client.NotAuthenticated", ChannelChanged),
        ("s:Client.张三", ChannelUnavailable),
        ("", ChannelUnavailable),
    )
    for code, kind in codes:
        office.faults.garbage = FAULT.format(code)
        with pytest.raises(kind) as failed:
            list(connector.pull(None, now=now))
        assert "张三" not in str(failed.value)
        assert "13900000001" not in str(failed.value)


def test_the_answer_to_another_question_stops_the_run(office: PetitionOffice, now: datetime) -> None:
    connector = connected(office)
    connector.check()
    soap = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{}</s:Envelope>'
    for body in ("", "<s:Body/>", '<s:Body><GetAnswerResponse xmlns="urn:petition:exchange:1"/></s:Body>'):
        office.faults.garbage = soap.format(body)
        with pytest.raises(ChannelChanged):
            list(connector.pull(None, now=now))


def test_a_wrong_password_is_refused(office: PetitionOffice) -> None:
    with pytest.raises(ChannelChanged):
        connected(office, password="another").check()


def test_a_plain_500_is_a_channel_that_is_down(office: PetitionOffice) -> None:
    async def broken(scope: object, receive: object, send: object) -> None:
        raise AssertionError("faults answer first")

    loopback = Loopback(broken, Faults(status=500))
    try:
        with pytest.raises(ChannelUnavailable):
            connected(office, url=f"{loopback.url}/exchange").check()
    finally:
        loopback.stop()
