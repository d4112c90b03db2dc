"""A token and a hook of a person, and those of a system, for the table of who may enter."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import NOW, District
from workflow_app.domain.hook_kinds import HookKind
from workflow_app.domain.scopes import TokenScope
from workflow_app.models.api import Hook, HookCall
from workflow_app.models.party import Person
from workflow_app.services.machines import hooks, systems, tokens


def machines_of(session: Session, district: District, *, owner: str, security: str) -> dict[str, str]:
    """A token and a hook of the owner, and those of a system that the security administrator opened."""
    people = {
        one.login: one for one in session.scalars(select(Person).where(Person.login.in_((owner, security))))
    }
    by, person = people[security], people[owner]
    system = systems.create(session, login="sys.zhifa", name="执法系统", by=by, now=NOW)
    wish = tokens.Wish("测试", [TokenScope.CASES_READ], "核对办件", 30)
    return {
        "token": str(tokens.make(session, person, wish, by=person, now=NOW).row.id),
        "system": str(system.id),
        "system_token": str(tokens.make(session, system, wish, by=by, now=NOW).row.id),
        **hooks_of(session, district, person, system),
    }


def hooks_of(session: Session, district: District, owner: Person, system: Person) -> dict[str, str]:
    """The hooks of these two and a dead call of each, by their places in the table."""
    own, theirs = (hook_of(session, district, person) for person in (owner, system))
    return {
        "hook": own.ref,
        "hook_call": str(dead(session, own).id),
        "system_hook": theirs.ref,
        "system_call": str(dead(session, theirs).id),
    }


def hook_of(session: Session, district: District, person: Person) -> Hook:
    """A hook of this account to a host that is allowed here."""
    house = replace(district.app.extensions["house"], sync_allowed_hosts=("gx.example.gov.cn",))
    wish = hooks.Wish("测试", "https://gx.example.gov.cn/notify", [HookKind.CASE_STEP])
    return hooks.make(session, person, wish, by=person, now=NOW, house=house)


def dead(session: Session, hook: Hook) -> HookCall:
    """What could not be brought to it."""
    told = {"id": f"{hook.ref}-step-1", "case": "CM-120102-20261118-000001"}
    call = HookCall(hook=hook, key="step-1", kind="case.step", body=told, created_at=NOW, dead_at=NOW)
    session.add(call)
    session.flush()
    return call
