"""What hooks are told, for the document: the `webhooks` part of OpenAPI 3.1. How a signature is checked: docs/hooks.md."""

from typing import Any

from ..domain.hook_kinds import HOOK_TITLES, HookKind
from ..domain.words import N_
from ..services.delivery import signed_call
from ..services.machines.hook_news import FORMAT

LINK = "https://xy.example.gov.cn/api/v1/cases/CM-120102-20260918-000001"
Fields = dict[str, dict[str, Any]]


def text(description: str, example: str, **more: Any) -> dict[str, Any]:
    """One field that holds text."""
    return {"type": "string", "description": description, "examples": [example], **more}


def whole(description: str, example: int) -> dict[str, Any]:
    """One field that holds a number."""
    return {"type": "integer", "minimum": 1, "description": description, "examples": [example]}


COMMON: Fields = {
    "format": {"const": FORMAT, "description": N_("通知的格式")},
    "id": text(N_("通知的名称，重发时不变；据此只处理一次"), "k3VtqYc0mZ1x-step-4711", maxLength=110),
    "kind": {"description": N_("通知的种类")},
    "at": text(N_("什么时候发生的（UTC）"), "2026-09-18T02:00:00+00:00", format="date-time"),
    "case": text(N_("办件编号；草稿是它的临时编号"), "CM-120102-20260918-000001"),
    "workflow": text(N_("办件属于哪种事项"), "commitment"),
    "version": whole(N_("写下通知时办件的版本"), 7),
    "link": text(N_("用令牌从这里读取办件"), LINK, format="uri"),
}
OF_KIND: dict[HookKind, Fields] = {
    HookKind.CASE_STEP: {
        "step": text(N_("走了哪一步"), "accept"),
        "from": text(N_("从哪个状态"), "signed"),
        "to": text(N_("到哪个状态"), "active"),
        "seq": whole(N_("在办件历史里的序号"), 3),
    },
    HookKind.CASE_DUE_SOON: {
        "clock": text(N_("哪个期限"), "signed"),
        "due_on": text(N_("最后一天"), "2026-09-25", format="date"),
    },
    HookKind.CASE_OVERDUE: {
        "clock": text(N_("哪个期限"), "signed"),
        "due_on": text(N_("最后一天"), "2026-09-25", format="date"),
    },
    HookKind.DOCUMENT_READY: {"document": text(N_("文书编号"), "CM-120102-20260918-000001-01")},
    HookKind.SYNC_TASK: {
        "task": whole(N_("任务编号"), 16),
        "target": text(N_("同步对象的代号"), "province"),
        "what": text(N_("要办的事"), "end_publicity"),
        "to": text(N_("现在的状态"), "confirmed", enum=["sent", "failed", "confirmed"]),
    },
}
HEADERS = {
    signed_call.TIMESTAMP: text(
        N_("发送时刻：1970-01-01 UTC 以来的秒数。与您的时钟相差超过 5 分钟的请拒绝"), "1789696800"
    ),
    signed_call.SIGNATURE: text(
        N_("v1= 加上十六进制的 HMAC-SHA256，密钥是网络通知的密钥，内容是时间戳、一个点、原样的请求体"),
        "v1=9cffb0af87dfd1e64caa6cff11ac3c8ad8c0e93a83f144b95c1858d40dc9d671",
    ),
    signed_call.DELIVERY: text(N_("与请求体里的 id 相同"), "k3VtqYc0mZ1x-step-4711"),
}
TAKEN = N_("2xx 表示收下。其他答复和重定向都算没有送到，5 秒、30 秒、5 分钟、1 小时、6 小时后各再试一次。")
ABOUT = N_("通知里没有个人信息。只通知持有人当时有权查看的办件。顺序不保证，请按 at 排列。")


def schema(kind: HookKind) -> dict[str, Any]:
    """The body of one kind of news, as JSON Schema."""
    fields = COMMON | {"kind": COMMON["kind"] | {"const": str(kind)}} | OF_KIND[kind]
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
        "examples": [example(fields)],
    }


def example(fields: Fields) -> dict[str, Any]:
    """A body made of the examples of its fields."""
    return {name: each["const"] if "const" in each else each["examples"][0] for name, each in fields.items()}


def path_item(kind: HookKind) -> dict[str, Any]:
    """One kind of news as OpenAPI tells it."""
    headers = [
        {"name": name, "in": "header", "required": True, "description": of["description"], "schema": of}
        for name, of in HEADERS.items()
    ]
    body = {"required": True, "content": {"application/json": {"schema": schema(kind)}}}
    return {
        "post": {
            "operationId": f"hook.{kind}",
            "summary": HOOK_TITLES[kind],
            "description": ABOUT,
            "parameters": headers,
            "requestBody": body,
            "responses": {"2XX": {"description": TAKEN}},
        }
    }


WEBHOOKS: dict[str, Any] = {str(kind): path_item(kind) for kind in HookKind}
