"""`arrears linker` as a person and a script meet it: learned, replayed and sampled on a real installation."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dedupe.weights import CURRENT, DATA, load_model
from sandbox.world import make_world, write_resolve_csv
from tests.conftest import NOW
from tests.nursery import of_the_command
from tests.postgres import Server

JUDGE = """
import sys
from casework.linkage import Verdict
from casework.people import Actor, Role
from console.commands.opened import now, opened
from services.linkage.linking import judge_pair
officer = Actor("acc_officer", frozenset({Role.HEAD}), ("",), frozenset({(Role.HEAD, "")}))
with opened() as here:
    for pair in sys.argv[2:]:
        left, right = pair.split("/")
        judge_pair(
            here.store, left_id=left, right_id=right, verdict=Verdict(sys.argv[1]), actor=officer, at=now()
        )
"""


@dataclass(frozen=True)
class Installation:
    """A data folder, and a database elsewhere if it has one."""

    data: Path
    database: str | None

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ARREARS_")}
        mine = {"ARREARS_DATA_DIR": str(self.data), "COLUMNS": "80"}
        if self.database:
            mine["ARREARS_DATABASE_URL"] = self.database
        return of_the_command().run(*command, environment=kept | mine)

    def arrears(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "console.cli", *arguments)

    def told(self, *arguments: str) -> Any:
        """What a command says as JSON; it must have gone well."""
        ran = self.arrears(*arguments, "--json")
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def judge(self, verdict: str, pairs: list[list[str]]) -> None:
        ran = self.run("-c", JUDGE, verdict, *(f"{left}/{right}" for left, right in pairs))
        assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hundred complaints as a file."""
    path = tmp_path_factory.mktemp("given") / "in.csv"
    write_resolve_csv(make_world(21, complaints=300, until=NOW).told, path)
    return path


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def here(
    request: pytest.FixtureRequest, given: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation with the complaints filed and linked."""
    database = None
    if request.param == "postgres":
        server: Server = request.getfixturevalue("postgres")
        server.run("CREATE DATABASE linker_command")
        database = server.url("linker_command")
    found = Installation(tmp_path_factory.mktemp("installation"), database)
    assert found.told("setup")["keys_made"] is True
    assert found.told("import", str(given))["filed"] == 300
    assert found.told("link")["joined"] > 50
    yield found
    if database:
        server.run("DROP DATABASE linker_command WITH (FORCE)")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with nothing filed."""
    found = Installation(tmp_path_factory.mktemp("empty"), None)
    found.told("setup")
    return found


def test_before_anybody_judged_there_is_nothing_to_replay_and_no_precision(here: Installation) -> None:
    ran = here.arrears("linker", "replay", "--model", str(DATA / CURRENT))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.strip() == "arrears: Nobody has judged a pair yet; there is nothing to replay."
    assert here.told("linker", "sample") == {
        "draw": None,
        "live": {"model": None, "sampled": 0, "unsure": 0, "waiting": 0, "precision": None},
    }


def test_a_sample_is_drawn_judged_and_measured_and_the_verdicts_are_replayed(
    here: Installation, tmp_path: Path
) -> None:
    drawn = here.told("linker", "sample", "--size", "10")
    assert (drawn["draw"]["drawn"], drawn["live"]["waiting"]) == (10, 10)
    pairs = drawn["draw"]["pairs"]
    here.judge("same", pairs[:7])
    here.judge("unsure", pairs[7:8])
    live = here.told("linker", "sample")["live"]
    assert (live["sampled"], live["unsure"], live["waiting"]) == (10, 1, 2)
    assert live["precision"]["share"] == 1.0
    assert 0.3 < live["precision"]["low"] < live["precision"]["high"] == 1.0
    assert live["precision"]["answers"] == 7
    replayed = here.told("linker", "replay", "--model", str(DATA / CURRENT))
    assert (replayed["verdicts"], replayed["mended"]) == (7, 0)
    assert all(flip["already"] for flip in replayed["flips"])
    told = json.loads((DATA / CURRENT).read_text("utf-8"))
    told["lines"] |= {"case_same": 900.0, "case_ask": 899.0, "claim_same": 900.0}
    (tmp_path / "shy.json").write_text(json.dumps(told), "utf-8")
    shy = here.told("linker", "replay", "--model", str(tmp_path / "shy.json"))
    assert {(flip["left"], flip["right"]) for flip in shy["flips"]} == {tuple(pair) for pair in pairs[:7]}
    assert shy["at_its_line"]["recall"] == 0.0


def test_a_person_reads_tables_without_a_name_or_a_phone_and_no_list_of_what_was_merged(here: Installation) -> None:
    sampled = here.arrears("linker", "sample", "--size", "3")
    replayed = here.arrears("linker", "replay", "--model", str(DATA / CURRENT))
    assert (sampled.returncode, replayed.returncode) == (0, 0)
    assert "/linkage/sample" in sampled.stdout
    assert "cp_" not in sampled.stdout
    assert "precision" in replayed.stdout
    assert "…" not in replayed.stdout


def test_a_model_is_learned_from_what_is_filed(here: Installation, tmp_path: Path) -> None:
    count = here.told("linker", "train", "--out", str(tmp_path / "m.json"), "--name", "ours")
    assert count["complaints"] == 300
    assert count["model"] == load_model(tmp_path / "m.json").name
    assert count["model"].startswith("ours+")


def test_a_model_is_learned_from_files_without_an_installation(given: Path, tmp_path: Path) -> None:
    nowhere = Installation(tmp_path / "nothing", None)
    count = nowhere.told("linker", "train", "--from", str(given), "--out", str(tmp_path / "m.json"))
    assert count["complaints"] == 300
    assert not (tmp_path / "nothing" / "arrears.db").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("train", "--out", "no-such-folder/m.json"), "There is no folder no-such-folder"),
        (("train", "--out", "m.json", "--name", ""), "1 to 30 characters"),
        (("train", "--out", "m.json", "--from", "absent.csv"), "There is no file absent.csv"),
        (("replay", "--model", "pyproject.toml"), "pyproject.toml cannot be used"),
        (("sample", "--size", "0"), "1 to 10000 pairs"),
    ],
)
def test_a_refusal_is_a_line_and_the_code_of_bad_input(
    empty: Installation, arguments: tuple[str, ...], words: str
) -> None:
    ran = empty.arrears("linker", *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in " ".join(ran.stderr.split())
    assert "Traceback" not in ran.stderr
