"""Two people take the same step of a list at the same moment, on PostgreSQL: it happens once, and the other is told why."""

from sqlalchemy import func, select

from tests.factories import NOW, paper
from tests.lists import GIVEN, Listing, list_type
from tests.services.test_perform import at_once
from workflow_app.domain.refusals import Refused
from workflow_app.models.event import Event
from workflow_app.models.lists import JointMeasure, ListEntry
from workflow_app.models.record import CreditRecord
from workflow_app.services.engine import perform

TWICE = "这个主体已经在这个名单上，或者另有一件正在办理，不能重复列入。"


def both(database, house, step, *who):
    """Several (address, person) take a step at once; what each of them was told, in no order."""

    def attempt(address, by):
        def take():
            with database.writing() as session:
                order = perform.Order(step, GIVEN.get(step, {}), None)
                perform.perform(session, address, order, actor=database.world.actors[by], now=NOW, house=house)  # fmt: skip

        return take

    raised = at_once(*(attempt(*each) for each in who))
    assert all(each is None or isinstance(each, Refused) for each in raised), raised
    return sorted(str(each.sentence) if each else "" for each in raised)


def test_each_step_that_matters_happens_once(postgres, house):
    with postgres.writing() as session:
        listing = Listing(session, postgres.world, house).to("awaiting_signature")
        number = listing.case.number
    told = both(postgres, house, "decide", (number, "head"), (number, "second_head"))
    assert told == ["", "这件办件现在的状态是“已决定列入，待送达和公布”，不能办理这一步。"]
    with postgres.writing() as session:
        case = perform.lock(session, number)
        paper(session, case, "decision_service_proof", postgres.world.actors["handler"])
        order = perform.Order("prove_decision_service", GIVEN["prove_decision_service"], None)
        perform.perform(session, number, order, actor=postgres.world.actors["handler"], now=NOW, house=house)
    told = both(postgres, house, "publish", (number, "clerk"), (number, "second_clerk"))
    assert told == ["", "这件办件现在的状态是“已列入名单”，不能办理这一步。"]
    with postgres.reading() as session:
        for made, expected in ((CreditRecord, 1), (ListEntry, 1), (JointMeasure, 2)):
            assert session.scalar(select(func.count()).select_from(made)) == expected
        steps = select(Event.step).where(Event.step.in_(("decide", "publish"))).order_by(Event.id)
        assert session.scalars(steps).all() == ["decide", "publish"]


def test_of_two_notices_for_the_same_list_and_subject_one_is_served(postgres, house):
    with postgres.writing() as session:
        type_ = list_type(session, postgres.world)
        drafts = [Listing(session, postgres.world, house, type_=type_).case.address for _ in range(2)]
    told = both(postgres, house, "serve_notice", (drafts[0], "handler"), (drafts[1], "second_handler"))
    assert told == ["", TWICE]
    with postgres.reading() as session:
        assert session.scalar(select(func.count(ListEntry.id))) == 1
