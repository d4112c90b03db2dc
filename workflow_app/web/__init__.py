"""The rooms people enter, each a blueprint."""

from .account import account
from .admin import admin
from .batches import batches
from .calculator import calculator
from .cases import cases
from .claims import claims
from .clusters import clusters
from .commitments import commitments
from .credit_file import credit_file
from .document_lists import document_lists
from .document_office import document_office
from .documents import documents
from .exams import exams
from .feed import feed
from .figures import figures
from .holidays import holidays
from .imports import imports
from .list_exits import list_exits
from .list_office import list_office
from .listings import listings
from .lists import lists
from .measures import measures
from .notices import notices
from .objection_office import objection_office
from .objections import objections
from .office import office
from .own_rules import own_rules
from .papers import papers
from .petitions import petitions
from .public import public
from .publicity import publicity
from .queues import queues
from .records import records
from .repairs import repairs
from .reports import reports
from .rulebook import rulebook
from .stand_ins import stand_ins
from .supervision import supervision
from .sync import sync
from .sync_targets import sync_targets
from .taken_lists import taken_lists
from .text_office import text_office
from .training import training
from .training_bank import training_bank
from .training_office import training_office
from .training_register import training_register

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
    feed,
    admin,
)
