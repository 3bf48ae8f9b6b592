"""Inner loops as machine code.

What numpy says with a dozen whole arrays costs as much for twenty complaints as for twenty thousand. Such loops are
written as plain Python on arrays and compiled by numba the first time they run; the machine code is kept, so that the
next process only reads it: beside the modules, or in the folder that `NUMBA_CACHE_DIR` names.

numba makes kept code anew when the file of a loop changes, but not when a loop changes that it calls in another file.
So the code is kept in a folder that is called by a digest of all modules with such loops, and of those whose constants
stand in them: numbered names, and names in capitals.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import numba

_Loop = TypeVar("_Loop", bound=Callable[..., Any])
_HERE = Path(__file__).parent


_TAKEN = re.compile(r"^from dedupe\.(\w+) import (\([^)]*\)|.*)$", re.MULTILINE)
_CONSTANT = re.compile(r"\b[A-Z][A-Z_]*[A-Z]\b")


def in_loops() -> dict[str, str]:
    """The modules of which something stands in machine code, by name, with their texts: those with loops, and those
    that give loops their constants."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(_HERE.glob("*.py"))}
    loops = {name for name, text in texts.items() if "@compiled" in text or "@inlined" in text}
    taken = [one for name in loops for one in _TAKEN.finditer(texts[name])]
    giving = {one[1] for one in taken if _CONSTANT.search(one[2])}
    numbered = {name for name, text in texts.items() if "(IntEnum)" in text or "(IntFlag)" in text}
    return {name: text for name, text in texts.items() if name in loops | giving | numbered}


def _digest() -> str:
    return blake2b("\0".join(in_loops().values()).encode(), digest_size=6).hexdigest()


_FOLDER = Path(os.environ.get("NUMBA_CACHE_DIR") or _HERE / "__pycache__") / f"loops-{_digest()}"
numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]  # made when numba starts


def compiled(loop: _Loop) -> _Loop:
    """Compile a loop on its first call. It runs without the interpreter's lock, so two threads run two of them."""
    return _kept(loop, inline="never")


def inlined(step: _Loop) -> _Loop:
    """Compile a step into every loop that takes it. A call costs as much as a short step does: numba counts who holds
    each array that is handed on."""
    return _kept(step, inline="always")


def _kept(loop: _Loop, inline: Literal["never", "always"]) -> _Loop:
    try:
        return cast(_Loop, numba.njit(cache=True, nogil=True, inline=inline)(loop))
    except RuntimeError:  # no folder may be written to: every process compiles for itself
        return cast(_Loop, numba.njit(nogil=True, inline=inline)(loop))
