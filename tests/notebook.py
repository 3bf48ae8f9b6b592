"""A seventh channel for tests: complaints as JSON lines in one file, answers in another. A real connector."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from casework.complaint import Complaint, Kind, RosterLine
from casework.errors import ChannelChanged, ChannelUnavailable, NotAllowed
from casework.record import Cursor, Json, RawRecord, broken_record
from casework.reply import Letter, Receipt
from connectors.base import Channel, ReplyDeadline, keep_promises
from connectors.fields import Fields
from connectors.positions import Marks, from_moment, position, start_from

FACTS = Channel(
    name="notebook",
    title="记事本",
    title_en="Notebook",
    transport="JSON lines",
    least_per_run=1,
    overlap_minutes=30,
    answers=True,
    every_minutes=15,
    promises=("key", "at"),
    reply_deadline=ReplyDeadline(days=5, unit="working", source="the test's own"),
)


@dataclass
class Notebook:
    """The channel. `lines` holds what is told, `answers` what it took; `trouble` is what the next call meets."""

    lines: Path
    answers: Path
    channel: Channel = FACTS
    trouble: str | None = None
    settled: list[str] = field(default_factory=list)

    def check(self) -> None:
        """The file is there."""
        self._stumble()

    def _stumble(self) -> None:
        if self.trouble == "down":
            raise ChannelUnavailable("notebook: the other side is down.")
        if self.trouble == "refused":
            raise NotAllowed("The notebook takes no such answer.")

    def write(self, **told: Json) -> None:
        """A complaint is told, or told again."""
        with self.lines.open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")

    def pull(self, cursor: Cursor | None, *, now: datetime) -> Iterator[RawRecord]:
        """Every line from the cursor less the overlap on, by moment and key."""
        start = start_from(self.channel, cursor, now=now, first_days=400)
        self._stumble()
        if self.trouble == "empty":
            return
        rows = [json.loads(line) for line in self.lines.read_text("utf-8").splitlines()]
        if self.trouble == "drift":
            rows = [{name: value for name, value in row.items() if name != "at"} for row in rows]
        keep_promises(self.channel, rows)
        latest = {row.get("key"): row for row in rows}
        marks = Marks(start, now)
        for number, row in enumerate(sorted(latest.values(), key=lambda row: (row["at"], str(row.get("key"))))):
            at = datetime.fromisoformat(row["at"])
            if at < start:
                continue
            if self.trouble == "cut" and number >= 3:
                raise ChannelUnavailable("notebook: the line was cut.")
            if row.get("broken"):
                yield broken_record("notebook", position(at, "broken"), str(row))
                continue
            yield RawRecord("notebook", str(row["key"]), row, marks.mark(at, str(row["key"])))
        if self.trouble == "changed":
            raise ChannelChanged("notebook: the promised field key is gone.")

    def again(self, since: datetime, *, now: datetime) -> Iterator[RawRecord]:
        """Every line since a moment."""
        return self.pull(from_moment(self.channel, since), now=now)

    def place(self, words: str, *, at: datetime) -> None:
        """One more line."""
        self._stumble()
        self.write(key=f"canary-{at.isoformat()}", at=at.isoformat(), text=words)

    def read(self, raw: RawRecord) -> Complaint:
        """What a line means."""
        fields = Fields(raw, self.channel)
        fields.needed("key")
        crew = fields.raw("crew")
        assert crew is None or isinstance(crew, list)
        lines = [line for line in crew or [] if isinstance(line, dict)]
        complaint = Complaint(
            channel=raw.channel,
            source_key=raw.source_key,
            version=raw.version,
            received_at=fields.needed_moment("at"),
            narrative=fields.needed("text"),
            kind=Kind.INFORMANT_REPORT if fields.flag("secret") else Kind.WORKER_COMPLAINT,
            employer_name=fields.text("employer"),
            site_name=fields.text("site"),
            complainant_name=fields.text("name"),
            complainant_phone=fields.text("phone"),
            complainant_id_no=fields.text("id_no"),
            worker_count=fields.count("count"),
            amount_claimed=fields.money("amount"),
            arrears_from=fields.month("from"),
            arrears_to=fields.month("to"),
            wants_reply=fields.flag("reply") is not False,
            urgent=bool(fields.flag("urgent")),
            roster=tuple(RosterLine(name=str(line["name"]), phone=str(line["phone"])) for line in lines),
        )
        fields.done()
        return complaint

    def settle(self, landed: Sequence[RawRecord]) -> None:
        """Remember what was safely stored."""
        self.settled += [raw.source_key for raw in landed]

    def shown(self) -> dict[str, dict[str, str]]:
        """The answers the channel shows, by letter key."""
        if not self.answers.exists():
            return {}
        found: dict[str, dict[str, str]] = {}
        for line in self.answers.read_text("utf-8").splitlines():
            answer = json.loads(line)
            found.setdefault(answer["letter"], answer)
        return found

    def reply(self, letter: Letter) -> Receipt:
        """Take one answer; the same key again has no second effect."""
        self._stumble()
        if self.trouble != "forgets" and letter.key not in self.shown():
            body = "something else" if self.trouble == "alters" else letter.body
            with self.answers.open("a", encoding="utf-8") as file:
                line = {"letter": letter.key, "source_key": letter.source_key, "body": body}
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
        return Receipt(letter.key, letter.body, letter.written_at)

    def confirm(self, letter: Letter) -> Receipt | None:
        """What the channel shows for a letter."""
        self._stumble()
        answer = self.shown().get(letter.key)
        return Receipt(letter.key, answer["body"], letter.written_at) if answer else None


def notebook(folder: Path) -> Notebook:
    """An empty notebook in a folder."""
    book = Notebook(folder / "lines.jsonl", folder / "answers.jsonl")
    book.lines.touch()
    return book
