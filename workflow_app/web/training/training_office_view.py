"""What the pages about training classes show, in words: rows, facts, tables to keep. Looks nothing up, decides nothing."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import SEEK_END, BytesIO
from typing import IO, Any

from flask import Response, request, send_file, url_for
from flask_babel import gettext as _

from ...domain import clock, tables
from ...domain.masking import mask_code
from ...domain.words import N_, Sentence
from ...models.training import TrainingClass
from ...services.training.training_classes import plan_of
from ...services.training.training_figures import COLUMNS, Figures
from ...services.training.training_register import Place
from ...workflows.training_words import KINDS, ROLES
from ..cases.case_rows import document_card
from ..ui import named, say, tell_day, tell_whole_day, unit_named

PARTS = {
    "training_office.show": N_("培训班"),
    "training_bank.lessons": N_("课程"),
    "training_bank.questions": N_("题库"),
    "training_register.of_class": N_("名册"),
    "training_register.certificates": N_("培训证明"),
}
REGISTER = (
    N_("学员姓名"), N_("学员身份"), N_("主体"), N_("统一社会信用代码"), N_("状态"), N_("报名日期"), N_("已学（分钟）"), N_("考试次数"),
    N_("最高分"), N_("证明编号"), N_("办件号"),
)  # fmt: skip
BLANK = {"seats": 200, "pass_mark": 80, "attempts": 2, "minutes": 30, "draw": 10}
MINUTE = 60
told_day = tell_day


def class_row(found: TrainingClass, taken: int, *, today: date) -> dict[str, Any]:
    """A class in the list."""
    return {
        "held": found,
        "url": url_for("training_office.show", ref=found.ref),
        "taken": taken,
        **told(found, today=today),
    }


def told(found: TrainingClass, *, today: date) -> dict[str, Any]:
    """How a class stands today, and its kind in words."""
    state, tone = standing(found, today=today)
    minutes = sum(lesson.least_seconds for lesson in found.lessons) // MINUTE
    return {"state": state, "tone": tone, "kind_title": Sentence(KINDS[found.kind]), "minutes": minutes}


def standing(found: TrainingClass, *, today: date) -> tuple[Sentence, str]:
    """Whether a class is a draft, announced, open or over."""
    if found.published_at is None:
        return Sentence(N_("未发布")), "draft"
    if today < found.opens_on:
        return Sentence(N_("已发布，待开始报名")), "wait"
    if today <= found.ends_on:
        return Sentence(N_("报名中")), "doing"
    return Sentence(N_("已结束")), "done"


def tabs(found: TrainingClass, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The parts of a class, the present one marked."""
    return [
        {
            "title": Sentence(title),
            "url": url_for(endpoint, ref=found.ref),
            "current": request.endpoint == endpoint,
            "count": counts.get(endpoint),
        }
        for endpoint, title in PARTS.items()
    ]


def facts(found: TrainingClass, *, seats_left: int) -> list[dict[str, Any]]:
    """What is said about a class, as pairs."""
    announced = tell_day(clock.legal_day(found.published_at)) if found.published_at else ""
    pairs = (
        (N_("培训班编号"), found.ref, ""),
        (N_("培训类型"), say(KINDS[found.kind]), ""),
        (N_("举办部门"), named(found.unit, "name"), ""),
        (N_("简介"), named(found, "summary"), ""),
        (N_("报名和学习的日期"), _("%(first)s至 %(last)s", first=tell_day(found.opens_on), last=tell_day(found.ends_on)), ""),
        (N_("名额"), str(found.seats), _("还剩 %(left)s 个", left=seats_left)),
        (N_("考试"), _("抽 %(draw)s 道题，%(minutes)s 分钟，%(mark)s 分合格，最多考 %(attempts)s 次", draw=found.draw, minutes=found.minutes, mark=found.pass_mark, attempts=found.attempts), ""),
        (N_("费用"), _("免费"), _("自愿参加，不是信用修复的条件")),
        (N_("发布日期"), announced, ""),
    )  # fmt: skip
    return [{"title": Sentence(title), "value": value, "note": note} for title, value, note in pairs]


def first_values(found: TrainingClass | None) -> dict[str, Any]:
    """What the fields hold before anything is typed; English that only repeats the Chinese is left open."""
    if found is None:
        return BLANK
    values = vars(plan_of(found)) | {"unit_id": found.unit_id}
    english = {
        f"{name}_en": ""
        for name in ("title", "summary")
        if getattr(found, f"{name}_en") == getattr(found, name)
    }
    return values | english


def place_row(place: Place) -> dict[str, Any]:
    """A seat in the register or in a training file."""
    return {
        "place": place,
        "role": Sentence(ROLES[place.role]) if place.role in ROLES else "",
        "state": Sentence(place.state),
        "tone": tone_of(place),
        "enrolled_on": clock.legal_day(place.enrolled_at),
        "code": mask_code(place.subject.kind, place.subject.code),
        "case_url": url_for("cases.show", address=place.case.address),
        "card": document_card(place.certificate) if place.certificate else None,
    }


def tone_of(place: Place) -> str:
    """Done with a certificate, over without one, or still going on."""
    if place.certificate is not None:
        return "done"
    return (
        "doing"
        if place.left_at is None and place.case.state in ("applied", "learning", "exam_open", "passed")
        else "draft"
    )


def register_file(places: Sequence[Place], format_: str) -> bytes:
    """The register as a table to keep."""
    rows = [
        (
            place.trainee, say(ROLES.get(place.role, "")), place.subject_name,
            mask_code(place.subject.kind, place.subject.code), say(place.state), clock.legal_day(place.enrolled_at),
            place.minutes, place.attempts, place.score, place.certificate.number if place.certificate else "",
            place.case.number or "",
        )
        for place in places
    ]  # fmt: skip
    return tables.written(format_, [say(title) for title in REGISTER], rows)


def figures_rows(found: Figures) -> list[list[str]]:
    """The lines of the national template, cell by cell."""
    return [
        [
            line.name, line.code, line.behaviour, say(line.kind), say(line.way), plain(line.decided_on),
            plain(line.repaired_on), line.commitment_url, line.training,
            f"{line.trained_from.isoformat()}/{line.trained_until.isoformat()}", unit_named(line.organiser), line.content,
        ]
        for line in found.lines
    ]  # fmt: skip


def figures_head() -> list[str]:
    """The columns of the national template."""
    return [say(title) for title in COLUMNS]


def plain(day: date | None) -> str:
    """A day as tables keep it; empty when there is none."""
    return day.isoformat() if day else ""


def period(found: Figures) -> str:
    """The period in words."""
    return _("%(first)s至 %(last)s", first=tell_whole_day(found.since), last=tell_whole_day(found.until))


def sent(content: bytes, name: str, format_: str) -> Response:
    """A table to keep."""
    return sent_file(BytesIO(content), name, tables.TYPES[format_], format_)


def sent_file(file: IO[bytes], name: str, mimetype: str, ending: str) -> Response:
    """A file to keep, from its beginning; closed when it was sent."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    response = send_file(file, mimetype, as_attachment=True, download_name=f"{name}.{ending}")
    response.content_length = size
    response.headers["Cache-Control"] = "no-store"
    return response
