"""Mutants: a module with one small fault in it, as somebody might have made it by a slip.

A fault is a change of the text between two places, so that lines keep their numbers. The operators, each the name under
which a survivor is listed:

- `boundary`: `<` and `<=`, `>` and `>=` change places;
- `comparison`: `==` and `!=`, `is` and `is not`, `in` and `not in` change places, `<` becomes `>=`, `>` becomes `<=`;
- `boolean`: `and` and `or` change places, `not x` becomes `x`, a bare condition `x` becomes `not x`, True and False
  change places;
- `constant`: a number grows by one, a text is another;
- `arithmetic`: `+` and `-`, `*` and `/`, `&` and `|`, `<<` and `>>` change places, `//` and `%` become `*`, `-x` `x`;
- `return`: what is returned is None;
- `deleted`: a call for its effect, a change of what stands (`x += 1`, `x.y = 1`, `x[y] = 1`) or a `raise` is left out;
- `loop`: `break` and `continue` change places;
- `default`: the default of a parameter is another, as under `constant` and `boolean`.

Not mutated, for nothing could or should tell the difference: annotations, docstrings, decorators, the words of an
error, imports, names of type variables, what stands under TYPE_CHECKING, and the pieces of f-strings.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Change: TypeAlias = tuple[ast.AST, str, str]
"""The node that is replaced, the operator, and what stands there instead."""

_OTHER: dict[type[ast.AST], tuple[tuple[str, type[ast.AST]], ...]] = {
    ast.Lt: (("boundary", ast.LtE), ("comparison", ast.GtE)),
    ast.LtE: (("boundary", ast.Lt), ("comparison", ast.Gt)),
    ast.Gt: (("boundary", ast.GtE), ("comparison", ast.LtE)),
    ast.GtE: (("boundary", ast.Gt), ("comparison", ast.Lt)),
    ast.Eq: (("comparison", ast.NotEq),),
    ast.NotEq: (("comparison", ast.Eq),),
    ast.Is: (("comparison", ast.IsNot),),
    ast.IsNot: (("comparison", ast.Is),),
    ast.In: (("comparison", ast.NotIn),),
    ast.NotIn: (("comparison", ast.In),),
    ast.Add: (("arithmetic", ast.Sub),),
    ast.Sub: (("arithmetic", ast.Add),),
    ast.Mult: (("arithmetic", ast.Div),),
    ast.Div: (("arithmetic", ast.Mult),),
    ast.FloorDiv: (("arithmetic", ast.Mult),),
    ast.Mod: (("arithmetic", ast.Mult),),
    ast.BitAnd: (("arithmetic", ast.BitOr),),
    ast.BitOr: (("arithmetic", ast.BitAnd),),
    ast.LShift: (("arithmetic", ast.RShift),),
    ast.RShift: (("arithmetic", ast.LShift),),
}
_SILENT_CALLS = frozenset({"cast", "TypeVar", "NewType", "NamedTuple", "ParamSpec"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault. `start` and `end` are places in the module's bytes, `now` stands between them in the mutant."""

    module: str
    line: int
    operator: str
    was: str
    now: str
    start: int
    end: int
    inside: bool

    def of(self, text: bytes) -> bytes:
        """The module with the fault in it."""
        return text[: self.start] + self.now.encode() + text[self.end :]

    def stands(self, text: bytes) -> bool:
        """Whether that is still Python."""
        try:
            compile(self.of(text), self.module, "exec")
        except SyntaxError:
            return False
        return True


def mutants(module: str, text: bytes) -> list[Mutant]:
    """Every mutant of a module, in the order of its text.

    `inside` says whether the fault lies in a function: what lies outside runs once, when the module is imported.
    """
    begins = [0]
    for line in text.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    found: dict[tuple[int, int, str], Mutant] = {}
    for (node, operator, now), inside in _changes(ast.parse(text)):
        place: Any = node
        start = begins[place.lineno - 1] + place.col_offset
        end = begins[place.end_lineno - 1] + place.end_col_offset
        was = text[start:end].decode()
        made = Mutant(module, place.lineno, operator, " ".join(was.split()), now, start, end, inside)
        if now != was:
            found.setdefault((start, end, now), made)
    return sorted(found.values(), key=lambda one: (one.start, one.end, one.now))


def _changes(tree: ast.Module) -> Iterator[tuple[Change, bool]]:
    """All changes of a module, with whether they lie in a function."""
    waiting: list[tuple[ast.AST, bool, str | None]] = [(tree, False, None)]
    while waiting:
        node, inside, field = waiting.pop()
        default = field in {"defaults", "kw_defaults"}
        for change in _of(node):
            yield (change[0], "default" if default else change[1], change[2]), inside
        within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for name, child in _children(node):
            waiting.append((child, within and name != "defaults", name))


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What a change may lie in below a node."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Raise) or _only_for_types(node):
        return
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_comment", "ctx"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_text(child):
                yield name, child


def _is_text(node: ast.AST) -> bool:
    """A docstring, of whatever it stands under."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _only_for_types(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return "TYPE_CHECKING" in ast.unparse(node.test)
    if isinstance(node, ast.AnnAssign):
        return "TypeAlias" in ast.unparse(node.annotation)
    return isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in _SILENT_CALLS


def _of(node: ast.AST) -> Iterator[Change]:
    """The changes of one node."""
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.Compare):
        for number, op in enumerate(node.ops):
            for operator, other in _OTHER[type(op)]:
                ops = [*node.ops[:number], other(), *node.ops[number + 1 :]]
                made = ast.Compare(node.left, ops, node.comparators)  # type: ignore[arg-type]  # an operator each
                yield node, operator, _in_brackets(made)
    elif isinstance(node, ast.BoolOp):
        turned: ast.boolop = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield node, "boolean", _in_brackets(ast.BoolOp(turned, node.values))
    elif isinstance(node, ast.BinOp):
        for operator, other in _OTHER.get(type(node.op), ()):
            made_of = ast.BinOp(node.left, other(), node.right)  # type: ignore[arg-type]  # an operator
            yield node, operator, _in_brackets(made_of)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        operator = "boolean" if isinstance(node.op, ast.Not) else "arithmetic"
        yield node, operator, _in_brackets(node.operand)
    elif isinstance(node, ast.IfExp | ast.comprehension):
        for test in [node.test] if isinstance(node, ast.IfExp) else node.ifs:
            yield from _turned(test)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node)


def _of_statement(node: ast.stmt) -> Iterator[Change]:
    if isinstance(node, ast.If | ast.While):
        yield from _turned(node.test)
    elif isinstance(node, ast.Return) and node.value is not None and not _is_none(node.value):
        yield node, "return", "return None"
    elif isinstance(node, ast.Break | ast.Continue):
        yield node, "loop", "continue" if isinstance(node, ast.Break) else "break"
    elif _has_an_effect(node):
        yield node, "deleted", "pass"
    if isinstance(node, ast.AugAssign):
        for operator, other in _OTHER.get(type(node.op), ()):
            made = ast.AugAssign(node.target, other(), node.value)  # type: ignore[arg-type]  # an operator
            yield node, operator, ast.unparse(made)


def _has_an_effect(node: ast.stmt) -> bool:
    """Whether a statement changes what stands, so that without it the module still runs."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call | ast.Await)
    if isinstance(node, ast.Assign):
        return all(isinstance(one, ast.Attribute | ast.Subscript) for one in node.targets)
    return isinstance(node, ast.Raise | ast.AugAssign)


def _turned(test: ast.expr) -> Iterator[Change]:
    """A bare condition is turned round; others have their own changes."""
    if not isinstance(test, ast.Compare | ast.BoolOp | ast.Constant) and not (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    ):
        yield test, "boolean", f"(not {_in_brackets(test)})"


def _of_constant(node: ast.Constant) -> Iterator[Change]:
    value = node.value
    if isinstance(value, bool):
        yield node, "boolean", repr(not value)
    elif isinstance(value, int | float):
        yield node, "constant", repr(value + 1)
    elif isinstance(value, str):
        yield node, "constant", repr(f"{value}?")


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _in_brackets(node: ast.expr) -> str:
    """An expression that may stand wherever another one stood."""
    return f"({ast.unparse(ast.fix_missing_locations(node))})"
