"""Petitions as plain values for their pages: the waiting list, what a clerk compares, and what the author is told."""

from datetime import date
from typing import Any

from flask import url_for

from forms.petitions import CLAIMED, KINDS

from ...domain import due_words
from ...domain.disputable import FIELDS
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.petition import Petition
from ...services.house import House
from ...services.objections import petitions
from ...services.objections.petition_standing import Standing
from ...services.records.publication import Line
from ...services.rules import rulebooks
from ...workflows.objection import OBJECTION
from ...workflows.objection_words import GROUNDS, PAPERS
from ..cases.case_rows import document_status
from ..cases.case_view import tone
from ..commitments.publicity import class_name, part_told
from ..ui import is_chinese, tell_size

NEXT = {
    "received": N_("信用办正在决定是否受理，逾期不决定视为受理。您现在不用做什么。"),
    "supplement": N_("请在期限内补正：按下面写明的理由准备好材料，带上来件号到信用办窗口补交；开通账户的，也可以在线补正。"),
    "checking": N_("信用办正在核对。您现在不用做什么。"),
    "verifying": N_("信息提供单位正在核查。您现在不用做什么。"),
    "answered": N_("已有核查结论，信用办正在答复。答复文书会出现在这一页。"),
    "undoing": N_("已经答复，正在通知收到过这条信息的各处。对结果不服的，可以在期限内到窗口申请复核，见答复文书。"),
    "reviewing": N_("正在复核，由没有参与过的人决定。您现在不用做什么。"),
    "corrected": N_("信息已经更正。对结果仍不服的，可以在期限内到窗口申请复核，见答复文书。"),
    "maintained": N_("核查认为信息无误，理由见答复文书。不服的，可以在期限内到窗口申请复核，或者依法申请行政复议、提起行政诉讼。"),
    "unclear": N_("无法核实，已在信息上注明。不服的，可以在期限内到窗口申请复核，见答复文书。"),
    "refused": N_("没有受理，理由和救济途径见文书。补齐后可以重新提出。"),
    "withdrawn": N_("这件异议已经撤回，标注已经取消。仍有异议的，可以重新提出。"),
}  # fmt: skip
"""What the author does next in each state; without an account every step of theirs is taken at the window."""


def waiting_row(petition: Petition, has_way: bool, *, today: date, house: House) -> dict[str, Any]:
    """One line of the list of those that wait, with a way to its page or without."""
    said = petitions.read(petition)
    return {
        "ref": petition.ref,
        "url": url_for("petitions.show", ref=petition.ref) if has_way else None,
        "name": said.name,
        "ground": Sentence(GROUNDS[petition.ground]),
        "record": petition.record.title,
        "record_of": petition.record.subject.name,
        "received_at": petition.received_at,
        "told_at": petition.told_overdue_at,
        "due": due_row(petition, today=today, house=house),
    }


def due_row(petition: Petition, *, today: date, house: House) -> dict[str, Any]:
    """Until when it is to be decided on, in words."""
    due = petitions.due(db.session(), petition, house=house)
    calendar = rulebooks.current(db.session(), house).calendar
    return {
        "words": due_words.told(due.due_on, today=today, calendar=calendar),
        "provisional": due.provisional,
        "due_told": due_words.end_of(due.due_on),
    }


def shown(petition: Petition, *, today: date, house: House) -> dict[str, Any]:
    """Everything beside each other while it waits; of one that was decided only what was decided."""
    base = {
        "petition": petition,
        "record": petition.record,
        "is_waiting": petition.decision == petitions.WAITING,
    }
    if not base["is_waiting"]:
        return base
    said = petitions.read(petition)
    return base | {
        "said": said,
        "kind": Sentence(KINDS[said.kind]),
        "ground": Sentence(GROUNDS[petition.ground]),
        "claims": [
            {"title": Sentence(FIELDS[name]), "value": text}
            for name, text in said.claims.items()
            if name in FIELDS
        ],
        "files": [file_row(petition, place) for place in range(len(petition.files))],
        "due": due_row(petition, today=today, house=house),
        "compared": compared(petition),
        "is_the_subject": petitions.is_the_subject(petition),
        "has_same_name": said.name == petition.record.subject.name,
        "known_as": petitions.known_as(db.session(), petition),
    }


def compared(petition: Petition) -> list[dict[str, Any]]:
    """Name and code of who objects beside those of the record."""
    said, subject = petitions.read(petition), petition.record.subject
    rows = ((N_("名称"), said.name, subject.name), (N_("代码"), said.code, subject.code))
    return [
        {"title": Sentence(title), "said": mine, "stored": theirs, "is_same": mine == theirs}
        for title, mine, theirs in rows
    ]


def file_row(petition: Petition, place: int) -> dict[str, Any]:
    """An upload to open."""
    file = petition.files[place]
    return {
        "title": file["name"],
        "url": url_for("petitions.file", ref=petition.ref, place=place),
        "kind": file["type"].rpartition("/")[2].upper(),
        "size": tell_size(file["size"]),
        "note": Sentence(PAPERS[file["field"]]),
        "is_marked": False,
        "remove_url": None,
    }


def claim_hints(line: Line) -> dict[str, Any]:
    """What the public page says in each field that can be disputed."""
    stands: dict[str, Any] = {
        "fine": next((part_told(part) for part in line.parts if part.kind == "fine"), ""),
        "class_": class_name(line) or "",
    }
    return {name: stands[name] if name in stands else getattr(line, name) for name in CLAIMED}


def standing(found: Standing, *, today: date, house: House) -> dict[str, Any]:
    """What the author reads."""
    calendar, case = rulebooks.current(db.session(), house).calendar, found.case
    state = OBJECTION.state(case.state) if case else None
    due_on = found.clock.due_on if found.clock else found.due_on
    return {
        "petition": found.petition,
        "record": found.petition.record,
        "case": case,
        "state": Sentence(state.title) if state else None,
        "tone": tone(OBJECTION, state) if state else None,
        "next": Sentence(NEXT[case.state]) if case and case.state in NEXT else None,
        "due": due_words.told(due_on, today=today, calendar=calendar) if due_on else None,
        "reasons": [
            {
                "title": reason.title if is_chinese() else reason.title_en,
                "how_to_mend": reason.how_to_mend if is_chinese() else reason.how_to_mend_en,
                "note": note,
            }
            for reason, note in found.reasons
        ],
        "documents": [
            {
                "title": Sentence(document.title),
                "number": document.number,
                "issued_on": document.issued_on,
                "is_ready": document.produced_at is not None,
                "status": document_status(document),
            }
            for document in found.documents
        ],
    }
