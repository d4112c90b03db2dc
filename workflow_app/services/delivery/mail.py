"""Mail to people: composed in the reader's language, sent through MAIL_URL, or written to a folder by default.

Mail says that something waits and where; it carries no personal data beyond the notice sentence.
"""

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ...domain.words import N_

CLOSING = N_("办理信用事项不收取任何费用，未授权任何机构代办。这封邮件由系统发出，请勿直接回复。")
SEVERAL = N_("您有 %(count)s 条新消息")
FURTHER = N_("另有 %(count)s 条，请登录后在“消息”中查看。")
MOST_LISTED = 200
"""More than anybody reads in a mail; what is beyond stands in the application."""


def compose(*, to: str, key: str, subject: str, parts: Sequence[str], site_name: str) -> EmailMessage:
    """One message of these paragraphs. `key` becomes the Message-ID, so that the receiving side recognises a repeat."""
    message = EmailMessage()
    message["Subject"] = f"[{site_name}] {subject[:60]}"
    message["From"] = "casework@localhost"
    message["To"] = to
    message["Message-ID"] = f"<{key.replace('/', '.')}@casework>"
    message.set_content("\n\n".join(parts) + "\n")
    return message


def send(message: EmailMessage, mail_url: str) -> None:
    """Send by SMTP (smtp://user:password@host:port, smtps://…) or write a file (file:///folder)."""
    url = urlsplit(mail_url)
    if url.scheme == "file":
        folder = Path(unquote(url.path))
        folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>") + ".eml"
        (folder / name).write_bytes(message.as_bytes())
        return
    transport = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with transport(url.hostname or "localhost", url.port or 0, timeout=20) as server:
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)
