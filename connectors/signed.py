"""Calls behind a token and a signature: HMAC-SHA256 over what is asked, a nonce and a timestamp."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Collection, Mapping
from typing import Any

from casework.errors import ChannelChanged
from connectors.http import Answered, Http, needed
from connectors.reach import Reach


class SignedHttp:
    """One host that wants a token, and a signature on every call. Settings: `app_key`, `app_secret`, those of `Http`.

    Signed are six lines: method, path, parameters sorted by name, SHA-256 of the body, nonce, timestamp in seconds.
    """

    def __init__(self, channel: str, settings: Mapping[str, str], reach: Reach | None = None) -> None:
        self._channel = channel
        self._http = Http(channel, settings, reach)
        self._key = needed(channel, settings, "app_key")
        self._secret = needed(channel, settings, "app_secret")
        self._token: str | None = None

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, str] | None = None,
        key: str | None = None,
        also: Collection[int] = (),
    ) -> Answered:
        """A signed call; a token that is over is renewed once. `key` is the idempotency key of a POST."""
        content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        answer = self._try(method, path, params or {}, content, key, {401, *also})
        if answer.status_code == 401:
            self._token = None
            answer = self._try(method, path, params or {}, content, key, also)
        return answer

    def data(self, answer: Answered) -> dict[str, Any]:
        """What stands under `data` when `code` is 0."""
        whole = answer.json()
        if not isinstance(whole, dict) or whole.get("code") != 0 or not isinstance(whole.get("data"), dict):
            raise ChannelChanged(f"{self._channel}: the answer has not the promised shape.")
        found: dict[str, Any] = whole["data"]
        return found

    def _try(
        self, method: str, path: str, params: Mapping[str, str], content: bytes, key: str | None, also: Collection[int]
    ) -> Answered:
        token = self._token or self._new_token()
        nonce, stamp = secrets.token_hex(16), str(int(time.time()))
        query = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
        text = "\n".join((method, path, query, hashlib.sha256(content).hexdigest(), nonce, stamp))
        headers = {
            "Authorization": f"Bearer {token}",
            "X-Nonce": nonce,
            "X-Timestamp": stamp,
            "X-Signature": hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).hexdigest(),
            "Content-Type": "application/json",
        }
        if key:
            headers["Idempotency-Key"] = key
        return self._http.call(method, path, params=params, body=content or None, headers=headers, also=also)

    def _new_token(self) -> str:
        asked = json.dumps({"appKey": self._key, "appSecret": self._secret}).encode()
        answer = self._http.call("POST", "/oauth/token", body=asked, headers={"Content-Type": "application/json"})
        token = self.data(answer).get("token")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise ChannelChanged(f"{self._channel}: no token in the answer.")
        self._token = token
        return token
