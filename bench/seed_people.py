"""The people of a seeded office: officers of every unit, subjects with names that share their parts, and who acts for them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from bench.pouring import Pours
from workflow_app.domain import identifiers
from workflow_app.domain.name_parts import parts
from workflow_app.models.base import keyring
from workflow_app.models.party import GrantRow, Person, Subject, Unit

HANDLERS, HEADS, CLERKS, LEADS = 8, 2, 6, 2
CASES_A_SUBJECT = 5
FEWEST, MOST_OWNERS = 300, 2000
SAID = "海河津城东方华夏龙凤祥瑞金银玉石山水云天安康和顺兴盛昌隆永丰泰宁嘉德正信诚达通远新宏伟立成"
TRADES = (
    "餐饮管理",
    "物流",
    "建筑工程",
    "商贸",
    "食品",
    "物业服务",
    "科技",
    "教育咨询",
    "医疗器械",
    "装饰工程",
    "广告传媒",
    "汽车维修",
)
FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "明远立夏霜降清和白露谷雨惊蛰芒种小满冬至春分"


@dataclass(frozen=True)
class People:
    """Ids: officers by unit and kind of grant, the office's by kind; subjects, and who owns each (in turn where few own)."""

    units: tuple[int, ...]
    office: int
    officers: Mapping[tuple[int, str], tuple[int, ...]]
    subjects: range
    owners: range
    names: Sequence[str]
    codes: Sequence[str]
    password_hash: str
    totp: str
    first_grant: int
    day: date

    def owner_of(self, subject_id: int) -> int:
        """Who acts for a subject."""
        return self.owners[(subject_id - self.subjects.start) % len(self.owners)]


def plan(connection: Connection, cases: int, *, rnd: random.Random, today: date) -> People:
    """Who there will be, with ids that follow those of the district."""
    ids = connection.execute(select(Unit.id, Unit.is_office).order_by(Unit.id)).all()
    units = tuple(row.id for row in ids if not row.is_office)
    office = next(row.id for row in ids if row.is_office)
    model = connection.execute(select(Person.__table__.c.password_hash, Person.__table__.c.totp_secret)
                               .where(Person.login == "lead.xinyong")).one()  # fmt: skip
    next_of = {
        model_: (connection.scalar(select(func.max(model_.id))) or 0) + 1
        for model_ in (Person, Subject, GrantRow)
    }
    next_person, officers = next_of[Person], {}
    for unit, kind, many in _places(units, office):
        officers[unit, kind] = tuple(range(next_person, next_person + many))
        next_person += many
    count = max(cases // CASES_A_SUBJECT, FEWEST)
    subjects = range(next_of[Subject], next_of[Subject] + count)
    owners = range(next_person, next_person + min(count, MOST_OWNERS))
    names = [_firm(rnd) if rnd.random() < 0.93 else _person(rnd) for _ in subjects]
    codes = [identifiers.uscc_from(f"91120102MA{number:07d}") for number in range(count)]
    return People(units, office, officers, subjects, owners, names, codes, model.password_hash,
                  keyring.seal(model.totp_secret), next_of[GrantRow], today)  # fmt: skip


def _places(units: Sequence[int], office: int) -> list[tuple[int, str, int]]:
    of_units = [
        (unit, kind, many) for unit in units for kind, many in (("handler", HANDLERS), ("head", HEADS))
    ]
    return [*of_units, (office, "clerk", CLERKS), (office, "lead", LEADS)]


def _firm(rnd: random.Random) -> str:
    said = "".join(rnd.choices(SAID, k=rnd.choice((2, 2, 3, 4))))
    return f"天津{rnd.choice(('市', '', ''))}{said}{rnd.choice(TRADES)}{rnd.choice(FORMS)}"


def _person(rnd: random.Random) -> str:
    return rnd.choice(FAMILY) + "".join(rnd.choices(GIVEN, k=2))


def pour(way: Pours, people: People) -> None:
    """Write them all. Logins: bench.<kind>.<unit>.<number> and bench.owner.<number>."""
    began, since = f"{people.day.year - 4}-01-01 01:00:00.000000", f"{people.day.year - 4}-01-01"
    rows: list[tuple[Any, ...]] = []
    grants: list[tuple[Any, ...]] = []
    for (unit, kind), ids in people.officers.items():
        for number, person in enumerate(ids):
            rows.append((person, f"bench.{kind}.{unit}.{number}", _person(random.Random(person)), people.password_hash,
                         people.totp, 0, "zh_Hans_CN", "0", began))  # fmt: skip
            grants.append((person, kind, unit, None))
    administrator = people.owners[-1]
    for number, person in enumerate(people.owners):
        rows.append((person, f"bench.owner.{number}", _person(random.Random(person)), people.password_hash, None, 0,
                     "zh_Hans_CN", "0", began))  # fmt: skip
        kind = "administrator" if person == administrator else "owner"
        grants.append((person, kind, None, people.subjects.start + number))
    way.rows("person", ("id", "login", "name", "password_hash", "totp_secret", "totp_last_step", "locale",
                        "must_change_password", "created_at"), rows)  # fmt: skip
    way.rows("grant", ("id", "person_id", "kind", "unit_id", "subject_id", "may_sign", "valid_from", "granted_at"),
             [(people.first_grant + place, *grant, "1", since, began) for place, grant in enumerate(grants)])  # fmt: skip
    kinds = ["individual" if len(name) == 3 else "legal" for name in people.names]
    told = zip(people.subjects, kinds, people.names, people.codes, strict=True)
    way.rows("subject", ("id", "kind", "name", "code", "code_digest", "name_parts"),
             ((id_, kind, name, keyring.seal(code), keyring.digest(f"subject:{code}"), parts(name))
              for id_, kind, name, code in told))  # fmt: skip
