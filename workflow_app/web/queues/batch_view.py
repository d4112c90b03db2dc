"""A batch as its pages show it: which steps the ticked cases have in common, what will happen to which, how each went."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from forms.batches import AssignManyForm, UrgeManyForm, step_form_for_many
from forms.fields import HouseForm

from ...domain import clock
from ...domain.refusals import NotYours
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.queue import Batch, BatchRow
from ...services.queues import assigning, batches, known, queues
from ...services.queues.batches import Doing, Picked
from ...services.queues.lines import CaseLine
from ...workflows import BY_NAME
from ...workflows.kit import Step, Workflow
from ..access import take_kept_form
from ..cases import case_rows, case_view, claims
from ..house import house
from . import picking, queue_way

SCOPES = ("page", "list")
REFERENCE = re.compile("[0-9a-f]{24}")
OUTCOMES = {
    "": ("wait", N_("等待办理")),
    "done": ("done", N_("已办理")),
    "refused": ("stop", N_("没有办理")),
    "stale": ("stop", N_("没有办理")),
    "failed": ("stop", N_("出错，没有办理")),
}


@dataclass(frozen=True)
class Wanted:
    """What is asked: the act, the step where the act is one, and the cases as their reader saw them."""

    act: str
    workflow: Workflow | None
    step: Step | None
    picked: tuple[Picked, ...]

    @property
    def title(self) -> str:
        """What it is called on buttons and pages."""
        return self.step.title if self.step else batches.ACTS[self.act].title

    @property
    def given(self) -> dict[str, Any]:
        """What is known before anything is typed."""
        if self.step is None or self.workflow is None:
            return {}
        return {"workflow": self.workflow.name, "step": self.step.name}

    @property
    def words(self) -> dict[str, str]:
        """The same as it stands in an address or in hidden fields."""
        named = f"{self.workflow.name}:{self.step.name}" if self.workflow and self.step else ""
        return {"act": self.act} | ({"step": named} if named else {})


def wanted(asked: MultiDict[str, str]) -> Wanted:
    """What an address or a form asks. Raises NotYours for an act or a step that can't be taken for many."""
    act, named = asked.get("act", "step"), asked.get("step", "")
    if act not in batches.ACTS:
        raise NotYours
    picked = tuple(picked_of(asked))
    if act != "step" or not named:
        return Wanted(act, None, None, picked)
    workflow_name, _, name = named.partition(":")
    workflow = BY_NAME.get(workflow_name)
    steps = [step for step in workflow.steps if step.name == name] if workflow else []
    step = next((step for step in steps if workflow and step_form_for_many(workflow, step)), None)
    if step is None:
        raise NotYours
    return Wanted(act, workflow, step, picked)


def decided(asked: MultiDict[str, str]) -> Wanted:
    """What a form asks to be done. Raises NotYours where the step is still to be chosen."""
    found = wanted(asked)
    if found.act == "step" and found.step is None:
        raise NotYours
    return found


def picked_of(asked: MultiDict[str, str]) -> list[Picked]:
    """What was ticked, or the whole page or list that was looked at last, as it is now."""
    scope, seen = asked.get("scope", ""), queue_way.seen()
    if scope not in SCOPES or seen is None:
        return picking.read(asked.getlist("case"))
    session, actor = db.session(), current_user.actor
    found: Sequence[Case] | Sequence[CaseLine]
    if scope == "page":
        found = batches.by_id(session, seen.rows, actor)
    else:
        today, most = clock.legal_day(clock.now()), batches.MOST
        listed = queues.page(session, actor, tab=seen.tab, today=today, wanted=seen.wanted, size=most)
        found = listed.cases
    return [Picked(case.address, case.version) for case in found if case.ended_at is None]


def reference(asked: Mapping[str, str]) -> str:
    """The reference that the page before gave the batch. Raises NotYours for a made-up one."""
    ref = asked.get("ref", "")
    if not REFERENCE.fullmatch(ref):
        raise NotYours
    return ref


def cases_of(asked: Wanted) -> list[Case]:
    """The ticked cases that the reader may see."""
    return batches.found(db.session(), asked.picked, current_user.actor)


def form(asked: Wanted) -> HouseForm:
    """What is asked once for all the cases, filled with what was sent."""
    sent = request.form if request.method == "POST" else take_kept_form()
    if asked.act == "assign":
        assigned = AssignManyForm(sent)
        assigned.offer(colleagues(asked))
        return assigned
    if asked.workflow and asked.step:
        return (step_form_for_many(asked.workflow, asked.step) or HouseForm)(sent)
    return UrgeManyForm(sent) if asked.act == "urge" else HouseForm(sent)


def given(asked: Wanted, form: HouseForm) -> dict[str, Any]:
    """What is kept with the batch of what was asked and typed."""
    typed = {field.name: field.data for field in form}
    return asked.given | {"given": typed} if asked.step else typed


def colleagues(asked: Wanted) -> dict[int, Sentence]:
    """Everybody to whom some of the ticked cases may be given, who has least to do first."""
    session, today = db.session(), clock.legal_day(clock.now())
    found = {
        one.person.id: one
        for case in cases_of(asked)
        for one in assigning.choice(session, case, current_user.actor, on=today)
        if one.may_have_it
    }
    return {number: claims.titled(one) for number, one in found.items()}


def refusals(asked: Wanted, cases: list[Case]) -> dict[int, Sentence | None]:
    """Case → why the act can't be done to it now."""
    versions = {one.address: one.version for one in asked.picked}
    return {
        each.case.id: batches.why_not(asked.act, each, version=versions[each.case.address])
        for each in doings(asked.act, cases, asked.given)
    }


def doings(act: str, cases: list[Case], given: Mapping[str, Any]) -> list[Doing]:
    """The act on each of these cases; what its gate looks at is read for all of them together."""
    session, now = db.session(), clock.now()
    seen = known.of(session, cases, day=clock.legal_day(now)) if act == "step" else {}
    actor = current_user.actor
    return [Doing(session, case, given, actor, now, house(), seen.get(case.id)) for case in cases]


def choice(asked: Wanted) -> dict[str, Any]:
    """The steps that the reader may take for some of the ticked cases at once, with how many of them."""
    cases, found = cases_of(asked), Counter[tuple[str, str]]()
    versions = {one.address: one.version for one in asked.picked}
    for each in doings("step", cases, {}):
        workflow = BY_NAME[each.case.workflow]
        for step in workflow.steps_from(each.case.state):
            if step_form_for_many(workflow, step) is None:
                continue
            chosen = replace(each, given={"workflow": workflow.name, "step": step.name})
            held = batches.why_not("step", chosen, version=versions[each.case.address])
            found[workflow.name, step.name] += not held
    return {
        "steps": [option(asked, *named, count=count) for named, count in found.items() if count],
        "many": len(cases),
        "back_url": way_back(),
    }


def option(asked: Wanted, workflow_name: str, name: str, *, count: int) -> dict[str, Any]:
    """One step to choose, with how many of the cases it may be taken for."""
    workflow = BY_NAME[workflow_name]
    step = next(step for step in workflow.steps if step.name == name)
    chosen = Wanted("step", workflow, step, asked.picked)
    return {
        "title": Sentence(step.title),
        "workflow": Sentence(workflow.title),
        "count": count,
        "url": ahead_url(chosen, [picking.written(one.address, one.version) for one in asked.picked]),
    }


def ahead_url(asked: Wanted, picked: list[str]) -> str:
    """The page before."""
    return url_for("batches.new", act=asked.act, step=asked.words.get("step"), case=picked)


def ahead(asked: Wanted, form: HouseForm, *, ref: str) -> dict[str, Any]:
    """What will happen to which case, and which can't be done and why."""
    cases = cases_of(asked)
    why = refusals(asked, cases)
    ready = [case for case in cases if why[case.id] is None]
    versions = {one.address: one.version for one in asked.picked}
    return {
        "act": Sentence(asked.title),
        "target": Sentence(asked.step.target.title) if asked.step else None,
        "is_final": asked.step is not None and asked.step.target.ended,
        "form": form,
        "hidden": asked.words | {"ref": ref},
        "ready": [case_line(case) for case in ready],
        "picked": [picking.written(case.address, versions[case.address]) for case in ready],
        "held": [case_line(case) | {"why": why[case.id]} for case in cases if why[case.id]],
        "unseen": len(asked.picked) - len(cases),
        "is_long": len(ready) > batches.AT_ONCE,
        "back_url": way_back(),
    }


def case_line(case: Case) -> dict[str, Any]:
    """One case as a row of a batch."""
    workflow = BY_NAME[case.workflow]
    state = workflow.state(case.state)
    return {
        "number": case.address,
        "url": url_for("cases.show", address=case.address),
        "subject": case.subject.name,
        "title": case_rows.title_of(case, workflow),
        "state": Sentence(state.title),
        "tone": case_view.tone(workflow, state),
    }


def way_back() -> str:
    """The list from which the cases were picked."""
    return queue_way.list_url()


def result(batch: Batch) -> dict[str, Any]:
    """How each case went; what was not done can be looked at and tried again in its present version."""
    counted = Counter(row.outcome for row in batch.rows)
    again = [row for row in batch.rows if row.outcome not in ("", "done")]
    asked = of_batch(batch)
    left = [picking.written(row.case.address, row.case.version) for row in again]
    return {
        "batch": batch,
        "act": Sentence(asked.title),
        "rows": [case_line(row.case) | outcome(row) for row in batch.rows],
        "all": len(batch.rows),
        "done": counted["done"],
        "waiting": counted[""],
        "not_done": len(again),
        "again_url": ahead_url(asked, left) if left else None,
        "back_url": way_back(),
    }


def outcome(row: BatchRow) -> dict[str, Any]:
    """How one case went."""
    tone, title = OUTCOMES[row.outcome]
    return {"outcome_tone": tone, "outcome": Sentence(title), "why": batches.told(row)}


def of_batch(batch: Batch) -> Wanted:
    """What a batch asked."""
    if batch.act != "step":
        return Wanted(batch.act, None, None, ())
    workflow = BY_NAME[batch.given["workflow"]]
    step = next(step for step in workflow.steps if step.name == batch.given["step"])
    return Wanted("step", workflow, step, ())


def line(batch: Batch) -> dict[str, Any]:
    """One batch in the list of those that were asked lately."""
    counted = Counter(row.outcome for row in batch.rows)
    return {
        "url": url_for("batches.show", ref=batch.ref),
        "title": Sentence(of_batch(batch).title),
        "made_at": batch.made_at,
        "all": len(batch.rows),
        "done": counted["done"],
        "not_done": len(batch.rows) - counted["done"] - counted[""],
        "waiting": counted[""],
    }
