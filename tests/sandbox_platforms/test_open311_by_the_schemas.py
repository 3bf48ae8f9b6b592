"""Both sides of the message board against the official Open311 schemas (JSON schema, draft 4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from jsonschema import Draft4Validator, FormatChecker
from lxml import etree
from referencing import Registry
from referencing.jsonschema import DRAFT4

from casework.complaint import Complaint
from casework.errors import Unreadable
from casework.record import RawRecord
from connectors.registry import connect
from sandbox.platforms.message_board import MessageBoard
from sandbox.told import Told

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


def validator(folder: Path, name: str) -> Draft4Validator:
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    resources = ((file, DRAFT4.create_resource(schema)) for file, schema in schemas.items())
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft4Validator(schemas[name], registry=registry, format_checker=FormatChecker())


@pytest.fixture
def board() -> Iterator[MessageBoard]:
    platform = MessageBoard()
    for n in range(12):
        platform.add(
            Told(
                key=f"{n:06d}", channel="message_board", case="a", claim="b",
                told_at=NOW - timedelta(days=9 * n, minutes=3),
                narrative="工地欠薪" * 1200 if n == 3 else "工地欠薪，老板不接电话。", title="讨薪" if n % 2 else None,
                site_address="某某路" if n % 3 else None, rural=bool(n % 2),
            )
        )  # fmt: skip
    yield platform
    platform.stop()


def get(board: MessageBoard, path: str, **params: str) -> requests.Response:
    return requests.get(f"{board.settings['url']}{path}", params=params, timeout=60)


def window(days: float) -> dict[str, str]:
    return {"start_date": (NOW - timedelta(days=days)).isoformat(), "end_date": NOW.isoformat()}


def test_what_the_board_serves_is_valid(board: MessageBoard, open311: Path) -> None:
    requests_valid, services_valid = validator(open311, "requests.json"), validator(open311, "services.json")
    page = get(board, "/requests.json", **window(90)).json()
    assert len(page) == 10
    requests_valid.validate(page)
    services = get(board, "/services.json").json()
    assert len(services) == 3
    services_valid.validate(services)
    one = get(board, f"/requests/{page[0]['service_request_id']}.json").json()
    requests_valid.validate(one)
    assert one == [page[0]]


def test_the_schemas_would_notice_what_is_wrong(board: MessageBoard, open311: Path) -> None:
    (row, *_) = get(board, "/requests.json", **window(90)).json()
    check = validator(open311, "requests.json")
    for wrong in ({"status": "done"}, {"service_request_id": 1}, {"description": "长" * 4001}, {"lat": "36.4"}):
        assert list(check.iter_errors([{**row, **wrong}])), wrong
    for name in ("service_request_id", "status", "service_code", "requested_datetime"):
        assert list(check.iter_errors([{k: v for k, v in row.items() if k != name}])), name


def test_what_is_valid_is_accepted_and_what_is_not_is_refused(board: MessageBoard, open311: Path) -> None:
    connector = connect("message_board", board.settings)
    check = validator(open311, "request.json")
    least = {
        "service_request_id": "17", "status": "closed", "service_code": "WAGE",
        "requested_datetime": "2026-11-19T08:00:00+08:00", "description": "没有发工资",
    }  # fmt: skip
    nulls = dict.fromkeys(
        ("status_notes", "service_name", "agency_responsible", "service_notice", "updated_datetime",
         "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url")
    )  # fmt: skip
    full = {**least, "address": "某某路1号", "lat": 36.4, "long": 120.4, "expected_datetime": "2026-11-30T00:00:00Z"}
    accepted: list[dict[str, Any]] = [least, {**least, **nulls}, full]
    for good in accepted:
        check.validate(good)
        complaint = connector.read(RawRecord("message_board", "17", good, "p"))
        assert isinstance(complaint, Complaint)
        assert complaint.remarks == ()
    broken: list[dict[str, Any]] = [{k: v for k, v in least.items() if k != name} for name in tuple(least)[:4]]
    broken += [{**least, "status": "done"}, {**least, "description": "长" * 4001}, {**least, "service_code": 3}]
    broken += [{**least, "service_request_id": 17}]
    for bad in broken:
        assert list(check.iter_errors(bad))
        with pytest.raises(Unreadable):
            connector.read(RawRecord("message_board", "17", bad, "p"))


def test_a_window_wider_than_ninety_days_is_refused(board: MessageBoard) -> None:
    assert get(board, "/requests.json", **window(90)).status_code == 200
    for form in ("json", "xml"):
        assert get(board, f"/requests.{form}", **window(91)).status_code == 400
    wide = {"updated_after": (NOW - timedelta(days=91)).isoformat(), "updated_before": NOW.isoformat()}
    refused = get(board, "/requests.json", **wide)
    assert (refused.status_code, refused.json()[0]["code"]) == (400, "400")


def test_both_formats_say_the_same(board: MessageBoard) -> None:
    page = get(board, "/requests.json", **window(90)).json()
    root = etree.fromstring(get(board, "/requests.xml", **window(90)).content)
    assert root.tag == "service_requests"
    rows = [{str(field.tag): field.text for field in row} for row in root]
    assert rows == page
    complaints = []
    for form in ("json", "xml"):
        connector = connect("message_board", {**board.settings, "format": form})
        complaints.append([connector.read(raw) for raw in connector.pull(None, now=NOW)])
    assert complaints[0] == complaints[1]
    assert len({one.source_key for one in complaints[0] if isinstance(one, Complaint)}) == 12
