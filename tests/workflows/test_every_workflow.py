"""What every workflow must have: its law, forms, texts, titles, a way through and a way out. One failing sentence each.

A new workflow is one more entry of `ALL`; whatever it still lacks fails here.
"""

import ast
import json
import re
from datetime import date
from pathlib import Path

import pytest

from forms import form_for
from workflow_app.domain.people import GRANT_TITLES
from workflow_app.services.delivery import notices
from workflow_app.services.documents import kinds, texts
from workflow_app.services.engine import declarations, effects
from workflow_app.workflows import ALL, BY_NAME
from workflow_app.workflows.clock_steps import CLOCK_NOTICES
from workflow_app.workflows.kit import CLOCK_ROLE, Escalate, Take
from workflow_app.workflows.scope import All, DidNotTake, Either

LAWS = Path(__file__).resolve().parents[1] / "laws"
WORKFLOWS = Path(__file__).resolve().parents[2] / "workflow_app" / "workflows"
NOT_IN_LETTERS = re.compile("[A-Za-z]{4,}")
KNOWN_IN_NOTICES = {"subject", "item", "number", "state", "due", "old_due", "on", "reason"}
FACES = ("password", "has_read")  # asked at signing, kept in no fact

every_workflow = pytest.mark.parametrize("workflow", ALL, ids=lambda workflow: workflow.name)
every_step = pytest.mark.parametrize(
    ("workflow", "step"),
    [(workflow, step) for workflow in ALL for step in workflow.steps],
    ids=lambda each: getattr(each, "name", None),
)


@every_workflow
def test_the_table_is_the_law_that_was_typed_by_hand(workflow):
    expected = (LAWS / f"{workflow.name}.txt").read_text(encoding="utf-8")
    assert declarations.table(workflow).splitlines() == expected.splitlines()


@every_workflow
def test_a_workflow_is_found_by_its_name_and_numbers_its_cases_by_its_own_prefix(workflow):
    assert BY_NAME[workflow.name] is workflow
    assert len({each.prefix for each in ALL}) == len(ALL)
    assert re.fullmatch("[A-Z]{2}", workflow.prefix)


@every_step
def test_a_step_that_asks_has_a_form_with_exactly_what_it_asks(workflow, step):
    form_class = form_for(workflow.name, step.name)
    asked = {*step.asks, *step.says}
    if not asked:
        assert form_class is None, f"{step.name} asks for nothing but has a form"
        return
    assert form_class is not None, f"{step.name} asks for {asked} but has no form"
    assert {field.name for field in form_class()} - set(FACES) == asked


@every_workflow
def test_a_draft_has_a_form_of_its_own_and_asks_only_for_facts(workflow):
    form_class = form_for(workflow.name, "edit")
    assert form_class is not None
    assert {field.name for field in form_class()} <= set(workflow.labels)


@every_step
def test_a_document_has_a_kind_and_a_text_in_force(workflow, step):
    for effect in step.then:
        if effect.kind != "document":
            continue
        assert effect.what in kinds.KINDS, f"{step.name} issues {effect.what}, which is no kind of document"
        if not effect.what.endswith("_letter"):  # the text of a letter is named by its item
            assert texts.current(effect.what, on=date(2026, 9, 18)).title


@every_step
def test_every_effect_is_a_word_that_is_carried_out(workflow, step):
    assert {effect.kind for effect in step.then} <= effects.EFFECTS.keys() | effects.SIDE_BY_SIDE.keys()
    assert {effect.to for effect in step.then if effect.kind == "notice"} <= set(notices.SIDES)


@every_workflow
def test_every_title_is_chinese(workflow):
    titles = [
        workflow.title,
        *(each.title for each in (*workflow.states, *workflow.steps)),
        *workflow.labels.values(),
    ]
    titles += [role.title for step in workflow.steps for role in step.who]
    assert [title for title in titles if not title or NOT_IN_LETTERS.search(title)] == []


@every_workflow
def test_every_title_and_sentence_is_marked_for_translation(workflow):
    """Whatever people read stands inside N_(…) in the files of the workflows."""
    marked = {
        node.args[0].value
        for file in WORKFLOWS.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    read = [workflow.title, *(each.title for each in (*workflow.states, *workflow.steps))]
    read += [*workflow.labels.values(), *workflow.notices.values()]
    read += [guard.sentence for step in workflow.steps for guard in step.only_if]
    read += [state.silence for state in workflow.states if state.silence]
    assert [sentence for sentence in read if sentence not in marked] == []


@every_workflow
def test_every_state_can_be_reached_from_the_first(workflow):
    reached, edge = set(), {workflow.first.name}
    while edge:
        reached |= edge
        edge = {step.target.name for step in workflow.steps if step.source.name in reached} - reached
    assert {state.name for state in workflow.states} - reached == set()


@every_workflow
def test_an_end_can_be_reached_from_every_state(workflow):
    ending = {state.name for state in workflow.states if state.ended}
    while more := {step.source.name for step in workflow.steps if step.target.name in ending} - ending:
        ending |= more
    assert {state.name for state in workflow.states} - ending == set()


@every_workflow
def test_every_open_state_has_a_deadline_and_says_what_silence_brings(workflow):
    for state in workflow.states:
        if state.ended:
            assert not state.deadline, f"{state.name} has ended but has a deadline"
            continue
        clocks = [state] if state.deadline else [span.clock for span in workflow.spans if state in span.over]
        assert clocks, f"{state.name} has no deadline"
        assert all(clock.deadline and clock.expiry for clock in clocks), (
            f"nothing happens when {state.name} expires"
        )
        assert state.silence.endswith("。"), f"{state.name} does not say what silence brings"


@every_workflow
def test_every_open_state_keeps_somebody_waiting_or_ends_by_the_clock(workflow):
    for state in workflow.states:
        waiting = [s for s in workflow.steps_from(state.name) if not s.optional and not s.by_clock_alone]
        goes_on = isinstance(state.expiry, Take) or state.waits_for
        assert state.ended or waiting or goes_on, f"{state.name} waits for nobody"


@every_workflow
def test_every_notice_is_used_and_names_only_what_is_known(workflow):
    sent = {effect.what for step in workflow.steps for effect in step.then if effect.kind == "notice"}
    sent |= {"recounted"}  # when the calendar or a rule is changed
    sent |= {"reminder"} if any(state.remind for state in workflow.states) else set()
    sent |= {"overdue"} if any(isinstance(state.expiry, Escalate) for state in workflow.states) else set()
    assert sent <= set(workflow.notices)
    assert set(workflow.notices) - sent <= set(
        CLOCK_NOTICES
    )  # the acts on clocks, of which it may not allow all
    for text in workflow.notices.values():
        assert set(re.findall(r"%\((\w+)\)s", text)) <= KNOWN_IN_NOTICES


@every_workflow
def test_facts_survive_the_way_through_json(workflow):
    empty = workflow.facts()
    assert workflow.load(json.loads(json.dumps(workflow.dump(empty)))) == empty
    filled = workflow.facts(**{name: a_value_of(name, workflow) for name in workflow.labels})
    assert workflow.load(json.loads(json.dumps(workflow.dump(filled)))) == filled


def a_value_of(name, workflow):
    """Some value that fits the type of a fact."""
    kind = str(workflow.facts.__annotations__[name])
    if "date" in kind:
        return date(2026, 2, 28)
    if "tuple" in kind:
        return ('𠮷野家 <b>‘"\n', "")
    if "dict" in kind:
        return {"content": '𠮷野家 <b>‘"\n'}
    return True if "bool" in kind else 7 if "int" in kind else '𠮷野家 <b>‘"\n'


@every_workflow
def test_facts_that_a_later_version_added_may_be_missing_in_what_is_stored(workflow):
    assert workflow.load({}) == workflow.facts()


@every_workflow
def test_the_labels_name_exactly_the_facts(workflow):
    assert list(workflow.labels) == list(workflow.facts.__annotations__)


@every_workflow
def test_four_eyes_compare_with_steps_that_exist(workflow):
    names = {step.name for step in workflow.steps}
    for step in workflow.steps:
        for role in step.who:
            for condition in leaves(role.scope):
                if isinstance(condition, DidNotTake):
                    assert set(condition.steps) <= names
                    assert condition.sentence.endswith("。")


def leaves(scope):
    """The single conditions of a scope."""
    return (
        [leaf for part in scope.parts for leaf in leaves(part)]
        if isinstance(scope, All | Either)
        else [scope]
    )


@every_workflow
def test_no_administrator_and_no_auditor_takes_a_step(workflow):
    kinds = {role.kind for step in workflow.steps for role in step.who}
    assert kinds & {"system_admin", "security_admin", "auditor"} == set()


@every_workflow
def test_only_the_clock_follows_by_itself(workflow):
    assert [step.name for step in workflow.steps if step.follows and step.who != (CLOCK_ROLE,)] == []


@every_workflow
def test_the_diagram_shows_every_state_and_step(workflow):
    diagram = declarations.diagram(workflow)
    for state in workflow.states:
        assert f"    {state.name} : {state.title}\n" in diagram
    assert diagram.count(" --> ") == 1 + len(workflow.steps) + sum(state.ended for state in workflow.states)


@every_workflow
def test_the_machine_knows_the_steps_of_the_table_and_no_others(workflow):
    """No `to_<state>()` that jumps anywhere."""
    assert set(workflow.machine.events) == {step.name for step in workflow.steps}


def test_every_grant_has_a_title():
    assert all(GRANT_TITLES.values())
