"""Everybody and everything that the table `matrix.txt` names, on one prepared database, everybody signed in.

For tests that try each route as each kind of person; the database is put back before every request.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.browser import Browser, check_headers
from tests.services.import_samples import MARKET, penalties
from tests.services.paper_samples import pdf_bytes
from tests.web.conftest import NOW, District, copy_database, database_file
from tests.web.differing import differing_of
from tests.web.machinery import machines_of
from workflow_app.domain import rules
from workflow_app.models.attachment import Attachment
from workflow_app.models.case import Case
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.models.document import Document
from workflow_app.models.figures import FigureMonth
from workflow_app.models.lists import JointMeasure, ListEntry, ListType
from workflow_app.models.party import GrantRow, Person, Subject, Unit
from workflow_app.models.queue import SecondLook, Urging
from workflow_app.models.record import CreditRecord, Measure
from workflow_app.models.repair import ClusterFlag
from workflow_app.models.training import Lesson, Question, Study, TrainingClass
from workflow_app.services import catalogue
from workflow_app.services.cases import cases
from workflow_app.services.documents import proposals
from workflow_app.services.engine import perform
from workflow_app.services.engine.perform import Order
from workflow_app.services.imports import imports
from workflow_app.services.lists import list_lists
from workflow_app.services.objections import petitions
from workflow_app.services.people import deputies
from workflow_app.services.people.accounts import load_actor
from workflow_app.services.queues import batches
from workflow_app.services.records import record_proposals
from workflow_app.services.repair import applications
from workflow_app.services.reports import reports
from workflow_app.services.rules import rule_changes
from workflow_app.services.sync import sync
from workflow_app.services.training import enrolling, exams, training
from workflow_app.workflows.commitment import COMMITMENT

TABLE = Path(__file__).with_name("matrix.txt")
PEOPLE = {
    "anybody": "",
    "owner": "owner.haihe",
    "stranger": "owner.lizi",
    "agent": "agent.haihe",
    "unsigning": "agent.unsigning",
    "expired": "agent.expired",
    "handler": "handler.keji",
    "elsewhere": "handler.weijian",
    "head": "head.keji",
    "clerk": "clerk.xinyong",
    "lead": "lead.xinyong",
    "security": "admin.security",
    "system": "admin.system",
    "auditor": "auditor",
}
TO_SIGN_IN = "in"


def rows() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Method, address with places to fill in, and the expected answers in the order of PEOPLE."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            request, _, answers = line.partition("|")
            method, address = request.split()
            yield method, address, tuple(answers.split())


ROWS = tuple(rows())
READERS_OF_OPEN_PAGES = ("anybody", "owner", "handler", "lead")


def read_by(person: str) -> tuple[str, ...]:
    """The addresses that this person is to read; those that are open to everybody are read by four kinds of people."""
    return tuple(
        address
        for method, address, answers in ROWS
        if method == "GET" and (set(answers) != {"200"} or person in READERS_OF_OPEN_PAGES)
    )


@dataclass(frozen=True)
class Entrance:
    """A signed-in browser that can be used again after the database was put back."""

    cookie: str
    token: str


@dataclass(frozen=True)
class Matrix:
    """The district with a case of the owner, its draft, and everybody signed in."""

    app: Flask
    prepared: Path
    places: dict[str, str]
    entrances: dict[str, Entrance]

    @property
    def file(self) -> Path:
        """Where the database lies."""
        return database_file(self.app)

    def put_back(self) -> None:
        """Make the database what it was."""
        copy_database(self.app, self.prepared)

    def browser(self, person: str) -> Browser:
        """This person's browser, signed in."""
        browser = Browser(self.app.test_client())
        browser.client.set_cookie("session", self.entrances[person].cookie)
        return browser

    def ask(self, person: str, method: str, address: str) -> TestResponse:
        """One request with a valid token and nothing else."""
        client, url = self.browser(person).client, address.format(**self.places)
        headers = {"Origin": "http://localhost", "Referer": "http://localhost/"} if method == "POST" else {}
        data = {"csrf_token": self.entrances[person].token} if method == "POST" else None
        response = client.open(url, method=method, data=data, headers=headers, buffered=True)
        check_headers(url, response)
        return response

    def answer(self, person: str, method: str, address: str) -> str:
        """The status for this person, on the prepared database."""
        self.put_back()
        response = self.ask(person, method, address)
        is_sign_in = response.headers.get("Location", "").startswith("/account/sign-in")
        return TO_SIGN_IN if is_sign_in else str(response.status_code)


def prepare(district: District, folder: Path) -> Matrix:
    """Add who is missing, sign everybody in, and keep the database in this folder."""
    with district.session() as session:
        add_agents(session)
    with district.session() as session:
        places = found(session, draft_of(session, district)) | {
            "change": str(change_of(session, district)),
            "record": (record := record_of(session)).ref,
            "proposal": proposal_of(session, record),
            "import_run": import_run_of(session, district),
            "task": task_of(session, record),
            **differing_of(session, record, district.app.extensions["house"]),
            "application": application_of(session, district),
            "cluster": cluster_of(session),
            "report": report_of(session, record, district),
            "ending": ending_of(session, record, district),
            "batch": batch_of(session),
            "firm": str(record.subject_id),
            "training": training_of(session, district),
            "exam": exam_of(session, district),
            "petition": petition_of(session, district, record),
            "month": month_of(session),
            "measure": measure_of(session, record),
            "entry": entry_of(session),
            "standin": stand_in_of(session),
            **supervised(session),
            **machines_of(session, district, owner=PEOPLE["owner"], security=PEOPLE["security"]),
            **class_of(session),
        }
    entrances = {person: entrance(district, login) for person, login in PEOPLE.items()}
    prepared = folder / "casework.sqlite"
    district.checkpoint()
    shutil.copy(district.file, prepared)
    return Matrix(district.app, prepared, places, entrances)


def import_run_of(session: Session, district: District) -> str:
    """A file of penalties that the handler handed in, checked, with a rejected row, and waiting for the head."""
    handler = session.scalars(select(Person).where(Person.login == PEOPLE["handler"])).one()
    house, file = district.app.extensions["house"], imports.File("九月.csv", penalties({"CF_CFJGDM": MARKET}))
    place = {"unit_id": handler.grants[0].unit_id, "by_id": handler.id}
    run = imports.start(session, file, "penalties", now=NOW, house=house, **place)
    walk = imports.open_walk(run, now=NOW, house=house)
    imports.carry_on(session, run.id, walk.portion(after=0), now=NOW, house=house)
    run.finished_at = None
    return run.ref


def application_of(session: Session, district: District) -> str:
    """An application of the owner for another record, not handed in yet."""
    owner = session.scalars(select(Person).where(Person.login == PEOPLE["owner"])).one()
    opened = applications.open_for(
        session, [record_of(session)], filled_by="own", known={}, now=NOW,
        actor=load_actor(owner, on=NOW.date()), house=district.app.extensions["house"],
    )  # fmt: skip
    return opened.ref


def report_of(session: Session, record: CreditRecord, district: District) -> str:
    """A credit report that the owner had issued about the firm of that record; its number."""
    owner = session.scalars(select(Person).where(Person.login == PEOPLE["owner"])).one()
    made = reports.issue(
        session, record.subject, given_to="示范银行", purpose="申请贷款", contact="", now=NOW,
        actor=load_actor(owner, on=NOW.date()), house=district.app.extensions["house"],
    )  # fmt: skip
    return made.document.number


def ending_of(session: Session, record: CreditRecord, district: District) -> str:
    """A clerk's proposal to revoke another report, which waits for the lead."""
    number, house = report_of(session, record, district), district.app.extensions["house"]
    clerk = session.scalars(select(Person).where(Person.login == PEOPLE["clerk"])).one()
    document = session.scalars(select(Document).where(Document.number == number)).one()
    made = proposals.propose(
        session, document, proposals.REVOKE, reason="issued_in_error", why="交给了别人。",
        actor=load_actor(clerk, on=NOW.date()), now=NOW, house=house,
    )  # fmt: skip
    return str(made.id)


def batch_of(session: Session) -> str:
    """A batch in which the handler wanted to claim {signed}, not carried on yet; its reference."""
    handler = session.scalars(select(Person).where(Person.login == PEOPLE["handler"])).one()
    actor, picked = load_actor(handler, on=NOW.date()), [batches.Picked("CM-120102-20261118-000001", 2)]
    return batches.begin(session, "b" * 24, "claim", {}, picked=picked, actor=actor, now=NOW).ref


def cluster_of(session: Session) -> str:
    """The same file in the applications of three firms, at which nobody looked yet."""
    flag = ClusterFlag(kind="file", sign="0" * 64, shown="证明.pdf", subject_ids=[1, 2, 3], raised_at=NOW)
    session.add(flag)
    session.flush()
    return str(flag.id)


def petition_of(session: Session, district: District, record: CreditRecord) -> str:
    """An objection of somebody without an account who bears the same name, which waits for the clerk."""
    said = petitions.Said(
        name=record.subject.name, kind="legal", code="91120102MA0DEM030G", contact_name="何立春",
        contact_mobile="13900000009", statement="处罚的不是我公司。", claims={},
    )  # fmt: skip
    proof = petitions.Upload("identity_proof", "营业执照.pdf", BytesIO(pdf_bytes()))
    house = district.app.extensions["house"]
    taken = petitions.take_in(
        session,
        record.ref,
        "same_name",
        said,
        files=[proof],
        ticket="matrix",
        ip="192.0.2.7",
        now=NOW,
        house=house,
    )
    return taken.petition.ref


def class_of(session: Session) -> dict[str, str]:
    """A training class that the office has begun: its reference, and the only question in its bank."""
    office = session.scalars(select(Unit).where(Unit.is_office)).one()
    held = TrainingClass(
        ref="TC-2026-99", title="诚信经营", title_en="Honest business", summary="讲标价。", summary_en="Prices.",
        unit_id=office.id, opens_on=date(2026, 12, 1), ends_on=date(2026, 12, 31), seats=10, pass_mark=60, attempts=2,
        minutes=30, draw=2,
    )  # fmt: skip
    held.lessons = [Lesson(position=1, title="明码标价", body="逐件标价。", least_seconds=60)]
    held.questions = [Question(asked="要标价吗？", options=["要", "不要"], answer=[0])]
    session.add(held)
    session.flush()
    return {"held": held.ref, "question": str(held.questions[0].id)}


def training_of(session: Session, district: District) -> str:
    """A training of the owner in a published class, who may study; its number. The class is TC-2026-98."""
    return trained(session, district, "TC-2026-98").address


def exam_of(session: Session, district: District) -> str:
    """A training of the owner in the class TC-2026-97, whose exam is being sat; its number."""
    case, house = trained(session, district, "TC-2026-97"), district.app.extensions["house"]
    (lesson,) = training.class_of(session, case).lessons
    session.add(Study(case_id=case.id, lesson_id=lesson.id, seconds=60, done_at=NOW))
    session.flush()
    perform.follow(session, case.id, now=NOW, house=house)
    owner = session.scalars(select(Person).where(Person.login == PEOPLE["owner"])).one()
    exams.start(session, case, actor=load_actor(owner, on=NOW.date()), now=NOW, house=house)
    return case.address


def trained(session: Session, district: District, ref: str) -> Case:
    """A training of the owner in a published class of this reference, who may study."""
    office = session.scalars(select(Unit).where(Unit.is_office)).one()
    held = TrainingClass(
        ref=ref, title="修复流程", title_en="Repair", summary="讲流程。", summary_en="Steps.", unit_id=office.id,
        opens_on=date(2026, 11, 1), ends_on=date(2026, 12, 31), seats=10, pass_mark=60, attempts=2, minutes=30, draw=1,
        published_at=NOW,
    )  # fmt: skip
    held.lessons = [Lesson(position=1, title="先纠正", body="先纠正，再申请。", least_seconds=60)]
    held.questions = [Question(asked="收费吗？", options=["收", "不收"], answer=[1])]
    session.add(held)
    session.flush()
    house = district.app.extensions["house"]
    logins = (PEOPLE["owner"], PEOPLE["clerk"])
    owner, clerk = (
        load_actor(session.scalars(select(Person).where(Person.login == login)).one(), on=NOW.date())
        for login in logins
    )
    (firm,) = owner.subject_ids()
    case, _ = enrolling.open_for(session, held, firm, actor=owner, now=NOW, house=house)
    stated = {"trainee_role": "legal_representative", "contact_mobile": "19900000001"}
    cases.save(session, case.address, stated, version=case.version, actor=owner, now=NOW, house=house)
    for step, actor in (("apply", owner), ("approve", clerk)):
        perform.perform(session, case.address, Order(step, {}, None), actor=actor, now=NOW, house=house)
    return case


def task_of(session: Session, record: CreditRecord) -> str:
    """Asked because of a record in the case {fulfilled}: a task of the unit of `elsewhere`; its id."""
    unit = session.scalars(select(Unit).where(Unit.key == "health")).one()
    session.add(Measure(record_id=record.id, unit_id=unit.id, title="限制评优", started_on=NOW.date()))
    session.flush()
    case = session.scalars(select(Case).where(Case.number == "CM-120102-20260415-000001")).one()
    (task,) = sync.ask(
        session, record, ["lift_measures"], case_id=case.id, now=NOW, rulebook=factories.RULEBOOK
    )
    return str(task.id)


def supervised(session: Session) -> dict[str, str]:
    """An urging of yesterday at {signed} that waits for its answer, and {fulfilled} drawn for a second look."""
    numbers = ("CM-120102-20261118-000001", "CM-120102-20260415-000001")
    signed, ended = (session.scalars(select(Case).where(Case.number == number)).one() for number in numbers)
    lead = session.scalars(select(Person).where(Person.login == PEOPLE["lead"])).one()
    urging = Urging(
        ref="matrix-urging", case=signed, unit_id=signed.unit_id, by_id=lead.id, acting_as="lead",
        at=NOW - timedelta(days=1), why="示范", answer_by=date(2026, 11, 24),
    )  # fmt: skip
    looked = SecondLook(month=date(2026, 10, 1), seed="0" * 32, case=ended, drawn_by_id=lead.id, drawn_at=NOW)
    session.add_all((urging, looked))
    session.flush()
    return {"urging": urging.ref}


def measure_of(session: Session, record: CreditRecord) -> str:
    """A measure that the health commission, which put the firm of that record on a list, has not answered in time; its id."""
    case = session.scalars(select(Case).where(Case.number == "CM-120102-20260415-000001")).one()
    kept = ListType(
        key="matrix", kind="serious", name="示范名单", name_en="Sample list", unit_id=record.unit_id, level="law",
        basis=["示范法"], evidence="V", scope="public", standard="示范", exit_conditions=[], measures=[], proposed_at=NOW,
    )  # fmt: skip
    entry = ListEntry(
        ref="matrix-entry", type=kept, subject_id=record.subject_id, unit_id=record.unit_id, case_id=case.id,
        behaviour="示范", basis="示范", measures=[], proposed_at=NOW, listed_on=date(2026, 11, 2),
    )  # fmt: skip
    asked = JointMeasure(
        entry=entry, unit_id=record.unit_id, title="限制评优", initiated_at=NOW, due_on=date(2026, 11, 9)
    )
    session.add(asked)
    session.flush()
    return str(asked.id)


def stand_in_of(session: Session) -> str:
    """The head stands in for the handler in December; its reference."""
    handler, head = (
        session.scalars(select(Person).where(Person.login == PEOPLE[who])).one()
        for who in ("handler", "head")
    )
    wanted = deputies.Absence(handler, head, date(2026, 12, 1), date(2026, 12, 3), "示范")
    return deputies.appoint(session, wanted, actor=load_actor(handler, on=NOW.date()), now=NOW).ref


def month_of(session: Session) -> str:
    """A month that is over and was counted; as it stands in an address."""
    first = date(2026, 9, 1)
    if session.get(FigureMonth, first) is None:
        session.add(FigureMonth(month=first, until=date(2026, 9, 30), made_at=NOW, lines=[]))
        session.flush()
    return "2026-09"


def entry_of(session: Session) -> str:
    """An entry on a list that everybody may see; its address."""
    for found in list_lists.lists(session, today=NOW.date()):
        if lines := list_lists.page(session, "standing", found.type, today=NOW.date()).lines:
            return lines[0].ref
    raise LookupError("the district has somebody on a list")


def add_agents(session: Session) -> None:
    """Two agents of the owner's firm whom the district does not have."""
    firm = session.scalars(select(Subject).where(Subject.name == "天津海河示范食品有限公司")).one()
    for login, may_sign, last in (
        ("agent.unsigning", False, None),
        ("agent.expired", True, date(2026, 11, 1)),
    ):
        grant = GrantRow(
            kind="agent", subject=firm, workflows=["commitment"], may_sign=may_sign,
            valid_from=date(2026, 4, 1), valid_to=last, granted_at=NOW,
        )  # fmt: skip
        session.add(Person(login=login, name="钱小满", password_hash="none", created_at=NOW, grants=[grant]))


def draft_of(session: Session, district: District) -> Case:
    """A fresh draft of the owner."""
    owner = session.scalars(select(Person).where(Person.login == "owner.haihe")).one()
    actor = load_actor(owner, on=date(2026, 11, 20))
    (firm,) = actor.subject_ids()
    item = catalogue.item(session, "ZMTD-02")
    house = district.app.extensions["house"]
    return cases.open_draft(
        session, COMMITMENT, subject_id=firm, item=item, actor=actor, now=NOW, house=house
    )


def change_of(session: Session, district: District) -> int:
    """A change of a rule that the clerk proposed; its id."""
    clerk = session.scalars(select(Person).where(Person.login == "clerk.xinyong")).one()
    change = rule_changes.propose(
        session,
        rules.to_row(rules.built_in().rule("CM-02", on=NOW.date(), place="")) | {"value": "5"},
        reason="办件量大。",
        moves_running=True,
        by=load_actor(clerk, on=date(2026, 11, 20)),
        now=NOW,
        house=district.app.extensions["house"],
    )
    session.flush()
    return change.id


def record_of(session: Session) -> CreditRecord:
    """A penalty of the owner's firm, which may be repaired."""
    firm = session.scalars(select(Subject).where(Subject.name == "天津海河示范食品有限公司")).one()
    unit = session.scalars(select(Unit).where(Unit.key == "health")).one()
    return factories.record(session, subject_id=firm.id, unit_id=unit.id)


def proposal_of(session: Session, record: CreditRecord) -> str:
    """A withdrawal of that penalty that waits for the second person; its address."""
    handler = session.scalars(select(Person).where(Person.login == "handler.weijian")).one()
    on = date(2026, 11, 20)
    made = record_proposals.propose_withdrawal(
        session, record, why="行政复议决定撤销", known_on=on, actor=load_actor(handler, on=on), now=NOW, today=on,
        rulebook=factories.RULEBOOK,
    )  # fmt: skip
    return made.ref


def found(session: Session, draft: Case) -> dict[str, str]:
    """What stands in the places of the table."""
    fulfilled = session.scalars(select(Case).where(Case.number == "CM-120102-20260415-000001")).one()
    document = session.scalars(select(Document).where(Document.case_id == fulfilled.id).limit(1)).one()
    paper = session.scalars(select(Attachment).where(Attachment.case_id == fulfilled.id).limit(1)).one()
    mandate = session.scalars(
        select(GrantRow).where(GrantRow.kind == "agent", GrantRow.person.has(login="agent.haihe"))
    ).one()
    return {
        "signed": "CM-120102-20261118-000001",
        "fulfilled": "CM-120102-20260415-000001",
        "draft": draft.address,
        "paper": str(paper.id),
        "document": document.number,
        "code": document.verify_code,
        "published": session.scalars(select(CommitmentPublicity.code).limit(1)).one(),
        "mandate": str(mandate.id),
        "person": str(mandate.person_id),
        "unit": str(session.scalars(select(Unit.id).where(Unit.key == "health")).one()),
    }


def entrance(district: District, login: str) -> Entrance:
    """Sign in and keep what the browser holds."""
    browser: Browser = district.browser(login)
    token = browser.token()
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    return Entrance(cookie.value, token)
