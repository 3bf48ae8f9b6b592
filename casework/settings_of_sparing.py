"""What sparing and its opposite leave to the office: rows of `casework.settings_of_law`."""

from __future__ import annotations

from casework.record import Json

_STEPS: Json = {"slight": 0, "ordinary": 30, "serious": 70}
_SCALES: Json = [
    {
        "key": "no_report",
        "article": "企业工资支付规定 §38",
        "low": 200_000,
        "high": 500_000,
        "per": "case",
        "source": "Qingdao 2,000-5,000 yuan, via https://www.3haojob.com/a/155898250371972756.html; may be repealed",
    }
]
_TRF = "TRF names no unit for its days: unverified"

ROWS: tuple[tuple[str, Json, str, str], ...] = (
    ("leniency.offence_items.version", "", "", "version of the office's no-penalty list, printed with line 1"),
    ("leniency.discretion_steps", _STEPS, "", "steps of the discretion guideline, percent of a fine's range"),
    ("leniency.discretion_scales", _SCALES, "", "rows the office adds to the discretion guideline"),
    ("leniency.relapse.months", 24, "", "months after a sparing in which a new offence is a relapse"),
    (
        "penalty.review_from_fen",
        5_000_000,
        "unverified: APL §58 names the cases, not the sum",
        "fine from which a penalty needs a legal review; 0: none",
    ),
    ("remedy.sue_after_review.days", 15, "ALL §45: unverified", "days to sue after the decision of a review"),
    ("listing.years", 3, "R45 §11", "years on the joint-sanction list"),
    ("listing.repair.months", 6, "R45 §12", "months after the correction until early removal can be asked for"),
    (
        "publication.correct.days",
        10,
        "R29 §11: unverified",
        "working days to correct what was published after its decision was changed",
    ),
    ("transfer.unit", "working", _TRF, "unit of the days of a criminal transfer"),
    ("transfer.police.days", 3, "TRF §8", "days the police have to decide"),
    ("transfer.reconsider.days", 3, "TRF §9", "days to ask the police for reconsideration"),
    ("transfer.materials.days", 3, "TRF §12", "days to hand the materials over after the filing notice"),
)
"""Name, default, source, and what it says."""
