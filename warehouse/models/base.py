"""The ground the tables stand on: naming, ids, moments, encrypted columns."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, LargeBinary, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from warehouse import crypto

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of ours. A table says in its docstring what one row is."""

    metadata = MetaData(naming_convention=NAMING)


def new_id(prefix: str) -> str:
    """A new id: a word for what it names, then 120 random bits. Ids are strings and cannot be guessed."""
    return f"{prefix}_{os.urandom(15).hex()}"


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment. Naive ones are refused, for nobody could say when they were."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Encrypted(TypeDecorator[str]):
    """Personal text, encrypted with the column's name as associated data: a cell copied elsewhere does not open."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else crypto.keyring().encrypt(value, self.where)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else crypto.keyring().decrypt(bytes(value), self.where)

    def bind_all(self, values: Sequence[str | None]) -> list[bytes | None]:
        """Many cells closed, each by itself."""
        return _closed_all(values, self.where)


class Canonical(str):
    """A structure that somebody has written as canonical JSON already; an encrypted column takes it as it is."""

    __slots__ = ()


class EncryptedJson(TypeDecorator[Any]):
    """A personal structure (a raw payload, the quoted evidence of a judgement), encrypted as canonical JSON."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return crypto.keyring().encrypt(_canonical(value), self.where)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(crypto.keyring().decrypt(bytes(value), self.where))

    def bind_all(self, values: Sequence[Any]) -> list[bytes | None]:
        """Many cells closed, each by itself. What is `Canonical` is not written a second time."""
        return _closed_all([None if one is None else _canonical(one) for one in values], self.where)


def _closed_all(texts: Sequence[str | None], where: str) -> list[bytes | None]:
    closed = iter(crypto.keyring().encrypt_all([text for text in texts if text is not None], where))
    return [None if text is None else next(closed) for text in texts]


def _canonical(value: Any) -> str:
    return value if isinstance(value, Canonical) else _CANONICAL(value)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


ID = String(64)
CODE = String(40)
NAME = String(200)
LONG = Text()
PLAIN_JSON = JSON()
