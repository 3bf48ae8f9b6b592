"""The pages, a file each. A view asks one query or one service and renders; it decides nothing."""

from __future__ import annotations

from fastapi import APIRouter

from console.views import (
    account,
    accounts,
    acts,
    audit,
    calendar,
    callbacks,
    case,
    cases_list,
    channels,
    dashboard,
    door,
    drafts,
    employer_acts,
    employers,
    ledger,
    mine,
    outcome,
    papers,
    quarantine,
    queue,
    review,
    rota,
    rules,
    runs,
    sample,
    search,
    statistics,
    uploads,
    waiting,
    walk_in,
)

VIEWS: tuple[APIRouter, ...] = tuple(
    module.router
    for module in (
        door,
        dashboard,
        cases_list,
        queue,
        review,
        sample,
        case,
        outcome,
        callbacks,
        ledger,
        papers,
        drafts,
        acts,
        mine,
        employers,
        employer_acts,
        walk_in,
        waiting,
        rota,
        search,
        uploads,
        channels,
        runs,
        calendar,
        quarantine,
        statistics,
        account,
        accounts,
        audit,
        rules,
    )
)
