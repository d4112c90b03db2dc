"""Second looks: drawn by a seed that can be recomputed, never by whoever took part, and kept as they were given."""

from datetime import date
from hashlib import sha256
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from tests.factories import case_in, draft, legal, take
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.case import Case
from workflow_app.models.outbox import Message
from workflow_app.services.supervision import second_looks

SEPTEMBER, OCTOBER = date(2026, 9, 1), legal("2026-10-08")


@pytest.fixture
def month(sqlite, house):
    """Five cases that ended in September 2026, one in August and one in October, and a draft that was thrown away."""
    with sqlite.writing() as session:
        world = sqlite.world
        for _ in range(5):
            case_in(session, "refused", world, house)
        others = {"2026-08-31": "23:59", "2026-10-01": "00:00"}
        for day, time in others.items():
            case = case_in(session, "withdrawn", world, house)
            session.execute(update(Case).where(Case.id == case.id).values(ended_at=legal(day, time)))
        take(session, draft(session, world, house), "discard", world.actors["owner"], house)
        yield SimpleNamespace(session=session, actors=world.actors)


def draw(month, count, *, by="lead", of=SEPTEMBER, now=OCTOBER):
    return second_looks.draw(month.session, of, count, actor=month.actors[by], now=now)


def look(month, row, *, by="clerk", verdict="sound", note=""):
    said = {"verdict": verdict, "note": note, "actor": month.actors[by], "now": OCTOBER}
    return second_looks.look(month.session, SEPTEMBER, row.case.number, **said)


def test_the_draw_is_the_beginning_of_an_order_that_anybody_can_compute(month):
    first = draw(month, 2)
    more = draw(month, 2, by="second_lead")
    seed = first[0].seed
    assert {row.seed for row in (*first, *more)} == {seed}
    assert len(seed) == 32
    numbers = [f"CM-120102-20260918-00000{n}" for n in range(1, 6)]
    assert second_looks.numbers(month.session, SEPTEMBER) == tuple(numbers)
    by_hand = sorted(numbers, key=lambda number: sha256((seed + number).encode("utf-8")).hexdigest())
    assert [row.case.number for row in (*first, *more)] == by_hand[:4]
    assert [row.case.number for row in second_looks.drawn(month.session, SEPTEMBER)] == by_hand[:4]
    assert len(draw(month, 50)) == 1
    with pytest.raises(Refused, match="2026-09办结的办件已经全部抽出"):
        draw(month, 1)


def test_a_place_is_the_plain_digest_of_seed_and_number():
    digest = second_looks.place_of("seed", "CM-120102-20260918-000001")
    assert digest == sha256(b"seedCM-120102-20260918-000001").hexdigest()


def test_only_the_lead_draws_only_last_month_and_not_more_than_fifty(month):
    for count, asked, error in (
        (1, {"by": "clerk"}, NotYours),
        (1, {"of": date(2026, 8, 1)}, Refused),
        (1, {"now": legal("2026-09-30")}, Refused),
        (0, {}, Refused),
        (51, {}, Refused),
    ):
        with pytest.raises(error):
            draw(month, count, **asked)
    assert second_looks.months(month.session) == ()


def test_a_verdict_is_given_once_and_a_flaw_is_explained_and_told_to_the_head(month):
    flawed, sound, _ = draw(month, 3)
    with pytest.raises(Refused, match="请写明问题在哪里"):
        look(month, flawed, verdict="flawed", note=" ")
    with pytest.raises(Refused, match="请选择抽查结果"):
        look(month, flawed, verdict="")
    look(month, flawed, verdict="flawed", note="没有写明法律依据。")
    look(month, sound, by="lead")
    with pytest.raises(Refused, match="结果不能再改"):
        look(month, flawed, by="lead")
    assert (flawed.verdict, flawed.note, flawed.looked_by.name) == ("flawed", "没有写明法律依据。", "沈白露")
    told = select(Message).where(Message.key.like("second-look/%"))
    (message,) = month.session.scalars(told)
    assert (message.payload["to"], message.payload["case_id"]) == ("head", flawed.case_id)
    (shown,) = second_looks.months(month.session)
    assert (shown.first_day, shown.drawn, shown.looked, shown.flawed) == (SEPTEMBER, 3, 2, 1)


def test_nobody_looks_at_what_they_took_part_in_and_a_department_looks_at_none(month):
    row = draw(month, 1)[0]
    for by in ("handler", "head", "owner", "auditor"):
        with pytest.raises(NotYours):
            look(month, row, by=by)
    month.session.execute(
        update(Case).where(Case.id == row.case_id).values(opened_by_id=month.actors["clerk"].person_id)
    )
    month.session.expire_all()
    with pytest.raises(Refused, match="您参加过这件办件的办理"):
        look(month, row)
    assert not second_looks.took_part(month.session, row.case, month.actors["second_clerk"])
    assert second_looks.took_part(month.session, row.case, month.actors["handler"])
    assert look(month, row, by="second_clerk").looked_at == OCTOBER
    with pytest.raises(NotYours):
        second_looks.one(month.session, SEPTEMBER, "CM-120102-20260918-000099")
