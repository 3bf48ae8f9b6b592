"""What our own code may not say, beside what ruff's rules of security (bandit's, `S` in pyproject.toml) look for.

A rule takes the tree of one module and names the lines that break it. Who may break it stands with its reason in
`static_rules.csv`; a line there that no longer excuses anything is itself a finding.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.floors import FLOORS

ROOT = Path(__file__).parent.parent.parent
EXCUSED = Path(__file__).parent / "static_rules.csv"
_NETWORK = {
    "requests", "httpx", "urllib3", "urllib.request", "http.client", "smtplib", "imaplib", "ftplib", "telnetlib",
    "zeep", "imap_tools", "paramiko", "aiohttp", "xmlrpc", "socketserver", "socket",
}  # fmt: skip
_RUNS = {"subprocess", "pty", "ctypes", "multiprocessing.managers"}
_THAWS = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
_GUESSED = {"md5", "sha1"}

Rule = Callable[[ast.AST], Iterator[int]]


def _imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((one.name, node.lineno) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{one.name}", node.lineno) for one in node.names)


def _among(tree: ast.AST, names: set[str]) -> Iterator[int]:
    for name, line in _imports(tree):
        if name in names or name.partition(".")[0] in names:
            yield line


@lru_cache(maxsize=2)
def _calls(tree: ast.AST) -> tuple[tuple[str, ast.Call], ...]:
    return tuple((ast.unparse(node.func), node) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _said(call: ast.Call, name: str) -> str | None:
    return next((ast.unparse(word.value) for word in call.keywords if word.arg == name), None)


def reaches_out(tree: ast.AST) -> Iterator[int]:
    """A library of the network is taken: every way out is listed."""
    yield from _among(tree, _NETWORK)


def starts_programs(tree: ast.AST) -> Iterator[int]:
    """A program may be started."""
    yield from _among(tree, _RUNS)
    for name, call in _calls(tree):
        if name in {"os.system", "os.popen"} or name.startswith(("os.exec", "os.spawn")):
            yield call.lineno


def follows_redirects(tree: ast.AST) -> Iterator[int]:
    """A call that would follow where the other side points, or wait for ever."""
    for name, call in _calls(tree):
        asks = name.startswith("requests.") and name.rpartition(".")[2] in {"get", "post", "put", "request", "head"}
        if asks and (_said(call, "allow_redirects") != "False" or _said(call, "timeout") is None):
            yield call.lineno


def trusts_any_certificate(tree: ast.AST) -> Iterator[int]:
    """A line that nobody vouches for."""
    for name, call in _calls(tree):
        if _said(call, "verify") == "False" or name.endswith(("_create_unverified_context", "CERT_NONE")):
            yield call.lineno


def trusts_xml(tree: ast.AST) -> Iterator[int]:
    """A reader of XML that would load what the document declares."""
    for name, call in _calls(tree):
        last = name.rpartition(".")[2]
        if last == "XMLParser" and (_said(call, "resolve_entities") != "False" or _said(call, "no_network") != "True"):
            yield call.lineno
        if name in {"etree.fromstring", "etree.parse", "etree.XML"} and len(call.args) + len(call.keywords) < 2:
            yield call.lineno
    for name, line in _imports(tree):
        plain = name.startswith(("xml.sax", "xml.dom")) or name == "xml.etree.ElementTree.parse"
        if plain or name in {"xml.etree.ElementTree.fromstring", "xml.etree.ElementTree.iterparse"}:
            yield line


def thaws(tree: ast.AST) -> Iterator[int]:
    """Bytes become objects, or text becomes code."""
    yield from _among(tree, _THAWS)
    for name, call in _calls(tree):
        if name in {"eval", "exec", "compile", "yaml.load", "__import__"} or _said(call, "allow_pickle") == "True":
            yield call.lineno


def writes_sql(tree: ast.AST) -> Iterator[int]:
    """A question to the database that is put together from pieces."""
    for name, call in _calls(tree):
        asks = name.rpartition(".")[2] in {"text", "exec_driver_sql", "executescript", "literal_column"}
        pieces = call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp)
        if asks and pieces and not name.startswith(("fields.", "self._fields.")):
            yield call.lineno


def trusts_html(tree: ast.AST) -> Iterator[int]:
    """A text that is taken for markup."""
    for name, call in _calls(tree):
        if name.rpartition(".")[2] in {"Markup", "HTMLResponse"}:
            yield call.lineno


def guesses(tree: ast.AST) -> Iterator[int]:
    """Chance that can be foretold, or a digest that can be made."""
    for name, line in _imports(tree):
        if name in {"random", "random.Random"}:
            yield line
    for name, call in _calls(tree):
        if name.rpartition(".")[2] in _GUESSED or (
            name == "hashlib.new" and ast.unparse(call.args[0]).strip("'") in _GUESSED
        ):
            yield call.lineno


def leaves_files(tree: ast.AST) -> Iterator[int]:
    """A name in the folder for everybody's temporary files that somebody else could take first."""
    for name, call in _calls(tree):
        if name.rpartition(".")[2] in {"mktemp", "tempnam"}:
            yield call.lineno


RULES: dict[str, tuple[Rule, str]] = {
    "reaches_out": (reaches_out, "import requests"),
    "starts_programs": (starts_programs, "import os\nos.system('x')"),
    "follows_redirects": (follows_redirects, "requests.get(url, timeout=3)"),
    "trusts_any_certificate": (trusts_any_certificate, "requests.get(url, verify=False)"),
    "trusts_xml": (trusts_xml, "etree.fromstring(body)"),
    "thaws": (thaws, "import pickle"),
    "writes_sql": (writes_sql, "session.execute(text(f'select {name}'))"),
    "trusts_html": (trusts_html, "Markup(said)"),
    "guesses": (guesses, "hashlib.md5(body)"),
    "leaves_files": (leaves_files, "tempfile.mktemp()"),
}
"""Each rule with a line that breaks it: the bug that is planted for it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A module that breaks a rule."""

    rule: str
    path: str


def breaches() -> tuple[set[Breach], int]:
    """Every module that breaks a rule, and how many modules were looked at."""
    found, looked = set(), 0
    for floor in (*FLOORS, "ops"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            looked += 1
            tree = ast.parse(path.read_text("utf-8"))
            here = str(path.relative_to(ROOT))
            found |= {Breach(name, here) for name, (rule, _) in RULES.items() if any(True for _ in rule(tree))}
    return found, looked


def excused() -> dict[Breach, str]:
    """Who may break which rule, and why."""
    with EXCUSED.open(encoding="utf-8", newline="") as file:
        return {Breach(row["rule"], row["path"]): row["reason"] for row in csv.DictReader(file)}
