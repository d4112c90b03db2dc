"""What every verb needs to know about the house it works in: where, which rules, which store, which keys.

Built once at start from the settings and passed down as an argument, so that no verb reads a setting itself.
"""

from dataclasses import dataclass
from pathlib import Path

from ..config import Settings
from .documents.sealing import Seal
from .documents.signing import Signer, certificates_of, load_signer, read_pem
from .documents.stamping import Stamps
from .storage import Storage, storage_from


@dataclass(frozen=True)
class House:
    """The office this process serves."""

    division: str
    site_name: str
    site_url: str
    is_demo: bool
    storage: Storage
    signer: Signer
    mail_url: str
    clamd_url: str
    sync_allowed_hosts: tuple[str, ...]
    sync_folder: Path


def open_house(settings: Settings) -> House:
    """The house for these settings. Raises ValueError when the store or a key can't be used."""
    return House(
        division=settings.division,
        site_name=settings.site_name,
        site_url=settings.site_url,
        is_demo=settings.is_demo,
        storage=storage_from(settings.storage_url),
        signer=signer_of(settings),
        mail_url=settings.mail_url,
        clamd_url=settings.clamd_url,
        sync_allowed_hosts=settings.sync_allowed_hosts,
        sync_folder=settings.sync_folder,
    )


def signer_of(settings: Settings) -> Signer:
    """What signs documents here, with time stamps and seals where the settings ask for them."""
    roots = certificates_of(read_pem(settings.timestamp_cert)) if settings.timestamp_cert else ()
    seal = Seal(settings.seal_url, settings.seal_token, settings.seal_name) if settings.seal_url else None
    return load_signer(
        settings.signing_key,
        settings.signing_cert,
        folder=settings.key_folder,
        stamps=Stamps(settings.timestamp_url, roots),
        seal=seal,
    )
