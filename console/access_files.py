"""Who may use the routes of the road: photographs, the route sheet, and the files that complaints brought."""

from __future__ import annotations

from console.permission import DESK, HEAD, INSPECTOR, Rule, cases
from console.reach import Masking

_WORKS = (DESK, INSPECTOR, HEAD)

FILES: dict[str, Rule] = {
    "add_photos": cases(INSPECTOR, HEAD),
    "photo_page": cases(*_WORKS),
    "photo_small": cases(*_WORKS, masking=Masking.REVEALED),
    "photo_whole": cases(*_WORKS, masking=Masking.REVEALED),
    "strike_photo": cases(INSPECTOR, HEAD),
    "route_sheet": cases(INSPECTOR, HEAD),
    "file_page": cases(*_WORKS),
    "file_small": cases(*_WORKS, masking=Masking.REVEALED),
    "file_whole": cases(*_WORKS, masking=Masking.REVEALED),
}
