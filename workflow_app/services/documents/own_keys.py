"""The keys of a house without SIGNING_KEY: an authority of its own, and a signing certificate under it, in the key folder.

Each generation is a folder that appears whole or not at all: `signing`, then `signing-2`, `signing-3`. The newest signs. The
private keys of older ones are destroyed: what does not exist can't leak, and checking needs certificates only.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence

AUTHORITY, OWN, CHAIN = "ca.key", "signer.key", "chain.pem"
FIRST = "signing"
CA_YEARS, SIGNER_YEARS = 30, 10


def current(folder: Path) -> Path | None:
    """The folder of the keys that sign now; None before the first start."""
    found = [each for each in folder.glob(f"{FIRST}*") if (each / CHAIN).exists()]
    return max(found, key=_generation, default=None)


def ensure(folder: Path) -> Path:
    """The folder of the keys that sign now, made on the first start; another process may have been faster."""
    found = current(folder)
    if found is None:
        _install(_made(folder, authority=None), folder / FIRST)
        found = current(folder)
    assert found is not None
    return found


def rotate(folder: Path, *, has_new_authority: bool = False) -> Path:
    """Make the next signing key and certificate, under the same authority or a new one; the folder that signs from now on.

    Refused if somebody else does so at the same time.
    """
    with _alone(folder):
        old = ensure(folder)
        new = folder / f"{FIRST}-{_generation(old) + 1}"
        _made(folder, authority=None if has_new_authority else old).rename(new)
        for name in (OWN, AUTHORITY):
            (old / name).unlink(missing_ok=True)
    return new


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else rotates meanwhile: the second would look for an authority that the first has just destroyed."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused(Sentence(N_("签名密钥正在由另一个进程更换，没有再次更换。"))) from None
    finally:
        os.close(handle)


def _generation(folder: Path) -> int:
    number = folder.name.removeprefix(FIRST).removeprefix("-")
    return int(number) if number.isdigit() else 1


def _install(incoming: Path, wanted: Path) -> None:
    try:
        incoming.rename(wanted)
    except OSError:
        if not (wanted / CHAIN).exists():
            raise
        for left in incoming.iterdir():
            left.unlink()
        incoming.rmdir()


def _made(folder: Path, *, authority: Path | None) -> Path:
    """New keys in a folder that nobody looks at yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    incoming, now = Path(mkdtemp(dir=folder)), datetime.now(UTC)
    ca_key, ca = _authority(now) if authority is None else _read_authority(authority)
    key = ec.generate_private_key(ec.SECP256R1())
    until = min(now + timedelta(days=365 * SIGNER_YEARS), ca.not_valid_after_utc)
    subject = named("信用事项办理平台文书签名")
    own = certificate(subject, ca.subject, key.public_key(), now, until=until, is_ca=False).sign(
        ca_key, hashes.SHA256()
    )
    write_private(incoming / AUTHORITY, ca_key)
    write_private(incoming / OWN, key)
    pems = (each.public_bytes(serialization.Encoding.PEM) for each in (own, ca))
    (incoming / CHAIN).write_bytes(b"".join(pems))
    return incoming


def _authority(now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key, name = ec.generate_private_key(ec.SECP256R1()), named("信用事项办理平台自建根证书")
    until = now + timedelta(days=365 * CA_YEARS)
    made = certificate(name, name, key.public_key(), now, until=until, is_ca=True)
    return key, made.sign(key, hashes.SHA256())


def _read_authority(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = serialization.load_pem_private_key((folder / AUTHORITY).read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # made here
    return key, x509.load_pem_x509_certificates((folder / CHAIN).read_bytes())[-1]


def named(common_name: str) -> x509.Name:
    """A certificate name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    *,
    until: datetime,
    is_ca: bool,
) -> x509.CertificateBuilder:
    """A certificate ready to be signed; a signer's may sign documents (non-repudiation), an authority's only certificates."""
    usage = x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=not is_ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=0 if is_ca else None), critical=True)
        .add_extension(usage, critical=True)
    )


def write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a key that only this account may read."""
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
