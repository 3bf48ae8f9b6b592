"""What the codes are called on papers, in answers and in workbooks: Chinese first, English beside it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.complaint import Nature, Sector
from casework.leniency import Exit

EXIT_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Exit.CORRECTION_ONLY: ("责令改正", "correction only"),
        Exit.FILING_WITHDRAWN: ("撤销立案", "filing withdrawn"),
        Exit.EXEMPT_NO_HARM: ("不予行政处罚（没有危害后果）", "no penalty: no harm"),
        Exit.EXEMPT_FIRST_OFFENCE: ("不予行政处罚（首违不罚）", "no penalty: first minor offence"),
        Exit.EXEMPT_NO_FAULT: ("不予行政处罚（无主观过错）", "no penalty: no fault"),
        Exit.LIGHTER_PENALTY: ("从轻或者减轻处罚", "lighter penalty"),
        Exit.PENALTY: ("行政处罚", "penalty"),
        Exit.HANDLING: ("行政处理", "handling decision"),
        Exit.TRANSFERRED_TO_POLICE: ("移送公安", "transferred to the police"),
        Exit.NOT_ESTABLISHED: ("违法事实不能成立", "not established"),
    }
)

GROUND_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "outside_inspection": ("不属于劳动保障监察范围", "outside labour inspection"),
        "employer_unclear": ("经补正仍无法确定用人单位", "the employer stays unclear after supplement"),
        "already_filed": ("同一请求已立案调查", "the same request is already filed"),
        "older_than_two_years": ("超过二年", "older than two years"),
        "in_arbitration_or_court": ("已进入仲裁或者诉讼", "in arbitration or court"),
        "other_legal_reason": ("其他法定情形", "other legal reason"),
    }
)

LISTING_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "criminal_figure": "拖欠农民工工资数额达到认定拒不支付劳动报酬罪的数额标准",
        "group_incident": "因拖欠农民工工资引发群体性事件或者极端事件，造成严重不良社会影响",
    }
)
"""The grounds of the joint-sanction list (R45 §5), as papers say them."""

SECTOR_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Sector.CONSTRUCTION: ("工程建设领域", "construction"),
        Sector.OTHER: ("其他领域", "not construction"),
        Sector.UNKNOWN: ("领域未说明", "sector not said"),
    }
)

NATURE_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        Nature.ARREARS_RURAL: ("拖欠农民工工资", "arrears of rural workers"),
        Nature.ARREARS: ("拖欠工资", "wage arrears"),
        Nature.DEDUCTION: ("克扣工资", "unlawful deduction"),
        Nature.BELOW_MINIMUM: ("低于最低工资", "below minimum wage"),
        Nature.OVERTIME: ("加班费", "overtime pay"),
        Nature.SEVERANCE: ("经济补偿", "severance"),
        Nature.NO_CONTRACT: ("未订合同", "no written contract"),
        Nature.SOCIAL_INSURANCE: ("社会保险", "social insurance"),
        Nature.HOURS_AND_LEAVE: ("工作时间休假", "hours and leave"),
        Nature.PROTECTED_WORKERS: ("女职工未成年工", "protected workers"),
        Nature.CHILD_LABOUR: ("童工", "child labour"),
        Nature.WITHHELD_PAPERS: ("扣押证件收取财物", "withheld papers or deposits"),
        Nature.LABOUR_DISPATCH: ("劳务派遣", "labour dispatch"),
        Nature.OTHER: ("其他", "other"),
    }
)

CHANNEL_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "hotline_12345": ("12345热线", "12345 citizens' hotline"),
        "national_clue": ("全国根治欠薪线索反映平台", "National Wage-Arrears Reporting Platform"),
        "petition": ("信访", "petitions"),
        "message_board": ("领导留言板", "leaders' message board"),
        "wage_monitor": ("工资支付监管平台", "wage-payment supervision platform"),
        "mailbox": ("投诉邮箱", "mailbox"),
        "self_report": ("劳动者自助反映", "workers' own page"),
        "walk_in": ("来访登记", "service window"),
    }
)

BODY_TITLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "housing": ("住房和城乡建设", "housing and construction"),
        "transport": ("交通运输", "transport"),
        "water": ("水利", "water"),
        "police": ("公安", "police"),
        "finance": ("财政", "finance"),
        "development": ("发展改革", "development and reform"),
        "audit_office": ("审计部门", "audit office"),
        "legal_aid": ("法律援助", "legal aid"),
        "market_supervision": ("市场监管", "market supervision"),
        "arbitration": ("劳动仲裁", "labour arbitration"),
        "court": ("法院", "court"),
        "petition_office": ("信访部门", "petitions office"),
        "tax": ("税务", "tax"),
        "social_insurance": ("社保经办机构", "social insurance agency"),
        "other_district": ("其他区市", "another district"),
    }
)
