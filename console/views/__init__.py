"""The pages, a file each. A view asks one query or one service and renders; it decides nothing."""

from __future__ import annotations

from fastapi import APIRouter

from console.views import (
    acts,
    case,
    channels,
    door,
    mine,
    outcome,
    papers,
    quarantine,
    queue,
    review,
    sample,
    search,
    statistics,
    walk_in,
)

VIEWS: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        door,
        queue,
        review,
        sample,
        case,
        outcome,
        papers,
        acts,
        mine,
        walk_in,
        search,
        channels,
        quarantine,
        statistics,
    )
)
