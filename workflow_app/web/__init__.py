"""The rooms people enter, each a blueprint."""

from .account import account
from .admin import admin
from .cases import cases
from .commitments import commitments
from .documents import documents
from .notices import notices
from .office import office
from .papers import papers
from .public import public
from .queues import queues

ROOMS = (public, account, commitments, cases, queues, papers, documents, notices, office, admin)
