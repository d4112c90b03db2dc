"""Public lines, guides and doors as plain values for their pages. Decides nothing; reads no rows by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from ..domain.rules import Rule
from ..domain.words import N_, Sentence
from ..models.commitment import CommitmentPublicity
from ..services import guides
from ..services.commitments import columns
from ..services.documents import wording
from ..services.guides import Guide
from ..services.queues.lines import CaseLine
from ..services.records.marks import Mark
from ..workflows import BY_NAME
from ..workflows.commitment import TYPES
from ..workflows.kit import State
from .cases.case_rows import title_of
from .cases.case_view import tone
from .ui import say, unit_named

TONES = {
    "active": "doing", "fulfilled": "done", "breached_partly": "stop", "breached_not_at_all": "stop", "withdrawn": "draft",
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """One way in from the home page; only rooms that stand have one. `glyph` is its sign."""

    endpoint: str
    glyph: str
    title: str
    line: str


DOORS = (
    Door("commitments.items", "诺", N_("信用承诺"), N_("选事项、填三四项、在线签署，当场拿到回执。")),
    Door("repairs.index", "修", N_("信用修复"), N_("扫告知书上的二维码，核对填好的申请，在线签署提交。")),
    Door("objections.index", "异", N_("异议"), N_("公示的信息有误、过期，或者说的不是您，限期得到答复。")),
    Door("training.index", "训", N_("修复培训"), N_("免费、自愿，在线学习考试，当场拿到培训证明。")),
    Door("public.commitments", "示", N_("承诺公示"), N_("谁承诺了什么，履行了没有，人人可查。")),
    Door("lists.index", "名", N_("名单公示"), N_("谁在名单上，依据什么，到什么时候，怎样移出。")),
    Door("documents.verify", "验", N_("文书验真"), N_("扫码、输验真码或选文件，核对文书真假。")),
    Door("public.guides", "引", N_("办事指南"), N_("谁能办、要什么、几天办完、不服怎么办。")),
)


def doors() -> list[dict[str, str]]:
    """The doors of the home page."""
    return [
        {"title": say(door.title), "line": say(door.line), "glyph": door.glyph, "url": url_for(door.endpoint)}
        for door in DOORS
    ]


def newest(lines: Iterable[CommitmentPublicity]) -> list[dict[str, Any]]:
    """The newest lines as the home page lists them."""
    return [
        {
            "subject": line.subject_name,
            "item": line.reason,
            "kind": say(TYPES[line.type]),
            "on": line.made_on,
            "url": url_for("public.commitment", code=line.code),
        }
        for line in lines
    ]


def rows(lines: Iterable[CommitmentPublicity], marks: Mapping[int, tuple[Mark, ...]]) -> list[dict[str, Any]]:
    """The lines of the column, with the columns of the national public report and the marks of breaches, by case."""
    return [
        {
            "line": line,
            "type": Sentence(TYPES[line.type]),
            "status": Sentence(columns.STATUSES[line.status]),
            "tone": TONES[line.status],
            "marks": marks.get(line.case_id, ()),
            "url": url_for("public.commitment", code=line.code),
        }
        for line in lines
    ]


def pages(endpoint: str, asked: Mapping[str, str], *, cursor: str, following: str | None) -> dict[str, Any]:
    """The ways to the first and to the next page, keeping what was asked."""
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return {
        "first_url": url_for(endpoint, **kept) if cursor else None,
        "next_url": url_for(endpoint, **kept, after=following) if following else None,
    }


def line(line: CommitmentPublicity) -> dict[str, Any]:
    """Everything public about one commitment, by the fields of the national collection list."""
    made = (
        (N_("承诺编码"), line.code),
        (N_("承诺人"), line.subject_name),
        (N_("承诺人类别"), Sentence(line.subject_category)),
        (N_("承诺人代码"), line.subject_code),
        (N_("承诺类型"), Sentence(TYPES[line.type])),
        (N_("承诺事由"), line.reason),
        (N_("作出承诺日期"), line.made_on),
        (N_("承诺有效期至"), line.valid_until),
        (N_("承诺受理单位"), unit_named(line.unit_name)),
        (N_("受理单位代码"), line.unit_code),
        (N_("数据来源"), unit_named(line.unit_name)),
    )
    return {
        "made": [{"title": Sentence(title), "value": value} for title, value in made],
        "performed": Sentence(columns.STATUSES[line.status]),
        "tone": TONES[line.status],
        "promises": line.content.splitlines(),
        "is_person": line.subject_category == wording.SUBJECT_KINDS["individual"],
    }


def case_row(case: CaseLine, due: dict[str, Any] | None) -> dict[str, Any]:
    """One of the reader's own cases in the answer of a search."""
    workflow = BY_NAME[case.workflow]
    state = workflow.state(case.state)
    return {
        "url": url_for("cases.show", address=case.address),
        "number": case.address,
        "title": title_of(case, workflow),
        "subject": case.subject.name,
        "state": Sentence(state.title),
        "tone": tone(workflow, state),
        "due": due,
    }


def guide(shown: Guide) -> dict[str, Any]:
    """The parts of a guide that need words: who, clocks, what happens next, ways out, matters."""
    workflow = shown.workflow
    return {
        "story": [Sentence(paragraph) for paragraph in shown.story],
        "who": [Sentence(role.title) for role in shown.who],
        "conditions": [Sentence(guard.sentence) for guard in shown.conditions],
        "path": [stage(shown, state) for state in shown.path],
        "clocks": [clock_row(clock) for clock in shown.clocks],
        "states": [state_row(shown, state) for state in workflow.states],
        "ways_out": ways_out(shown),
        "remedies": [rule_row(rule) for rule in shown.remedies],
        "types": TYPES,
        "kinds": wording.SUBJECT_KINDS,
    }


def stage(shown: Guide, state: State) -> dict[str, Any]:
    """One stage of the main path: its name, how long it may last, and who acts in it."""
    clock = next((clock for clock in shown.clocks if clock.state == state), None)
    duties = [
        step
        for step in shown.workflow.steps_from(state.name)
        if not step.optional and not step.by_clock_alone
    ]
    who = [role.title for step in duties for role in step.who]
    return {
        "title": Sentence(state.title),
        "period": guides.period(clock) if clock else None,
        "who": [Sentence(title) for title in dict.fromkeys(who)],
        "ended": state.ended,
    }


def clock_row(clock: guides.Clock) -> dict[str, Any]:
    """A clock: how long, from when, what then, and where that is written."""
    return {
        "state": Sentence(clock.state.title),
        "period": guides.period(clock),
        "starts": Sentence(clock.rule.starts_when) if clock.rule and clock.rule.starts_when else None,
        "silence": Sentence(clock.state.silence) if clock.state.silence else None,
        "source": say(guides.source(clock.rule)) if clock.rule else None,
        "rule_id": clock.rule.id if clock.rule else None,
        "is_confirmed": clock.rule is None or clock.rule.is_confirmed,
    }


def state_row(shown: Guide, state: State) -> dict[str, Any]:
    """A state with the steps out of it: who does what, and how the case is then."""
    return {
        "title": Sentence(state.title),
        "tone": tone(shown.workflow, state),
        "ended": state.ended,
        "steps": [
            {
                "title": Sentence(step.title),
                "who": [Sentence(role.title) for role in step.who],
                "target": None if step.target == state else Sentence(step.target.title),
            }
            for step in shown.workflow.steps_from(state.name)
        ],
    }


def ways_out(shown: Guide) -> list[dict[str, Any]]:
    """The steps by which the subject ends the matter or is heard, each once, with the states it is open in."""
    found: dict[str, list[Sentence]] = {}
    for step in shown.ways_out:
        found.setdefault(step.title, []).append(Sentence(step.source.title))
    return [{"title": Sentence(title), "states": states} for title, states in found.items()]


def rule_row(rule: Rule) -> dict[str, Any]:
    """A remedy: what, how long, from when, by which law."""
    return {
        "title": Sentence(rule.title),
        "period": rule.period,
        "starts": Sentence(rule.starts_when),
        "source": say(guides.source(rule)),
        "is_confirmed": rule.is_confirmed,
    }
