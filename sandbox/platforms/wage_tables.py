"""The tables of the wage-payment platform's front-end database, with the column names of a provincial interface."""

from __future__ import annotations

import sqlalchemy as sa


def _table(metadata: sa.MetaData, name: str, columns: str, *, key: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        *(sa.Column(column, sa.Text, primary_key=column in key.split()) for column in columns.split()),
        sa.Column("updated_at", sa.String(32), index=True),
    )


SOURCE, ANSWERS = sa.MetaData(), sa.MetaData()
PROJECT = _table(
    SOURCE,
    "project",
    "projectCode projectName areaCode address ownerName generalCorpName generalCorpCode payDay startDate depositPaid",
    key="projectCode",
)
ACCOUNT = _table(
    SOURCE, "special_account", "accountCode projectCode balanceDate balance paidIn agreedAmount", key="accountCode"
)
PAYROLL = _table(
    SOURCE,
    "payroll",
    "payRollCode projectCode corpName corpCode teamSysNo payMonth dueDate balanceDate",
    key="payRollCode",
)
LINE = _table(
    SOURCE,
    "payroll_line",
    "payRollCode lineNo idCardType idCardNumber workerName days totalPayAmount actualAmount isBackPay",
    key="payRollCode lineNo",
)
ATTENDANCE = _table(SOURCE, "attendance", "attendanceCode projectCode attMonth heads days", key="attendanceCode")
COMPLAINT = _table(
    SOURCE,
    "complaint",
    "complaintId complaintTime workerName cellPhone idCardNumber corpName corpCode teamLeader projectName"
    " projectAddress areaCode payMonthFrom payMonthTo workerCount owedAmount content isRural isConstruction"
    " isSecret isUrgent",
    key="complaintId",
)
ANSWER = sa.Table(
    "answer",
    ANSWERS,
    sa.Column("answerNo", sa.Integer, primary_key=True),
    sa.Column("replyKey", sa.String(200), unique=True, nullable=False),
    sa.Column("complaintId", sa.String(64), nullable=False),
    sa.Column("replyType", sa.String(16), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("writtenAt", sa.String(32), nullable=False),
)
