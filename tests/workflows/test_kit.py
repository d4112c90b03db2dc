"""A table that contradicts itself never gets as far as a case: it is refused at import, with a sentence."""

from dataclasses import dataclass, replace

import pytest

from workflow_app.domain.people import GrantKind
from workflow_app.workflows.kit import (
    CLOCK_ROLE,
    BadTable,
    Effect,
    Escalate,
    Guard,
    Role,
    State,
    Step,
    Take,
    Workflow,
)
from workflow_app.workflows.scope import Holds


@dataclass(frozen=True)
class Facts:
    """What a case of the tests remembers."""

    word: str = ""


OWNER = Role(GrantKind.OWNER, "主体管理员", Holds(GrantKind.OWNER, on="subject_id"))
DRAFT = State("draft", "草稿", deadline="CM-01", expiry=Take("discard"))
SENT = State("sent", "已提交", deadline="CM-02", expiry=Escalate((GrantKind.HEAD,)))
DONE = State("done", "办结", ended=True)
GOOD = Guard("请先填写。", lambda about: bool(about.facts.word))
SEND = Step(
    "send", "提交", DRAFT, SENT, (OWNER,), (GOOD,), (Effect("notice", "sent", "handler"),), asks=("word",)
)
DISCARD = Step("discard", "作废", DRAFT, DONE, (OWNER, CLOCK_ROLE))
END = Step("end", "办结", SENT, DONE, (OWNER,))


def workflow(*, states=(DRAFT, SENT, DONE), steps=(SEND, DISCARD, END), **changed):
    """A small workflow, as good as can be, but for what is changed."""
    parts = {
        "name": "sample", "title": "示范", "prefix": "SA", "story": "示范。", "facts": Facts, "labels": {"word": "内容"}, "fills": ("word",),
        "readers": Holds(GrantKind.OWNER), "notices": {"sent": "已提交。", "overdue": "已超期。", "recounted": "改期。"},
    }  # fmt: skip
    return Workflow(**{**parts, "states": states, "steps": steps, **changed})


def test_a_good_table_is_taken():
    assert workflow().step("send", "draft") == SEND
    assert workflow().step("send", "sent") is None


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"states": (DRAFT, SENT, DONE, replace(DONE, title="又一个"))}, "two states are called done"),
        ({"steps": (SEND, replace(SEND, target=DONE), DISCARD, END)}, "send has two outcomes from draft"),
        (
            {"states": (DRAFT, SENT, DONE, State("lost", "无人到达", ended=True))},
            "state lost is never entered",
        ),
        ({"steps": (SEND, DISCARD)}, "state sent has no way out"),
        (
            {"steps": (SEND, DISCARD, END, Step("again", "重来", DONE, SENT, (OWNER,)))},
            "again leaves the ended state done",
        ),
        ({"steps": (replace(SEND, asks=("other",)), DISCARD, END)}, "send asks for the unknown fact other"),
        ({"labels": {}}, "fact word has no label"),
        (
            {"steps": (replace(SEND, only_if=(Guard("没有句号", lambda about: True),)), DISCARD, END)},
            "send has a guard whose sentence is not a sentence: 没有句号",
        ),
        ({"notices": {"overdue": "已超期。"}}, "send sends the unknown notice sent"),
        (
            {"steps": (replace(SEND, then=(Effect("clock", "pause"),)), DISCARD, END)},
            "send acts on the clock of a state that it leaves",
        ),
        ({"steps": (replace(SEND, says=("word",)), DISCARD, END)}, "send says word, which is a fact"),
        (
            {"steps": (SEND, DISCARD, replace(END, follows=True))},
            "end follows by itself but is not the clock's",
        ),
    ],
)
def test_a_bad_table_is_refused_with_its_sentence(changed, sentence):
    with pytest.raises(BadTable) as refused:
        workflow(**changed)
    assert str(refused.value) == f"sample: {sentence}"


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (replace(DRAFT, deadline="XX-99"), "state draft names the unknown rule XX-99"),
        (replace(DRAFT, deadline=""), "state draft has no deadline"),
        (replace(DRAFT, deadline="fact:day"), "state draft ends by the unknown fact day"),
        (
            replace(DRAFT, expiry=Take("vanish")),
            "on expiry draft takes vanish, which is no step of the clock there",
        ),
        (
            replace(DRAFT, expiry=Take("send")),
            "on expiry draft takes send, which is no step of the clock there",
        ),
    ],
)
def test_a_bad_deadline_is_refused_with_its_sentence(draft, sentence):
    steps = (replace(SEND, source=draft), replace(DISCARD, source=draft), END)
    with pytest.raises(BadTable) as refused:
        workflow(states=(draft, SENT, DONE), steps=steps)
    assert str(refused.value) == f"sample: {sentence}"


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (replace(SENT, expiry=None), "state draft has a clock but there is no notice recounted"),
        (SENT, "state sent escalates but there is no notice overdue"),
        (replace(SENT, expiry=None, remind=(3,)), "state sent reminds but there is no notice reminder"),
    ],
)
def test_a_notice_that_time_will_send_must_be_there(state, sentence):
    steps = (replace(SEND, target=state), DISCARD, replace(END, source=state))
    notices = {"sent": "已提交。"} | ({} if "recounted" in sentence else {"recounted": "改期。"})
    with pytest.raises(BadTable) as refused:
        workflow(states=(DRAFT, state, DONE), steps=steps, notices=notices)
    assert str(refused.value) == f"sample: {sentence}"
