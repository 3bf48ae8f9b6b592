"""Texts about a complaint are hidden by one function: nothing beside it masks a told text in its own way.

And none goes round it: whatever reads a sealed text gives it to that function, or says here why not.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

from tests.floors import FLOORS
from warehouse.models import Base, Encrypted

ROOT = Path(__file__).parent.parent.parent
PARTS = {"mask_told", "mask_secret", "without_name"}
ITS_OWN = {"warehouse/queries/masks.py", "warehouse/queries/hiding.py"}
HIDES = {"hide", "hide_any", "hidden", "masked"}
"""The one function under its own name, bound to a case or to several, and as a page has it."""

VALUES = {"name", "phone", "id_no", "worker_name", "boss_name", "signed_by", "legal_rep", "code"}
"""Sealed columns of one value each, for which there are masks of their own; every other one is a text."""
VALUES |= {"complainant_name", "complainant_phone", "complainant_id_no", "totp_secret", "totp_offered"}

PAGE = "the template masks it, for the reader and the case"
DECIDES = "worked with, and not given out"
PAPER = "the inner file and the papers hold what was written; what leaves on them is looked at by paper_secrecy"
WRITES = "taken over as it was written into another sealed column"
PUBLIC = "what the law has the office publish; looked at by for_the_public before it is"
OF_OFFICERS = "of an officer, or of words that hold no text of anybody; handed to a gateway alone"
OF_EMPLOYERS = "where an employer is written to, or what opens its file in the inbox; on no page"
READERS = {
    "warehouse.queries.worker_progress": (
        {"body"},
        "the answers that went to this very complainant, read again by who knows receipt and telephone",
    ),
    "console.acts_publication": ({"basis"}, DECIDES),
    "console.views.outcome": (
        {"note", "offence_item"},
        "the form gives back what was typed to who typed it",
    ),
    "services.arriving.attaching": ({"ref"}, DECIDES),
    "services.cases.before_deciding": ({"exempted_article", "offence_item"}, DECIDES),
    "services.cases.outcomes": ({"exempted_article", "note", "offence_item"}, DECIDES),
    "services.leniency.pledges": ({"says"}, WRITES),
    "services.linkage.judging": ({"reason"}, WRITES),
    "services.malice.mending": ({"facts", "handled"}, PUBLIC),
    "services.malice.public_text": ({"address", "facts", "handled"}, PUBLIC),
    "services.malice.publishing": (
        {"basis", "place", "reason", "weighed"},
        f"{PUBLIC}; why it was dropped is taken over into the paper that is void; the weighing is worked with",
    ),
    "services.messaging.addresses": ({"address"}, OF_OFFICERS),
    "services.messaging.sending": ({"body"}, OF_OFFICERS),
    "services.paperwork.paper_values": ({"exempted_article", "offence_item"}, PAPER),
    "services.paperwork.serving": ({"served_ref"}, PAPER),
    "services.people.recusing": ({"reason"}, WRITES),
    "services.prevention.exchanging": ({"part_key"}, OF_EMPLOYERS),
    "services.prevention.sending": ({"contact"}, OF_EMPLOYERS),
    "services.replying.calling_back": ({"opinion"}, WRITES),
    "services.replying.hearing_money": ({"words"}, WRITES),
    "services.replying.money_answers": ({"words"}, f"{WRITES}: the question's own, and why a case is taken up again"),
    "warehouse.queries.case": ({"narrative", "title"}, "a story is hidden as one, line by line, by the same function"),
    "warehouse.queries.queue_pane": ({"narrative", "title"}, "a story is hidden as one, as on the page of its case"),
    "warehouse.queries.endings": ({"ended_reason"}, "only whether there is one; the text itself is hidden"),
    "warehouse.queries.history": (
        {"demand", "reason", "served_ref", "void_why"},
        f"{PAGE}; what is noted of a paper is hidden by the module's own function, which is the one",
    ),
    "warehouse.queries.holidays": ({"reason"}, "the number of a holiday notice"),
    "warehouse.queries.investigation": ({"approver"}, "the officer who approved"),
    "warehouse.queries.link_records": ({"narrative", "site_address", "title"}, "what the linker compares"),
    "warehouse.queries.linked": ({"reason"}, "a code of the linker"),
    "warehouse.queries.lives": ({"court", "note"}, PAGE),
    "warehouse.queries.notices": (
        {"reason"},
        "of endings and nudges, which come hidden from the modules that read them",
    ),
    "warehouse.queries.outcomes": ({"decided_reason", "note"}, PAGE),
    "warehouse.queries.photos": ({"struck_reason"}, "hidden where it is put on the page's line"),
    "warehouse.queries.prevention": ({"words"}, "only whether there is one; the text itself is hidden"),
    "warehouse.queries.receipt_days": ({"shown"}, "only whether there is one; the text itself is hidden"),
    "warehouse.queries.tellers": ({"narrative", "title"}, "what tells whom to hide"),
    "warehouse.queries.workings": ({"reason"}, "the number of a holiday notice"),
    "warehouse.queries.road": ({"place", "site_address"}, "hidden where the two are put together, by the one function"),
    "warehouse.statistics.of_employers": ({"place"}, "a column of the question, no text"),
    "warehouse.statistics.pulls": ({"reason"}, "the column that is asked for; what comes of it is hidden"),
    "warehouse.store.complaints": ({"narrative", "site_address", "title"}, WRITES),
    "warehouse.store.handling": ({"narrative", "site_address", "title"}, DECIDES),
    "warehouse.store.ledger": ({"struck_reason"}, DECIDES),
    "warehouse.store.liable": ({"told_where"}, WRITES),
    "warehouse.store.merging": ({"reason"}, WRITES),
    "warehouse.store.outcomes": ({"law"}, "law and article"),
    "warehouse.store.proofs": ({"proof_ref"}, DECIDES),
    "warehouse.store.purposes": ({"purpose"}, "read in plain by an audit administrator; each time is a row of the log"),
    "warehouse.store.replies": ({"body"}, "what is sent to the channel it is an answer to"),
    "warehouse.store.addresses": ({"address"}, OF_OFFICERS),
    "warehouse.store.messages": ({"address", "body", "contact"}, f"{OF_OFFICERS}; {OF_EMPLOYERS}"),
}
"""By module the sealed texts that it reads without hiding them, and why that is right."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the floors, by its dotted name."""
    found = {}
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
                found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def test_only_the_one_function_is_put_together_of_parts() -> None:
    found: dict[str, set[str]] = {}
    for name, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (taken := PARTS & {one.name for one in node.names}):
                found.setdefault(f"{name.replace('.', '/')}.py", set()).update(taken)
    assert found.keys() == ITS_OWN - {"warehouse/queries/masks.py"}


def sealed() -> dict[str, set[str]]:
    """By class of a row the texts of it that are sealed."""
    return {
        mapper.class_.__name__: texts
        for mapper in Base.registry.mappers
        if (texts := {one.key for one in mapper.column_attrs if isinstance(one.columns[0].type, Encrypted)} - VALUES)
    }


def read_plain(trees: dict[str, ast.Module], rows: dict[str, set[str]]) -> dict[str, set[str]]:
    """By module the sealed texts that it reads, of rows that it names or that a function gives it, outside a hiding."""
    gives: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                said = {one.id for one in ast.walk(node.returns) if isinstance(one, ast.Name)}
                gives[name, node.name] |= said & rows.keys()
    found: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        if name.startswith("warehouse.models"):
            continue
        known: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for one in node.names:
                    known |= gives[node.module, one.name] | ({one.name} & rows.keys())
        texts = {text for row in known for text in rows[row]}
        if texts:
            _read(tree, texts, hidden=False, found=found[name])
    return {name: read for name, read in found.items() if read}


def _read(node: ast.AST, texts: set[str], *, hidden: bool, found: set[str]) -> None:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and node.attr in texts and not hidden:
        found.add(node.attr)
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        hidden = hidden or called in HIDES
    for child in ast.iter_child_nodes(node):
        _read(child, texts, hidden=hidden, found=found)


def test_no_sealed_text_goes_round_the_one_function() -> None:
    assert read_plain(modules(), sealed()) == {name: texts for name, (texts, _) in READERS.items()}


def test_a_text_that_goes_round_it_would_be_found() -> None:
    """Planted: a reason shown as it was written, by a module that is given the rows, and one of a column to come."""
    asks = "from warehouse.models import RestatementRow\ndef noted(session) -> list[RestatementRow]: ...\n"
    shows = "from store import noted\nfound = [one.reason for one in noted(session)]\n"
    masks = "from store import noted\nfound = [hide(one.reason) for one in noted(session)]\n"
    trees = {name: ast.parse(text) for name, text in {"store": asks, "page": shows, "masked": masks}.items()}
    assert read_plain(trees, sealed()) == {"page": {"reason"}}
    later = ast.parse("from warehouse.models import NewRow\nsaid = NewRow().what_they_said\n")
    assert read_plain({"page": later}, {"NewRow": {"what_they_said"}}) == {"page": {"what_they_said"}}
