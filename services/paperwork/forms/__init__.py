"""The forms of the papers (文书格式): what stands on each, and the .docx files that are filled."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the .docx forms are, one a kind of paper."""
