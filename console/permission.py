"""What a line of the access table says: how far a route reaches, for which roles, how much of a person it shows."""

from __future__ import annotations

from dataclasses import dataclass

from casework.people import Actor, Role
from console.reach import Masking, Reach


@dataclass(frozen=True, slots=True)
class Rule:
    """One route's permission. No role named means everybody who satisfies `reach`."""

    reach: Reach
    roles: frozenset[Role] = frozenset()
    masking: Masking = Masking.NONE

    def admits(self, actor: Actor | None) -> bool:
        """Whether this person gets through the door; what they then see is the matter of the query."""
        if self.reach in (Reach.OPEN, Reach.MACHINE):
            return True
        if actor is None:
            return False
        return not self.roles or bool(self.roles & actor.roles)


DESK, INSPECTOR, HEAD = Role.DESK_OFFICER, Role.INSPECTOR, Role.HEAD
BUREAU = Role.BUREAU_HEAD
READER, SYSTEM = Role.READ_ONLY, Role.SYSTEM_ADMIN
SECURITY, AUDITOR = Role.SECURITY_ADMIN, Role.AUDIT_ADMIN


def opened() -> Rule:
    """Everybody, logged in or not."""
    return Rule(Reach.OPEN)


def machine() -> Rule:
    """A monitor on this machine, or one that knows the token. Who is logged in does not matter."""
    return Rule(Reach.MACHINE)


def own(*roles: Role) -> Rule:
    """One's own account."""
    return Rule(Reach.SELF, frozenset(roles))


def cases(*roles: Role, masking: Masking = Masking.MASKED) -> Rule:
    """Cases, as far as one's sight goes."""
    return Rule(Reach.CASES, frozenset(roles), masking)


def office(*roles: Role, masking: Masking = Masking.NONE) -> Rule:
    """What belongs to no single case."""
    return Rule(Reach.OFFICE, frozenset(roles), masking)
