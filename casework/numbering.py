"""How numbers are written. The serials come from the store, once each; the forms are settings."""

from __future__ import annotations


def document_no(*, form: str, prefix: str, word: str, year: int, serial: int) -> str:
    """文号, after the office's own form: 机关代字, 文种字, year and serial, which restarts per year and kind."""
    return form.format(prefix=prefix, word=word, year=year, serial=serial)


def case_no(*, form: str, prefix: str, year: int, serial: int) -> str:
    """案号, from the filing on, after the office's own form."""
    return form.format(prefix=prefix, year=year, serial=serial)


def matter_no(*, prefix: str, year: int, serial: int) -> str:
    """事项编号, from the first day on; it sorts as it was given out."""
    return f"{prefix}{year}-{serial:05d}"
