"""Inner loops as machine code.

What numpy says with a dozen whole arrays costs as much for twenty complaints as for twenty thousand. Such loops are
written as plain Python on arrays and compiled by numba the first time they run; the machine code is kept beside the
module, or where `NUMBA_CACHE_DIR` says, so that the next process only reads it.

What is kept is made anew when the *file* of a loop changes, not when a loop that it calls changes in another file. So
compiled functions call only compiled functions of their own module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

_Loop = TypeVar("_Loop", bound=Callable[..., Any])


def compiled(loop: _Loop) -> _Loop:
    """Compile a loop on its first call. It runs without the interpreter's lock, so two threads run two of them."""
    try:
        return cast(_Loop, numba.njit(cache=True, nogil=True)(loop))
    except RuntimeError:  # no folder may be written to: every process compiles for itself
        return cast(_Loop, numba.njit(nogil=True)(loop))
