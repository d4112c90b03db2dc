"""What a department's own system may be told of, by the name that machines know it by."""

from enum import StrEnum

from .words import N_


class HookKind(StrEnum):
    """A kind of news."""

    CASE_STEP = "case.step"
    CASE_DUE_SOON = "case.due_soon"
    CASE_OVERDUE = "case.overdue"
    DOCUMENT_READY = "document.ready"
    SYNC_TASK = "sync.task"


HOOK_TITLES = {
    HookKind.CASE_STEP: N_("办件走了一步"),
    HookKind.CASE_DUE_SOON: N_("办件的期限快到了"),
    HookKind.CASE_OVERDUE: N_("办件超期"),
    HookKind.DOCUMENT_READY: N_("文书已生成"),
    HookKind.SYNC_TASK: N_("同步任务有进展"),
}
