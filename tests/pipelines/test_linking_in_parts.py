"""Comparing in parts gives what comparing in one piece gives, row for row, and leaves nothing behind."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pipelines.parts import WORLD
from tests.pipelines.prefect_server import PrefectServer, running

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
DASK = pytest.mark.skipif(
    importlib.util.find_spec("prefect_dask") is None, reason="prefect-dask is not installed: arrears[scale]"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """A server of its own, so that all it keeps is of these runs, and an installation that links in parts."""
    folder = tmp_path_factory.mktemp("installation")
    settings = {"ARREARS_DATA_DIR": str(folder), "ARREARS_LINK_PARTS_FROM": "1"}
    with running(tmp_path_factory.mktemp("prefect"), settings) as server:
        server.run("-m", "console.cli", "setup")
        yield server


@pytest.mark.parametrize("runner", ["threads", pytest.param("dask", marks=DASK)])
def test_parts_give_the_same_rows_and_their_folder_is_gone(server: PrefectServer, tmp_path: Path, runner: str) -> None:
    said = server.run("-m", "tests.pipelines.parts", runner, str(tmp_path))
    answer = json.loads(next(line for line in said.splitlines()[::-1] if line.startswith("{")))
    assert answer["edges"] > 500
    assert answer["same"] is True
    assert answer["left"] == []
    kept = server.dump()
    assert "pair_up" in kept
    assert re.findall("[\u4e00-\u9fff]", kept) == []
    phones = {told.complainant_phone for told in WORLD.told if told.complainant_phone}
    assert phones
    assert not [phone for phone in phones if phone in kept]


def test_the_flow_links_everything_anew_in_parts_and_comes_to_the_same_cases(server: PrefectServer) -> None:
    said = server.run("-m", "tests.pipelines.linked")
    answer = json.loads(next(line for line in said.splitlines()[::-1] if line.startswith("{")))
    assert answer["cases"] == answer["at_once"] > 100
    assert "weigh_lot" in server.dump()


def test_without_prefect_dask_the_setting_is_a_clear_error(server: PrefectServer) -> None:
    script = (
        "import sys; sys.modules['prefect_dask'] = None\n"
        "from pipelines.linking_in_parts import task_runner\n"
        "try:\n    task_runner('dask')\n"
        "except Exception as refused:\n    print(type(refused).__name__, refused)"
    )
    assert "BadInput ARREARS_LINK_RUNNER is dask, but prefect-dask is not installed" in server.run("-c", script)


@DASK
@pytest.mark.parametrize(
    ("address", "folder", "words"),
    [
        ("tcp://10.1.2.3:8786", None, "in clear"),
        ("10.1.2.3:8786", None, "in clear"),
        ("tcp://cluster.example:8786", "whole", "in clear"),
        ("tls://10.1.2.3:8786", None, "names no folder"),
        ("tls://10.1.2.3:8786", "empty", "lacks ca.pem, cert.pem, key.pem"),
    ],
)
def test_a_cluster_is_not_spoken_to_in_clear(
    server: PrefectServer, tmp_path: Path, address: str, folder: str | None, words: str
) -> None:
    script = (
        "from pathlib import Path; from pipelines.linking_in_parts import task_runner\n"
        f"tls = {str(tmp_path)!r} if {folder!r} else None\n"
        f"try:\n    task_runner('dask', {address!r}, Path(tls) if tls else None)\n"
        "except Exception as refused:\n    print(type(refused).__name__, refused)"
    )
    said = server.run("-c", script)
    assert "BadInput" in said
    assert words in said
