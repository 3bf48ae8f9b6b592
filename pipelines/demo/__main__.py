"""The demonstration from start to stop."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from rich.console import Console

from casework.calendar import SHANGHAI
from casework.errors import ArrearsError
from pipelines import schedule
from pipelines.demo import workers
from pipelines.demo.processes import Crew, DidNotStart, end_leftovers, free_port, stopping_on_signals

_DAYS = "5"  # the complaints of a week: their first deadline still runs
_SLOW = 180.0
_OURS = ("ARREARS_", "COUNTER_", "PREFECT_")
_DEPLOYED = Path("prefect", "deployed")


@dataclass(frozen=True, slots=True)
class World:
    """What is the same in every run of one folder: the invented world and the password."""

    seed: int
    complaints: int
    until: str
    password: str


@dataclass(frozen=True, slots=True)
class Ports:
    """Where on loopback each part answers."""

    console: int
    prefect: int
    page: int


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.demo", description="Play one morning on this machine.")
    parser.add_argument("--once", action="store_true", help="dispatch, answer, print the summary and stop")
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("ARREARS_DEMO_DIR", ".demo")))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--complaints", type=int, default=120)
    parser.add_argument("--port", type=int, help="of the console; 8000 if free, else any")
    return parser.parse_args()


def world_of(folder: Path, *, seed: int, complaints: int) -> World:
    """The world this folder was begun with; a new one ends at half past eight of the last morning.

    It stays the same for the life of the folder: were it made anew each day, every record would seem to have changed.
    """
    path = folder / "demo.json"
    if path.exists():
        return World(**json.loads(path.read_text("utf-8")))
    here = datetime.now(SHANGHAI)
    morning = here.replace(hour=8, minute=30, second=0, microsecond=0)
    until = morning if morning <= here else morning - timedelta(days=1)
    world = World(seed, complaints, until.astimezone(UTC).isoformat(), f"Jimo-{secrets.token_hex(6)}")
    path.write_text(
        json.dumps({"seed": seed, "complaints": complaints, "until": world.until, "password": world.password})
    )
    path.chmod(0o600)
    return world


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one demonstration in a folder at a time."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DidNotStart(f"a demonstration is already running in {folder}") from None
        yield


def answers(url: str) -> bool:
    """Whether something answers there at all."""
    try:
        return bool(requests.get(url, timeout=2, allow_redirects=False).status_code < requests.codes.server_error)
    except requests.RequestException:
        return False


def environment(folder: Path, *, ports: Ports, once: bool) -> dict[str, str]:
    """What every process of the demonstration gets. The page for workers reads the `COUNTER_…` of it and no other."""
    page = workers.page_settings(folder, ports.page)
    ours = page | {
        "ARREARS_DATA_DIR": str(folder),
        "ARREARS_CHANNELS_FILE": str(folder / "channels.toml"),
        "ARREARS_MESSAGES_FILE": str(folder / "messages.toml"),
        "ARREARS_CONSOLE_PORT": str(ports.console),
        "ARREARS_RECALL_GRACE_SECONDS": "60",  # long enough to try a recall, short enough to see the answers go
        "PYTHONUNBUFFERED": "1",
    }
    if once:
        ours["ARREARS_RECALL_GRACE_SECONDS"] = "0"  # nobody is there to recall
        ours["PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED"] = "false"  # every run is asked for; the clock adds none
    if is_deployed(folder):
        ours["PREFECT_SERVER_DATABASE_MIGRATE_ON_START"] = "false"
        ours["PREFECT_SERVER_REGISTER_BLOCKS_ON_START"] = "false"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return kept | ours | schedule.environment(folder / "prefect", f"http://127.0.0.1:{ports.prefect}/api")


def is_deployed(folder: Path) -> bool:
    """Whether this folder's server has the schedule as it is now, from a run before."""
    noted = folder / _DEPLOYED
    return noted.exists() and noted.read_text("utf-8") == schedule.digest()


def play(options: argparse.Namespace, console: Console) -> int:
    """Start everything, let the morning run, and say what came of it."""
    began = time.monotonic()
    folder = options.folder.resolve()
    with alone(folder), stopping_on_signals():
        end_leftovers(folder)
        world = world_of(folder, seed=options.seed, complaints=options.complaints)
        ports = Ports(free_port(options.port or 8000), free_port(), free_port(8100))
        env = environment(folder, ports=ports, once=options.once)
        os.environ.update(env)
        crew = Crew(folder, env)
        try:
            return _play(options, console, crew, world, began)
        finally:
            console.print("Stopping what was started.")
            crew.stop()


def _play(options: argparse.Namespace, console: Console, crew: Crew, world: World, began: float) -> int:
    from pipelines.demo import ahead, summary
    from pipelines.demo import morning as mornings
    from pipelines.demo.people import make_accounts
    from pipelines.settings import installation, now
    from services.office.running import set_up
    from services.office.settings import Settings

    settings = Settings()
    set_up(settings)
    with installation() as here:
        make_accounts(here.store, settings, password=world.password, at=now())
        address = f"http://{settings.console_host}:{settings.console_port}/"
        prefect = os.environ["PREFECT_API_URL"].removesuffix("/api")
        _start_all(crew, world, console, address=address)
        morning = mornings.Morning(here.store, settings, crew, world.password)
        morning.seconds["start"] = round(time.monotonic() - began, 1)
        with morning.step("post"):
            receipt = workers.post(workers.address())
        console.print("The morning begins: seven channels are pulled.")
        morning.collect()
        morning.link()
        morning.suggest()
        morning.warn()
        said = ahead.look_ahead(morning, page=workers.address())
        export = None
        if options.once:
            morning.click()
            morning.reply()
            export = morning.export()
        morning.seconds["altogether"] = round(time.monotonic() - began, 1)
        summary.show(morning, console)
        summary.show_accounts(console, address=address, prefect=prefect, password=world.password)
        summary.show_page(console, workers.address(), receipt, workers.FOUR)
        summary.show_ahead(console, said, address=address)
        if options.once:
            sys.stdout.write(summary.json_line(morning, export, said) + "\n")
            sys.stdout.flush()
            return 1 if morning.troubles else 0
        console.print("\nCtrl-C stops it.")
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                crew.look_after()
                time.sleep(1)
        return 1 if morning.troubles else 0


def _start_all(crew: Crew, world: World, console: Console, *, address: str) -> None:
    python, root = sys.executable, schedule.ROOT
    api = os.environ["PREFECT_API_URL"]
    crew.start("console", [python, "-m", "console.cli", "serve"], cwd=root)
    port = api.removesuffix("/api").rpartition(":")[2]
    server = [python, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    crew.start("prefect", server, cwd=root)
    channels = Path(os.environ["ARREARS_CHANNELS_FILE"])
    channels.unlink(missing_ok=True)
    seed, complaints = str(world.seed), str(world.complaints)
    invented = ["--seed", seed, "--complaints", complaints, "--days", _DAYS, "--until", world.until]
    where = ["--folder", str(crew.folder / "sandbox"), "--channels-file", str(channels)]
    crew.start("sandbox", [python, "-m", "sandbox", *where, *invented], cwd=root)
    crew.wait_for("console", lambda: answers(address), patience=_SLOW)
    console.print(f"The console is at [bold]{address}[/]; the schedule is starting.")
    crew.wait_for("prefect", lambda: answers(f"{api}/health"), patience=_SLOW)
    schedule.make_pools()
    schedule.reap(older_than=timedelta(0), at=datetime.now(UTC))
    for pool in schedule.POOLS:
        name = pool.removeprefix("arrears-")
        worker = [python, "-m", "prefect", "worker", "start", "--pool", pool, "--name", name, "--limit", "3"]
        crew.start(f"worker-{name}", worker, cwd=root)
    if not is_deployed(crew.folder):
        crew.run("deploy", [python, "-m", "prefect", "--no-prompt", "deploy", "--all"], cwd=root, patience=_SLOW)
        (crew.folder / _DEPLOYED).write_text(schedule.digest(), "utf-8")
    crew.wait_for("sandbox", channels.exists, patience=_SLOW)
    workers.give_lock(crew.folder)
    crew.start("counter", [python, "-m", "counter", "serve"], cwd=root)
    page = workers.address()
    crew.wait_for("counter", lambda: answers(f"{page}/healthz"), patience=_SLOW)
    console.print(f"The page for workers is at [bold]{page}[/].")


def main() -> None:
    """Run, and end with what it came to."""
    os.umask(0o077)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        sys.exit(play(arguments(), console))
    except (DidNotStart, ArrearsError) as failed:
        console.print(f"The demonstration could not go on: {failed}", markup=False)
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
