"""Who may act on a warning, and use the routes of prevention notices to employers: lines of `console.access`."""

from __future__ import annotations

from console.permission import DESK, HEAD, INSPECTOR, SYSTEM, Rule, cases
from console.reach import Masking

_WORKS = (DESK, INSPECTOR, HEAD)
PREVENTING: dict[str, Rule] = {
    "give_warning": cases(*_WORKS, SYSTEM),
    "warning_to_case": cases(*_WORKS),
    "propose_visit": cases(*_WORKS),
    "prevention_form": cases(*_WORKS),
    "preview_prevention": cases(*_WORKS),
    "send_prevention": cases(*_WORKS),
    "prevention_page": cases(*_WORKS, masking=Masking.REVEALED),
    "renew_prevention_link": cases(*_WORKS),
    "take_back_prevention": cases(*_WORKS),
    "judge_prevention": cases(*_WORKS, masking=Masking.REVEALED),
    "open_prevention_again": cases(*_WORKS),
    "prevention_file_small": cases(*_WORKS, masking=Masking.REVEALED),
    "prevention_file": cases(*_WORKS, masking=Masking.REVEALED),
}
"""An employer's answer names who answered for it: those who work on warnings read that, and nobody else."""
