"""What papers leave to the office: its full name, titles, remedies, how much of a complaint may stand on a paper.

Rows of name, value, source and what it says, for `casework.settings_of_law`.
"""

from __future__ import annotations

from casework.documents import KINDS

_HAVE_A_TITLE = frozenset({"rectification_order", "inquiry_notice"})

ROWS: tuple[tuple[str, str | int, str, str], ...] = (
    (
        "document.office",
        "青岛市即墨区人力资源和社会保障局",
        "unverified: general knowledge, not checked against a text",
        "the authority that issues papers, as printed and sealed",
    ),
    (
        "document.remedy",
        "如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，或者自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。",
        "ADR §20; ALL §46",
        "remedies as printed on decisions; name the authorities and the court of the place",
    ),
    (
        "document.declined.remedy",
        "如不服，可以自收到本通知书之日起六十日内依法申请行政复议，或者自收到本通知书之日起六个月内依法向人民法院提起行政诉讼；也可以依法申请劳动人事争议仲裁。",
        "ADR §20; ALL §46; 423 §21; the last clause is unverified",
        "remedies and other ways as printed on a notice of declining",
    ),
    (
        "document.quote.letters",
        12,
        "house rule 2026-11, for XF §30: complaint material never goes to the accused",
        "so many letters in a row of a complaint are a quotation; no paper that the employer reads may hold them",
    ),
    (
        "document.no.form",
        "{prefix}{word}字〔{year}〕第{serial}号",
        "practice: unverified here",
        "form of the numbers of papers (文号)",
    ),
    *((f"document.word.{row.kind}", row.word, row.source, "its word in the number (文种字)") for row in KINDS.values()),
    *(
        (f"document.title.{row.kind}", row.title, row.source, "title of the paper")
        for row in KINDS.values()
        if row.kind not in _HAVE_A_TITLE
    ),
)
