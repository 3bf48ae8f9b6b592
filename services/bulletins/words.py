"""The words of the bulletin in Chinese and in English: it is one sheet, whoever opens it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.bulletins import Kind, Subject
from casework.rising import FELL, LESS, NOT_LESS

LANGUAGES = ("zh_CN", "en")
Both = tuple[str, str]
SUBJECTS: Mapping[Subject, Both] = MappingProxyType(
    {
        Subject.TOWN: ("镇街", "Town"),
        Subject.TRADE: ("行业", "Trade"),
        Subject.SITE: ("工地", "Site"),
        Subject.CHAIN: ("总包链条", "Chain"),
    }
)
UNITS: Mapping[Subject, Both] = MappingProxyType(
    {
        Subject.TOWN: ("件", "cases"),
        Subject.TRADE: ("件", "cases"),
        Subject.SITE: ("件次", "compl."),
        Subject.CHAIN: ("件次", "compl."),
    }
)
BECAME: Mapping[str, Both] = MappingProxyType(
    {FELL: ("明显下降", "fell clearly"), LESS: ("略降", "slightly less"), NOT_LESS: ("未下降", "not less")}
)
TITLES: Mapping[Kind, Both] = MappingProxyType(
    {
        Kind.WEEKLY: ("欠薪苗头周报（未诉先办）", "Weekly bulletin of wage-arrears hot spots"),
        Kind.MONTHLY: ("欠薪苗头月报（未诉先办）", "Monthly bulletin of wage-arrears hot spots"),
    }
)
WHY: Mapping[str, Both] = MappingProxyType(
    {
        "gaps": ("{missing} 个渠道日缺少拉取凭证", "{missing} channel-days lack their pull certificate"),
        "open": ("本月尚未锁定", "the month is not locked"),
    }
)
_SUM_ZH = (
    "本期新增案件 {cases} 件（{before_head} {cases_before}，往年同期 {cases_earlier}），收到线索 {complaints} 件次"
    "（{before_head} {complaints_before}，往年同期 {complaints_earlier}）。"
)
_SUM_EN = (
    "{cases} cases opened (mean before {cases_before}, same time of earlier years {cases_earlier}); "
    "{complaints} complaints received ({complaints_before}, {complaints_earlier})."
)
WORDS: Mapping[str, Both] = MappingProxyType(
    {
        "draft": ("草稿，未经负责人签发", "DRAFT, not issued by a head"),
        "final": ("正式：数据齐全", "Final: the figures are complete"),
        "provisional": ("暂定：{why}", "Provisional: {why}"),
        "inside": ("内部资料，不得外传", "For the office only"),
        "replaces": ("更正并代替 {number}", "restates {number}"),
        "counted": ("统计于 {day}", "counted on {day}"),
        "list": ("类别", "List"),
        "name": ("名称", "Name"),
        "now": ("本期", "Now"),
        "before_weekly": ("前 8 周周均", "Mean of 8 weeks before"),
        "before_monthly": ("前 3 月月均", "Mean of 3 months before"),
        "earlier": ("往年同期均值", "Same time, earlier years"),
        "at_least": ("至少为平常的", "At least, of usual"),
        "times": ("{times} 倍", "×{times}"),
        "nothing": ("没有达到上升标准的{list}", "None rises by the rule below"),
        "of": ("{list}（共{count}）", "{list} (of {count})"),
        "no_year": ("无往年数据", "none stored"),
        "no_before": ("无此前数据", "none stored"),
        "most": (
            "此前没有可比的数据，无从判断是否上升；下面列出本期较多的。",
            "Nothing earlier is stored to compare with, so what rises is not known; listed is what came most.",
        ),
        "few": ("没有达到列示数的{list}", "None reaches the number below"),
        "sum": (_SUM_ZH, _SUM_EN),
        "rising": ("按下列口径，{count} 处明显上升。", "By the definitions below {count} rise."),
        "none_rising": ("按下列口径，没有明显上升的。", "By the definitions below nothing rises."),
        "chart": ("各期新增案件（件）", "Cases opened, by {unit}"),
        "bars": ("本年", "This year"),
        "line": ("往年同期均值", "Same time, earlier years"),
        "last": ("上期（{number}，{period}）所列各处办理情况", "What was done about the last one ({number}, {period})"),
        "no_last": ("此前没有已签发的同类通报。", "No bulletin of this kind was issued before."),
        "last_empty": (
            "上期（{number}，{period}）没有列出上升处。",
            "The last one ({number}, {period}) named nothing.",
        ),
        "was_now": ("上期→本期", "Then → now"),
        "became": ("变化", "Change"),
        "concluded": ("案件已办结", "Cases concluded"),
        "visits": ("上门走访", "Visits"),
        "warnings": ("预警已处置", "Warnings acted on"),
        "notices": ("提示发出/回复", "Notices sent / answered"),
        "unnamed_town": ("未说明镇街", "town not told"),
        "unnamed_site": ("某工地（名称不予列明）", "a site (name not printed)"),
        "unnamed_chain": ("某总包（名称不予列明）", "a contractor (name not printed)"),
        "defined": ("口径", "Definitions"),
    }
)
_DEFINED_ZH = (
    "镇街、行业按新增案件（件），工地、总包链条按收到线索（件次），与统计报表同一口径（{version} 版）；行业除工程建设外"
    "按用人单位名称所含行业词归类；总包链条为施工总承包单位及其在建项目上的各分包单位，跨多个总包的不计。{before}{earlier}"
    "上升：本期不少于 {least}，且与前期、往年同期各比一次，泊松率之比的 95% 精确区间下限均大于 1；“至少”为其中较小的"
    "下限。工地、链条另须有不少于 {people} 名不同反映人。{small}办理情况：上期所涉案件截至本期末已办结数，上期末至"
    "本期末对有关案件和单位的走访、已处置的预警、发出的预防性提示及已回复数；“明显下降”按同一区间判断。"
)
_DEFINED_EN = (
    "Towns and trades: cases opened; sites and chains: complaints received (compl.); as the statistics count them "
    "(version {version}). Trade: construction by its sector, else by the word in the employer's name. Chain: a general "
    "contractor with all firms on its projects; a firm under several is left out. {before}{earlier}Rising: at least "
    "{least} now, and the lower end of the exact 95% interval of the ratio of two Poisson rates above 1 against both; "
    "'at least' is the smaller end. A site or chain is named only where {people} or more people told of it. {small}"
    "Done: of the cases counted then those concluded by the end of this period; visits, warnings acted on, and "
    "prevention notices sent and answered since, at the same cases and employers; 'fell clearly' by the same interval."
)
DEFINED: Both = (_DEFINED_ZH, _DEFINED_EN)
OF_WEEKS: Both = ("前期为本期之前 8 周。", "Before: the 8 weeks before. ")
OF_MONTHS: Both = ("前期为本期之前 3 个月。", "Before: the 3 months before. ")
OF_DAYS: Both = (
    "前期为本期之前有数据的 {days} 天，按同样长度折算。",
    "Before: the {days} days before of which anything is stored. ",
)
NO_BEFORE: Both = (
    "库中没有本期之前的数据，不作比较。",
    "Nothing before this period is stored: it is compared with nothing. ",
)
YEARS_OF_WEEKS: Both = (
    "往年同期为 {years} 年同一周及其前后各一周的均值（春节日期移动，节前数周请谨慎对照）。",
    "Earlier years: the same week in {years} with the one before and after (the Spring Festival moves). ",
)
YEARS_OF_MONTHS: Both = (
    "往年同期为 {years} 年同月（春节日期移动，节前请谨慎对照）。",
    "Earlier years: the same month in {years} (the Spring Festival moves). ",
)
NO_YEARS: Both = (
    "库中没有完整的往年同期数据，只与前期相比，季节性变化未能排除。",
    "No earlier year is stored whole: only the time before is compared, and a season is not told from a rise. ",
)
SMALL: Both = ("合计不足 {people} 的不列实数。", "Sums under {people} are not told. ")


def said(both: Both, language: str, **values: object) -> str:
    """One of the two, with its values."""
    return both[LANGUAGES.index(language)].format(**values)
