"""The ciphers give what their standards print, and the key file keeps what was closed openable."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import BadInput
from warehouse import crypto
from warehouse.crypto import KeyMissing, Tampered, close, load_keyring, make_keyring, read_keyring
from warehouse.key_files import put_in_place

STANDARD = "0123456789abcdeffedcba9876543210"


def sm4(key: str, block: str, times: int = 1) -> str:
    """SM4 on a single block, so many times over."""
    sealer, body = Cipher(algorithms.SM4(bytes.fromhex(key)), modes.ECB()).encryptor(), bytes.fromhex(block)
    for _ in range(times):
        body = sealer.update(body)
    return body.hex()


def test_sm4_gives_what_gb_t_32907_prints() -> None:
    """GB/T 32907-2016, appendix A: one block, and the same a million times over."""
    assert sm4(STANDARD, STANDARD) == "681edf34d206965e86b3e94f536e4246"
    assert sm4(STANDARD, STANDARD, 1_000_000) == "595298c7c6fd271f0402f804c33d3f66"


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_the_hash_of_suite_sm_is_sm3_as_gb_t_32905_prints_it(said: bytes, printed: str) -> None:
    """GB/T 32905-2016, appendix A; and its HMAC by the definition of RFC 2104, for the ring gives no bare hash."""
    import hashlib

    assert hashlib.new("sm3", said).hexdigest() == printed
    ring, key = make_keyring("sm"), b"k" * 32
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    assert ring.mac(key, said) == hashlib.new("sm3", outer + hashlib.new("sm3", inner + said).digest()).hexdigest()


def test_sm4_gcm_gives_what_rfc_8998_prints() -> None:
    """RFC 8998, appendix A.1."""
    plain = "".join(letter * 16 for letter in "abcdefea")
    sealed = close(
        "sm",
        bytes.fromhex(STANDARD) + bytes(16),
        bytes.fromhex("00001234567800000000abcd"),
        bytes.fromhex(plain),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )


def test_aes_256_gcm_gives_what_its_authors_print() -> None:
    """McGrew and Viega, The Galois/Counter Mode of Operation, test case 16."""
    sealed = close(
        "intl",
        bytes.fromhex("feffe9928665731c6d6a8f9467308308" * 2),
        bytes.fromhex("cafebabefacedbaddecaf888"),
        bytes.fromhex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        ),
        bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
    )
    assert sealed.hex() == (
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"
    )


def test_the_keyed_hash_of_suite_intl_gives_what_rfc_4231_prints() -> None:
    """RFC 4231, test case 2."""
    printed = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert make_keyring("intl").mac(b"Jefe", b"what do ya want for nothing?") == printed


@given(text=st.text(), suite=st.sampled_from(crypto.SUITES), other=st.sampled_from(crypto.SUITES))
def test_what_any_key_of_a_ring_closed_opens_in_its_own_column_alone(text: str, suite: str, other: str) -> None:
    old = make_keyring(suite)
    new = old.renewed(other)
    for ring in (old, new):
        stored = ring.encrypt(text, "worker.name")
        assert new.decrypt(stored, "worker.name") == text
        part = ring.seal_part(text.encode(), "file:1")
        assert new.open_part(part, "file:1") == text.encode()
        with pytest.raises(Tampered):
            new.decrypt(stored, "worker.phone")
        with pytest.raises(Tampered):
            new.decrypt(stored[:-1] + bytes([stored[-1] ^ 1]), "worker.name")
    with pytest.raises(KeyMissing):
        old.decrypt(new.encrypt(text, "worker.name"), "worker.name")


def test_a_key_file_says_again_what_it_was_told(tmp_path: Path) -> None:
    ring = make_keyring().renewed("sm")
    ring = replace(ring, retired=frozenset(ring.data_keys) - {ring.current})
    ring.save(tmp_path / "keys.json")
    assert load_keyring(tmp_path / "keys.json") == ring
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("harm", ["", "{}", "[]", '"x"', "short", "current", "suite", "letters"])
def test_a_damaged_key_file_is_refused(harm: str) -> None:
    text = make_keyring().dumps()
    ring = make_keyring()
    damaged = {
        "short": lambda: replace(ring, index_key=b"x" * 31).dumps(),
        "current": lambda: replace(ring, current="k000000").dumps(),
        "suite": lambda: text.replace("intl", "rot13"),
        "letters": lambda: text.replace("=", "*"),
    }
    with pytest.raises(KeyMissing):
        read_keyring(damaged[harm]() if harm in damaged else harm)


def test_no_key_is_lost_by_putting_a_ring_in_place(tmp_path: Path) -> None:
    path, ring = tmp_path / "keys.json", make_keyring()
    ring.save(path)
    with pytest.raises(BadInput, match="1 keys more"):
        put_in_place(make_keyring(), path)
    assert load_keyring(path) == ring
    put_in_place(ring.renewed(), path)
    assert set(load_keyring(path).data_keys) > set(ring.data_keys)
    assert [one.name for one in tmp_path.iterdir()] == ["keys.json"]


def test_a_process_at_work_takes_up_what_the_key_file_says_now(tmp_path: Path) -> None:
    ours, path = crypto.keyring(), tmp_path / "keys.json"
    ring = make_keyring()
    ring.save(path)
    crypto.use_file(path)
    try:
        renewed = ring.renewed()
        put_in_place(renewed, path)
        stored = renewed.encrypt("x", "worker.name")  # by somebody who was quicker
        assert crypto.keyring().decrypt(stored, "worker.name") == "x"
        path.write_text("half a file")
        os.utime(path, (1, 1))
        time.sleep(crypto.LOOKS_AGAIN)
        assert crypto.keyring() == renewed, "what cannot be read just now changes nothing"
    finally:
        crypto.use(ours)
