"""The figures of the stopwatch (用时): what each measures, in which unit, over which cases, and what it leaves out.

They are medians, which add up to no total: so they stand beside the cells of a month and not among them.
"""

from __future__ import annotations

from warehouse.statistics.definitions import Figure

MINUTES, HOURS, PERCENT = "分钟 minutes", "小时 hours", "% %"

TIMES: tuple[Figure, ...] = (
    Figure(
        "minutes_to_empty",
        "派完用时",
        "login to empty queue",
        MINUTES,
        "从当日首次登录到案件池首次派完，实际操作的分钟数（中位数）；停顿按 stopwatch.pause.minutes 封顶，办其他事不计",
        "median minutes worked from the day's first login until the queue was first empty; pauses are cut at"
        " stopwatch.pause.minutes, other work counts nothing",
    ),
    Figure(
        "minutes_per_case",
        "每案用时",
        "minutes per case dispatched",
        MINUTES,
        "同一时段的操作分钟数 ÷ 派出且未撤回的案件数（各早晨的中位数）",
        "of the same mornings, minutes worked over cases sent and not recalled; median over mornings",
    ),
    Figure(
        "minutes_per_complaint",
        "每条线索用时",
        "minutes per complaint dispatched",
        MINUTES,
        "同一时段的操作分钟数 ÷ 所派案件中的线索数（各早晨的中位数）；与手工用时比较的就是这一项",
        "of the same mornings, minutes worked over the complaints in the cases sent; held up to the time by hand",
    ),
    Figure(
        "hours_to_dispatch",
        "派发历时",
        "intake to dispatch",
        HOURS,
        "从案件最早一条线索到达本系统到案件首次派发（未撤回）的小时数（中位数），按时段内首次派发的案件",
        "median hours from the first arrival of a case's complaints here to its first dispatch not recalled; over"
        " cases first dispatched in the span",
    ),
    Figure(
        "working_hours_to_dispatch",
        "派发历时（工作时间）",
        "intake to dispatch, working time",
        HOURS,
        "同上，只计工作日历上的办公时间（stopwatch.office_hours）",
        "the same in office hours of working days (stopwatch.office_hours)",
    ),
    Figure(
        "dispatches_alone",
        "不归并的派发数",
        "dispatches without merging",
        "件次 complaints",
        "所派案件中当时的线索数：不归并就要派这么多次",
        "the complaints that were in the cases when they were dispatched: as many dispatches, had each gone by itself",
    ),
    Figure(
        "dispatches_made",
        "实际派发数",
        "dispatches made",
        "件 cases",
        "时段内首次派发且未撤回的案件",
        "cases first dispatched in the span, not recalled",
    ),
    Figure(
        "merge_gain",
        "归并带来的提升",
        "gain by merging",
        PERCENT,
        "不归并的派发数 ÷ 实际派发数 − 1；全数统计，没有区间",
        "dispatches_alone / dispatches_made − 1; everything is counted, so there is no interval",
    ),
    Figure(
        "work_gain",
        "效率提升",
        "gain in efficiency",
        PERCENT,
        "手工每条线索用时的中位数 ÷ 现在每条线索用时的中位数 − 1；没有手工实测即“未测量”",
        "median minutes by hand / median of minutes_per_complaint − 1; “not measured” without times taken by hand",
    ),
    Figure(
        "wait_gain",
        "派发提速",
        "gain in speed to dispatch",
        PERCENT,
        "以前派发历时的中位数 ÷ 现在派发历时的中位数 − 1；没有以前的实测即“未测量”",
        "median hours before / median of hours_to_dispatch − 1; “not measured” without times taken before",
    ),
)
TIME_BY_NAME = {figure.name: figure for figure in TIMES}
HUMAN = ("minutes_to_empty", "minutes_per_case", "minutes_per_complaint")
"""About what people do: withheld below the least mornings and officers (decision 25)."""
MEDIANS = (*HUMAN, "hours_to_dispatch", "working_hours_to_dispatch")
BASELINES = {"minutes_per_complaint": "work_gain", "hours_to_dispatch": "wait_gain"}
"""What an office can time by hand, and which change is counted from it."""
