"""The rooms people enter, each a blueprint."""

from .account import account
from .admin import admin
from .calculator import calculator
from .cases import cases
from .clusters import clusters
from .commitments import commitments
from .credit_file import credit_file
from .documents import documents
from .exams import exams
from .feed import feed
from .holidays import holidays
from .imports import imports
from .notices import notices
from .objection_office import objection_office
from .objections import objections
from .office import office
from .papers import papers
from .petitions import petitions
from .public import public
from .publicity import publicity
from .queues import queues
from .records import records
from .repairs import repairs
from .reports import reports
from .rulebook import rulebook
from .sync import sync
from .sync_targets import sync_targets

ROOMS = (
    public,
    publicity,
    calculator,
    account,
    commitments,
    cases,
    queues,
    credit_file,
    objections,
    repairs,
    reports,
    clusters,
    papers,
    petitions,
    documents,
    notices,
    office,
    exams,
    records,
    holidays,
    rulebook,
    imports,
    objection_office,
    sync_targets,
    sync,
    feed,
    admin,
)
