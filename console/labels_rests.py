"""What the parts of a setting's source say where they are more, or other, than an article."""

from __future__ import annotations

from collections.abc import Mapping

from console.labels_messages import RESTS as _OF_MESSAGES
from console.words import N_

RESTS: Mapping[str, str] = {
    **_OF_MESSAGES,
    "R29 §11: unverified": N_("R29 §11: not checked against the text"),
    "ALL §45: unverified": N_("ALL §45: not checked against the text"),
    "Chongqing: 15 working days": N_("Chongqing: 15 working days"),
    "Chongqing: the day the supplement is complete counts as receipt": N_(
        "Chongqing: the day the supplement is complete counts as receipt"
    ),
    "GB/T 22239 8.1.4.1, level 3": N_("GB/T 22239 8.1.4.1, level 3"),
    "JN §27: handed back to be handled again": N_("JN §27: handed back to be handled again"),
    "QD §33 says 60: needs legal sign-off": N_("QD §33 says 60: needs legal sign-off"),
    "Qingdao has no such text": N_("Qingdao has no such text"),
    "Shandong 10,000 yuan: unverified": N_("Shandong 10,000 yuan: not checked against a text"),
    "Shandong 60,000 yuan: unverified": N_("Shandong 60,000 yuan: not checked against a text"),
    "TRF names no unit for its days: unverified": N_("TRF names no unit for its days"),
    "TRF §5, which names no unit": N_("TRF §5, which names no unit"),
    "a published order of 中原: 7 days": N_("a published order of Zhongyuan: 7 days"),
    "PIPL §6: no more than the purpose asks": N_("PIPL §6: no more than the purpose asks"),
    "house rule 2026-11, after the threshold rule of official statistics (at least three contributors)": N_(
        "house rule of November 2026, after the threshold rule of official statistics: at least three contributors"
    ),
    "house rule 2026-11: 7.5 hours": N_("house rule of November 2026: 7.5 hours"),
    "house rule 2026-11: a list of 50 rows at 4 s a row is read in under 4 minutes": N_(
        "house rule of November 2026: a list of 50 rows at 4 s a row is read in under 4 minutes"
    ),
    "house rule 2026-11: as in what leaves the bureau, nothing under 3": N_(
        "house rule of November 2026: as in what leaves the bureau, nothing under 3"
    ),
    "崂先办: respond in 4 hours, close in 2 / 3 / 4 days": N_(
        "Laoxianban: respond in 4 hours, close in 2 / 3 / 4 days"
    ),
    "which hours and days: unverified": N_("which hours and days: not checked against a text"),
    "no text of the labour inspection names a number": N_("no text of the labour inspection names a number"),
    "the office's own hours are to be set": N_("the office's own hours are to be set"),
    "what lasts longer is a pause": N_("what lasts longer is a pause"),
    "house rule 2026-11": N_("house rule of November 2026"),
    "house rule 2026-11, for XF §30: complaint material never goes to the accused": N_(
        "house rule of November 2026, for XF §30: complaint material never goes to the accused"
    ),
    "house rule 2026-11: a sheet of A4 stays legible at 200 points to the inch": N_(
        "house rule of November 2026: a sheet of A4 stays legible at 200 points to the inch"
    ),
    "house rule 2026-11: half a minute of film": N_("house rule of November 2026: half a minute of film"),
    "house rule 2026-11: what telephones of today make": N_(
        "house rule of November 2026: what telephones of today make"
    ),
    "house rule 2026-11, set on the invented economy": N_("house rule of November 2026, set on the invented economy"),
    "nine-node": N_("the nine steps of a transfer"),
    "no national number is known": N_("no national number is known"),
    "practice, unverified": N_("practice, not checked against a text"),
    "practice: unverified here": N_("practice, not checked here"),
    "published papers of 中原": N_("published papers of Zhongyuan"),
    "the last clause is unverified": N_("the last clause is not checked"),
    "title and word unverified": N_("title and word not checked"),
    "unverified: APL §58 names the cases, not the sum": N_("APL §58 names the cases, not the sum: not checked"),
    "unverified: retention per class is not known": N_("how long each class is kept is not known"),
    "which authority a municipal road belongs to is unverified": N_(
        "which authority a municipal road belongs to is not checked"
    ),
    "word unverified": N_("word not checked"),
    "xueshigu.com: ≥30 特大": N_("published scales: from 30, the gravest class"),
    "怀柔 forms": N_("published forms of Huairou"),
}
