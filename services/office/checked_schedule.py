"""Whether the Prefect server answers, plans, and is closed to strangers. Nothing of ours is asked for or sent."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from services.office.findings import Finding, Health

_PATIENCE = 5.0
_PLANNED = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}


@dataclass(frozen=True, slots=True)
class Prefect:
    """Where the server is, `http://127.0.0.1:4200/api`, and the password `user:word` that its clients send, if any."""

    url: str
    auth: str | None = None


def schedule(server: Prefect, *, tables: Path = Path("/proc/net")) -> Iterator[Finding]:
    """What the server tells of itself to a stranger, and to whoever knows its password."""
    url = server.url.rstrip("/")
    start = "start it (`systemctl start arrears-prefect`); nothing is lost meanwhile, for our own tables remember"
    try:
        alive = requests.get(f"{url}/health", timeout=_PATIENCE, allow_redirects=False)
        if alive.status_code != requests.codes.ok:
            words = f"the Prefect server answers with {alive.status_code}"
            yield Finding("schedule", Health.BROKEN, words, "see the log of arrears-prefect")
            return
        stranger = requests.get(f"{url}/admin/settings", timeout=_PATIENCE, allow_redirects=False)
        yield _exposure(url, open_to_all=stranger.status_code == requests.codes.ok, tables=tables)
        credentials = _credentials(server.auth)
        known = requests.get(f"{url}/admin/settings", auth=credentials, timeout=_PATIENCE, allow_redirects=False)
        if known.status_code != requests.codes.ok:
            words = "the Prefect server has a password that is not ours: no flow of ours can reach it"
            yield Finding("schedule", Health.BROKEN, words, "set PREFECT_API_AUTH_STRING to its auth string")
            return
        yield from _analytics(known)
        yield _planned(
            requests.post(
                f"{url}/flow_runs/count", json=_PLANNED, auth=credentials, timeout=_PATIENCE, allow_redirects=False
            )
        )
    except requests.RequestException:
        yield Finding("schedule", Health.BROKEN, "the Prefect server does not answer: nothing runs by itself", start)


def _credentials(auth: str | None) -> tuple[str, str] | None:
    user, colon, word = (auth or "").partition(":")
    return (user, word) if colon else None


def _exposure(url: str, *, open_to_all: bool, tables: Path) -> Finding:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    here = _loopback(parts.hostname or "")
    beyond = not here or heard_beyond(port, tables)
    if beyond and open_to_all:
        words = "the Prefect server has no password and can be reached from other machines: anybody may start flows"
        do = "start it with --host 127.0.0.1, or set PREFECT_SERVER_API_AUTH_STRING and restart it"
        return Finding("exposure", Health.BROKEN, words, do)
    if beyond and not here and parts.scheme != "https":
        words = "the password of the Prefect server goes over the network in clear"
        return Finding("exposure", Health.LOOK, words, "put the server behind TLS and set PREFECT_API_URL to https")
    how = "only from this machine" if not beyond else "from other machines"
    return Finding(
        "exposure",
        Health.WELL,
        f"the Prefect server is reached {how}, {'without' if open_to_all else 'with'} a password",
    )


def _analytics(answer: requests.Response) -> Iterator[Finding]:
    try:
        told = answer.json()["server"]["analytics_enabled"]
    except (ValueError, KeyError, TypeError):
        told = None
    if told is not False:
        words = "the Prefect server may report its use to its makers"
        do = "start it with ops/prefect.env (PREFECT_SERVER_ANALYTICS_ENABLED=false)"
        yield Finding("exposure", Health.LOOK, words, do)


def _planned(answer: requests.Response) -> Finding:
    try:
        count = int(answer.json())
    except (ValueError, TypeError):
        return Finding("schedule", Health.LOOK, "the Prefect server does not say what it plans")
    if count == 0:
        words = "the Prefect server answers and plans nothing: the schedule sleeps"
        do = "`prefect --no-prompt deploy --all` in the program's folder, then look again after a minute"
        return Finding("schedule", Health.BROKEN, words, do)
    return Finding("schedule", Health.WELL, f"the Prefect server answers, and plans {count} runs")


def heard_beyond(port: int, tables: Path = Path("/proc/net")) -> bool:
    """Whether something on this machine listens on a port for others than this machine, as far as the kernel tells."""
    for name in ("tcp", "tcp6"):
        try:
            lines = (tables / name).read_text("ascii", "replace").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            cells = line.split()
            if len(cells) < 4 or cells[3] != "0A":
                continue
            address, _, number = cells[1].partition(":")
            if int(number, 16) == port and not _local(address):
                return True
    return False


def _local(address: str) -> bool:
    """Whether an address as the kernel prints it, in words of four bytes turned round, is of loopback."""
    raw = b"".join(bytes.fromhex(address[n : n + 8])[::-1] for n in range(0, len(address), 8))
    found = ipaddress.ip_address(raw)
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
