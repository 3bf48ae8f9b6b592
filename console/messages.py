"""The messages of the catalogue as templates say them: looked up once, with values escaped into them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from console.words import Words

_MESSAGES = 8_192


def messages(spoken: Words) -> Callable[..., Markup]:
    """What `_` is in a template: as the extension makes it, but what a page says in each of its rows is asked once."""

    @lru_cache(maxsize=_MESSAGES)
    def written(message: str) -> tuple[Markup, Markup | None]:
        text = Markup(spoken.translations.gettext(message))  # noqa: S704 - of our own catalogue, as the extension does
        return text, None if "%(" in text else text % {}

    def say(message: str, **values: Any) -> Markup:
        text, plain = written(message)
        return plain if plain is not None else text % values

    return say
