"""R25: the complainant is invisible outside the allowed places.

A thousand canary people complain by every channel of a real installation: platforms that fail, processes killed in the
middle, flows under a real Prefect server, a console in a process of its own. The office works a day on their cases and
writes letters to their employers. Then everything that anything has written is opened and looked at, on SQLite and on
PostgreSQL: `allowed_masks.csv` names the places where a person may stand, whole or masked, and before whom.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from sqlalchemy import func, select

from casework.people import Role
from console.app import make_app
from services.paperwork import filling_papers, papers
from tests.dumps import rows
from tests.postgres import Server
from tests.promises.canaries import Canary, make_canaries
from tests.promises.canary_ends import BothEnds
from tests.promises.canary_morning import Morning
from tests.promises.canary_office import OfficeDay, desks
from tests.promises.canary_page import ask_about_the_money, cases_of
from tests.promises.canary_pages import Pages
from tests.promises.canary_places import Ground, allowed
from tests.promises.canary_scan import Scanner
from tests.promises.canary_schedule import Schedule, schedule
from tests.promises.canary_stores import look_at_postgresql, to_postgresql
from tests.promises.canary_town import CanaryTown, canary_town
from tests.promises.conftest import NewStore
from tests.promises.districts import entered, routes
from tests.promises.in_process import console
from tests.promises.proofs import SCALE, Proof, proof
from tests.scenarios.by_services import ByServices
from warehouse.engine import Warehouse
from warehouse.models import CaseMembershipRow, CaseRow, ComplaintVersionRow
from warehouse.queries import case as case_query
from warehouse.queries import hiding, masks, queue_pane

WHOLE = SCALE >= 1
pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(2700)]


def share(full: int, least: int) -> int:
    """How often, of `full` times when proven whole: about a twentieth in the test command, where a gate is tried."""
    return full if WHOLE else max(least, round(full * SCALE / 5))


OTHERS = ("httpx", "httpcore", "mail.", "aiosmtpd", "pymap")
ENOUGH = {
    "told": share(1_000, 40),
    "kills": share(12, 2) * 2 // 3,
    "runs that failed": 3,
    "flows": 15,
    "messages sent": 1,
    "posted on the page": share(70, 3),
    "progress asked for": share(60, 3),
    "answers about the money": share(9, 1),
    "to be called": share(3, 0),
    "silent about the money": share(3, 0),
    **{f"brought files: {one}": 1 for one in ("hotline_12345", "mailbox", "message_board")},
    "photographs": 1,
    "papers of complaints opened": 1,
    "answers judged": 1,
    "notices that name somebody": share(45, 4),
    "notices sent": share(12, 1),
    "employers answered": share(12, 1),
    "files of employers": share(24, 2),
    "messages to officers": 2,
    "mails to officers": 2,
    "stops on route sheets": share(100, 5),
    "places in a bulletin": 1,
    "bulletins as docx": 2,
    "cases in hand": share(70, 8),
    "letters": 10_000 if WHOLE else 60,
    "quotations refused": share(250, 20),
    "reveals": share(200, 6),
    "reveals refused": share(100, 3),
    "told in confidence, beside the queue": 1,
    "pages that answered": share(1_400, 150),
    "errors of the server": 1,
    "exports": 6,
    "files": 20,
    "megabytes": 20 if not WHOLE else 1_000,
    "rows": share(20_000, 1_000),
}


class Day:
    """One day of the installation, from the first record to the last backup, with everything looked at on the way."""

    def __init__(self, town: CanaryTown, people: list[Canary], made: Proof) -> None:
        self.town, self.people, self.proof = town, people, made
        self.ground = Ground(Scanner(people))
        self.office = OfficeDay(town, made, self.ground, people)
        self.pages = Pages(town, made, self.ground, Random(made.seed))
        self.page = town.page
        self.ends = BothEnds(town, made, self.ground, self.office)
        self.cases: list[str] = []
        self.wrong: list[str] = []

    def pass_by(self, stranger: Canary) -> None:
        """The whole day. `stranger` is in a flow that nobody made safe: the bug planted for the proof."""
        with schedule(self.town) as flows, self.town.served() as address, desks(address, self.ground) as seats:
            morning = Morning(self.town, self.people, self.proof)
            morning.pay_badly(self.people[:5])
            self._at_the_ends(self.ends.begin, seats)
            kills = share(12, 2)
            morning.collect(flows, kills=kills, by_prefect=kills // 3 if WHOLE else 0, echo=self.people[1])
            self.pages.walk_in(seats, morning.walk_ins)
            self._flows(flows, "link", "suspect", "dispatch", "warn", "watch")
            self.pages.confide(seats)
            self._handle(flows)
            self._at_the_ends(self.ends.warn_employers, seats["desk"])
            self._flows(flows, "reply", "messages", "watch", "suspect", "month", "backup")
            self._at_the_ends(self.ends.employers_answer)
            self._at_the_telephone(flows)
            self._at_the_ends(self.ends.judge, seats["head"], seats["reader"])
            assert flows.run("bulletin", kind="weekly") == "done"
            self._at_the_ends(self.ends.hot_spots, seats["desk"], seats["reader"])
            self._at_the_ends(self.ends.on_the_road, seats)
            self._at_the_ends(self.ends.papers_of_complaints, seats["desk"])
            self._answers()
            self.page.close()
            self.wrong += self.office.reveals(seats, wanted=share(500, 20))
            self.pages.ask(seats, self.people, each=share(20, 2))
            self.pages.quarantine(seats)
            self.pages.take_out(seats, self.cases[: share(100, 3)])
            self.pages.inner_file(seats)
            self.pages.look(seats, each=share(12, 1), acts=None if WHOLE else 6)
            self.proof.count("flows", flows.ran)
            self.proof.planted(
                "an exception with a number goes through a flow",
                caught=flows.run("planted", lines=f"{stranger.id_no}\n") != "done",
            )

    def _at_the_telephone(self, flows: Schedule) -> None:
        """Workers look at their progress and say what became of the money, in words with everything in them."""
        self.page.ask_for_progress(self.proof, self.ground)
        asked = ask_about_the_money(self.town, self.page.own)
        self._flows(flows, "reply")
        self.page.say_no(self.proof, self.ground, asked)
        self._flows(flows, "reply", "messages")

    def _at_the_ends(self, act: Callable[..., None], *asked: object) -> None:
        """What workers, officers and employers are told beside the letters; how long it takes is noted."""
        began = monotonic()
        act(*asked)
        self.proof.count("seconds at both ends", round(monotonic() - began, 1))

    def _flows(self, flows: Schedule, *names: str) -> None:
        for name in names:
            assert flows.run(name) == "done", name

    def _handle(self, flows: Schedule) -> None:
        """The office's part: with one click out and told, then case by case, with a letter of every kind."""
        self.town.later()
        hands = ByServices(self.town)
        self.office.send(hands)
        self._flows(flows, "messages")
        self.cases = self.office.work(hands, most=share(700, 10), first=cases_of(self.town, self.page.own))
        kept = [one for one in self.cases if one in self.office.told]
        self._at_the_ends(self.ends.photograph, hands, kept)
        self.office.letters(kept, wanted=11_200 if WHOLE else 120, quotations=share(3, 3))

    def _answers(self) -> None:
        """What the platforms were answered: each complainant in the office's words, nobody by name."""
        for name, platform in self.town.running.platforms.items():
            for bodies in platform.answers.values():
                for body in bodies:
                    self.ground.look(f"answer by {name}", body)
                    self.proof.count("answers sent")
        for message in self.town.running.sms.taken:
            self.ground.look("message to a worker", message.text)
            self.proof.count("messages sent")
        self._at_the_ends(self.ends.told_officers)

    def look_everywhere(self) -> None:
        """Every file that anything left behind, and every row as it is stored."""
        for _ in self.ground.folder("installation", self.town.root):
            self.proof.count("files")
        self.look_at_rows(self.town.store, "row")

    def look_at_rows(self, store: Warehouse, place: str) -> None:
        """Every value of every table that is not sealed."""
        for table, lines in rows(store, without=()).items():
            self.proof.count("rows", len(lines))
            told = "\n".join(
                str(value) for line in lines for value in line if not isinstance(value, bytes | memoryview)
            )
            self.ground.look(f"{place} of {table}", told)


@contextmanager
def heard(path: Path) -> Iterator[None]:
    """Everything that the program logs in this process, at every level, goes to a file.

    Not what the tests' own browser and the imitated mail server say of themselves: they are somebody else's.
    """
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.addFilter(lambda record: not record.name.startswith(OTHERS))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
        handler.close()


def plant(day: Day, stranger: Canary, patched: pytest.MonkeyPatch) -> None:
    """Bugs that the day must not have had: each is made, and seen."""
    path = day.town.root.with_name("planted.log")
    with heard(path):
        logging.getLogger("arrears.planted").warning("filed for %s", stranger.name)
    seen = Scanner([stranger]).look(path.read_bytes())
    day.proof.planted("a log line names somebody", caught=bool(seen))

    spoilt = OfficeDay(day.town, Proof("R25", 25, {}), Ground(Scanner(day.people)), day.people, told=day.office.told)
    with patched.context() as inside:
        for module in (papers, filling_papers):
            inside.setattr(module, "keep_secret", lambda *_asked, **_more: None)
        one = day.office.told[day.cases[0]][0]
        spoilt.letter(day.cases[0], "inspection_advice", f"经查，{one.words}。")
    quoted = [wrong for wrong in spoilt.ground.wrong if wrong.startswith("letter to the employer: words whole")]
    day.proof.planted("a letter quotes what was told", caught=bool(quoted))

    with patched.context() as inside:
        for module in (case_query, queue_pane, hiding, masks):
            inside.setattr(module, "without_homes", lambda told, _known=(): told)
        beside = _as_reader(day, "queue_preview", "/queue/preview")
    day.proof.planted(
        "the pane beside the queue shows a home", caught="queue_preview: address whole before read_only" in beside
    )

    with patched.context() as inside:
        inside.setattr(case_query, "mask_phone", lambda phone: phone)
        shown = _as_reader(day)
    day.proof.planted("a page shows a telephone to a reader", caught="case_page: phone whole before read_only" in shown)
    day.ends.plant(day.people, patched)


def _as_reader(day: Day, place: str = "case_page", path: str = "/cases") -> set[str]:
    """What is wrong with a page of some cases, those told in confidence first, when somebody looks who only reads."""
    ground, reader = Ground(Scanner(day.people)), day.town.accounts["reader"]
    token, _ = entered(day.town.store, reader, day.town.now)
    told = (
        select(func.max(ComplaintVersionRow.confidential))
        .join(CaseMembershipRow, CaseMembershipRow.complaint_id == ComplaintVersionRow.complaint_id)
        .where(CaseMembershipRow.case_id == CaseRow.id)
        .scalar_subquery()
    )
    with day.town.store.read() as session:
        numbers = session.scalars(select(CaseRow.matter_no).order_by(told.desc(), CaseRow.matter_no).limit(10)).all()
    app = make_app(day.town.store, day.town.settings, day.town.clock)
    with console(app) as client:
        for number in numbers:
            seen = client.request("GET", f"{path}/{number}", headers={"Cookie": f"arrears={token}"})
            ground.answer(place, "read_only", seen)
    return set(ground.wrong)


def test_the_list_allows_nothing_in_a_log_a_letter_or_a_file() -> None:
    """Places are pages, answers to a form, and what is taken out for a reason: never a row, a file or a letter."""
    names = {route.name for _, route in routes()}
    places = {one.place for one in allowed()}
    assert {place.removeprefix("POST ") for place in places} <= names | {"ledger", "ledger in full"}
    for one in allowed():
        assert one.form in ("whole", "masked"), one
        assert one.roles <= {role.value for role in Role}, one
        assert len(one.reason) > 20, one


def test_r25(tmp_path: Path, postgres: Server, new_store: NewStore, monkeypatch: pytest.MonkeyPatch) -> None:
    count = share(1_000, 40)
    people = make_canaries(count + 1, Random(25))
    stranger = people.pop()
    with proof("R25", seed=25, enough=ENOUGH) as made, canary_town(tmp_path / "town") as town:
        day = Day(town, people, made)
        with heard(town.logs / "test.log"):
            day.pass_by(stranger)
        made.count("told", sum(number for name, number in made.counted.items() if name.startswith("told: ")))
        day.look_everywhere()
        leaked = Scanner([stranger]).look(b"".join(path.read_bytes() for path in (town.root / "prefect").glob("*.db*")))
        made.sabotage["an exception with a number goes through a flow"] &= bool(leaked)
        copy = new_store("postgresql")
        to_postgresql(town.store, copy)
        look_at_postgresql(day, postgres, copy)
        plant(day, stranger, monkeypatch)
        print("seconds at both ends:", made.counted["seconds at both ends"])
        made.count("megabytes", round(day.ground.scanner.bytes_seen / 1_000_000))
        made.count("sightings in allowed places", sum(day.ground.seen.values()))
        made.count("leaks", sum(day.ground.wrong.values()))
        made.count("reveals without their row", len(day.wrong))
        print("seen where nobody may stand:", *sorted(day.ground.wrong), sep="\n  ")
        assert not day.ground.wrong, dict(day.ground.wrong)
        assert day.wrong == []
        print("lines that nothing needed:", *day.ground.unused(), sep="\n  ")
        assert not WHOLE or day.ground.unused() == []
