"""Flexible enforcement and its opposite"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "crime_transfer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("officer_ids", sa.JSON(), nullable=False, comment="two or more (TRF §5)"),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column(
            "packet",
            sa.LargeBinary(),
            nullable=True,
            comment="the five papers (TRF §6), where each lies or why there is none",
        ),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("police", sa.LargeBinary(), nullable=True),
        sa.Column("police_answered_on", sa.Date(), nullable=True),
        sa.Column("police_answer", sa.LargeBinary(), nullable=True),
        sa.Column("reconsider_asked_on", sa.Date(), nullable=True),
        sa.Column("materials_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('reported','refused','approved','handed_over','reconsider','police_filed','police_refused')",
            name=op.f("ck_crime_transfer_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_crime_transfer_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crime_transfer")),
    )
    op.create_index(op.f("ix_crime_transfer_case_id"), "crime_transfer", ["case_id"], unique=False)
    op.create_table(
        "education",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("educated_on", sa.Date(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False, comment="casework.sparing.EDUCATION_WAYS"),
        sa.Column("officer_ids", sa.JSON(), nullable=False, comment="two or more (QD §28)"),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_education_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_education")),
    )
    op.create_index(op.f("ix_education_case_id"), "education", ["case_id"], unique=False)
    op.create_table(
        "red_flag",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="casework.sparing.RedFlag"),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("basis", sa.LargeBinary(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(length=64), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_why", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_red_flag_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_flag")),
    )
    op.create_index(op.f("ix_red_flag_case_id"), "red_flag", ["case_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("outcome_id", sa.String(length=64), nullable=False),
        sa.Column("clock_id", sa.String(length=64), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("officer_ids", sa.JSON(), nullable=True),
        sa.Column("finding", sa.String(length=40), nullable=True, comment="casework.sparing.FOLLOW_UP_RESULTS"),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("relapsed_on", sa.Date(), nullable=True, comment="the flag: offended again within the window"),
        sa.Column("relapse_case_id", sa.String(length=64), nullable=True),
        sa.Column(
            "told_at", sa.DateTime(timezone=True), nullable=True, comment="when the officers were told that it is due"
        ),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_follow_up_case_id_cases")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_follow_up_clock_id_clock")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_follow_up_outcome_id_outcome")),
        sa.ForeignKeyConstraint(["relapse_case_id"], ["cases.id"], name=op.f("fk_follow_up_relapse_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_case_id"), "follow_up", ["case_id"], unique=False)
    op.create_index(op.f("ix_follow_up_outcome_id"), "follow_up", ["outcome_id"], unique=True)
    op.create_table(
        "history_search",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("outcome_id", sa.String(length=64), nullable=True, comment="None: searched on its own"),
        sa.Column("since_on", sa.Date(), nullable=True, comment="from when an offence bars; None: from ever"),
        sa.Column("hits", sa.Integer(), nullable=False, comment="earlier offences found over the whole history"),
        sa.Column("barring", sa.Integer(), nullable=False, comment="of these, since the day"),
        sa.Column(
            "found",
            sa.LargeBinary(),
            nullable=False,
            comment="codes, names, employers and cases that were asked for and found",
        ),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_history_search_case_id_cases")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_history_search_outcome_id_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_search")),
    )
    op.create_index(op.f("ix_history_search_case_id"), "history_search", ["case_id"], unique=False)
    op.create_table(
        "legal_review",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("outcome_id", sa.String(length=64), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("opinion", sa.LargeBinary(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_legal_review_case_id_cases")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_legal_review_outcome_id_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_review")),
    )
    op.create_index(op.f("ix_legal_review_case_id"), "legal_review", ["case_id"], unique=False)
    op.create_index(op.f("ix_legal_review_outcome_id"), "legal_review", ["outcome_id"], unique=False)
    op.create_table(
        "pledge_duty",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("pledge_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("says", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=True, comment="None: not yet checked"),
        sa.Column("checked_by", sa.String(length=64), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column(
            "told_at", sa.DateTime(timezone=True), nullable=True, comment="when the officers were told that it is due"
        ),
        sa.ForeignKeyConstraint(["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_duty_pledge_id_pledge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_duty")),
        sa.UniqueConstraint("pledge_id", "seq", name=op.f("uq_pledge_duty_pledge_id_seq")),
    )
    op.create_index(op.f("ix_pledge_duty_due_on"), "pledge_duty", ["due_on"], unique=False)
    op.create_table(
        "joint_listing",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("employer_id", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=64), nullable=False),
        sa.Column("grounds", sa.String(length=40), nullable=False, comment="criminal_figure | group_incident"),
        sa.Column(
            "persons",
            sa.LargeBinary(),
            nullable=False,
            comment="legal representative and responsible persons: listed too",
        ),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("objected_on", sa.Date(), nullable=True),
        sa.Column("objection", sa.LargeBinary(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified", sa.LargeBinary(), nullable=True),
        sa.Column(
            "credit_pledge_on", sa.Date(), nullable=True, comment="信用承诺书, another paper than the pledge letter"
        ),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("listed_until", sa.Date(), nullable=True),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("removal_asked_on", sa.Date(), nullable=True),
        sa.Column("removal_decided_on", sa.Date(), nullable=True),
        sa.Column("taken_down_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('told','objected','verified','listed','spared','dropped','removed')",
            name=op.f("ck_joint_listing_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_joint_listing_case_id_cases")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_joint_listing_employer_id_employer")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["rectification_order.id"], name=op.f("fk_joint_listing_order_id_rectification_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_listing")),
    )
    op.create_index(op.f("ix_joint_listing_case_id"), "joint_listing", ["case_id"], unique=False)
    op.create_index(op.f("ix_joint_listing_employer_id"), "joint_listing", ["employer_id"], unique=False)
    op.create_table(
        "revocation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("outcome_id", sa.String(length=64), nullable=False),
        sa.Column("duty_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('proposed','revoked','upheld')", name=op.f("ck_revocation_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_revocation_case_id_cases")),
        sa.ForeignKeyConstraint(["duty_id"], ["pledge_duty.id"], name=op.f("fk_revocation_duty_id_pledge_duty")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcome.id"], name=op.f("fk_revocation_outcome_id_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revocation")),
    )
    op.create_index(op.f("ix_revocation_case_id"), "revocation", ["case_id"], unique=False)
    op.add_column(
        "outcome",
        sa.Column(
            "waivers", sa.LargeBinary(), nullable=True, comment="row, step, units and amount of each waived fine"
        ),
    )
    op.add_column("outcome", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outcome", sa.Column("revoked_by", sa.String(length=64), nullable=True))
    op.add_column(
        "pledge", sa.Column("scan_ref", sa.LargeBinary(), nullable=True, comment="where the signed paper lies")
    )


def downgrade() -> None:
    """Take the step back."""
    op.drop_column("pledge", "scan_ref")
    op.drop_column("outcome", "revoked_by")
    op.drop_column("outcome", "revoked_at")
    op.drop_column("outcome", "waivers")
    op.drop_index(op.f("ix_revocation_case_id"), table_name="revocation")
    op.drop_table("revocation")
    op.drop_index(op.f("ix_joint_listing_employer_id"), table_name="joint_listing")
    op.drop_index(op.f("ix_joint_listing_case_id"), table_name="joint_listing")
    op.drop_table("joint_listing")
    op.drop_index(op.f("ix_pledge_duty_due_on"), table_name="pledge_duty")
    op.drop_table("pledge_duty")
    op.drop_index(op.f("ix_legal_review_outcome_id"), table_name="legal_review")
    op.drop_index(op.f("ix_legal_review_case_id"), table_name="legal_review")
    op.drop_table("legal_review")
    op.drop_index(op.f("ix_history_search_case_id"), table_name="history_search")
    op.drop_table("history_search")
    op.drop_index(op.f("ix_follow_up_outcome_id"), table_name="follow_up")
    op.drop_index(op.f("ix_follow_up_case_id"), table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index(op.f("ix_red_flag_case_id"), table_name="red_flag")
    op.drop_table("red_flag")
    op.drop_index(op.f("ix_education_case_id"), table_name="education")
    op.drop_table("education")
    op.drop_index(op.f("ix_crime_transfer_case_id"), table_name="crime_transfer")
    op.drop_table("crime_transfer")
