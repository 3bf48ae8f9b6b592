"""Money: whole fen inside, Decimal yuan at the edges. None is "not said" and stays None."""

from __future__ import annotations

from decimal import Decimal

from casework.errors import BadInput

_FEN = Decimal("0.01")
_MOST = Decimal(10) ** 13


def fen_of(yuan: Decimal | None) -> int | None:
    """Yuan as fen. Refuses what is negative, no number, beyond all wages, or finer than a fen."""
    if yuan is None:
        return None
    if not yuan.is_finite() or not 0 <= yuan < _MOST or yuan != yuan.quantize(_FEN):
        raise BadInput("An amount is a number of yuan with at most two decimals, and never negative.")
    return int(yuan * 100)


def yuan_of(fen: int | None) -> Decimal | None:
    """Fen as yuan with two decimals."""
    return None if fen is None else Decimal(fen).scaleb(-2).quantize(_FEN)


def yuan_words(fen: int) -> str:
    """An amount in a sentence: `784,000.00 yuan`."""
    return f"{Decimal(fen).scaleb(-2):,.2f} yuan"
