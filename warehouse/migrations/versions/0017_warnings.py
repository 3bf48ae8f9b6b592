"""Every version of the wage feed is kept; warnings have a place, an identity and a version; arrears told by others"""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "feed_version",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "table_name",
            sa.String(length=40),
            nullable=False,
            comment="project | account_balance | pay_period | attendance_month",
        ),
        sa.Column(
            "record_id", sa.String(length=64), nullable=False, comment="the row of that table; of a project its code"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="from 1, in the order they came"),
        sa.Column("project_code", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True, comment="of a payroll and of attendance"),
        sa.Column("said", sa.JSON(), nullable=False, comment="ids, days, counts and fen; nothing personal"),
        sa.Column("arrived_at", MOMENT, nullable=False, comment="when it landed here"),
        sa.Column("changed_at", MOMENT, nullable=False, comment="when the platform says that it changed there"),
        sa.Column("landed_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name="fk_feed_version_landed_id_landed"),
        sa.PrimaryKeyConstraint("id", name="pk_feed_version"),
        sa.UniqueConstraint("table_name", "record_id", "version", name="uq_feed_version_table_name_record_id_version"),
    )
    op.create_index("ix_feed_version_arrived_at", "feed_version", ["arrived_at"])
    op.create_index("ix_feed_version_project_code", "feed_version", ["project_code"])
    op.create_table(
        "outside_arrears",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="insurance | utility"),
        sa.Column("employer_id", sa.String(length=64), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False, comment="unpaid; 0: nothing is owed on that day"),
        sa.Column("owed_fen", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name="fk_outside_arrears_employer_id_employer"),
        sa.PrimaryKeyConstraint("id", name="pk_outside_arrears"),
        sa.UniqueConstraint("kind", "employer_id", "as_of", name="uq_outside_arrears_kind_employer_id_as_of"),
    )
    op.create_index("ix_outside_arrears_employer_id", "outside_arrears", ["employer_id"])
    for column in _columns():
        op.add_column("warning", column)
    op.create_index("ix_warning_employer_id", "warning", ["employer_id"])
    op.create_index("ix_warning_identity_key_raised_at", "warning", ["identity_key", "raised_at"])
    is_open = sa.text("state = 'open'")
    op.create_index(
        "one_open_warning", "warning", ["identity_key"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    _keep_what_was_said(op.get_bind())


def downgrade() -> None:
    """Take the step back."""
    for name in ("one_open_warning", "ix_warning_identity_key_raised_at", "ix_warning_employer_id"):
        op.drop_index(name, table_name="warning")
    for column in reversed(_columns()):
        op.drop_column("warning", column.name)
    op.drop_table("outside_arrears")
    op.drop_table("feed_version")


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("project_code", sa.String(length=40), nullable=True, comment="of the wage-payment platform"),
        sa.Column(
            "district_code",
            sa.String(length=40),
            nullable=True,
            comment="where it is: of the project, else of the employer",
        ),
        sa.Column(
            "identity_key",
            sa.String(length=200),
            nullable=True,
            comment="rule and what it is about; of the warnings on one thing only one is open",
        ),
        sa.Column("looked_at", MOMENT, nullable=True, comment="when a run last found it standing"),
        sa.Column("ended_at", MOMENT, nullable=True, comment="when a run no longer found it, whatever a person said"),
        sa.Column("snoozed_until", sa.Date(), nullable=True, comment="hidden up to this day, unless its level rises"),
        sa.Column("snoozed_by", sa.String(length=64), nullable=True),
        sa.Column("earlier_id", sa.String(length=64), nullable=True, comment="the one on the same thing before"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            server_default="1",
            comment="grows with every change; travels through the form",
        ),
    ]


def _keep_what_was_said(connection: sa.Connection) -> None:
    """What the tables of the feed say today is the first version that is kept."""
    kept = sa.table(
        "feed_version",
        *(sa.column(name) for name in ("id", "table_name", "record_id", "version", "project_code", "month")),
        sa.column("said", sa.JSON()),
        sa.column("arrived_at", MOMENT),
        sa.column("changed_at", MOMENT),
        sa.column("landed_id"),
    )
    landed = _table("landed", "id position landed_at")
    lines: dict[str, list[list[Any]]] = {}
    for line in connection.execute(sa.select(_table("pay_line", "pay_period_id id_no_blind days due_fen paid_fen"))):
        who = line.id_no_blind[:16] if line.id_no_blind else None
        days = None if line.days is None else float(line.days)
        lines.setdefault(line.pay_period_id, []).append([who, days, line.due_fen, line.paid_fen])
    for name, columns in _SAID.items():
        table = _table(name, f"{columns} landed_id" + ("" if name == "project" else " id"))
        question = sa.select(table, landed.c.position, landed.c.landed_at).join(
            landed, landed.c.id == table.c.landed_id
        )
        for row in connection.execute(question).mappings().all():
            said = {column: _plain(row[column]) for column in columns.split()}
            record_id = row["project_code"] if name == "project" else row["id"]
            if name == "pay_period":
                said["lines"] = lines.get(record_id, [])
            if name == "project":
                said["deposit_paid"] = None if row["deposit_paid"] is None else bool(row["deposit_paid"])
            connection.execute(
                sa.insert(kept).values(
                    id=f"fdv_{token_hex(15)}",
                    table_name=name,
                    record_id=record_id,
                    version=1,
                    project_code=row["project_code"],
                    month=said.get("month"),
                    said=said,
                    arrived_at=row["landed_at"],
                    changed_at=_moment(row["position"]) or row["landed_at"],
                    landed_id=row["landed_id"],
                )
            )


_SAID = {
    "project": "project_code district_code general_contractor general_contractor_uscc pay_day started_on deposit_paid",
    "account_balance": "project_code as_of balance_fen paid_in_fen agreed_fen",
    "pay_period": "project_code employer_name employer_uscc month due_on paid_on",
    "attendance_month": "project_code month heads days",
}
_TYPES: dict[str, Any] = {
    "landed_at": MOMENT,
    "as_of": sa.Date(),
    "due_on": sa.Date(),
    "paid_on": sa.Date(),
    "started_on": sa.Date(),
}


def _table(name: str, columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(one, _TYPES.get(one)) for one in columns.split()))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _moment(position: str) -> datetime | None:
    try:
        return datetime.fromisoformat(position.partition("|")[0])
    except ValueError:
        return None
