"""The SMS gateway: a small HTTP interface in JSON, whose other side knows keys (docs/messages.md).

    POST /messages           {"key", "to", "text"}   200 {"id"}: taken; the same key again, the same answer, no effect
    GET  /messages/<key>     200 {"id", "state"}     state: taken, arrived, lost; 404: it never came
    GET  /                   200                     it is there

Every call carries `Authorization: Bearer <token>`. 409 is a key that came with another text, 422 a number or a text
that is never sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from casework.errors import ChannelChanged, NotAllowed
from connectors.http import Answered, Http, needed
from connectors.reach import NETWORKS, Reach
from connectors.senders.base import Held, Parcel

_REFUSED = (409, 422)
_ABSENT = 404


class SmsGateway:
    """The gateway of the settings `url` and `token`; `networks`, `ca_file`, `deadline_seconds` are those of `Http`."""

    confirms = True

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._token = needed("sms", settings, "token")
        self._http = Http("sms", settings, Reach("sms", networks=frozenset(NETWORKS)))

    def check(self) -> None:
        """Ask whether it is there."""
        self._call("GET", "/")

    def send(self, parcel: Parcel) -> str:
        """Hand one text message over."""
        body = json.dumps({"key": parcel.key, "to": parcel.address, "text": parcel.body}, ensure_ascii=False)
        answer = self._call("POST", "/messages", body.encode(), also=_REFUSED)
        if answer.status_code in _REFUSED:
            raise NotAllowed(f"The SMS gateway refuses this message ({answer.status_code}).")
        return self._said(answer, "id")

    def held(self, key: str) -> Held:
        """What became of a key."""
        answer = self._call("GET", f"/messages/{key}", also=(_ABSENT,))
        if answer.status_code == _ABSENT:
            return Held.ABSENT
        state = self._said(answer, "state")
        if state not in set(Held):
            raise ChannelChanged("sms: the gateway says a state that is none of the three.")
        return Held(state)

    def close(self) -> None:
        """Nothing is held open."""

    def _call(self, method: str, path: str, body: bytes | None = None, *, also: tuple[int, ...] = ()) -> Answered:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return self._http.call(method, path, body=body, headers=headers, also=also)

    @staticmethod
    def _said(answer: Answered, name: str) -> str:
        said = answer.json()
        value = said.get(name) if isinstance(said, dict) else None
        if not isinstance(value, str) or not value:
            raise ChannelChanged(f"sms: the answer of the gateway says no {name}.")
        return value[:200]
