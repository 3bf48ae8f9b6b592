"""What the law leaves open about the lives of complaints and cases: supplements, call-backs, the archive.

Rows as `casework.settings_of_law.LawSetting` takes them: name, default, source, what it says.
"""

from __future__ import annotations

from casework.record import Json

ROWS: tuple[tuple[str, Json, str, str], ...] = (
    (
        "supplement.restarts_acceptance",
        True,
        "Chongqing: the day the supplement is complete counts as receipt; Qingdao has no such text",
        "the clock of acceptance stops with the question and starts anew when the supplement is complete",
    ),
    (
        "clock.supplement.days",
        15,
        "Chongqing: 15 working days; Qingdao has no such text",
        "days to give what is missing",
    ),
    (
        "reply.supplement.body",
        "您反映的事项（编号{matter_no}）还需补充以下材料或者情况：{wanted}。{until}详见《补正通知书》（{document_no}）。",
        "",
        "how a complainant is asked for what is missing; {document_no} is the notice",
    ),
    (
        "reply.redirected.body",
        "您反映的事项（编号{matter_no}）不由本机关办理：{reason}",
        "",
        "what a complaint is answered that is returned to its channel or referred; {reason} says where to turn",
    ),
    (
        "reply.redirected.notice",
        "详见《另行途径告知书》（{document_no}）。",
        "",
        "what is added where a notice of another way was numbered; {document_no} is that notice",
    ),
    ("callback.tries", 3, "", "calls without an answer after which a complainant is not called again"),
    ("callback.recheck.days", 10, "", "working days to look at a reopened case again"),
    (
        "reopen.restarts_reply",
        True,
        "JN §27: handed back to be handled again; Qingdao has no such text",
        "a reopened complaint owes its channel an answer anew, within the days the channel gives",
    ),
    ("archive.form", "{prefix}档〔{year}〕第{serial}号", "", "form of archive numbers"),
    ("archive.years", 10, "unverified: retention per class is not known", "years a closed case is kept"),
)
