"""What hooks are told, for the document: the `webhooks` part of OpenAPI 3.1."""

from typing import Any

WEBHOOKS: dict[str, Any] = {}
