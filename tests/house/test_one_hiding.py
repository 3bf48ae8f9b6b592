"""Texts about a complaint are hidden by one function: nothing beside it masks a told text in its own way."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PARTS = {"mask_told", "mask_secret", "without_name"}
ITS_OWN = {"warehouse/queries/masks.py", "warehouse/queries/hiding.py"}


def users() -> dict[str, set[str]]:
    """By module, which parts of the hiding it takes."""
    found: dict[str, set[str]] = {}
    for floor in ("casework", "warehouse", "services", "pipelines", "console"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    taken = PARTS & {one.name for one in node.names}
                    if taken:
                        found.setdefault(str(path.relative_to(ROOT)), set()).update(taken)
    return found


def test_only_the_one_function_is_put_together_of_parts() -> None:
    assert users().keys() == ITS_OWN - {"warehouse/queries/masks.py"}
