"""Petitions: what one means, and its roster."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from casework.complaint import Complaint, Kind, Nature, RosterLine
from casework.errors import NotAllowed, Unreadable
from casework.record import RawRecord
from casework.reply import Letter, ReplyKind
from connectors.base import Connector
from connectors.registry import connect
from sandbox.platforms.petition import PetitionOffice
from sandbox.told import Told


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PetitionOffice]:
    platform = PetitionOffice(tmp_path, page_size=5)
    yield platform
    platform.stop()


@pytest.fixture
def connector(office: PetitionOffice) -> Connector:
    return connect("petition", office.settings)


def test_a_joint_petition_is_read_with_its_roster(office: PetitionOffice, connector: Connector, now: datetime) -> None:
    at = datetime.fromisoformat("2026-11-19T09:00:00+08:00")
    office.add(
        Told(
            key="000001", channel="petition", told_at=at, case="a", claim="b", title="请求支付工资",
            narrative="<b>三个月</b> & 没有发", employer_name="某某劳务有限公司", employer_uscc="91370282MA3TEST000",
            complainant_name="证人甲", complainant_id_no="370000199001011234", workers_count=2, rural=True,
            district_code="370215",
            roster=(("证人甲", None, None, Decimal("12000.50")), ("证人乙", "13900000002", None, None)),
        )
    )  # fmt: skip
    (raw,) = connector.pull(None, now=now)
    complaint = connector.read(raw)
    assert isinstance(complaint, Complaint)
    assert (complaint.received_at, complaint.reply_due_on) == (at, date(2026, 12, 4))
    assert (complaint.title, complaint.narrative) == ("请求支付工资", "<b>三个月</b> & 没有发")
    assert (complaint.kind, complaint.nature) == (Kind.WORKER_COMPLAINT, Nature.ARREARS_RURAL)
    assert (complaint.worker_count, complaint.complainant_id_no) == (2, "370000199001011234")
    assert complaint.roster == (
        RosterLine("证人甲", None, None, Decimal("12000.50")),
        RosterLine("证人乙", "13900000002", None, None),
    )
    assert complaint.remarks == ()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"registeredAt": "昨天"}, "date_unreadable"),
        ({"classCode": "1"}, "code_unknown"),
        ({"category": "9"}, "code_unknown"),
        ({"headCount": "若干"}, "count_unreadable"),
        ({"facts": ""}, "missing"),
        ({"facts": [{"a": "b"}]}, "not_text"),
        ({"member": "证人甲"}, "roster_unreadable"),
        ({"member": [{"amount": "很多"}]}, "amount_unreadable"),
        ({"secret": "?"}, "flag_unknown"),
    ],
)
def test_a_petition_that_cannot_be_understood_says_why(
    connector: Connector, fields: dict[str, object], code: str
) -> None:
    payload = {
        "petitionId": "XF1",
        "registeredAt": "2026-11-19T09:00:00+08:00",
        "facts": "没发工资",
        "classCode": "0802",
    }
    with pytest.raises(Unreadable) as refused:
        connector.read(RawRecord("petition", "XF1", {**payload, **fields}, "p"))  # type: ignore[dict-item]  # hostile on purpose
    assert refused.value.code == code


def test_an_answer_is_refused_for_good_when_the_office_will_never_take_it(
    office: PetitionOffice, connector: Connector, now: datetime
) -> None:
    at = now - timedelta(days=1)
    key = office.add(Told(key="000001", channel="petition", told_at=at, case="a", claim="b", narrative="没发工资"))
    connector.reply(Letter("k", "petition", key, ReplyKind.ACCEPTED, "已受理 & 登记 <甲>。", now))
    for other in (
        Letter("k", "petition", key, ReplyKind.ACCEPTED, "另一份。", now),
        Letter("k2", "petition", "XF404", ReplyKind.ACCEPTED, "已受理。", now),
    ):
        with pytest.raises(NotAllowed):
            connector.reply(other)
    assert office.answers == {key: ["已受理 & 登记 <甲>。"]}
