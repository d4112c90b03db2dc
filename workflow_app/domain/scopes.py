"""What a token may be used for: never more than its person may do, often much less."""

from enum import StrEnum

from .words import N_


class TokenScope(StrEnum):
    """One kind of access; the titles are in `SCOPE_TITLES`. Reading and writing are asked for apart."""

    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    RECORDS_READ = "records:read"
    RECORDS_WRITE = "records:write"
    DOCUMENTS_READ = "documents:read"
    SYNC_READ = "sync:read"
    SYNC_WRITE = "sync:write"
    EXCHANGE_READ = "exchange:read"
    EXCHANGE_WRITE = "exchange:write"
    METRICS_READ = "metrics:read"


SCOPE_TITLES = {
    TokenScope.CASES_READ: N_("查看办件和办件列表"),
    TokenScope.CASES_WRITE: N_("填写、办理和领取办件"),
    TokenScope.RECORDS_READ: N_("查看信用信息"),
    TokenScope.RECORDS_WRITE: N_("报送信用信息"),
    TokenScope.DOCUMENTS_READ: N_("查看和下载文书"),
    TokenScope.SYNC_READ: N_("查看同步任务"),
    TokenScope.SYNC_WRITE: N_("确认同步任务"),
    TokenScope.EXCHANGE_READ: N_("取得交换文件"),
    TokenScope.EXCHANGE_WRITE: N_("报送对账文件"),
    TokenScope.METRICS_READ: N_("查看运行指标"),
}
OF_SYSTEMS = frozenset({TokenScope.METRICS_READ})
"""What is given to systems alone: no right of any person goes with it."""


def offered(*, is_system: bool) -> tuple[TokenScope, ...]:
    """The scopes that a token of such an account may have."""
    return tuple(scope for scope in TokenScope if is_system or scope not in OF_SYSTEMS)
