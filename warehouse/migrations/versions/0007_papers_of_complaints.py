"""Papers of one complaint"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COMMENT = "whose paper it is, where it is not the whole case's"
ONE_SUBJECT = "complaint_id IS NULL OR case_id IS NULL"


def upgrade() -> None:
    """Take the step."""
    if op.get_bind().dialect.name == "sqlite":
        # SQLite adds no constraint to a table that stands, but a column brings its own along.
        op.execute(
            "ALTER TABLE document ADD COLUMN complaint_id VARCHAR(64) "
            "CONSTRAINT fk_document_complaint_id_complaint REFERENCES complaint (id) "
            f"CONSTRAINT ck_document_one_subject CHECK ({ONE_SUBJECT})"
        )
    else:
        op.add_column("document", sa.Column("complaint_id", sa.String(length=64), nullable=True, comment=COMMENT))
        op.create_foreign_key(
            op.f("fk_document_complaint_id_complaint"), "document", "complaint", ["complaint_id"], ["id"]
        )
        op.create_check_constraint(op.f("ck_document_one_subject"), "document", ONE_SUBJECT)
    op.create_index(op.f("ix_document_complaint_id"), "document", ["complaint_id"], unique=False)


def downgrade() -> None:
    """Take the step back. Papers of single complaints would lose whose they are, so there must be none."""
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM document WHERE complaint_id IS NOT NULL")):
        raise RuntimeError("papers of single complaints have no place in the older tables")
    op.drop_index(op.f("ix_document_complaint_id"), table_name="document")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ALTER TABLE document DROP COLUMN complaint_id")
    else:
        op.drop_column("document", "complaint_id")
