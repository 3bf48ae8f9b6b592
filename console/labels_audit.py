"""What the codes in the details of the audit log are called, where a page shows them. The log itself keeps the code."""

from __future__ import annotations

from collections.abc import Mapping

from console import labels, labels_warning_rules, labels_warnings

CODES: Mapping[str, Mapping[str, str]] = {
    "channel": labels.CHANNELS,
    "exit": labels.EXITS,
    "ground": labels.GROUNDS,
    "outcome": {**labels.EXITS, **labels_warnings.SETTLED},
    "role": labels.ROLES,
    "rule": labels_warning_rules.NAMES,
    "verdict": {**labels.VERDICTS, **labels.PULL_VERDICTS},
    "way": labels.BODIES,
}
"""By the name of a detail its codes, where they have words."""


def words_of(name: str, what: object) -> str | None:
    """The text for a code of a detail, to be translated; None where it is none, or says itself what it is."""
    return CODES.get(name, {}).get(what) if isinstance(what, str) else None
