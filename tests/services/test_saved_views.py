"""What a list is asked for: kept in one form, under a name of its owner's, and never with a code in it."""

import pytest

from tests.factories import NOW, TODAY
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.services.queues import asked, beside, saved_views

CODE = "911201020000000010"


def test_words_that_make_no_sense_ask_nothing():
    typed = {
        "tab": "no-such-tab", "workflow": "objection", "state": "signed", "officer": "7; DROP", "q": "  海河 ",
        "due_from": "2026-02-30", "due_until": "2026-11-30", "cursor": "1", "opened_from": "soon",
    }  # fmt: skip
    assert asked.tidy(typed) == {
        "tab": "mine", "workflow": "objection", "q": "海河", "due_until": "2026-11-30",
    }  # fmt: skip
    assert asked.tidy({"state": "received"}) == {"tab": "mine"}, "a state belongs to a workflow"
    assert asked.tidy({"tab": "all", "workflow": "objection", "state": "received"})["state"] == "received"


def test_a_code_is_kept_as_its_digest_and_stays_the_same_when_kept_again():
    kept = asked.tidy({"tab": "all", "q": " 91120102-0000000010 "})
    assert CODE not in str(kept)
    assert len(kept["q"]) == 65
    assert asked.is_by_code(kept)
    assert asked.tidy(kept) == kept
    assert not asked.is_by_code({"q": "海河"})


def test_views_are_their_owners_alone_and_the_last_of_a_name_stands(sqlite):
    first, other = sqlite.world.actors["handler"], sqlite.world.actors["second_handler"]
    with sqlite.writing() as session:
        saved_views.keep(session, first, "本月异议", {"tab": "all", "workflow": "objection"}, now=NOW)
        again = {"tab": "open", "workflow": "objection"}
        view = saved_views.keep(session, first, "本月异议", again, now=NOW)
        found = [(one.name, one.asked["tab"]) for one in beside.read(session, first, today=TODAY).views]
        assert found == [("本月异议", "open")]
        assert beside.read(session, other, today=TODAY).views == []
        with pytest.raises(NotYours):
            saved_views.drop(session, other, view.id)
        assert saved_views.drop(session, first, view.id) == "本月异议"
        for number in range(20):
            saved_views.keep(session, first, f"第 {number} 组", {"tab": "all"}, now=NOW)
        with pytest.raises(Refused) as refused:
            saved_views.keep(session, first, "再一组", {"tab": "all"}, now=NOW)
        assert "最多保存 %(most)s 组" in refused.value.sentence.text
