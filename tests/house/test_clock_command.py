"""`arrears clock` and `arrears calendar` as a person and a script meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.casework.test_holidays import notice
from tests.house.test_command import arrears, environment
from tests.nursery import of_the_command


def written(folder: Path, body: object) -> str:
    path = folder / "2027.json"
    path.write_text(body if isinstance(body, str) else json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that is set up."""
    folder = tmp_path_factory.mktemp("installation")
    assert arrears("setup", "--json", data=folder).returncode == 0
    return folder


def test_a_deadline_is_counted_without_a_set_up(tmp_path: Path) -> None:
    ran = arrears("clock", "2023-05-23", "60", "working", data=tmp_path / "none")
    assert ran.returncode == 0, ran.stderr
    assert "end on 2023-08-16 (Wednesday)" in ran.stdout
    assert "Dragon Boat Festival, 3 days: 2023-06-22..2023-06-24" in ran.stdout
    assert "make-up working day (调休) of Dragon Boat Festival: 2023-06-25" in ran.stdout
    calendar = arrears("clock", "2023-05-23", "90", "calendar", data=tmp_path / "none")
    assert "end on 2023-08-21" in calendar.stdout


def test_a_script_gets_the_working_as_one_line(tmp_path: Path) -> None:
    ran = arrears("clock", "2025-10-24", "9", "calendar", "--json", data=tmp_path / "none")
    told = json.loads(ran.stdout)
    assert (told["due_on"], told["counted_to"], told["provisional"]) == ("2025-11-03", "2025-11-02", False)
    ran = arrears("clock", "2023-05-23", "60", "--pause", "2023-06-05..2023-06-16", "--json", data=tmp_path / "none")
    told = json.loads(ran.stdout)
    assert told["due_on"] == "2023-08-30"
    assert {"kind": "pause", "why": "pause", "days": 12, "runs": [["2023-06-05", "2023-06-16"]]} in told["not_counted"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("2023-02-30", "5"),
        ("2023-02-20", "99999"),
        ("9999-12-31", "5", "weeks"),
        ("2023-02-20", "5", "--pause", "2023-02-22..2023-02-21"),
    ],
)
def test_a_term_that_cannot_be_is_refused_in_a_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = arrears("clock", *arguments, data=tmp_path / "none")
    assert ran.returncode == 2
    assert ran.stderr.startswith("arrears: ")
    assert len(ran.stderr.strip().splitlines()) == 1


def test_a_notice_makes_a_year_known(data: Path, tmp_path: Path) -> None:
    guess = json.loads(arrears("clock", "2026-12-21", "15", "--json", data=data).stdout)
    assert (guess["due_on"], guess["provisional"]) == ("2027-01-11", True)
    assert arrears("calendar", "show", "2027", data=data).returncode == 2
    ran = arrears("calendar", "load", written(tmp_path, notice()), "--source", "国办发明电", "--json", data=data)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert (told["year"], told["version"], told["moved"], told["deadlines"]) == (2027, "2027.01", 0, [])
    certain = json.loads(arrears("clock", "2026-12-21", "15", "--json", data=data).stdout)
    assert (certain["due_on"], certain["provisional"]) == ("2027-01-11", False)
    assert "元旦" in str(certain["counted_at_weekends"])
    assert "2027-10-01..2027-10-07" in arrears("calendar", "show", "2027", data=data).stdout


CASES = """
from datetime import UTC, datetime
from services.cases import handling
from services.office.running import open_store
from services.office.settings import Settings
from tests.services.office import Office
from tests.services.work import Work

store = open_store(Settings())
office = Office(store, datetime(2026, 11, 20, 0, 30, tzinfo=UTC))
for _ in range(2):
    Work(office, channels=("hotline_12345", "petition")).do(handling.accept_case)
"""


def test_the_command_lists_what_moved_from_day_to_day(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert arrears("setup", data=folder).returncode == 0
    run_here(CASES, folder)
    path = written(tmp_path, notice())
    ran = arrears("calendar", "load", path, "--json", data=folder)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["moved"] == len(told["deadlines"]) == 2
    assert told["deadlines"][0] == {
        "case": "JM2026-00001",
        "complaint": None,
        "deadline": "investigate",
        "from": "2027-02-12",
        "to": "2027-02-15",
    }
    again = arrears("calendar", "load", path, "--source", "again", data=folder)
    assert "Deadlines it moved" not in again.stdout
    assert json.loads(arrears("watch", "--json", data=folder).stdout)["deadlines_moved"] == 0


def run_here(script: str, data: Path) -> None:
    """A script over an installation, in a process of its own: the keys of one are not the keys of another."""
    ran = of_the_command().run("-c", script, environment=environment(data))
    assert ran.returncode == 0, ran.stderr


def test_a_file_that_is_no_whole_notice_is_refused_in_a_line(data: Path, tmp_path: Path) -> None:
    part = notice(days=[one for one in notice()["days"] if one["date"] != "2027-10-03"])
    ran = arrears("calendar", "load", written(tmp_path, part), data=data)
    assert ran.returncode == 2, ran.stderr
    assert "does not give 2027-10-03 off" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_notice_without_a_source_is_refused(data: Path, tmp_path: Path) -> None:
    ran = arrears("calendar", "load", written(tmp_path, notice(papers=[])), data=data)
    assert ran.returncode == 2
    assert "where the notice comes from" in ran.stderr
