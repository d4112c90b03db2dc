"""The signature in every PDF (PAdES B-B, EC P-256; B-T with a time stamp): later changes of a document can be detected.

Made with SIGNING_KEY and SIGNING_CERT, or with own keys. This is "system confirmed", not a statutory e-seal
(电子印章管理办法), and must never say otherwise. What was signed is checked before anybody gets it.
"""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from . import own_keys, signatures
from .sealing import Seal
from .signatures import Chain, Verdict
from .stamping import Stamps

FIELD = "PlatformSignature"  # a seal before it may be called "Signature"
BESIDE_CERTIFICATES = 2048  # bytes of a signature that are not its certificates; three times what it takes
NO_STAMPS = Stamps("", ())


def load_signer(
    key: str, cert: str, *, folder: Path, stamps: Stamps = NO_STAMPS, seal: Seal | None = None
) -> "Signer":
    """The signer of the settings SIGNING_KEY and SIGNING_CERT, or of own keys, made on the first start.

    ValueError if key and certificate don't belong together; OSError if a file can't be read.
    """
    if key:
        return Signer.from_pem(read_pem(key), read_pem(cert), stamps=stamps, seal=seal)
    own = own_keys.ensure(folder)
    pems = ((own / name).read_bytes() for name in (own_keys.OWN, own_keys.CHAIN))
    return Signer.from_pem(*pems, stamps=stamps, seal=seal)


@dataclass(frozen=True)
class Signer:
    """Signs with one key; the first certificate of its chain is its own. `stamp_roots`: whose time stamps count."""

    signer: SimpleSigner
    chain: Chain
    stamper: TimeStamper | None = None
    stamp_roots: Chain = ()
    seal: Seal | None = None

    @classmethod
    def from_pem(
        cls, key: bytes, chain: bytes, *, stamps: Stamps = NO_STAMPS, seal: Seal | None = None
    ) -> "Signer":
        """The signer of a key and its certificates, own first and root last, both PEM."""
        certificates = certificates_of(chain)
        private = serialization.load_pem_private_key(key, password=None)
        own = x509.load_der_x509_certificate(certificates[0].dump())
        is_p256 = isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1)
        if not is_p256 or private.public_key() != own.public_key():
            raise ValueError(
                "SIGNING_KEY must be an EC key on P-256, and the first certificate of SIGNING_CERT must be its own."
            )
        store = SimpleCertificateStore()
        store.register_multiple(certificates)
        signer = SimpleSigner(certificates[0], load_private_key_from_pemder_data(key, passphrase=None), store)
        return cls(signer, certificates, stamps.stamper(), stamps.roots, seal)

    @property
    def key_id(self) -> str:
        """The SHA-256 of the signing certificate, which tells keys apart after a rotation."""
        return self.chain[0].sha256.hex()

    @property
    def pem(self) -> str:
        """The certificates that check what it signs, own first and root last."""
        return "".join(pem.armor("CERTIFICATE", each.dump()).decode() for each in self.chain)

    def sign(self, pdf: bytes, *, reason: str, name: str) -> bytes:
        """The same PDF with our signature over all of it, and a time stamp where one is asked for.

        It certifies and allows no change at all; after a seal it is the last of the signatures. Refused if what was made
        would not count as genuine, and while the time stamp authority gives none.
        """
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        is_first = not writer.prev.embedded_signatures
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            reason=reason,
            name=name,
            certify=is_first,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        signer = PdfSigner(metadata, signer=self.signer, timestamper=self.stamper)
        try:
            signed: bytes = signer.sign_pdf(writer, bytes_reserved=self._room).getvalue()
        except (OSError, ValueError) as error:
            if self.stamper is None:
                raise
            text = N_("时间戳服务没有给出时间戳（%(why)s），文书稍后再生成。")
            raise Refused(Sentence(text, why=str(error)[:200])) from error
        self._check(self.verify(signed))
        return signed

    def verify(self, pdf: bytes) -> Verdict:
        """Whether these very bytes are what this key signed; `keys.judge` knows the others, too."""
        return signatures.judge(pdf, [self.chain], stamp_roots=self.stamp_roots)

    @property
    def _room(self) -> int | None:
        """The hexadecimal digits kept free for the signature; None where it takes a trial, because a stamp comes into it.

        Signing on trial to find out would cost as much as signing.
        """
        if self.stamper is not None:
            return None
        return 2 * (sum(len(each.dump()) for each in self.chain) + BESIDE_CERTIFICATES)

    def _check(self, verdict: Verdict) -> None:
        if not verdict.is_intact:
            text = N_(
                "签名后的自检没有通过：签名证书可能已到期，或者不能用于签署文书。请更换签名密钥和证书。"
            )
            raise Refused(Sentence(text))
        if self.stamper is not None and verdict.stamped_at is None:
            text = N_("时间戳不可信：它不是 TIMESTAMP_CERT 中的机构签发的。请核对时间戳服务的地址和证书。")
            raise Refused(Sentence(text))


def certificates_of(pems: bytes) -> Chain:
    """The certificates in PEM text, in their order."""
    return tuple(asn1.Certificate.load(der) for _, _, der in pem.unarmor(pems, multiple=True))


def read_pem(setting: str) -> bytes:
    """PEM bytes from a setting that is either PEM text or a path."""
    return setting.encode() if setting.lstrip().startswith("-----BEGIN") else Path(setting).read_bytes()
