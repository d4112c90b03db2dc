"""Lists as anybody reads them, and the same addresses for those whom an entry concerns.

All are listed on Friday 2026-09-18: the firm on a serious list with an objection to it, on a limited one, on the focus list;
the other firm on the serious, the abnormal and the red one; the citizen on a serious one. September 20 is worked, 25 to 27
are off: comments on a name of the red list end on Tuesday the 29th (LE-08, seven working days).
"""

import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import event, select

from tests.browser import Browser
from tests.conftest import Database, prepared_engine
from tests.factories import FIELD_KEY, NOW, legal
from tests.lists import Leaving, Listing, book, list_type, watch
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.base import keyring
from workflow_app.models.lists import ListEntry
from workflow_app.models.party import Subject
from workflow_app.services.documents import texts
from workflow_app.services.engine import perform
from workflow_app.services.engine.perform import Order
from workflow_app.services.people.grants import code_digest
from workflow_app.services.records import records
from workflow_app.services.reports import report_content
from workflow_app.services.rules import rulebooks

FIRM, OTHER, CITIZEN = "天津海河示范食品有限公司", "天津金河示范有限公司", "林霜降"
TO_APPROVED = (
    ("forward", "clerk"),
    ("accept", "handler"),
    ("propose_approval", "handler"),
    ("approve", "head"),
)
OFF_THE_RED_LIST = (("initiate", "handler"), *TO_APPROVED[2:])


def everybody_listed(session, world, house):
    """The entries by who and which list."""
    for subject in session.scalars(select(Subject)):
        subject.code_digest = code_digest(subject.code)
    kept = {kind: list_type(session, world, kind) for kind in ("serious", "abnormal", "red", "focus")}
    kept["limited"] = list_type(
        session, world, "wage", key="list_limited", name="示范限定名单", scope="limited"
    )
    kept["person"] = list_type(session, world, "wage", key="list_person", name="示范欠薪名单")
    wanted = (
        ("firm", "serious"), ("other_firm", "serious"), ("other_firm", "abnormal"), ("other_firm", "red"),
        ("firm", "focus"), ("firm", "limited"), ("citizen", "person"),
    )  # fmt: skip
    made = {
        (subject, kind): Listing(session, world, house, subject=subject, type_=kept[kind])
        for subject, kind in wanted
    }
    return {key: list_(one, session) for key, one in made.items()} | {
        ("firm", "red"): Listing(session, world, house, type_=kept["red"]).to("noticed").entry.ref
    }


def list_(one, session):
    """Bring a listing to its end; who replies is the firm's owner, so nobody replies here."""
    one.go(("serve_notice", "handler"), ("prove_service", "handler"))
    later = legal("2026-09-30")
    one.take("propose_decision", "handler", now=later, answers={})
    one.go(("decide", "head"), now=later)
    one.go(
        ("prove_decision_service", "handler", {"decision_served_on": later.date()}),
        ("publish", "clerk"),
        now=later,
    )
    return one.entry.ref


@pytest.fixture(scope="module")
def built(sqlite_template, house, tmp_path_factory):
    """Everything listed, once: the file, the entries and the application that reads a copy of it."""
    template, world = sqlite_template
    folder = tmp_path_factory.mktemp("lists")
    file = Path(shutil.copy(template, folder / "listed.sqlite"))
    keyring.load((FIELD_KEY,))
    database = Database("sqlite", f"sqlite:///{file}", prepared_engine(f"sqlite:///{file}"), world)
    with database.writing() as session:
        give_passwords(session)
        refs = everybody_listed(session, world, house)
        records.mark(session, entry_of(session, refs["firm", "serious"]).record, "objection", now=NOW)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.engine.dispose()
    url = f"sqlite:///{folder / 'read.sqlite'}"
    used = Database("sqlite", url, prepared_engine(url), world)
    app = real_office(used, folder)
    yield SimpleNamespace(file=file, refs=refs, database=used, app=app)
    used.engine.dispose()


@pytest.fixture
def here(built, house):
    """The day after the holidays: `anybody` asks without an account, `writing` changes something."""
    keyring.load((FIELD_KEY,))
    used, read = built.database, built.file.with_name("read.sqlite")
    with built.app.app_context():
        db.engine.dispose()
    used.engine.dispose()
    for leftover in (f"{read}-wal", f"{read}-shm"):
        Path(leftover).unlink(missing_ok=True)
    shutil.copy(built.file, read)
    rulebooks.forget()
    with clock.fixed(legal("2026-10-08")):
        yield SimpleNamespace(
            app=built.app,
            refs=built.refs,
            world=used.world,
            house=house,
            writing=used.writing,
            anybody=Browser(built.app.test_client()),
        )


def enter(here, login):
    """A browser of somebody signed in."""
    visitor = Visitor(here.app)
    visitor.sign_in(login)
    if login != "owner":
        visitor.enter_code()
    return Browser(visitor.client)


def entry_of(session, ref):
    return session.scalars(select(ListEntry).where(ListEntry.ref == ref)).one()


def test_each_list_says_what_it_rests_on_and_who_stands_on_it(here):
    page = here.anybody.get("/lists/")
    assert page.words("h2") == ["严重失信主体名单", "异常名录", "守信激励名单"]
    assert page.words("a.row-link") == ["示范serious名单", "示范欠薪名单", "示范abnormal名单", "示范red名单"]
    assert page.words("td.numeric") == ["2", "0", "1", "1"]  # of the person nothing, not even a number

    page = here.anybody.get("/lists/list_serious")
    assert page.words("a.row-link") == [OTHER, FIRM]
    assert page.words("th .tag") == ["异议处理中"]
    assert page.words("td[data-label=最迟到] .number") == ["2029-09-30", "2029-09-30"]
    for told in (
        "市场监管总局令第44号", "被处较重行政处罚的，列入。", "列入满一年", "提高抽查比例和频次", "列入期限 3 年", "公告 30 日",
    ):  # fmt: skip
        assert told in page.text
    for text in ("金河", "91120102MA0DEM020F"):
        assert here.anybody.get(f"/lists/list_serious?text={text}").words("a.row-link") == [OTHER]
    assert "名单上没有符合条件的" in here.anybody.get("/lists/list_serious?text=没有").text

    page = here.anybody.get(f"/lists/entries/{here.refs['firm', 'serious']}")
    assert page.heading == FIRM
    for told in (
        "异议处理中",
        "2027 年 10 月 1 日",
        "生产不符合食品安全标准的食品",
        "从严审查卫生许可",
        "“信用中国（示例市）”网站和本平台",
    ):
        assert told in page.text
    assert "LS-120102" not in page.text
    record = here.anybody.follow(page, "公示内容和更正公告")
    assert "示范serious名单" in record.words("#list")[0]
    assert "2029 年 9 月 30 日" in record.words("#list")[0]


def test_focus_lists_persons_and_limited_ones_are_seen_nowhere_in_public(here):
    for key in ("list_focus", "list_limited", "nothing"):
        here.anybody.get(f"/lists/{key}", status=404)
    assert here.anybody.get("/lists/list_person").words("a.row-link") == []
    for who in (("firm", "focus"), ("firm", "limited"), ("citizen", "person")):
        here.anybody.get(f"/lists/entries/{here.refs[who]}", status=404)
    with here.writing() as session:
        citizen_record = entry_of(session, here.refs["citizen", "person"]).record.ref
    for place in (
        "/lists/", "/lists/list_person", "/publicity", "/api/v1/publicity", "/feed/removals.json", "/feed/marks.json",
    ):  # fmt: skip
        said = here.anybody.client.get(place).get_data(as_text=True)
        for hidden in (CITIZEN, "示范focus名单", "示范限定名单", citizen_record):
            assert hidden not in said, f"{hidden} on {place}"
    assert here.anybody.get(f"/search?q={CITIZEN}").words("a.row-link") == []


def test_the_whole_of_an_entry_is_for_its_subject_its_unit_and_the_office(here):
    ref = here.refs["firm", "serious"]
    page = enter(here, "owner").get(f"/lists/entries/{ref}")
    for told in (
        "LS-120102-20260918-00000",
        "名单规定的最短期限",
        "《信用修复管理办法》的最短期限",
        "示范区卫健委",
        "从列入名单的 9 月 30 日（周三）起算",
    ):
        assert told in page.text
    assert "看条件、办理移出" in page.text
    for login in ("handler", "second_lead"):
        assert (
            "不公开，只供内部监督"
            in enter(here, login).get(f"/lists/entries/{here.refs['firm', 'focus']}").text
        )
    other = enter(here, "other_handler")
    assert "LS-120102" not in other.get(f"/lists/entries/{ref}").text
    other.get(f"/lists/entries/{here.refs['firm', 'focus']}", status=404)


def test_a_proposed_red_name_is_shown_with_how_and_until_when_to_comment(here):
    ref = here.refs["firm", "red"]
    with clock.fixed(NOW):
        page = here.anybody.get("/lists/list_red")
        assert page.words("#proposed h3") == [FIRM]
        assert "9 月 29 日（周二）24:00 前可以提意见" in page.text
        assert "向认定单位（示范区市场监管局）或者信用办窗口书面提出" in page.text
        assert "正在征求意见" in here.anybody.get(f"/lists/entries/{ref}").text
    with clock.fixed(legal("2026-09-30")):
        assert "征求意见已在 9 月 29 日（周二）截止" in here.anybody.get("/lists/list_red").text
    with here.writing() as session:
        case, order = entry_of(session, ref).case, Order("drop", {"drop_reasons": "有新的失信行为。"}, None)
        perform.perform(
            session, case.address, order, actor=here.world.actors["handler"], now=NOW, house=here.house
        )
    assert here.anybody.get("/lists/list_red").words("#proposed h3") == []
    here.anybody.get(f"/lists/entries/{ref}", status=404)


def test_each_way_off_a_list_leaves_its_own_trace_for_thirty_days(here):
    early, _, red = (
        here.refs[who] for who in (("firm", "serious"), ("other_firm", "serious"), ("other_firm", "red"))
    )
    with here.writing() as session:
        records.unmark(session, entry_of(session, early).record, "objection", now=NOW)
        leaving = Leaving(session, here.world, here.house, entry_of(session, early), now=legal("2029-09-20"))
        leaving.submit(now=legal("2029-09-20")).go(*TO_APPROVED, now=legal("2029-09-20"))
        Leaving(
            session,
            here.world,
            here.house,
            entry_of(session, red),
            by="handler",
            now=legal("2029-09-21"),
            way="ex_officio",
        ).go(*OFF_THE_RED_LIST, now=legal("2029-09-21"))
    with clock.fixed(legal("2029-10-01")):  # the clock did not come by yet
        assert here.anybody.get("/lists/list_serious").words("#standing a.row-link") == []
    with here.writing() as session:
        assert "expire" in watch(session, here.house, now=legal("2029-10-02"))

    with clock.fixed(legal("2029-10-02")):
        page = here.anybody.get("/lists/list_serious")
        assert page.words("#left li") == [
            f"{OTHER} 91120102MA0DEM020F 期限届满，10 月 2 日（周二）移出", f"{FIRM} 91120102MA0DEM010E 9 月 20 日（周四）提前移出",
        ]  # fmt: skip
        assert here.anybody.get("/lists/list_red").words("#left li") == [
            f"{OTHER} 91120102MA0DEM020F 9 月 21 日（周五）依职权移出"
        ]
        page = here.anybody.get(f"/lists/entries/{early}")
        assert "已在 9 月 20 日（周四）经申请提前移出“示范serious名单”" in page.text
        assert "食品安全标准" not in page.text
    with clock.fixed(legal("2029-10-20")):
        assert len(here.anybody.get("/lists/list_serious").words("#left li")) == 2
    with clock.fixed(legal("2029-10-21")):
        assert len(here.anybody.get("/lists/list_serious").words("#left li")) == 1
        here.anybody.get(f"/lists/entries/{early}", status=404)


def test_an_annulled_or_hidden_entry_is_gone_and_leaves_nothing(here):
    wrong, hidden = here.refs["firm", "serious"], here.refs["other_firm", "serious"]
    with here.writing() as session:
        at = legal("2026-10-08")
        records.take_down(
            session,
            entry_of(session, wrong).record,
            "annulled",
            why="异议属实",
            by_id=None,
            now=at,
            rulebook=book(session, here.house),
        )
        records.change(
            session, entry_of(session, hidden).record, {"hidden_at": at}, why="先行停止公示", by_id=None, now=at,
            rulebook=book(session, here.house),
        )  # fmt: skip
        assert "annul" in watch(session, here.house, now=at)
        assert entry_of(session, wrong).exit_how == "annulled"
    page = here.anybody.get("/lists/list_serious")
    assert page.words("#standing a.row-link") + page.words("#left li") == []
    for ref in (wrong, hidden):
        here.anybody.get(f"/lists/entries/{ref}", status=404)
    enter(here, "owner").get(f"/lists/entries/{wrong}", status=404)


def test_a_long_list_is_paged_by_key_and_read_in_a_few_questions(here):
    with here.writing() as session:
        first = entry_of(session, here.refs["other_firm", "red"])
        for number in range(45):
            firm = Subject(
                kind="legal", name=f"示范第{number}公司", code=f"C{number}", code_digest=f"{number:064}"
            )
            session.add(firm)
            case = Listing(session, here.world, here.house, type_=first.type).case
            case.subject = firm
            session.add(
                ListEntry(
                    ref=f"red-{number}",
                    type=first.type,
                    subject=firm,
                    unit_id=first.unit_id,
                    case=case,
                    behaviour="纳税信用 A 级",
                    basis="办法",
                    measures=[],
                    proposed_at=NOW,
                    listed_on=legal("2026-10-01").date(),
                    explanation=[],
                    exited_at=legal("2026-10-05") if number > 20 else None,
                    exit_how="ex_officio" if number > 20 else "",
                )
            )
    asked = []
    with here.app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    page = here.anybody.get("/lists/list_red")
    assert len(asked) < 20
    seen = page.words("#standing a.row-link")
    page = here.anybody.get(page.soup.select_one("#standing a[rel=next]")["href"])
    assert len(set(seen + page.words("#standing a.row-link"))) == 22
    page = here.anybody.follow(here.anybody.get("/lists/list_red"), "看全部")
    seen = page.words("#left li")
    page = here.anybody.get(page.soup.select_one("#left a[rel=next]")["href"])
    assert (len(seen), len(set(seen + page.words("#left li")))) == (20, 24)


def test_a_report_tells_of_a_red_list_and_of_the_term_of_the_others(here):
    with here.writing() as session:
        other = session.get_one(Subject, here.world.subjects["other_firm"])
        content = report_content.of(session, other, now=legal("2026-10-08"))
        assert content.values["honours"] == (
            (
                "示范red名单",
                "示范区市场监管局",
                "2026年9月30日",
                "符合条件期间",
                "《市场监督管理严重违法失信名单管理办法》第五条",
            ),
        )
        assert "守信信息 1 条" in content.summary
        text = texts.current("credit_report", on=date(2026, 11, 20))
        paper = texts.render(text, {**content.values, "given_to": "示范银行", "purpose": "申请贷款"})
        assert "<td>示范red名单</td>" in paper
        (serious, abnormal) = sorted(content.values["findings"], key=lambda found: found[0], reverse=True)
        assert serious[8] == "向社会公示，2026年9月30日至2029年9月30日，期限届满由系统移出名单"
        assert abnormal[0] == "示范abnormal名单"
        firm = report_content.of(
            session, session.get_one(Subject, here.world.subjects["firm"]), now=legal("2026-10-08")
        )
        assert firm.values["honours"] == ()
        assert "focus" not in str(firm.values)
