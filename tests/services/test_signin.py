"""Signing in: what is answered, when an account is locked and when not, how long a sign-in lives."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOW
from workflow_app.domain.refusals import Refused
from workflow_app.models.party import AccountEvent, Person, SignIn
from workflow_app.services.people import passwords, second_factor, signin
from workflow_app.services.people.signin import Caller, Opened

PASSWORD = "纸船 月台 koala 47"
WRONG = "登录名或密码不正确，请核对后再试。忘记密码请联系所在单位的管理员或信用办重置。"
HERE = Caller("192.0.2.7", "tests")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def session(database):
    with database.writing() as session:
        for person in session.scalars(select(Person)):
            person.password_hash = passwords.hash_password(PASSWORD, is_cheap=True)
        session.flush()
        yield session


@pytest.fixture
def owner(session):
    return session.scalars(select(Person).where(Person.login == "owner")).one()


def attempt(session, login="owner", password=PASSWORD, now=NOW, caller=HERE):
    return signin.sign_in(session, login, password=password, caller=caller, now=now, is_cheap=True)


def events(session):
    return list(session.scalars(select(AccountEvent.what).order_by(AccountEvent.id)))


def test_the_right_password_opens_a_sign_in_whose_row_does_not_hold_the_token(session, owner):
    opened = attempt(session)
    assert isinstance(opened, Opened)
    assert opened.row.person is owner
    assert opened.token not in (opened.row.token_digest, opened.row.user_agent)
    assert len(opened.row.token_digest) == 64
    assert signin.find(session, opened.token) is opened.row
    assert events(session) == ["sign_in"]


def test_a_login_in_capitals_is_the_same_login(session):
    assert isinstance(attempt(session, login="OWNER"), Opened)


def test_a_wrong_password_an_unknown_login_and_a_closed_account_get_the_same_sentence(session, owner):
    assert str(attempt(session, password="wrong wrong wrong")) == WRONG
    assert str(attempt(session, login="nobody-at-all")) == WRONG
    owner.disabled_at = NOW
    assert str(attempt(session)) == WRONG


def test_an_unknown_login_is_not_written_down(session):
    attempt(session, login="my-secret-password")
    row = session.scalars(select(AccountEvent)).one()
    assert (row.what, row.person_id, row.note) == ("sign_in_failed", None, "")


def test_the_fifth_failure_locks_the_account_for_one_minute(session):
    for _ in range(4):
        assert str(attempt(session, password="wrong")) == WRONG
    locked = "连续输错的次数较多，为保护账户，请在 10:01 之后再试。忘记密码请联系管理员重置。"
    assert str(attempt(session, password="wrong")) == locked
    assert str(attempt(session, now=NOW + MINUTE - SECOND)) == locked
    assert isinstance(attempt(session, now=NOW + MINUTE), Opened)
    assert events(session) == [*["sign_in_failed"] * 5, "locked", "sign_in"]


def test_each_further_failure_doubles_the_lock_up_to_an_hour(session):
    now, ends = NOW, []
    for _ in range(13):
        sentence = str(attempt(session, password="wrong", now=now))
        if sentence != WRONG:
            ends.append(sentence.partition("请在 ")[2][:5])
            now += timedelta(hours=1)
    assert ends == ["10:01", "11:02", "12:04", "13:08", "14:16", "15:32", "17:00", "18:00", "19:00"]


def test_a_right_password_forgives_the_failures_before_it(session):
    for _ in range(4):
        attempt(session, password="wrong")
    attempt(session)
    for _ in range(4):
        assert str(attempt(session, password="wrong")) == WRONG


def test_an_address_that_tries_many_accounts_is_locked_and_other_addresses_are_not(session):
    for number in range(19):
        assert str(attempt(session, login=f"guess-{number}", password="wrong")) == WRONG
    attempt(session, login="guess-19", password="wrong")
    assert "10:01 之后再试" in str(attempt(session))
    assert isinstance(attempt(session, caller=Caller("192.0.2.8", "tests")), Opened)


def test_a_password_hashed_with_other_parameters_is_hashed_anew_at_sign_in(session, owner):
    before = owner.password_hash
    signin.sign_in(session, "owner", password=PASSWORD, caller=HERE, now=NOW, is_cheap=False)
    assert before.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert owner.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_rotating_gives_a_new_token_and_voids_the_old_one(session):
    opened = attempt(session)
    rotated = signin.rotate(opened.row, now=NOW)
    assert rotated.token != opened.token
    assert signin.find(session, opened.token) is None
    assert signin.find(session, rotated.token) is opened.row


@pytest.mark.parametrize(
    ("is_staff", "idle", "is_over"),
    [
        (True, timedelta(minutes=30) - SECOND, False),
        (True, timedelta(minutes=30), True),
        (False, timedelta(minutes=120) - SECOND, False),
        (False, timedelta(minutes=120), True),
    ],
)
def test_idle_staff_are_signed_out_after_30_minutes_and_subjects_after_120(session, is_staff, idle, is_over):
    row = attempt(session).row
    assert signin.is_expired(row, seen_at=NOW, is_staff=is_staff, now=NOW + idle) is is_over


def test_after_twelve_hours_a_sign_in_is_over_however_busy(session):
    row = attempt(session).row
    late = NOW + timedelta(hours=12)
    assert not signin.is_expired(row, seen_at=late - MINUTE, is_staff=False, now=late - SECOND)
    assert signin.is_expired(row, seen_at=late - MINUTE, is_staff=False, now=late)


def test_signing_out_everywhere_keeps_only_the_one_it_was_asked_from(session, owner):
    here, there = attempt(session).row, attempt(session).row
    signin.end_all(session, owner, keep=here, by=owner, now=NOW)
    session.expire_all()
    assert signin.open_sign_ins(session, owner, now=NOW) == [here]
    assert session.get_one(SignIn, there.id).ended_at == NOW


def test_confirming_identity_counts_wrong_passwords_like_signing_in(session, owner):
    for _ in range(4):
        assert not signin.confirm_identity(session, owner, password="wrong", now=NOW)
    assert str(signin.why_not_confirmed(session, owner, now=NOW)) == (
        "密码不正确，请重新输入您登录时用的密码。"
    )
    assert not signin.confirm_identity(session, owner, password="wrong", now=NOW)
    assert not signin.confirm_identity(session, owner, password=PASSWORD, now=NOW)
    assert "10:01 之后再试" in str(signin.why_not_confirmed(session, owner, now=NOW))
    assert signin.confirm_identity(session, owner, password=PASSWORD, now=NOW + MINUTE)


@pytest.fixture
def with_app(session, owner):
    codes = second_factor.set_up(
        session, owner, secret=SECRET, code=second_factor.current_code(SECRET, now=NOW), now=NOW
    )
    session.flush()
    assert codes is not None
    return codes


def check(session, owner, code, now=NOW):
    return second_factor.check_code(session, owner, code=code, now=now, ip="192.0.2.7")


def test_a_code_of_the_app_is_taken_once(session, owner, with_app):
    later = NOW + timedelta(seconds=30)
    code = second_factor.current_code(SECRET, now=later)
    assert check(session, owner, code, later) is None
    assert str(check(session, owner, code, later)) == (
        "这个验证码已经用过，请等手机上出现下一个验证码再输入。"
    )


def test_the_code_that_set_the_app_up_can_not_be_used_again(session, owner, with_app):
    assert check(session, owner, second_factor.current_code(SECRET, now=NOW)) is not None


def test_a_phone_may_be_one_step_late_or_early_but_not_two(session, owner, with_app):
    later = NOW + timedelta(minutes=5)
    step = timedelta(seconds=30)
    assert check(session, owner, second_factor.current_code(SECRET, now=later - 2 * step), later) is not None
    assert check(session, owner, second_factor.current_code(SECRET, now=later + 2 * step), later) is not None
    assert check(session, owner, second_factor.current_code(SECRET, now=later - step), later) is None
    assert check(session, owner, second_factor.current_code(SECRET, now=later + step), later) is None


def test_wrong_codes_lock_like_wrong_passwords(session, owner, with_app):
    for _ in range(5):
        check(session, owner, "000000")
    later = NOW + timedelta(seconds=30)
    assert "10:01 之后再试" in str(
        check(session, owner, second_factor.current_code(SECRET, now=later), later)
    )


def test_who_knows_the_password_can_not_guess_codes_without_end_by_signing_in_again(session, owner, with_app):
    for _ in range(4):
        assert isinstance(attempt(session), Opened)
        assert second_factor.check_code(session, owner, code="000000", now=NOW, ip="") is not None
    assert isinstance(attempt(session), Opened)
    assert "10:01 之后再试" in str(second_factor.check_code(session, owner, code="000000", now=NOW, ip=""))
    assert not isinstance(attempt(session), Opened)


def test_there_are_ten_recovery_codes_and_each_works_once(session, owner, with_app):
    assert len(set(with_app)) == 10
    assert check(session, owner, with_app[0].upper().replace("-", " ")) is None
    assert check(session, owner, with_app[0]) is not None
    assert second_factor.recovery_codes_left(session, owner) == 9


def test_new_recovery_codes_void_the_old_ones(session, owner, with_app):
    second_factor.make_recovery_codes(session, owner, now=NOW)
    assert check(session, owner, with_app[0]) is not None


def test_a_code_of_another_phone_does_not_set_the_app_up(session, owner):
    assert second_factor.set_up(session, owner, secret=SECRET, code="000000", now=NOW) is None
    assert owner.totp_secret is None


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short1", "新密码至少 12 个字符，现在是 6 个。可以用几个不相干的词连在一起。"),
        ("x" * 129, "新密码最多 128 个字符，请缩短一些。"),
        ("my-Owner-is-here", "新密码里不能包含登录名，请换一个。"),
        ("password-1234", "这个密码太常见，容易被猜到。请用几个不相干的词连在一起。"),
        ("aaaabbbbcccc", "这个密码太常见，容易被猜到。请用几个不相干的词连在一起。"),
        ("abcdefghijklmn", "这个密码太常见，容易被猜到。请用几个不相干的词连在一起。"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_with_the_reason(password, sentence):
    with pytest.raises(Refused) as refusal:
        passwords.check_password(password, login="owner")
    assert str(refusal.value.sentence) == sentence


def test_a_passphrase_in_chinese_is_a_good_password():
    passwords.check_password("春天的纸船停在旧月台上等雨", login="owner")


def test_a_password_is_the_same_whichever_keyboard_typed_it():
    stored = passwords.hash_password("ＡＢＣ defg 12345", is_cheap=True)
    assert passwords.is_password(stored, "ABC defg 12345")
