"""Protection against paid agents: the firm itself hears of every act of its agent, and the office sees clusters.

A cluster is the same mobile number or the same file in the applications of many firms. It is shown to a person of the
office, never to an applicant, and nothing is refused because of it. How often a cluster was a false alarm is counted.
A sign is remembered from its first application on, as a keyed digest, so that the next one is found without opening any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...domain import masking
from ...domain.people import FOR_A_SUBJECT, Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.base import keyring
from ...models.case import Case
from ...models.party import Subject
from ...models.repair import ClusterFlag
from ...workflows.repair import REPAIR
from ..delivery import notices
from ..engine.moment import Moment
from ..objections import foreign_records
from . import attachments

FROM_SUBJECTS = 3
"""So many different subjects make a cluster."""
WATCHED = "watched"
"""The verdict of a sign that too few subjects share yet; nobody is asked to look at it."""
VERDICTS = {"agent": N_("有人收费代办"), "false_alarm": N_("误报")}
KINDS = {"mobile": N_("同一个手机号"), "file": N_("同一份文件")}
READERS = frozenset({GrantKind.CLERK, GrantKind.LEAD})
ACTED = N_(
    "经办人%(agent)s为贵方的“%(matter)s”修复申请（%(number)s）办理了“%(step)s”。信用修复不收取任何费用；"
    "不是贵方安排的，请在“经办人与授权”里终止授权，并告诉信用办。"
)


@dataclass(frozen=True)
class Sign:
    """What two applications may share: its kind, the digest that finds it again, and how it is shown to the office."""

    kind: str
    digest: str
    shown: str


@dataclass(frozen=True)
class Tally:
    """What was found when people looked."""

    waiting: int
    agents: int
    false_alarms: int

    @property
    def rate(self) -> float | None:
        """False alarms among what was looked at; None while nothing was."""
        looked_at = self.agents + self.false_alarms
        return self.false_alarms / looked_at if looked_at else None


def tell_owner(moment: Moment) -> None:
    """The firm itself is told whenever an agent acts in a case about one of its records, letters left out."""
    case = moment.case
    if moment.acting_as is not GrantKind.AGENT or case.record is None or case.item is not None:
        return
    sentence = Sentence(
        ACTED,
        agent=moment.actor.name,
        matter=foreign_records.title(case),
        number=case.address,
        step=Sentence(moment.step.title),
    )
    key = f"{case.id}/{moment.seq}/agent-acted"
    moment.letters.append(notices.letter(key, sentence, case_id=case.id, to="owner"))


def watch(session: Session, handed_in: Sequence[Case], *, now: datetime) -> None:
    """Remember the signs of cases of one application; the one that makes a cluster full raises it, once."""
    if not handed_in:
        return
    subject_id = handed_in[0].subject_id
    for sign in sorted(signs(session, handed_in), key=lambda sign: sign.digest):
        _add(session, sign, subject_id, now=now)


def signs(session: Session, handed_in: Sequence[Case]) -> set[Sign]:
    """The mobile numbers and the files of these cases. The letters that are signed at the window differ by nature."""
    found = set()
    for case in handed_in:
        mobile = REPAIR.load(case.facts).contact_mobile
        if mobile:
            digest = keyring.digest(f"cluster:mobile:{mobile}")
            found.add(Sign("mobile", digest, masking.mask_mobile(mobile)))
        for paper in attachments.of_case(session, case):
            found.add(Sign("file", keyring.digest(f"cluster:file:{paper.sha256}"), paper.name))
    return set({sign.digest: sign for sign in found}.values())


def _add(session: Session, sign: Sign, subject_id: int, *, now: datetime) -> None:
    """One subject more for a sign. The row is locked, so that two applications of one moment both count."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = {
        "kind": sign.kind, "sign": sign.digest, "shown": sign.shown, "subject_ids": [], "raised_at": now,
        "verdict": WATCHED, "note": "",
    }  # fmt: skip
    session.execute(insert(ClusterFlag).values(first).on_conflict_do_nothing(index_elements=["sign"]))
    wanted = select(ClusterFlag).where(ClusterFlag.sign == sign.digest).with_for_update(of=ClusterFlag)
    flag = session.scalars(wanted, execution_options={"populate_existing": True}).one()
    if subject_id in flag.subject_ids:
        return
    flag.subject_ids = [*flag.subject_ids, subject_id]
    if flag.verdict == WATCHED and len(flag.subject_ids) >= FROM_SUBJECTS:
        flag.verdict, flag.raised_at = None, now
    session.flush()


def flags(session: Session, *, most: int = 200) -> Sequence[ClusterFlag]:
    """The clusters, those nobody looked at first, then the newest."""
    wanted = select(ClusterFlag).where(func.coalesce(ClusterFlag.verdict, "") != WATCHED)
    order = (ClusterFlag.verdict.is_not(None), ClusterFlag.id.desc())
    return session.scalars(wanted.order_by(*order).limit(most)).all()


def flag(session: Session, flag_id: int) -> ClusterFlag:
    """One cluster. Raises NotYours for a sign that is not one."""
    found = session.get(ClusterFlag, flag_id)
    if found is None or found.verdict == WATCHED:
        raise NotYours
    return found


def subjects_of(session: Session, found: ClusterFlag) -> Sequence[Subject]:
    """The subjects that a cluster joins."""
    wanted = select(Subject).where(Subject.id.in_(found.subject_ids))
    return session.scalars(wanted.order_by(Subject.id)).all()


def tally(session: Session) -> Tally:
    """How many wait, and what the others were found to be."""
    counted = select(ClusterFlag.verdict, func.count()).group_by(ClusterFlag.verdict)
    counts = {verdict: int(count) for verdict, count in session.execute(counted)}
    return Tally(counts.get(None, 0), counts.get("agent", 0), counts.get("false_alarm", 0))


def judge(
    session: Session, found: ClusterFlag, *, verdict: str, note: str, actor: Actor, now: datetime
) -> None:
    """Write down what somebody of the office found; it may be found otherwise later. Raises Refused."""
    if any(grant.kind in FOR_A_SUBJECT and grant.subject_id in found.subject_ids for grant in actor.grants):
        raise Refused(N_("您也代表其中一个主体，请由另一位同事核实。"), code="verdict")
    found.verdict, found.note = verdict, note
    found.looked_at, found.looked_by_id = now, actor.person_id
    session.flush()
