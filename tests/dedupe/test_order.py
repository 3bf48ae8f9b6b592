"""The order of pairs against a plain definition, for a few pairs and for many."""

from __future__ import annotations

import numpy as np
import pytest

from dedupe import order
from dedupe.order import Bits, best_first, ranks_of
from dedupe.table import U64

_WORD = 1 << 64


def _made(count: int, seed: int) -> tuple[U64, Bits]:
    chance = np.random.default_rng(seed)
    uid = chance.integers(0, _WORD - 1, max(count // 3, 2), dtype=np.uint64, endpoint=True)
    left, right = (chance.integers(0, len(uid), count).astype(np.int32) for _ in range(2))
    bits = np.where(chance.random(count) < 0.01, np.float32(9e9), chance.integers(-9, 9, count) / np.float32(7))
    return uid, Bits(left, right, bits.astype(np.float32))


def _plain(uid: U64, edges: Bits) -> list[int]:
    names, keys = uid.tolist(), []
    for left, right, bits in zip(edges.left.tolist(), edges.right.tolist(), edges.bits.tolist(), strict=True):
        low, high = sorted((names[left], names[right]))
        mixed = ((low * 0x9E3779B97F4A7C15 + high) % _WORD) ^ (high >> 29)
        mixed = mixed * 0xBF58476D1CE4E5B9 % _WORD >> 24
        keys.append((-max(min(round(bits * 1024), 1 << 22), -(1 << 22)), mixed, low, high))
    return sorted(range(len(keys)), key=keys.__getitem__)


@pytest.mark.parametrize("count", [0, 1, 2, 300, 20_000])
def test_pairs_come_in_order_of_their_bits_and_of_a_mix_of_their_complaints(count: int) -> None:
    uid, edges = _made(count, count)
    wanted = _plain(uid, edges)
    assert best_first(uid, edges).tolist() == wanted
    assert np.argsort(ranks_of(uid, edges)).tolist() == wanted


@pytest.mark.parametrize("count", [300, 20_000])
def test_where_two_pairs_have_one_key_the_complaints_own_numbers_say(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid, edges = _made(count, count)
    one_for_all = np.full(count, 7, dtype=np.uint64)
    monkeypatch.setattr(order, "keys_of", lambda *_: one_for_all)
    names = uid.tolist()
    ends = [tuple(sorted((names[one], names[other]))) for one, other in zip(edges.left, edges.right, strict=True)]
    assert best_first(uid, edges).tolist() == sorted(range(count), key=ends.__getitem__)
