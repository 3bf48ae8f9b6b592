"""Ways to reach an officer (送达方式), and their addresses as people type them: read strictly, shown masked."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from casework.errors import BadInput
from casework.identifiers import mask_phone, plain_phone


class ReachedBy(StrEnum):
    """短信 / 邮件 / 企业微信 / 钉钉 / 飞书 / 自有接口."""

    SMS = "sms"
    MAIL = "mail"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    WEBHOOK = "webhook"


HOOKS = (ReachedBy.WECOM, ReachedBy.DINGTALK, ReachedBy.FEISHU, ReachedBy.WEBHOOK)
"""What goes by a call to a web address that the officer's own group gave out."""
HOSTS = {
    ReachedBy.WECOM: "qyapi.weixin.qq.com",
    ReachedBy.DINGTALK: "oapi.dingtalk.com",
    ReachedBy.FEISHU: "open.feishu.cn",
}
LONGEST = 300
_MOBILE = re.compile(r"1[3-9]\d{9}")
_NAME, _HOST = re.compile(r"[A-Za-z0-9._%+-]{1,64}"), re.compile(r"(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,100}")
_SIGNED = re.compile(r"(?:([A-Za-z0-9]{8,100})@)?([A-Za-z0-9]{8,100})")
_HOOK = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,120}(?:/[A-Za-z0-9._~-]{0,100}){0,8}")


def read_address(way: ReachedBy, typed: str) -> str:
    """An address as it is kept. Raises `BadInput` saying what is wanted.

    Of the three services the key alone is kept; the whole address of the robot, as the service shows it, is taken too.
    """
    text = typed.strip()
    if len(text) > LONGEST:
        raise BadInput("This address is too long.")
    if way is ReachedBy.SMS:
        phone = plain_phone(text)
        if not _MOBILE.fullmatch(phone):
            raise BadInput("Please give a mobile number of eleven figures.")
        return phone
    if way is ReachedBy.MAIL:
        name, _, host = text.partition("@")
        if not (_NAME.fullmatch(name) and _HOST.fullmatch(host)):
            raise BadInput("Please give a mail address, such as name@example.gov.cn.")
        return text
    if way is ReachedBy.WEBHOOK:
        if not _HOOK.fullmatch(text):
            raise BadInput(
                "Please give the whole address, such as https://example.gov.cn/hook, without a question mark."
            )
        return text
    key = _key_of(way, text)
    form = _SIGNED if way is ReachedBy.DINGTALK else _KEY
    if not form.fullmatch(key):
        raise BadInput("Please give the address of the robot, as the service shows it.")
    return key


def _key_of(way: ReachedBy, text: str) -> str:
    """The key in the address of a robot; a text that is no address is the key itself."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.hostname != HOSTS[way]:
        return ""
    if way is ReachedBy.FEISHU:
        return parts.path.rstrip("/").rpartition("/")[2]
    asked = parse_qs(parts.query)
    return asked.get("key" if way is ReachedBy.WECOM else "access_token", [""])[0]


def mask_address(way: ReachedBy, address: str) -> str:
    """An address as a page shows it: enough to know one's own, too little to use it."""
    if way is ReachedBy.SMS:
        return mask_phone(address) or ""
    if way is ReachedBy.MAIL:
        name, _, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    if way is ReachedBy.WEBHOOK:
        return f"{urlsplit(address).hostname}/…"
    return f"…{address[-4:]}"
