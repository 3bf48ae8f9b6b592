"""What a prevention notice (预防性提示) says: by rule what is missing, what the law says, what to do, a tip; and the
general words by trade. Chinese and English.

Only rules whose figures come from duties, registers and feeds have words here. A rule over complaints has none, nor has
one over promises made in a case, so that no notice can quote it (423 §9; XF §30).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Pair = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True, slots=True)
class Said:
    """The words for one rule. `vague` stands for `missing` where a day rests on holidays that "
    "nobody has published."""

    about: Pair
    missing: Pair
    source: str
    law: Pair
    act: Pair
    tip: Pair
    vague: Pair | None = None


PAID_ON_TIME = (
    "工资应当以货币形式，按照约定的周期和日期足额支付；支付日遇节假日或者休息日的，提前支付。",
    (
        "Wages are paid in money, in full, in the agreed cycle and on the agreed day; before it where it "
        "is a day of rest."
    ),
)
PAY_NOW = (
    "付清所列工资，上传银行代发回单或者本人签收的工资表。",
    "Pay what is open, and upload the bank's slips or the payroll with each worker's signature.",
)
LEDGER = (
    "用人单位应当编制书面工资支付台账，至少保存三年，写明支付周期、日期、姓名、应发项目、扣减项目、实发数额和银行凭证或者签字。",
    (
        "An employer keeps a written payroll ledger for at least three years: cycle, day, name, items "
        "due, deductions, net sum, and the bank's voucher or a signature."
    ),
)
PAYROLLS = (
    "施工总承包单位根据分包单位编制、工人签字的月度工资支付表代发工资。",
    ("The general contractor pays on behalf of the subcontractors from monthly payrolls that the workers have signed."),
)
ACCOUNT = (
    "建设单位应当按约定把人工费用及时足额拨付至工资专用账户，周期不超过一个月；未按约定拨付的，开户银行应当报告。",
    (
        "The owner pays the labour cost into the special account in full and in time, at most a month "
        "apart; the bank tells when that does not happen."
    ),
)
REGISTER = (
    "工人进场前应当订立劳动合同并实名登记；未实名登记的不得进场；台账保存至工程完工且工资结清后至少三年。",
    (
        "Workers have a contract and stand in the real-name register before they enter the site; the "
        "ledger is kept for three years after all is finished and paid."
    ),
)
ACCOUNT_NOW = (
    "与建设单位核对拨付计划，补足人工费用，上传专用账户流水。",
    "Clear the payments with the owner, have the labour cost paid in, and upload the statement of the account.",
)
ACCOUNT_TIP = (
    "建议把人工费拨付日定在发薪日前五个工作日以上，并与银行约定到账提醒。",
    (
        "Agree on a day of payment at least five working days before pay day, and have the bank tell you "
        "of each payment."
    ),
)
SEND = (
    "按月在平台报送该项数据；已经报送的，请上传报送回执并说明原因。",
    "Send these data to the platform each month; where you have, upload its receipt and say what happened.",
)

_ALL = (
    ("按时足额支付", "Pay in full and on time", "724 §13-14", PAID_ON_TIME),
    ("编制并保存工资台账", "Keep the payroll ledger", "724 §15", LEDGER),
)
_SITES = (
    ("实名登记", "Real-name register", "724 §28", REGISTER),
    ("专用账户和人工费用", "Special account and labour cost", "724 §24, §26-27", ACCOUNT),
    ("总包代发", "Payment by the general contractor", "724 §31", PAYROLLS),
)
DUTIES: Mapping[str, tuple[tuple[str, str, str, Pair], ...]] = MappingProxyType(
    {"construction": (*_SITES, *_ALL), "industry": _ALL, "services": _ALL, "other": _ALL}
)
"""By trade what every employer of it owes: heading in Chinese and English, article, what it says."""

TRADES: Mapping[str, Pair] = MappingProxyType(
    {
        "construction": ("工程建设", "construction"),
        "industry": ("生产加工", "manufacturing"),
        "services": ("餐饮、零售、家政等服务业", "catering, retail and services"),
        "other": ("其他行业", "other trades"),
    }
)
TRADE_TIPS: Mapping[str, Pair] = MappingProxyType(
    {
        "construction": (
            "年底前三个月逐项目核对人工费、工资表、专用账户余额，节前结清。",
            (
                "In the last three months of the year compare labour cost, payrolls and accounts site by "
                "site, and have all paid before the holidays."
            ),
        ),
        "industry": (
            "订单减少、计划停产或者搬迁前，先安排工资结算。",
            "Before you take fewer orders, stop or move, see that wages are settled.",
        ),
        "services": (
            "闭店、转让前结清工资；临时、兼职人员同样造册发薪。",
            "Before you close or sell, pay wages; part-time and casual staff stand on the payroll too.",
        ),
        "other": (
            "把工资列入每月第一笔支出，发薪日前核对资金。",
            "Make wages the first payment of each month, and look at the money before pay day.",
        ),
    }
)
LEAD: Mapping[bool, Pair] = MappingProxyType(
    {
        True: (
            "根据工资支付监管平台和有关登记、报送数据，贵单位有以下情况需要核实。本提示用于预防，不是处罚，也不表示已经认定违法。",
            (
                "By the data of the wage-payment platform and of registers, the following of your firm "
                "needs a look. This is to prevent: it is no penalty, and nothing has been found against you."
            ),
        ),
        False: (
            "本提示面向本辖区{trade}用人单位，提醒依法支付工资的常规要求。本提示用于预防，不是处罚，也不表示贵单位存在违法行为。",
            (
                "This notice goes to employers of our district in {trade} and recalls what everybody who "
                "pays wages owes. It is to prevent: it is no penalty, and says nothing against your firm."
            ),
        ),
    }
)
UNTIL: Mapping[bool, Pair] = MappingProxyType(
    {
        True: (
            "请于{day}前自查、补正，并通过所附链接说明情况、上传证明材料。",
            "Please look into this, put it right by {day}, and answer with your proof through the link.",
        ),
        False: (
            "请于{day}前对照自查，并通过所附链接说明自查结果，可以上传工资支付凭证。",
            (
                "Please check yourself against this by {day}, and say through the link what you found; "
                "proof of payment may be sent along."
            ),
        ),
    }
)
CLOSING: Pair = (
    "已经解决的，说明解决日期并上传凭证即可。逾期没有回复的，监察员可能上门核实。",
    ("Where it is settled already, say since when and send the proof. Without an answer inspectors may come to look."),
)
