"""A folder that others drop files into: what lies there, what is still being written, what may be archived."""

from __future__ import annotations

import os
import re
import time
from hashlib import sha256
from pathlib import Path

from casework.errors import BadInput, ChannelUnavailable
from connectors.files import read_file, write_whole

_LONGEST_NAME, _LONGEST_ENDING = 200, 20
"""Bytes. Most file systems take 255; the archive adds a mark of 16 and an ending."""
KEPT = _LONGEST_NAME - _LONGEST_ENDING - 9
"""Bytes at the beginning of a name that the archive never cuts off."""
_MARKED = re.compile(r"(.+)\.([0-9a-f]{16})(\.[^.]+)?")
_UNFINISHED = (".tmp", ".part", ".filepart", ".crdownload", ".swp")


class Inbox:
    """The folder and its archive. A file is archived when every row that was given out has landed."""

    def __init__(self, folder: Path, archive: Path, *, quiet_seconds: float) -> None:
        self._folder = folder
        self._archive = archive
        self._quiet = quiet_seconds
        self._awaited: dict[Path, tuple[str, set[str]]] = {}

    def check(self) -> None:
        """Raise `ChannelUnavailable` when the folder is not there (a share that is not mounted)."""
        try:
            next(self._folder.iterdir(), None)
        except OSError as failed:
            raise ChannelUnavailable(f"The folder {self._folder.name} cannot be read: {failed.strerror}.") from failed

    def files(self) -> list[Path]:
        """Finished files by name. Hidden names, lock files and temporary names are somebody's work in hand."""
        try:
            entries = sorted(self._folder.iterdir())
        except OSError as failed:
            raise ChannelUnavailable(f"The folder {self._folder.name} cannot be read: {failed.strerror}.") from failed
        return [
            path
            for path in entries
            if not path.name.startswith((".", "~$"))
            and not path.name.lower().endswith(_UNFINISHED)
            and (path.is_symlink() or path.is_file())
        ]

    def archived(self) -> list[Path]:
        """What has been read and kept."""
        return sorted(self._archive.iterdir()) if self._archive.is_dir() else []

    @staticmethod
    def named(path: Path, digest: str) -> str:
        """The name a file came under, cut as the archive cuts it: the same wherever the file lies."""
        return _short(path.with_name(path.name.replace(f".{digest[:16]}", "", 1)))

    def drop(self, name: str, content: bytes) -> None:
        """Put a file of our own into the folder, whole or not at all. Raises `ChannelUnavailable`."""
        try:
            write_whole(self._folder / name, content)
        except OSError as failed:
            raise ChannelUnavailable(f"The folder {self._folder.name} takes no file: {failed.strerror}.") from failed

    def unfinished(self, path: Path) -> bool:
        """Is the file gone again, or was it written to so lately that it may not be whole?"""
        try:
            return abs(time.time() - path.lstat().st_mtime) < self._quiet
        except FileNotFoundError:
            return True

    def digest(self, path: Path) -> str:
        """sha256 of a file's bytes; of the name it came under where it is no file that we open."""
        try:
            return sha256(read_file(path)).hexdigest()
        except BadInput:
            return _of_name(_unmarked(path))

    def await_landing(self, path: Path, digest: str, positions: set[str]) -> None:
        """These rows of the file are about to be given out."""
        self._awaited[path] = (digest, positions)

    def landed(self, positions: set[str]) -> None:
        """Archive every file that awaits no row any more."""
        for path, (digest, awaited) in list(self._awaited.items()):
            awaited -= positions
            if not awaited:
                del self._awaited[path]
                self._keep(path, digest)

    def _keep(self, path: Path, digest: str) -> None:
        """Move the file, named by its content. What was put under its name meanwhile is put back unread."""
        try:
            self._archive.mkdir(parents=True, exist_ok=True)
            aside = self._archive / f".{digest[:16]}.{_short(path)}.part"
            path.rename(aside)
            self._settle(aside, path, digest[:16], by_name=digest == _of_name(path))
            _flush(self._archive)
        except FileNotFoundError:
            return
        except OSError as failed:
            raise ChannelUnavailable(f"A file cannot be archived: {failed.strerror}.") from failed

    def finish(self) -> None:
        """Bring to its end what a run that was killed had begun to archive. Raises `ChannelUnavailable`."""
        try:
            for aside in sorted(self._archive.glob(".*.part")) if self._archive.is_dir() else ():
                mark, _, name = aside.name[1:].removesuffix(".part").partition(".")
                home = self._folder / name
                self._settle(aside, home, mark, by_name=_of_name(home).startswith(mark))
        except OSError as failed:
            raise ChannelUnavailable(f"A file cannot be archived: {failed.strerror}.") from failed

    def _settle(self, aside: Path, home: Path, mark: str, *, by_name: bool) -> None:
        """Archive what was read; put what was not back where it lay, beside what may lie there by now."""
        short = Path(_short(home))
        marked = f"{short.stem}.{mark}{short.suffix}"
        if aside.is_symlink() or by_name or self.digest(aside).startswith(mark):
            aside.rename(self._archive / marked)
        else:
            aside.rename(home.with_name(marked) if home.exists() else home)


def _short(path: Path) -> str:
    """The name of a file, its stem cut so that the marks of the archive still fit beside it.

    What is cut off leaves a mark of its own, so that two long names stay two. A short name is its own.
    """
    if len(path.name.encode()) <= _LONGEST_NAME:
        return path.name
    ending = path.suffix if len(path.suffix.encode()) <= _LONGEST_ENDING else ""
    cut = "~" + sha256(path.name.encode()).hexdigest()[:8]
    stem = path.name.removesuffix(ending).encode()[: _LONGEST_NAME - len((cut + ending).encode())]
    return stem.decode("utf-8", "ignore") + cut + ending


def _of_name(path: Path) -> str:
    return sha256(b"name\x00" + _short(path).encode()).hexdigest()


def _unmarked(path: Path) -> Path:
    """The name that a file of the archive came under, where it was archived by its name; else its own."""
    found = _MARKED.fullmatch(path.name)
    came = path.with_name(found[1] + (found[3] or "")) if found else path
    return came if found and _of_name(came).startswith(found[2]) else path


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
