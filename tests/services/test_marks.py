"""Which marks a record bears for a reader: each kind once with its number and first day, and nothing internal outside."""

import json

from tests.factories import NOW, RULEBOOK, TODAY, draft, legal, record
from workflow_app.domain.people import Actor
from workflow_app.services.cases import lookup
from workflow_app.services.records import marks, publication, record_lists, records
from workflow_app.services.reports import credit_file
from workflow_app.services.sync import sync, sync_delivery

LATER = legal("2026-09-21", "09:30")


def told(sentence):
    return sentence.told(lambda text: text, lambda day: day.isoformat())


def penalty(session, world, **changed):
    return record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"], **changed)


def dispute(session, world, house, row, *, kind="objection", now=NOW, note=""):
    """A mark as the case of an objection puts it; its case."""
    case = draft(session, world, house)
    records.mark(session, row, kind, case_id=case.id, note=note, now=now)
    return case


def test_several_objections_show_once_with_their_number_and_the_first_day(sqlite, house):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        dispute(session, sqlite.world, house, row, now=LATER)
        dispute(session, sqlite.world, house, row)
        (mark,) = publication.line(session, row.ref, today=TODAY).marks
    assert (mark.kind, mark.count, mark.since) == ("objection", 2, NOW)
    assert told(mark.title) == "异议处理中（2 件）"
    assert told(mark.told) == "异议处理中（2 件），自 2026-09-18起"


def test_the_mark_stays_until_the_last_objection_is_over(sqlite, house):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        cases = [dispute(session, sqlite.world, house, row, now=moment) for moment in (NOW, LATER)]
        records.unmark(session, row, "objection", case_id=cases[0].id, now=LATER)
        (mark,) = marks.in_public(row)
        assert (told(mark.title), mark.since) == ("异议处理中", LATER)
        records.unmark(session, row, "objection", case_id=cases[1].id, now=LATER)
        assert marks.in_public(row) == ()


def test_what_could_not_be_verified_is_a_note_with_its_day(sqlite, house):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        dispute(session, sqlite.world, house, row, kind="unclear", now=LATER)
        (mark,) = publication.line(session, row.ref, today=TODAY).marks
    assert told(mark.told) == "异议未能核实，2026-09-21注记"


def test_marks_of_different_kinds_stand_beside_each_other_in_one_order(sqlite, house):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        for kind in ("unclear", "lawsuit", "objection"):
            dispute(session, sqlite.world, house, row, kind=kind)
        assert [mark.kind for mark in marks.in_public(row)] == ["objection", "lawsuit", "unclear"]


def test_hiding_and_notes_are_for_those_inside_only(sqlite, house):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        dispute(session, sqlite.world, house, row, note="内部备注")
        dispute(session, sqlite.world, house, row, kind="hidden")
        assert [mark.kind for mark in marks.inside(row)] == ["objection", "hidden"]
        assert marks.inside(row)[0].notes == ("内部备注",)
        assert [mark.kind for mark in publication.line(session, row.ref, today=TODAY).marks] == ["objection"]
        assert "内部备注" not in repr(marks.in_public(row))


def test_the_credit_file_the_records_room_and_the_search_bear_it(sqlite, house):
    world = sqlite.world
    with sqlite.writing() as session:
        row = penalty(session, world)
        dispute(session, world, house, row)
        session.expire_all()
        clerk: Actor = world.actors["clerk"]
        (listed,) = record_lists.page(session, record_lists.Wanted(), actor=clerk, today=TODAY).records
        subject = credit_file.subjects(session, world.actors["owner"])[0]
        (own,) = credit_file.of_subject(session, subject, day=TODAY, rulebook=RULEBOOK)
        (found,) = lookup.find(session, "海河", actor=None, today=TODAY).records
        shown = (marks.inside(listed), marks.inside(own.record), found.marks)
    assert [[mark.kind for mark in each] for each in shown] == [["objection"], ["objection"], ["objection"]]


def test_every_request_to_another_place_says_which_marks_the_record_bears(sqlite, house):
    with sqlite.writing() as session:
        row = penalty(session, sqlite.world)
        case = dispute(session, sqlite.world, house, row)
        dispute(session, sqlite.world, house, row, kind="hidden")
        (task, *_) = sync.ask(session, row, ["mark"], case_id=case.id, now=NOW, rulebook=RULEBOOK)
        request = json.loads(json.dumps(sync_delivery.request_of(task, house)))
    assert request["marks"] == [
        {"kind": "objection", "title": "异议处理中", "count": 1, "since": "2026-09-18T02:00:00+00:00"}
    ]
