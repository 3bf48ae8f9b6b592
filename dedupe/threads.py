"""Work in parts, on two threads that stand ready: compiled loops run without the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import local
from typing import TypeVar

THREADS = 2
_Part = TypeVar("_Part")
_Found = TypeVar("_Found")
_here = local()


def over(work: Callable[[_Part], _Found], parts: Iterable[_Part]) -> Iterator[_Found]:
    """What comes of each part, in their order. Work that is itself a part of some does its own parts one by one."""
    if getattr(_here, "at_work", False) or (isinstance(parts, Sized) and len(parts) <= 1):
        return map(work, parts)
    return _pool().map(work, parts)


def halves(size: int, few: int) -> list[slice]:
    """So many things for two threads, or for one where they are few."""
    if size <= few:
        return [slice(0, size)]
    return [slice(0, size // THREADS), slice(size // THREADS, size)]


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, initializer=_begin)


def _begin() -> None:
    _here.at_work = True


os.register_at_fork(after_in_child=_pool.cache_clear)
