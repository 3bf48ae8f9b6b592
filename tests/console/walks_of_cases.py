"""Where a walk goes in a case: its page and tabs, its ledger and papers, and every form, each once."""

from __future__ import annotations

from casework.people import Role
from console.access import ACCESS
from console.acts import ACTS
from console.forms import Act
from tests.console.walks import Stop, file, pressed, sent, unfolded, without_scripts
from tests.photographs import shot

PLAIN: tuple[Stop, ...] = (
    Stop("desk", "/cases/{sea}", (unfolded,)),
    Stop("desk", "/cases/{sea}?tab=log"),
    Stop("{fled_lead}", "/cases/{fled}", (unfolded,)),
    Stop("{fled_lead}", "", (pressed("[data-key=KeyV]", "#drawer #act"),), inside="#drawer"),
    Stop("{fled_lead}", "/cases/{fled}?tab=handling", (unfolded,)),
    Stop("{fled_lead}", "/cases/{fled}?tab=papers", (unfolded,)),
    Stop("{fled_lead}", "/cases/{fled}/papers"),
    Stop("{fled_lead}", "/cases/{fled}/papers/{letter}", (unfolded,)),
    Stop("{fled_lead}", "/cases/{fled}/ledger", (unfolded,)),
    Stop("{fled_lead}", "/cases/{fled}/employer", (unfolded,)),
    Stop("{fled_lead}", "/cases/{fled}", (pressed("a:has(> img[src$='/small'])"),)),
    Stop("{fled_lead}", "", (pressed("a:text-is('Next file'), a:text-is('下一个')"),)),
    Stop("{fled_lead}", "/cases/{fled}/photos", (sent("/photos", visit_id=None, photos=file("1.jpg", shot())),)),
    Stop("{fled_lead}", "/cases/{fled}?tab=handling", (pressed("a:has(> img[src$='/small'])"),)),
    Stop("{fled_lead}", "", (sent("/strike"),)),
    Stop("{spared_lead}", "/cases/{spared}", (unfolded,)),
    Stop("{spared_lead}", "/cases/{spared}", (without_scripts("/cases/{spared}/reveal"),)),
    Stop("{spared_lead}", "/cases/{spared}?tab=handling", (unfolded,)),
    Stop("{spared_lead}", "/cases/{spared}/ledger", (unfolded,)),
    Stop("{spared_lead}", "", (pressed("form[action$='/ledger/reveal'] button", ".shown"),), inside="main"),
    Stop("head", "/cases/{ended}?tab=handling", (unfolded,)),
    Stop("head", "/cases/{ended}?tab=log"),
    Stop("head", "/cases/{spared}?tab=handling", (unfolded,)),
    Stop("reader", "/cases/{fled}", (unfolded,)),
)


def _who(act: Act, case: str) -> str:
    """Who opens a form: an inspector of the case where they may."""
    roles = ACCESS[act.name].roles
    if Role.INSPECTOR in roles:
        return f"{{{case}_lead}}"
    return "desk" if Role.DESK_OFFICER in roles else "head" if Role.HEAD in roles else "bureau"


_BY_COMPLAINT = frozenset(act.name for act in ACTS if any(ask.kind == "complaint" for ask in act.asks))


def _form(act: Act) -> Stop:
    case = "sea" if act.name in _BY_COMPLAINT else "ended" if act.states <= {"concluded", "closed"} else "fled"
    who = "desk" if case == "sea" and Role.DESK_OFFICER in ACCESS[act.name].roles else _who(act, case)
    return Stop("head" if case == "sea" and who != "desk" else who, f"/cases/{{{case}}}/{act.path}", inside="#act")


FORMS: tuple[Stop, ...] = tuple(_form(act) for act in ACTS if not act.at_once)
"""The form of each act as one finds it. The frame around it is that of the case, which was read before."""

MISTAKES: tuple[Stop, ...] = (
    Stop("{fled_lead}", "/cases/{fled}/visit", (sent("/visit", place=""),)),
    Stop("{fled_lead}", "/cases/{fled}/inquiry", (sent("/inquiry", appear_at=""),), inside="#act"),
    Stop("{fled_lead}", "/cases/{fled}/outcome"),
    Stop("{fled_lead}", "", (sent("/outcome"),)),
    Stop("{fled_lead}", "/cases/{fled}/outcome?exit=penalty", (unfolded,), inside="#act"),
    Stop("{fled_lead}", "/cases/{fled}/outcome?exit=handling", (unfolded,), inside="#act"),
    Stop("{fled_lead}", "/cases/{fled}/payment", (sent("/payment", lines="谁也没有"),), inside="#act"),
    Stop("{fled_lead}", "/cases/{fled}/chase", status=404),
)
"""One form of each kind after a mistake."""

ROSTER = "姓名,开始月份,结束月份,金额\n张三,2026-09,2026-09,3000\n李四,明天,昨天,很多"

LAST: tuple[Stop, ...] = (
    Stop("{fled_lead}", "/cases/{fled}/roster", (sent("/roster", lines=ROSTER),)),
    Stop("{fled_lead}", "/cases/{fled}/visit", (sent("/visit", version="1", place="项目部"),)),
)
"""These change the case: a roster with a line that cannot be read, and a form that somebody was quicker with."""

STOPS = (*PLAIN, *FORMS, *MISTAKES, *LAST)
