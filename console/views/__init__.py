"""The pages, a file each. A view asks one query or one service and renders; it decides nothing."""

from __future__ import annotations

from fastapi import APIRouter

from console.views import (
    acts,
    calendar,
    callbacks,
    case,
    channels,
    door,
    drafts,
    ledger,
    mine,
    outcome,
    papers,
    quarantine,
    queue,
    review,
    rota,
    sample,
    search,
    statistics,
    waiting,
    walk_in,
    weighing,
    which_paper,
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
        callbacks,
        ledger,
        papers,
        which_paper,
        weighing,
        drafts,
        acts,
        mine,
        walk_in,
        waiting,
        rota,
        search,
        channels,
        calendar,
        quarantine,
        statistics,
    )
)
