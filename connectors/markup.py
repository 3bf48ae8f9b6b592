"""HTML as the words that it shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_LINE_TAGS = frozenset({"p", "div", "br", "tr", "li", "table", "h1", "h2", "h3", "h4", "blockquote"})
_UNSAID_TAGS = frozenset({"script", "style", "head", "title", "template", "noscript"})


class _Words(HTMLParser):
    """The words of a page, a line for every block; scripts, styles and comments are dropped."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unsaid = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unsaid += tag in _UNSAID_TAGS
        if tag in _LINE_TAGS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unsaid = max(0, self._unsaid - (tag in _UNSAID_TAGS))
        if tag in _LINE_TAGS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unsaid:
            self.said.append(data)


def without_tags(html: str) -> str:
    """What a page says to who reads it, a line for each block; nothing in it is run or fetched."""
    words = _Words()
    words.feed(html)
    words.close()
    text = re.sub(r"[ \t\xa0]+", " ", "".join(words.said))
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
