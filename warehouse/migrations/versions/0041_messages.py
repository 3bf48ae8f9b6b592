"""Messages to workers and officers, their words, the addresses of officers, and whether the money came"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None
_ID, _CODE = sa.String(length=64), sa.String(length=40)
_AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Take the step."""
    gently.hold(referred=("account", "complaint", "cases"))
    _tables_of_officers()
    _tables_of_messages()
    op.create_table(
        "money_question",
        sa.Column("id", _ID, nullable=False),
        sa.Column("complaint_id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("concluded_at", _AT, nullable=False, comment="of the conclusion it asks about: once for each"),
        sa.Column("asked_at", _AT, nullable=False),
        sa.Column("silent_after", sa.Date(), nullable=False, comment="the last day an answer is waited for"),
        sa.Column("came", sa.Boolean(), nullable=True),
        sa.Column("answered_at", _AT, nullable=True),
        sa.Column("answered_by", _CODE, nullable=True, comment="casework.money_came.AnsweredBy"),
        sa.Column("noted_by", _ID, nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True, comment="what they say of it"),
        sa.CheckConstraint("(came IS NULL) = (answered_at IS NULL)", name=op.f("ck_money_question_answered")),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_money_question_complaint_id_complaint")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_money_question_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_question")),
        sa.UniqueConstraint("complaint_id", "concluded_at", name=op.f("uq_money_question_complaint_id_concluded_at")),
    )
    op.create_index(op.f("ix_money_question_asked_at"), "money_question", ["asked_at"])
    op.create_index(op.f("ix_money_question_case_id"), "money_question", ["case_id"])


def _tables_of_officers() -> None:
    op.create_table(
        "officer_address",
        sa.Column("id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("way", _CODE, nullable=False, comment="casework.reaching.ReachedBy"),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("given_since", _AT, nullable=False),
        sa.Column("ended_at", _AT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_officer_address_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_address")),
    )
    op.create_index(op.f("ix_officer_address_account_id"), "officer_address", ["account_id"])
    op.create_table(
        "message_wording",
        sa.Column("id", _ID, nullable=False),
        sa.Column("occasion", _CODE, nullable=False),
        sa.Column("language", _CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "body",
            sa.Text(),
            nullable=False,
            comment="placeholders of casework.messages; nothing of anybody stands in it",
        ),
        sa.Column("done_by", _ID, nullable=False),
        sa.Column("done_at", _AT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_wording")),
        sa.UniqueConstraint(
            "occasion", "language", "version", name=op.f("uq_message_wording_occasion_language_version")
        ),
    )
    op.create_table(
        "message_mark",
        sa.Column("name", _CODE, nullable=False),
        sa.Column("looked_until", _AT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_message_mark")),
    )


def _tables_of_messages() -> None:
    states = "state IN ('pending','delivered','confirmed','sent','failed','withdrawn','grouped')"
    op.create_table(
        "message",
        sa.Column("id", _ID, nullable=False),
        sa.Column("effect_key", sa.String(length=255), nullable=False, comment="the same key has one effect"),
        sa.Column(
            "reader", _ID, nullable=False, comment="the complaint or the address: messages to one reader keep order"
        ),
        sa.Column(
            "seq",
            sa.Integer(),
            nullable=False,
            comment="an older unsent message holds back a newer one to the same reader",
        ),
        sa.Column("occasion", _CODE, nullable=False, comment="casework.messages.Occasion"),
        sa.Column("complaint_id", _ID, nullable=True),
        sa.Column("address_id", _ID, nullable=True),
        sa.Column("way", _CODE, nullable=False, comment="casework.reaching.ReachedBy"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False, comment="sha256 of the body"),
        sa.Column(
            "wording_version",
            sa.Integer(),
            nullable=False,
            comment="of message_wording; 0: the words the program came with",
        ),
        sa.Column("told_since", _AT, nullable=False, comment="when the oldest of what it tells was written"),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("written_at", _AT, nullable=False),
        sa.Column(
            "state", _CODE, nullable=False, comment="grouped: another tells it; sent: taken, no receipt to be had"
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", _AT, nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False, comment="a line was cut after it was handed over"),
        sa.Column("error_code", _CODE, nullable=True),
        sa.Column("error_words", sa.Text(), nullable=True),
        sa.Column("delivered_at", _AT, nullable=True),
        sa.Column("confirmed_at", _AT, nullable=True, comment="when the gateway said that it arrived"),
        sa.Column("external_ref", sa.String(length=200), nullable=True),
        sa.Column("grouped_into", _ID, nullable=True),
        sa.CheckConstraint(states, name=op.f("ck_message_state")),
        sa.CheckConstraint("(complaint_id IS NULL) <> (address_id IS NULL)", name=op.f("ck_message_one_reader")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_message_complaint_id_complaint")),
        sa.ForeignKeyConstraint(
            ["address_id"], ["officer_address.id"], name=op.f("fk_message_address_id_officer_address")
        ),
        sa.ForeignKeyConstraint(["grouped_into"], ["message.id"], name=op.f("fk_message_grouped_into_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("effect_key", name=op.f("uq_message_effect_key")),
        sa.UniqueConstraint("reader", "seq", name=op.f("uq_message_reader_seq")),
    )
    op.create_index(op.f("ix_message_state_next_attempt_at"), "message", ["state", "next_attempt_at"])
    op.create_index(op.f("ix_message_written_at"), "message", ["written_at"])
    op.create_table(
        "message_item",
        sa.Column("id", _ID, nullable=False),
        sa.Column("reader", _ID, nullable=False),
        sa.Column("fact", sa.String(length=160), nullable=False, comment="what it is about: a kind and an id"),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("done_at", _AT, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_item_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_item")),
        sa.UniqueConstraint("reader", "fact", name=op.f("uq_message_item_reader_fact")),
    )
    op.create_index(op.f("ix_message_item_message_id"), "message_item", ["message_id"])
    op.create_index(op.f("ix_message_item_fact"), "message_item", ["fact"])


def downgrade() -> None:
    """Take the step back. What was told, and what workers said, is lost; the answers on the channels are not."""
    for name in (
        "money_question", "message_item", "message", "message_mark", "message_wording", "officer_address",
    ):  # fmt: skip
        op.drop_table(name)
