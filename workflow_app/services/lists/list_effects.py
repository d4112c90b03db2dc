"""What listing and list exit do beside the case: the entry, its credit record, the measures of the units.

Each is a word of the workflows (see `effects`). Measures are written by `joint_measures` alone, records by `records`.
"""

import secrets
from collections.abc import Callable
from typing import Any

from ...domain.ledger import Entry, EntryKind
from ...domain.refusals import Refused
from ...domain.words import N_
from ...models.lists import ListEntry, ListType
from ...models.record import CreditRecord
from ...workflows.kit import Effect
from ...workflows.listing import NOT_LISTED
from ...workflows.listing_words import ADVERSE
from ..engine import clocks, ledger
from ..engine.moment import Moment
from ..records import publication, record_effects, records
from ..repair import repair_notice
from . import joint_measures, list_entries

RECORD_KINDS = {"serious": "serious_list", "abnormal": "abnormal_list"}
CLASSES = {"serious": "serious", "abnormal": "general"}
NOT_PUBLISHED_YET = "none"
PUBLISHED = N_("列入名单的决定已经送达，予以公布")
LEFT = N_("已决定移出名单，停止公示")
TERM_OVER = N_("列入名单的期限届满，停止公示")
EXIT_DONE = N_("各处均已确认，移出名单完成")
RESTORED = N_("移出被撤销，恢复列入")
SERVED_LATER = N_("告知书送达当事人，陈述申辩期限从送达之日起算")


def on_list(effect: Effect, moment: Moment) -> None:
    """Propose, drop, decide or begin the entry."""
    LISTING[effect.what](moment)


def _propose(moment: Moment) -> None:
    """Somebody is told that it will be listed. Refused when a text must not be published, or somebody else was faster."""
    found, case, facts = list_entries.type_of_case(moment.session, moment.case), moment.case, moment.facts
    moment.session.refresh(found, with_for_update={"of": ListType, "key_share": True})
    if list_entries.stands_already(moment.session, case, found):
        raise Refused(NOT_LISTED.sentence)
    if facts.scope == "public":
        said = {"behaviour": facts.behaviour, "basis": facts.basis}
        publication.check_release(
            said, names=(case.subject.name,) if case.subject.kind == "individual" else ()
        )
    assert case.unit_id is not None, "a listing is a unit's"
    moment.session.add(
        ListEntry(
            ref=secrets.token_urlsafe(records.REF_BYTES), type_id=found.id, subject_id=case.subject_id,
            unit_id=case.unit_id, case_id=case.id, behaviour=facts.behaviour, basis=facts.basis,
            measures=list(facts.measures), proposed_at=moment.now,
        )
    )  # fmt: skip
    moment.session.flush()


def _drop(moment: Moment) -> None:
    _entry(moment).dropped_at = moment.now


def _decide(moment: Moment) -> None:
    """The finding stands; against its subject it is a credit record, which nobody else sees before it was served."""
    found, facts, case = _entry(moment), moment.facts, moment.case
    found.decided_on = moment.day
    if found.type.kind not in ADVERSE:
        return
    titles = {measure["key"]: measure["title"] for measure in found.type.measures}
    values = {
        "kind": RECORD_KINDS[found.type.kind], "subject_id": case.subject_id, "unit_id": case.unit_id,
        "decision_no": case.number, "decided_on": moment.day, "title": found.type.name, "behaviour": facts.behaviour,
        "basis": facts.basis, "content": "；".join(titles[key] for key in facts.measures), "scope": NOT_PUBLISHED_YET,
    }  # fmt: skip
    record = records.enter(
        moment.session, values, class_=CLASSES[found.type.kind], rulebook=moment.rulebook, now=moment.now
    )
    found.record = record
    case.record_id = record.id
    moment.session.flush()
    moment.session.refresh(case, ["record"])


def _begin(moment: Moment) -> None:
    """The entry is published and its term begins; every unit with a measure is asked to answer."""
    found = _entry(moment)
    found.channel = moment.facts.channel
    if found.record is not None:
        shown = {"scope": moment.facts.scope, "publicity_from": moment.day}
        _change(moment, found.record, shown, why=PUBLISHED)
    list_entries.begin_term(found, day=moment.day, rulebook=moment.rulebook)
    list_entries.end_with_record(found, moment.rulebook)
    joint_measures.initiate(moment.session, found, now=moment.now, rulebook=moment.rulebook)


def served(effect: Effect, moment: Moment) -> None:
    """The period for a reply begins anew with the service, where that was later than what it counts from so far."""
    on = moment.facts.served_on or moment.day
    entry = Entry(EntryKind.RESTART, on, SERVED_LATER)
    for found in clocks.running(moment.session, moment.case.id):
        written = ledger.entries(moment.session, found.id)
        begun_on = written[-1].on if written else found.starts_on
        if found.state == moment.case.state and begun_on < on:
            ledger.enter(
                moment.session, found, entry, case=moment.case, seq=moment.seq, rulebook=moment.rulebook
            )
    moment.session.flush()
    moment.case.due_on = clocks.nearest(moment.session, moment.case)


def notice_of_repair(effect: Effect, moment: Moment) -> None:
    """两书同达: with the decision goes the letter that says when and how to leave (国办发〔2025〕22号)."""
    record = _entry(moment).record
    if record is not None:
        repair_notice.ask(moment.session, record, now=moment.now)


def on_entry(effect: Effect, moment: Moment) -> None:
    """Note who asks for the exit, let the entry end, complete or restore it."""
    EXIT[effect.what](moment, _entry(moment))


def _ask(moment: Moment, found: ListEntry) -> None:
    found.exit_case = moment.case


def _exit(moment: Moment, found: ListEntry) -> None:
    """Off the list. What expired or was annulled is down at once; what left early is hidden until everybody confirmed."""
    found.exited_at, found.exit_how = moment.now, moment.facts.way
    record, how = found.record, moment.facts.way
    if how == "annulled":
        record_effects.revoke(moment.session, found.case_id, now=moment.now)
    if record is None or record.publicity_ended_at is not None:
        return
    if how == "expired":
        records.take_down(
            moment.session, record, "expired", why=TERM_OVER, by_id=moment.actor.person_id, now=moment.now,
            rulebook=moment.rulebook, case_id=moment.case.id,
        )  # fmt: skip
    else:
        _change(moment, record, {"hidden_at": moment.now}, why=LEFT)


def _done(moment: Moment, found: ListEntry) -> None:
    found.is_exit_done = True
    if found.record is not None and found.record.ended_how == "":
        _change(moment, found.record, {"repaired_at": moment.now, "ended_how": "repaired"}, why=EXIT_DONE)


def _restore(moment: Moment, found: ListEntry) -> None:
    """As if the exit had never been; the term starts again, and so do the measures."""
    found.exited_at, found.exit_how, found.is_exit_done = None, "", False
    if found.record is not None:
        records.restore(
            moment.session, found.record, why=RESTORED, by_id=moment.actor.person_id, now=moment.now,
            rulebook=moment.rulebook, case_id=moment.case.id,
        )  # fmt: skip
    list_entries.begin_term(found, day=moment.day, rulebook=moment.rulebook)
    joint_measures.initiate(moment.session, found, now=moment.now, rulebook=moment.rulebook)


def lift(effect: Effect, moment: Moment) -> None:
    """Ask every unit that took a measure to lift it."""
    joint_measures.ask_to_lift(
        moment.session, _entry(moment), case_id=moment.case.id, now=moment.now, rulebook=moment.rulebook
    )


def _change(moment: Moment, record: CreditRecord, values: dict[str, Any], *, why: str) -> None:
    records.change(
        moment.session, record, values, why=why, by_id=moment.actor.person_id, now=moment.now,
        rulebook=moment.rulebook, case_id=moment.case.id,
    )  # fmt: skip


def _entry(moment: Moment) -> ListEntry:
    found = list_entries.of_case(moment.session, moment.case)
    assert found is not None, "the subject was told before anything else happens to its entry"
    return found


LISTING: dict[str, Callable[[Moment], None]] = {
    "propose": _propose,
    "drop": _drop,
    "decide": _decide,
    "begin": _begin,
}
EXIT: dict[str, Callable[[Moment, ListEntry], None]] = {
    "ask": _ask,
    "exit": _exit,
    "done": _done,
    "restore": _restore,
}
EFFECTS: dict[str, Callable[[Effect, Moment], None]] = {
    "list": on_list,
    "served": served,
    "repair_notice": notice_of_repair,
    "entry": on_entry,
    "lift": lift,
}
