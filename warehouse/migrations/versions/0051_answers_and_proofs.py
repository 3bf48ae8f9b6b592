"""Officers are told of an employer's answer to a prevention notice; a photograph may prove a payment"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_NEW = (
    ("notice", "prevention_id", "prevention_notice", "of an answer to this notice"),
    ("attachment", "payment_id", "payment", "the payment that it proves"),
)
"""Table, column, the table that it refers to, and what it says."""
_SAYS = "COMMENT ON COLUMN attachment.origin IS '{}'"


def upgrade() -> None:
    """Take the step."""
    gently.hold("notice", "attachment", referred=("prevention_notice", "payment"))
    for table, column, other, says in _NEW:
        bond = f"fk_{table}_{column}_{other}"
        if op.get_bind().dialect.name == "sqlite":
            # SQLite adds no constraint to a table that stands, but a column brings its own along.
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(64) CONSTRAINT {bond} REFERENCES {other} (id)")
            continue
        op.add_column(table, sa.Column(column, sa.String(length=64), nullable=True, comment=says))
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {bond} FOREIGN KEY ({column}) REFERENCES {other} (id) NOT VALID"
        )
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {bond}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute(_SAYS.format("what it belongs to: visit | payment"))


def downgrade() -> None:
    """Take the step back. Nobody is told of answers; photographs of payments would lose what they prove."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM attachment WHERE payment_id IS NOT NULL")):
        raise RuntimeError("photographs of payments have no place in the older tables")
    gently.hold("notice", "attachment")
    op.execute("DELETE FROM notice WHERE prevention_id IS NOT NULL")
    for table, column, _, _ in _NEW:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        else:
            op.drop_column(table, column)
    if op.get_bind().dialect.name != "sqlite":
        op.execute(_SAYS.format("by which door it came: visit"))
