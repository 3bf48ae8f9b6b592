"""The figures of a month: what each counts, in which unit, and the traps of counting it (统计口径)."""

from __future__ import annotations

from dataclasses import dataclass

VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its title and unit in Chinese and English, and what it counts."""

    name: str
    zh: str
    en: str
    unit: str
    says_zh: str
    says_en: str


FEN = "元 yuan"
"""The unit of sums: stored in fen, shown in yuan."""

FIGURES: tuple[Figure, ...] = (
    Figure(
        "received",
        "收到线索",
        "complaints received",
        "件次",
        "本月各渠道收到的线索，每条只计入其渠道；各渠道之和等于合计",
        "complaints heard in the month; each counts in its own channel",
    ),
    Figure(
        "duplicates",
        "归并重复线索",
        "duplicates merged",
        "件次",
        "收到线索中并入已有案件的部分",
        "received complaints that are not the first of their case",
    ),
    Figure(
        "unlinked", "待归并线索", "not linked yet", "件次", "尚未归入案件的线索", "received complaints in no case yet"
    ),
    Figure(
        "cases_opened",
        "新增案件",
        "cases opened",
        "件",
        "收到线索 − 归并重复线索 − 待归并线索；一个归并后的案件计一件",
        "received − duplicates − not linked yet; a merged case is one case",
    ),
    Figure(
        "pending_start",
        "月初未办结",
        "pending at the start",
        "件",
        "月初以前收到且尚未办结的案件",
        "opened and not concluded before",
    ),
    Figure(
        "pending_end",
        "月末未办结",
        "pending at the end",
        "件",
        "月初未办结 + 新增案件 − 办结案件",
        "pending at the start + opened − concluded",
    ),
    Figure(
        "dispatched",
        "派发案件",
        "cases dispatched",
        "件",
        "本月首次派发且未撤回的案件",
        "first dispatched in the month, not recalled",
    ),
    Figure(
        "filed", "受理立案", "accepted and filed", "件", "受理之日即立案之日", "acceptance is the filing, on one day"
    ),
    Figure(
        "concluded",
        "办结案件",
        "cases concluded",
        "件",
        "本月办理结果经批准，或者不予受理、转办、直接答复的案件；办结不是结案",
        "outcome approved in the month, declined, or its only complaint redirected or answered",
    ),
    Figure(
        "declined", "不予受理", "declined", "件", "办结案件中不予受理的", "of the concluded those that were declined"
    ),
    Figure("closed", "结案", "cases closed", "件", "本月结案审批通过的案件", "closing approved in the month"),
    Figure(
        "workers_concerned",
        "涉及人数",
        "workers concerned",
        "人",
        "新增案件涉及人数，同一劳动者在一案中只计一次",
        "over cases opened; one worker counts once in a case",
    ),
    Figure(
        "amount_claimed",
        "诉求金额",
        "amount claimed",
        FEN,
        "新增案件的诉求金额；未说明的不计",
        "over cases opened that name a sum",
    ),
    Figure(
        "amount_unsaid",
        "未说明金额的案件",
        "cases naming no sum",
        "件",
        "新增案件中未说明金额的",
        "cases opened that name no sum",
    ),
    Figure("amount_verified", "核实金额", "amount verified", FEN, "办结案件的核实金额", "over cases concluded"),
    Figure(
        "amount_paid",
        "追回工资",
        "amount paid",
        FEN,
        "本月有支付凭证的补发，不含承诺",
        "proven payments of the month; no promises",
    ),
    Figure(
        "workers_paid",
        "补发人次",
        "workers paid",
        "人次",
        "本月补发的人次",
        "person-times of the payments of the month",
    ),
    Figure(
        "exempted",
        "不予行政处罚",
        "exempted",
        "件",
        "仅限行政处罚法第三十三条三种情形；不含责令改正、撤销立案、从轻减轻和不能成立",
        "APL §33 only: not correction only, withdrawal, lighter penalty or not established",
    ),
    Figure(
        "amount_exempted",
        "免罚金额",
        "penalty waived",
        FEN,
        "不予行政处罚案件对应的免罚金额",
        "over the exempted cases",
    ),
    Figure("fined", "罚款案件", "cases fined", "件", "本月办结并罚款，未被撤销", "concluded with a fine that stands"),
    Figure("amount_fined", "罚款金额", "fines", FEN, "上缴国库，不是工资；经变更的按变更后", "as they stand; no wages"),
    Figure("visits", "走访", "visits to employers", "户次", "走访次数；户次不是户", "visits, not employers"),
    Figure("problems_found", "发现问题", "problems found", "个", "走访发现的规范用工问题", "found on visits"),
    Figure("problems_corrected", "整改问题", "problems corrected", "个", "其中已整改的", "of these corrected"),
    Figure("documents", "下达文书", "documents issued", "份", "本月编号的文书", "numbered in the month"),
    Figure(
        "clocks_met",
        "到点办理时限",
        "deadlines met or late",
        "个",
        "本月办完的时限，含超期办完的",
        "duties done in the month, late ones too",
    ),
    Figure(
        "clocks_on_time",
        "按期办理时限",
        "deadlines on time",
        "个",
        "其中按期的；经批准延期的算按期",
        "of these on time; approved extensions count",
    ),
    Figure(
        "clocks_extended",
        "批准延期",
        "deadlines extended",
        "个",
        "本月批准的延期，单独列出",
        "extensions approved in the month, told apart",
    ),
    Figure(
        "clocks_overdue",
        "月末超期",
        "overdue at the end",
        "个",
        "月末仍未办且已超期的时限；暂定日期不计",
        "not done and past due at the end; provisional days never",
    ),
    Figure("asked", "回访", "called back", "件次", "本月回访的线索", "complainants asked in the month"),
    Figure("answered", "有效回访", "answered", "件次", "满意率、解决率的分母", "below the line of the two rates"),
    Figure("solved", "已解决", "solved", "件次", "有效回访中表示已解决的", "of these solved"),
    Figure("satisfied", "满意", "satisfied", "件次", "有效回访中表示满意的", "of these satisfied"),
)

BY_NAME = {figure.name: figure for figure in FIGURES}

MARKS: tuple[Figure, ...] = (
    Figure(
        "red",
        "红牌",
        "red marks",
        "件",
        "今日有期限已超期的在办案件，一案多个期限超期计一件；已并入、暂定日期、中止和仅供参考的期限不计",
        "cases with a running deadline that is past today, each once; not merged ones, provisional or suspended days",
    ),
    Figure(
        "yellow",
        "黄牌",
        "yellow marks",
        "件",
        "今日有期限将在设定天数（clock.due_soon.days）内届满的案件；不计的同红牌，一案可同时有红牌和黄牌",
        "cases with a running deadline that ends within the days of clock.due_soon.days; left out as for the red mark",
    ),
    Figure(
        "reached",
        "办理进度",
        "progress",
        "件",
        "时段内新增案件中，截至现在已办到或者办过该步骤的；未经派发即不予受理或答复的，计到其终结的步骤",
        "of the cases opened in the period those whose work has got at least as far as the step by now",
    ),
)
"""Numbers of the dashboard that are of today, and of no month."""


@dataclass(frozen=True, slots=True)
class Side:
    """One way the figures are broken down, and where a case or complaint counts in it."""

    name: str
    zh: str
    en: str
    says_zh: str
    says_en: str


SIDES: tuple[Side, ...] = (
    Side(
        "channel",
        "按渠道",
        "by channel",
        "线索按收到它的渠道；案件按主线索的渠道",
        "a complaint by the channel that heard it, a case by that of its main complaint",
    ),
    Side(
        "nature",
        "按性质",
        "by nature",
        "线索按自身的性质；案件按归并后的性质",
        "a complaint by its own nature, a case by that of its claims together",
    ),
    Side(
        "outcome",
        "按办理结果",
        "by outcome",
        "案件最近一次经批准的办理结果；线索随其案件",
        "the last approved outcome of the case; a complaint goes with its case",
    ),
    Side(
        "town",
        "按属地",
        "by town",
        "用工所在地的镇街；只知道区市的、未说明地点的各列一行；线索随其案件",
        "the street or town of the place of work; where the county alone is known, or no place, a row of its own",
    ),
    Side(
        "lead",
        "按监察员",
        "by inspector",
        "现在主办或者办结时主办该案的监察员，改派后全部数字随案转给新的主办人；未派发的列“未指定”",
        "who leads the case, or led it when it ended; after a reassignment all its figures go along",
    ),
)
"""The same cells, five ways: the rows of each add up to the same total."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate: figures above and below the line."""

    name: str
    zh: str
    en: str
    above: tuple[str, ...]
    below: tuple[str, ...]


RATES: tuple[Rate, ...] = (
    Rate("closing_rate", "办结率", "conclusion rate", ("concluded",), ("pending_start", "cases_opened")),
    Rate("on_time_rate", "按期率", "on-time rate", ("clocks_on_time",), ("clocks_met",)),
    Rate("response_rate", "有效回访率", "response rate", ("answered",), ("asked",)),
    Rate("satisfaction_rate", "满意率", "satisfaction rate", ("satisfied",), ("answered",)),
    Rate("solved_rate", "解决率", "solved rate", ("solved",), ("answered",)),
)
