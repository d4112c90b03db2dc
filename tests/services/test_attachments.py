"""Papers: who may add which, how many, and until when they can be taken back."""

from io import BytesIO

import pytest

from tests.factories import NOW, case_in, draft, paper, take
from tests.services.paper_samples import pdf_bytes
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.services.cases import attachments


def attach(session, case, field, actor, house, *, content=None):
    """Attach a small PDF."""
    stream = BytesIO(pdf_bytes() if content is None else content)
    return attachments.attach(
        session, case, field, stream, name="平面图.pdf", actor=actor, now=NOW, house=house
    )


def test_a_paper_is_kept_with_what_was_found_out_about_it(sqlite, house):
    with sqlite.writing() as session:
        owner = sqlite.world.actors["owner"]
        case = draft(session, sqlite.world, house, item="venue")
        kept = attach(session, case, "site_plan", owner, house)
        assert (kept.type, kept.name, kept.submitted_seq) == ("application/pdf", "平面图.pdf", None)
        assert [each.id for each in attachments.of_case(session, case)] == [kept.id]


def test_an_empty_file_is_refused_and_leaves_no_row(sqlite, house):
    with sqlite.writing() as session:
        case = draft(session, sqlite.world, house, item="venue")
        with pytest.raises(Refused):
            attach(session, case, "site_plan", sqlite.world.actors["owner"], house, content=b"")
        assert attachments.of_case(session, case) == []


@pytest.mark.parametrize(
    ("state", "who", "fields"),
    [
        ("draft", "owner", {"site_plan"}),
        ("draft", "handler", set()),
        ("active", "agent_without_signing", {"performance_evidence"}),
        ("active", "handler", set()),
        ("breach_proposed", "owner", {"reply_evidence"}),
        ("breach_replied", "owner", set()),
        ("fulfilled", "owner", set()),
    ],
)
def test_only_the_papers_of_an_open_step_are_taken(state, who, fields, sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, state, sqlite.world, house)
        case.item.papers = [{"field": "site_plan", "title": "图", "title_en": "Plan", "required": False}]
        assert attachments.accepted_fields(session, case, sqlite.world.actors[who]) == fields


def test_a_paper_for_no_open_step_is_refused(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "signed", sqlite.world, house)
        with pytest.raises(Refused, match="现在不能为这件办件上传这类材料"):
            attach(session, case, "performance_evidence", sqlite.world.actors["owner"], house)


def test_the_thirty_first_paper_is_refused(sqlite, house):
    with sqlite.writing() as session:
        owner = sqlite.world.actors["owner"]
        case = draft(session, sqlite.world, house, item="venue")
        for _ in range(30):
            paper(session, case, "site_plan", owner)
        with pytest.raises(Refused, match="最多上传 30 个文件"):
            attach(session, case, "site_plan", owner, house)


def test_a_paper_is_taken_back_until_it_was_handed_in(sqlite, house):
    with sqlite.writing() as session:
        owner = sqlite.world.actors["owner"]
        case = draft(session, sqlite.world, house, item="venue")
        wrong, right = (paper(session, case, "site_plan", owner) for _ in range(2))
        attachments.take_back(session, case, wrong.id, actor=owner, now=NOW)
        take(session, case, "sign", owner, house)
        session.refresh(right)
        with pytest.raises(Refused, match="已经提交的材料不能移除"):
            attachments.take_back(session, case, right.id, actor=owner, now=NOW)
        with pytest.raises(NotYours):
            attachments.one(session, case, wrong.id)


def test_a_paper_of_another_case_is_not_found(sqlite, house):
    with sqlite.writing() as session:
        owner = sqlite.world.actors["owner"]
        one, other = (draft(session, sqlite.world, house, item="venue") for _ in range(2))
        kept = paper(session, one, "site_plan", owner)
        with pytest.raises(NotYours):
            attachments.one(session, other, kept.id)
