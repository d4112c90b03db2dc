"""The limits that the law sets, as dated rows with their source and the evidence for it, and their versions.

The packs that come with the program are files that never change again; what the office changes is laid over them one
after the other, so that every version can be rebuilt for ever. The narrower place wins. Whether the law lets a place
deviate can't be judged from the table: it is said in the source of the narrower row, and a second person reads it
(docs/decisions/0009-narrower-rules.md). This module never counts days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from importlib import resources
from itertools import combinations

from .holiday_faults import BadFile, Fault
from .list_rules import family_of, relatives, units_for
from .refusals import Refused
from .rule import UNITS, Rule, Unit
from .rule_file import COLUMNS, from_row, read, to_row
from .words import N_, Sentence

__all__ = [
    "COLUMNS", "LATEST", "Rule", "RulePack", "Unit", "built_in", "changes_in", "from_row", "pack_from", "to_row",
    "versions",
]  # fmt: skip

# New clocks run under this pack. A new file beside the others gets its name here; the others stay for old clocks.
LATEST = "2026-11-24"

UNKNOWN = N_(
    "规则表里没有 %(id)s。编号由办理流程使用，不能在这里新增，请改用表里已有的编号；可以新增的只有给一个名单单独使用的期限，"
    "编号为 LE-01、LE-04 或者 LE-05 加上横线和 2 至 12 个大写字母或者数字，例如 LE-04-PORT。"
)


@dataclass(frozen=True)
class RulePack:
    """A version of the whole rules table: the name of a built-in one, or that with the number of changes, `…+3`."""

    version: str
    rules: tuple[Rule, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Every rule id of the pack, whatever its place and dates."""
        return frozenset(rule.id for rule in self.rules)

    def rule(self, rule_id: str, *, on: date, place: str) -> Rule:
        """The rule in force on a day in a place, the narrower place first. Raises KeyError if there is none."""
        for rule in self._narrowest_first.get(rule_id, ()):
            if rule.is_in_force(on) and rule.covers(place):
                return rule
        raise KeyError(f"no rule {rule_id} in force on {on} in {place or 'every place'}")

    def of(self, rule_id: str) -> tuple[Rule, ...]:
        """All rows of one id."""
        return tuple(rule for rule in self.rules if rule.id == rule_id)

    @cached_property
    def _narrowest_first(self) -> dict[str, list[Rule]]:
        """The rows of each id, those for a narrower place before those for a wider one."""
        by_id: dict[str, list[Rule]] = {}
        for rule in sorted(self.rules, key=lambda rule: -len(rule.stem)):
            by_id.setdefault(rule.id, []).append(rule)
        return by_id

    def in_force(self, *, on: date, place: str) -> tuple[Rule, ...]:
        """The rule of each id that has one in force on a day in a place, by id."""
        by_id: dict[str, Rule] = {}
        for rule in sorted(self.rules, key=lambda rule: (rule.id, len(rule.stem))):
            if rule.is_in_force(on) and rule.covers(place):
                by_id[rule.id] = rule
        return tuple(by_id.values())

    def replaced_by(self, change: Rule) -> Rule | None:
        """The row that a change takes the place of from its first day on, if there is one for the very place."""
        same = (rule for rule in self.of(change.id) if rule.place == change.place)
        return next((rule for rule in same if rule.is_in_force(change.valid_from)), None)

    def with_changes(self, changes: Sequence[Rule]) -> "RulePack":
        """This pack with the changes laid over it, one after the other.

        A change with the id, place and first day of a row replaces that row; a later one closes the row in force on
        its first day and follows it. Refused when a day would have two values or none, or when a workflow could
        not work with the unit. The code of the refusal is the column to mend.
        """
        rules = self.rules
        for change in changes:
            rules = _laid_over(rules, change)
        if not changes:
            return self
        built_in, _, before = self.version.partition("+")
        version = f"{built_in}+{int(before or 0) + len(changes)}"
        return RulePack(version, tuple(replace(rule, version=version) for rule in rules))


def versions() -> tuple[str, ...]:
    """The built-in packs, oldest first."""
    files = (resources.files(__package__) / "rulepacks").iterdir()
    return tuple(sorted(file.name.removesuffix(".csv") for file in files if file.name.endswith(".csv")))


@cache
def built_in(version: str = LATEST) -> RulePack:
    """A rules table that comes with the program. Raises KeyError for a version that never was."""
    if version not in versions():
        raise KeyError(f"no rule pack {version}")
    return pack_from((resources.files(__package__) / "rulepacks" / f"{version}.csv").read_bytes(), version)


def pack_from(content: bytes, version: str) -> RulePack:
    """The pack of a CSV file. Raises BadFile."""
    numbered = read(content, version)
    faults = [
        Fault(
            line,
            Sentence(
                N_("%(id)s 与第 %(line)s 行在同一地区有重叠的日子。请改开两行的生效日或者失效日。"),
                id=later.id,
                line=first,
            ),
        )
        for (first, earlier), (line, later) in combinations(numbered, 2)
        if later.overlaps(earlier)
    ]
    if faults:
        raise BadFile(faults)
    return RulePack(version, tuple(rule for _, rule in numbered))


def changes_in(content: bytes, pack: RulePack) -> tuple[Rule, ...]:
    """The changes of a CSV file, which the pack takes one after the other. Raises BadFile."""
    numbered = read(content)
    for line, change in numbered:
        try:
            pack = pack.with_changes((change,))
        except Refused as refused:
            raise BadFile((Fault(line, refused.sentence),)) from refused
    return tuple(change for _, change in numbered)


def _laid_over(rules: tuple[Rule, ...], change: Rule) -> tuple[Rule, ...]:
    _check_known(rules, change)
    key = (change.id, change.place)
    others = [rule for rule in rules if (rule.id, rule.place, rule.valid_from) != (*key, change.valid_from)]
    closed = [
        replace(rule, valid_to=change.valid_from)
        if (rule.id, rule.place) == key and rule.is_in_force(change.valid_from)
        else rule
        for rule in others
    ]
    _check_overlap(closed, change)
    _check_gap(rules, (*closed, change), change)
    return (*closed, change)


def _check_known(rules: Sequence[Rule], change: Rule) -> None:
    """Workflows name the ids, so the office can't invent one, nor turn a time into a number of attempts.

    Lists name theirs as data, so there a new id is of use; it is measured by the rows of its family.
    """
    same = [rule for rule in rules if rule.id == change.id] or relatives(rules, change.id)
    if not same:
        raise Refused(Sentence(UNKNOWN, id=change.id), code="id")
    if change.unit.family != same[0].unit.family:
        told = N_("%(id)s 的单位不能从“%(old)s”改成“%(new)s”，否则办理流程无法使用它。请换一个单位。")
        old, new = Sentence(UNITS[same[0].unit]), Sentence(UNITS[change.unit])
        raise Refused(Sentence(told, id=change.id, old=old, new=new), code="unit")
    if change.unit not in units_for(change):
        told = N_("在名单上的期限不按工作日计算，%(id)s 不能用这个单位。请改用日、月或者年。")
        raise Refused(Sentence(told, id=change.id), code="unit")
    if change.workflow != same[0].workflow:
        told = N_("%(id)s 属于 %(workflow)s，不能改到别的办理事项。请填回原来的写法。")
        raise Refused(Sentence(told, id=change.id, workflow=same[0].workflow), code="workflow")


def _check_overlap(rules: Iterable[Rule], change: Rule) -> None:
    later = min((rule.valid_from for rule in rules if rule.overlaps(change)), default=None)
    if later is not None:
        told = N_("%(id)s 从 %(day)s起已经另有一条。请把失效日填为这一天或者更早，或者改那一条。")
        raise Refused(Sentence(told, id=change.id, day=later), code="valid_to")


def _check_gap(before: Iterable[Rule], after: Iterable[Rule], change: Rule) -> None:
    """A change that ends must not leave a workflow without the value it had, nor a list without the one it names."""
    end = change.valid_to
    if end is None or _has_value(after, change, end):
        return
    if not _has_value(before, change, end) and family_of(change.id) is None:
        return
    told = N_(
        "%(id)s 从 %(day)s起就没有值了，办件会无法计时。请把失效日留空，或者先录入从这一天起接续的一条。"
    )
    raise Refused(Sentence(told, id=change.id, day=end), code="valid_to")


def _has_value(rules: Iterable[Rule], change: Rule, day: date) -> bool:
    return any(rule.id == change.id and rule.is_in_force(day) and rule.covers(change.place) for rule in rules)
