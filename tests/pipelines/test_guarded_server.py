"""A Prefect server with a password: strangers are refused, all is deployed without a question, the doctor agrees."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from tests.pipelines.prefect_server import ROOT, PrefectServer, running

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
PASSWORD = "arrears:a-word-of-the-test"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """The server as docs/operations.md starts it."""
    both = {"PREFECT_SERVER_API_AUTH_STRING": PASSWORD, "PREFECT_API_AUTH_STRING": PASSWORD}
    folder = tmp_path_factory.mktemp("installation")
    with running(tmp_path_factory.mktemp("prefect"), both | {"ARREARS_DATA_DIR": str(folder)}) as server:
        server.run("-m", "console.cli", "setup")
        yield server


def doctor(server: PrefectServer, **changed: str) -> dict[str, dict[str, str]]:
    """What the doctor says of the schedule."""
    said = server.run("-m", "console.cli", "doctor", "--json", expected=None, **changed)
    line = next(one for one in said.splitlines() if one.startswith("["))
    return {one["subject"]: one for one in json.loads(line)}


def test_deploying_to_a_server_with_a_password(guarded: PrefectServer) -> None:
    api = guarded.environment["PREFECT_API_URL"]
    assert requests.post(f"{api}/deployments/filter", json={}, timeout=10).status_code == 401
    asleep = doctor(guarded)
    assert (asleep["exposure"]["health"], "with a password" in asleep["exposure"]["words"]) == ("well", True)
    assert (asleep["schedule"]["health"], "sleeps" in asleep["schedule"]["words"]) == ("broken", True)
    guarded.run("-m", "pipelines.schedule", "prepare")
    guarded.run("-m", "prefect", "--no-prompt", "deploy", "--all")
    shown = (PASSWORD.split(":")[0], PASSWORD.split(":")[1])
    listed = requests.post(f"{api}/deployments/filter", json={}, auth=shown, timeout=10)
    names = {one["name"] for one in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]}
    assert {one["name"] for one in listed.json()} == names
    until = time.monotonic() + 60
    while (awake := doctor(guarded))["schedule"]["health"] != "well":
        assert time.monotonic() < until, awake["schedule"]
        time.sleep(2)
    assert "plans" in awake["schedule"]["words"]
    stranger = doctor(guarded, PREFECT_API_AUTH_STRING="arrears:another")
    assert (stranger["schedule"]["health"], "not ours" in stranger["schedule"]["words"]) == ("broken", True)


def test_what_the_server_and_its_clients_log_is_a_line_of_json_an_event(guarded: PrefectServer, tmp_path: Path) -> None:
    script = "from pipelines.watch import watch; watch()"
    said = guarded.run_afresh("-c", script)
    lines = [json.loads(one) for one in said.splitlines() if one.startswith("{")]
    assert [one for one in said.splitlines() if one.strip() and not one.startswith("{")] == []
    steps = {one["step"]: one["state"] for one in lines if one["event"] == "step_ended"}
    assert len(steps) >= 7
    assert set(steps.values()) == {"complete"}
    assert any(one["event"] == "prefect" and "flow_run" in one for one in lines)
