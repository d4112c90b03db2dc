"""The table of who may enter which room. What is not in it is refused; `access` asks it before any view runs.

What a person may do with one case is never decided here but by the workflow's scopes.
"""

from enum import Enum

from flask import Flask

from ..domain.people import FOR_A_SUBJECT, STAFF, GrantKind
from ..services.cases import agents
from ..services.lists import list_types
from ..services.objections import petitions
from ..services.reports import reports
from ..services.rules import calendars, rule_changes
from ..services.sync import sync_targets
from ..services.training import training_classes


class Audience(Enum):
    """For whom an endpoint is; otherwise a set of grants, of which the person needs one."""

    PUBLIC = "anybody"
    SIGNED_IN = "anybody signed in"
    TOKEN = "any machine with a token of the right scope"
    WATCHER = "whoever asks from this machine itself, else a system with a token of the right scope"


OFFICE_AND_DEPARTMENTS = frozenset({GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD})
HANDING_IN = frozenset({GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK})
SECOND_PERSONS = frozenset({GrantKind.HEAD, GrantKind.LEAD})
WINDOW = frozenset({GrantKind.CLERK})
SECURITY = frozenset({GrantKind.SECURITY_ADMIN})
SYSTEM = frozenset({GrantKind.SYSTEM_ADMIN})
AUDIT = frozenset({GrantKind.AUDITOR})
DEPARTMENTS = frozenset({GrantKind.HANDLER, GrantKind.HEAD})
SYNC_WATCHERS = OFFICE_AND_DEPARTMENTS | SYSTEM | AUDIT
API_OF_CASES = ("cases_api", "steps_api", "attachments_api", "clocks_api", "claims_api", "history_api")

# By endpoint, else by blueprint. A blueprint with rooms for different people has no entry of its own.
AUDIENCE: dict[str, Audience | frozenset[GrantKind]] = {
    "static": Audience.PUBLIC,
    "healthz": Audience.PUBLIC,
    "health": Audience.PUBLIC,
    "public": Audience.PUBLIC,
    "calculator": Audience.PUBLIC,
    "metrics": Audience.WATCHER,
    "calendar_api": Audience.PUBLIC,
    "publicity_api": Audience.PUBLIC,
    "api_document": Audience.PUBLIC,
    "workflows_api": Audience.PUBLIC,
    "rules_api": Audience.PUBLIC,
    "queue_api": Audience.TOKEN,
    "subjects_api": Audience.TOKEN,
    "records_api": Audience.TOKEN,
    "documents_api": Audience.TOKEN,
    "verify_api": Audience.PUBLIC,
    "sync_api.listed": Audience.TOKEN,
    **dict.fromkeys(API_OF_CASES, Audience.TOKEN),
    "exchange_api": Audience.TOKEN,
    "document_lists": Audience.PUBLIC,
    "documents.verify": Audience.PUBLIC,
    "documents.verify_code": Audience.PUBLIC,
    "documents.verify_file": Audience.PUBLIC,
    "documents.verify_number": Audience.PUBLIC,
    "documents.verify_typed": Audience.PUBLIC,
    "documents.pdf": Audience.SIGNED_IN,
    "account.sign_in": Audience.PUBLIC,
    "account.sign_in_with_password": Audience.PUBLIC,
    "account.language": Audience.PUBLIC,
    "account.to_provider": Audience.PUBLIC,
    "account.from_provider": Audience.PUBLIC,
    "account.signed_out": Audience.PUBLIC,
    "account.identity": STAFF,
    "account.confirm_binding": STAFF,
    "account.to_provider_to_bind": STAFF,
    "account.unbind": STAFF,
    "account": Audience.SIGNED_IN,
    "commitments.items": Audience.PUBLIC,
    "commitments.item": Audience.PUBLIC,
    "commitments.start": Audience.SIGNED_IN,
    "cases": Audience.SIGNED_IN,
    "claims": STAFF,
    "claims.assign": OFFICE_AND_DEPARTMENTS,
    "claims.renew": OFFICE_AND_DEPARTMENTS,
    "claims.sharing": SECOND_PERSONS,
    "credit_file": FOR_A_SUBJECT,
    "repairs": FOR_A_SUBJECT | WINDOW,
    "repairs.index": Audience.PUBLIC,
    "repairs.window": WINDOW,
    "list_exits": Audience.SIGNED_IN,
    "list_exits.index": Audience.PUBLIC,
    "list_exits.window": WINDOW,
    "list_exits.letter": FOR_A_SUBJECT,
    "list_exits.restrict": DEPARTMENTS,
    "list_exits.decide_restriction": frozenset({GrantKind.HEAD}),
    "reports": FOR_A_SUBJECT | reports.OPEN_TO,
    "reports.window": reports.OPEN_TO,
    "objections": Audience.SIGNED_IN,
    "objections.index": Audience.PUBLIC,
    "objections.window": WINDOW,
    "listings": frozenset({GrantKind.HANDLER}),
    "training": Audience.SIGNED_IN,
    "training.index": Audience.PUBLIC,
    "training.show_class": Audience.PUBLIC,
    "clusters": agents.READERS,
    "petitions": WINDOW,
    "petitions.index": petitions.READERS,
    "petitions.new": Audience.PUBLIC,
    "petitions.take_in": Audience.PUBLIC,
    "petitions.ask": Audience.PUBLIC,
    "petitions.standing": Audience.PUBLIC,
    "petitions.document": Audience.PUBLIC,
    "exams": Audience.SIGNED_IN,
    "queues": Audience.SIGNED_IN,
    "taken_lists": STAFF,
    "batches": OFFICE_AND_DEPARTMENTS,
    "papers": Audience.SIGNED_IN,
    "notices": Audience.SIGNED_IN,
    "office": OFFICE_AND_DEPARTMENTS,
    "publicity": Audience.PUBLIC,
    "lists": Audience.PUBLIC,
    "records": OFFICE_AND_DEPARTMENTS | AUDIT,
    "records.new": DEPARTMENTS,
    "records.decide": DEPARTMENTS,
    "records.correct": DEPARTMENTS,
    "records.withdraw": DEPARTMENTS,
    "records.duties": DEPARTMENTS,
    "records.start_measure": DEPARTMENTS,
    "records.lift_measure": DEPARTMENTS,
    "records.mark": DEPARTMENTS,
    "records.unmark": DEPARTMENTS,
    "imports": OFFICE_AND_DEPARTMENTS,
    "imports.hand_in": HANDING_IN,
    "imports.take_back": HANDING_IN,
    "imports.confirm": SECOND_PERSONS,
    "imports.reject": SECOND_PERSONS,
    "rulebook": STAFF,
    "holidays.table": Audience.PUBLIC,
    "holidays.as_csv": Audience.PUBLIC,
    "holidays.years": STAFF,
    "holidays.year": STAFF,
    "holidays.read": calendars.KEEPERS,
    "holidays.one_day": calendars.KEEPERS,
    "holidays.mend": calendars.KEEPERS,
    "holidays.enter": calendars.KEEPERS,
    "rulebook.propose": rule_changes.PROPOSERS,
    "rulebook.waiting": rule_changes.PROPOSERS,
    "rulebook.change": rule_changes.PROPOSERS,
    "rulebook.decide": rule_changes.DECIDERS,
    "own_rules": rule_changes.PROPOSERS,
    "text_office": OFFICE_AND_DEPARTMENTS | AUDIT,
    "document_office": OFFICE_AND_DEPARTMENTS | AUDIT,
    "document_office.revoke": OFFICE_AND_DEPARTMENTS,
    "document_office.replace": OFFICE_AND_DEPARTMENTS,
    "document_office.decide": OFFICE_AND_DEPARTMENTS,
    "sync": SYNC_WATCHERS,
    "sync.of_case": Audience.SIGNED_IN,
    "sync.pack": Audience.SIGNED_IN,
    "differences": SYNC_WATCHERS,
    "differences.settle": OFFICE_AND_DEPARTMENTS,
    "differences.files": OFFICE_AND_DEPARTMENTS,
    "differences.hand_in": OFFICE_AND_DEPARTMENTS,
    "differences.file": OFFICE_AND_DEPARTMENTS,
    "exchange": OFFICE_AND_DEPARTMENTS,
    "sync_targets.listed": sync_targets.READERS,
    "sync_targets": sync_targets.KEEPERS,
    "sync_api": Audience.PUBLIC,
    "feed": Audience.PUBLIC,
    "objection_office.silent": SECOND_PERSONS | WINDOW,
    "objection_office.ended_units": WINDOW | {GrantKind.LEAD},
    "objection_office.figures": OFFICE_AND_DEPARTMENTS,
    "objection_office.figures_csv": OFFICE_AND_DEPARTMENTS,
    "supervision": OFFICE_AND_DEPARTMENTS | AUDIT,
    "supervision.urge": SECOND_PERSONS | WINDOW | DEPARTMENTS,
    "supervision.answer": OFFICE_AND_DEPARTMENTS,
    "supervision.months": WINDOW | {GrantKind.LEAD} | AUDIT,
    "supervision.draw": frozenset({GrantKind.LEAD}),
    "supervision.drawn": WINDOW | {GrantKind.LEAD} | AUDIT,
    "supervision.numbers": WINDOW | {GrantKind.LEAD} | AUDIT,
    "supervision.look": WINDOW | {GrantKind.LEAD},
    "list_office": list_types.READERS,
    "list_office.new": list_types.PROPOSERS,
    "list_office.adopt": list_types.PROPOSERS,
    "list_office.confirm": list_types.DECIDERS,
    "list_office.refuse": list_types.DECIDERS,
    "list_office.end": list_types.DECIDERS,
    "training_office": training_classes.READERS,
    "training_office.new": training_classes.KEEPERS,
    "training_office.edit": training_classes.KEEPERS,
    "training_office.publish": training_classes.KEEPERS,
    "training_bank": training_classes.KEEPERS,
    "training_bank.lessons": training_classes.READERS,
    "training_bank.questions": training_classes.READERS,
    "training_bank.video": training_classes.READERS,
    "training_register": training_classes.READERS,
    "training_register.all_certificates": training_classes.KEEPERS,
    "training_register.mine": Audience.SIGNED_IN,
    "stand_ins": OFFICE_AND_DEPARTMENTS | AUDIT,
    "stand_ins.new": OFFICE_AND_DEPARTMENTS,
    "stand_ins.end": OFFICE_AND_DEPARTMENTS,
    "figures": OFFICE_AND_DEPARTMENTS | AUDIT,
    "figures.published": Audience.PUBLIC,
    "figures.published_month": Audience.PUBLIC,
    "figures.published_table": Audience.PUBLIC,
    "measures": OFFICE_AND_DEPARTMENTS | AUDIT,
    "measures.answer": OFFICE_AND_DEPARTMENTS,
    "measures.execute": OFFICE_AND_DEPARTMENTS,
    "measures.lift": OFFICE_AND_DEPARTMENTS,
    "measures.urge": WINDOW | {GrantKind.LEAD},
    "admin.people": SECURITY,
    "admin.create_person": SECURITY,
    "admin.person": SECURITY,
    "admin.disable": SECURITY,
    "admin.enable": SECURITY,
    "admin.reset_password": SECURITY,
    "admin.reset_second_factor": SECURITY,
    "admin.unbind": SECURITY,
    "admin.grant_in_unit": SECURITY,
    "admin.grant_for_subject": SECURITY,
    "admin.end_grant": SECURITY,
    "admin.units": SYSTEM,
    "admin.create_unit": SYSTEM,
    "admin.ending": SYSTEM,
    "admin.end_unit": SYSTEM,
    "admin.log": AUDIT,
    "admin.systems": SECURITY,
    "admin.create_system": SECURITY,
    "admin.system": SECURITY,
    "system_hooks": SECURITY,
    "admin.create_system_token": SECURITY,
    "admin.system_token": SECURITY,
    "admin.rotate_system_token": SECURITY,
    "admin.end_system_token": SECURITY,
    "admin.calls": AUDIT,
    "admin.calls_csv": AUDIT,
}
WITHOUT_A_PERSON = frozenset(
    {
        "static", "healthz", "calendar_api.due", "sync_api.confirm", "feed.removals", "feed.marks", "feed.corrections",
        "publicity_api.listed", "publicity_api.one", "document_lists.revocations", "document_lists.keys",
        "document_lists.checker",
    }
)  # fmt: skip
ALWAYS_OPEN = "account.sign_out"


class Unlisted(RuntimeError):
    """An endpoint stands in no line of the table."""


def audience_of(endpoint: str) -> Audience | frozenset[GrantKind] | None:
    """For whom an endpoint is; None when the table doesn't know it."""
    return AUDIENCE.get(endpoint) or AUDIENCE.get(endpoint.rpartition(".")[0])


def check_audiences(app: Flask) -> None:
    """Every endpoint of the application stands in the table. Raises Unlisted with those that don't."""
    missing = sorted(name for name in app.view_functions if audience_of(name) is None)
    if missing:
        raise Unlisted(f"Add these endpoints to the table in web/audiences.py: {', '.join(missing)}")
