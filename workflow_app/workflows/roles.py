"""Roles and effects that more than one workflow uses."""

from ..domain.people import GrantKind
from ..domain.words import N_
from .kit import CLOCK_ROLE, Effect, Guard, Role
from .scope import Holds, OpenedIt, Outside

CLOCK = CLOCK_ROLE
OWNER = Role(GrantKind.OWNER, N_("主体管理员"), Holds(GrantKind.OWNER, on="subject_id"))
AGENT = Role(GrantKind.AGENT, N_("经办人"), Holds(GrantKind.AGENT, on="subject_id"))
SIGNING_AGENT = Role(
    GrantKind.AGENT, N_("有签署权的经办人"), Holds(GrantKind.AGENT, on="subject_id", signing=True)
)
HANDLER = Role(GrantKind.HANDLER, N_("部门经办"), Holds(GrantKind.HANDLER, on="unit_id"))
HEAD = Role(GrantKind.HEAD, N_("部门负责人"), Holds(GrantKind.HEAD, on="unit_id"))
LEAD = Role(GrantKind.LEAD, N_("信用办负责人"), Holds(GrantKind.LEAD))
CLERK = Role(GrantKind.CLERK, N_("信用办经办"), Holds(GrantKind.CLERK))
CLERK_AT_WINDOW = Role(GrantKind.CLERK, N_("信用办窗口"), Holds(GrantKind.CLERK) & OpenedIt())
ADMINISTRATOR = Role(
    GrantKind.ADMINISTRATOR, N_("破产管理人"), Holds(GrantKind.ADMINISTRATOR, on="subject_id")
)
SUBJECT_SIDE = (OWNER, AGENT)

READERS = (
    Holds(GrantKind.OWNER, on="subject_id")
    | Holds(GrantKind.AGENT, on="subject_id")
    | Holds(GrantKind.ADMINISTRATOR, on="subject_id")
    | (Holds(GrantKind.CLERK) & OpenedIt())
    | (
        Outside(("draft", "discarded"))
        & (
            Holds(GrantKind.HANDLER, on="unit_id")
            | Holds(GrantKind.HEAD, on="unit_id")
            | Holds(GrantKind.CLERK)
            | Holds(GrantKind.LEAD)
            | Holds(GrantKind.AUDITOR)
        )
    )
)
"""The subject's own people always, and the clerk who files it at the window; the unit of the case and the office from the
day it was handed in."""


WAS_RETURNED = Guard(N_("这件办件还没有退回过，不需要说明再次退回的理由。"), lambda c: bool(c.returned_for))
ALL_SAID_THE_FIRST_TIME = Guard(
    N_("第一次退回时没有提出这些原因。再次退回要提出新的原因，须先由负责人或信用办负责人说明理由。"),
    lambda c: not c.new_reasons or c.second_return_noted,
    needs_given=True,
)
"""一次性告知: a second return for a new reason needs a note from a head or lead (行政许可法 32(4), by analogy)."""


def notice(what: str, *, to: str, only_if: Guard | None = None) -> Effect:
    """Tell the people of one side (`subject`, `handler`, `head`) in the application and by mail."""
    return Effect("notice", what, to, only_if)


def document(kind: str) -> Effect:
    """Number a document now; its bytes follow within seconds and never change."""
    return Effect("document", kind)


def publish(rule: str) -> Effect:
    """Show the commitment in the public column, masked; the rule is the limit within which that must happen."""
    return Effect("publish", rule)


def bring_evidence(kind: str) -> Effect:
    """Let what the subject earned elsewhere, say a certificate of training, stand with the case; no guard asks for it."""
    return Effect("bring_evidence", kind)


def on_record(what: str) -> Effect:
    """Change the credit record itself: hide, show, shield, repaired, revoked."""
    return Effect("on_record", what)


def sync(*whats: str) -> Effect:
    """Ask every place that holds the record for this; each gets a task with a clock of its own."""
    return Effect("sync", " ".join(whats))


def publicity(status: str) -> Effect:
    """Change what the public column says about the commitment."""
    return Effect("publicity", status)


def write_record() -> Effect:
    """Write what was found into the subject's credit record."""
    return Effect("record")
