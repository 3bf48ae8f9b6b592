"""A model as a file: JSON that a person can read, a line for every field and every table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def written(told: Mapping[str, Any]) -> str:
    """The text of a model: what is small on one line, what has parts with a line for each."""
    return _written(told, depth=0) + "\n"


def _written(told: Any, depth: int) -> str:
    if depth == 2 or not isinstance(told, Mapping) or not told:
        return json.dumps(told, ensure_ascii=False)
    inner = " " * (depth + 1)
    parts = (f"{inner}{json.dumps(name)}: {_written(part, depth + 1)}" for name, part in told.items())
    return "{\n" + ",\n".join(parts) + "\n" + " " * depth + "}"
