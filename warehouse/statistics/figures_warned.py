"""The figures of early warning: what the rules raised in a month, and what people said that it was (预警)."""

from __future__ import annotations

from warehouse.statistics.figure import Figure

WARNED: tuple[Figure, ...] = (
    Figure(
        "warnings_start",
        "月初未处置预警",
        "warnings open at the start",
        "条",
        "月初以前发出、当时尚未处置的预警；暂缓的也计",
        "raised before and not settled by then; those set aside too",
    ),
    Figure(
        "warnings_raised",
        "发出预警",
        "warnings raised",
        "条",
        "本月发出的预警，按现在的等级；同一事项消除后再次发现的另计一条",
        "raised in the month, by their level now; found again after it had ended is another one",
    ),
    Figure(
        "warnings_confirmed",
        "预警属实",
        "warnings confirmed true",
        "条",
        "本月由人员认定属实的；当天撤回认定的不计",
        "settled by a person as true in the month; not where that was taken back",
    ),
    Figure(
        "warnings_false",
        "预警误报",
        "false alarms",
        "条",
        "本月由人员认定误报的",
        "settled by a person as a false alarm in the month",
    ),
    Figure(
        "warnings_corrected",
        "预警后整改",
        "warnings corrected",
        "条",
        "本月由人员认定已整改的",
        "settled by a person as put right in the month",
    ),
    Figure(
        "warnings_cleared",
        "预警自行消除",
        "warnings cleared",
        "条",
        "本月规则不再发现、无人认定即消除的",
        "no longer found by the rule in the month, before anybody settled them",
    ),
    Figure(
        "warnings_end",
        "月末未处置预警",
        "warnings open at the end",
        "条",
        "月初未处置 + 发出 − 属实 − 误报 − 整改 − 消除",
        "open at the start + raised − confirmed − false alarms − corrected − cleared",
    ),
    Figure(
        "warnings_visits_proposed",
        "预警建议走访",
        "visits proposed on warnings",
        "条",
        "本月首次建议走访的预警，每条只计一次",
        "warnings on which a visit was first proposed in the month, each once",
    ),
    Figure(
        "warnings_visited",
        "建议后已走访",
        "proposed visits made",
        "条",
        "建议走访的预警中，其企业在建议之后的首次走访在本月的；没有企业的预警不计",
        "of warnings with a visit proposed those whose employer was first visited after that in the month; not those "
        "on no employer",
    ),
)
