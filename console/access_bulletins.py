"""Who may use the routes of the bulletin of hot spots: lines of `console.access`."""

from __future__ import annotations

from console.permission import DESK, HEAD, READER, Rule, office

BULLETINS: dict[str, Rule] = {
    "bulletins_page": office(DESK, HEAD, READER),
    "bulletin_page": office(DESK, HEAD, READER),
    "download_bulletin": office(DESK, HEAD, READER),
    "make_bulletin": office(DESK, HEAD),
    "issue_bulletin": office(HEAD),
    "restate_bulletin": office(HEAD),
}
"""Read by those who read the statistics, and by them over the whole territory alone: it names sites and firms."""
