"""Measures the page for workers, as an office runs it, under what comes from outside: in its own process, over HTTP.

    python -m benchmarks.workers_page --json docs/evidence/workers_page.json

A film of two gigabytes that is said to be one, and one that is not; the largest posting that is taken; ten thousand
postings from one address while others post; files that are two things at once; a hundred wrong receipts; films of one
address beyond its share of a day. Of each: the
answer, the seconds, and what it costs the process in memory and processor time. `--posts` takes fewer.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks import evidence
from casework.progress import Facts, as_told, progress
from connectors.registry import connect
from connectors.self_report import SelfReports
from counter.__main__ import set_up
from counter.settings import CounterSettings

ROOT = Path(__file__).parents[1]
POSTS, GUESSES, FILM = 10_000, 100, 2 * 1024**3
_HIDDEN = re.compile(r'name="(csrf|token)" value="([^"]+)"')
_RECEIPT = re.compile(r"[0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4}-[0-9A-HJ-NP-Z]{4}")
_TICKS = os.sysconf("SC_CLK_TCK")
GOOD = {"who": "self", "work": "site", "story": "在滨海花园干木工三个月，工资一分没发。", "phone": "13900000001"}
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(60_000)
BOTH = {
    "picture and page": (PICTURE[:20] + b"<!doctype html><script>alert(1)</script>", True),
    "film and page": (b"\x00\x00\x00\x18ftypmp42<script>alert(1)</script>" + bytes(500), True),
    "sound and script": (b"#!AMR\n#!/bin/sh\nrm -rf /\n", True),
    "page and picture": (b"<!doctype html><script>alert(1)</script>" + PICTURE, False),
    "archive and picture": (b"PK\x03\x04" + bytes(40) + PICTURE, False),
    "program and film": (b"MZ\x90\x00\x00\x00\x00\x18ftypmp42" + bytes(500), False),
    "drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", False),
}
"""Files that are two things, and whether the page takes them as what their first bytes say: it serves none of them to
anybody, and the office draws pictures anew."""


@dataclass(frozen=True, slots=True)
class Running:
    """The page's process, and the office's side of its inbox."""

    port: int
    pid: int
    settings: CounterSettings
    office: SelfReports

    def client(self, address: str) -> httpx.Client:
        """Somebody who calls from that address."""
        headers = {"Accept-Language": "en", "X-Forwarded-For": address}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=60, trust_env=False)

    def peak_mib(self) -> float:
        """The most memory the process ever held."""
        return _status(self.pid, "VmHWM") / 1024

    def begin_peak(self) -> float:
        """Count the most memory anew from now; what it holds now, in MiB."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")
        return _status(self.pid, "VmRSS") / 1024

    def cpu_seconds(self) -> float:
        """Processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def _status(pid: int, name: str) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", text)
    assert found
    return int(found[1])


@contextmanager
def running(folder: Path, *, place_megabytes: int = 1_000) -> Iterator[Running]:
    """The page as its unit starts it, on a free port, while the context lasts."""
    settings = CounterSettings(folder=folder / "counter", place_megabytes=place_megabytes)
    set_up(settings, folder / "inbox.key.json")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COUNTER_")}
    env = kept | {"COUNTER_FOLDER": str(settings.folder), "COUNTER_PORT": str(port), "PYTHONPATH": str(ROOT)}
    env |= {"COUNTER_TRUSTED_PROXY": "127.0.0.1", "COUNTER_PLACE_MEGABYTES": str(place_megabytes)}
    with (folder / "counter.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "counter", "serve"], env=env, stdout=log, stderr=log, cwd=folder
        )
        try:
            url = settings.inbox
            office = connect("self_report", {"url": url, "answer_url": url, "key_file": str(folder / "inbox.key.json")})
            assert isinstance(office, SelfReports)
            made = Running(port, child.pid, settings, office)
            until = time.monotonic() + 60
            while time.monotonic() < until:
                try:
                    with made.client("10.0.0.1") as first:
                        first.get("/healthz").raise_for_status()
                    break
                except httpx.HTTPError:
                    time.sleep(0.05)
            yield made
        finally:
            child.terminate()
            child.wait(20)


def form_of(client: httpx.Client, path: str = "/") -> dict[str, str]:
    """The hidden fields of a page."""
    return dict(_HIDDEN.findall(client.get(path).text))


def post(client: httpx.Client, *files: bytes, **typed: str) -> httpx.Response:
    """One form with these files."""
    sent = [("files", (f"{number}", content, "application/octet-stream")) for number, content in enumerate(files)]
    return client.post("/report", data={**form_of(client), **GOOD, **typed}, files=sent or None)


def film(page: Running, size: int = FILM, *, said: bool = True) -> dict[str, Any]:
    """A film of that size as a body: with its length in the first lines, or in pieces without one.

    The bytes are sent until the page hangs up; what went into the line is what it let somebody send.
    """
    before, cpu, began = page.begin_peak(), page.cpu_seconds(), time.monotonic()
    sent, answer, piece = 0, b"", b"x" * 65_536
    with closing(socket.create_connection(("127.0.0.1", page.port), timeout=30)) as line:
        length = f"Content-Length: {size}" if said else "Transfer-Encoding: chunked"
        head = f"POST /report HTTP/1.1\r\nHost: x\r\nAccept-Language: en\r\n{length}\r\n"
        line.sendall(f"{head}X-Forwarded-For: 203.0.113.99\r\nContent-Type: video/mp4\r\n\r\n".encode())
        try:
            while sent < size:
                line.sendall(piece if said else b"10000\r\n" + piece + b"\r\n")
                sent += len(piece)
        except OSError:
            pass  # the page hung up
        try:
            while part := line.recv(65_536):
                answer += part
        except OSError:
            pass
    return {
        "status": int(answer.split()[1]) if answer else None,
        "says_how_much": b"at most 100 MB" in answer,
        "bytes_sent": sent,
        "seconds": round(time.monotonic() - began, 3),
        "memory_mib": round(max(0.0, page.peak_mib() - before), 1),
        "cpu_seconds": round(page.cpu_seconds() - cpu, 3),
    }


def largest(page: Running, megabytes: int = 49) -> dict[str, Any]:
    """The largest posting that is taken: two files of so many megabytes."""
    before, cpu, began = page.begin_peak(), page.cpu_seconds(), time.monotonic()
    content = b"\x00\x00\x00\x18ftypmp42" + os.urandom(1024) * (megabytes * 1_000_000 // 1024 - 1)
    with page.client("203.0.113.98") as phone:
        answer = post(phone, content, content)
    return {
        "megabytes": 2 * megabytes,
        "status": answer.status_code,
        "seconds": round(time.monotonic() - began, 3),
        "memory_mib": round(max(0.0, page.peak_mib() - before), 1),
        "cpu_seconds": round(page.cpu_seconds() - cpu, 3),
    }


def flood(page: Running, posts: int = POSTS, *, hands: int = 4) -> dict[str, Any]:
    """So many postings from one address, by several hands at once, while somebody else posts with a picture.

    Each of the others has an address of their own. Seconds of the others are of a whole posting, its form included.
    """
    codes: Counter[int] = Counter()
    over, waits, refused = threading.Event(), list[float](), list[int]()
    began, cpu, held = time.monotonic(), page.cpu_seconds(), page.begin_peak()

    def others() -> None:
        number = 0
        while not over.is_set():
            number += 1
            start = time.monotonic()
            with page.client(f"10.{number // 60_000}.{number // 250 % 250}.{number % 250 + 1}") as phone:
                answer = post(phone, PICTURE)
            if answer.status_code != httpx.codes.OK:
                refused.append(answer.status_code)
            waits.append(time.monotonic() - start)
            over.wait(0.05)

    def many(share: int) -> Counter[int]:
        found: Counter[int] = Counter()
        with page.client("203.0.113.7") as hand:
            form = {**form_of(hand), **GOOD}
            for number in range(share):
                token = f"{threading.get_ident()}x{number:020d}"[-40:]
                try:
                    found[hand.post("/report", data={**form, "token": token}).status_code] += 1
                except httpx.HTTPError:
                    found[0] += 1
        return found

    def hand(share: int) -> None:
        found = many(share)
        with counting:
            codes.update(found)

    counting = threading.Lock()
    watcher = threading.Thread(target=others)
    watcher.start()
    threads = [threading.Thread(target=hand, args=(posts // hands,)) for _ in range(hands)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    seconds = time.monotonic() - began
    over.set()
    watcher.join()
    return {
        "posts": sum(codes.values()),
        "by_status": {str(code): count for code, count in sorted(codes.items())},
        "seconds": round(seconds, 2),
        "cpu_ms_a_post": round(1000 * (page.cpu_seconds() - cpu) / max(1, sum(codes.values())), 3),
        "memory_mib": round(max(0.0, page.peak_mib() - held), 1),
        "others_posted": len(waits),
        "others_refused": len(refused),
        "others_p50_seconds": round(statistics.median(waits), 3) if waits else None,
        "others_longest_seconds": round(max(waits), 3) if waits else None,
    }


def share_of_a_day(page: Running, *, films: int = 15, megabytes: int = 20) -> dict[str, Any]:
    """One address sends so many films with words; then its neighbour and somebody elsewhere send a picture each.

    How long it takes one address to fill the inbox is of the settings as they are unless the office says otherwise.
    """
    content = b"\x00\x00\x00\x18ftypmp42" + os.urandom(1024) * (megabytes * 1_000_000 // 1024 - 1)
    began, cpu = time.monotonic(), page.cpu_seconds()
    with page.client("203.0.113.7") as phone:
        answers = [post(phone, content) for _ in range(films)]
    seconds = time.monotonic() - began
    others = []
    for address in ("203.0.113.8", "198.51.100.1"):
        with page.client(address) as other:
            answer = post(other, PICTURE)
            others.append(answer.is_success and "could not be taken" not in answer.text)
    read: list[Any] = [raw.payload for raw in page.office.pull(None, now=datetime.now(UTC))]
    known = CounterSettings()
    return {
        "megabytes_offered": films * megabytes,
        "share_megabytes": page.settings.place_megabytes,
        "megabytes_kept": sum(one["bytes"] for told in read for one in told["files"]) // 1_000_000,
        "words_sent": films,
        "words_kept": sum(answer.is_success for answer in answers),
        "told_what_was_left": sum("could not be taken" in answer.text for answer in answers),
        "others_taken_whole": sum(others),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(page.cpu_seconds() - cpu, 2),
        "days_one_address_needs_for_the_inbox": 0.8 * known.inbox_gigabytes * 1_000 / known.place_megabytes
        + 0.2 * known.inbox_gigabytes * 1_000 / known.scarce_megabytes,
    }


def two_things_at_once(page: Running) -> dict[str, Any]:
    """Each file that is two things, and whether it was taken as it should be."""
    found = {}
    for number, (name, (content, taken)) in enumerate(BOTH.items()):
        with page.client(f"10.77.0.{number + 1}") as phone:
            found[name] = post(phone, content).status_code == (200 if taken else 422)
    return {"files": len(found), "as_should_be": sum(found.values())}


def guesses(page: Running, wrong: int = GUESSES) -> dict[str, Any]:
    """So many wrong receipts from one address; then the worker asks, from another and from behind the same."""
    now = datetime.now(UTC)
    with page.client("10.88.0.1") as worker:
        receipt = _RECEIPT.search(post(worker).text)
        assert receipt
        told = as_told(progress(Facts(received_on=now.date() - timedelta(days=1))))
        page.office.tell(receipt[0].replace("-", ""), "0001", told, at=now)
        codes: Counter[int] = Counter()
        began = time.monotonic()
        with page.client("10.88.0.1") as guesser:
            csrf = form_of(guesser, "/progress")["csrf"]
            for number in range(wrong):
                asked = {"csrf": csrf, "receipt": receipt[0], "four": f"{number + 100:04d}"}
                codes[guesser.post("/progress", data=asked).status_code] += 1
        seconds = time.monotonic() - began
        right = {"receipt": receipt[0], "four": "0001"}
        own = worker.post("/progress", data={**right, "csrf": form_of(worker, "/progress")["csrf"]})
    with page.client("10.88.9.9") as elsewhere:
        other = elsewhere.post("/progress", data={**right, "csrf": form_of(elsewhere, "/progress")["csrf"]})
    return {
        "wrong": wrong,
        "by_status": {str(code): count for code, count in sorted(codes.items())},
        "seconds": round(seconds, 3),
        "worker_behind_the_same_address": own.status_code,
        "worker_elsewhere": other.status_code,
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write. Fails where a promise of the page is broken."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.workers_page", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--json", type=Path)
    parser.add_argument("--posts", type=int, default=POSTS)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as page:
        found = {
            "film_said": film(page),
            "film_in_pieces": film(page, said=False),
            "largest_taken": largest(page),
            "flood": flood(page, asked.posts),
            "two_things_at_once": two_things_at_once(page),
            "guesses": guesses(page),
        }
        postings = len(list(page.office.pull(None, now=datetime.now(UTC))))
        found["inbox"] = {"postings": postings, "log_bytes": (Path(folder) / "counter.log").stat().st_size}
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), place_megabytes=60) as page:
        found["share_of_a_day"] = share_of_a_day(page)
    for name, figures in found.items():
        sys.stdout.write(f"{name:>20}: {figures}\n")
    if asked.json:
        evidence.write(asked.json, "python -m benchmarks.workers_page", found)
    return 0 if kept(found) else 1


def kept(found: dict[str, Any]) -> bool:
    """What the page promises of it all."""
    said, pieces, flooded, guessed = (found[name] for name in ("film_said", "film_in_pieces", "flood", "guesses"))
    share = found["share_of_a_day"]
    return (
        (said["status"], said["says_how_much"], pieces["status"]) == (413, True, 411)
        and max(said["bytes_sent"], pieces["bytes_sent"]) < 32 * 1024**2
        and max(said["memory_mib"], pieces["memory_mib"]) < 32
        and set(flooded["by_status"]) <= {"200", "429"}
        and flooded["by_status"]["200"] <= 30
        and (flooded["others_refused"], flooded["others_posted"] > 0) == (0, True)
        and found["two_things_at_once"]["files"] == found["two_things_at_once"]["as_should_be"]
        and share["megabytes_kept"] <= share["share_megabytes"] + 1
        and (share["words_kept"], share["others_taken_whole"]) == (share["words_sent"], 2)
        and share["told_what_was_left"] == share["words_sent"] - share["share_megabytes"] // 20
        and guessed["by_status"].get("404", 0) <= 11
        and (guessed["worker_behind_the_same_address"], guessed["worker_elsewhere"]) == (200, 200)
    )


if __name__ == "__main__":
    raise SystemExit(main())
