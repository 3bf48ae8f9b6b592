"""Which firms the wage feed names on a project, and as what: employers that nobody complained of yet are found by it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step. Firms that were named before are learned by the next run of the warnings."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "project_firm",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_code", sa.String(length=40), nullable=False),
        sa.Column(
            "part",
            sa.String(length=40),
            nullable=False,
            comment="subcontractor: whoever has a payroll there and does not lead it",
        ),
        sa.Column("name", sa.String(length=200), nullable=False, comment="as the feed writes it"),
        sa.Column(
            "uscc", sa.String(length=40), nullable=True, comment="as the feed says it, where it is a credit code"
        ),
        sa.Column("employer_id", sa.String(length=64), nullable=True),
        sa.Column("named_since", moment, nullable=False),
        sa.Column("named_until", moment, nullable=True, comment="since when the project names another in its place"),
        sa.CheckConstraint(
            "part IN ('project_owner','general_contractor','subcontractor')", name=op.f("ck_project_firm_part")
        ),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_project_firm_employer_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_firm")),
        sa.UniqueConstraint("project_code", "part", "name", name=op.f("uq_project_firm_project_code_part_name")),
    )
    op.create_index(op.f("ix_project_firm_employer_id"), "project_firm", ["employer_id"])


def downgrade() -> None:
    """Take the step back."""
    op.drop_index(op.f("ix_project_firm_employer_id"), table_name="project_firm")
    op.drop_table("project_firm")
