"""Channels that an office added by a file of its own: their titles stand where those of the built-in ones do."""

from __future__ import annotations

from console import labels, words
from services.office.running import further_titles


def name_further() -> None:
    """Let every page call them by their titles."""
    for name, (chinese, english) in further_titles().items():
        labels.CHANNELS.setdefault(name, english)
        labels.CHIPS.setdefault(name, english)
        words.FURTHER[english] = chinese
