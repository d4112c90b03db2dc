"""Every certificate that ever signed a document here, kept for ever: after a rotation, old documents stay checkable."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ...models.document import SigningCertificate
from .signing import Signer


def remember(session: Session, signer: Signer, *, now: datetime) -> None:
    """Keep the certificates of the key that signs now; a key that signed before is retired with the first use of another."""
    found = session.scalar(select(SigningCertificate.id).where(SigningCertificate.key_id == signer.key_id))
    if found is not None:
        return
    others = update(SigningCertificate).where(SigningCertificate.retired_at.is_(None))
    session.execute(others.values(retired_at=now))
    session.add(SigningCertificate(key_id=signer.key_id, chain=signer.pem, first_used_at=now))
    session.flush()
