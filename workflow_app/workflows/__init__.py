"""The table of contents: every workflow of the house."""

from .commitment import COMMITMENT
from .kit import Workflow
from .objection import OBJECTION
from .repair import REPAIR
from .training import TRAINING

ALL: tuple[Workflow, ...] = (COMMITMENT, OBJECTION, REPAIR, TRAINING)
BY_NAME: dict[str, Workflow] = {workflow.name: workflow for workflow in ALL}
