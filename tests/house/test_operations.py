"""The files for running a bureau are read by the tools that they are for, and the page on operations names them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from ipaddress import ip_address
from pathlib import Path

import pytest
import yaml

from console.metering import Metered
from console.metrics import Installation, registry_of
from counter.settings import CounterSettings
from pipelines.schedule import POOLS
from services.office.doctor import DO, PINS
from services.office.event_log import FIELDS
from services.office.settings import Settings
from tests.floors import FLOORS
from warehouse.engine import open_warehouse

ROOT = Path(__file__).parents[2]
UNITS = sorted((ROOT / "ops" / "systemd").glob("*.service"))
SITES = sorted(path.name for path in (ROOT / "ops" / "nginx").glob("*.conf"))
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
EXPOSURE = 2.5
"""Of ten, by `systemd-analyze security`; a service that nobody hardened has 9.6."""


def fields_of(unit: Path) -> dict[str, list[str]]:
    """What a unit sets, by name."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", unit.read_text("utf-8"), re.MULTILINE):
        found.setdefault(name, []).append(value)
    return found


def as_installed(folder: Path) -> Path:
    """The units with their programs where this machine has some: the tool looks whether they can be run."""
    for unit in (ROOT / "ops" / "systemd").iterdir():
        text = re.sub(r"/opt/arrears/current/venv/bin/\w+", sys.executable, unit.read_text("utf-8"))
        text = text.replace("/opt/arrears/current/docs", str(ROOT / "docs"))
        (folder / unit.name.replace("@.", "@8001.")).write_text(text)
    return folder


def analyzer() -> str:
    """The tool that reads units; without it the tests are skipped and say so."""
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed here: the units were not read by systemd")
    return program


def test_systemd_reads_every_unit_without_a_complaint(tmp_path: Path) -> None:
    program, folder = analyzer(), as_installed(tmp_path)
    units = [str(path) for path in sorted(folder.iterdir()) if path.suffix in (".service", ".timer", ".target")]
    assert len(units) == len(UNITS) + 3
    ran = subprocess.run([program, "verify", "--man=no", *units], capture_output=True, text=True, timeout=60)
    ours = [line for line in ran.stderr.splitlines() if "arrears" in line]
    assert (ours, ran.returncode) == ([], 0), ran.stderr


def test_the_tool_would_complain(tmp_path: Path) -> None:
    program, folder = analyzer(), as_installed(tmp_path)
    unit = folder / "arrears-prefect.service"
    unit.write_text(unit.read_text().replace("RestartSec=5", "RestartSecs=5").replace("[Install]", "[Instal]"))
    ran = subprocess.run([program, "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60)
    assert "RestartSecs" in ran.stderr


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_hardened(unit: Path, tmp_path: Path) -> None:
    program, folder = analyzer(), as_installed(tmp_path)
    path = folder / unit.name.replace("@.", "@8001.")
    command = [program, "security", "--offline=true", "--no-pager", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", ran.stdout)
    if level is None:
        pytest.skip(f"systemd-analyze cannot judge units by itself here: {ran.stderr[:200]}")
    assert float(level[1]) <= EXPOSURE, ran.stdout[-400:]


def test_what_the_units_start_is_there() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    commands = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for unit in UNITS:
        said = fields_of(unit)
        outside = unit.stem == "arrears-counter"  # strangers reach it: it must not read what the office keeps
        assert said["User"] == ["arrears-counter" if outside else "arrears"]
        if outside:
            assert said["InaccessiblePaths"] == ["-/etc/arrears/keys -/var/lib/arrears"]
        for line in (*said["ExecStart"], *said.get("ExecStartPre", [])):
            program, *words = line.split()
            name = Path(program).name
            assert name in {*scripts, "prefect", "python"}, line
            if name == "arrears":
                assert f"`arrears {words[0]}" in commands, line
    pools = {f"arrears-{name}" for name in ("ingest", "interactive")}
    assert pools == set(POOLS)
    assert all(f"arrears-worker@{pool.removeprefix('arrears-')}" in PAGE for pool in POOLS)


def test_the_settings_of_an_example_are_settings() -> None:
    lines = (ROOT / "ops" / "systemd" / "arrears.env").read_text("utf-8").splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    assert names <= {f"ARREARS_{field.upper()}" for field in Settings.model_fields}
    assert "ARREARS_SECURE_COOKIES=true" in lines
    lines = (ROOT / "ops" / "systemd" / "counter.env").read_text("utf-8").splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    assert names <= {f"COUNTER_{field.upper()}" for field in CounterSettings.model_fields}
    assert {"COUNTER_SECURE_COOKIES=true", "COUNTER_TRUSTED_PROXY=127.0.0.1"} <= set(lines)


def test_every_file_for_running_is_on_the_page_and_every_unit_too() -> None:
    for unit in (*UNITS, *(ROOT / "ops" / "systemd").glob("*.timer")):
        assert unit.stem.rstrip("@") in PAGE, unit.name
    for named in set(re.findall(r"`(ops/[\w./-]+)`", PAGE)) - {"ops/"}:
        assert (ROOT / named).exists(), named
    for anchor in re.findall(r"\]\(#([\w-]+)\)", PAGE):
        headings = {re.sub(r"[^\w -]", "", line[3:]).lower().replace(" ", "-") for line in PAGE.splitlines()}
        assert anchor in headings, anchor


def test_the_page_names_every_subject_of_the_doctor() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "services" / "office").glob("checked_*.py"))
    source += (ROOT / "services" / "office" / "doctor.py").read_text("utf-8")
    subjects = set(re.findall(r'Finding\(\s*"([a-z ]+)"', source)) | set(DO) | {name for name, *_ in PINS}
    assert len(subjects) > 15
    assert [one for one in sorted(subjects) if f"`{one}`" not in PAGE] == []


def test_the_page_names_every_figure(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from warehouse import schema

    store = open_warehouse(f"sqlite:///{tmp_path / 'arrears.db'}")
    schema.upgrade(store.engine)
    registry = registry_of(Installation(store, Settings(data_dir=tmp_path), lambda: datetime.now(UTC)))
    Metered(_nobody, registry=registry)
    names = {family.name for family in registry.collect() if family.name.startswith("arrears_")}
    store.close()
    assert len(names) > 20
    short = [one for one in names if one not in PAGE and f"`_{one.split('_', 2)[2]}`" not in PAGE]
    assert short == []


async def _nobody(*_asked: object) -> None:
    """An application that answers nothing."""


def test_the_page_names_every_event() -> None:
    source = "".join(path.read_text("utf-8") for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
    events = set(re.findall(r'(?:_?log|logger\("\w+"\))\.(?:debug|info|warning|error)\(\s*"(\w+)"', source))
    assert len(events) >= 7
    assert [one for one in sorted(events) if f"`{one}`" not in PAGE] == []
    said = set(re.findall(r"`(\w+)`", PAGE.partition("\n## Logs")[2].partition("\n## ")[0]))
    assert {"request", "route", "withheld"} <= said & set(FIELDS)


@pytest.mark.parametrize("name", SITES)
def test_nginx_reads_the_proxy(name: str, tmp_path: Path) -> None:
    """`NGINX` names the program where it is not on the path."""
    nginx = os.environ.get("NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    openssl = shutil.which("openssl")
    if nginx is None or openssl is None:
        pytest.skip("nginx or openssl is not installed here: the proxy's file was not read by nginx")
    key, cert = tmp_path / "key.pem", tmp_path / "fullchain.pem"
    made = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(cert), "-subj", "/CN=arrears.example"]
    subprocess.run([openssl, "req", "-x509", *made], check=True, capture_output=True, timeout=60)
    site = (ROOT / "ops" / "nginx" / name).read_text("utf-8")
    site = site.replace("/etc/arrears/tls", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    site = re.sub(r"listen (\[::\]:)?(80|443)", r"listen \g<1>1\2", site)
    (tmp_path / "site.conf").write_text(site)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {places} include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole)
    ran = subprocess.run([nginx, "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.parametrize("name", SITES)
def test_the_proxy_logs_no_address_and_shows_no_figures(name: str) -> None:
    site = (ROOT / "ops" / "nginx" / name).read_text("utf-8")
    logged = site.partition("log_format")[2].partition(";")[0]
    assert not {"$request_uri", "$request ", "$uri", "$args", "$remote_addr", "$http_referer"} & set(
        re.findall(r"\$\w+ ?", logged)
    )
    assert f"location = /{'metrics' if name == 'arrears.conf' else 'healthz'}" in site
    assert "X-Forwarded-For $remote_addr" in site, "what a stranger sends in it is thrown away"


def test_the_page_for_workers_keeps_no_codes_of_links_and_counts_ipv6_by_its_64() -> None:
    """A line of nginx's error log holds the address and the request; below `crit` there is one for many a request."""
    site = (ROOT / "ops" / "nginx" / "counter.conf").read_text("utf-8")
    servers = site.split("\nserver {")[1:]
    assert len(servers) == 2
    for server in servers:
        assert re.search(r"^    error_log +\S+ crit;$", server, re.MULTILINE), server
    assert "limit_conn_log_level info;" in servers[-1]
    (key,) = re.findall(r"limit_conn_zone (\$\w+) ", site)
    (place,) = re.findall(rf'map \$binary_remote_addr \{key} {{[^}}]*?"~(\S+)" \$workers_64;', site)
    pattern = re.compile(place.replace("(?<", "(?P<").encode())
    first, second, other, four = (
        ip_address(one).packed for one in ("2001:db8:0:a0a::1", "2001:db8:0:a0a:a::a", "2001:db8:0:b::1", "10.0.0.1")
    )
    found = [pattern.search(one) for one in (first, second, other)]
    assert [one and one["workers_64"] for one in found] == [first[:8], first[:8], other[:8]]
    assert pattern.search(four) is None


def test_every_deployment_runs_in_a_pool_that_a_unit_serves() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert {one["work_pool"]["name"] for one in deployments} <= set(POOLS)


def test_scripts_for_running_are_read_by_the_shell() -> None:
    for script in sorted((ROOT / "ops").glob("*.sh")):
        ran = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, timeout=30)
        assert ran.returncode == 0, ran.stderr


def test_an_upgrade_starts_anew_whatever_reads_the_settings_of_prefect() -> None:
    """The server reads them at its start, and a run that came in under the old ones must be over by then."""
    section = PAGE.partition("## Upgrade without downtime")[2].partition("\nBack:")[0]
    typed = [words.split() for words in re.findall(r"`(systemctl [^`]+|prefect [^`]+)`", section)]
    reading = {
        unit.stem for unit in UNITS if any("ops/prefect.env" in one for one in fields_of(unit)["EnvironmentFile"])
    }
    assert reading == {"arrears-prefect", "arrears-worker@"}
    workers = [f"arrears-worker@{pool.removeprefix('arrears-')}" for pool in POOLS]
    assert [words for words in typed if "arrears-console" not in words[-1]] == [
        ["systemctl", "stop", *workers],
        ["systemctl", "restart", "arrears-prefect"],
        ["systemctl", "start", *workers],
        ["prefect", "--no-prompt", "deploy", "--all"],
    ]
