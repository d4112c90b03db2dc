"""Accounts, rights, mandates and kept forms: who may give what to whom, and what is never given."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from tests.factories import NOW, TODAY
from workflow_app.domain.people import GrantKind
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.party import (
    AccountEvent,
    GrantRow,
    KeptForm,
    Person,
    RecoveryCode,
    SignIn,
    Subject,
    Unit,
)
from workflow_app.services.people import accounts, grants, kept_forms, passwords, units
from workflow_app.services.people.grants import Mandate

YESTERDAY, TOMORROW = date(2026, 9, 17), date(2026, 9, 19)
CODE = "91120102MA0DEM010E"


@pytest.fixture
def session(database):
    with database.writing() as session:
        yield session


@pytest.fixture
def who(session):
    return {person.login: person for person in session.scalars(select(Person))}


@pytest.fixture
def firm(session, database):
    return session.get_one(Subject, database.world.subjects["firm"])


@pytest.fixture
def market(session, database):
    return session.get_one(Unit, database.world.units["market"])


@pytest.fixture
def office(session, database):
    return session.get_one(Unit, database.world.units["office"])


def refusal_of(action):
    with pytest.raises(Refused) as refusal:
        action()
    return str(refusal.value.sentence)


def last_event(session):
    return session.scalars(select(AccountEvent).order_by(AccountEvent.id.desc())).first()


def grant_in(session, unit, person, by, kind=GrantKind.HANDLER, last_day=None):
    return grants.grant_in_unit(
        session, person, kind=kind, unit=unit, last_day=last_day, by=by, now=NOW, on=TODAY
    )


def give(session, firm, agent, by, first_day=TODAY, last_day=date(2026, 12, 31), may_sign=True):
    mandate = Mandate(("commitment",), may_sign, first_day, last_day)
    actor = accounts.load_actor(by, on=TODAY)
    return grants.give_mandate(
        session, actor, subject=firm, agent=agent, mandate=mandate, by=by, now=NOW, on=TODAY
    )


def test_a_mandate_holds_on_its_first_and_last_day_and_not_outside(session, who, firm):
    give(session, firm, who["clerk"], who["owner"], first_day=TODAY, last_day=TOMORROW)
    held = {
        day: accounts.load_actor(who["clerk"], on=day).subject_ids(workflow="commitment")
        for day in (YESTERDAY, TODAY, TOMORROW, date(2026, 9, 20))
    }
    assert [bool(ids) for ids in held.values()] == [False, True, True, False]


def test_an_ended_mandate_is_remembered_with_its_last_day(who):
    actor = accounts.load_actor(who["agent_expired"], on=TODAY)
    assert actor.grants == ()
    assert [grant.ends_on for grant in actor.ended] == [date(2026, 8, 31)]


def test_rights_in_a_unit_end_with_the_unit(session, who, market):
    units.end_unit(session, market, on=TODAY, by=who["system_admin"], now=NOW)
    assert accounts.load_actor(who["handler"], on=YESTERDAY).holds(GrantKind.HANDLER)
    assert not accounts.load_actor(who["handler"], on=TODAY).holds(GrantKind.HANDLER)


def test_the_office_can_not_be_ended(session, who, office):
    assert refusal_of(lambda: units.end_unit(session, office, on=TODAY, by=who["system_admin"], now=NOW)) == (
        "信用办是本平台的主办单位，不能撤销。"
    )


def test_nobody_grants_to_themself_for_a_subject(session, who, firm):
    admin = who["security_admin"]
    sentence = "不能给自己授权，请让另一位有权的人办理。"
    subject = {"kind": GrantKind.OWNER, "subject": firm, "last_day": None}
    assert (
        refusal_of(lambda: grants.grant_for_subject(session, admin, **subject, by=admin, now=NOW, on=TODAY))
        == sentence
    )
    assert refusal_of(lambda: give(session, firm, who["owner"], who["owner"])) == sentence


def test_nobody_grants_to_themself_in_a_unit(session, who, market):
    clerk = who["clerk"]
    assert refusal_of(lambda: grant_in(session, market, clerk, clerk)) == (
        "不能给自己授权，请让另一位有权的人办理。"
    )


def test_nobody_handles_the_own_account(session, who):
    admin = who["security_admin"]
    sentence = "不能处理自己的账户，请让另一位安全管理员办理。"
    assert refusal_of(lambda: accounts.disable(session, admin, by=admin, now=NOW)) == sentence
    assert refusal_of(lambda: accounts.enable(session, admin, by=admin, now=NOW)) == sentence
    assert refusal_of(lambda: accounts.reset_second_factor(session, admin, by=admin, now=NOW)) == sentence
    assert (
        refusal_of(lambda: accounts.reset_password(session, admin, by=admin, now=NOW, is_cheap=True))
        == sentence
    )
    row = admin.grants[0]
    assert refusal_of(lambda: grants.end_grant(session, row, by=admin, now=NOW)) == (
        "不能收回自己的权限，请让另一位安全管理员办理。"
    )


def test_a_grant_is_logged_with_who_gave_it(session, who, market):
    row = grant_in(session, market, who["citizen"], who["security_admin"])
    event = last_event(session)
    assert (event.what, event.person_id, event.by_id) == (
        "granted",
        who["citizen"].id,
        who["security_admin"].id,
    )
    assert event.note == "部门经办 · 示范区市场监管局"
    assert row.granted_by_id == who["security_admin"].id


def test_office_work_is_only_granted_in_the_office(session, who, market):
    assert refusal_of(
        lambda: grant_in(session, market, who["citizen"], who["security_admin"], GrantKind.CLERK)
    ) == ("“信用办经办”只能授在信用办，请改选单位。")


@pytest.mark.parametrize("other", ["security_admin", "auditor"])
def test_configuration_rights_and_audit_stay_with_different_people(session, who, office, other):
    admin = who["security_admin"]
    person = who["system_admin"]
    assert "须由不同的人担任" in refusal_of(
        lambda: grant_in(session, office, person, admin, GrantKind(other))
    )


def test_an_administrator_takes_no_case_and_a_handler_administers_nothing(session, who, office, market):
    admin = who["security_admin"]
    assert "不能办件" in refusal_of(lambda: grant_in(session, market, who["auditor"], admin))
    assert "不能办件" in refusal_of(
        lambda: grant_in(session, office, who["handler"], admin, GrantKind.SYSTEM_ADMIN)
    )


def test_an_ended_right_is_over_at_once_and_stays_in_the_rows(session, who):
    row = who["handler"].grants[0]
    grants.end_grant(session, row, by=who["security_admin"], now=NOW)
    assert accounts.load_actor(who["handler"], on=TODAY).grants == ()
    assert session.get(GrantRow, row.id) is not None
    assert refusal_of(lambda: grants.end_grant(session, row, by=who["security_admin"], now=NOW)) == (
        "这项权限已经收回，无需再办。"
    )


def test_a_subject_is_entered_once_under_its_code(session, who):
    first = grants.subject_of(session, "legal", code=CODE, name="甲公司", by=who["security_admin"], now=NOW)
    session.flush()
    second = grants.subject_of(session, "legal", code=CODE, name="乙公司", by=who["security_admin"], now=NOW)
    assert second is first
    assert first.name == "甲公司"


def test_only_the_owner_of_this_subject_gives_mandates_for_it(session, who, firm):
    for login in ("other_owner", "agent", "security_admin"):
        with pytest.raises(NotYours):
            give(session, firm, who["clerk"], who[login])


def test_a_mandate_for_days_that_are_over_or_too_many_is_refused(session, who, firm):
    owner, agent = who["owner"], who["clerk"]
    past = date(2026, 9, 1)
    assert (
        refusal_of(lambda: give(session, firm, agent, owner, first_day=past, last_day=YESTERDAY))
        == "授权截止日期已经过去，请填写今天或以后的日期。"
    )
    give(session, firm, agent, owner, last_day=date(2029, 9, 17))
    assert refusal_of(lambda: give(session, firm, agent, owner, last_day=date(2029, 9, 18))) == (
        "一次授权最长三年，请把截止日期提前；到期后可以再次授权。"
    )


def test_a_mandate_is_ended_by_the_owner_or_given_back_by_the_agent_and_by_nobody_else(session, who):
    row = who["agent"].grants[0]

    def end_by(login):
        actor = accounts.load_actor(who[login], on=TODAY)
        return grants.end_mandate(session, actor, grant_id=row.id, by=who[login], now=NOW)

    with pytest.raises(NotYours):
        end_by("other_owner")
    with pytest.raises(NotYours):
        end_by("security_admin")
    end_by("agent")
    assert accounts.load_actor(who["agent"], on=TODAY).grants == ()
    assert last_event(session).what == "mandate_ended"


def test_an_owner_can_not_end_another_right_by_the_way_of_mandates(session, who):
    actor = accounts.load_actor(who["owner"], on=TODAY)
    with pytest.raises(NotYours):
        grants.end_mandate(session, actor, grant_id=who["handler"].grants[0].id, by=who["owner"], now=NOW)


def test_a_new_account_has_a_one_time_password_that_must_be_changed(session, who):
    opened = accounts.create_person(
        session, login="New.Person", name="𠮷田", by=who["security_admin"], now=NOW, is_cheap=True
    )
    session.flush()
    assert opened.person.login == "new.person"
    assert opened.person.name == "𠮷田"
    assert opened.person.must_change_password
    assert passwords.is_password(opened.person.password_hash, opened.password)
    assert len(opened.password) == 19


def test_a_login_that_is_taken_is_refused(session, who):
    def create():
        accounts.create_person(
            session, login="OWNER", name="甲", by=who["security_admin"], now=NOW, is_cheap=True
        )

    assert refusal_of(create) == "登录名“owner”已被使用，请换一个，或在人员列表里查找这个账户。"


def test_closing_an_account_ends_its_sign_ins(session, who):
    row = SignIn(
        token_digest="0" * 64, person=who["handler"], created_at=NOW, seen_at=NOW, ip="", user_agent=""
    )
    session.add(row)
    session.flush()
    accounts.disable(session, who["handler"], by=who["security_admin"], now=NOW)
    session.expire_all()
    assert row.ended_at == NOW


def test_people_are_found_by_a_part_of_the_name_or_login_and_wildcards_mean_themselves(session):
    assert [one.login for one in accounts.people(session, search="谷雨", after="")] == ["handler"]
    found = [one.login for one in accounts.people(session, search="head", after="")]
    assert found == ["handler_and_head", "head", "other_head", "second_head"]
    assert accounts.people(session, search="%", after="") == []


def test_the_first_administrator_only_exists_in_an_empty_house(session, who):
    def begin(password="三只纸船 koala 47"):
        return accounts.first_administrator(
            session, "Admin", name="秦小寒", password=password, now=NOW, is_cheap=True
        )

    assert refusal_of(begin) == ("已经有账户了。请用安全管理员账户登录，在“账户与权限”里开立其他账户。")
    for table in (KeptForm, RecoveryCode, GrantRow, Person):
        session.execute(delete(table))
    session.expunge_all()
    assert "至少 12 个字符" in refusal_of(lambda: begin("short"))
    admin = begin()
    session.flush()
    assert admin.login == "admin"
    assert accounts.load_actor(admin, on=TODAY).holds(GrantKind.SECURITY_ADMIN)


def keep(session, person, typed, page="/cases/1/edit", now=NOW):
    return kept_forms.keep_form(session, person.id, page=page, sent_to=page, typed=typed, now=now)


def take(session, person, page="/cases/1/edit", now=NOW):
    return kept_forms.take_kept_form(session, person.id, page=page, now=now)


def test_a_kept_form_comes_back_to_the_same_person_and_page_only(session, who):
    typed = [("reason", "开店 𠮷 <b>"), ("item", "a"), ("item", "b")]
    assert keep(session, who["owner"], typed)
    session.flush()
    assert take(session, who["owner"]) == (("reason", "开店 𠮷 <b>"), ("item", "a"), ("item", "b"))
    assert take(session, who["agent"]) is None
    assert take(session, who["owner"], page="/cases/2/edit") is None


def test_a_kept_form_is_gone_once_the_form_was_sent_again(session, who):
    keep(session, who["owner"], [("reason", "开店")])
    kept_forms.forget_form(session, who["owner"].id, sent_to="/cases/1/papers")
    assert take(session, who["owner"]) is not None
    kept_forms.forget_form(session, who["owner"].id, sent_to="/cases/1/edit")
    assert take(session, who["owner"]) is None


def test_passwords_codes_and_tokens_are_never_kept(session, who):
    typed = [("csrf_token", "t"), ("password", "p"), ("new_password", "n"), ("code", "123456")]
    assert not keep(session, who["owner"], typed)
    assert keep(session, who["owner"], [*typed, ("reason", "开店")])
    assert take(session, who["owner"]) == (("reason", "开店"),)


def test_a_kept_form_is_sealed_at_rest_and_forgotten_after_a_day(session, who):
    keep(session, who["owner"], [("reason", "开店")])
    session.flush()
    stored = session.connection().exec_driver_sql('SELECT "values" FROM kept_form').scalar()
    assert stored.startswith("gAAAA")
    assert take(session, who["owner"], now=NOW + timedelta(hours=24)) is not None
    assert take(session, who["owner"], now=NOW + timedelta(hours=24, seconds=1)) is None


def test_at_most_ten_forms_are_kept_for_one_person(session, who):
    for number in range(12):
        keep(session, who["owner"], [("reason", str(number))], page=f"/cases/{number}/edit")
    session.flush()
    assert take(session, who["owner"], page="/cases/1/edit") is None
    assert take(session, who["owner"], page="/cases/2/edit") == (("reason", "2"),)
