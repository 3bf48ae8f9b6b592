"""The `arrears` command as a person and a script meet it: one line, a code, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nursery import ROOT, of_the_command


def arrears(*arguments: str, data: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command on an installation of its own."""
    return of_the_command().run("-m", "console.cli", *arguments, environment=environment(data), given=given)


def environment(data: Path) -> dict[str, str]:
    """That of a terminal of this installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARREARS_")}
    return kept | {"ARREARS_DATA_DIR": str(data)}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that is set up."""
    folder = tmp_path_factory.mktemp("installation")
    command = [sys.executable, "-m", "console.cli", "setup", "--json"]  # as a person starts it
    made = subprocess.run(command, cwd=ROOT, env=environment(folder), capture_output=True, text=True, timeout=120)
    assert json.loads(made.stdout)["keys_made"] is True, made.stderr
    return folder


def test_a_second_setup_makes_nothing(data: Path) -> None:
    assert json.loads(arrears("setup", "--json", data=data).stdout)["keys_made"] is False


def test_the_folder_of_an_installation_is_its_owners(data: Path) -> None:
    assert (data / "keys.json").stat().st_mode & 0o077 == 0
    assert (data / "arrears.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("import", "absent.csv"), 2),
        (("export", "October"), 2),
        (("collect", "pigeon_post"), 2),
        (("collect", "petition"), 2),
        (("account", "add", "a", "--name", "a", "--role", "emperor:1"), 2),
        (("account", "disable", "nobody"), 4),
        (("restore", "absent.backup", "--yes"), 2),
        (("no-such-command",), 2),
        (("bulletin", "2026-13"), 2),
        (("bulletin", "2026-10", "--out", "bulletin.odt"), 2),
        (("warn", "score", "--rule", "tea_leaves"), 2),
        (("warn", "score", "--step", "1"), 2),
        (("warn", "score", "--set", "growth.least=few"), 2),
        (("doctor",), 3),
    ],
)
def test_a_refusal_is_a_line_and_a_code(data: Path, arguments: tuple[str, ...], code: int) -> None:
    ran = arrears(*arguments, data=data)
    assert ran.returncode == code, ran.stderr
    assert ran.stderr.strip() or arguments == ("doctor",)
    assert "Traceback" not in ran.stdout + ran.stderr


def test_without_a_setup_it_says_what_to_do(tmp_path: Path) -> None:
    ran = arrears("link", data=tmp_path / "new")
    assert ran.returncode == 2
    assert "arrears setup" in ran.stderr


def test_a_password_is_read_and_never_an_argument(data: Path) -> None:
    secret = "Quiet-Harbour-2026"
    command = ("account", "add", "desk", "--name", "综合岗", "--role", "desk_officer:370215", "--password-stdin")
    made = arrears(*command, "--json", data=data, given=secret + "\n")
    assert made.returncode == 0, made.stderr
    listed = json.loads(arrears("account", "list", "--json", data=data).stdout)
    assert listed[0]["roles"] == ["desk_officer:370215"]
    assert secret not in made.stdout + made.stderr


def test_an_unexpected_error_is_a_number_and_its_words_stay_out_of_the_log(data: Path) -> None:
    script = (
        "import sys, pathlib; from console.terminal import report_unexpected;"
        "sys.excepthook = report_unexpected(pathlib.Path(sys.argv[1]));"
        "raise ValueError('13987654321')"
    )
    log = data / "logs" / "unexpected.log"
    ran = subprocess.run([sys.executable, "-c", script, str(log)], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert "ValueError" in log.read_text()
    assert "13987654321" not in log.read_text() + ran.stderr


def test_a_backup_can_be_proven_from_the_terminal(data: Path) -> None:
    made = json.loads(arrears("backup", "--json", data=data).stdout)
    proven = arrears("restore", made["file"], "--check", "--json", data=data)
    assert json.loads(proven.stdout)["audit_rows"] == made["audit_rows"]


def test_a_rule_of_the_office_is_set_with_its_source(data: Path) -> None:
    changed = arrears("setting", "change", "clock.rectify.days", "7", "--source", "局务会 2026-11", "--json", data=data)
    assert changed.returncode == 0, changed.stderr
    listed = json.loads(arrears("setting", "list", "clock.rectify", "--json", data=data).stdout)
    assert [(one["name"], one["value"], one["source"], one["set"]) for one in listed] == [
        ("clock.rectify.days", "7", "局务会 2026-11", True)
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("clock.rectify.days", "seven"), "written as JSON"),
        (("clock.rectify.days", "true"), "another kind of value"),
        (("no.such.setting", "1"), "There is no setting"),
        (("reply.result.body", "已办结{secret}"), "nothing fills: secret"),
        (("reply.result.body", "已办结{"), "closes every brace"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_a_line(data: Path, arguments: tuple[str, ...], words: str) -> None:
    refused = arrears("setting", "change", *arguments, "--source", "x", data=data)
    assert (refused.returncode, words in refused.stderr) == (2, True), refused.stderr


def test_a_bulletin_is_counted_and_written_as_a_file(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "october.docx"
    ran = arrears("bulletin", "2025-10", "--out", str(path), "--english", "--json", data=data)
    told = json.loads(ran.stdout)
    assert (told["period"], told["state"], told["rising"]) == ("2025-10", "draft", 0), ran.stderr
    assert path.read_bytes().startswith(b"PK")
    assert path.stat().st_mode & 0o077 == 0
    listed = arrears("bulletin", "--list", "--json", data=data).stdout
    assert "2025-10" in listed
