"""What the source platform is told (回填): one text for each complaint, to be copied where no connector writes back.

Always Chinese, as the platforms are. It names numbers, days, counts and sums only, never a person or the employer.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from console import labels, labels_lives
from console.render import Show
from warehouse.models import CaseRow
from warehouse.queries.case import Holding, Member, Money
from warehouse.queries.history import Handling
from warehouse.queries.lives import Lives


class HandBack(NamedTuple):
    """The text of one complaint."""

    complaint_no: str
    channel: str
    text: str


def handed_back(
    case: CaseRow, members: list[Member], done: Handling, money: Money, holding: Holding | None, lives: Lives
) -> list[HandBack]:
    """The texts, in the order of the complaints."""
    show = Show("zh_CN")
    stands = {one.id: one.status for one in lives.complaints}
    told = "".join(_done(show, case, done, money, holding))
    return [
        HandBack(
            one.complaint_no,
            one.channel,
            f"您反映的事项（{one.complaint_no}）由本机关办理，事项编号{case.matter_no}，"
            f"目前状态：{show.label(labels_lives.COMPLAINT_STATUSES, stands.get(one.id, 'received'))}。{told}",
        )
        for one in members
    ]


def _done(show: Show, case: CaseRow, done: Handling, money: Money, holding: Holding | None) -> list[str]:
    said = []
    if holding is not None:
        said.append(f"{_day(show, holding.dispatched_at)}交由监察员办理。")
    if case.case_no:
        said.append(f"已立案，案号{case.case_no}。")
    if done.visits:
        said.append(f"已实地走访{len(done.visits)}次，最近一次为{_day(show, done.visits[-1].visited_at)}。")
    for order in done.orders:
        kept = f"，已于{show.day(order.corrected_on)}改正" if order.corrected_on else ""
        said.append(f"已责令用人单位于{show.day(order.due_on)}前改正{kept}。")
    if money.verified_fen is not None:
        said.append(f"核实欠薪{show.exact(money.verified_fen)}。")
    if money.paid_fen:
        said.append(f"已补发{show.exact(money.paid_fen)}。")
    if done.standing is not None:
        said.append(f"办理结果：{show.label(labels.EXITS, done.standing.exit)}。")
    return said


def _day(show: Show, at: datetime) -> str:
    return show.moment(at)[:10]
