"""Who acts: a person with the grants in force today, or the clock.

A grant names a kind of work and the one unit or subject it is for. Four eyes compare people, never grants,
because one person may hold several. This module never looks anything up; the edge builds the actor.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from .words import N_


class GrantKind(StrEnum):
    """The kinds of grant; the Chinese titles are in `GRANT_TITLES`."""

    OWNER = "owner"
    AGENT = "agent"
    ADMINISTRATOR = "administrator"
    HANDLER = "handler"
    HEAD = "head"
    CLERK = "clerk"
    LEAD = "lead"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    CLOCK = "clock"


GRANT_TITLES = {
    GrantKind.OWNER: N_("主体管理员"),
    GrantKind.AGENT: N_("经办人"),
    GrantKind.ADMINISTRATOR: N_("破产管理人"),
    GrantKind.HANDLER: N_("部门经办"),
    GrantKind.HEAD: N_("部门负责人"),
    GrantKind.CLERK: N_("信用办经办"),
    GrantKind.LEAD: N_("信用办负责人"),
    GrantKind.SYSTEM_ADMIN: N_("系统管理员"),
    GrantKind.SECURITY_ADMIN: N_("安全管理员"),
    GrantKind.AUDITOR: N_("审计管理员"),
    GrantKind.CLOCK: N_("系统时钟"),
}
FOR_A_SUBJECT = frozenset({GrantKind.OWNER, GrantKind.AGENT, GrantKind.ADMINISTRATOR})
STAFF = frozenset(GrantKind) - FOR_A_SUBJECT - {GrantKind.CLOCK}
FOR_MACHINES = frozenset({GrantKind.HANDLER, GrantKind.CLERK, GrantKind.OWNER, GrantKind.AGENT})
"""What a department's own system may hold: it prepares and fetches, but never decides, administers or audits."""


@dataclass(frozen=True)
class Grant:
    """A right in force (or, in `Actor.ended`, one that was). `workflows` None means every workflow.

    `took_over` are the ended units whose cases the unit goes on with; nothing new is done in their name.
    """

    kind: GrantKind
    unit_id: int | None = None
    subject_id: int | None = None
    workflows: frozenset[str] | None = None
    may_sign: bool = True
    ends_on: date | None = None
    took_over: frozenset[int] = frozenset()

    def covers(self, workflow: str) -> bool:
        """Whether the mandate reaches this workflow."""
        return self.workflows is None or workflow in self.workflows

    def places(self, on: str) -> frozenset[int | None]:
        """The subject (`subject_id`) or the units (`unit_id`) at whose cases it counts."""
        own = frozenset({self.unit_id if on == "unit_id" else self.subject_id})
        return own | self.took_over if on == "unit_id" else own

    def counts_at(self, on: str, place: int | None) -> bool:
        """Whether that place is one of its `places`."""
        if on == "unit_id":
            return place == self.unit_id or place in self.took_over
        return place == self.subject_id


@dataclass(frozen=True)
class Actor:
    """A person (or the clock) as the rules see it. `ended` keeps mandates that ran out, to be able to say so.

    `standing_in` are the people whose cases this one handles while they are away: each an actor with the grants of the
    absent person. They count for cases alone, and never in the own name: `capacities` tells them apart.
    """

    person_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    ended: tuple[Grant, ...] = ()
    standing_in: tuple["Actor", ...] = ()
    acts_for: "Actor | None" = None

    @cached_property
    def capacities(self) -> tuple["Actor", ...]:
        """In whose stead this person may act: first in the own name, then once for each absent person."""
        if not self.standing_in:
            return (self,)
        for_others = (
            Actor(self.person_id, self.name, absent.grants, acts_for=absent) for absent in self.standing_in
        )
        return (replace(self, standing_in=()), *for_others)

    @cached_property
    def hands(self) -> frozenset[int]:
        """Whose hands these are, for four eyes: the person's, and those of whoever is acted for."""
        behind = self.acts_for.person_id if self.acts_for else None
        return frozenset(each for each in (self.person_id, behind) if each is not None)

    @cached_property
    def stands_for(self) -> frozenset[int]:
        """Everybody whose cases these are: the own ones, and those of whoever is acted for or may be."""
        absent = {each.person_id for each in self.standing_in if each.person_id is not None}
        return self.hands | absent

    def holds(self, kind: GrantKind) -> bool:
        """Whether any grant of this kind is in force."""
        return any(grant.kind is kind for grant in self.grants)

    @cached_property
    def is_staff(self) -> bool:
        """Whether this person works for a unit or the office; staff need a second factor."""
        return any(grant.kind in STAFF for grant in self.grants)

    def subject_ids(self, *, workflow: str | None = None) -> frozenset[int]:
        """The subjects this person may act for, in one workflow or in any."""
        return frozenset(
            grant.subject_id
            for grant in self.grants
            if grant.subject_id is not None and (workflow is None or grant.covers(workflow))
        )

    def unit_ids(self) -> frozenset[int]:
        """The units whose cases this person works for: the own ones and those that they took over from."""
        return frozenset(
            place for grant in self.grants for place in grant.places("unit_id") if place is not None
        )


CLOCK = Actor(None, N_("系统时钟"), (Grant(GrantKind.CLOCK),))
ANYBODY = Actor(None, N_("公众"))
