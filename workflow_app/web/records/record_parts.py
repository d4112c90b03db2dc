"""What a form about a record needs that only rows know: what each field says now, what was said of it, which units are.

The forms themselves see no row. Serves every workflow: what is kept field by field and which field takes a unit is read
from the form. To the subject's own side nothing of another subject's record is told here.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from forms.fields import HouseForm, UnitChoice
from forms.per_field import PerField

from ...domain.words import N_, Sentence
from ...models.case import Case
from ...services.objections import disputed, foreign_records
from ...services.people import units
from ..cases.case_rows import Shown
from ..ui import is_chinese, tell_whole_day

Told = str | date | Sentence
"""A value of a record field as people read it."""


def tell_parts(form: HouseForm, shown: Shown) -> None:
    """Put at each part what the record says there now and what was said of it; the latter are shown open."""
    facts = shown.workflow.dump(shown.workflow.load(shown.case.facts))
    record = shown.case.record
    now: dict[str, str | Sentence] | None = None
    if record is not None and foreign_records.is_told_all(shown.case, shown.actor):
        now = {name: _with_year(value) for name, value in disputed.current(record).items()}
    for field in form:
        if isinstance(field, PerField):
            said = {
                fact: told for fact, told in facts.items() if isinstance(told, dict) and fact != field.name
            }
            field.spoken_of = {name for told in said.values() for name in told}
            field.now = now or {}
            for part in field:
                part.description = tuple(_told(part.short_name, now, said, labels=shown.workflow.labels))


def _told(
    name: str,
    now: Mapping[str, str | Sentence] | None,
    said: Mapping[str, Mapping[str, str]],
    *,
    labels: Mapping[str, str],
) -> Iterator[Sentence]:
    """The lines at one part. `now` is None for whom it must not be told."""
    if now is not None and name in now:
        yield Sentence(N_("现在的内容：%(now)s"), now=now[name])
    elif now is not None:
        yield Sentence(N_("现在没有填写。"))
    for fact, values in said.items():
        if name in values:
            told = _with_year(disputed.told(name, values[name]))
            yield Sentence(N_("%(fact)s：%(told)s"), fact=Sentence(labels[fact]), told=told)


def _with_year(value: Told) -> str | Sentence:
    """A day with its year, because it is compared."""
    return tell_whole_day(value) if isinstance(value, date) else value


def offer_units(session: Session, form: HouseForm, case: Case, *, on: date) -> None:
    """Offer the departments in being; the likely one is the case's own, or whoever took over from it."""
    for field in form:
        if isinstance(field, UnitChoice):
            rows = [unit for unit in units.units_in_being(session, on=on) if not unit.is_office]
            likely = units.responsible(session, case.unit, on=on) if case.unit else None
            named = [(unit.key, unit.name if is_chinese() else unit.name_en) for unit in rows]
            field.offer(named, likely=likely.key if likely else "")
