"""What a prevention notice says of accounts, registers, reports and dues, by rule: see `casework.prevention_words`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.prevention_words import ACCOUNT, ACCOUNT_NOW, ACCOUNT_TIP, LEDGER, PAYROLLS, REGISTER, SEND, Pair, Said

SITES: Mapping[str, Said] = MappingProxyType(
    {
        "account_unfed": Said(
            ("工资专用账户长期未拨付", "Nothing paid into the special account"),
            (
                "项目“{project}”工资专用账户自{since}起{days}日没有人工费用拨付，余额{balance}。",
                (
                    "Nothing was paid into the special account of project “{project}” since {since}, for "
                    "{days} days; it holds {balance}."
                ),
            ),
            "724 §24, §27, §29",
            ACCOUNT,
            ACCOUNT_NOW,
            ACCOUNT_TIP,
        ),
        "account_short": Said(
            ("人工费用拨付不足", "Special account short"),
            (
                "项目“{project}”{month}应拨付人工费用{agreed}，实际拨付{paid_in}（{share}%）。",
                (
                    "In {month} the special account of project “{project}” got {paid_in} of the agreed "
                    "{agreed} ({share}%)."
                ),
            ),
            "724 §27",
            ACCOUNT,
            ACCOUNT_NOW,
            ACCOUNT_TIP,
        ),
        "deposit_missing": Said(
            ("未存储工资保证金", "No wage deposit"),
            (
                "项目“{project}”于{started_on}开工，登记显示工资保证金应于{due_on}前存储，至今没有存储记录。",
                (
                    "Project “{project}” began on {started_on}; by the register its wage deposit was due "
                    "by {due_on} and is not there."
                ),
            ),
            "724 §32",
            (
                "施工总承包单位应当按规定存储工资保证金，专项用于支付所承包工程的工资；可以用金融机构保函替代。",
                (
                    "The general contractor pays in a wage deposit, which is for the wages of this "
                    "project alone; a bank's guarantee may stand for it."
                ),
            ),
            (
                "办理存储或者提交保函，上传凭证；依法减免的，请上传依据。",
                ("Pay the deposit in or hand in a guarantee, and upload the proof; where you are exempt, the reason."),
            ),
            (
                "可以向银行、保险机构办理保函，减少资金占用。",
                "A guarantee of a bank or an insurer ties up less money.",
            ),
            (
                "项目“{project}”于{started_on}开工，登记显示至今没有工资保证金存储记录。",
                "Project “{project}” began on {started_on}; by the register its wage deposit is not there.",
            ),
        ),
        "crew_on_two_sites": Said(
            ("同一人员列入多个项目工资表", "The same people on several payrolls"),
            (
                "{month}有{workers}人同时列入{projects}个项目的工资表，其中一人合计{most_days}日。",
                (
                    "In {month} {workers} workers stand on the payrolls of {projects} projects at once; "
                    "one of them with {most_days} days."
                ),
            ),
            "724 §28",
            REGISTER,
            (
                "核对各项目花名册和出勤，说明调动情况，更正重复记录。",
                ("Compare the rosters and the days of each project, say who was moved when, and mend what is double."),
            ),
            (
                "人员调动当天办理退场和进场登记。",
                "Sign workers out of one site and into the other on the same day.",
            ),
        ),
        "no_data": Said(
            ("未按月报送数据", "Nothing reported"),
            (
                "项目“{project}”自{since}起{days}日没有收到{what}。",
                "Of project “{project}” no {what} came since {since}, for {days} days.",
            ),
            "724 §28, §31",
            (REGISTER[0] + PAYROLLS[0], f"{REGISTER[1]} {PAYROLLS[1]}"),
            SEND,
            (
                "停工、完工的项目请在平台办理状态变更。",
                "Where the site stands still or is finished, change its state on the platform.",
            ),
        ),
        "payroll_late": Said(
            ("工资表报送迟延", "Payroll reported late"),
            (
                "项目“{project}”{month}工资表应于{due_on}前报送，迟报{days}日。",
                "The payroll of {month} of project “{project}”, due on {due_on}, was reported {days} days late.",
            ),
            "724 §31",
            PAYROLLS,
            SEND,
            (
                "建议指定专人报送，并设置两名备岗。",
                "Name one person who reports, and two who stand in.",
            ),
        ),
        "payroll_rewritten": Said(
            ("工资表事后改动", "Payroll rewritten afterwards"),
            (
                (
                    "项目“{project}”{month}工资表在支付日后改动{times}次，由{workers_before}人{before}改为{workers_after}人"
                    "{after}。"
                ),
                (
                    "The payroll of {month} of project “{project}” was rewritten {times} times after pay was due: "
                    "{workers_before} workers and {before} became {workers_after} workers and {after}."
                ),
            ),
            "724 §15; 423 §30(二)",
            (
                LEDGER[0] + "不按要求报送书面材料、隐瞒事实真相或者出具伪证的，责令改正，处二千元以上二万元以下罚款。",
                LEDGER[1] + " Who holds papers back or hands in false ones is fined 2,000 to 20,000 yuan.",
            ),
            (
                "说明改动原因，上传改动前后经工人签字的工资表。",
                ("Say why it was changed, and upload the payroll before and after, each with the workers' signatures."),
            ),
            (
                "更正工资表应当另附说明并由工人重新签字。",
                "A payroll is mended with a note beside it, and signed by the workers anew.",
            ),
        ),
        "insurance_arrears": Said(
            ("社会保险费欠缴", "Social insurance in arrears"),
            (
                "截至{as_of}，征收机构登记贵单位欠缴社会保险费{months}个月、{owed}。",
                ("On {as_of} the collecting body had {months} months of social insurance on record as unpaid: {owed}."),
            ),
            "724 §38 para 2",
            (
                "有关部门对用人单位的经营状况进行监测，及时发现和处置欠薪隐患。",
                "The authorities watch how firms stand, so that wages are not the next to be unpaid.",
            ),
            (
                "说明欠缴原因和近三个月工资支付情况，上传工资支付凭证。",
                "Say why it is unpaid and how wages were paid in the last three months, and upload the proof.",
            ),
            (
                "经营困难时优先保障工资；可以依法申请缓缴。",
                "In hard times wages come first; you may ask for time to pay the rest.",
            ),
        ),
        "utility_arrears": Said(
            ("水电气费欠缴", "Water, power or gas in arrears"),
            (
                "截至{as_of}，供应单位登记贵单位欠缴水电气费{months}个月、{owed}。",
                "On {as_of} the supplier had {months} months of water, power or gas on record as unpaid: {owed}.",
            ),
            "724 §38 para 2",
            (
                "有关部门对用人单位的经营状况进行监测，及时发现和处置欠薪隐患。",
                "The authorities watch how firms stand, so that wages are not the next to be unpaid.",
            ),
            (
                "说明欠缴原因和近三个月工资支付情况，上传工资支付凭证。",
                "Say why it is unpaid and how wages were paid in the last three months, and upload the proof.",
            ),
            (
                "停产、搬迁前先结清工资，并提前告诉我们。",
                "Pay wages before you stop or move, and tell us before.",
            ),
        ),
    }
)
"""By rule, in the order in which a notice names them."""

WHAT: Mapping[str, Pair] = MappingProxyType(
    {
        "anything": ("任何数据", "data at all"),
        "account": ("专用账户数据", "data of the special account"),
        "payroll": ("工资表", "payroll"),
        "attendance": ("考勤数据", "attendance"),
    }
)
"""What `no_data` has not heard."""
