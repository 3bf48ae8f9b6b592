"""What a figure is: its names, its unit, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its title and unit in Chinese and English, and what it counts."""

    name: str
    zh: str
    en: str
    unit: str
    says_zh: str
    says_en: str


FEN = "元 yuan"
"""The unit of sums: stored in fen, shown in yuan."""
