"""The declarations of the workflows for machines: which steps lead from where to where, who takes them, what follows.

Read from the same tables as the engine reads, so a program can draw them or check itself against them. No token.
"""

from typing import Any

from ..domain.refusals import NotYours
from ..domain.words import N_, Sentence
from ..web.ui import say, say_whole
from ..workflows import ALL, BY_NAME
from ..workflows.kit import Effect, State, Step, Workflow
from . import shapes
from .room import Room

workflows = Room("workflows_api", __name__, title=N_("流程"))


class StateShape(shapes.Shape):
    """A state of a workflow."""

    name = shapes.Text(required=True, metadata={"description": N_("状态的名称"), "example": "signed"})
    title = shapes.Text(
        required=True, metadata={"description": N_("状态的标题"), "example": "已签署，待受理"}
    )
    ended = shapes.Truth(required=True, metadata={"description": N_("是否办结"), "example": False})
    deadline = shapes.Text(
        required=True, metadata={"description": N_("期限规则的编号；没有期限时为空"), "example": "CM-02"}
    )


class StepShape(shapes.Shape):
    """A step of a workflow."""

    name = shapes.Text(required=True, metadata={"description": N_("步骤的名称"), "example": "accept"})
    title = shapes.Text(required=True, metadata={"description": N_("步骤的标题"), "example": "受理"})
    from_ = shapes.Text(
        required=True, data_key="from", metadata={"description": N_("从哪个状态"), "example": "signed"}
    )
    to = shapes.Text(required=True, metadata={"description": N_("到哪个状态"), "example": "active"})
    who = shapes.Listed(
        shapes.Text(), required=True, metadata={"description": N_("谁可以办理"), "example": ["handler"]}
    )
    only_if = shapes.Listed(
        shapes.Text(), required=True, metadata={"description": N_("不满足时说明的理由"), "example": []}
    )
    then = shapes.Listed(
        shapes.Text(),
        required=True,
        metadata={"description": N_("办理以后发生什么"), "example": ["notify accepted owner"]},
    )


class BriefShape(shapes.Shape):
    """A workflow in a list."""

    name = shapes.Text(required=True, metadata={"description": N_("流程的名称"), "example": "commitment"})
    title = shapes.Text(required=True, metadata={"description": N_("流程的标题"), "example": "信用承诺"})
    prefix = shapes.Text(required=True, metadata={"description": N_("编号的开头"), "example": "CM"})


class WorkflowShape(BriefShape):
    """A workflow with its states and steps."""

    states = shapes.Listed(
        shapes.Part(StateShape), required=True, metadata={"description": N_("全部状态，第一个是开始")}
    )
    steps = shapes.Listed(shapes.Part(StepShape), required=True, metadata={"description": N_("全部步骤")})


class WorkflowsShape(shapes.Shape):
    """All workflows."""

    items = shapes.Listed(shapes.Part(BriefShape), required=True, metadata={"description": N_("全部流程")})
    next = shapes.Text(
        required=True, allow_none=True, metadata={"description": N_("下一页的 cursor；没有时为 null")}
    )


@workflows.call("GET", "/workflows", N_("有哪些流程"))
@workflows.response(200, WorkflowsShape)
def listed() -> dict[str, Any]:
    """Every workflow."""
    return {"items": [brief(each) for each in ALL], "next": None}


@workflows.call("GET", "/workflows/<name>", N_("一个流程的状态和步骤"))
@workflows.response(200, WorkflowShape)
def show(name: str) -> dict[str, Any]:
    """One workflow as it is declared."""
    if name not in BY_NAME:
        raise NotYours
    found = BY_NAME[name]
    return brief(found) | {
        "states": [state_of(state) for state in found.states],
        "steps": [step_of(step) for step in found.steps],
    }


def brief(found: Workflow) -> dict[str, Any]:
    """A workflow in short."""
    return {"name": found.name, "title": say(found.title), "prefix": found.prefix}


def state_of(state: State) -> dict[str, Any]:
    """A state."""
    return {"name": state.name, "title": say(state.title), "ended": state.ended, "deadline": state.deadline}


def step_of(step: Step) -> dict[str, Any]:
    """A step."""
    return {
        "name": step.name,
        "title": say(step.title),
        "from_": step.source.name,
        "to": step.target.name,
        "who": [str(role.kind) for role in step.who],
        "only_if": [say_whole(Sentence(guard.sentence)) for guard in step.only_if],
        "then": [effect_of(effect) for effect in step.then],
    }


def effect_of(effect: Effect) -> str:
    """What follows, in the words of the declaration."""
    return " ".join(filter(None, (effect.kind, effect.what, effect.to)))
