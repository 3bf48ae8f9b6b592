"""The measures of `dedupe.quality` as one flat row of figures, for groups named in any way."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

from dedupe.quality import Measured, measure_labels

Groups: TypeAlias = NDArray[Any]
"""The group of every row, as any sortable name."""


def scores(found: Groups, truth: Groups) -> dict[str, float]:
    """Pair and B-cubed precision, recall and F1, the share of true groups found exactly, the largest of each."""
    quality = measure_labels(found, truth)
    return {
        **_figures("pair", quality.pairs),
        **_figures("b3", quality.b_cubed),
        "exact_groups": quality.exact.recall,
        "largest": quality.largest,
        "largest_true": quality.largest_true,
    }


def _figures(name: str, measured: Measured) -> dict[str, float]:
    return {
        f"{name}_precision": measured.precision,
        f"{name}_recall": measured.recall,
        f"{name}_f1": measured.f1,
    }
