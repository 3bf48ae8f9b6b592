"""The tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column(
            "name",
            sa.String(length=200),
            nullable=False,
            comment="an officer's name is on every paper: not a secret of ours",
        ),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False, comment="id of what was acted on"),
        sa.Column("success", sa.Boolean(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_done_at"), "audit", ["done_at"], unique=False)
    op.create_index(op.f("ix_audit_done_by"), "audit", ["done_by"], unique=False)
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "calendar_day",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("version", "day", name=op.f("uq_calendar_day_version_day")),
    )
    op.create_table(
        "channel",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True, comment="Cursor.dumps(); moves only with the rows it stands for"),
        sa.Column("cursor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False, comment="failed runs in a row"),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_words", sa.Text(), nullable=True, comment="free of personal data"),
        sa.Column("answers", sa.Boolean(), nullable=False, comment="the channel takes our answers, as its facts say"),
        sa.Column("paused_by", sa.String(length=64), nullable=True),
        sa.Column("paused_reason", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_channel")),
    )
    op.create_table(
        "dispatch_batch",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("effect_key", sa.String(length=255), nullable=False, comment="idempotency key of the click"),
        sa.Column(
            "list_version",
            sa.String(length=64),
            nullable=False,
            comment="digest of the (case, version) list the officer saw",
        ),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False, comment="per case: sent, or left out with the words"),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_batch")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_dispatch_batch_effect_key")),
    )
    op.create_table(
        "employer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False, comment="the name in comparable form"),
        sa.Column("uscc", sa.String(length=40), nullable=True),
        sa.Column("district_code", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
    )
    op.create_index(op.f("ix_employer_name_key"), "employer", ["name_key"], unique=False)
    op.create_index(op.f("ix_employer_uscc"), "employer", ["uscc"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "link_run",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("breaker", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_run")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("login_hash", sa.String(length=64), nullable=False),
        sa.Column("origin_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
        sa.UniqueConstraint("login_hash", "origin_hash", name=op.f("uq_login_attempt_login_hash_origin_hash")),
    )
    op.create_table(
        "month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column(
            "definition", sa.String(length=40), nullable=False, comment="version of the definitions of the figures"
        ),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_month")),
    )
    op.create_table(
        "rule_version",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint("table_name", "version", name=op.f("uq_rule_version_table_name_version")),
    )
    op.create_table(
        "serial",
        sa.Column("series", sa.String(length=80), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_serial")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("district_code", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
    )
    op.create_index(op.f("ix_site_name_key"), "site", ["name_key"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_absence_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_account_id"), "absence", ["account_id"], unique=False)
    op.create_table(
        "act_key",
        sa.Column("effect_key", sa.String(length=255), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_act_key_account_id_account")),
        sa.PrimaryKeyConstraint("effect_key", name=op.f("pk_act_key")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(length=64), nullable=False, comment="casework.complaint.complaint_id"),
        sa.Column("complaint_no", sa.String(length=40), nullable=False, comment="线索编号, shown to people"),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the channel heard it; starts its clocks",
        ),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_complaint_channel_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("channel", "source_key", name=op.f("uq_complaint_channel_source_key")),
        sa.UniqueConstraint("complaint_no", name=op.f("uq_complaint_complaint_no")),
    )
    op.create_index(op.f("ix_complaint_received_at"), "complaint", ["received_at"], unique=False)
    op.create_table(
        "employer_alias",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("employer_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("learned_from", sa.String(length=40), nullable=False, comment="complaint | office"),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_employer_alias_employer_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_alias")),
        sa.UniqueConstraint("employer_id", "name", name=op.f("uq_employer_alias_employer_id_name")),
    )
    op.create_index(op.f("ix_employer_alias_name"), "employer_alias", ["name"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False)
    op.create_table(
        "month_cell",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False, comment="total | channel | nature | outcome | …"),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=True, comment="counts, or fen; None: nothing to count"),
        sa.ForeignKeyConstraint(["month"], ["month.month"], name=op.f("fk_month_cell_month_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_cell")),
        sa.UniqueConstraint(
            "month", "figure", "dimension", "member", name=op.f("uq_month_cell_month_figure_dimension_member")
        ),
    )
    op.create_table(
        "pull_certificate",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cursor_from", sa.Text(), nullable=True),
        sa.Column("cursor_to", sa.Text(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("landed_new", sa.Integer(), nullable=False),
        sa.Column(
            "landed_versions", sa.Integer(), nullable=False, comment="changed records landed as a further version"
        ),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("filed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False, comment="running | complete | empty_alarm | failed"),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_pull_certificate_channel_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pull_certificate")),
    )
    op.create_index(
        op.f("ix_pull_certificate_channel_started_at"), "pull_certificate", ["channel", "started_at"], unique=False
    )
    op.create_table(
        "restatement",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("figure", sa.String(length=40), nullable=False),
        sa.Column("dimension", sa.String(length=40), nullable=False),
        sa.Column("member", sa.String(length=200), nullable=False),
        sa.Column("was", sa.BigInteger(), nullable=True),
        sa.Column("now", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["month.month"], name=op.f("fk_restatement_month_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restatement")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column(
            "territory", sa.String(length=40), nullable=False, comment="administrative code a place must start with"
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_role_grant_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_account_id"), "role_grant", ["account_id"], unique=False)
    op.create_table(
        "warning",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False, comment="yellow | orange | red"),
        sa.Column("employer_id", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False, comment="figures for the sentence; ids and counts"),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.String(length=40),
            nullable=False,
            comment="open | confirmed | false_alarm | corrected | cleared",
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_warning_channel_channel")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_warning_employer_id_employer")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_warning_owner_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
    )
    op.create_index(op.f("ix_warning_state"), "warning", ["state"], unique=False)
    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column(
            "matter_no", sa.String(length=40), nullable=False, comment="事项编号, from the first day; never reused"
        ),
        sa.Column("case_no", sa.String(length=40), nullable=True, comment="案号, from filing (立案) on"),
        sa.Column(
            "status",
            sa.String(length=40),
            nullable=False,
            comment="work status: 待派发 / 待签收 / 在办 / 已办 / 结案 / 已并入",
        ),
        sa.Column("legal_status", sa.String(length=40), nullable=False, comment="casework.lifecycle.LegalStatus"),
        sa.Column("employer_id", sa.String(length=64), nullable=True, comment="None: employer unclear"),
        sa.Column(
            "employer_name",
            sa.String(length=200),
            nullable=True,
            comment="as shown; the best spelling among the members",
        ),
        sa.Column(
            "employer_picked_by",
            sa.String(length=64),
            nullable=True,
            comment="who named the employer; then members do not",
        ),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("site_name", sa.String(length=200), nullable=True),
        sa.Column("nature", sa.String(length=40), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("district_code", sa.String(length=40), nullable=True, comment="six digits, or nine with the street"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False, comment="receipt of its oldest complaint"),
        sa.Column("main_complaint_id", sa.String(length=64), nullable=False),
        sa.Column("worker_count", sa.Integer(), nullable=True, comment="union over members, None: nobody said"),
        sa.Column("amount_claimed_fen", sa.BigInteger(), nullable=True, comment="union over claims"),
        sa.Column("amount_verified_fen", sa.BigInteger(), nullable=True),
        sa.Column("arrears_from", sa.String(length=7), nullable=True),
        sa.Column("arrears_to", sa.String(length=7), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False, comment="any member is: taints every derived view"),
        sa.Column("group_incident", sa.Boolean(), nullable=False),
        sa.Column("needs_check", sa.Boolean(), nullable=False, comment="a pair waits for a person; not in one click"),
        sa.Column(
            "needs_supplement", sa.Boolean(), nullable=False, comment="the employer is unknown; not in one click"
        ),
        sa.Column("confidence", sa.Float(), nullable=False, comment="weakest link of the merge, 0 to 1"),
        sa.Column("merged_into", sa.String(length=64), nullable=True, comment="the number leads on"),
        sa.Column("suggested_lead_id", sa.String(length=64), nullable=True),
        sa.Column("suggested_assisting_id", sa.String(length=64), nullable=True),
        sa.Column("suggested_why", sa.JSON(), nullable=False, comment="reason codes, strongest first"),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with every change; travels through the form"),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "status IN ('to_dispatch','dispatched','in_progress','concluded','closed','merged')",
            name=op.f("ck_cases_status"),
        ),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_cases_employer_id_employer")),
        sa.ForeignKeyConstraint(
            ["main_complaint_id"], ["complaint.id"], name=op.f("fk_cases_main_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(["merged_into"], ["cases.id"], name=op.f("fk_cases_merged_into_cases")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_cases_site_id_site")),
        sa.ForeignKeyConstraint(
            ["suggested_assisting_id"], ["account.id"], name=op.f("fk_cases_suggested_assisting_id_account")
        ),
        sa.ForeignKeyConstraint(["suggested_lead_id"], ["account.id"], name=op.f("fk_cases_suggested_lead_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("case_no", name=op.f("uq_cases_case_no")),
        sa.UniqueConstraint("matter_no", name=op.f("uq_cases_matter_no")),
    )
    op.create_index(op.f("ix_cases_employer_id"), "cases", ["employer_id"], unique=False)
    op.create_index(op.f("ix_cases_status"), "cases", ["status"], unique=False)
    op.create_table(
        "judgement",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("left_id", sa.String(length=64), nullable=False),
        sa.Column("right_id", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False, comment="unsure from a machine is the band `ask`"),
        sa.Column("done_by", sa.String(length=64), nullable=False, comment="account id, or machine:<model>"),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=True),
        sa.Column("case_score", sa.Float(), nullable=True),
        sa.Column("claim_score", sa.Float(), nullable=True),
        sa.Column("same_claim", sa.Boolean(), nullable=True),
        sa.Column("conflicts", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column(
            "newest",
            sa.Boolean(),
            nullable=False,
            comment="not yet superseded by a later row on the pair by the same kind of judge",
        ),
        sa.Column("retracts", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("verdict IN ('same','different','unsure','linked')", name=op.f("ck_judgement_verdict")),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_judgement_ordered")),
        sa.ForeignKeyConstraint(["left_id"], ["complaint.id"], name=op.f("fk_judgement_left_id_complaint")),
        sa.ForeignKeyConstraint(["retracts"], ["judgement.id"], name=op.f("fk_judgement_retracts_judgement")),
        sa.ForeignKeyConstraint(["right_id"], ["complaint.id"], name=op.f("fk_judgement_right_id_complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
    )
    op.create_index(op.f("ix_judgement_left_id_right_id"), "judgement", ["left_id", "right_id"], unique=False)
    op.create_index(op.f("ix_judgement_right_id"), "judgement", ["right_id"], unique=False)
    op.create_table(
        "landed",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the canonical payload"),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=False),
        sa.Column("landed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pull_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=True),
        sa.Column("reason_field", sa.String(length=80), nullable=True),
        sa.Column("reason_words", sa.Text(), nullable=True, comment="for a clerk; free of personal data"),
        sa.Column(
            "mended",
            sa.LargeBinary(),
            nullable=True,
            comment="fields as a person corrected them, laid over the payload when re-read",
        ),
        sa.Column("settled_by", sa.String(length=64), nullable=True, comment="who mended or discarded it"),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('landed','filed','quarantined','discarded','superseded')", name=op.f("ck_landed_state")
        ),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_landed_channel_channel")),
        sa.ForeignKeyConstraint(["pull_id"], ["pull_certificate.id"], name=op.f("fk_landed_pull_id_pull_certificate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landed")),
        sa.UniqueConstraint(
            "channel", "kind", "source_key", "version", name=op.f("uq_landed_channel_kind_source_key_version")
        ),
    )
    op.create_index(op.f("ix_landed_pull_id"), "landed", ["pull_id"], unique=False)
    op.create_index(op.f("ix_landed_state_channel"), "landed", ["state", "channel"], unique=False)
    op.create_table(
        "linkage_refusal",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("left_id", sa.String(length=64), nullable=False),
        sa.Column("right_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["left_id"], ["complaint.id"], name=op.f("fk_linkage_refusal_left_id_complaint")),
        sa.ForeignKeyConstraint(["right_id"], ["complaint.id"], name=op.f("fk_linkage_refusal_right_id_complaint")),
        sa.ForeignKeyConstraint(["run_id"], ["link_run.id"], name=op.f("fk_linkage_refusal_run_id_link_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkage_refusal")),
    )
    op.create_index(op.f("ix_linkage_refusal_run_id"), "linkage_refusal", ["run_id"], unique=False)
    op.create_table(
        "linkage_sample",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_id", sa.String(length=64), nullable=False),
        sa.Column("right_id", sa.String(length=64), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=False),
        sa.Column("bits", sa.Float(), nullable=False, comment="the evidence on which the pair was merged"),
        sa.Column(
            "chance",
            sa.Float(),
            nullable=False,
            comment="the chance the pair had to be drawn; its answer counts for 1/chance",
        ),
        sa.CheckConstraint("left_id < right_id", name=op.f("ck_linkage_sample_ordered")),
        sa.ForeignKeyConstraint(["left_id"], ["complaint.id"], name=op.f("fk_linkage_sample_left_id_complaint")),
        sa.ForeignKeyConstraint(["right_id"], ["complaint.id"], name=op.f("fk_linkage_sample_right_id_complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkage_sample")),
    )
    op.create_index(op.f("ix_linkage_sample_left_id_right_id"), "linkage_sample", ["left_id", "right_id"], unique=False)
    op.create_table(
        "reply",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("effect_key", sa.String(length=255), nullable=False, comment="idempotency key given to the channel"),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False, comment="an older unsent answer holds back a newer one"),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="casework.reply.ReplyKind"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the body"),
        sa.Column("written_by", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "not_before", sa.DateTime(timezone=True), nullable=False, comment="held back for the grace of a recall"
        ),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_words", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending','delivered','confirmed','failed','withdrawn')", name=op.f("ck_reply_state")
        ),
        sa.ForeignKeyConstraint(["channel"], ["channel.name"], name=op.f("fk_reply_channel_channel")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_reply_complaint_id_complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("complaint_id", "seq", name=op.f("uq_reply_complaint_id_seq")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_reply_effect_key")),
    )
    op.create_index(op.f("ix_reply_state_next_attempt_at"), "reply", ["state", "next_attempt_at"], unique=False)
    op.create_table(
        "satisfaction",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_satisfaction_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_satisfaction")),
    )
    op.create_index(op.f("ix_satisfaction_complaint_id"), "satisfaction", ["complaint_id"], unique=False)
    op.create_table(
        "warning_evidence",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("warning_id", sa.String(length=64), nullable=False),
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.String(length=64), nullable=False),
        sa.Column("speaks", sa.String(length=40), nullable=False, comment="for | against"),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name=op.f("fk_warning_evidence_warning_id_warning")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_evidence")),
    )
    op.create_index(op.f("ix_warning_evidence_warning_id"), "warning_evidence", ["warning_id"], unique=False)
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False, comment="complainant | roster"),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("name_blind", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.String(length=64), nullable=True),
        sa.Column("id_no", sa.LargeBinary(), nullable=True),
        sa.Column("id_no_blind", sa.String(length=64), nullable=True),
        sa.Column("amount_claimed_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_worker_complaint_id_complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_index(op.f("ix_worker_complaint_id"), "worker", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_worker_id_no_blind"), "worker", ["id_no_blind"], unique=False)
    op.create_index(op.f("ix_worker_phone_blind"), "worker", ["phone_blind"], unique=False)
    op.create_table(
        "account_balance",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_code", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_in_fen", sa.BigInteger(), nullable=True),
        sa.Column("agreed_fen", sa.BigInteger(), nullable=True),
        sa.Column("landed_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name=op.f("fk_account_balance_landed_id_landed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_balance")),
        sa.UniqueConstraint("project_code", "as_of", name=op.f("uq_account_balance_project_code_as_of")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("lead_id", sa.String(length=64), nullable=False),
        sa.Column("assisting_id", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=True),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispatched_by", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("ended_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state IN ('sent','signed','recalled','sent_back','replaced','ended')", name=op.f("ck_assignment_state")
        ),
        sa.CheckConstraint("lead_id <> assisting_id", name=op.f("ck_assignment_two_persons")),
        sa.ForeignKeyConstraint(["assisting_id"], ["account.id"], name=op.f("fk_assignment_assisting_id_account")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["dispatch_batch.id"], name=op.f("fk_assignment_batch_id_dispatch_batch")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assignment_case_id_cases")),
        sa.ForeignKeyConstraint(["lead_id"], ["account.id"], name=op.f("fk_assignment_lead_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_batch_id"), "assignment", ["batch_id"], unique=False)
    op.create_index(op.f("ix_assignment_lead_id_state"), "assignment", ["lead_id", "state"], unique=False)
    op.create_index(
        "one_live_assignment",
        "assignment",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('sent','signed')"),
        postgresql_where=sa.text("state IN ('sent','signed')"),
    )
    op.create_table(
        "attendance_month",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_code", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("landed_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name=op.f("fk_attendance_month_landed_id_landed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_month")),
        sa.UniqueConstraint("project_code", "month", name=op.f("uq_attendance_month_project_code_month")),
    )
    op.create_table(
        "case_link",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("left_id", sa.String(length=64), nullable=False),
        sa.Column("right_id", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["left_id"], ["cases.id"], name=op.f("fk_case_link_left_id_cases")),
        sa.ForeignKeyConstraint(["right_id"], ["cases.id"], name=op.f("fk_case_link_right_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
    )
    op.create_index(op.f("ix_case_link_left_id_right_id"), "case_link", ["left_id", "right_id"], unique=True)
    op.create_table(
        "clock",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("complaint_id", sa.String(length=64), nullable=True),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
            comment="accept | investigate | decide | serve | rectify | reply | penalty_90",
        ),
        sa.Column("started_on", sa.Date(), nullable=False, comment="the day that is not counted"),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "provisional", sa.Boolean(), nullable=False, comment="暂定: the calendar of that year is not published"
        ),
        sa.Column("calendar_version", sa.String(length=40), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="law and article"),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.CheckConstraint("state IN ('running','paused','met','cancelled')", name=op.f("ck_clock_state")),
        sa.CheckConstraint("unit IN ('working','calendar')", name=op.f("ck_clock_unit")),
        sa.CheckConstraint("(case_id IS NULL) <> (complaint_id IS NULL)", name=op.f("ck_clock_one_owner")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clock_case_id_cases")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_clock_complaint_id_complaint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock")),
    )
    op.create_index(op.f("ix_clock_case_id"), "clock", ["case_id"], unique=False)
    op.create_index(op.f("ix_clock_complaint_id"), "clock", ["complaint_id"], unique=False)
    op.create_index(op.f("ix_clock_due_on"), "clock", ["due_on"], unique=False)
    op.create_table(
        "complaint_version",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("landed_id", sa.String(length=64), nullable=True, comment="None: written down at the window"),
        sa.Column(
            "newest", sa.Boolean(), nullable=False, comment="the version that counts; the only column that ever changes"
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("nature", sa.String(length=40), nullable=False),
        sa.Column("sector", sa.String(length=40), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=True),
        sa.Column("narrative", sa.LargeBinary(), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("employer_uscc", sa.String(length=40), nullable=True),
        sa.Column("boss_name", sa.LargeBinary(), nullable=True),
        sa.Column("site_name", sa.String(length=200), nullable=True),
        sa.Column("site_address", sa.LargeBinary(), nullable=True),
        sa.Column("district_code", sa.String(length=40), nullable=True),
        sa.Column("complainant_name", sa.LargeBinary(), nullable=True),
        sa.Column("complainant_phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.String(length=64), nullable=True),
        sa.Column("phone_tail_blind", sa.String(length=64), nullable=True, comment="last four digits, for search"),
        sa.Column("complainant_id_no", sa.LargeBinary(), nullable=True),
        sa.Column("id_no_blind", sa.String(length=64), nullable=True),
        sa.Column("worker_count", sa.Integer(), nullable=True, comment="None: not said"),
        sa.Column("amount_claimed_fen", sa.BigInteger(), nullable=True, comment="None: not said"),
        sa.Column("arrears_from", sa.String(length=7), nullable=True, comment="YYYY-MM"),
        sa.Column("arrears_to", sa.String(length=7), nullable=True, comment="YYYY-MM"),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("wants_reply", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("reply_due_on", sa.Date(), nullable=True),
        sa.Column("probably_arrears", sa.Boolean(), nullable=True),
        sa.Column("extracted", sa.LargeBinary(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False, comment="codes of what was odd but not wrong"),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_version_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name=op.f("fk_complaint_version_landed_id_landed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_version")),
        sa.UniqueConstraint("complaint_id", "version", name=op.f("uq_complaint_version_complaint_id_version")),
    )
    op.create_index(op.f("ix_complaint_version_id_no_blind"), "complaint_version", ["id_no_blind"], unique=False)
    op.create_index(op.f("ix_complaint_version_phone_blind"), "complaint_version", ["phone_blind"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column(
            "kind",
            sa.String(length=40),
            nullable=False,
            comment="casework.documents: inquiry_notice, rectification_order, …",
        ),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("document_no", sa.String(length=200), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column(
            "body", sa.LargeBinary(), nullable=False, comment="the blanks as filled; never the complaint's words"
        ),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("served_how", sa.String(length=40), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_document_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("kind", "year", "serial", name=op.f("uq_document_kind_year_serial")),
    )
    op.create_index(op.f("ix_document_case_id"), "document", ["case_id"], unique=False)
    op.create_table(
        "linkage_event",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False, comment="merge | split | regroup | undo"),
        sa.Column("from_case_id", sa.String(length=64), nullable=False),
        sa.Column("into_case_id", sa.String(length=64), nullable=False),
        sa.Column("complaint_ids", sa.JSON(), nullable=False),
        sa.Column("state_before", sa.JSON(), nullable=False, comment="the membership and case states it changed"),
        sa.Column("judgement_ids", sa.JSON(), nullable=False, comment="the human rows it wrote; undone with it"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["from_case_id"], ["cases.id"], name=op.f("fk_linkage_event_from_case_id_cases")),
        sa.ForeignKeyConstraint(["into_case_id"], ["cases.id"], name=op.f("fk_linkage_event_into_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkage_event")),
    )
    op.create_index(op.f("ix_linkage_event_from_case_id"), "linkage_event", ["from_case_id"], unique=False)
    op.create_index(op.f("ix_linkage_event_into_case_id"), "linkage_event", ["into_case_id"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("exit", sa.String(length=40), nullable=False, comment="casework.leniency.Exit"),
        sa.Column("basis", sa.Text(), nullable=False, comment="law and article"),
        sa.Column("offence_item", sa.LargeBinary(), nullable=True, comment="item of the configured no-penalty list"),
        sa.Column(
            "conditions",
            sa.LargeBinary(),
            nullable=False,
            comment="key, met, fact, checked_by, at; a fact quotes what was typed",
        ),
        sa.Column("amount_exempted_fen", sa.BigInteger(), nullable=True),
        sa.Column(
            "exempted_article",
            sa.LargeBinary(),
            nullable=True,
            comment="which article and scale the waived fine is of",
        ),
        sa.Column("amount_fined_fen", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_reason", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state IN ('draft','submitted','approved','rejected')", name=op.f("ck_outcome_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outcome_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_case_id"), "outcome", ["case_id"], unique=False)
    op.create_table(
        "pay_period",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("project_code", sa.String(length=40), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=False),
        sa.Column("employer_uscc", sa.String(length=40), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("landed_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name=op.f("fk_pay_period_landed_id_landed")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_period")),
        sa.UniqueConstraint(
            "project_code", "employer_name", "month", name=op.f("uq_pay_period_project_code_employer_name_month")
        ),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("proof", sa.String(length=40), nullable=False, comment="bank_voucher | signed_payroll | witness"),
        sa.Column("proof_ref", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_payment_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_payment_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    op.create_index(op.f("ix_payment_case_id"), "payment", ["case_id"], unique=False)
    op.create_table(
        "pledge",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("employer_id", sa.String(length=64), nullable=True),
        sa.Column("signed_by", sa.LargeBinary(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("obligations", sa.LargeBinary(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=True, comment="None: not yet due or not yet checked"),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_pledge_case_id_cases")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_pledge_employer_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
    )
    op.create_index(op.f("ix_pledge_case_id"), "pledge", ["case_id"], unique=False)
    op.create_index(op.f("ix_pledge_employer_id"), "pledge", ["employer_id"], unique=False)
    op.create_table(
        "project",
        sa.Column("project_code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("district_code", sa.String(length=40), nullable=True),
        sa.Column("owner_name", sa.String(length=200), nullable=True),
        sa.Column("general_contractor", sa.String(length=200), nullable=True),
        sa.Column("general_contractor_uscc", sa.String(length=40), nullable=True),
        sa.Column("pay_day", sa.Integer(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("deposit_paid", sa.Boolean(), nullable=True),
        sa.Column("landed_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["landed_id"], ["landed.id"], name=op.f("fk_project_landed_id_landed")),
        sa.PrimaryKeyConstraint("project_code", name=op.f("pk_project")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("reply_id", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("external_ref", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("equal", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_receipt_reply_id_reply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_reply_id"), "receipt", ["reply_id"], unique=False)
    op.create_table(
        "recusal",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("employer_id", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_recusal_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_recusal_case_id_cases")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_recusal_employer_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    op.create_index(op.f("ix_recusal_account_id"), "recusal", ["account_id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column(
            "body",
            sa.String(length=40),
            nullable=False,
            comment="housing | transport | water | police | arbitration | …",
        ),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("referred_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_referral_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("employer_id", sa.String(length=64), nullable=True),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("officer_ids", sa.JSON(), nullable=False, comment="two or more (QD §28)"),
        sa.Column("people_met", sa.LargeBinary(), nullable=True),
        sa.Column("problems_found", sa.Integer(), nullable=False),
        sa.Column("problems_corrected", sa.Integer(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visit_case_id_cases")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_visit_employer_id_employer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_case_id"), "visit", ["case_id"], unique=False)
    op.create_table(
        "case_membership",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("complaint_id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column(
            "claim_id", sa.String(length=64), nullable=False, comment="complaint id of the claim's oldest member"
        ),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "why", sa.String(length=40), nullable=False, comment="new | merged | confirmed | split | undone | regrouped"
        ),
        sa.Column("event_id", sa.String(length=64), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_membership_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_case_membership_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["linkage_event.id"], name=op.f("fk_case_membership_event_id_linkage_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_membership")),
    )
    op.create_index(op.f("ix_case_membership_case_id"), "case_membership", ["case_id"], unique=False)
    op.create_index(
        "one_case_a_complaint",
        "case_membership",
        ["complaint_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "clock_event",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("clock_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.String(length=64), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        sa.Column(
            "reason",
            sa.LargeBinary(),
            nullable=True,
            comment="as a head typed it; or a code, or the version of the calendar",
        ),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_clock_event_clock_id_clock")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_event")),
    )
    op.create_index(op.f("ix_clock_event_clock_id"), "clock_event", ["clock_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("assignment_id", sa.String(length=64), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id_account")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_notice_assignment_id_assignment")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notice_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_account_id_read_at"), "notice", ["account_id", "read_at"], unique=False)
    op.create_table(
        "pay_line",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("pay_period_id", sa.String(length=64), nullable=False),
        sa.Column("worker_name", sa.LargeBinary(), nullable=True),
        sa.Column("id_no", sa.LargeBinary(), nullable=True),
        sa.Column("id_no_blind", sa.String(length=64), nullable=True),
        sa.Column("days", sa.Numeric(precision=6, scale=1), nullable=True),
        sa.Column("due_fen", sa.BigInteger(), nullable=True),
        sa.Column("paid_fen", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["pay_period_id"], ["pay_period.id"], name=op.f("fk_pay_line_pay_period_id_pay_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_line")),
    )
    op.create_index(op.f("ix_pay_line_id_no_blind"), "pay_line", ["id_no_blind"], unique=False)
    op.create_index(op.f("ix_pay_line_pay_period_id"), "pay_line", ["pay_period_id"], unique=False)
    op.create_table(
        "payment_line",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("payment_id", sa.String(length=64), nullable=False),
        sa.Column("worker_name", sa.LargeBinary(), nullable=False),
        sa.Column("name_blind", sa.String(length=64), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_payment_line_payment_id_payment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_line")),
    )
    op.create_index(op.f("ix_payment_line_payment_id"), "payment_line", ["payment_id"], unique=False)
    op.create_table(
        "rectification_order",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("document_id", sa.String(length=64), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("law", sa.LargeBinary(), nullable=False),
        sa.Column("demand", sa.LargeBinary(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("corrected_on", sa.Date(), nullable=True),
        sa.Column("corrected_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rectification_order_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_rectification_order_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_order")),
    )
    op.create_index(op.f("ix_rectification_order_case_id"), "rectification_order", ["case_id"], unique=False)
    _forbid_changes_of_the_audit_log()


def downgrade() -> None:
    """Take the step back."""
    _allow_changes_of_the_audit_log()
    op.drop_index(op.f("ix_rectification_order_case_id"), table_name="rectification_order")
    op.drop_table("rectification_order")
    op.drop_index(op.f("ix_payment_line_payment_id"), table_name="payment_line")
    op.drop_table("payment_line")
    op.drop_index(op.f("ix_pay_line_pay_period_id"), table_name="pay_line")
    op.drop_index(op.f("ix_pay_line_id_no_blind"), table_name="pay_line")
    op.drop_table("pay_line")
    op.drop_index(op.f("ix_notice_account_id_read_at"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_clock_event_clock_id"), table_name="clock_event")
    op.drop_table("clock_event")
    op.drop_index(
        "one_case_a_complaint",
        table_name="case_membership",
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index(op.f("ix_case_membership_case_id"), table_name="case_membership")
    op.drop_table("case_membership")
    op.drop_index(op.f("ix_visit_case_id"), table_name="visit")
    op.drop_table("visit")
    op.drop_index(op.f("ix_referral_case_id"), table_name="referral")
    op.drop_table("referral")
    op.drop_index(op.f("ix_recusal_account_id"), table_name="recusal")
    op.drop_table("recusal")
    op.drop_index(op.f("ix_receipt_reply_id"), table_name="receipt")
    op.drop_table("receipt")
    op.drop_table("project")
    op.drop_index(op.f("ix_pledge_employer_id"), table_name="pledge")
    op.drop_index(op.f("ix_pledge_case_id"), table_name="pledge")
    op.drop_table("pledge")
    op.drop_index(op.f("ix_payment_case_id"), table_name="payment")
    op.drop_table("payment")
    op.drop_table("pay_period")
    op.drop_index(op.f("ix_outcome_case_id"), table_name="outcome")
    op.drop_table("outcome")
    op.drop_index(op.f("ix_linkage_event_into_case_id"), table_name="linkage_event")
    op.drop_index(op.f("ix_linkage_event_from_case_id"), table_name="linkage_event")
    op.drop_table("linkage_event")
    op.drop_index(op.f("ix_document_case_id"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_complaint_version_phone_blind"), table_name="complaint_version")
    op.drop_index(op.f("ix_complaint_version_id_no_blind"), table_name="complaint_version")
    op.drop_table("complaint_version")
    op.drop_index(op.f("ix_clock_due_on"), table_name="clock")
    op.drop_index(op.f("ix_clock_complaint_id"), table_name="clock")
    op.drop_index(op.f("ix_clock_case_id"), table_name="clock")
    op.drop_table("clock")
    op.drop_index(op.f("ix_case_link_left_id_right_id"), table_name="case_link")
    op.drop_table("case_link")
    op.drop_table("attendance_month")
    op.drop_index(
        "one_live_assignment",
        table_name="assignment",
        sqlite_where=sa.text("state IN ('sent','signed')"),
        postgresql_where=sa.text("state IN ('sent','signed')"),
    )
    op.drop_index(op.f("ix_assignment_lead_id_state"), table_name="assignment")
    op.drop_index(op.f("ix_assignment_batch_id"), table_name="assignment")
    op.drop_table("assignment")
    op.drop_table("account_balance")
    op.drop_index(op.f("ix_worker_phone_blind"), table_name="worker")
    op.drop_index(op.f("ix_worker_id_no_blind"), table_name="worker")
    op.drop_index(op.f("ix_worker_complaint_id"), table_name="worker")
    op.drop_table("worker")
    op.drop_index(op.f("ix_warning_evidence_warning_id"), table_name="warning_evidence")
    op.drop_table("warning_evidence")
    op.drop_index(op.f("ix_satisfaction_complaint_id"), table_name="satisfaction")
    op.drop_table("satisfaction")
    op.drop_index(op.f("ix_reply_state_next_attempt_at"), table_name="reply")
    op.drop_table("reply")
    op.drop_index(op.f("ix_linkage_sample_left_id_right_id"), table_name="linkage_sample")
    op.drop_table("linkage_sample")
    op.drop_index(op.f("ix_linkage_refusal_run_id"), table_name="linkage_refusal")
    op.drop_table("linkage_refusal")
    op.drop_index(op.f("ix_landed_state_channel"), table_name="landed")
    op.drop_index(op.f("ix_landed_pull_id"), table_name="landed")
    op.drop_table("landed")
    op.drop_index(op.f("ix_judgement_right_id"), table_name="judgement")
    op.drop_index(op.f("ix_judgement_left_id_right_id"), table_name="judgement")
    op.drop_table("judgement")
    op.drop_index(op.f("ix_cases_status"), table_name="cases")
    op.drop_index(op.f("ix_cases_employer_id"), table_name="cases")
    op.drop_table("cases")
    op.drop_index(op.f("ix_warning_state"), table_name="warning")
    op.drop_table("warning")
    op.drop_index(op.f("ix_role_grant_account_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("restatement")
    op.drop_index(op.f("ix_pull_certificate_channel_started_at"), table_name="pull_certificate")
    op.drop_table("pull_certificate")
    op.drop_table("month_cell")
    op.drop_index(op.f("ix_login_session_account_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(op.f("ix_employer_alias_name"), table_name="employer_alias")
    op.drop_table("employer_alias")
    op.drop_index(op.f("ix_complaint_received_at"), table_name="complaint")
    op.drop_table("complaint")
    op.drop_table("act_key")
    op.drop_index(op.f("ix_absence_account_id"), table_name="absence")
    op.drop_table("absence")
    op.drop_index(op.f("ix_site_name_key"), table_name="site")
    op.drop_table("site")
    op.drop_table("setting")
    op.drop_table("serial")
    op.drop_table("rule_version")
    op.drop_table("month")
    op.drop_table("login_attempt")
    op.drop_table("link_run")
    op.drop_table("lease")
    op.drop_index(op.f("ix_employer_uscc"), table_name="employer")
    op.drop_index(op.f("ix_employer_name_key"), table_name="employer")
    op.drop_table("employer")
    op.drop_table("dispatch_batch")
    op.drop_table("channel")
    op.drop_table("calendar_day")
    op.drop_index(op.f("ix_audit_subject"), table_name="audit")
    op.drop_index(op.f("ix_audit_done_by"), table_name="audit")
    op.drop_index(op.f("ix_audit_done_at"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("account")


def _forbid_changes_of_the_audit_log() -> None:
    """The audit log is only ever added to. The keyed chain notices a change; this refuses one."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit "
            "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
        )
        op.execute(
            "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_refuses_{act.lower()} BEFORE {act} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"
        )


def _allow_changes_of_the_audit_log() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_is_not_emptied ON audit")
        op.execute("DROP TRIGGER audit_is_append_only ON audit")
        op.execute("DROP FUNCTION audit_is_append_only()")
        return
    op.execute("DROP TRIGGER audit_refuses_update")
    op.execute("DROP TRIGGER audit_refuses_delete")
