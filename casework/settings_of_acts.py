"""What the law leaves open about investigating: settings of the office, joined in casework/settings_of_law.py.

A row: name, what holds until the office says otherwise, where that came from, what it says.
"""

from __future__ import annotations

from casework.record import Json

ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("inquiry.place", "", "", "where a notice of inquiry calls the party to, where none is named"),
    ("inquiry.contact", "", "", "whom a notice of inquiry names for questions, where nobody is named"),
    ("draft.days", 14, "house rule 2026-11", "days a form that came too late is kept as a draft of its officer"),
    (
        "draft.visit.on_device",
        False,
        "house rule 2026-11",
        "whether the words of a visit are kept on the officer's own device until it is recorded",
    ),
    (
        "photo.most",
        12,
        "house rule 2026-11",
        "photographs kept with one visit or payment; no form takes more than 12 of 15 MB",
    ),
    ("photo.megabytes", 15, "house rule 2026-11: what telephones of today make", "megabytes of one photograph as sent"),
    ("photo.megapixels", 70, "house rule 2026-11", "million points of one photograph that are read; more is refused"),
    (
        "photo.side",
        2560,
        "house rule 2026-11: a sheet of A4 stays legible at 200 points to the inch",
        "longest side, in points, of the photograph that is kept",
    ),
    ("file.most", 20, "house rule 2026-11", "files of one complaint that are fetched from its channel"),
    ("file.megabytes", 50, "house rule 2026-11: half a minute of film", "megabytes of one file that a channel brings"),
    (
        "referral.words.road",
        ["公路", "道路", "高速", "桥", "隧道", "港口", "码头", "航道", "铁路", "机场"],
        "house rule 2026-11; which authority a municipal road belongs to is unverified",
        "words in the name of a site that propose the transport department",
    ),
    (
        "referral.words.water",
        ["水利", "水库", "河道", "灌溉", "堤防", "大坝", "引水", "水闸"],
        "house rule 2026-11",
        "words in the name of a site that propose the water department",
    ),
)
