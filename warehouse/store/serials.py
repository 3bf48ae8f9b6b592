"""Numbers that are given out once and never again."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Executable, Integer, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from warehouse.engine import one_at_a_time
from warehouse.models import SerialRow


def next_serial(session: Session, series: str) -> int:
    """The next number of a series, from 1. A number whose transaction is rolled back was never shown."""
    return next_serials(session, series, 1)[0]


def next_serials(session: Session, series: str, count: int) -> range:
    """The next so many numbers of a series."""
    one_at_a_time(session, f"serial:{series}")
    link = session.connection()
    last = int(link.scalars(_so_many_more(link.dialect.name), {"series": series, "count": count}).one())
    return range(last - count + 1, last + 1)


@cache
def _so_many_more(dialect: str) -> Executable:
    """Every batch of complaints says this: it is put together once."""
    row, more = SerialRow, bindparam("count", type_=Integer)
    new = (postgresql if dialect == "postgresql" else sqlite).insert(row)
    given = new.values(series=bindparam("series"), last=more).on_conflict_do_update(
        index_elements=[row.series], set_={row.last.key: row.last + more}
    )
    last: Executable = given.returning(row.last)
    return last
