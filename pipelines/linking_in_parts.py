"""The linker's comparing, cut into parts that run beside each other: on threads here, or on a Dask cluster.

Keys are cut by rule, then pairs by range; each part is the same code as in one piece, so the answer is the same row for
row. Grouping stays on one node: it needs the few pairs that matter and no more. Nothing of a complaint passes through
Prefect or Dask: a part is told a folder and numbers and answers a number. What it reads and writes lies in that folder,
which is its owner's alone and is gone afterwards.
"""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from prefect import flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from casework.errors import BadInput
from dedupe.edges import Edges, unpacked
from dedupe.keys import key_columns, orders_of
from dedupe.pair_store import Kept
from dedupe.pairs import counted, pairs_of_column
from dedupe.sharing import shared_phones
from dedupe.table import Mask, Table
from dedupe.table_file import read_table, write_table
from dedupe.weighing import weigh_every
from dedupe.weights import Model, load_model
from pipelines.safe import safe
from pipelines.settings import TIMEOUT

LOT = 500_000
"""Pairs that are weighed in one part."""
Runner = Literal["threads", "dask"]
_TABLE, _SHARED, _MODEL = "table.npz", "shared.npy", "model.json"
_PAIRS, _TIMES = "pairs.npy", "times.npy"
_CERTIFICATES = ("ca.pem", "cert.pem", "key.pem")
_EDGES = ("pairs", "kind", "claim", "case")


def pairs_in_parts(
    table: Table,
    model: str,
    *,
    runner: Runner = "threads",
    address: str = "",
    tls: Path | None = None,
    under: Path | None = None,
    lot: int = LOT,
) -> Kept:
    """All candidate pairs weighed, as `standing.weighed` gives them in one piece.

    `model` is the text of a model's file. With `dask` the parts go to the cluster at `address`, or to one of this
    machine's processes when it is empty; the folder `under` must be there for all of them. `tls` is the folder with
    `ca.pem`, `cert.pem` and `key.pem`. Raises `BadInput` when prefect-dask is not installed, and for an address that
    would be spoken to in clear over a network.
    """
    workers = task_runner(runner, address, tls)
    with tempfile.TemporaryDirectory(prefix="parts-", dir=under) as name:  # for its owner alone
        folder = Path(name)
        write_table(table, folder / _TABLE)
        (folder / _MODEL).write_text(model, "utf-8")
        np.save(folder / _SHARED, shared_phones(table))
        try:
            lots = compare_in_parts.with_options(task_runner=workers)(name, lot)
            return _brought(folder, lots)
        finally:
            _opened.cache_clear()


def task_runner(runner: Runner, address: str = "", tls: Path | None = None) -> TaskRunner[Any]:
    """Where parts run. Dask is asked for by the setting and is not installed with the rest."""
    if runner == "threads":
        return ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise BadInput(
            "ARREARS_LINK_RUNNER is dask, but prefect-dask is not installed: install arrears[scale]."
        ) from None
    if address:
        _refuse_in_clear(address, tls)
        known = {"security": security_of(tls)} if tls else None
        return DaskTaskRunner(address=address, client_kwargs=known)
    here = {"n_workers": os.cpu_count() or 1, "threads_per_worker": 1, "dashboard_address": None}
    return DaskTaskRunner(cluster_kwargs=here)


def _refuse_in_clear(address: str, tls: Path | None) -> None:
    """What Dask's messages say is a folder and numbers, but whoever may send one may run code: no stranger may."""
    scheme, _, place = address.rpartition("://")
    host = place.rpartition(":")[0].strip("[]")
    if scheme == "tls" and tls is None:
        raise BadInput("ARREARS_DASK_ADDRESS is tls://, but ARREARS_DASK_TLS names no folder with certificates.")
    if scheme != "tls" and host not in ("127.0.0.1", "localhost", "::1"):
        raise BadInput("ARREARS_DASK_ADDRESS leads over a network in clear: use tls:// and ARREARS_DASK_TLS.")


def security_of(tls: Path) -> Any:
    """The certificates of a folder as Dask takes them; a peer without one of the same authority is not spoken to.

    Raises `BadInput` where one is missing.
    """
    from distributed.security import Security

    missing = [name for name in _CERTIFICATES if not (tls / name).is_file()]
    if missing:
        raise BadInput(f"The folder of ARREARS_DASK_TLS lacks {', '.join(missing)}.")
    ca, cert, key = (str(tls / name) for name in _CERTIFICATES)
    made: Any = Security  # dask says nothing of its types
    return made(tls_ca_file=ca, tls_client_cert=cert, tls_client_key=key, require_encryption=True)


@flow(persist_result=False, timeout_seconds=TIMEOUT)
def compare_in_parts(folder: str, lot: int) -> int:
    """Find the pairs rule by rule, bring them together, weigh them lot by lot. How many lots there are."""
    rules = list(range(len(key_columns(_opened(folder)[0]))))
    pair_up.map(unmapped(folder), rules).result()
    pairs = bring_together(folder)
    starts = list(range(0, pairs, lot))
    weigh_lot.map(unmapped(folder), unmapped(lot), list(range(len(starts))), starts).result()
    return len(starts)


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def pair_up(folder: str, rule: int) -> int:
    """How many pairs one rule gives."""
    table = _opened(folder)[0]
    packed, _ = pairs_of_column(key_columns(table)[rule](), orders_of(table))
    np.save(Path(folder) / f"rule-{rule}.npy", packed)
    return len(packed)


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def bring_together(folder: str) -> int:
    """Every pair once, in order. How many they are."""
    found = [np.load(path) for path in Path(folder).glob("rule-*.npy")]
    pairs, times = counted(found)
    np.save(Path(folder) / _PAIRS, pairs)
    np.save(Path(folder) / _TIMES, times)
    return len(pairs)


@task(persist_result=False, cache_policy=NO_CACHE, timeout_seconds=TIMEOUT)
@safe
def weigh_lot(folder: str, lot: int, number: int, start: int) -> int:
    """How many pairs a lot has."""
    table, shared, model = _opened(folder)
    pairs = np.asarray(np.load(Path(folder) / _PAIRS, mmap_mode="r")[start : start + lot])
    found = weigh_every(table, *unpacked(pairs), shared, model)
    edges = {name: getattr(found.edges, name) for name in _EDGES}
    np.savez(_lot(Path(folder), number), levels=found.levels, **edges)
    return len(pairs)


@lru_cache(maxsize=1)
def _opened(folder: str) -> tuple[Table, Mask, Model]:
    """What all parts read, once a process."""
    here = Path(folder)
    return read_table(here / _TABLE), np.load(here / _SHARED), load_model(here / _MODEL)


def _lot(folder: Path, number: int) -> Path:
    return folder / f"lot-{number}.npz"


def _brought(folder: Path, lots: int) -> Kept:
    """All lots as one."""
    edges, levels = [Edges.none()], [np.zeros(0, dtype=np.int64)]
    for number in range(lots):
        with np.load(_lot(folder, number)) as lot:
            edges.append(Edges(*(lot[name] for name in _EDGES)))
            levels.append(lot["levels"])
    return Kept(Edges.together(edges), np.concatenate(levels), np.load(folder / _TIMES))
