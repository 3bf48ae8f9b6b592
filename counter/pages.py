"""Pages of two languages from templates; everything that somebody typed is escaped."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

HERE = Path(__file__).parent
LANGUAGES = ("zh", "en")
STATIC = {"counter.css": "text/css", "draft.js": "text/javascript", "ask.js": "text/javascript",
          "record.js": "text/javascript", "mark.svg": "image/svg+xml"}  # fmt: skip
POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_RECORDS = {
    "Content-Security-Policy": f"{POLICY}; media-src 'self' blob:",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
"""What the form alone carries instead: it records a voice note, and plays it back before it is sent. Until then the
note lies in the browser only, where no address but a `blob:` leads to it; nothing but sound is loaded from there."""


@cache
def words() -> Mapping[str, tuple[str, str]]:
    """Every text of the page: Chinese and English."""
    said = tomllib.loads((HERE / "words.toml").read_text("utf-8"))["words"]
    return {key: (pair[0], pair[1]) for key, pair in said.items()}


def teller(language: str) -> Callable[..., str]:
    """A text by its key in one language, with what is filled in."""
    place = LANGUAGES.index(language)

    def said(key: str, **filled: object) -> str:
        text = words()[key][place]
        return text.format(**filled) if filled else text

    return said


def day_in(language: str) -> Callable[[date], str]:
    """A day as people of one language write it."""
    if language == "zh":
        return lambda day: f"{day.year}年{day.month}月{day.day}日"
    return lambda day: f"{day.day} {day:%B %Y}"


@cache
def static(name: str) -> bytes:
    """One of our own files, as it is sent."""
    return (HERE / "static" / name).read_bytes()


@cache
def asset(name: str) -> str:
    """The address of one of our own files; it changes with what the file holds."""
    return f"/static/{name}?{sha256(static(name)).hexdigest()[:10]}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, language: str, *, status: int = 200, **context: Any) -> Response:
    """One page."""
    body = (
        _environment()
        .get_template(template)
        .render(
            say=teller(language),
            day=day_in(language),
            lang=language,
            html_lang="zh-CN" if language == "zh" else "en",
            other="en" if language == "zh" else "zh",
            colon="：" if language == "zh" else ": ",
            asset=asset,
            **context,
        )
    )
    return HTMLResponse(body, status_code=status, headers=_RECORDS if template == "form.html" else None)
