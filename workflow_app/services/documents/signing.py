"""The signature in every PDF (PAdES B-B, EC P-256): later changes of a document can be detected.

Without SIGNING_KEY and SIGNING_CERT an own certificate authority and signing certificate are made once and kept in
the key folder. This is "system confirmed", not a statutory e-seal (电子印章管理办法), and must never say
otherwise. A signature is judged by its bottom line: an appended revision leaves the signed part intact.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from . import signatures
from .signatures import Chain, Verdict

FIELD = "Signature"
CA_YEARS, SIGNER_YEARS = 30, 10


def load_signer(key: str, cert: str, *, folder: Path) -> "Signer":
    """The signer of the settings SIGNING_KEY and SIGNING_CERT, or of own keys, made on the first start.

    ValueError if key and certificate don't belong together; OSError if a file can't be read.
    """
    if key:
        return Signer.from_pem(read_pem(key), read_pem(cert))
    own = folder / "signing"
    if not own.exists():
        make_own_keys(own)
    return Signer.from_pem((own / "signer.key").read_bytes(), (own / "chain.pem").read_bytes())


@dataclass(frozen=True)
class Signer:
    """Signs with one key; trusts what its certificate chain says. The first certificate is the signer's own."""

    signer: SimpleSigner
    chain: Chain
    stamp_roots: Chain = ()

    @classmethod
    def from_pem(cls, key: bytes, chain: bytes) -> "Signer":
        """The signer of a key and its certificates, own first and root last, both PEM."""
        certificates = tuple(asn1.Certificate.load(der) for _, _, der in pem.unarmor(chain, multiple=True))
        private = serialization.load_pem_private_key(key, password=None)
        own = x509.load_der_x509_certificate(certificates[0].dump())
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.public_key() != own.public_key():
            raise ValueError(
                "SIGNING_KEY must be an EC key, and the first certificate of SIGNING_CERT must be its own."
            )
        store = SimpleCertificateStore()
        store.register_multiple(certificates)
        signer = SimpleSigner(certificates[0], load_private_key_from_pemder_data(key, passphrase=None), store)
        return cls(signer, certificates)

    @property
    def key_id(self) -> str:
        """The SHA-256 of the signing certificate, which tells keys apart after a rotation."""
        return self.chain[0].sha256.hex()

    @property
    def pem(self) -> str:
        """The certificates that check what it signs, own first and root last."""
        return "".join(pem.armor("CERTIFICATE", each.dump()).decode() for each in self.chain)

    def sign(self, pdf: bytes, *, reason: str, name: str) -> bytes:
        """The same PDF with a certifying signature that allows no change at all."""
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=reason,
            name=name,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        signed = PdfSigner(metadata, signer=self.signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
        return signed.getvalue()

    def verify(self, pdf: bytes) -> Verdict:
        """Whether these very bytes are what this key signed; `keys.judge` knows the others, too."""
        return signatures.judge(pdf, [self.chain], stamp_roots=self.stamp_roots)


def read_pem(setting: str) -> bytes:
    """PEM bytes from a setting that is either PEM text or a path."""
    return setting.encode() if setting.lstrip().startswith("-----BEGIN") else Path(setting).read_bytes()


def make_own_keys(folder: Path) -> None:
    """Make an authority and a signing certificate, whole or not at all; another process may have been faster."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    incoming = Path(mkdtemp(dir=folder.parent))
    now = datetime.now(UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, name = named("信用事项办理平台自建根证书"), named("信用事项办理平台文书签名")
    ca = certificate(ca_name, ca_name, ca_key.public_key(), now, years=CA_YEARS, is_ca=True).sign(
        ca_key, hashes.SHA256()
    )
    own = certificate(name, ca_name, key.public_key(), now, years=SIGNER_YEARS, is_ca=False).sign(
        ca_key, hashes.SHA256()
    )
    write_private(incoming / "ca.key", ca_key)
    write_private(incoming / "signer.key", key)
    (incoming / "chain.pem").write_bytes(
        b"".join(each.public_bytes(serialization.Encoding.PEM) for each in (own, ca))
    )
    try:
        incoming.rename(folder)
    except OSError:
        if not (folder / "chain.pem").exists():
            raise
        for left in incoming.iterdir():
            left.unlink()
        incoming.rmdir()


def named(common_name: str) -> x509.Name:
    """A certificate name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    now: datetime,
    *,
    years: int,
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
        .not_valid_after(now + timedelta(days=365 * years))
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
