"""What happened to accounts and rights, for the auditor. Rows are only added.

A note never holds a password, a code or what somebody typed as an unknown login (people type passwords there).
"""

from datetime import datetime
from typing import Protocol

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ...domain.words import N_
from ...models.base import table
from ...models.party import AccountEvent, Person

WHAT = {
    "sign_in": N_("登录"),
    "sign_in_failed": N_("登录失败"),
    "locked": N_("连续输错，暂停登录"),
    "sign_out": N_("退出登录"),
    "sign_out_everywhere": N_("退出全部设备"),
    "second_factor": N_("通过第二步验证"),
    "second_factor_failed": N_("第二步验证失败"),
    "second_factor_set": N_("开通动态验证码"),
    "second_factor_reset": N_("重置动态验证码"),
    "recovery_code_used": N_("使用恢复码"),
    "recovery_codes_made": N_("生成恢复码"),
    "identity_confirmed": N_("签署前确认身份"),
    "identity_failed": N_("签署前确认身份失败"),
    "password_changed": N_("修改密码"),
    "password_reset": N_("重置密码"),
    "person_created": N_("开立账户"),
    "person_disabled": N_("停用账户"),
    "person_enabled": N_("恢复账户"),
    "granted": N_("授予权限"),
    "grant_ended": N_("收回权限"),
    "mandate_given": N_("授权经办人"),
    "mandate_ended": N_("终止经办人授权"),
    "subject_created": N_("登记主体"),
    "unit_created": N_("新增单位"),
    "unit_ended": N_("撤销单位"),
    "successor_named": N_("指定继任单位"),
    "sharing_changed": N_("修改自动分办"),
    "item_entered": N_("新增承诺事项"),
    "item_changed": N_("修改承诺事项"),
    "calendar_entered": N_("录入放假安排"),
    "rule_proposed": N_("提出修改规则"),
    "rule_approved": N_("批准修改规则"),
    "rule_rejected": N_("不同意修改规则"),
    "report_issued": N_("窗口出具信用报告"),
    "report_read": N_("查阅自然人的信用报告"),
    "class_entered": N_("新建培训班"),
    "class_changed": N_("修改培训班"),
    "class_published": N_("发布培训班"),
    "certificates_taken": N_("下载整班培训证明"),
    "list_taken": N_("导出办件清单"),
    "exchange_taken": N_("取得交换文件"),
    "list_proposed": N_("提出名单"),
    "list_confirmed": N_("确认名单"),
    "list_refused": N_("不同意名单"),
    "list_ended": N_("停用名单"),
    "key_rotated": N_("更换签名密钥"),
    "key_withdrawn": N_("停用签名密钥"),
    "stand_in_made": N_("指定代办人"),
    "stand_in_ended": N_("提前结束代办"),
    "identity_bound": N_("绑定统一身份"),
    "identity_unbound": N_("解除统一身份的绑定"),
    "token_made": N_("新建接口令牌"),
    "token_ended": N_("停用接口令牌"),
    "hook_made": N_("新增网络通知"),
    "hook_rotated": N_("更换网络通知的密钥"),
    "hook_ended": N_("停用网络通知"),
}
PAGE = 50
ENTER = insert(table(AccountEvent)).inline()


class Somebody(Protocol):
    """Whoever has an account: a `Person`, or a row of columns with the number."""

    @property
    def id(self) -> int: ...


def record(
    session: Session,
    what: str,
    *,
    person: Somebody | None,
    by: Somebody | None,
    now: datetime,
    ip: str = "",
    note: str = "",
) -> None:
    """Add one entry: what happened, to whose account, by whose hand."""
    if what not in WHAT:
        raise ValueError(f"an account event of an unknown kind: {what}")
    session.flush()  # somebody who is new has no number before
    entry = {
        "at": now,
        "what": what,
        "person_id": person.id if person else None,
        "by_id": by.id if by else None,
        "ip": ip[:64],
        "note": note[:300],
    }
    session.execute(ENTER, entry)


def entries(
    session: Session, *, before: int | None, what: str, login: str
) -> list[tuple[AccountEvent, str, str]]:
    """One page of the log, newest first: the entry, whose account, by whom. `before` is the id to go on from."""
    query = select(AccountEvent).order_by(AccountEvent.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(AccountEvent.id < before)
    if what in WHAT:
        query = query.where(AccountEvent.what == what)
    if login:
        found = select(Person.id).where(Person.login == login)
        query = query.where(AccountEvent.person_id.in_(found) | AccountEvent.by_id.in_(found))
    rows = list(session.scalars(query))
    ids = {one for row in rows for one in (row.person_id, row.by_id) if one}
    people = select(Person.id, Person.name, Person.login).where(Person.id.in_(ids))
    names = {key: f"{name}（{login}）" for key, name, login in session.execute(people)}
    return [(row, names.get(row.person_id or 0, ""), names.get(row.by_id or 0, "")) for row in rows]
