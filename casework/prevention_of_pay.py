"""What a prevention notice says of pay, by rule: see `casework.prevention_words`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.prevention_words import LEDGER, PAID_ON_TIME, PAY_NOW, PAYROLLS, REGISTER, Said

PAY: Mapping[str, Said] = MappingProxyType(
    {
        "arrears": Said(
            ("工资到期未付", "Wages not paid when due"),
            (
                "项目“{project}”有{months}个月的工资到期未付清，最早一笔应于{due_on}支付，共{workers}人、{owed}。",
                (
                    "On project “{project}” the wages of {months} months are due and not fully paid, the oldest due on "
                    "{due_on}: {workers} workers, {owed}."
                ),
            ),
            "724 §13-14; 423 §26",
            (
                PAID_ON_TIME[0] + "经责令逾期仍不支付的，按应付金额50%以上100%以下加付赔偿金。",
                PAID_ON_TIME[1] + " Who is ordered to pay and does not, pays 50% to 100% on top.",
            ),
            PAY_NOW,
            (
                "建议在发薪日前十日核对人工费余额；资金确有困难的，先与工人书面约定付清日期，并及早告诉我们。",
                (
                    "Look at the labour money ten days before pay day; where it is short, agree in "
                    "writing with the workers when all is paid, and tell us early."
                ),
            ),
            (
                "项目“{project}”有{months}个月的工资到期未付清，共{workers}人、{owed}。",
                (
                    "On project “{project}” the wages of {months} months are due and not fully paid: "
                    "{workers} workers, {owed}."
                ),
            ),
        ),
        "payroll_missing": Said(
            ("未编制工资表", "No payroll made"),
            (
                "项目“{project}”{month}考勤{heads}人，工资支付日{due_on}已过，平台上没有该月工资表。",
                (
                    "On project “{project}” {heads} people were at work in {month}; pay day was "
                    "{due_on}, and the platform has no payroll of that month."
                ),
            ),
            "724 §15, §31",
            (LEDGER[0] + PAYROLLS[0], f"{LEDGER[1]} {PAYROLLS[1]}"),
            (
                "补编该月工资表，经工人签字确认后报送平台，并上传。",
                "Make the payroll of that month, have the workers sign it, send it to the platform, and upload it.",
            ),
            (
                "建议由劳资专管员每月固定日期编表，考勤与工资表同日核对。",
                ("Have one person make the payroll on a fixed day each month, and compare it with the gates that day."),
            ),
            (
                "项目“{project}”{month}考勤{heads}人，平台上没有该月工资表。",
                (
                    "On project “{project}” {heads} people were at work in {month}, and the platform has "
                    "no payroll of that month."
                ),
            ),
        ),
        "heads_short": Said(
            ("发薪人数少于考勤人数", "Fewer paid than came to work"),
            (
                "项目“{project}”{month}考勤{heads}人，工资表发放{paid}人。",
                "On project “{project}” {heads} people were at work in {month}, and {paid} were paid.",
            ),
            "724 §28",
            REGISTER,
            (
                "逐人核对考勤与工资表，补发漏发人员；访客、送货等非用工人员请列明。",
                "Compare gates and payroll name by name, pay who was left out, and say who was only a visitor.",
            ),
            (
                "建议访客与工人分通道登记，避免人数不符。",
                "Let visitors sign in apart from workers, so that the numbers agree.",
            ),
        ),
        "attendees_unpaid": Said(
            ("部分出勤人员没有工资记录", "People at work without pay on record"),
            (
                "项目“{project}”{month}考勤{heads}人，其中{unpaid}人（{share}%）没有工资记录。",
                (
                    "On project “{project}” {unpaid} of {heads} people at work in {month} ({share}%) "
                    "have no pay on record."
                ),
            ),
            "724 §15, §28",
            (LEDGER[0] + REGISTER[0], f"{LEDGER[1]} {REGISTER[1]}"),
            (
                "列出没有工资记录的人员和原因，应发未发的补发，上传花名册、补发凭证。",
                "List who has no record and why, pay what is due, and upload the roster and the proof of payment.",
            ),
            (
                "建议班组长每周核对花名册，新进场人员当天录入。",
                "Have crew leaders check the roster each week, and enter who is new on the same day.",
            ),
        ),
        "below_minimum": Said(
            ("平均工资低于最低工资标准", "Average pay below the minimum wage"),
            (
                "项目“{project}”{month}工资表{workers}人，折算满月平均{average}，低于最低工资标准{minimum}。",
                (
                    "On project “{project}” the pay of {workers} workers in {month} comes to {average} "
                    "for a full month on average, below the minimum wage of {minimum}."
                ),
            ),
            "423 §26",
            (
                "支付工资低于当地最低工资标准的，责令限期支付差额；逾期不支付的，按差额50%以上100%以下加付赔偿金。",
                (
                    "Who pays less than the minimum wage is ordered to pay the difference; who does not, "
                    "pays 50% to 100% of it on top."
                ),
            ),
            (
                "核对工时和应发数额，补足差额；工资表填错的，更正后重新报送。",
                "Check hours and sums and pay the difference; where the payroll is wrong, send it again.",
            ),
            (
                "预支、借支应当在工资表中单列，不要直接扣减应发数。",
                "Write advances in a column of their own, and do not take them off what is due.",
            ),
        ),
        "sum_implausible": Said(
            ("工资表数额异常", "Sums that are hard to believe"),
            (
                "项目“{project}”工资表中有{workers}人的数额超过{limit}，最高{most}。",
                (
                    "On project “{project}” the payroll gives {workers} workers more than {limit}; the "
                    "largest sum is {most}."
                ),
            ),
            "724 §15",
            LEDGER,
            (
                "核对这些数额；一次补发多月或者代班组领取的，请逐人列明。",
                "Check these sums; where several months or a crew were paid in one, list them person by person.",
            ),
            (
                "工资应当支付给本人，不得由班组长代领。",
                "Wages are paid to the worker, and not to the leader of the crew.",
            ),
        ),
        "leaver_unsettled": Said(
            ("离场人员工资未结清", "Left without being paid off"),
            (
                "项目“{project}”{month}后有{workers}人不再列入工资表，尚有{owed}没有付清的记录。",
                (
                    "On project “{project}” {workers} workers are on no payroll after {month}, and "
                    "{owed} is not on record as paid."
                ),
            ),
            "724 §13-14",
            PAID_ON_TIME,
            (
                "结清离场人员工资，上传结算单和支付凭证。",
                "Pay off who left, and upload the settlement and the proof of payment.",
            ),
            (
                "建议办理退场手续时当场结算、双方签字。",
                "Settle on the day somebody leaves, with both signatures.",
            ),
        ),
    }
)
"""By rule, in the order in which a notice names them."""
