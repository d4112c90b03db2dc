"""The table of contents: every workflow of the house."""

from .commitment import COMMITMENT
from .kit import Workflow
from .list_exit import LIST_EXIT
from .listing import LISTING
from .objection import OBJECTION
from .repair import REPAIR
from .training import TRAINING

ALL: tuple[Workflow, ...] = (COMMITMENT, OBJECTION, REPAIR, TRAINING, LISTING, LIST_EXIT)
BY_NAME: dict[str, Workflow] = {workflow.name: workflow for workflow in ALL}
