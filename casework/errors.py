"""Errors are cut by who can mend them. Messages carry ids and field names, never personal data."""

from __future__ import annotations


class ArrearsError(Exception):
    """Anything this system says no to in words of its own."""


class ChannelUnavailable(ArrearsError):
    """The other side is down or slow. Retry: nothing of ours needs mending."""


class ChannelChanged(ArrearsError):
    """The shape is not the one promised. Stop the run: to guess is to file wrong complaints."""


class CursorRefused(ArrearsError):
    """The stored cursor cannot be true (damaged, of another channel, in the future). Stop: a person resets it."""


class LeaseLost(ArrearsError):
    """Another run holds this work, or took it over while we slept. Stop without a trace."""


class LeaseTaken(LeaseLost):
    """Another run is at this work already: ours did not begin."""


class Unreadable(ArrearsError):
    """One record cannot be understood. Put it aside with its reason and go on.

    `code` is a stable machine word (`date_unreadable`), `field` the channel's own field name; the message is what a
    clerk reads. None of the three quotes the value.
    """

    def __init__(self, code: str, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.code = code
        self.field = field


class BadInput(ArrearsError):
    """A person gave a file, a column or a value that cannot be used. The message tells the person what to change."""


class NotAllowed(ArrearsError):
    """Somebody asked for a step the rules forbid. The message is shown to them as it is."""


class NotFound(ArrearsError):
    """There is no such thing, or the asker may not know that there is. The two are never told apart."""


class Conflict(ArrearsError):
    """Somebody else was quicker. Says who and when, so that the form can be shown again with what was typed."""

    def __init__(self, words: str, *, by: str | None = None, at: str | None = None) -> None:
        super().__init__(words)
        self.by = by
        self.at = at
