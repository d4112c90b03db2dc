"""Whatever a machine sends, the answer is one that the contract names: generated calls against the real server.

The calls are made up by Schemathesis from the document, with real numbers mixed in so that many of them arrive; each
is sent by every kind of token. The same calls are made every time. All of it stays on the loopback address.
"""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from sqlalchemy import select

from tests.api.conftest import Machines
from tests.web.conftest import District
from workflow_app.domain.scopes import TokenScope
from workflow_app.extensions import limiter
from workflow_app.models.attachment import Attachment
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.party import Person
from workflow_app.models.record import CreditRecord
from workflow_app.models.sync import SyncTask
from workflow_app.services.machines import systems, tokens

EXAMPLES = 4
"""Made-up calls for each call of the document; each goes out once for every kind of token."""
PEOPLE = (
    "owner.haihe", "handler.shichang", "head.shichang", "clerk.xinyong", "lead.xinyong", "auditor",
)  # fmt: skip
KEPT = (
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
QUIET = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def system_of(district: District) -> str:
    """The token of a system that has no rights yet."""
    with district.session() as session:
        by = session.scalars(select(Person).where(Person.login == "admin.security")).one()
        made = systems.create(session, login="sys.zhifa", name="执法系统", by=by, now=by.created_at)
        return tokens.make(
            session, made, tokens.Wish("测试", list(TokenScope), "核对办件", 30), by=by, now=by.created_at
        ).text


def real(district: District) -> dict[str, list[Any]]:
    """What really stands in addresses: a few of each."""
    with district.session() as session:
        cases = [case.address for case in session.scalars(select(Case).order_by(Case.id).limit(40))]
        subjects = {case.subject.code for case in session.scalars(select(Case).limit(10))}
        codes = list(session.scalars(select(Document.verify_code).limit(3)))
        return {
            "address": [cases[0], *cases[::4]],
            "step": ["sign", "accept", "submit", "return", "reject", "withdraw"],
            "paper_id": list(session.scalars(select(Attachment.id).limit(3))) or [1],
            "code": [*sorted(subjects), *codes],
            "name": ["commitment", "repair"],
            "number": list(session.scalars(select(Document.number).order_by(Document.id).limit(3))),
            "ref": list(session.scalars(select(CreditRecord.ref).limit(4))),
            "kind": ["commitments"],
            "key": ["national"],
            "file_id": [1],
            "task_id": list(session.scalars(select(SyncTask.id).limit(3))),
        }


def with_real_places(operation: Any, known: dict[str, list[Any]]) -> st.SearchStrategy[Any]:
    """Calls of this kind; most of them go to something that is there."""
    names = [one.name for one in operation.path_parameters]
    made = operation.as_strategy()
    if not names:
        return made
    places = st.fixed_dictionaries({name: st.sampled_from(known[name]) for name in names})
    return st.tuples(made, places, st.integers(0, 4)).map(lambda drawn: placed(*drawn))


def placed(case: Any, places: dict[str, Any], dice: int) -> Any:
    """The same call to a real place, four times of five."""
    if dice:
        case.path_parameters = places
    return case


def test_no_made_up_call_gets_an_answer_that_the_contract_does_not_name(
    district: District, machine: Machines, server: str
) -> None:
    everybody = {"nobody": "", "system": system_of(district)} | {who: machine(who).token for who in PEOPLE}
    known = real(district)
    with district.at("2026-11-20"):
        schema = schemathesis.openapi.from_url(f"{server}/api/v1/openapi.json")
        statuses: set[int] = set()
        faults: list[str] = []
        for found in schema.get_all_operations():
            limiter.reset()
            faults += faults_of(found.ok(), everybody, known, statuses)
    assert not faults, "\n\n".join(faults)
    assert {200, 401, 403, 404, 422} <= statuses


def faults_of(
    operation: Any, everybody: dict[str, str], known: dict[str, list[Any]], statuses: set[int]
) -> list[str]:
    """What went wrong with calls of this kind; the first fault of each."""
    found: dict[str, str] = {}

    @QUIET
    @given(case=with_real_places(operation, known))
    def call(case: Any) -> None:
        for who, token in everybody.items():
            if token:
                case.headers["Authorization"] = f"Bearer {token}"
            else:
                case.headers.pop("Authorization", None)
            answer = case.call()
            statuses.add(answer.status_code)
            try:
                case.validate_response(answer, checks=list(KEPT))
            except FailureGroup as fault:
                told = f"{operation.label} by {who}: {answer.status_code}, {answer.text[:300]}"
                found.setdefault(str(answer.status_code), f"{told}\n{fault}\n{fault.exceptions}")

    call()
    return list(found.values())
