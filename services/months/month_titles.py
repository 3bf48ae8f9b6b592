"""What the members of a breakdown are called in a workbook: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casework.documents import KINDS
from casework.titles import CHANNEL_TITLES, EXIT_TITLES, GROUND_TITLES, NATURE_TITLES, SECTOR_TITLES
from dedupe.streets import street_name
from warehouse.statistics.definitions import SIDES
from warehouse.statistics.figures_warned import WARNED
from warehouse.statistics.grounds import COUNTY, NOBODY, UNSAID, WARNING

SHEETS = {side.name: side.zh for side in SIDES}
Title = tuple[str, str]
_STATES: Mapping[str, Title] = {
    "declined": ("不予受理", "declined"),
    "handed_on": ("转办或者直接答复", "redirected or answered"),
    "open": ("未办结", "not concluded"),
    "merged": ("已并入", "merged"),
    "unlinked": ("待归并", "not linked yet"),
}
_WARNED: Mapping[str, Title] = {WARNING: ("预警", "early warning")}
_TITLES: Mapping[str, Mapping[str, Title]] = {
    "channel": {**CHANNEL_TITLES, **_WARNED},
    "nature": {**NATURE_TITLES, **_WARNED},
    "sector": {**SECTOR_TITLES, **_WARNED},
    "outcome": {**EXIT_TITLES, **_STATES, **_WARNED},
    "town": {UNSAID: ("未说明地点", "no place said")},
    "lead": {NOBODY: ("未指定", "nobody yet")},
}
_CLOCKS: Mapping[str, Title] = {
    "accept": ("受理时限", "acceptance"),
    "reply": ("渠道答复时限", "answer to the channel"),
    "investigate": ("调查时限", "investigation"),
    "decide": ("决定时限", "decision"),
    "penalty_90": ("处罚九十日", "90 days of a penalty"),
    "serve": ("送达时限", "service"),
    "rectify": ("改正期限", "correction"),
    "recheck": ("重办期限", "reopened case"),
    "supplement": ("补正期限", "supplement"),
    "demand": ("催告期限", "demand to perform"),
    "pay_fine": ("缴纳罚款期限", "payment of the fine"),
    "apply_court": ("申请强制执行期限", "court enforcement"),
}
_LEVELS: Mapping[str, Title] = {"red": ("红色", "red"), "orange": ("橙色", "orange"), "yellow": ("黄色", "yellow")}
_KINDS: Mapping[str, Mapping[str, Title]] = {
    "documents": {kind: (f"文书：{known.title}", f"document: {kind}") for kind, known in KINDS.items()},
    "announced": {kind: (f"公告送达：{known.title}", f"announced: {kind}") for kind, known in KINDS.items()},
    "complaints_declined": {
        **{ground: (f"不予受理：{zh}", f"declined: {en}") for ground, (zh, en) in GROUND_TITLES.items()},
        UNSAID: ("不予受理：理由未记录", "declined: ground not on record"),
    },
    **{
        figure.name: {level: (f"{figure.zh}：{zh}", f"{figure.en}: {en}") for level, (zh, en) in _LEVELS.items()}
        for figure in WARNED
    },
    "clocks_met": {kind: (f"到点：{zh}", f"met: {en}") for kind, (zh, en) in _CLOCKS.items()},
    "clocks_on_time": {kind: (f"按期：{zh}", f"on time: {en}") for kind, (zh, en) in _CLOCKS.items()},
    "clocks_extended": {kind: (f"延期：{zh}", f"extended: {en}") for kind, (zh, en) in _CLOCKS.items()},
    "clocks_overdue": {kind: (f"月末超期：{zh}", f"overdue: {en}") for kind, (zh, en) in _CLOCKS.items()},
}


def title(dimension: str, member: str, names: Mapping[str, str], figure: str = "") -> Title:
    """A member in both languages; an inspector by name, a town by the name of its code; a code nobody named as it is.

    `names` are the officers' by account. A kind is told apart by its figure.
    """
    if dimension == "kind":
        return _KINDS.get(figure, {}).get(member, (member, member))
    known = _TITLES[dimension].get(member)
    if known is not None:
        return known
    if dimension == "lead":
        return names.get(member, member), names.get(member, member)
    if dimension == "town":
        name = street_name(member)
        if name is None and len(member) == COUNTY:
            return "未说明镇街", "town not said"
        return name or member, name or member
    return member, member


def in_order(dimension: str, members: Iterable[str]) -> list[str]:
    """The members as every table lists them: those with a title in its order, the others by their code."""
    found, titles = set(members), _LEVELS if dimension == "kind" else _TITLES[dimension]
    known = [member for member in titles if member in found and dimension not in ("town", "lead")]
    last = [member for member in (UNSAID, NOBODY, WARNING) if member in found]
    known = [member for member in known if member not in last]
    return [*known, *sorted(found - {*known, *last}), *last]
