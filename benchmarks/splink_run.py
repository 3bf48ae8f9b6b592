"""Train a Splink model, link with it and cluster at several thresholds, each part timed."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from splink import DuckDBAPI, Linker

from benchmarks.partition import Groups
from benchmarks.side import Clock
from benchmarks.splink_settings import Plan

USUAL = (0.5, 0.9, 0.95, 0.99)
"""Thresholds a careful user would try without labels."""
STEEPER = (0.999, 0.9999, 0.99999, 0.999999)
"""Further ones, of which the best is chosen with the labels."""
TIMED = 0.95
"""The threshold of Splink's tutorial; its clustering is the one that counts as linking."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Groups of rows at each threshold, by its name, and how many pairs were scored, counted with the last."""

    groups: dict[str, Groups]
    pairs: int
    prior: float


def run(rows: Any, plan: Plan, clock: Clock, *, size: int, uid: str = "unique_id", further: bool = True) -> Linked:
    """Parts `train` and `link` (blocking, scoring, one clustering); then, not timed, `further` thresholds."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    database = DuckDBAPI()
    linker = Linker(database.register(rows), plan.settings, log_level=None)
    with clock.part("train"):
        training = linker.training
        training.estimate_probability_two_random_records_match(list(plan.certain), recall=plan.found_by_certain)
        training.estimate_u_using_random_sampling(max_pairs=plan.random_pairs)
        for block in plan.blocks:
            training.estimate_parameters_using_expectation_maximisation(block)
    with clock.part("link"):
        predicted = linker.inference.predict(threshold_match_probability=TIMED)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, TIMED)
    groups = {str(TIMED): _groups(database, clusters, uid, size)}
    pairs = 0
    if further:
        predicted = linker.inference.predict(threshold_match_probability=min(USUAL))
        for threshold in (*USUAL, *STEEPER):
            if threshold != TIMED:
                clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, threshold)
                groups[str(threshold)] = _groups(database, clusters, uid, size)
        blocked = linker.inference.compute_blocked_pairs_for_predict()
        pairs = database.duckdb_con.sql(f"select count(*) from {blocked.physical_name}").fetchall()[0][0]  # noqa: S608 - its own names
    return Linked(groups, int(pairs), float(linker.misc.save_model_to_json()["probability_two_random_records_match"]))


def _groups(database: Any, clusters: Any, uid: str, size: int) -> Groups:
    """The cluster of every row, in the rows' order."""
    told = database.duckdb_con.sql(f"select {uid}, cluster_id from {clusters.physical_name}").fetchnumpy()  # noqa: S608 - its own names
    found: Groups = np.empty(size, dtype=np.int64)
    found[told[uid].astype(np.int64)] = told["cluster_id"].astype(np.int64)
    return found
