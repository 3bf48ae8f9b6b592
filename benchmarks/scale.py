"""The heavy stage on Dask: two workers beside a scheduler, over TLS; then again with one worker killed in the middle.

`python -m benchmarks.scale --complaints 20000 --json docs/evidence/scale.json`, or `make scale`. Every row is compared
with linking in one piece; a killed worker must have had work in hand, or nothing was proven. Fails where a row differs,
and where a log or Prefect's database holds a name or a telephone of the world.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import evidence
from pipelines.demo.processes import Crew, free_port
from sandbox.world import make_world
from tests.pipelines.prefect_server import ROOT, PrefectServer, running

SEED = 11
UNTIL = datetime(2026, 9, 1, tzinfo=UTC)
WORKERS = ("first", "second")
_PATIENCE = 600.0
_FEWEST_LOTS = 2
"""So many lots must be done, and others in hand, when a worker is killed."""
_CHINESE = re.compile("[\u4e00-\u9fff]")


def certificates(folder: Path) -> Path:
    """A certificate for this one run, its own authority. It ends the next day."""
    folder.mkdir()
    program = shutil.which("openssl")
    if program is None:
        sys.exit("openssl is needed to make certificates for the cluster.")
    key, cert = folder / "key.pem", folder / "cert.pem"
    made = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        str(key),
        "-out",
        str(cert),
    ]
    named = ["-subj", "/CN=arrears-scale", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1"]
    subprocess.run([program, "req", "-x509", *made, *named], check=True, capture_output=True)  # noqa: S603 - openssl
    shutil.copy(cert, folder / "ca.pem")
    return folder


@contextmanager
def cluster(folder: Path, environment: Mapping[str, str], tls: Path, port: int) -> Iterator[Crew]:
    """A scheduler and two workers, each a process of its own, until the context ends."""
    crew = Crew(folder, dict(environment))
    dask = [sys.executable, "-m", "dask"]
    safe = ["--tls-ca-file", f"{tls}/ca.pem", "--tls-cert", f"{tls}/cert.pem", "--tls-key", f"{tls}/key.pem"]
    at = ["--host", "tls://127.0.0.1", "--port", str(port)]
    try:
        crew.start("scheduler", [*dask, "scheduler", *at, *safe, "--no-dashboard", "--no-show"], cwd=ROOT)
        for name in WORKERS:
            work = ["--name", name, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
            place = ["--local-directory", str(folder / name)]
            crew.start(name, [*dask, "worker", f"tls://127.0.0.1:{port}", *safe, *work, *place], cwd=ROOT)
        yield crew
    finally:
        crew.stop()


def linked(server: PrefectServer, runner: str, under: Path, options: argparse.Namespace) -> subprocess.Popen[str]:
    """One run, begun."""
    words = ["-m", "benchmarks.scale_run", runner, str(under), str(options.complaints), str(options.lot)]
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *words],
        cwd=ROOT,
        env=server.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


class Watched:
    """The people of the world, and whether a text tells of one: Chinese at all, or one of their telephones."""

    def __init__(self, complaints: int) -> None:
        world = make_world(SEED, complaints=complaints, until=UNTIL)
        self.phones = {told.complainant_phone for told in world.told if told.complainant_phone}

    def told(self, text: str) -> int:
        """How often it does."""
        return len(_CHINESE.findall(text)) + sum(phone in text for phone in self.phones)


def ended(child: subprocess.Popen[str], people: Watched) -> dict[str, Any]:
    """What a run said. Exits with its output where it failed."""
    said, _ = child.communicate(timeout=_PATIENCE)
    lines = [line for line in said.splitlines() if line.startswith('{"complaints"')]
    if child.returncode != 0 or not lines:
        sys.exit(said[-3_000:])
    told: dict[str, Any] = json.loads(lines[-1])
    return told | {"words_of_a_person_in_the_output": people.told(said)}


def kill_in_the_middle(
    crew: Crew, address: str, tls: Path, under: Path, child: subprocess.Popen[str]
) -> dict[str, Any]:
    """Wait until some lots are done and a worker has one in hand, then kill that worker. Exits if that never comes."""
    from distributed import Client
    from distributed.security import Security

    ca, cert, key = (f"{tls}/{name}.pem" for name in ("ca", "cert", "key"))
    made: Any = Security  # dask says nothing of its types
    known = made(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)
    with Client(address, security=known, timeout=60) as client:  # type: ignore[no-untyped-call]  # dask's own
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and child.poll() is None:
            done = len(list(under.glob("parts-*/lot-*.npz")))
            names = {place: one["name"] for place, one in client.scheduler_info(n_workers=-1)["workers"].items()}
            busy = {names[place]: len(keys) for place, keys in client.processing().items() if keys and place in names}
            if done >= _FEWEST_LOTS and busy:
                name = max(busy, key=lambda one: busy[one])
                os.killpg(crew.running[name].pid, signal.SIGKILL)
                return {"lots_done_before": done, "tasks_in_the_hands_of_the_killed_worker": busy[name]}
            time.sleep(0.02)
    sys.exit("No worker could be killed in the middle: take more complaints or smaller lots.")


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """All three runs."""
    people = Watched(options.complaints)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="arrears-scale-")))
        under, home, tls = folder / "data", folder / "prefect", certificates(folder / "tls")
        for one in (under, home):
            one.mkdir(mode=0o700)
        port = free_port()
        address = f"tls://127.0.0.1:{port}"
        settings = {
            "ARREARS_DATA_DIR": str(under),
            "ARREARS_DASK_ADDRESS": address,
            "ARREARS_DASK_TLS": str(tls),
            "PYTHONPATH": str(ROOT),
        }
        server = stack.enter_context(running(home, settings))
        found: dict[str, Any] = {"threads": ended(linked(server, "threads", under, options), people)}
        with cluster(folder / "whole", server.environment, tls, port):
            found["dask"] = ended(linked(server, "dask", under, options), people)
        with cluster(folder / "killed", server.environment, tls, port) as crew:
            child = linked(server, "dask", under, options)
            killed = kill_in_the_middle(crew, address, tls, under, child)
            found["dask, one worker killed"] = ended(child, people) | killed
        logs = "".join(path.read_text("utf-8", "replace") for path in folder.glob("*/logs/*.log"))
        found["words_of_a_person_in_logs_of_the_cluster"] = people.told(logs)
        found["words_of_a_person_with_prefect"] = people.told(server.dump())
        found["telephones_looked_for"] = len(people.phones)
        found["folders_left"] = len(list(under.glob("parts-*")))
        return found


def main() -> None:
    """Measure, write, and fail where a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description="The heavy stage on two workers.")
    parser.add_argument("--complaints", type=int, default=20_000)
    parser.add_argument("--lot", type=int, default=5_000, help="pairs weighed in one part")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = measured(options)
    runs = [one for one in found.values() if isinstance(one, dict)]
    kept = all(one["rows_that_differ"] == 0 and one["edges"] > 0 for one in runs)
    quiet = not any(one["words_of_a_person_in_the_output"] for one in runs)
    counted = ("words_of_a_person_in_logs_of_the_cluster", "words_of_a_person_with_prefect", "folders_left")
    quiet = quiet and found["telephones_looked_for"] > 0 and not any(found[name] for name in counted)
    found["verdict"] = "the same rows" if kept and quiet else "not kept"
    if options.json:
        command = f"python -m benchmarks.scale --complaints {options.complaints} --lot {options.lot}"
        evidence.write(options.json, command, found)
    sys.stdout.write(json.dumps(evidence.rounded(found), indent=1) + "\n")
    sys.exit(0 if kept and quiet else 1)


if __name__ == "__main__":
    main()
