"""The figures of what came, what waits and what was concluded (线索、案件)."""

from __future__ import annotations

from warehouse.statistics.figure import FEN, Figure

PROGRESS = (
    ("dispatched", "已派发", "dispatched"),
    ("in_progress", "办理中", "being worked on"),
    ("concluded", "已办结", "concluded"),
    ("closed", "已结案", "closed"),
)
"""办理进度: the steps of the work after a case was opened; each counts those that went further as well."""

FLOW: tuple[Figure, ...] = (
    Figure(
        "received",
        "收到线索",
        "complaints received",
        "件次",
        "本月各渠道收到的线索，每条只计入其渠道；各渠道之和等于合计",
        "complaints heard in the month; each counts in its own channel",
    ),
    Figure(
        "through_platform",
        "平台线索",
        "complaints through a platform",
        "件次",
        "收到线索中由各对接平台送来的；来访登记的不计",
        "of the complaints received those a connected platform sent; not those heard at the service window",
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
    Figure(
        "complaints_declined",
        "不予受理线索",
        "complaints declined",
        "件次",
        "本月不予受理的线索，按法定理由分列；撤回的不计，一案多条线索各计",
        "complaints declined in the month, by statutory ground; not where that was taken back; each one of a case",
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
        "workers_migrant",
        "其中农民工",
        "of these migrant workers",
        "人",
        "涉及人数中，案件性质为拖欠农民工工资的；个人身份没有登记",
        "of the workers concerned those in cases of arrears of migrant workers; of a person nothing is on record",
    ),
    Figure(
        "workers_unstated",
        "未注明农民工",
        "not stated to be migrant workers",
        "人",
        "涉及人数 − 其中农民工；包括没有说明的，不等于不是农民工",
        "workers concerned − migrant workers; not stated is not the same as not",
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
    *(
        Figure(
            f"progress_{step}",
            f"办理进度：{zh}",
            f"progress: {en}",
            "件",
            f"新增案件中，截至月末（未结束的月份截至现在）已办到或者办过“{zh}”的",
            f"of the cases opened those whose work had got at least as far as {en} by the end of the month, or by now",
        )
        for step, zh, en in PROGRESS
    ),
    Figure("amount_verified", "核实金额", "amount verified", FEN, "办结案件的核实金额", "over cases concluded"),
)
