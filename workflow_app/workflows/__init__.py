"""The table of contents: every workflow of the house."""

from .commitment import COMMITMENT
from .kit import Workflow

ALL: tuple[Workflow, ...] = (COMMITMENT,)
BY_NAME: dict[str, Workflow] = {workflow.name: workflow for workflow in ALL}
