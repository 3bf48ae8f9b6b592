"""What messages and the question about the money are called: occasions, ways, states, troubles, settings, acts."""

from __future__ import annotations

from collections.abc import Mapping

from casework.messages import Occasion
from casework.money_came import AnsweredBy, Came
from casework.reaching import ReachedBy
from console import labels_prevention
from console.words import N_

OCCASIONS: Mapping[str, str] = {
    Occasion.WORKER_ACCEPTED: N_("To the worker: taken up"),
    Occasion.WORKER_DECIDED: N_("To the worker: decided"),
    Occasion.WORKER_MONEY: N_("To the worker: did the money come?"),
    Occasion.WORKER_ENDED: N_("To the worker: ended"),
    Occasion.INSPECTOR_DIGEST: N_("To the inspector: new, due soon, overdue"),
    Occasion.HEAD_RED: N_("To the head: red marks and red warnings"),
    Occasion.EMPLOYER_NOTICE: N_("To the employer: a prevention notice"),
}
WAYS: Mapping[str, str] = {
    ReachedBy.SMS: N_("Text message"),
    ReachedBy.MAIL: N_("Mail"),
    ReachedBy.WECOM: N_("WeCom robot"),
    ReachedBy.DINGTALK: N_("DingTalk robot"),
    ReachedBy.FEISHU: N_("Feishu robot"),
    ReachedBy.WEBHOOK: N_("Web hook"),
}
ASKS: Mapping[str, str] = {
    ReachedBy.SMS: N_("a mobile number"),
    ReachedBy.MAIL: N_("a mail address"),
    ReachedBy.WECOM: N_("the address of the robot, as WeCom shows it"),
    ReachedBy.DINGTALK: N_("the address of the robot, as DingTalk shows it"),
    ReachedBy.FEISHU: N_("the address of the robot, as Feishu shows it"),
    ReachedBy.WEBHOOK: N_("the whole address, on a host that the installation names"),
}
"""What is typed in for each way."""
STATES: Mapping[str, str] = {
    "pending": N_("waits to be sent"),
    "delivered": N_("taken, no receipt yet"),
    "confirmed": N_("arrived"),
    "sent": N_("sent, no receipt to be had"),
    "failed": N_("refused for good"),
    "withdrawn": N_("not sent any more"),
    "grouped": N_("told by a later one"),
}
TROUBLES: Mapping[str, str] = {
    "gateway_unavailable": N_("the gateway does not answer"),
    "gateway_changed": N_("the gateway answers otherwise than agreed"),
    "cut_off": N_("cut off after it was handed over"),
    "refused_by_gateway": N_("the gateway refuses it"),
    "settings_wrong": N_("a setting of the gateway is missing or wrong"),
    "not_there": N_("the gateway took it and does not know it"),
    "lost": N_("the gateway says that it never arrives"),
    "no_receipt": N_("no receipt within three days"),
    "no_address": N_("nobody is reached there any more"),
    "lapsed": N_("what it was to tell does not hold any more"),
    "set_aside": N_("set aside by a person"),
}
GROUPS: Mapping[str, str] = {
    "all": N_("Every message"),
    "with_a_person": N_("Needs a person"),
    "waiting": N_("On the way"),
    "sent": N_("Sent"),
}
NAMES: Mapping[str, str] = {
    "receipt_no": N_("the number of the worker's own complaint"),
    "where": N_("where to ask on: the page for workers, or the window"),
    "day": N_("the day of the step, or by which an answer is asked for"),
    "notice_no": N_("the number of the prevention notice"),
    "days": N_("working days in which to answer"),
    "dispatched": N_("how many cases are newly with the officer"),
    "due_soon": N_("how many are due soon"),
    "overdue": N_("how many are overdue"),
    "warnings": N_("how many red warnings are new"),
    "cases": N_("numbers of cases with their days"),
    "link": N_("the address of the console; to an employer, the one-time link"),
}
"""The placeholders of `casework.messages.PLACEHOLDERS`."""
CAME: Mapping[str, str] = {
    Came.WAITING: N_("asked, may still answer"),
    Came.CAME: N_("the money came"),
    Came.NOT_CAME: N_("the money did not come"),
    Came.SILENT: N_("said nothing in time"),
}
ANSWERED_BY: Mapping[str, str] = {
    AnsweredBy.PAGE: N_("on the page for workers"),
    AnsweredBy.TEXT_MESSAGE: N_("by text message"),
    AnsweredBy.TELEPHONE: N_("by telephone"),
    AnsweredBy.WINDOW: N_("at the window"),
    AnsweredBy.CALL_BACK: N_("in a call-back"),
}
SAYS: Mapping[str, str] = {
    "hours in which nobody is sent a message": N_("Hours in which nobody is sent a message"),
    "minutes between two digests to one officer; what happens meanwhile is one": N_(
        "Minutes between two digests to one officer; what happens meanwhile is one"
    ),
    "hours after which an unsent message goes out as late, with all behind it in one": N_(
        "Hours after which an unsent message goes out as late, with all behind it in one"
    ),
    "language of the messages to workers: zh_CN or en": N_("Language of the messages to workers: zh_CN or en"),
    "address of the page for workers, in messages and on the sheets of sites; none: they are sent to the window": N_(
        "Address of the page for workers, in messages and on the sheets of sites; none: they are sent to the window"
    ),
    "address of the console, as it stands in messages to officers": N_(
        "Address of the console, as it stands in messages to officers"
    ),
    "working days in which a worker may say whether the money came; then silence holds no closing back": N_(
        "Working days in which a worker may say whether the money came; then silence holds no closing back"
    ),
}
RESTS: Mapping[str, str] = {
    "Saudi Mudad: the worker has 3 days, silence = processed": N_(
        "Saudi Mudad: the worker has 3 days, then silence counts as processed"
    ),
    "no Chinese text names a number": N_("no Chinese text names a number"),
}
ACTS: Mapping[str, str] = {
    "write_messages": N_("Messages written"),
    "send_messages": N_("Messages sent"),
    "send_message_again": N_("Message sent again"),
    "set_message_aside": N_("Message set aside"),
    "change_wording": N_("Words of a message changed"),
    "add_address": N_("Address for messages given"),
    "end_address": N_("Address for messages taken back"),
}
SETTING_GROUPS: Mapping[str, str] = {
    "message": N_("Messages"),
    "money": N_("Did the money come?"),
    **labels_prevention.SETTING_GROUPS,
    "response": N_("Response tiers"),
}
