"""A workflow's declaration as text: the step table, the Mermaid diagram, and the check of live cases against it."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...models.case import Case
from ...workflows.kit import Escalate, State, Take, Workflow


def table(workflow: Workflow) -> str:
    """The step table, tab-separated: step, from, to, who, only if, then; below it the clocks of states and across them."""
    lines = [
        f"# {workflow.name} {workflow.title} ({workflow.prefix})",
        "",
        "step\tfrom\tto\twho\tonly if\tthen",
    ]
    for step in workflow.steps:
        who = ", ".join(role.kind for role in step.who)
        only_if = " ".join(guard.sentence for guard in step.only_if) or "–"
        then = (
            ", ".join(" ".join(filter(None, (e.kind, e.what, e.to and f"→ {e.to}"))) for e in step.then)
            or "–"
        )
        lines.append("\t".join((step.name, step.source.name, step.target.name, who, only_if, then)))
    lines += ["", "state\tdeadline\ton expiry\treminders (days before)"]
    for state in workflow.states:
        lines.append("\t".join((_shown(state), state.deadline or "–", _expiry(state), _days(state))))
    if workflow.spans:
        lines += ["", "clock across states\tdeadline\ton expiry\truns in\tstands in"]
    for span in workflow.spans:
        own = span.clock
        lines.append(
            "\t".join((own.name, own.deadline, _expiry(own), _names(span.over), _names(span.paused_in)))
        )
    return "\n".join(lines) + "\n"


def diagram(workflow: Workflow) -> str:
    """The states and steps in Mermaid."""
    lines = ["stateDiagram-v2", f"    [*] --> {workflow.first.name}"]
    lines += [f"    {state.name} : {state.title}" for state in workflow.states]
    lines += [f"    {step.source.name} --> {step.target.name} : {step.title}" for step in workflow.steps]
    lines += [f"    {state.name} --> [*]" for state in workflow.states if state.ended]
    return "\n".join(lines) + "\n"


def page(workflows: Iterable[Workflow]) -> str:
    """The diagrams of all workflows as a part of a Markdown page."""
    parts = (
        f"### {workflow.name} {workflow.title}\n\n```mermaid\n{diagram(workflow)}```\n"
        for workflow in workflows
    )
    return "\n".join(parts)


def faults(session: Session, workflow: Workflow) -> Iterator[str]:
    """Live cases that the declaration does not fit any more."""
    known = {state.name for state in workflow.states}
    for case in session.scalars(
        select(Case).where(Case.workflow == workflow.name).execution_options(yield_per=500)
    ):
        if case.state not in known:
            yield f"{case.address}: the state {case.state} is not in the workflow {workflow.name}"
        try:
            workflow.load(case.facts)
        except Exception as error:  # cattrs raises a group of whatever went wrong with any field
            yield f"{case.address}: the facts don't load: {error}"


def _shown(state: State) -> str:
    return f"{state.name}*" if state.ended else state.name


def _expiry(state: State) -> str:
    match state.expiry:
        case Take(step=step):
            return f"clock takes {step}"
        case Escalate(to=grants):
            return f"escalates to {', then '.join(grants)}"
    return "–"


def _names(states: Iterable[State]) -> str:
    return ", ".join(state.name for state in states) or "–"


def _days(state: State) -> str:
    return ", ".join(str(days) for days in state.remind) or "–"
