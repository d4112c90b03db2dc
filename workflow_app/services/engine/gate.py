"""May this person take this step now, and if not, why not: the one question behind buttons, queues and the engine.

First state, then role and scope, then guards, in the order of the table; the first reason is the answer. The
page asks it to grey out a button, the engine asks it again inside the transaction.
"""

from dataclasses import dataclass

from ...domain.people import Actor, GrantKind
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...workflows.circumstances import Circumstances
from ...workflows.kit import Role, Step, Workflow
from ...workflows.scope import Acted

NO_REASON = N_("请至少选择一条原因。所有需要修改的地方请一次选全。")


@dataclass(frozen=True)
class Offer:
    """A step as it is offered to one person: allowed, or the sentence why not."""

    step: Step
    why_not: Sentence | None

    @property
    def is_allowed(self) -> bool:
        """Whether it may be taken now."""
        return self.why_not is None


def place_for(step: Step, case: Case, actor: Actor, acted: Acted) -> tuple[Role, Actor] | None:
    """The role and the capacity, own or another's, in which the actor may take the step; the own one first."""
    for capacity in actor.capacities:
        for role in step.who:
            if role.scope.holds(case, capacity, acted):
                return role, capacity
    return None


def role_for(step: Step, case: Case, actor: Actor, acted: Acted) -> Role | None:
    """The role in which the actor may take the step, or None."""
    found = place_for(step, case, actor, acted)
    return found[0] if found else None


def refusal(step: Step, case: Case, actor: Actor, *, acted: Acted, about: Circumstances) -> Sentence | None:
    """The first reason why the actor may not take the step; None when it may be taken."""
    if role_for(step, case, actor, acted) is None:
        return refusal_of_role(step, case, actor, acted)
    for guard in step.only_if:
        if guard.needs_given and about.given is None:
            continue
        if not guard.holds(about):
            return Sentence(guard.sentence)
    if step.coded and about.given is not None and not about.given.get("reasons"):
        return Sentence(NO_REASON)
    return None


def refusal_of_role(step: Step, case: Case, actor: Actor, acted: Acted) -> Sentence:
    """Who takes the step instead; a special condition such as four eyes says its own sentence."""
    told = (role.scope.why_not(case, capacity, acted) for capacity in actor.capacities for role in step.who)
    special = next((sentence for sentence in told if sentence), None)
    if special is not None:
        return special
    if any(role.kind is GrantKind.AGENT for role in step.who) and (ended := ended_mandate(case, actor)):
        return ended
    titles = [Sentence(role.title) for role in step.who if role.kind is not GrantKind.CLOCK] or [
        Sentence(step.who[0].title)
    ]
    if len(titles) == 1:
        return Sentence(N_("这一步由%(role)s办理。"), role=titles[0])
    return Sentence(N_("这一步由%(role)s或%(other)s办理。"), role=titles[0], other=titles[1])


def ended_mandate(case: Case, actor: Actor) -> Sentence | None:
    """The sentence for an agent whose mandate for the subject of the case ran out."""
    return ended_mandate_for(case.subject_id, actor)


def ended_mandate_for(subject_id: int, actor: Actor) -> Sentence | None:
    """The sentence for an agent whose mandate for this subject ran out."""
    for grant in actor.ended:
        if grant.subject_id == subject_id and grant.ends_on is not None:
            return Sentence(
                N_("您代办这个主体事项的授权已于 %(day)s 到期。请主体管理员在“经办人与授权”中续期。"),
                day=grant.ends_on,
            )
    return None


def offers(
    workflow: Workflow, case: Case, actor: Actor, *, acted: Acted, about: Circumstances
) -> list[Offer]:
    """Every step a person could take from the case's state, each allowed or with its reason."""
    return [
        Offer(step, refusal(step, case, actor, acted=acted, about=about))
        for step in workflow.steps_from(case.state)
        if not step.by_clock_alone
    ]
