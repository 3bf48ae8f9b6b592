"""What the page for workers needs to know. Read from the environment (`COUNTER_…`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class CounterSettings(BaseSettings):
    """One page. It is given the lock of the inbox and never the key, and an account that reaches the inbox alone."""

    model_config = SettingsConfigDict(env_prefix="COUNTER_", frozen=True)

    folder: Path = Field(default=Path(".counter"), description="folder of the embedded inbox and of the lock")
    inbox_url: str | None = Field(default=None, description="SQLAlchemy address of the inbox; empty: SQLite in folder")
    lock_file: Path | None = Field(default=None, description="public half of the inbox's key; empty: inbox.lock.json")
    office: str = Field(default="即墨区劳动保障监察大队", description="whose page it is, in Chinese")
    office_en: str = Field(default="Jimo District Labour Inspectorate", description="whose page it is, in English")
    telephone: str = Field(default="12333", description="whom to call instead")
    host: str = Field(default="127.0.0.1", description="address the page listens on")
    port: int = Field(default=8100, ge=0, le=65535, description="port the page listens on")
    trusted_proxy: str = Field(default="", description="proxy whose X-Forwarded-For is believed; empty: nobody's")
    secure_cookies: bool = Field(default=False, description="true behind TLS: cookies are sent over https only")
    most_files: int = Field(default=9, ge=1, le=30, description="so many files with one posting")
    file_megabytes: int = Field(default=50, ge=1, le=200, description="the most one file may have")
    posting_megabytes: int = Field(default=100, ge=1, le=400, description="the most all files of one posting may have")
    inbox_gigabytes: int = Field(default=20, ge=1, description="above so much no more files are taken in, only words")
    place_megabytes: int = Field(default=1_000, ge=1, description="files that one address may leave in a day")
    scarce_megabytes: int = Field(
        default=30, ge=1, description="and from four fifths of the inbox on, so that others get in"
    )
    kept_days: int = Field(default=60, ge=7, description="so long a posting stays in the inbox")
    posts_at_once: int = Field(default=20, ge=1, description="postings one address may send in one go")
    posts_an_hour: int = Field(default=30, ge=1, description="and how many an hour after that")

    @property
    def inbox(self) -> str:
        """The SQLAlchemy address in force."""
        return self.inbox_url or f"sqlite:///{(self.folder / 'inbox.db').resolve()}"

    @property
    def voice_seconds(self) -> int:
        """So many seconds a voice note of the page's own recorder may last: ten minutes, or what fits into a file where
        a browser records at 192 kbit/s, the most they take when they heed no wish."""
        return min(600, min(self.file_megabytes, self.posting_megabytes) * 8_000_000 // 192_000)

    @property
    def lock(self) -> Path:
        """The lock in force."""
        return self.lock_file or self.folder / "inbox.lock.json"
