"""Records of any shape at all: each is landed and then read or refused, and never harms its neighbours."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from casework.complaint import Complaint
from casework.errors import Unreadable
from connectors.base import Connector
from connectors.registry import connect
from sandbox.platforms.hotline_12345 import Hotline, order
from sandbox.platforms.message_board import MessageBoard, post
from sandbox.platforms.petition import PetitionOffice, petition
from sandbox.told import Told

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
TOLD = Told(key="1", channel="x", told_at=NOW, case="a", claim="b", narrative="没有发工资", title="讨薪")
ODD = st.sampled_from(
    ["", " ", "\x00", "\ud800", "0", "-1", "1e400", "NaN", "0001-01-01 00:00:00", "9999-12-31T23:59:59-10:00", "99999",
     "9999999999", "٣٣٣٣٣", "１２人", "9" * 400, "2026-02-30", "是", "\u202e", "=1+1", "9e99万元"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ODD | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
FAST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def rows(good: dict[str, Any]) -> st.SearchStrategy[list[Any]]:
    """A good record, and beside it some that are bent in any of their fields, or are no records."""
    bent = st.dictionaries(st.sampled_from(sorted(good)), VALUES, min_size=1, max_size=5).map(
        lambda new: {**good, **new}
    )
    gone = st.sets(st.sampled_from(sorted(good)), max_size=3).map(
        lambda names: {name: value for name, value in good.items() if name not in names}
    )
    return st.lists(bent | gone | VALUES, max_size=5).map(lambda found: [good, *found])


def survive(connector: Connector, good: str, count: int) -> None:
    """Everything arrives, the good record reads, and the others are read or refused with a reason."""
    raws = list(connector.pull(None, now=NOW))
    assert len(raws) >= count
    read: set[str] = set()
    for raw in raws:
        assert raw.source_key
        raw.position.encode()
        assert raw.position.split("|")[0] <= f"{NOW.isoformat()}"
        with contextlib.suppress(Unreadable):
            complaint = connector.read(raw)
            assert isinstance(complaint, Complaint)
            read.add(complaint.source_key)
    assert good in read
    assert [raw.position.split("|")[0] for raw in raws] == sorted(raw.position.split("|")[0] for raw in raws)


@pytest.fixture(scope="module")
def hotline() -> Iterator[Hotline]:
    platform = Hotline()
    yield platform
    platform.stop()


@FAST
@given(found=rows({"orderId": "QD1", "updatedTime": "2026-11-19 08:00:00", **order(TOLD)}))
def test_work_orders_of_any_shape_harm_only_themselves(hotline: Hotline, found: list[Any]) -> None:
    hotline.faults.clear()
    connector = connect("hotline_12345", hotline.settings)
    connector.check()
    hotline.faults.garbage = json.dumps({"code": 0, "data": {"hasMore": False, "list": found}})
    survive(connector, "QD1", len(found))


@pytest.fixture(scope="module")
def board() -> Iterator[MessageBoard]:
    platform = MessageBoard()
    yield platform
    platform.stop()


@FAST
@given(found=rows({"service_request_id": "1", "updated_datetime": "2026-11-19T08:00:00+08:00", **post(TOLD)}))
def test_messages_of_any_shape_harm_only_themselves(board: MessageBoard, found: list[Any]) -> None:
    board.faults.garbage = json.dumps(found)
    survive(connect("message_board", {**board.settings, "first_days": "30"}), "1", len(found))


@pytest.fixture(scope="module")
def office() -> Iterator[PetitionOffice]:
    platform = PetitionOffice()
    yield platform
    platform.stop()


@FAST
@given(found=rows({"petitionId": "XF1", "updatedAt": "2026-11-19T08:00:00+08:00", **petition(TOLD)}))
def test_petitions_of_any_shape_harm_only_themselves(office: PetitionOffice, found: list[Any]) -> None:
    office.faults.clear()
    connector = connect("petition", office.settings)
    connector.check()
    answer = etree.Element("{urn:petition:exchange:1}ListPetitionsResponse")
    for row in found:
        write(etree.SubElement(answer, "{urn:petition:exchange:1}petition"), row)
    soap = "http://schemas.xmlsoap.org/soap/envelope/"
    body = etree.tostring(answer).decode()
    office.faults.garbage = f'<s:Envelope xmlns:s="{soap}"><s:Body>{body}</s:Body></s:Envelope>'
    survive(connector, "XF1", len(found))


def write(element: etree._Element, value: Any) -> None:
    """Any value as XML, as well as XML can hold it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            plain = "".join(letter for letter in name if letter.isascii() and letter.isalpha())
            write(etree.SubElement(element, f"{{urn:petition:exchange:1}}{plain or 'odd'}"), inner)
    elif isinstance(value, list):
        for inner in value:
            write(etree.SubElement(element, "{urn:petition:exchange:1}item"), inner)
    elif value is not None:
        text = str(value)
        element.text = "".join(letter for letter in text if letter.isprintable())
