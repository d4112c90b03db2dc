"""Lists to take away: made once by the worker, sealed, noted for the auditor, and gone after seven days."""

import csv
import io

import openpyxl
import pytest
from sqlalchemy import select

from workflow_app.domain import clock
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.party import AccountEvent, Person
from workflow_app.models.queue import TakenList
from workflow_app.services.people.accounts import load_actor
from workflow_app.services.queues import taken_lists


def actor(session, login):
    person = session.scalars(select(Person).where(Person.login == login)).one()
    return load_actor(person, on=clock.legal_day(clock.now()))


def ordered(district, login, asked, format_):
    with district.session() as session:
        return taken_lists.order(session, actor(session, login), asked, format_, now=clock.now()).ref


def fetched(district, login, ref):
    storage = district.app.extensions["house"].storage
    with district.session() as session:
        row = taken_lists.own(session, actor(session, login), ref)
        return taken_lists.content(row, storage=storage, now=clock.now())


def test_a_list_holds_what_the_page_shows_in_both_forms_and_no_cell_of_it_runs(district, monkeypatch):
    monkeypatch.setattr(taken_lists, "PORTION", 10)  # several portions of the 65 cases
    refs = [ordered(district, "lead.xinyong", {"tab": "all"}, form) for form in ("csv", "xlsx")]
    with pytest.raises(Refused) as refused:
        fetched(district, "lead.xinyong", refs[0])
    assert "还在生成" in str(refused.value.sentence)
    district.deliver()
    text = fetched(district, "lead.xinyong", refs[0]).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == [
        "办件号", "主体", "事项", "状态", "到期日", "承办人", "办理单位", "收件日", "办结日",
    ]  # fmt: skip
    assert len(lines) == 66
    assert len({line[0] for line in lines[1:]}) == 65
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line)
    book = openpyxl.load_workbook(io.BytesIO(fetched(district, "lead.xinyong", refs[1])))
    assert [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)] == lines
    with district.session() as session:
        codes = [person.mobile for person in session.scalars(select(Person)) if person.mobile]
        assert not any(code in text for code in codes)
        taken = session.scalars(select(AccountEvent).where(AccountEvent.what == "list_taken")).all()
        assert [event.note.split()[1:] for event in taken] == [["csv", "65"], ["xlsx", "65"]]


def test_a_list_is_its_owners_alone_and_nobody_can_read_it_after_seven_days(district):
    ref = ordered(district, "handler.keji", {"tab": "mine"}, "csv")
    district.deliver()
    assert "CM-120102-20261118-000001" in fetched(district, "handler.keji", ref).decode("utf-8-sig")
    with pytest.raises(NotYours):
        fetched(district, "handler.weijian", ref)
    with district.session() as session:
        row = session.scalars(select(TakenList)).one()
        place, _, _ = row.storage_key.partition(".")
    sealed = district.app.extensions["house"].storage.read_verified(place)
    assert b"CM-120102" not in sealed
    with district.at("2026-11-28"):
        with pytest.raises(Refused) as refused:
            fetched(district, "handler.keji", ref)
        assert "只保留七天" in str(refused.value.sentence)
        district.deliver()
        with district.session() as session:
            assert session.scalars(select(TakenList)).one().storage_key is None


def test_three_lists_at_a_time_are_enough(district):
    for _ in range(3):
        ordered(district, "handler.keji", {"tab": "all"}, "csv")
    with pytest.raises(Refused) as refused:
        ordered(district, "handler.keji", {"tab": "all"}, "csv")
    assert "已有 3 份清单正在生成" in str(refused.value.sentence)
