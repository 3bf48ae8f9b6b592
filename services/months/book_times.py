"""The sheet of the stopwatch: medians with their intervals, and what they are against the times taken by hand."""

from __future__ import annotations

import pandas as pd

from services.months.book_parts import Book, put
from services.months.time_sheet import HEADS, time_rows
from warehouse.statistics.of_times import Times

TIMED = "用时"


def timed(book: Book, times: Times) -> None:
    """One row a figure; a value nobody measured is empty, with the word why."""
    sheet = put(book, TIMED, pd.DataFrame(list(time_rows(times)), columns=list(HEADS), dtype=object), still=2)
    sheet.set_column(0, 1, 30, book.looks["text"])
    sheet.set_column(2, 6, 15, book.looks["time"])
    sheet.set_column(7, 7, 60, book.looks["text"])
