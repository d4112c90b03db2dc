"""A house that is at work is brought up to date with everything that is in it."""

import json

import flask_migrate
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from tests.conftest import migrating, prepared_engine
from tests.factories import FIELD_KEY

from .test_migrations import empty  # noqa: F401  the same empty databases

SEALED = Fernet(FIELD_KEY).encrypt(json.dumps({"values": {}, "particulars": {}}).encode()).decode()
AT = "2026-11-21 02:00:00.000000+00:00"
BEFORE = f"""
INSERT INTO unit (id, key, name, name_en, code, is_office) VALUES (1, 'market', '市场监管局', 'Market', '11120102MB0000001A', false);
INSERT INTO person (id, login, name, password_hash, totp_last_step, locale, must_change_password, created_at)
  VALUES (1, 'handler', '郑谷雨', 'none', 0, 'zh_Hans_CN', false, '{AT}');
INSERT INTO subject (id, kind, name, code, code_digest) VALUES (1, 'legal', '海河示范餐饮有限公司', '{SEALED}', '1');
INSERT INTO "case" (id, ref, workflow, state, version, subject_id, unit_id, due_on, facts, created_at, updated_at)
  VALUES (1, 'D1', 'repair', 'repaired', 3, 1, 1, '9999-12-31', '{SEALED}', '{AT}', '2026-11-22 02:00:00.000000+00:00');
INSERT INTO "case" (id, ref, workflow, state, version, subject_id, unit_id, due_on, facts, created_at, updated_at)
  VALUES (2, 'D2', 'repair', 'syncing', 3, 1, 1, '2026-12-01', '{SEALED}', '{AT}', '{AT}');
INSERT INTO event (case_id, seq, step, source, target, acting_as, at, given, changes, previous_digest, digest)
  VALUES (1, 1, 'complete', 'syncing', 'repaired', 'clock', '{AT}', '{SEALED}', '{SEALED}', '0', '1');
INSERT INTO document (id, number, kind, title, case_id, event_seq, subject_id, unit_id, facts, text_id, text_version,
  issued_on, issued_at, verify_code, status)
  VALUES (1, 'PR-1', 'credit_report', '公共信用报告', 1, 0, 1, 1, '{SEALED}', 'credit_report', 1, '2026-11-21', '{AT}', 'A', 'superseded');
INSERT INTO credit_report (document_id, subject_id, given_to, purpose, contact, by_id, at)
  VALUES (1, 1, '银行', '贷款', '{SEALED}', 1, '{AT}')
"""


@pytest.fixture
def at_work(empty):  # noqa: F811
    """A database as it was before documents knew why they ended, with a paper that others refer to."""
    with migrating(empty):
        flask_migrate.upgrade(revision="0010")
    engine = prepared_engine(empty)
    with engine.begin() as connection:
        for statement in BEFORE.split(";\n"):
            connection.execute(text(statement))
    yield empty, engine
    engine.dispose()


def test_what_is_there_stays_and_learns_what_is_new(at_work):
    address, engine = at_work
    with migrating(address):
        flask_migrate.upgrade()
    with engine.connect() as connection:
        paper = connection.execute(
            text("SELECT number, status, status_since IS NULL, rules_version FROM document")
        ).one()
        ends = connection.execute(text('SELECT ended_at FROM "case" ORDER BY id')).scalars().all()
        parts = connection.execute(text("SELECT name_parts FROM subject")).scalar()
        told = connection.execute(text("SELECT count(*) FROM credit_report")).scalar()
    assert tuple(paper) == ("PR-1", "superseded", False, "")
    assert [str(end)[:10] for end in ends] == ["2026-11-21", "None"]
    assert parts == "海河 河示 示范 范餐 餐饮 饮有 有限 限公 公司 司"
    assert told == 1
