"""Who may use the routes of messages, of call-backs and of the question about the money: lines of `console.access`."""

from __future__ import annotations

from console.permission import DESK, HEAD, INSPECTOR, SYSTEM, Rule, cases, office, own
from console.reach import Masking

TELLING: dict[str, Rule] = {
    "callbacks_page": cases(DESK, HEAD),
    "callback_page": cases(DESK, HEAD),
    "record_callback": cases(DESK, HEAD),
    "money_page": cases(DESK, HEAD),
    "money_question_page": cases(DESK, HEAD),
    "record_money_answer": cases(DESK, HEAD),
    "messages_page": office(DESK, HEAD, SYSTEM, masking=Masking.MASKED),
    "send_message_again": office(DESK, HEAD),
    "set_message_aside": office(DESK, HEAD),
    "wordings_page": office(DESK, HEAD, SYSTEM),
    "wording_page": office(DESK, HEAD, SYSTEM),
    "preview_wording": office(HEAD),
    "change_wording": office(HEAD),
    "add_address": own(DESK, INSPECTOR, HEAD),
    "end_address": own(DESK, INSPECTOR, HEAD),
}
"""Nobody asks about their own work: inspectors hear what workers say when their case is taken up again."""
