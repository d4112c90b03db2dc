"""Tokens and systems: how long, for whom, what ends them; what a machine may never hold; answers that are forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import NOW, TODAY
from tests.web.visitor import PASSWORD, give_passwords
from workflow_app.domain.people import GrantKind
from workflow_app.domain.refusals import Refused
from workflow_app.domain.scopes import TokenScope
from workflow_app.domain.words import Sentence
from workflow_app.models.api import ApiAnswer, ApiCall
from workflow_app.models.party import AccountEvent, Person, Subject, Unit
from workflow_app.services.machines import calls, repeats, systems, tokens
from workflow_app.services.machines.tokens import State, Wish
from workflow_app.services.people import accounts, deputies, grants, signin
from workflow_app.services.people.deputies import Absence
from workflow_app.services.queues import colleagues

CALLER = signin.Caller("192.0.2.7", "tests")
WISH = Wish("执法系统对接", [TokenScope.CASES_READ], "核对办件", 30)


@pytest.fixture
def session(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
        yield session


@pytest.fixture
def who(session):
    return {person.login: person for person in session.scalars(select(Person))}


@pytest.fixture
def system(session, who):
    return systems.create(session, login="sys.zhifa", name="执法系统", by=who["security_admin"], now=NOW)


def works(session, text, now=NOW):
    return not isinstance(tokens.find(session, text, ip="10.0.0.1", now=now), Sentence)


def refusal_of(action, *given, **more):
    with pytest.raises(Refused) as refused:
        action(*given, **more)
    return refused.value.code, str(refused.value.sentence)


def grant(session, person, kind, by, unit):
    return grants.grant_in_unit(
        session, person, kind=kind, unit=unit, last_day=None, by=by, now=NOW, on=TODAY
    )


def test_a_rotated_token_works_one_more_day_and_is_rotated_once(session, who):
    old = tokens.make(session, who["handler"], WISH, by=who["handler"], now=NOW)
    new = tokens.rotate(session, old.row, by=who["handler"], now=NOW + timedelta(days=20))
    changed = NOW + timedelta(days=20)
    assert tokens.state_of(old.row, now=changed) is State.REPLACED
    assert works(session, old.text, changed + timedelta(hours=23))
    assert not works(session, old.text, changed + timedelta(days=1))
    assert works(session, new.text, changed + timedelta(days=29))
    assert (new.row.name, new.row.scopes, new.row.purpose) == ("执法系统对接", ["cases:read"], "核对办件")
    assert refusal_of(tokens.rotate, session, old.row, by=who["handler"], now=changed)[0] == "over"


def test_a_token_that_can_not_be_is_refused_with_a_sentence(session, who, system):
    me = who["handler"]

    def wrong(person=me, **changed):
        wish = Wish(**(vars(WISH) | changed))
        return refusal_of(tokens.make, session, person, wish, by=me, now=NOW)

    assert wrong(days=91) == ("days", "令牌的有效期应为 1 至 90 天。")
    assert wrong(system, days=367) == ("days", "令牌的有效期应为 1 至 366 天。")
    assert wrong(days=0)[0] == "days"
    assert wrong(scopes=[])[0] == "scopes"
    assert wrong(purpose=" ")[0] == "purpose"
    assert "“10.20/99”不是网段" in wrong(networks=["10.20/99"])[1]
    for _ in range(20):
        made = tokens.make(session, me, WISH, by=me, now=NOW)
    assert wrong()[0] == "too_many"
    assert tokens.rotate(session, made.row, by=me, now=NOW).text.startswith("ccw_")
    system.disabled_at = NOW
    assert wrong(system)[0] == "closed"


def test_a_closed_account_and_a_reset_password_end_every_token_for_good(session, who):
    admin = who["security_admin"]
    first = tokens.make(session, who["handler"], WISH, by=who["handler"], now=NOW)
    accounts.reset_password(session, who["handler"], by=admin, now=NOW, is_cheap=True)
    assert not works(session, first.text)
    second = tokens.make(session, who["clerk"], WISH, by=who["clerk"], now=NOW)
    accounts.disable(session, who["clerk"], by=admin, now=NOW)
    accounts.enable(session, who["clerk"], by=admin, now=NOW)
    assert not works(session, second.text)
    assert [row.ended_by_id for row in (first.row, second.row)] == [admin.id, admin.id]
    told = session.scalars(select(AccountEvent.note).where(AccountEvent.what == "token_ended")).all()
    assert told == [f"{first.row.prefix}… 执法系统对接", f"{second.row.prefix}… 执法系统对接"]


def test_a_system_has_a_login_of_its_own_kind_and_no_way_in_for_people(session, who, system):
    admin = who["security_admin"]
    assert refusal_of(systems.create, session, login="zhifa", name="x", by=admin, now=NOW) == (
        "login",
        "系统账户的登录名应以“sys.”开头，例如 sys.zhifa。",
    )
    again = {"name": "x", "by": admin, "now": NOW}
    assert refusal_of(systems.create, session, login="SYS.zhifa", **again)[0] == "login_taken"
    assert (
        refusal_of(accounts.create_person, session, login="sys.li", **again, is_cheap=True)[0]
        == "login_taken"
    )
    assert (
        refusal_of(accounts.reset_password, session, system, by=admin, now=NOW, is_cheap=True)[0] == "system"
    )
    assert refusal_of(accounts.reset_second_factor, session, system, by=admin, now=NOW)[0] == "system"
    for password in ("", "!", PASSWORD):
        got = signin.sign_in(session, "sys.zhifa", password=password, caller=CALLER, now=NOW, is_cheap=True)
        assert isinstance(got, Sentence)
    # Not even with a password that somebody wrote into the row by hand.
    system.password_hash = who["handler"].password_hash
    got = signin.sign_in(session, "sys.zhifa", password=PASSWORD, caller=CALLER, now=NOW, is_cheap=True)
    assert "登录名或密码不正确" in str(got)


def test_a_machine_has_no_eyes(session, sqlite, who, system):
    admin = who["security_admin"]
    market = session.get_one(Unit, sqlite.world.units["market"])
    office = session.get_one(Unit, sqlite.world.units["office"])
    firm = session.get_one(Subject, sqlite.world.subjects["firm"])
    for kind, unit in (
        (GrantKind.HEAD, market), (GrantKind.LEAD, office), (GrantKind.AUDITOR, office),
        (GrantKind.SYSTEM_ADMIN, office), (GrantKind.SECURITY_ADMIN, office),
    ):  # fmt: skip
        assert refusal_of(grant, session, system, kind, admin, unit)[0] == "system"
    for_firm = {"subject": firm, "last_day": None, "by": admin, "now": NOW, "on": TODAY}
    code, told = refusal_of(
        grants.grant_for_subject, session, system, kind=GrantKind.ADMINISTRATOR, **for_firm
    )
    assert code == "system"
    assert told.startswith("“破产管理人”要由人来看、来定，系统账户不能担任。")
    grants.grant_for_subject(session, system, kind=GrantKind.OWNER, **for_firm)
    grant(session, system, GrantKind.HANDLER, admin, market)
    # A right that it has does not open the next one.
    assert refusal_of(grant, session, system, GrantKind.HEAD, admin, market)[0] == "system"
    session.flush()
    session.refresh(system)
    assert {each.kind for each in accounts.load_actor(system, on=TODAY).grants} == {"owner", "handler"}


def test_nothing_is_handed_to_a_machine_in_somebodys_stead(session, sqlite, who, system):
    market = session.get_one(Unit, sqlite.world.units["market"])
    grant(session, system, GrantKind.HANDLER, who["security_admin"], market)
    session.flush()
    handler = who["handler"]
    actor = accounts.load_actor(handler, on=TODAY)
    _, might = deputies.candidates(session, actor, on=TODAY)
    assert system not in might
    assert who["second_handler"] in might
    wanted = Absence(handler, system, TODAY, TODAY, "出差")
    assert refusal_of(deputies.appoint, session, wanted, actor=actor, now=NOW) == (
        "deputy",
        "系统账户不能代人办理，请另选一位同事。",
    )
    found = colleagues._people(session, _CaseOf(market), frozenset({GrantKind.HANDLER}), on=TODAY)
    assert system not in found
    assert handler in found


class _CaseOf:
    """As much of a case as says which unit answers for it."""

    def __init__(self, unit):
        self.unit = unit


def test_the_log_is_asked_for_one_person_for_refusals_and_for_personal_reads(session, sqlite, who):
    mine = tokens.make(session, who["handler"], WISH, by=who["handler"], now=NOW).row
    other = tokens.make(session, who["clerk"], WISH, by=who["clerk"], now=NOW).row
    citizen = sqlite.world.subjects["citizen"]

    def call(token, status=200, code="", purpose="", subjects=(), path="/api/v1/cases"):
        made = calls.Call("GET", path, "cases_api.listed", status, code, "10.0.0.1", purpose, subjects)
        calls.note(session, made, token=token, now=NOW)

    call(mine)
    call(mine, purpose="核对办件", subjects={citizen})
    call(other, 403, "no_scope")
    call(None, 401, "no_token", path="/api/v1/cases/\0" + "x" * 400)

    def codes(**asked):
        return [line.call.code or line.call.status for line in calls.lines(session, calls.Asked(**asked))]

    assert codes() == ["no_token", "no_scope", 200, 200]
    assert codes(login="handler") == [200, 200]
    assert codes(is_denied=True) == ["no_token", "no_scope"]
    (personal,) = calls.lines(session, calls.Asked(is_personal=True))
    assert (personal.person, personal.subjects) == ("郑谷雨（handler）", ("林霜降",))
    assert personal.token == f"{mine.prefix}… 执法系统对接"
    (last,) = calls.lines(session, calls.Asked(), most=1)
    assert "\0" not in last.call.path
    assert len(last.call.path) == 300
    assert [line.call.id for line in calls.lines(session, calls.Asked(), before=last.call.id, most=1)] == [3]
    assert calls.lines(session, calls.Asked(), before=-(10**30)) == []
    assert len(calls.lines(session, calls.Asked(), before=10**30)) == 4
    assert session.scalar(select(func.count()).select_from(ApiCall)) == 4


def test_answers_kept_for_a_repeat_are_forgotten_after_a_day(session, who):
    for hours, key in ((25, "old"), (23, "young")):
        repeats.take(session, who["handler"].id, key, digest="d", now=NOW - timedelta(hours=hours))
    assert repeats.forget(session, now=NOW) == 1
    assert session.scalars(select(ApiAnswer.key)).all() == ["young"]
