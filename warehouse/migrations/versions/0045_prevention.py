"""Prevention notices to employers, their answers and files; messages and acts of warnings know of them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from warehouse.migrations import gently

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None
_ID, _CODE, _HASH = sa.String(length=64), sa.String(length=40), sa.String(length=64)
_AT, _DAY = sa.DateTime(timezone=True), sa.Date()
_ACTS = "'confirmed','false_alarm','corrected','undo','snooze','wake','give','to_case','to_visit'"
_MORE = (
    "'notice','notice_again','notice_taken_back','notice_answered','notice_late','notice_enough','notice_not_enough',"
    "'notice_visit'"
)
_TWO = "(complaint_id IS NULL) <> (address_id IS NULL)"
_THREE = (
    "(complaint_id IS NOT NULL AND address_id IS NULL AND prevention_id IS NULL)"
    " OR (complaint_id IS NULL AND address_id IS NOT NULL AND prevention_id IS NULL)"
    " OR (complaint_id IS NULL AND address_id IS NULL AND prevention_id IS NOT NULL)"
)
_KIND, _READER = "ck_warning_act_kind", "ck_message_one_reader"
_BOND = "fk_message_prevention_id_prevention_notice"


def upgrade() -> None:
    """Take the step."""
    gently.hold("message", "message_item", "warning_act", referred=("warning", "employer"))
    _notices()
    _answers()
    _change_acts(f"kind IN ({_ACTS},{_MORE})")
    if op.get_bind().dialect.name == "sqlite":
        _message_anew(_THREE, new=True)
    else:
        op.add_column("message", sa.Column("prevention_id", _ID, nullable=True, comment="to an employer"))
        _bound("message", _BOND, "FOREIGN KEY (prevention_id) REFERENCES prevention_notice (id)")
        op.drop_constraint(op.f(_READER), "message", type_="check")
        _bound("message", _READER, f"CHECK ({_THREE})")


def downgrade() -> None:
    """Take the step back. What employers were sent and answered is lost with its tables."""
    gently.hold("message", "message_item", "warning_act")
    own = "SELECT id FROM message WHERE prevention_id IS NOT NULL"
    op.execute(f"DELETE FROM message_item WHERE message_id IN ({own})")  # noqa: S608 - our own words
    op.execute("DELETE FROM message WHERE prevention_id IS NOT NULL")
    op.execute(f"DELETE FROM warning_act WHERE kind IN ({_MORE})")  # noqa: S608 - our own words
    if op.get_bind().dialect.name == "sqlite":
        _message_anew(_TWO, new=False)
    else:
        op.drop_constraint(op.f(_READER), "message", type_="check")
        op.drop_column("message", "prevention_id")
        _bound("message", _READER, f"CHECK ({_TWO})")
    _change_acts(f"kind IN ({_ACTS})")
    for name in ("prevention_file_part", "prevention_file", "prevention_answer", "prevention_notice"):
        op.drop_table(name)


def _bound(table: str, name: str, says: str) -> None:
    """A constraint on PostgreSQL: new rows keep to it at once, and those that are there are looked at after that."""
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {says} NOT VALID")
    op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def _change_acts(kinds: str) -> None:
    """Other kinds of acts may stand in the table. SQLite makes the table anew for that; nothing refers to it."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("warning_act") as table:
            table.drop_constraint(op.f(_KIND), type_="check")
            table.create_check_constraint(op.f(_KIND), kinds)
        return
    op.drop_constraint(op.f(_KIND), "warning_act", type_="check")
    _bound("warning_act", _KIND, f"CHECK ({kinds})")


def _message_anew(reader: str, *, new: bool) -> None:
    """The table of messages made anew on SQLite. What refers to it is set aside meanwhile: it would go with the old."""
    op.execute("CREATE TEMPORARY TABLE kept_item AS SELECT * FROM message_item")
    op.execute(
        "CREATE TEMPORARY TABLE kept_group AS SELECT id, grouped_into FROM message WHERE grouped_into IS NOT NULL"
    )
    op.execute("DELETE FROM message_item")
    op.execute("UPDATE message SET grouped_into = NULL WHERE grouped_into IS NOT NULL")
    with op.batch_alter_table("message") as table:
        table.drop_constraint(op.f(_READER), type_="check")
        if new:
            table.add_column(sa.Column("prevention_id", _ID, nullable=True), insert_after="address_id")
            table.create_foreign_key(op.f(_BOND), "prevention_notice", ["prevention_id"], ["id"])
        else:
            table.drop_constraint(op.f(_BOND), type_="foreignkey")
            table.drop_column("prevention_id")
        table.create_check_constraint(op.f(_READER), reader)
    op.execute(
        "UPDATE message SET grouped_into = (SELECT k.grouped_into FROM kept_group k WHERE k.id = message.id) "
        "WHERE id IN (SELECT id FROM kept_group)"
    )
    op.execute("INSERT INTO message_item SELECT * FROM kept_item")
    for kept in ("kept_item", "kept_group"):
        op.execute(f"DROP TABLE {kept}")


def _notices() -> None:
    states = "state IN ('waiting','answered','enough','visit','withdrawn')"
    op.create_table(
        "prevention_notice",
        sa.Column("id", _ID, nullable=False),
        sa.Column("notice_no", _CODE, nullable=False, comment="on the notice, to name it by"),
        sa.Column("warning_id", _ID, nullable=False),
        sa.Column("employer_id", _ID, nullable=True),
        sa.Column("trade", _CODE, nullable=False, comment="casework.prevention_words.TRADES"),
        sa.Column(
            "language", _CODE, nullable=False, comment="of what is printed or sent; the page of the link has both"
        ),
        sa.Column(
            "grounds",
            sa.JSON(),
            nullable=False,
            comment="rule, figures and name of the project of what it quotes; none: the general words",
        ),
        sa.Column("said", sa.LargeBinary(), nullable=False, comment="the text as sent, by language"),
        sa.Column("way", _CODE, nullable=False, comment="print | sms | mail"),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("answer_by", _DAY, nullable=False),
        sa.Column("closes_on", _DAY, nullable=False, comment="the last day on which its link opens"),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False, comment="from 1; grows when it is opened again"),
        sa.Column("tag", _HASH, nullable=True, comment="hash of the code in the link"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True, comment="the text, closed under the code alone"),
        sa.Column("tags", sa.JSON(), nullable=False, comment="the hashes of every round, the first one first"),
        sa.Column("told_tag", _HASH, nullable=True, comment="the tag that lies in the inbox of the page now"),
        sa.Column("late_on", _DAY, nullable=True, comment="the day on which it was noted that no answer had come"),
        sa.Column("done_by", _ID, nullable=False),
        sa.Column("done_at", _AT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="grows with every change; travels through the form"),
        sa.CheckConstraint(states, name=op.f("ck_prevention_notice_state")),
        sa.CheckConstraint("(state = 'waiting') = (tag IS NOT NULL)", name=op.f("ck_prevention_notice_open_link")),
        sa.ForeignKeyConstraint(["warning_id"], ["warning.id"], name=op.f("fk_prevention_notice_warning_id_warning")),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_prevention_notice_employer_id_employer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prevention_notice")),
        sa.UniqueConstraint("notice_no", name=op.f("uq_prevention_notice_notice_no")),
        sa.UniqueConstraint("tag", name=op.f("uq_prevention_notice_tag")),
    )
    for columns in (["warning_id"], ["employer_id"], ["state", "answer_by"]):
        op.create_index(op.f(f"ix_prevention_notice_{'_'.join(columns)}"), "prevention_notice", columns)


def _answers() -> None:
    op.create_table(
        "prevention_answer",
        sa.Column("id", _ID, nullable=False, comment="of the code: the same answer is taken in once"),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("posted_at", _AT, nullable=False, comment="when the page took it in"),
        sa.Column("taken_in_at", _AT, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False, comment="who answered"),
        sa.Column("capacity", _CODE, nullable=False, comment="casework.prevention.Capacity"),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("judged", _CODE, nullable=True),
        sa.Column("lacks", sa.JSON(), nullable=False, comment="casework.prevention.Lack, of one that is not enough"),
        sa.Column("judged_by", _ID, nullable=True),
        sa.Column("judged_at", _AT, nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True, comment="for the office alone"),
        sa.CheckConstraint(
            "judged IS NULL OR judged IN ('enough','not_enough','visit')", name=op.f("ck_prevention_answer_judged")
        ),
        sa.CheckConstraint("(judged IS NULL) = (judged_at IS NULL)", name=op.f("ck_prevention_answer_judged_at")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["prevention_notice.id"], name=op.f("fk_prevention_answer_notice_id_prevention_notice")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prevention_answer")),
        sa.UniqueConstraint("notice_id", "round_no", name=op.f("uq_prevention_answer_notice_id_round_no")),
    )
    op.create_table(
        "prevention_file",
        sa.Column("id", _ID, nullable=False),
        sa.Column("answer_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="the file's number in its answer, from 1"),
        sa.Column(
            "part_key", sa.LargeBinary(), nullable=True, comment="what opens it in the inbox, until it is settled"
        ),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason_code", _CODE, nullable=True, comment="why it was refused, or is still wanted"),
        sa.Column("media", _CODE, nullable=True, comment="what is kept, seen from its content"),
        sa.Column("sha256", _HASH, nullable=True, comment="of what is kept"),
        sa.Column("size_bytes", sa.BigInteger(), nullable=True, comment="of what is kept"),
        sa.Column("sent_media", _CODE, nullable=True, comment="what came, seen from its content"),
        sa.Column("sent_sha256", _HASH, nullable=True, comment="of the file as it came"),
        sa.Column("width", sa.Integer(), nullable=True, comment="pixels"),
        sa.Column("height", sa.Integer(), nullable=True, comment="pixels"),
        sa.Column("wanted_at", _AT, nullable=False),
        sa.Column("settled_at", _AT, nullable=True),
        sa.CheckConstraint("state IN ('wanted','kept','refused','gone')", name=op.f("ck_prevention_file_state")),
        sa.CheckConstraint(
            "state <> 'kept' OR (sha256 IS NOT NULL AND size_bytes > 0)", name=op.f("ck_prevention_file_kept_whole")
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["prevention_answer.id"], name=op.f("fk_prevention_file_answer_id_prevention_answer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prevention_file")),
        sa.UniqueConstraint("answer_id", "number", name=op.f("uq_prevention_file_answer_id_number")),
    )
    op.create_index(op.f("ix_prevention_file_state_wanted_at"), "prevention_file", ["state", "wanted_at"])
    op.create_table(
        "prevention_file_part",
        sa.Column("file_id", _ID, nullable=False),
        sa.Column("look", _CODE, nullable=False, comment="whole | small"),
        sa.Column("number", sa.Integer(), nullable=False, comment="from 0"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="crypto.Keyring.seal_part"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["prevention_file.id"], name=op.f("fk_prevention_file_part_file_id_prevention_file")
        ),
        sa.PrimaryKeyConstraint("file_id", "look", "number", name=op.f("pk_prevention_file_part")),
    )
