"""The rooms people enter, each a blueprint."""

from .account import account
from .admin import admin
from .admin.system_hooks import system_hooks
from .cases.cases import cases
from .cases.claims import claims
from .cases.papers import papers
from .commitments.commitments import commitments
from .commitments.office import office
from .commitments.publicity import publicity
from .documents.document_lists import document_lists
from .documents.document_office import document_office
from .documents.documents import documents
from .documents.text_office import text_office
from .lists.list_exits import list_exits
from .lists.list_office import list_office
from .lists.listings import listings
from .lists.lists import lists
from .lists.measures import measures
from .notices import notices
from .objections.objection_office import objection_office
from .objections.objections import objections
from .objections.petitions import petitions
from .public import public
from .queues.batches import batches
from .queues.queues import queues
from .queues.stand_ins import stand_ins
from .queues.taken_lists import taken_lists
from .records.clusters import clusters
from .records.credit_file import credit_file
from .records.imports import imports
from .records.records import records
from .records.reports import reports
from .repair.repairs import repairs
from .rules.calculator import calculator
from .rules.holidays import holidays
from .rules.own_rules import own_rules
from .rules.rulebook import rulebook
from .supervision.figures import figures
from .supervision.supervision import supervision
from .sync.differences import differences
from .sync.exchange import exchange
from .sync.feed import feed
from .sync.sync import sync
from .sync.sync_targets import sync_targets
from .training.exams import exams
from .training.training import training
from .training.training_bank import training_bank
from .training.training_office import training_office
from .training.training_register import training_register

ROOMS = (
    public,
    publicity,
    lists,
    calculator,
    account,
    commitments,
    cases,
    claims,
    queues,
    taken_lists,
    batches,
    credit_file,
    objections,
    listings,
    repairs,
    list_exits,
    training,
    reports,
    clusters,
    papers,
    petitions,
    document_lists,
    document_office,
    documents,
    exams,
    notices,
    office,
    records,
    holidays,
    rulebook,
    own_rules,
    text_office,
    imports,
    objection_office,
    supervision,
    list_office,
    training_office,
    training_bank,
    training_register,
    measures,
    figures,
    stand_ins,
    sync_targets,
    sync,
    differences,
    exchange,
    feed,
    admin,
    system_hooks,
)
