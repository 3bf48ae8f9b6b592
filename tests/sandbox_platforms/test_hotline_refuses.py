"""What the imitated hotline refuses, as a real one would."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Iterator

import pytest
import requests

from sandbox.platforms.hotline_12345 import APP_KEY, APP_SECRET, STALE_SECONDS, Hotline


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    platform = Hotline()
    yield platform
    platform.stop()


def call(hotline: Hotline, *, nonce: str, stamp: int, secret: str = APP_SECRET, page: str = "1") -> requests.Response:
    url = hotline.settings["url"]
    asked = {"appKey": APP_KEY, "appSecret": APP_SECRET}
    token = requests.post(f"{url}/oauth/token", json=asked, timeout=60).json()["data"]["token"]
    text = "\n".join(("GET", "/orders", "pageNo=1", hashlib.sha256(b"").hexdigest(), nonce, str(stamp)))
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    headers = {
        "Authorization": f"Bearer {token}", "X-Nonce": nonce, "X-Timestamp": str(stamp), "X-Signature": signature,
    }  # fmt: skip
    return requests.get(f"{url}/orders", params={"pageNo": page}, headers=headers, timeout=60)


def test_a_right_signature_is_served_once_and_its_replay_refused(hotline: Hotline) -> None:
    nonce, stamp = secrets.token_hex(16), int(time.time())
    assert call(hotline, nonce=nonce, stamp=stamp).status_code == 200
    assert call(hotline, nonce=nonce, stamp=stamp).status_code == 403


def test_a_wrong_signature_is_refused(hotline: Hotline) -> None:
    stamp = int(time.time())
    assert call(hotline, nonce=secrets.token_hex(16), stamp=stamp, secret="another").status_code == 403
    assert call(hotline, nonce=secrets.token_hex(16), stamp=stamp, page="2").status_code == 403


def test_a_stale_timestamp_is_refused(hotline: Hotline) -> None:
    for off in (-STALE_SECONDS - 5, STALE_SECONDS + 5):
        answer = call(hotline, nonce=secrets.token_hex(16), stamp=int(time.time()) + off)
        assert answer.status_code == 403


def test_a_wrong_secret_gets_no_token_and_no_token_gets_no_orders(hotline: Hotline) -> None:
    url = hotline.settings["url"]
    asked = {"appKey": APP_KEY, "appSecret": "x"}
    assert requests.post(f"{url}/oauth/token", json=asked, timeout=60).status_code == 401
    assert requests.get(f"{url}/orders", timeout=60).status_code == 401
