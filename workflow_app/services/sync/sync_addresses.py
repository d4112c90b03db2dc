"""Where notices may go: only to hosts the operator named, only below one folder.

A person of the office types an address; without this a target would make the server call its own insides or write
anywhere (SSRF, path traversal). An address that is not public needs its network named too, and is checked again for
what the name resolves to at the moment of the call.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence

FOLDER_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
HTTPS, HTTP = 443, 80
Address = IPv4Address | IPv6Address


def check_url(url: str, allowed: Sequence[str]) -> tuple[str, int]:
    """Host and port of a webhook. Refused says what is wrong with the address.

    `https` everywhere; `http` only to an address literal in a named network, where the operator owns the wire.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (HTTPS if parts.scheme == "https" else HTTP)
    except ValueError:
        raise Refused(
            N_("网址的格式不对，应类似 https://gx.example.gov.cn/notify。"), code="address"
        ) from None
    host = (parts.hostname or "").lower()
    if (
        parts.scheme not in ("https", "http")
        or not host
        or parts.username
        or parts.fragment
        or not url.isascii()
    ):
        raise Refused(N_("网址的格式不对，应类似 https://gx.example.gov.cn/notify。"), code="address")
    literal = _literal(host)
    is_inside = literal is not None and _in_networks(literal, allowed)
    if parts.scheme == "http" and not is_inside:
        raise Refused(N_("网址要以 https:// 开头，通知才不会在途中被改动。"), code="address")
    is_named = host in allowed if port in (HTTPS, HTTP) else f"{host}:{port}" in allowed
    if not is_named and not is_inside:
        text = N_("主机 %(host)s 不在允许发往的名单里。请系统管理员核实后，加到设置 SYNC_ALLOWED_HOSTS。")
        raise Refused(Sentence(text, host=host), code="address")
    return host, port


def may_call(address: str, allowed: Sequence[str]) -> bool:
    """Whether a connection to this resolved address may be made: it is public, or in a network the operator named."""
    found = _literal(address)
    if found is None:
        return False
    inner = getattr(found, "ipv4_mapped", None) or found
    return _in_networks(inner, allowed) or (inner.is_global and not inner.is_multicast)


def folder(name: str, root: Path) -> Path:
    """The folder of a file target. Refused unless it is a plain name below the setting SYNC_FOLDER."""
    if not FOLDER_NAME.fullmatch(name):
        raise Refused(
            N_("文件夹只写一个名称：小写字母、数字、连字符或下划线，例如 province。"), code="address"
        )
    return root / name


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _in_networks(address: Address, allowed: Sequence[str]) -> bool:
    return any(address in network for network in map(_network, allowed) if network is not None)


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
