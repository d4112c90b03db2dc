"""The places that hold copies of records, as data: entered and changed by the office, ended and never deleted.

A department with a measure becomes a target by itself, and the platform's own public list always is one. The secret of
a webhook is made here, shown once, and kept encrypted.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...domain.downstream import BY_ITSELF, What
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...models.party import Unit
from ...models.report import CreditReport
from ...models.sync import SyncTarget
from ..house import House
from . import sync_addresses

KEEPERS = frozenset({GrantKind.CLERK, GrantKind.SYSTEM_ADMIN})
READERS = KEEPERS | {GrantKind.LEAD}
SECRET_BYTES = 32
REPORT_USER = "report_user"
REPORT_KEY = "report-"
OWN = {
    "key": "own", "name": "本平台公示页与撤除信息公开", "name_en": "This platform's public pages and feed of removals",
    "kind": "own", "deliverer": "hand", "does": [What.END_PUBLICITY.value, What.STOP_SHARING.value],
}  # fmt: skip
"""The platform itself: it stops at once, and says so in the public feed."""


@dataclass(frozen=True)
class Entry:
    """What a form says about a target."""

    name: str
    name_en: str
    kind: str
    unit_id: int | None
    deliverer: str
    address: str
    does: tuple[str, ...]
    page_url: str
    ended_on: date | None


def active(session: Session, *, on: date) -> Sequence[SyncTarget]:
    """The targets that are in use on a day, without the platform itself and those who were given a report."""
    wanted = select(SyncTarget).where(SyncTarget.kind.not_in(BY_ITSELF))
    in_use = or_(SyncTarget.ended_on.is_(None), SyncTarget.ended_on > on)
    return session.scalars(wanted.where(in_use).order_by(SyncTarget.id)).unique().all()


def listed(session: Session) -> Sequence[SyncTarget]:
    """All targets but those who were given a report, those in use first."""
    entered = select(SyncTarget).where(SyncTarget.kind != REPORT_USER)
    wanted = entered.order_by(SyncTarget.ended_on.is_not(None), SyncTarget.id)
    return session.scalars(wanted).unique().all()


def one(session: Session, key: str) -> SyncTarget:
    """One target. Raises NotYours when unknown."""
    found = session.scalar(select(SyncTarget).where(SyncTarget.key == key))
    if found is None:
        raise NotYours
    return found


def may_keep(actor: Actor) -> bool:
    """Whether this person enters and changes targets."""
    return any(map(actor.holds, KEEPERS))


def own(session: Session) -> SyncTarget:
    """The platform itself as a target."""
    return _ensure(session, OWN)


def of_unit(session: Session, unit_id: int) -> SyncTarget:
    """A unit with a measure as a target, told by hand."""
    unit = session.get_one(Unit, unit_id)
    columns = {
        "key": f"measures-{unit_id}", "name": unit.name, "name_en": unit.name_en, "kind": "unit",
        "unit_id": unit_id, "deliverer": "hand", "does": [What.LIFT_MEASURES.value],
    }  # fmt: skip
    return _ensure(session, columns)


def of_report(session: Session, report: CreditReport) -> SyncTarget:
    """Whoever was given a credit report as a target, told by hand."""
    columns = {
        "key": f"{REPORT_KEY}{report.id}", "name": report.given_to, "name_en": report.given_to, "kind": REPORT_USER,
        "deliverer": "hand", "does": [],
    }  # fmt: skip
    return _ensure(session, columns)


def _ensure(session: Session, columns: Mapping[str, object]) -> SyncTarget:
    """The target with this key, made when it is missing. Two at once end with one row."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"address": "", "secret": "", "page_url": "", **columns}
    session.execute(insert(SyncTarget).values(values).on_conflict_do_nothing(index_elements=["key"]))
    return one(session, str(columns["key"]))


def enter(session: Session, entry: Entry, *, key: str, house: House) -> SyncTarget:
    """A new target. Refused names the field that does not fit."""
    if session.scalar(select(SyncTarget.id).where(SyncTarget.key == key)):
        raise Refused(N_("这个代号已经用过，请换一个。"), code="key")
    check(entry, house)
    target = SyncTarget(key=key, **_columns(entry))
    session.add(target)
    session.flush()
    return target


def change(session: Session, target: SyncTarget, entry: Entry, *, house: House) -> None:
    """Change a target; tasks that were asked before stay. Refused for what nobody enters."""
    if target.kind in BY_ITSELF:
        raise Refused(N_("这个对象由系统自动处理，不需要修改。"), code="name")
    check(entry, house)
    for name, value in _columns(entry).items():
        setattr(target, name, value)
    session.flush()


def new_secret(session: Session, target: SyncTarget) -> str:
    """Give a webhook target a new secret and return it, to be shown once; the old one ends."""
    if target.deliverer != "webhook":
        raise Refused(N_("只有用签名的网络通知的对象才有密钥。"))
    target.secret = secrets.token_urlsafe(SECRET_BYTES)
    session.flush()
    return target.secret


def check(entry: Entry, house: House) -> None:
    """Refused names the field of an address that could not be used, or of a unit that is missing."""
    if not entry.does:
        raise Refused(N_("请至少选择一项要对方办理的事。"), code="does")
    if entry.kind == "unit" and entry.unit_id is None:
        raise Refused(N_("请选择是哪个部门。"), code="unit_id")
    if entry.deliverer == "webhook":
        sync_addresses.check_url(entry.address, house.sync_allowed_hosts)
    if entry.deliverer == "file":
        sync_addresses.folder(entry.address, house.sync_folder)


def _columns(entry: Entry) -> dict[str, object]:
    """The columns of an entry; what its kind has no use for is left empty."""
    kept = asdict(entry) | {"does": list(entry.does)}
    if entry.deliverer == "hand":
        kept["address"] = ""
    if entry.kind != "unit":
        kept["unit_id"] = None
    return kept
