"""What the tests of documents share: a text made of a few words, a case in a real database, own keys and a store."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from workflow_app import database
from workflow_app.models.base import Base, keyring
from workflow_app.models.case import Case
from workflow_app.models.party import Subject, Unit
from workflow_app.services.documents import texts
from workflow_app.services.documents.documents import Particulars
from workflow_app.services.documents.signing import Signer, load_signer
from workflow_app.services.storage import FolderStorage

NOW = datetime(2026, 9, 18, 2, 30, tzinfo=UTC)
FIRM = "天津海河晨光餐饮管理有限公司"
UNIT = "天津市河东区市场监督管理局"
PARTICULARS = Particulars(FIRM, "91120102MA05XXXX2K", UNIT, "食品经营许可", "已签署", (("签署人", "王晓明"),))


def text_of(body: str, **changed: object) -> texts.Text:
    """A text with this body; its placeholders are those that it uses."""
    used = tuple(sorted(texts.placeholders_used(body)))
    stated: dict[str, object] = {
        "id": "sample", "version": 1, "title": "信用承诺书", "law": ("《天津市社会信用条例》",),
        "in_force_from": date(2026, 4, 1), "in_force_to": None, "placeholders": used, "body": body, "sha256": "",
    }  # fmt: skip
    return texts.Text(**{**stated, **changed})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """A signer with keys of its own."""
    return load_signer("", "", folder=tmp_path_factory.mktemp("keys"))


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    """An empty store."""
    return FolderStorage(tmp_path / "files")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A session in a writing transaction on an empty SQLite file."""
    keyring.load((Fernet.generate_key().decode(),))
    engine = create_engine(f"sqlite:///{tmp_path / 'documents.sqlite'}")
    database.prepare(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        database.begin_writing(session)
        yield session
        session.rollback()
    engine.dispose()


@pytest.fixture
def case(session: Session) -> Case:
    """A signed commitment of a firm at a department."""
    firm = Subject(kind="legal", name=FIRM, code="91120102MA05XXXX2K", code_digest="0" * 64)
    unit = Unit(key="scjg", name=UNIT, name_en="Market Regulation", code="11120102MB1234567X")
    session.add_all((firm, unit))
    session.flush()
    made = Case(
        ref="a" * 16, number="CM-120102-20260918-000001", workflow="commitment", state="signed", subject_id=firm.id,
        unit_id=unit.id, facts={}, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made
