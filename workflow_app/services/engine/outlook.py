"""What can happen to a case from where it stands, and what silence does; told from the declaration alone."""

from ...domain.words import N_, Sentence
from ...workflows.kit import Workflow


def what_next(workflow: Workflow, state: str, *, waits: bool = True) -> list[Sentence]:
    """What can happen from here, a sentence each, and what silence does; without `waits` only what follows by itself."""
    following = [step for step in workflow.steps_from(state) if step.follows]
    happens_by_itself = bool(following) and not waits
    waiting = [step for step in workflow.steps_from(state) if not step.follows and not step.optional]
    others = [step for step in waiting if step.target != step.source]
    told = [
        Sentence(
            N_("%(role)s%(step)s后，办件转为“%(state)s”。"),
            role=Sentence(step.who[0].title),
            step=Sentence(step.title),
            state=Sentence(step.target.title),
        )
        for step in (following if happens_by_itself else others)
    ]
    silence = workflow.state(state).silence
    return [*told, Sentence(silence)] if silence and not happens_by_itself else told
