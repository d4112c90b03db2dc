"""Nobody's inbox gets a mail for each of many things: what time brought about waits for its like, and a mail takes along the rest.

The application delivers for real; only the mail server on the other side is ours.
"""

import multiprocessing
import os
import signal
from collections import Counter
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from tests.factories import case_in, legal, stored, take
from tests.services.test_carrier import database_url, environment, eventually, post, running_here
from workflow_app import config as settings
from workflow_app import create_app, worker
from workflow_app.domain import clock
from workflow_app.models.case import Case
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.party import Person
from workflow_app.services.delivery import mail, notices

__all__ = ["database_url", "environment", "post"]

SIGNED, BACK = legal("2026-09-18"), legal("2026-09-30")
HEADS = {"head@example.test", "second_head@example.test", "handler_and_head@example.test"}
forking = multiprocessing.get_context("fork")


@pytest.fixture
def folder(tmp_path, environment):
    """Where the mail goes instead of to a server."""
    environment["MAIL_URL"] = f"file://{tmp_path}/mail"
    return tmp_path / "mail"


def letters(folder: Path):
    """Every mail written so far."""
    found = sorted(folder.glob("*.eml")) if folder.exists() else []
    return [message_from_bytes(each.read_bytes(), policy=policy.default) for each in found]


def many(database, house, state, number):
    """So many cases, without the documents that take long to print; their addresses."""
    with database.writing() as session:
        made = [case_in(session, state, database.world, house).address for _ in range(number)]
        session.execute(delete(Message).where(Message.kind == "document"))
    return made


def delivered(environment, now, *, swept=False):
    """What a worker does at this instant."""
    with running_here(environment) as house, clock.fixed(now):
        if swept:
            worker.sweep_all(house)
        return worker.deliver(house)


def at(now, minutes=0.0):
    return now + timedelta(minutes=minutes)


def test_twelve_cases_that_ended_in_an_outage_are_twelve_notices_and_one_mail(
    sqlite, environment, folder, house
):
    """Signed on September 18, due on the 22nd; the worker comes back on the 30th."""
    addresses = many(sqlite, house, "signed", 12)
    delivered(environment, SIGNED)
    for letter in folder.iterdir():
        letter.unlink()
    delivered(environment, BACK, swept=True)
    with sqlite.reading() as session:
        for login in ("head", "second_head", "handler_and_head"):
            whose = Notice.person_id == sqlite.world.people[login]
            overdue = select(func.count()).select_from(Notice).where(whose, Notice.created_at == BACK)
            assert session.scalar(overdue) == 12
    delivered(environment, at(BACK, 4.9))
    assert letters(folder) == []
    delivered(environment, at(BACK, 5))
    assert Counter(letter["To"] for letter in letters(folder)) == dict.fromkeys(HEADS, 1)
    for letter in letters(folder):
        assert letter["Subject"].endswith("] 您有 12 条新消息")
        said = letter.get_content()
        assert [address for address in addresses if f"/cases/{address}\n" not in said] == []
        assert said.count("已超过") == 12
    delivered(environment, at(BACK, 60), swept=True)
    assert len(letters(folder)) == 3


def test_letters_signed_while_the_worker_was_away_are_one_mail(sqlite, environment, folder, house):
    """A person caused each; they go at once, and whichever goes first takes the others along."""
    many(sqlite, house, "signed", 8)
    delivered(environment, SIGNED)
    assert Counter(letter["To"] for letter in letters(folder)) == {
        "handler@example.test": 1,
        "second_handler@example.test": 1,
        "handler_and_head@example.test": 1,
    }


def test_automatic_steps_of_one_day_are_one_mail_to_the_firm(sqlite, environment, folder, house):
    """Returned on September 18 and not corrected by October 9: five cases lapse on the 10th."""
    many(sqlite, house, "returned", 5)
    delivered(environment, SIGNED)
    for letter in folder.iterdir():
        letter.unlink()
    delivered(environment, legal("2026-10-10"), swept=True)
    assert letters(folder) == []
    delivered(environment, at(legal("2026-10-10"), 5))
    told = [letter for letter in letters(folder) if letter["To"] == "owner@example.test"]
    assert len(told) == 1
    assert told[0]["Subject"].endswith("] 您有 5 条新消息")
    assert told[0].get_content().count("视为撤回") == 5


def test_a_step_of_a_person_is_mailed_at_once_and_alone(sqlite, environment, folder, house):
    (address,) = many(sqlite, house, "signed", 1)
    delivered(environment, SIGNED)
    told = [letter for letter in letters(folder) if letter["To"] == "handler@example.test"]
    assert len(told) == 1
    assert told[0]["Message-ID"] == f"<1.1.notice-signed-handler.{sqlite.world.people['handler']}@casework>"
    assert told[0]["Subject"].startswith("[信用事项办理平台] 天津海河示范食品有限公司签署了")
    paragraphs = told[0].get_content().strip().split("\n\n")
    assert paragraphs[1].endswith(f"/cases/{address}")
    assert paragraphs[2].startswith("办理信用事项不收取任何费用")


def test_a_step_of_a_person_takes_along_what_is_held(sqlite, environment, folder, house):
    """Three minutes after the sweep held back the news of one case, a person returns another one."""
    lapsing, signed = many(sqlite, house, "returned", 1) + many(sqlite, house, "signed", 1)
    delivered(environment, SIGNED)
    for letter in folder.iterdir():
        letter.unlink()
    back = legal("2026-10-10")
    delivered(environment, back, swept=True)
    with clock.fixed(at(back, 3)), sqlite.writing() as session:
        case, handler = stored(session, signed), sqlite.world.actors["handler"]
        take(session, case, "return_for_correction", handler, house, now=at(back, 3))
    delivered(environment, at(back, 3))
    (told,) = [letter for letter in letters(folder) if letter["To"] == "owner@example.test"]
    said = told.get_content()
    assert told["Subject"].endswith("] 您有 2 条新消息")
    assert said.index(f"/cases/{lapsing}\n") < said.index(f"/cases/{signed}\n")
    delivered(environment, at(back, 10))
    assert len([letter for letter in letters(folder) if letter["To"] == "owner@example.test"]) == 1


def test_a_person_without_an_address_has_the_notices_and_gets_no_mail(sqlite, environment, folder, house):
    with sqlite.writing() as session:
        session.execute(update(Person).where(Person.login == "head").values(email=None))
    many(sqlite, house, "signed", 3)
    delivered(environment, SIGNED)
    delivered(environment, BACK, swept=True)
    delivered(environment, at(BACK, 5))
    assert "head@example.test" not in {letter["To"] for letter in letters(folder)}
    with sqlite.reading() as session:
        head = sqlite.world.people["head"]
        assert notices.unread(session, head) == 3
        mailed = select(Notice.mailed_at).where(Notice.person_id == head)
        assert session.scalars(mailed).all() == [None, None, None]


def test_an_address_given_later_brings_the_news_of_the_last_week_and_not_of_years(
    sqlite, environment, folder, house
):
    with sqlite.writing() as session:
        session.execute(update(Person).where(Person.login == "head").values(email=None))
    old, recent, new = many(sqlite, house, "signed", 3)
    delivered(environment, SIGNED)
    for address, now in ((old, "2026-09-22"), (recent, "2026-09-24"), (new, "2026-09-30")):
        if address == new:
            with sqlite.writing() as session:
                session.execute(
                    update(Person).where(Person.login == "head").values(email="head@example.test")
                )
        with sqlite.writing() as session:
            case = session.scalars(select(Case).where(Case.number == address)).one()
            notices.announce(session, case, f"told/{address}", what="overdue", to="head", now=legal(now))
        delivered(environment, legal(now))
    (told,) = [letter for letter in letters(folder) if letter["To"] == "head@example.test"]
    said = told.get_content()
    assert [address for address in (old, recent, new) if f"/cases/{address}\n" in said] == [recent, new]


def test_beyond_two_hundred_a_mail_only_says_how_many_more_there_are(sqlite, environment, folder, house):
    (address,) = many(sqlite, house, "signed", 1)
    delivered(environment, SIGNED)
    for letter in folder.iterdir():
        letter.unlink()
    with sqlite.writing() as session:
        for other in ("second_head", "handler_and_head"):
            session.get_one(Person, sqlite.world.people[other]).disabled_at = SIGNED
        case = stored(session, address)
        for number in range(mail.MOST_LISTED + 7):
            notices.announce(
                session, case, f"told/{number}", what="overdue", to="head", now=BACK, is_held=True
            )
    delivered(environment, BACK)
    delivered(environment, at(BACK, 5))
    told = letters(folder)
    assert len(told) == 1
    assert told[0]["Subject"].endswith("] 您有 207 条新消息")
    assert told[0].get_content().count(f"/cases/{address}") == 200
    assert "另有 7 条，请登录后在“消息”中查看。\n\nhttp://127.0.0.1:8000/notices" in told[0].get_content()


def test_a_mail_server_that_was_away_gets_one_mail_when_it_is_back(sqlite, environment, post, house):
    """Each of three steps fails to be mailed; the first that succeeds takes the others along, the rest is silent."""
    addresses = many(sqlite, house, "signed", 3)
    open_for_business, environment["MAIL_URL"] = environment["MAIL_URL"], "smtp://127.0.0.1:9"
    assert delivered(environment, SIGNED) == (3, 9)
    with sqlite.reading() as session:
        assert session.scalar(select(func.count()).where(Notice.mailed_at.is_not(None))) == 0
    environment["MAIL_URL"] = open_for_business
    assert delivered(environment, at(SIGNED, 1)) == (9, 0)
    assert len(post.accepted) == 3  # three handlers
    assert set(post.accepted.values()) == {1}
    assert len(addresses) == 3


def deliver_in_a_process(environment, start, now):
    """The life of a worker that delivers what is due."""
    app = create_app(settings.read(environment))
    start.wait()
    with app.app_context(), clock.fixed(now):
        worker.deliver(app.extensions["house"])


def test_three_workers_at_once_send_one_mail(database, environment, post, house):
    with database.writing() as session:
        leave_one_lead(session, database.world)
        case = stored(session, case_in(session, "signed", database.world, house).address)
        for number in range(30):
            notices.announce(
                session, case, f"told/{number}", what="overdue", to="lead", now=BACK, is_held=True
            )
        session.execute(delete(Message).where(Message.kind == "document"))
        session.execute(delete(Message).where(Message.key.like("%notice-signed%")))
    delivered(environment, BACK)
    assert post.accepted == {}
    database.engine.dispose()
    start = forking.Barrier(3)
    processes = [
        forking.Process(target=deliver_in_a_process, args=(environment, start, at(BACK, 5))) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert list(post.accepted.values()) == [1]
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Notice.mailed_at == at(BACK, 5))) == 30
        open_ones = select(func.count()).where(Message.done_at.is_(None), Message.id > 0)
        assert session.scalar(open_ones) == 0


def test_a_worker_killed_after_the_mail_went_out_repeats_the_very_same_mail(
    database, environment, post, house
):
    """What is told in between goes into a mail of its own, so that the repeat is recognised by its Message-ID."""
    with database.writing() as session:
        leave_one_lead(session, database.world)
        address = case_in(session, "signed", database.world, house).address
        session.execute(delete(Message).where(Message.kind.in_(("document", "notice"))))
        for number in range(3):
            tell_the_lead(session, address, number)
    delivered(environment, BACK)
    post.is_open.clear()
    database.engine.dispose()
    process = forking.Process(
        target=deliver_in_a_process, args=(environment, forking.Barrier(1), at(BACK, 5))
    )
    process.start()
    assert post.is_waited_for.wait(60)
    with database.writing() as session:  # so that it can't say that the mail is done
        session.scalars(select(Message).with_for_update()).all()
        post.is_open.set()
        eventually(lambda: post.accepted.total() == 1, within=20)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join(30)
    (sent,) = post.accepted
    with database.writing() as session:
        tell_the_lead(session, address, 3)
    with running_here(environment) as ours:
        for minutes in (8, 9, 20):
            with clock.fixed(at(BACK, minutes)):
                worker.tend()
                worker.deliver(ours)
    assert post.accepted.pop(sent) == 2
    assert list(post.accepted.values()) == [1]


def leave_one_lead(session, world):
    """So that everything goes to one person."""
    session.get_one(Person, world.people["second_lead"]).disabled_at = SIGNED


def tell_the_lead(session, address, number):
    """Something that time brought about."""
    notices.announce(
        session, stored(session, address), f"told/{number}", what="overdue", to="lead", now=BACK, is_held=True
    )
