"""Wrong files at the two doors of the command: one sentence and a code, no traceback, nothing stored, nothing lost."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from services.linkage.resolve_rows import COLUMNS
from tests.house.test_command import arrears, environment
from tests.nursery import of_the_command

HEAD = ",".join(COLUMNS)
GIVEN = dict.fromkeys(COLUMNS, "") | {
    "complaint_id": "c1", "channel": "hotline_12345", "submitted_at": "2026-11-01 09:00:00",
    "employer_name": "青岛蓝天海产加工有限公司", "complainant_name": "王建国", "complainant_phone": "13812345678",
    "amount_owed": "8000", "narrative": "拖欠工资三个月",
}  # fmt: skip
PERSONAL = ("王建国", "13812345678")


def row(**cells: str) -> str:
    """A good row, with some cells changed."""
    return ",".join((GIVEN | cells).values())


def packed(*names: str) -> bytes:
    """A packed file with parts of these names, as a text document is one."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as pack:
        for name in names:
            pack.writestr(name, "<Types/>")
    return held.getvalue()


REFUSED: dict[str, bytes] = {
    "empty": b"",
    "blank": b"\n \n\n",
    "binary": bytes(range(256)) * 20,
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(255, 0, -1)) * 9,
    "document": packed("[Content_Types].xml", "word/document.xml"),
    "cut": packed("[Content_Types].xml", "xl/workbook.xml")[:60],
    "old": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600,
    "lacking": "complaint_id,employer_name\nc1,青岛蓝天海产加工有限公司\n".encode(),
    "headings": f"{HEAD}\n".encode(),
    "strange": (",".join(f"x{n}" for n in range(300)) + "\n" + ",".join("1" * 300) + "\n").encode(),
    "endless_cell": f"{HEAD}\n{row(narrative='拖欠' * 200_000)}\n".encode(),
    "nul": f"{HEAD}\n{row(narrative='拖' + chr(0) + '欠')}\n".encode(),
    "twice": f"{HEAD},narrative\n{row()},x\n".encode(),
    "open_quote": f'{HEAD}\n{row()}\nc2,"open\n'.encode(),
    "charset": f"{HEAD}\n{row()}".encode() + b"\xff\xfe\xff\n",
}
LATER = "\n".join(
    [
        HEAD,
        row(),
        row(complaint_id="c2", submitted_at="2026-13-45"),
        row(complaint_id="c3", submitted_at=""),
        row(complaint_id="c4", submitted_at="9999-12-31 23:59:59"),
        row(complaint_id="c5", amount_owed="-5"),
        row(complaint_id="c6", amount_owed="1e999"),
        row(complaint_id="c7", workers_count="-3"),
        row(complaint_id="c8", arrears_from="2026-13"),
        row(complaint_id="c9", employer_name="青" * 5000),
        row(complaint_id="c10") + ",one,more",
    ]
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that is set up."""
    folder = tmp_path_factory.mktemp("installation")
    assert arrears("setup", data=folder).returncode == 0
    return folder


def one_sentence(said: str) -> bool:
    """One line that begins with the program's name, with no trace and no person in it."""
    line = said.strip()
    return line.startswith("arrears: ") and "\n" not in line and "Traceback" not in line


RUN = """
import contextlib, io, json, sys
from console.cli import main
for arguments in json.load(sys.stdin):
    sys.argv = ["arrears", *arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
    print(json.dumps([int(code), out.getvalue(), err.getvalue()]))
"""


def arrears_often(*runs: Sequence[str], data: Path) -> list[tuple[int, str, str]]:
    """Run the command several times in one process, which loads its libraries once: code, output and errors of each."""
    ran = of_the_command().run("-c", RUN, environment=environment(data), given=json.dumps(runs))
    assert ran.stderr == ""
    return [(code, out, err) for code, out, err in map(json.loads, ran.stdout.splitlines())]


def landed(data: Path) -> int:
    """How many records the installation holds."""
    with sqlite3.connect(data / "arrears.db") as connection:
        return int(connection.execute("SELECT count(*) FROM landed").fetchone()[0])


def test_a_wrong_file_is_refused_whole(data: Path, tmp_path: Path) -> None:
    for name, content in REFUSED.items():
        (tmp_path / name).write_bytes(content)
    before, paths = landed(data), [str(tmp_path / name) for name in REFUSED]
    runs = [("import", path) for path in paths] + [("resolve", path, "--out", f"{path}.out") for path in paths]
    for run, (code, out, err) in zip(runs, arrears_often(*runs, data=data), strict=True):
        assert (code, out) == (2, ""), run
        assert one_sentence(err), run
        assert not any(one in err for one in PERSONAL)
    assert landed(data) == before
    assert {one.name for one in tmp_path.iterdir()} == set(REFUSED)
    logged = (data / "logs" / "arrears.log").read_text("utf-8")
    assert "Traceback" not in logged
    assert not any(one in logged for one in PERSONAL)


def test_bad_cells_harm_only_their_rows(data: Path, tmp_path: Path) -> None:
    path, out = tmp_path / "given.csv", tmp_path / "out.csv"
    path.write_bytes(LATER.encode("gb18030"))
    ran = arrears("import", str(path), "--channel", "bad_cells", "--json", data=data)
    count = json.loads(ran.stdout)
    assert (count["read"], count["filed"], count["quarantined"]) == (10, 1, 9)
    assert sum(count["reasons"].values()) == 9
    again = json.loads(arrears("import", str(path), "--channel", "bad_cells", "--json", data=data).stdout)
    assert (again["unchanged"], again["filed"], again["quarantined"]) == (10, 0, 0)
    resolved = arrears("resolve", str(path), "--out", str(out), "--json", data=data)
    assert json.loads(resolved.stdout)["bad"] == 4
    assert len(out.read_text("utf-8").splitlines()) == 11
    said = ran.stdout + ran.stderr + resolved.stdout + resolved.stderr + out.read_text("utf-8")
    assert not any(one in said for one in PERSONAL)
    logged = (data / "logs" / "arrears.log").read_text("utf-8")
    assert "Traceback" not in logged
    assert not any(one in logged for one in PERSONAL)


def test_a_path_that_is_no_file_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "real.csv").write_text(f"{HEAD}\n{row()}\n", "utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    names = ("folder", "pipe", "link.csv", "absent.csv", "x" * 300, "real.csv/y", "\x1b[31mred.csv")
    doors = (("import",), ("resolve", "--out", str(tmp_path / "out.csv")))
    runs = [(*door, str(tmp_path / name)) for name in names for door in doors]
    for run, (code, _, err) in zip(runs, arrears_often(*runs, data=data), strict=True):
        assert code == 2, run
        assert one_sentence(err), run
        assert err.strip().isprintable()


@pytest.mark.skipif(os.getuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "real.csv"
    path.write_text(f"{HEAD}\n{row()}\n", "utf-8")
    path.chmod(0)
    ran = arrears("import", str(path), data=data)
    assert ran.returncode == 2
    assert one_sentence(ran.stderr)


def test_resolve_writes_over_nothing_that_was_given(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text(f"{HEAD}\n{row()}\n", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "letter.db").write_text("no database")
    with sqlite3.connect(tmp_path / "foreign.db") as connection:
        connection.execute("CREATE TABLE theirs (a)")
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}
    out = str(tmp_path / "out.csv")
    places = (
        ("--out", str(path)),
        ("--out", str(tmp_path / "folder")),
        ("--out", str(tmp_path / "absent" / "out.csv")),
        ("--out", out, "--store", str(path)),
        ("--out", out, "--store", out),
        ("--out", out, "--store", str(tmp_path / "letter.db")),
        ("--out", out, "--store", str(tmp_path / "foreign.db")),
        ("--out", out, "--store", str(tmp_path / "folder")),
    )
    runs = [("resolve", str(path), *place) for place in places]
    for run, (code, _, err) in zip(runs, arrears_often(*runs, data=data), strict=True):
        assert code == 2, run
        assert one_sentence(err), run
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()} == before
