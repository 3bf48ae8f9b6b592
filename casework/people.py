"""Who acts, and in what role (角色). Administration is split in three, as GB/T 22239 asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """综合岗, 监察员, 负责人, 局负责人, 只读, and the three administrators 系统 / 安全 / 审计.

    A head is that of the brigade; the head of the bureau may all a head may, and what the law keeps for that post
    (423 §16-17; QD §29, §31).
    """

    DESK_OFFICER = "desk_officer"
    INSPECTOR = "inspector"
    HEAD = "head"
    BUREAU_HEAD = "bureau_head"
    READ_ONLY = "read_only"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for an act: an account, or the system by the name of its flow. Goes into every row as `by`.

    `territories` are administrative codes a case's `district_code` or `street_code` must start with; empty is none.
    `grants` says which role holds where; without any, every role holds in every territory.
    """

    id: str
    roles: frozenset[Role] = frozenset()
    territories: tuple[str, ...] = ()
    grants: frozenset[tuple[Role, str]] = frozenset()

    def __post_init__(self) -> None:
        """The head of a bureau is a head there, without being given that role as well."""
        if Role.BUREAU_HEAD in self.roles:
            object.__setattr__(self, "roles", self.roles | {Role.HEAD})
            also = {(Role.HEAD, place) for role, place in self.grants if role is Role.BUREAU_HEAD}
            object.__setattr__(self, "grants", self.grants | also)

    @classmethod
    def system(cls, flow: str) -> Actor:
        """The schedule's own hand: it may do what no route offers, and nothing is hidden from it."""
        return cls(f"system:{flow}", frozenset(Role), ("",))

    def covers(self, code: str | None) -> bool:
        """Whether a place lies in this actor's territory. A place not said belongs to whoever covers the district."""
        return (
            any((code or "").startswith(own) or (not code and own) for own in self.territories)
            or "" in self.territories
        )

    def places(self, roles: Collection[Role]) -> tuple[str, ...]:
        """Where this actor holds one of these roles."""
        if not self.grants:
            return self.territories
        return tuple(sorted({place for role, place in self.grants if role in roles}))

    def may(self, role: Role, place: str | None) -> bool:
        """Whether this actor holds a role where a place lies: a head of one street is no head of the next."""
        if not self.grants:
            return role in self.roles and self.covers(place)
        own = tuple(territory for held, territory in self.grants if held is role)
        return Actor(self.id, self.roles, own).covers(place)
