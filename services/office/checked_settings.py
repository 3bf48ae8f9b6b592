"""Whether the settings of this installation hold together: names, places, who may read what, what is open to whom."""

from __future__ import annotations

import difflib
import ipaddress
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from casework.errors import BadInput
from connectors.senders.building import senders
from services.office.findings import Finding, Health
from services.office.machine_token import token_in
from services.office.settings import Settings

_PREFIX = "ARREARS_"
_ELSEWHERE = frozenset({"ARREARS_DEMO_DIR"})
"""Read by the demonstration, not by an installation."""


def configuration(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """The settings, one finding a mistake; one that all is well where there is none."""
    found = [*_names(environment), *_places(settings), *_doors(settings), *_token(settings)]
    yield from found or [Finding("settings", Health.WELL, "the settings hold together")]


def _names(environment: Mapping[str, str]) -> Iterator[Finding]:
    known = {_PREFIX + name.upper() for name in Settings.model_fields} | _ELSEWHERE
    for name in sorted(set(environment)):
        if name.startswith(_PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), sorted(known), n=1)
            do = f"set {near[0]} instead" if near else "take it out; docs/settings.md lists what there is"
            yield Finding("settings", Health.LOOK, f"{name} is set, and nothing reads it", do)


def _places(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.is_absolute():
        words = "ARREARS_DATA_DIR is not absolute: a worker in another folder works on another installation"
        yield Finding("settings", Health.LOOK, words, f"set it to {folder.resolve()}")
    if folder.is_dir() and _others(folder):
        yield Finding("settings", Health.BROKEN, "others may look into the data folder", f"`chmod 700 {folder}`")
    channels = settings.channels_file or folder / "channels.toml"
    messages = settings.messages_file or folder / "messages.toml"
    for file in (channels, messages):
        if file.is_file() and _others(file):
            words = f"{file.name} holds secrets and can be read by others"
            yield Finding("settings", Health.BROKEN, words, f"`chmod 600 {file}`")
    try:
        senders(settings.messages())
    except BadInput as wrong:
        yield Finding("settings", Health.BROKEN, str(wrong), "docs/messages.md says what each table holds")


def _doors(settings: Settings) -> Iterator[Finding]:
    if not _loopback(settings.console_host):
        if not settings.secure_cookies:
            words = "the console listens beyond this machine, and cookies go without TLS"
            do = "set ARREARS_CONSOLE_HOST=127.0.0.1 behind a reverse proxy with TLS, and ARREARS_SECURE_COOKIES=true"
            yield Finding("settings", Health.BROKEN, words, do)
        else:
            words = "the console itself listens beyond this machine, and speaks no TLS"
            yield Finding("settings", Health.LOOK, words, "let only the reverse proxy reach it, by a firewall")
    elif settings.trusted_proxy and not settings.secure_cookies:
        words = "there is a reverse proxy, and cookies may go without TLS"
        yield Finding("settings", Health.LOOK, words, "set ARREARS_SECURE_COOKIES=true once the proxy speaks TLS")
    elif settings.secure_cookies and not settings.trusted_proxy:
        words = "behind a proxy that is not named, wrong passwords of everybody count as from one place"
        yield Finding("settings", Health.LOOK, words, "set ARREARS_TRUSTED_PROXY to the address of the proxy")


def _token(settings: Settings) -> Iterator[Finding]:
    file = settings.metrics_token_file
    if file is None:
        return
    try:
        token_in(file)
    except BadInput as refused:
        do = "`openssl rand -base64 24` makes one; until then only this machine reads /metrics"
        yield Finding("settings", Health.BROKEN, str(refused).rstrip("."), do)
        return
    if _others(file):
        yield Finding("settings", Health.BROKEN, f"{file.name} can be read by others", f"`chmod 600 {file}`")


def _others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
