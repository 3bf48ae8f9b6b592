"""What the receipt book says: where a source id stands, the columns of the balance, how somebody was told."""

from __future__ import annotations

from casework.receipts import Place, Way
from console.words import N_

PLACES = {
    Place.LANDED: N_("received, not read yet"),
    Place.QUARANTINED: N_("in quarantine"),
    Place.ACCEPTED: N_("accepted, answer not due"),
    Place.WRITTEN: N_("answer waits to be sent"),
    Place.SENT: N_("sent, not read back yet"),
    Place.DIFFERS: N_("the channel shows another text"),
    Place.REFUSED: N_("refused by the channel"),
    Place.ANSWERED: N_("answered, read back and equal"),
    Place.DECLINED: N_("declined, read back and equal"),
    Place.REDIRECTED: N_("redirected, read back and equal"),
    Place.TOLD: N_("told in another way"),
    Place.NOT_OWED: N_("over, no answer owed"),
    Place.DISCARDED: N_("set aside in quarantine"),
    Place.UNPROVEN: N_("over without proof"),
}
GROUPS = {
    "all": N_("Every complaint"),
    "open": N_("Still open"),
    "on_the_way": N_("Answer on its way"),
    "with_a_person": N_("Needs a person"),
    "over": N_("Over"),
    "quarantine": N_("Not read yet"),
}
COLUMNS = {
    "carried_over": N_("Carried over"),
    "received": N_("Received"),
    "opened_again": N_("Opened again"),
    "answered": N_("Answered"),
    "declined": N_("Declined"),
    "redirected": N_("Redirected"),
    "told": N_("Told otherwise"),
    "not_owed": N_("Not owed"),
    "discarded": N_("Set aside for good"),
    "unproven": N_("Unproven"),
    "still_open": N_("Still open"),
}
WAYS = {
    Way.TELEPHONE: N_("by telephone"),
    Way.LETTER: N_("by letter"),
    Way.IN_PERSON: N_("in person"),
    Way.TEXT_MESSAGE: N_("by text message"),
    Way.ARCHIVE_NOTE: N_("as the note of the archive says"),
}
KINDS = {
    "accepted": N_("Taken up"),
    "result": N_("Result"),
    "declined": N_("Declined"),
    "supplement": N_("Missing particulars"),
    "redirected": N_("Redirected"),
    "answer": N_("Direct answer"),
}
STATES = {
    "pending": N_("to be sent"),
    "delivered": N_("sent, not read back yet"),
    "confirmed": N_("read back and equal"),
    "failed": N_("did not arrive"),
    "withdrawn": N_("taken back before it was sent"),
}
TROUBLES = {
    "channel_unavailable": N_("The channel did not answer; it is tried again."),
    "channel_changed": N_("The channel answered in another form than promised; it is tried again."),
    "settings_wrong": N_("A setting of the channel is missing or wrong; it is tried again."),
    "refused_by_channel": N_("The channel does not take this answer."),
    "not_there": N_("The channel took the answer and does not show it; it is sent again under the same key."),
    "read_back_differs": N_("The channel shows another text than the one that was sent."),
}
