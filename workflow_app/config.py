"""Every setting, named once, read from the environment once, and checked before anything starts.

A missing or weak secret stops the start with a sentence. The demo district takes only the secrets that
`./run` made for it (they begin with `demo-`), so that it can never be mistaken for a real office.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from .domain.words import N_

ROOT = Path(__file__).resolve().parent.parent
DEMO_MARK = "demo-"
POSTGRES = "postgresql+psycopg://"
HERE = ("127.0.0.1", "::1", "localhost")


class BadSettings(SystemExit):
    """The settings can't be used; the sentence says which and how to mend it."""


@dataclass(frozen=True)
class Settings:
    """All settings. `division` is the 6-digit code of GB/T 2260; `trusted_proxies` how many stand in front.

    `database_url` is the database itself; `pooler_url` the way to it through a pooler, `replica_url` a copy to read.
    """

    database_url: str
    pooler_url: str
    replica_url: str
    storage_url: str
    secret_key: str
    field_keys: tuple[str, ...]
    signing_key: str
    signing_cert: str
    key_folder: Path
    timestamp_url: str
    timestamp_cert: str
    seal_url: str
    seal_token: str
    seal_name: str
    mail_url: str
    site_url: str
    site_name: str
    division: str
    is_demo: bool
    trusted_proxies: int
    clamd_url: str
    ratelimit_url: str
    log_level: str
    sync_allowed_hosts: tuple[str, ...]
    sync_folder: Path
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: str
    oidc_name: str
    oidc_acr: tuple[str, ...]
    oidc_amr: tuple[str, ...]
    metrics_folder: str
    cheap_passwords: bool = False
    """Tests only: the cheapest argon2 profile, because a suite signs in thousands of times."""

    @property
    def is_https(self) -> bool:
        """Whether cookies may be marked secure."""
        return self.site_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded default is used."""
        return self.database_url.startswith("sqlite")


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables. Raises BadSettings with the sentence that says what to mend."""
    var = Path(environment.get("VAR_FOLDER", ROOT / "var"))
    settings = Settings(
        database_url=_database_url(environment.get("DATABASE_URL") or f"sqlite:///{var / 'casework.sqlite'}"),
        pooler_url=_database_url(environment.get("POOLER_URL", "")),
        replica_url=_database_url(environment.get("REPLICA_URL", "")),
        storage_url=environment.get("STORAGE_URL") or f"file://{var / 'files'}",
        secret_key=environment.get("SECRET_KEY", ""),
        field_keys=tuple(key.strip() for key in environment.get("FIELD_KEYS", "").split(",") if key.strip()),
        signing_key=environment.get("SIGNING_KEY", ""),
        signing_cert=environment.get("SIGNING_CERT", ""),
        key_folder=var / "keys",
        timestamp_url=environment.get("TIMESTAMP_URL", ""),
        timestamp_cert=environment.get("TIMESTAMP_CERT", ""),
        seal_url=environment.get("SEAL_URL", ""),
        seal_token=environment.get("SEAL_TOKEN", ""),
        seal_name=environment.get("SEAL_NAME", ""),
        mail_url=environment.get("MAIL_URL") or f"file://{var / 'mail'}",
        site_url=(environment.get("SITE_URL") or "http://127.0.0.1:8000").rstrip("/"),
        site_name=environment.get("SITE_NAME") or N_("信用事项办理平台"),
        division=environment.get("DIVISION") or "120102",
        is_demo=environment.get("DEMO_DISTRICT") == "1",
        trusted_proxies=int(environment.get("TRUSTED_PROXIES") or 0),
        clamd_url=environment.get("CLAMD_URL", ""),
        ratelimit_url=environment.get("RATELIMIT_URL") or "memory://",
        log_level=environment.get("LOG_LEVEL") or "INFO",
        sync_allowed_hosts=_names(environment.get("SYNC_ALLOWED_HOSTS") or ""),
        sync_folder=Path(environment.get("SYNC_FOLDER") or var / "sync"),
        oidc_issuer=environment.get("OIDC_ISSUER", "").strip().rstrip("/"),
        oidc_client_id=environment.get("OIDC_CLIENT_ID", ""),
        oidc_client_secret=environment.get("OIDC_CLIENT_SECRET", ""),
        oidc_name=environment.get("OIDC_NAME") or N_("统一身份认证"),
        oidc_acr=_listed(environment.get("OIDC_ACR") or ""),
        oidc_amr=_listed(environment.get("OIDC_AMR") or ""),
        metrics_folder=environment.get("PROMETHEUS_MULTIPROC_DIR", ""),
        cheap_passwords=environment.get("CHEAP_PASSWORDS") == "1",
    )
    check(settings)
    return settings


def check(settings: Settings) -> None:
    """Refuse settings that would be unsafe or could not work."""
    key = settings.secret_key
    if len(key) < 32:
        raise BadSettings("SECRET_KEY is missing or shorter than 32 characters. Set it, or start with ./run.")
    if settings.is_demo != key.startswith(DEMO_MARK):
        raise BadSettings(
            "The demo district only starts with the secrets ./run made for it, and a real office never does. "
            "Unset DEMO_DISTRICT, or remove SECRET_KEY from the environment."
        )
    if not settings.field_keys:
        raise BadSettings(
            "FIELD_KEYS is missing: personal fields can't be encrypted. Set it, or start with ./run."
        )
    for field_key in settings.field_keys:
        try:
            Fernet(field_key)
        except ValueError:
            raise BadSettings("FIELD_KEYS holds a key that is not a Fernet key (32 bytes, base64).") from None
    if len(settings.division) != 6 or not settings.division.isdigit():
        raise BadSettings(
            "DIVISION must be the six digits of the administrative division, for example 120102."
        )
    if bool(settings.signing_key) != bool(settings.signing_cert):
        raise BadSettings("SIGNING_KEY and SIGNING_CERT belong together: give both or none.")
    _check_databases(settings)
    _check_services(settings)
    _check_provider(settings)


def _check_databases(settings: Settings) -> None:
    """Refuse ways to the database that could not work: the workers LISTEN at the database itself."""
    if settings.pooler_url and not settings.database_url.startswith(POSTGRES):
        raise BadSettings(
            "POOLER_URL leads through a pooler to the database of DATABASE_URL, which must be PostgreSQL. "
            "Set DATABASE_URL to its own address, or unset POOLER_URL."
        )
    if settings.pooler_url and not settings.pooler_url.startswith(POSTGRES):
        raise BadSettings("POOLER_URL must begin with postgresql://.")
    if settings.pooler_url == settings.database_url:
        raise BadSettings(
            "POOLER_URL and DATABASE_URL are the same address. DATABASE_URL is the database itself, past the "
            "pooler: a pooler in transaction mode never tells the workers that there is something to do."
        )
    kind = "sqlite:///" if settings.is_sqlite else POSTGRES
    if settings.replica_url and not settings.replica_url.startswith(kind):
        raise BadSettings(
            f"REPLICA_URL must begin with {kind.replace('+psycopg', '')} as DATABASE_URL does: "
            "it is a copy of the same database."
        )
    if settings.replica_url in (settings.database_url, settings.pooler_url or None):
        raise BadSettings("REPLICA_URL is the address of the database itself. Name the replica, or unset it.")


def _check_services(settings: Settings) -> None:
    """Refuse a time stamp authority that nobody trusts, and a seal without a name or sent in the clear."""
    if settings.timestamp_url and not settings.timestamp_cert:
        raise BadSettings(
            "TIMESTAMP_URL needs TIMESTAMP_CERT: the certificates under which its stamps count, as PEM or a path."
        )
    if settings.timestamp_url and urlsplit(settings.timestamp_url).scheme not in ("http", "https"):
        raise BadSettings("TIMESTAMP_URL must begin with http:// or https://.")
    if bool(settings.seal_url) != bool(settings.seal_name):
        raise BadSettings("SEAL_URL and SEAL_NAME belong together: give both or none.")
    if settings.seal_url and not is_guarded(settings.seal_url):
        raise BadSettings("SEAL_URL must begin with https://, because whole documents are sent there.")


def _check_provider(settings: Settings) -> None:
    """Refuse a provider that is named by halves, or whose answers somebody on the way could have written."""
    named = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if any(named) and not all(named):
        raise BadSettings(
            "OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: give all three or none."
        )
    if not settings.oidc_issuer:
        if settings.oidc_acr or settings.oidc_amr:
            raise BadSettings("OIDC_ACR and OIDC_AMR need OIDC_ISSUER: they say which of its sign-ins count.")
        return
    if not is_guarded(settings.oidc_issuer):
        raise BadSettings("OIDC_ISSUER must begin with https://: it says who is at the browser.")
    address = urlsplit(settings.oidc_issuer)
    if address.query or address.fragment or not address.hostname:
        raise BadSettings("OIDC_ISSUER must be the bare address of the provider, without ? or #.")


def is_guarded(url: str) -> bool:
    """Whether nobody on the way can read or change what is asked there: by TLS, or because it stays on this machine."""
    try:
        address = urlsplit(url)
    except ValueError:
        return False
    return address.scheme == "https" or (address.scheme == "http" and address.hostname in HERE)


def _names(listed: str) -> tuple[str, ...]:
    """The entries of a comma-separated list, in small letters."""
    return tuple(name.lower() for name in _listed(listed))


def _listed(listed: str) -> tuple[str, ...]:
    """The entries of a comma-separated list as they are written."""
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _database_url(url: str) -> str:
    """The URL with the driver we use; the plain PostgreSQL forms of hosting tools are accepted."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return POSTGRES + url.removeprefix(plain)
    return url
