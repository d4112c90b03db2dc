"""How long a record of dishonesty stays public: shortest and longest period, and from when repair may be asked for.

Order 58 governs the periods of decisions from 2023-05-01 to 2026-03-31, Order 36 those from 2026-04-01; the procedure
follows Order 36 for every step begun from 2026-04-01 on, whatever the day of the decision. The periods are calendar
months and years (民法典第二百零二条), the day of the document not counted (第二百零一条). They end on their very day, also on
a day off: 第二百零三条 gives more time to somebody who must act, and here nobody must. That they do not move is a design
value, not read in either order. This module needs no calendar and never decides whether a duty was performed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .citing import UNCONFIRMED, cite
from .reckoning import ONE_DAY, months_later
from .refusals import Refused
from .rule import Rule, Unit
from .rules import RulePack
from .words import N_, Sentence

ORDER_58_FROM, ORDER_36_FROM = date(2023, 5, 1), date(2026, 4, 1)
# A law is cited by its own title in every language.
ORDER_58 = "《失信行为纠正后的信用信息修复管理办法（试行）》（国家发展改革委令第58号）"
ORDER_36 = "《信用修复管理办法》（国家发展改革委令第36号）"


class RecordClass(StrEnum):
    """How heavy the dishonesty is, from light to heavy (Order 36); the unit that made the finding decides it."""

    MINOR = "minor"
    GENERAL = "general"
    SERIOUS = "serious"


NAMES = {RecordClass.MINOR: N_("轻微"), RecordClass.GENERAL: N_("一般"), RecordClass.SERIOUS: N_("严重")}
SHORTEST = {RecordClass.GENERAL: "CL-01", RecordClass.SERIOUS: "CL-02"}
LONGEST = {RecordClass.MINOR: "CL-03", RecordClass.GENERAL: "CL-04", RecordClass.SERIOUS: "CL-05"}


@dataclass(frozen=True)
class Period:
    """The publicity of one record. Both ends are the last public day.

    `shortest_end_on` is None when there is no shortest period; `may_apply_from` is the first day on which repair may be
    asked for, if the duties are performed by then.
    """

    from_on: date
    shortest_end_on: date | None
    longest_end_on: date
    may_apply_from: date
    regime: Sentence
    explanation: tuple[Sentence, ...]

    def may_apply(self, day: date, *, is_performed: bool) -> bool:
        """Whether repair may be asked for on `day`: the duties performed and the shortest period over."""
        return is_performed and day >= self.may_apply_from


def publicity_period(
    decided_on: date,
    classes: Sequence[RecordClass],
    *,
    pack: RulePack,
    place: str,
    is_special_field: bool = False,
) -> Period:
    """The publicity of a record whose document was made on `decided_on`.

    Of several classes in one document the heaviest governs (CL-06). Order 58 knows no classes but the special fields
    特种设备、安全生产、消防 (and, by other reports, 食品、药品). Refused for decisions before Order 58 and for a record
    without a class where one is needed.
    """
    if decided_on < ORDER_58_FROM:
        raise Refused(
            Sentence(
                N_(
                    "这份文书作出于 %(day)s，早于 %(start)s，规则表没有收录当时的公示期。"
                    "请向作出文书的单位核实当时适用的规定。"
                ),
                day=decided_on,
                start=ORDER_58_FROM,
            ),
            code="decided_on",
        )
    if decided_on < ORDER_36_FROM:
        governing = RecordClass.SERIOUS if is_special_field else RecordClass.GENERAL
        why = _fields(is_special_field)
    elif classes:
        governing = max(classes, key=list(RecordClass).index)
        why = _class(governing, set(classes), pack.rule("CL-06", on=decided_on, place=place))
    else:
        raise Refused(
            N_("还没有填写失信信息的类别，无法计算公示期。请选择轻微、一般或者严重。"), code="classes"
        )
    shortest = pack.rule(SHORTEST[governing], on=decided_on, place=place) if governing in SHORTEST else None
    longest = pack.rule(LONGEST[governing], on=decided_on, place=place)
    return _period(decided_on, shortest, longest, why=why)


def _period(decided_on: date, shortest: Rule | None, longest: Rule, *, why: tuple[Sentence, ...]) -> Period:
    shortest_end_on = last_day(shortest, decided_on) if shortest else None
    longest_end_on = last_day(longest, decided_on)
    may_apply_from = shortest_end_on + ONE_DAY if shortest_end_on else decided_on
    regime = _regime(decided_on)
    return Period(
        from_on=decided_on,
        shortest_end_on=shortest_end_on,
        longest_end_on=longest_end_on,
        may_apply_from=may_apply_from,
        regime=regime,
        explanation=(
            Sentence(
                N_("文书作出于 %(day)s，公示期从这一天起算，当天不计入（《民法典》第二百零一条）。"),
                day=decided_on,
            ),
            regime,
            *why,
            *_shortest(shortest, shortest_end_on, may_apply_from),
            *cite(longest),
            Sentence(
                N_(
                    "最长公示期的最后一日是 %(day)s。到期时已经纠正的，停止公示；没有纠正的，按认定单位的规定处理。"
                ),
                day=longest_end_on,
            ),
            Sentence(
                N_(
                    "公示期按月、按年计算（《民法典》第二百零二条），最后一日是休息日的不顺延："
                    "第二百零三条的顺延保护需要在期限内办事的人。这是平台设定，待核实。"
                )
            ),
            Sentence(N_("规则表版本：%(version)s。"), version=longest.version),
        ),
    )


def last_day(rule: Rule, from_on: date) -> date:
    """The last day of a publicity period. Raises ValueError for a unit that a publicity period cannot have."""
    if rule.value is not None and rule.unit is Unit.CALENDAR_DAY:
        return from_on + timedelta(days=rule.value)
    if rule.value is None or rule.unit not in (Unit.MONTH, Unit.YEAR):
        raise ValueError(f"rule {rule.id} is no publicity period")
    return months_later(from_on, rule.value * (12 if rule.unit is Unit.YEAR else 1))


def _regime(decided_on: date) -> Sentence:
    if decided_on < ORDER_36_FROM:
        return Sentence(
            N_(
                "文书作出于 %(start)s之前，公示期适用当时的%(old)s；%(start)s起开始办理的修复手续，"
                "不论文书何时作出，都适用%(new)s。"
            ),
            start=ORDER_36_FROM,
            old=ORDER_58,
            new=ORDER_36,
        )
    return Sentence(
        N_("文书作出于 %(start)s或者之后，公示期和修复手续都适用%(new)s。"), start=ORDER_36_FROM, new=ORDER_36
    )


def _fields(is_special_field: bool) -> tuple[Sentence, ...]:
    if is_special_field:
        return (
            Sentence(
                N_(
                    "旧办法不分轻微、一般、严重；这份文书属于特种设备、安全生产、消防等特定领域，按特定领域计算。"
                )
            ),
        )
    return (Sentence(N_("旧办法不分轻微、一般、严重；这份文书不属于特定领域，按一般行政处罚计算。")),)


def _class(governing: RecordClass, classes: set[RecordClass], rule: Rule) -> tuple[Sentence, ...]:
    """Which class governs, and by which rule when there are several."""
    name = Sentence(NAMES[governing])
    if len(classes) == 1:
        return (Sentence(N_("失信信息的类别：%(kind)s。"), kind=name),)
    told = Sentence(
        N_("一份文书有几类失信信息，按其中最重的一类“%(kind)s”计算（规则 %(id)s，%(instrument)s）。"),
        kind=name,
        id=rule.id,
        instrument=Sentence(rule.instrument),
    )
    return (told,) if rule.is_confirmed else (told, Sentence(UNCONFIRMED))


def _shortest(rule: Rule | None, ends_on: date | None, may_apply_from: date) -> tuple[Sentence, ...]:
    if rule is None or ends_on is None:
        return (Sentence(N_("轻微失信信息没有最短公示期，履行完义务就可以申请信用修复。")),)
    told = Sentence(
        N_("最短公示期的最后一日是 %(day)s；履行完义务的，从 %(next)s起可以申请信用修复。"),
        day=ends_on,
        next=may_apply_from,
    )
    return (*cite(rule), told)
