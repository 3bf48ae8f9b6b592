"""What is written down agrees with what is there: settings, commands, targets, changes."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from console.cli import app
from console.terminal import Exit
from services.office.settings import Settings

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("field", list(Settings.model_fields))
def test_every_setting_is_documented(field: str) -> None:
    assert f"`ARREARS_{field.upper()}`" in (ROOT / "docs" / "settings.md").read_text("utf-8")


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "cli.md").read_text("utf-8")
    commands = getattr(get_command(app), "commands", {})
    assert commands
    assert [name for name in commands if f"`arrears {name}" not in text] == []


@pytest.mark.parametrize("code", list(Exit))
def test_every_exit_code_is_documented(code: Exit) -> None:
    assert re.search(rf"^\| {code.value} \|", (ROOT / "docs" / "cli.md").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"])
def test_every_target_that_is_named_exists(name: str) -> None:
    path = ROOT / name
    if not path.exists():
        path = next(ROOT.glob("README*zh*"))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE))
    assert sorted({first or second for first, second in named} - targets) == []


def test_every_page_that_is_referred_to_exists() -> None:
    kinds = ("*.md", "*.py", "*.env", "*.yml", "*.yaml", "*.toml", "*.sh", "Makefile")
    listed = subprocess.run(["git", "ls-files", *kinds], cwd=ROOT, capture_output=True, text=True).stdout.split()
    said = {
        (page, name)
        for name in listed
        for page in re.findall(r"(?<![\w/{])docs/[\w/.-]+\.md", (ROOT / name).read_text("utf-8"))
    }
    assert sorted(found for found in said if not (ROOT / found[0]).is_file()) == []


def test_changes_are_written_down() -> None:
    assert (ROOT / "CHANGELOG.md").read_text("utf-8").strip()


def test_every_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split())
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert phony == explained
