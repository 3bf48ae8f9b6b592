"""Where this installation keeps its things. Read from the environment (`ARREARS_…`, listed in docs/settings.md).

What the *law* leaves to the office (thresholds, prefixes, titles) is not here but in the `setting` table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.errors import BadInput
from services.office.event_log import Level

_EXPIRY = "credentials_until"


class Settings(BaseSettings):
    """One installation."""

    model_config = SettingsConfigDict(env_prefix="ARREARS_", frozen=True)

    data_dir: Path = Field(default=Path(".data"), description="folder of the embedded database, key file and logs")
    database_url: str | None = Field(default=None, description="SQLAlchemy address; empty: SQLite in data_dir")
    key_file: Path | None = Field(default=None, description="key file; empty: keys.json in data_dir")
    keyring: SecretStr | None = Field(
        default=None, description="the text of a key file, which is then not read; empty: the key file"
    )
    channels_file: Path | None = Field(
        default=None, description="addresses and secrets of the channels; empty: channels.toml"
    )
    messages_file: Path | None = Field(
        default=None, description="gateways of messages and their secrets; empty: messages.toml"
    )
    channel_facts: Path | None = Field(
        default=None, description="folder of .toml files of further channels, each like one we have; empty: none"
    )
    district: str = Field(default="370215", description="administrative code of the district served")
    district_name: str = Field(default="即墨区", description="its name, as printed on papers")
    forms_dir: Path | None = Field(default=None, description="the office's own .docx forms, one a kind; empty: ours")
    matter_prefix: str = Field(default="JM", description="prefix of matter numbers")
    recall_grace_seconds: int = Field(
        default=600, ge=0, description="how long notices and answers of a dispatch are held back"
    )
    lease_seconds: int = Field(
        default=300, ge=120, le=3600, description="how long a channel is kept for a run that gives no sign of life"
    )
    link_runner: Literal["threads", "dask"] = Field(
        default="threads", description="where the linker's parts run when all is linked anew"
    )
    link_parts_from: int = Field(
        default=100_000, ge=1, description="so many complaints are linked anew in parts, as tasks of their own"
    )
    dask_address: str = Field(default="", description="scheduler of the Dask cluster; empty: processes of this machine")
    dask_tls: Path | None = Field(
        default=None, description="folder with ca.pem, cert.pem and key.pem for a tls:// cluster; empty: none"
    )
    console_host: str = Field(default="127.0.0.1", description="address the console listens on")
    console_port: int = Field(default=8000, ge=0, le=65535, description="port the console listens on")
    trusted_proxy: str = Field(
        default="", description="address of the reverse proxy whose X-Forwarded-For is believed; empty: nobody's"
    )
    audit_witness: Path | None = Field(
        default=None, description="file outside the database that keeps the audit log's last seal; empty: none"
    )
    log_level: Level = Field(default="info", description="from which level on events are logged")
    metrics_token_file: Path | None = Field(
        default=None, description="file with the token that opens /metrics to other machines; empty: loopback only"
    )
    secure_cookies: bool = Field(default=False, description="true behind TLS: cookies are sent over https only")

    @property
    def database(self) -> str:
        """The SQLAlchemy address in force."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'arrears.db').resolve()}"

    @property
    def keys(self) -> Path:
        """The key file in force."""
        return self.key_file or self.data_dir / "keys.json"

    @property
    def recall_grace(self) -> timedelta:
        """How long notices and answers of a dispatch are held back."""
        return timedelta(seconds=self.recall_grace_seconds)

    @property
    def lease(self) -> timedelta:
        """How long a channel is kept for a run that gives no sign of life."""
        return timedelta(seconds=self.lease_seconds)

    def channel(self, name: str) -> Mapping[str, str]:
        """Address and secrets of one channel. Raises `BadInput` when the file or the channel is missing."""
        path, table = self._channels()
        if name not in table:
            raise BadInput(f"The channels file {path.name} says nothing about {name}.")
        return {key: str(value) for key, value in table[name].items() if key != _EXPIRY}

    def messages(self) -> Mapping[str, Mapping[str, str]]:
        """Addresses and secrets of the ways out for messages, a table a way; none where there is no messages file."""
        path = self.messages_file or self.data_dir / "messages.toml"
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except tomllib.TOMLDecodeError as damaged:
            raise BadInput(f"The messages file {path.name} is not valid TOML.") from damaged
        if not all(isinstance(facts, dict) for facts in tables.values()):
            raise BadInput(f"The messages file {path.name} has a table for each way out, and nothing beside them.")
        return {name: {key: str(value) for key, value in facts.items()} for name, facts in tables.items()}

    def has_channel(self, name: str) -> bool:
        """Whether the channels file can be read and says how to reach this channel."""
        try:
            self.channel(name)
        except BadInput:
            return False
        return True

    def credentials_until(self) -> Mapping[str, date]:
        """Until when the credentials of each channel hold, where the channels file says so."""
        try:
            _, table = self._channels()
        except BadInput:
            return {}
        said = {name: facts.get(_EXPIRY) for name, facts in table.items() if isinstance(facts, dict)}
        return {name: day for name, day in said.items() if type(day) is date}

    def _channels(self) -> tuple[Path, dict[str, Any]]:
        path = self.channels_file or self.data_dir / "channels.toml"
        try:
            return path, tomllib.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise BadInput(f"There is no channels file {path.name}; see docs/settings.md.") from None
        except tomllib.TOMLDecodeError as damaged:
            raise BadInput(f"The channels file {path.name} is not valid TOML.") from damaged
