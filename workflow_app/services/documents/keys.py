"""Every certificate that ever signed here, kept for ever: after a rotation, old documents stay checkable.

A key that may be in wrong hands is withdrawn: its signature alone proves nothing any more, while documents that the platform
knows by their digest stay what they are. It signs nothing new either.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import pem
from asn1crypto import x509 as asn1
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.document import Document, SigningCertificate
from ..people import account_log
from . import signatures
from .signatures import Chain, Verdict
from .signing import Signer

SHORT = 16  # hexadecimal digits that tell keys apart for people; documents print as many
LONGEST_WHY, LONGEST_NOTE = 500, 300


@dataclass(frozen=True)
class Key:
    """A key that signs or signed, as everybody may know it: its certificates, and when it was used.

    `first_used_at` is None for a key that signs now and has signed no document yet.
    """

    key_id: str
    chain: Chain
    signs_now: bool
    first_used_at: datetime | None = None
    retired_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""

    @property
    def pem(self) -> str:
        """All its certificates, own first and root last."""
        return "".join(_armored(each) for each in self.chain)

    @property
    def certificate(self) -> str:
        """Its own certificate, as PEM."""
        return _armored(self.chain[0])

    @property
    def expires_at(self) -> datetime:
        """When it may not sign any more."""
        at: datetime = self.chain[0].not_valid_after
        return at


def certificates(session: Session, signer: Signer) -> tuple[Key, ...]:
    """Every key that signed here, oldest first, and the one that signs now."""
    rows = session.scalars(select(SigningCertificate).order_by(SigningCertificate.id)).all()
    known = tuple(_key(row, signs_now=row.key_id == signer.key_id) for row in rows)
    if any(key.signs_now for key in known):
        return known
    return (*known, Key(signer.key_id, signer.chain, signs_now=True))


def judge(session: Session, signer: Signer, pdf: bytes) -> Verdict:
    """What the signature of a file says, whichever of our keys made it."""
    known = certificates(session, signer)
    verdict = signatures.judge(pdf, [key.chain for key in known], stamp_roots=signer.stamp_roots)
    withdrawn = {key.key_id for key in known if key.withdrawn_at is not None}
    return replace(verdict, is_withdrawn=verdict.key_id in withdrawn)


def remember(session: Session, signer: Signer, *, now: datetime) -> None:
    """Keep the certificates of the key that signs now; a key that signed before is retired with the first use of another.

    Refused for a withdrawn key: whatever it signed must not be handed out.
    """
    found = session.scalar(select(SigningCertificate).where(SigningCertificate.key_id == signer.key_id))
    if found is not None and found.withdrawn_at is not None:
        raise Refused(Sentence(N_("签名密钥已停用，不能再签发文书。请更换密钥后重启网站和后台进程。")))
    if found is not None and found.retired_at is None:
        return
    others = update(SigningCertificate).where(SigningCertificate.retired_at.is_(None))
    session.execute(others.values(retired_at=now))
    if found is None:
        session.add(SigningCertificate(key_id=signer.key_id, chain=signer.pem, first_used_at=now))
    else:  # an older key was put back
        found.retired_at = None
    session.flush()


def withdraw(session: Session, signer: Signer, key_id: str, *, why: str, now: datetime) -> Key:
    """From now on the signature of this key alone proves nothing, and it signs nothing more.

    Refused for the key that signs now, for one that is not ours, without a reason, and the second time.
    """
    found = session.scalar(
        select(SigningCertificate).where(SigningCertificate.key_id == key_id).with_for_update()
    )
    if key_id == signer.key_id:
        raise Refused(Sentence(N_("这把密钥正在签发文书。请先更换密钥，再停用它。")))
    if found is None:
        raise Refused(Sentence(N_("没有这把签名密钥。")))
    if found.withdrawn_at is not None:
        raise Refused(Sentence(N_("这把密钥已经停用。")))
    if not why.strip():
        raise Refused(Sentence(N_("请写明停用的原因。")))
    found.withdrawn_at, found.withdrawn_why = now, why.strip()[:LONGEST_WHY]
    found.retired_at = found.retired_at or now
    account_log.record(session, "key_withdrawn", person=None, by=None, now=now, note=_noted(key_id, why))
    session.flush()
    return _key(found, signs_now=False)


def note_rotation(session: Session, old: Signer, new: Signer, *, now: datetime) -> None:
    """Keep both keys of a rotation: feeds and lists that the old one signed stay checkable, even if no document was."""
    if old.key_id not in {key.key_id for key in certificates(session, new)}:
        session.add(SigningCertificate(key_id=old.key_id, chain=old.pem, first_used_at=now))
        session.flush()
    remember(session, new, now=now)
    account_log.record(session, "key_rotated", person=None, by=None, now=now, note=_noted(new.key_id, ""))


def how_many(session: Session) -> dict[str, int]:
    """How many documents each key signed."""
    wanted = select(Document.key_id, func.count()).where(Document.key_id.is_not(None))
    return {key_id: count for key_id, count in session.execute(wanted.group_by(Document.key_id)) if key_id}


def _noted(key_id: str, why: str) -> str:
    return f"{key_id[:SHORT]} {why}".strip()[:LONGEST_NOTE]


def _key(row: SigningCertificate, *, signs_now: bool) -> Key:
    chain = tuple(asn1.Certificate.load(der) for _, _, der in pem.unarmor(row.chain.encode(), multiple=True))
    return Key(
        row.key_id, chain, signs_now, row.first_used_at, row.retired_at, row.withdrawn_at, row.withdrawn_why
    )


def _armored(certificate: asn1.Certificate) -> str:
    return pem.armor("CERTIFICATE", certificate.dump()).decode()
