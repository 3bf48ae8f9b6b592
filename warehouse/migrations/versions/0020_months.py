"""A month is locked for a territory, with what each figure counted; and what was last taken out is kept"""

from __future__ import annotations

from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_CELL = ("figure", "dimension", "member")


def upgrade() -> None:
    """Take the step. What was locked stays locked, over the territory that its definition named."""
    months, cells, restatements = (_rows(name) for name in ("month", "month_cell", "restatement"))
    for name in ("restatement", "month_cell", "month"):
        op.drop_table(name)
    made = _month(sa.Column("id", _id(), nullable=False), sa.Column("territory", sa.String(length=40), nullable=False))
    ids = {}
    for row in months:
        ids[row["month"]] = row["id"] = f"mon_{token_hex(15)}"
        row["definition"], _, row["territory"] = row["definition"].partition("@")
        op.execute(made.insert().values(**row))
    for name, rows in (("month_cell", cells), ("restatement", restatements)):
        table = _of_month(name, "month_id", _id(), "month.id")
        for row in rows:
            row["month_id"] = ids[row.pop("month")]
            op.execute(table.insert().values(**row))
    op.create_index("ix_restatement_month_id", "restatement", ["month_id"])
    op.create_table(
        "month_item",
        sa.Column("id", _id(), nullable=False),
        sa.Column("month_id", _id(), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("subject_id", _id(), nullable=False, comment="the case or complaint as it was then; it never moves"),
        *(sa.Column(name, sa.String(length=40), nullable=False) for name in ("channel", "nature", "outcome", "town")),
        sa.Column("lead", _id(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["month_id"], ["month.id"], name="fk_month_item_month_id_month"),
        sa.PrimaryKeyConstraint("id", name="pk_month_item"),
    )
    op.create_index("ix_month_item_month_id_figure", "month_item", ["month_id", "figure"])
    op.create_table(
        "figures_taken",
        sa.Column("id", _id(), nullable=False),
        sa.Column("span", sa.String(length=40), nullable=False, comment="2026-10 | 2026-Q4 | 2026 | 2026-03..2026-10"),
        sa.Column(
            "territories",
            sa.String(length=200),
            nullable=False,
            comment="administrative codes, in order, with a comma between",
        ),
        sa.Column("definition", sa.String(length=40), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False, comment="figure, dimension, member, value"),
        sa.Column("done_by", _id(), nullable=False),
        sa.Column("done_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figures_taken"),
        sa.UniqueConstraint("span", "territories", name="uq_figures_taken_span_territories"),
    )


def downgrade() -> None:
    """Take the step back. A month locked over two territories has no place in the older tables."""
    months, cells, restatements = (_rows(name) for name in ("month", "month_cell", "restatement"))
    if len({row["month"] for row in months}) < len(months):
        raise RuntimeError("a month that is locked over two territories has no place in the older tables")
    for name in ("figures_taken", "month_item", "restatement", "month_cell", "month"):
        op.drop_table(name)
    made = _month()
    names = {}
    for row in months:
        names[row.pop("id")] = row["month"]
        row["definition"] = f"{row['definition']}@{row.pop('territory')}"
        op.execute(made.insert().values(**row))
    for name, rows in (("month_cell", cells), ("restatement", restatements)):
        table = _of_month(name, "month", sa.String(length=7), "month.month")
        for row in rows:
            row["month"] = names[row.pop("month_id")]
            op.execute(table.insert().values(**row))


def _id() -> sa.String:
    return sa.String(length=64)


def _rows(name: str) -> list[dict[str, Any]]:
    table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
    return [dict(row._mapping) for row in op.get_bind().execute(sa.select(table))]


def _month(*more: sa.Column[Any]) -> sa.Table:
    """The months: by month alone as they were, or by an id where there is a territory too."""
    places = {one.name: one for one in more}
    keys: list[Any] = [sa.PrimaryKeyConstraint("id" if more else "month", name="pk_month")]
    if more:
        places["territory"].comment = "administrative code its places start with; empty: everywhere"
        keys.append(sa.UniqueConstraint("month", "territory", name="uq_month_month_territory"))
    return op.create_table(
        "month",
        *more,
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column(
            "definition", sa.String(length=40), nullable=False, comment="version of the definitions of the figures"
        ),
        sa.Column("frozen_at", _MOMENT, nullable=False),
        sa.Column("frozen_by", _id(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        *keys,
    )


def _of_month(name: str, key: str, kind: sa.String, target: str) -> sa.Table:
    """The cells or the restatements of months, hung on their month by this key."""
    dimensions = "total | channel | nature | outcome | …" if key == "month" else _DIMENSIONS
    columns: list[Any] = [
        sa.Column("id", _id(), nullable=False),
        sa.Column(key, kind, nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column(
            "dimension", sa.String(length=40), nullable=False, comment=dimensions if name == "month_cell" else None
        ),
        sa.Column("member", sa.String(length=200), nullable=False),
    ]
    if name == "month_cell":
        unique = sa.UniqueConstraint(key, *_CELL, name=f"uq_month_cell_{key}_figure_dimension_member")
        says = "counts, or fen; None: nothing to count"
        columns += [sa.Column("value", sa.BigInteger(), nullable=True, comment=says), unique]
    else:
        columns += [sa.Column(one, sa.BigInteger(), nullable=True) for one in ("was", "now")]
        columns += [
            sa.Column("reason", sa.LargeBinary(), nullable=False),
            sa.Column("done_at", _MOMENT, nullable=False),
        ]
    return op.create_table(
        name,
        *columns,
        sa.ForeignKeyConstraint([key], [target], name=f"fk_{name}_{key}_month"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


_DIMENSIONS = "total | channel | nature | outcome | town | lead | kind"
