"""What time brings about for lists happens once and on its day, also with two workers and after an outage.

An entry of Friday 2026-09-18 on a list of three years is on it until 2029-09-18; early exit from 2027-09-19 on. The last
day of a measure is 2026-09-24. September 25 to 27 and October 1 to 7 are off, September 20 and October 10 are worked.
"""

from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, legal
from tests.lists import Leaving, Listing, book, lift_all, list_type, watch
from tests.objections import Objecting
from tests.services.test_perform import at_once
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.models.sync import SyncTask
from workflow_app.services.documents import documents, sheets
from workflow_app.services.engine import perform
from workflow_app.services.lists import joint_measures, list_entries, list_watch
from workflow_app.services.records import records
from workflow_app.services.sync import sync


@pytest.fixture
def listing(sqlite, house):
    """A firm on a serious list, its units having executed what they were asked for."""
    with sqlite.writing() as session:
        yield executed(Listing(session, sqlite.world, house).to("listed"))


def executed(listing):
    """Every unit takes its measure on the day of the listing."""
    by = {"market": "handler", "health": "other_handler"}
    for measure in listing.measures:
        how = {"actor": listing.world.actors[by[measure.unit.key]], "now": NOW}
        rulebook = book(listing.session, listing.house)
        joint_measures.answer(listing.session, measure, will=True, note="", rulebook=rulebook, **how)
        joint_measures.execute(listing.session, measure, on=date(2026, 9, 18), evidence="已录入", **how)
    return listing


def watched(listing, day, time="10:00"):
    """What the clock of lists did on this day."""
    listing.session.flush()
    return watch(listing.session, listing.house, now=legal(day, time))


def told(session, prefix):
    """Side and words of what was told under keys that begin so, in order."""
    rows = session.scalars(select(Message).where(Message.key.like(f"{prefix}%")).order_by(Message.id))
    return [(row.payload["to"], Sentence.from_json(row.payload["sentence"]).told(str, str)) for row in rows]


def exits(session):
    """How the list exits stand, in order."""
    wanted = select(Case).where(Case.workflow == "list_exit").order_by(Case.id)
    return [(case.facts["way"], case.state) for case in session.scalars(wanted)]


def confirm_everything(listing, *, now):
    """Every unit lifts, every place confirms, the clock looks again."""
    session, house = listing.session, listing.house
    lift_all(session, listing.world, house, listing.entry, now=now)
    for task in session.scalars(select(SyncTask).where(SyncTask.confirmed_at.is_(None))).all():
        sync.confirm(session, task, by_id=None, evidence="已撤下", now=now, rulebook=book(session, house))
    perform.follow(session, listing.entry.exit_case_id, now=now, house=house)


def establish(listing, day, *, now):
    """The unit established on which day everything was performed, or took it back."""
    records.establish_duties(
        listing.session, listing.entry.record, day and date.fromisoformat(day), how="凭证", by_id=None, now=now,
        today=now.date(), rulebook=book(listing.session, listing.house),
    )  # fmt: skip


# Terms that end.


def test_an_entry_leaves_on_the_day_after_its_last_and_not_on_it(listing):
    assert watched(listing, "2029-09-18", "23:59") == ["remind"]
    assert exits(listing.session) == []
    assert watched(listing, "2029-09-19", "00:00") == ["expire"]
    assert watched(listing, "2029-09-19", "00:05") == []
    entry, record = listing.entry, listing.entry.record
    assert (entry.exit_how, entry.exited_at) == ("expired", legal("2029-09-19", "00:00"))
    assert (record.ended_how, record.publicity_ended_at) == ("expired", legal("2029-09-19", "00:00"))
    assert exits(listing.session) == [("expired", "syncing")]
    assert entry.exit_case.number.startswith("LE-120102-20290919-")
    assert all(measure.lift_asked_at is not None for measure in listing.measures)
    confirm_everything(listing, now=legal("2029-09-20"))
    assert (entry.exit_case.state, entry.is_exit_done, record.ended_how) == ("exited", True, "expired")
    again = Listing(listing.session, listing.world, listing.house, type_=listing.type)
    assert again.to("noticed", now=legal("2029-09-21")).case.state == "noticed"


@pytest.mark.parametrize("kind", ["abnormal", "red", "focus"])
def test_an_entry_without_a_term_stays(kind, sqlite, house):
    with sqlite.writing() as session:
        listing = executed(Listing(session, sqlite.world, house, kind=kind).to("listed"))
        assert listing.entry.ends_on is None
        assert "expire" not in watched(listing, "2039-09-19")


def test_a_restriction_by_law_stands_in_the_way_until_its_last_day(listing):
    listing.entry.restricted_until = date(2029, 12, 31)
    assert watched(listing, "2029-09-19") == ["remind"]
    assert watched(listing, "2029-12-31", "23:59") == []
    assert listing.entry.record.publicity_ended_at is None
    assert watched(listing, "2030-01-01", "00:00") == ["expire"]


def test_a_restriction_by_law_stands_in_the_way_of_an_early_exit_too(listing):
    """Early exit from 2027-09-19; restricted until 2027-12-31."""
    listing.entry.restricted_until = date(2027, 12, 31)
    exit_ = Leaving(listing.session, listing.world, listing.house, listing.entry, now=legal("2027-10-08"))
    with pytest.raises(Refused, match="仍在法律规定的限制期间"):
        exit_.submit(now=legal("2027-12-31", "23:59"))
    exit_.take("submit", "owner", now=legal("2028-01-03"))
    assert exit_.case.state == "received"


def test_an_exit_under_way_is_not_overtaken_by_the_end_of_the_term(listing):
    """Approved a day before the end: the firm left early, and time has nothing more to do."""
    now = legal("2029-09-18")
    exit_ = Leaving(listing.session, listing.world, listing.house, listing.entry, now=now).submit(now=now)
    exit_.go(("forward", "clerk"), ("accept", "handler"), ("propose_approval", "handler"), ("approve", "head"), now=now)  # fmt: skip
    assert watched(listing, "2029-09-19") == []
    assert (listing.entry.exit_how, exits(listing.session)) == ("early", [("early", "syncing")])


def test_an_application_that_time_overtook_is_closed_with_a_letter(listing):
    now = legal("2029-09-18")
    exit_ = Leaving(listing.session, listing.world, listing.house, listing.entry, now=now).submit(now=now)
    exit_.go(("forward", "clerk"), ("accept", "handler"), ("propose_approval", "handler"), now=now)
    assert "expire" in watched(listing, "2029-09-19")
    assert exits(listing.session) == [("early", "withdrawn"), ("expired", "syncing")]
    assert listing.entry.exit_case.facts["way"] == "expired"
    letters = select(Document).where(Document.case_id == exit_.case.id).order_by(Document.id.desc())
    letter = listing.session.scalars(letters).first()
    assert letter.kind == "list_exit_closure"
    said = sheets.article(documents.sheet_of(letter, site_url="")).striptags()
    assert "你方已经移出这个名单" in said
    assert "视为撤回" not in said


# Entries that were wrong.


def test_an_entry_that_an_objection_found_wrong_counts_as_never_made(listing):
    session, entry = listing.session, listing.entry
    objection = Objecting(
        session, listing.world, listing.house, record=entry.record, ground="listing", claims={}
    )
    objection.go(("submit", "owner"), ("accept", "clerk"), ("forward", "clerk"))
    assert watched(listing, "2026-09-18") == []
    wrong = {"finding": "wrong", "remedy": "remove", "difference": {}}
    objection.go(("answer", "handler", wrong), ("execute_correction", "second_clerk"))
    assert entry.record.ended_how == "annulled"
    assert watched(listing, "2026-09-18") == ["annul"]
    assert watched(listing, "2026-09-18", "11:00") == []
    assert (listing.entry.exit_how, exits(session)) == ("annulled", [("annulled", "syncing")])
    assert list(list_entries.of_subject(session, entry.subject_id)) == []
    assert decisions(listing) == ["revoked"]
    objection.confirm_everything()
    lift_all(session, listing.world, listing.house, listing.entry, now=legal("2026-09-21"))
    assert watched(listing, "2026-09-21") == ["go_on"]
    assert (exits(session), listing.entry.is_exit_done) == ([("annulled", "exited")], True)
    assert entry.record.ended_how == "annulled"
    again = Listing(session, listing.world, listing.house, type_=listing.type).to("noticed")
    assert again.case.state == "noticed"


def test_a_decision_found_wrong_before_it_was_published_goes_no_further(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("decided")
        objection = Objecting(
            session, sqlite.world, house, record=listing.entry.record, ground="listing", claims={}
        )
        wrong = {"finding": "wrong", "remedy": "remove", "difference": {}}
        objection.go(
            ("submit", "owner"), ("accept", "clerk"), ("forward", "clerk"), ("answer", "handler", wrong)
        )
        assert watched(listing, "2026-09-18") == []
        objection.go(("execute_correction", "second_clerk"))
        with pytest.raises(Refused, match="列入的记录已经撤下"):
            listing.take("publish", "clerk")
        assert watched(listing, "2026-09-18") == ["unmake"]
        assert (listing.case.state, listing.entry.listed_on, decisions(listing)) == (
            "dropped",
            None,
            ["revoked"],
        )
        assert watched(listing, "2026-09-18", "11:00") == []


def decisions(listing):
    """How the decisions to list answer when they are verified."""
    wanted = select(Document.status).where(
        Document.case_id == listing.case.id, Document.kind == "listing_decision"
    )
    return listing.session.scalars(wanted).all()


# What is counted from the correction.


def test_what_counts_from_the_correction_moves_with_it(sqlite, house):
    """Six months from September 24 end on 2027-03-24; from October 9 on 2027-04-09."""
    with sqlite.writing() as session:
        listing = executed(Listing(session, sqlite.world, house, kind="wage").to("listed"))
        assert (listing.entry.early_on, watched(listing, "2026-09-19")) == (None, [])
        establish(listing, "2026-09-24", now=legal("2026-09-28"))
        assert watched(listing, "2026-09-28") == ["count"]
        assert (listing.entry.early_on, watched(listing, "2026-09-28")) == (date(2027, 3, 25), [])
        establish(listing, "2026-10-09", now=legal("2026-10-09"))
        assert watched(listing, "2026-10-09") == ["count"]
        assert listing.entry.early_on == date(2027, 4, 10)
        establish(listing, None, now=legal("2026-10-12"))
        assert watched(listing, "2026-10-12") == ["count"]
        assert (listing.entry.early_on, listing.entry.corrected_on) == (None, None)
        assert watched(listing, "2028-01-01") == []


# Reminders and re-checks.


def test_the_subject_is_told_on_the_first_day_of_early_exit_once(listing):
    assert watched(listing, "2027-09-18", "23:59") == []
    assert watched(listing, "2027-09-19", "00:00") == ["remind"]
    assert watched(listing, "2027-09-20") == []
    assert told(listing.session, f"entry-{listing.entry.id}/early") == [
        (
            "subject",
            "贵方列入“示范serious名单”，从 2027-09-19起可以申请提前移出，不收取任何费用，也不用找人代办。",
        )
    ]


def test_somebody_told_too_early_is_told_again_when_it_counts_anew(sqlite, house):
    with sqlite.writing() as session:
        listing = executed(Listing(session, sqlite.world, house, kind="wage").to("listed"))
        establish(listing, "2026-09-24", now=legal("2026-09-28"))
        watched(listing, "2026-09-28")
        assert watched(listing, "2027-03-25") == ["remind"]
        establish(listing, "2026-10-09", now=legal("2027-03-26"))
        assert watched(listing, "2027-03-26") == ["count"]
        assert watched(listing, "2027-04-09") == []
        assert watched(listing, "2027-04-10") == ["remind"]
        assert len(told(session, f"entry-{listing.entry.id}/early")) == 2


@pytest.mark.parametrize(
    ("kind", "first", "before", "second"),
    [("red", "2027-09-20", "2028-09-19", "2028-09-20"), ("focus", "2027-03-18", "2027-09-19", "2027-09-20")],
)
def test_who_stands_on_a_red_or_focus_list_is_looked_at_again(kind, first, before, second, sqlite, house):
    """Twelve months from 2026-09-18 end on a Saturday, so on Monday 2027-09-20; six on Thursday 2027-03-18. The next one
    counts from there: 2028-09-20, a Wednesday; 2027-09-18, a Saturday, so the 20th."""  # fmt: skip
    with sqlite.writing() as session:
        listing = executed(Listing(session, sqlite.world, house, kind=kind).to("listed"))
        assert listing.entry.review_on == date.fromisoformat(first)
        watched(listing, "2026-09-19")
        day_before = date.fromisoformat(first) - timedelta(days=1)
        assert watched(listing, day_before.isoformat()) == []
        assert watched(listing, first) == ["review"]
        assert watched(listing, before) == []
        assert watched(listing, second) == ["review"]
        sides = [side for side, _words in told(session, f"entry-{listing.entry.id}/review")]
        assert sides == ["handler", "handler"]


# Silent units.


def test_a_silent_unit_has_its_head_told_and_then_the_lead(sqlite, house):
    """Due on September 24; 28, 29 and 30 are the three working days after it."""
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("listed")
        done = {
            day: jobs
            for day in ("2026-09-24", "2026-09-25", "2026-09-26", "2026-09-29", "2026-09-30", "2026-10-01", "2026-10-08")
            if (jobs := watched(listing, day, "23:00"))
        }  # fmt: skip
        assert done == {"2026-09-25": ["urge", "urge"], "2026-10-01": ["urge", "urge"]}
        urged = told(session, f"measure-{listing.measures[1].id}/silent")
        assert [side for side, _words in urged] == ["head", "lead"]
        assert urged[0][1].startswith(
            "天津海河示范食品有限公司（示范serious名单）：示范区卫健委的措施“从严审查卫生许可”已超过 2026-09-24"
        )


def test_a_unit_that_answered_is_urged_anew_only_for_the_next_stage(sqlite, house):
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("listed")
        assert watched(listing, "2026-09-25") == ["urge", "urge"]
        executed(listing)
        assert watched(listing, "2026-10-08") == []
        listing.entry.ends_on = date(2026, 9, 27)
        assert watched(listing, "2026-09-28") == ["expire"]
        assert [measure.due_on for measure in listing.measures] == [date(2026, 10, 8)] * 2
        assert watched(listing, "2026-10-08") == []
        assert watched(listing, "2026-10-09") == ["urge", "urge"]


# Outages, workers.


def test_after_an_outage_of_several_days_each_thing_is_done_once(sqlite, house):
    """Nobody watched from the listing to 2029-10-15: one expiry, and nothing twice on the day after."""
    with sqlite.writing() as session:
        listing = Listing(session, sqlite.world, house).to("listed")
        red = executed(Listing(session, sqlite.world, house, kind="red").to("listed"))
        first = watched(listing, "2029-10-15")
        assert first == [
            "expire",
            "remind",
            "review",
        ]  # the measures are to be lifted now, nobody needs to execute them
        assert watched(listing, "2029-10-15", "10:05") == []
        assert watched(listing, "2029-10-16") == []
        assert red.entry.review_on == date(2030, 10, 15)
        assert exits(session) == [("expired", "syncing")]


def test_two_workers_let_a_term_end_once(postgres, house):
    """Each has read the same list of what waits before either begins."""
    with postgres.writing() as session:
        for key in ("first", "second", "third"):
            type_ = list_type(session, postgres.world, key=key)
            executed(Listing(session, postgres.world, house, type_=type_).to("listed"))
    now, start = legal("2029-09-19"), Barrier(2)

    def worker():
        with postgres.reading() as session:
            found = list_watch.waiting(session, today=date(2029, 9, 19))
        start.wait(timeout=5)
        for todo in found:
            with postgres.writing() as session:
                if list_watch.act(session, todo, now=now, house=house):
                    done.append((todo.job, todo.id))

    done = []
    assert at_once(worker, worker) == [None, None]
    with postgres.writing() as session:  # what both skipped while the other held it
        watch(session, house, now=now)
    with postgres.reading() as session:
        assert len(done) == len(set(done))
        assert exits(session) == [("expired", "syncing")] * 3
        assert session.scalar(select(func.count(Event.id)).where(Event.step == "expire")) == 3
