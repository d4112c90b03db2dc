"""Whether the web server can listen on an address, or answers there already. For `run`; needs Python alone.

`address.py HOST PORT` says `taken`, `refused` or `unknown` and fails unless a server could listen there.
`address.py --answers URL` succeeds when the application behind the URL says that it is well.
"""

import errno
import socket
import sys
from http import HTTPStatus
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener


def obstacle(host: str, port: int) -> str | None:
    """Why no server can listen on the host's port; None when one can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            # As the web server does: a port whose last connections are still closing is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen()
    except PermissionError:
        return "refused"
    except OSError as failure:
        return "taken" if failure.errno == errno.EADDRINUSE else "unknown"
    return None


def answers(url: str) -> bool:
    """Whether the application at the address is there. A proxy of the environment is not asked."""
    try:
        with build_opener(ProxyHandler({})).open(f"{url}healthz", timeout=5):
            return True
    except HTTPError as answer:
        return answer.code < HTTPStatus.INTERNAL_SERVER_ERROR
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    if sys.argv[1] == "--answers":
        sys.exit(not answers(sys.argv[2]))
    found = obstacle(sys.argv[1], int(sys.argv[2]))
    sys.stdout.write(found or "")
    sys.exit(found is not None)
