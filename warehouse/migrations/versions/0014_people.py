"""The second factor of an account, the history of settings, and what an export was for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. A setting that the office has put already becomes the first line of its history."""
    op.add_column("account", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column(
        "account",
        sa.Column(
            "totp_offered",
            sa.LargeBinary(),
            nullable=True,
            comment="shown to its owner, in force only when they send a code of it",
        ),
    )
    op.add_column(
        "account",
        sa.Column(
            "totp_step",
            sa.Integer(),
            nullable=True,
            comment="the half minute of the last code taken: none serves twice",
        ),
    )
    op.create_table(
        "login_step",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_step_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_step")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_step_token_hash")),
    )
    op.create_index(op.f("ix_login_step_account_id"), "login_step", ["account_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("account_id", "code_hash", name=op.f("uq_recovery_code_account_id_code_hash")),
    )
    op.create_table(
        "setting_change",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("was", sa.JSON(), nullable=False),
        sa.Column("became", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_change")),
    )
    op.create_index(op.f("ix_setting_change_name"), "setting_change", ["name"], unique=False)
    op.create_table(
        "export_purpose",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_purpose")),
    )
    kept = sa.table("setting", *(sa.column(name) for name in ("name", "value", "source", "done_by", "done_at")))
    history = sa.table(
        "setting_change",
        *(sa.column(name) for name in ("id", "name", "was", "became", "source", "done_by", "done_at")),
    )
    before = sa.text("'null'::json" if op.get_bind().dialect.name == "postgresql" else "'null'")
    put = sa.select(
        *(sa.literal("stc_").concat(kept.c.name), kept.c.name, before),
        *(kept.c.value, kept.c.source, kept.c.done_by, kept.c.done_at),
    )
    op.execute(history.insert().from_select([column.name for column in history.columns], put))


def downgrade() -> None:
    """Take the step back."""
    op.drop_table("export_purpose")
    op.drop_index(op.f("ix_setting_change_name"), table_name="setting_change")
    op.drop_table("setting_change")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_login_step_account_id"), table_name="login_step")
    op.drop_table("login_step")
    for column in ("totp_step", "totp_offered", "totp_secret"):
        op.drop_column("account", column)
