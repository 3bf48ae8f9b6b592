"""Everything that is linked, kept ready: new complaints cost what they touch, and come to what all at once would.

What is kept: the table, the keys of every row, all candidate pairs with their scores, and the groups. New complaints
meet others through their keys; pairs that their coming changes are weighed again; and the groups that any of these
pairs reach are grown anew, from single complaints, as a run over everything would grow them. All else cannot change:
every step of the linker is a function of what hangs together and of nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from casework.linkage import Decision
from dedupe import engine, fuse, keys
from dedupe.agglomeration import Words
from dedupe.asking import may_be_one
from dedupe.carrying import carrying, confidence
from dedupe.case_sizes import CaseSizes
from dedupe.edges import Edges, Kind, packed, unpacked
from dedupe.engine import Grouped
from dedupe.growing import Column, Growing, KeyIndex
from dedupe.index import Change, Index
from dedupe.judging import Judged
from dedupe.outside import Around
from dedupe.pair_store import Kept, PairStore
from dedupe.pairs import MOST_ROWS
from dedupe.rings import Rings
from dedupe.rows import among, each
from dedupe.sharing import named_anew, shared_phones, shared_phones_of
from dedupe.standing_state import State
from dedupe.table import I8, I32, I64, U64, Mask, Table
from dedupe.values import hashed
from dedupe.views import View, cut
from dedupe.weighing import weigh_every
from dedupe.weights import Model

F64 = NDArray[np.float64]
Weigh: TypeAlias = Callable[[Table, Mask, Model], Kept]
"""From a table, the phones that many share and a model to all candidate pairs, weighed."""
_NOBODY: I32 = np.zeros(0, dtype=np.int32)
_PHONE = next(number for number, rule in enumerate(keys.RULES) if rule.parts == ("phone",))
"""The column of keys by which those who give one phone are found."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What an update came to. Rows are those of the whole table, whose numbers never change.

    `rows` are all complaints whose groups were worked out again, sorted; beside each stand its claim and its case, by
    the row of their oldest members, and how sure its place is. `edges` are the pairs that carry this, and `found` what
    their fields say. `refused` are pairs of rows with the reason, a number of `vetoes.Why`.

    With a `breaker` nothing is merged in any row; what the others come to says `Standing.whole`, now and when it holds
    again.
    """

    rows: I32
    claim: I32
    case: I32
    confidence: F64
    edges: Edges
    found: Judged
    refused: tuple[I32, I32, I8]
    breaker: str | None


class Standing:
    """All complaints of a table with their pairs and their groups. `ids` are kept by row, `shared` by phone."""

    def __init__(
        self,
        table: Table,
        ids: Sequence[str],
        model: Model,
        decisions: Iterable[Decision] = (),
        *,
        weigh_all: Weigh | None = None,
    ) -> None:
        """`weigh_all` finds and weighs all candidates somewhere else than here."""
        _refuse_twice(len(set(ids)) != len(ids))
        self.model = model
        self.ids = list(ids)
        self._shared = Column(shared_phones(table))
        self._known = KeyIndex(table.uid)
        kept = (weigh_all or weighed)(table, self.shared, model)
        self._words = self._rows_of(decisions)
        grouped = engine.group(table, self._words, kept.edges, model)
        self._stand(table, kept, Index.of(table), grouped.claim, grouped.case)

    @classmethod
    def of(cls, state: State, model: Model) -> Standing:
        """What stood when the state was taken."""
        made = cls.__new__(cls)
        made.model, made.ids, made._shared = model, list(state.ids), Column(state.shared)
        made._known = KeyIndex(state.table.uid)
        made._words = Words(unpacked(state.together), unpacked(state.apart))
        made._stand(state.table, state.pairs, Index.laid(state.table, state.shelves), state.claim, state.case)
        return made

    def state(self) -> State:
        """All that is kept, which taking in more complaints does not change. Updates are quicker after it."""
        table = self.table
        self._pairs.tidy()
        words = replace(table.words, text=table.words.text[: len(table.words.key)])
        return State(
            table=replace(table, words=words),
            ids=list(self.ids),
            shared=self.shared.copy(),
            pairs=self._pairs.all(),
            together=packed(*self._words.together),
            apart=packed(*self._words.apart),
            claim=self._claim.seen().copy(),
            case=self._case.seen().copy(),
            shelves=self._index.shelves(),
        )

    def _stand(self, table: Table, pairs: Kept, index: Index, claim: I32, case: I32) -> None:
        self._pairs, self._index, self._grown = PairStore(pairs), index, Growing(table)
        self._claim, self._case = Column(claim), Column(case)
        self._sizes, self._rings = CaseSizes(case), Rings(self._case.seen())
        self._nothings, self._most_nothings = Column(np.zeros(0, dtype=np.int32)), 0
        self._count_nothings(table)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def table(self) -> Table:
        """All complaints."""
        return self._grown.table

    @property
    def shared(self) -> Mask:
        """Which phones many share."""
        return self._shared.seen()

    def whole(self) -> Touched:
        """What all complaints come to, as one run over everything says it."""
        edges = self._pairs.all().edges
        return self._grouped(np.arange(len(self), dtype=np.int32), edges.at(edges.kind != 0))

    def rows_of(self, ids: Iterable[str]) -> I32:
        """The rows of those of these complaints that stand, sorted."""
        names = np.asarray([hashed("complaint", name) for name in ids], dtype=np.uint64)
        found = self._known.find(names)
        return each(found[found >= 0])

    def update(
        self, small: Table, ids: Sequence[str], decisions: Iterable[Decision] = (), also: I32 = _NOBODY
    ) -> Touched:
        """Take in new complaints, as a table of their own, and all that people decided so far.

        `also` are rows that stand and are to be told of as well, touched or not. Raises `ValueError`, and changes
        nothing, when an id stands already (where a complaint was corrected, everything is made anew), when there are
        not as many ids as complaints, or when there would be too many rows. After any other error what stands is half
        changed and is to be thrown away.
        """
        if len(ids) != len(small):
            raise ValueError(f"{len(ids)} ids for {len(small)} complaints")
        if len(self) + len(ids) > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS} complaints cannot stand")
        _refuse_twice(len(set(ids)) != len(ids) or bool((self._known.find(small.uid) >= 0).any()))
        said = list(decisions)
        self._known.place(small.uid)
        self.ids += ids
        rows = self._grown.append(small)
        for column in (self._claim, self._case):
            column.extend(rows)
        self._sizes.extend(len(rows))
        self._rings.extend(rows)
        table = self.table
        self._count_nothings(cut(table, rows))
        columns = keys.columns_of(small)
        change = self._index.add(columns, keys.order_words(small), small.uid)
        turned = self._share(table, columns[_PHONE].keys, rows)
        seeds = [rows, also, turned, self._meet(table, change), self._hear(said)]
        return self._grouped(*self._pairs.hanging(each(np.concatenate(seeds)), self._words.together, len(self)))

    def _count_nothings(self, table: Table) -> None:
        """How many complaints name each employer that says nothing, and how many name the same one at most."""
        self._nothings.extend(np.zeros(len(table.firms.key) - self._nothings.size, dtype=np.int32))
        named, counts = fuse.saying_nothing(table), self._nothings.seen()
        np.add.at(counts, named, 1)
        self._most_nothings = max(self._most_nothings, int(counts[named].max(initial=0)))

    def _share(self, table: Table, given: U64, rows: I32) -> I32:
        """Weigh the pairs again whose phones turn out to be shared by many, of those that new rows have.

        `given` are these phones as keys. Gives the rows of the pairs that matter.
        """
        self._shared.extend(np.zeros(len(table.phones.key) - self._shared.size, dtype=np.bool_))
        around = self._index.rows_of(_PHONE, given)
        phones = named_anew(table, rows, around)
        now = shared_phones_of(table, phones, around)
        turned = phones[now[phones] != self.shared[phones]]
        if not len(turned):
            return _NOBODY
        self.shared[turned] = now[turned]
        kept = self._pairs.of_rows(around[among(table.phone[around], turned)])
        again = weigh_every(table, *unpacked(kept.edges.pairs), self.shared, self.model)
        self._pairs.take(kept.edges.pairs)
        self._pairs.put(Kept(again.edges, again.levels, kept.times))
        return _ends(kept.edges.at((kept.edges.kind | again.edges.kind) != 0))

    def _meet(self, table: Table, change: Change) -> I32:
        """Weigh the new pairs, and forget those that are candidates no longer.

        Gives the rows of those that mattered, and who is alone and less surely so than before.
        """
        fresh = weigh_every(table, *change.new(), self.shared, self.model)
        gone = self._pairs.given(change.pairs[~change.fresh], change.delta[~change.fresh])
        self._pairs.put(Kept(fresh.edges, fresh.levels, change.delta[change.fresh].astype(np.uint16)))
        asked = _ends(fresh.edges.of(Kind.ASK))
        alone = self._sizes.of(self._case.seen()[asked]) == 1
        return np.concatenate([asked[alone], _ends(gone.edges.at(gone.edges.kind != 0))])

    def _hear(self, decisions: Iterable[Decision]) -> I32:
        """Take people's words as they are now. Gives the rows of those that changed."""
        before, self._words = self._words, self._rows_of(decisions)
        changed = [
            np.setxor1d(packed(*one), packed(*other))
            for one, other in ((before.together, self._words.together), (before.apart, self._words.apart))
        ]
        return np.concatenate(unpacked(np.concatenate(changed)))

    def _rows_of(self, decisions: Iterable[Decision]) -> Words:
        said = list(decisions)
        names = sorted({name for one in said for name in (one.left, one.right)})
        found = self._known.find(np.asarray([hashed("complaint", name) for name in names], dtype=np.uint64))
        rows: Mapping[str, int] = {name: row for name, row in zip(names, found.tolist(), strict=True) if row >= 0}
        return Words.of(said, rows)

    def _grouped(self, rows: I32, edges: Edges, places: I64 | None = None) -> Touched:
        """Grow the groups of some rows anew, which are all that hangs together, and say what they come to.

        `edges` are their pairs that matter, and `places` says where these stand, if that is known.
        """
        view = View.over(self.table, rows, edges, self._words)
        grouped = engine.group(view.table, view.words, view.edges, self.model)
        claim, case = self._claim.seen(), self._case.seen()
        self._sizes.move(case[rows], rows[grouped.case])
        claim[rows], case[rows] = rows[grouped.claim], rows[grouped.case]
        self._rings.lay(rows, case)
        why = self._implausible() or fuse.forbidden(view.table, grouped.case, view.words)
        if why is not None:
            grouped = engine.alone(view.table, view.words, view.edges, self.model)
        return self._told(view, grouped, edges, places, why)

    def _implausible(self) -> str | None:
        complaints = len(self)
        return fuse.broken(self._most_nothings, complaints) or fuse.implausible(
            self._sizes.largest, self._sizes.cases, complaints
        )

    def _told(self, view: View, grouped: Grouped, edges: Edges, places: I64 | None, why: str | None) -> Touched:
        """What carries the groups of a view: the cases that they might be one with are looked at as wholes."""
        table = self.table
        around = Around.of(table.uid, self._case.seen(), view, edges, grouped)

        def may(left: I32, right: I32) -> Mask:
            members = around.members(self._rings, left, right)
            return may_be_one(table, members, self._words.apart, self.model.lines, left, right)

        keep = carrying(around.laid, view.places[grouped.tree].astype(np.int64), may)
        kept = edges.at(keep)
        one, other, reason = grouped.refused
        return Touched(
            rows=view.rows,
            claim=view.rows[grouped.claim],
            case=view.rows[grouped.case],
            confidence=confidence(around.laid, view.words)[: around.own],
            edges=kept,
            found=self._pairs.judged(kept, None if places is None else places[keep]),
            refused=(view.rows[one], view.rows[other], reason),
            breaker=why,
        )


def weighed(table: Table, shared: Mask, model: Model) -> Kept:
    """All candidate pairs of a table, sorted, with what they are good for and how often they were given."""
    found = keys.candidates(table)
    every = weigh_every(table, found.left, found.right, shared, model)
    return Kept(every.edges, every.levels, found.times)


def _ends(edges: Edges) -> I32:
    return np.concatenate(unpacked(edges.pairs))


def _refuse_twice(twice: bool) -> None:
    if twice:
        raise ValueError("a complaint id stands twice")
