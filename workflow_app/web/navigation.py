"""What the header and the footer lead to, for each kind of reader. Only rooms that stand are listed."""

from dataclasses import dataclass

from flask import request, url_for

from ..domain.people import ANYBODY, Actor, GrantKind
from ..domain.words import N_
from ..extensions import db
from ..services.delivery import notices
from ..services.documents import proposals
from ..services.lists import measure_lists

FOOTER = (
    ("lists.index", N_("名单公示")),
    ("figures.published", N_("统计月报")),
    ("holidays.table", N_("工作日和节假日")),
    ("public.accessibility", N_("无障碍说明")),
    ("public.privacy", N_("隐私说明")),
)
HANDLING = (GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD)


@dataclass(frozen=True)
class Entry:
    """One link of the navigation."""

    title: str
    url: str
    current: bool
    count: int | None = None


PUBLIC = (
    ("public.home", N_("首页")),
    ("public.guides", N_("办事指南")),
    ("public.commitments", N_("承诺公示")),
    ("publicity.index", N_("处罚与名单公示")),
    ("lists.index", N_("名单公示")),
    ("documents.verify", N_("文书验真")),
    ("calculator.show", N_("期限计算")),
)
SUBJECT = (
    ("queues.show", N_("我的待办")),
    ("credit_file.index", N_("我的信用档案")),
    ("repairs.index", N_("信用修复")),
    ("list_exits.index", N_("移出名单")),
    ("objections.index", N_("异议")),
    ("training.index", N_("修复培训")),
    ("commitments.items", N_("我要承诺")),
    ("account.mandates", N_("经办人与授权")),
    ("notices.show", N_("消息")),
)
STAFF = (
    ("queues.show", N_("待办队列")),
    ("stand_ins.index", N_("外出代办")),
    ("office.items", N_("承诺事项")),
    ("records.index", N_("信息报送")),
    ("sync.tasks", N_("同步任务")),
    ("measures.board", N_("联合奖惩措施")),
    ("figures.show", N_("办件统计")),
    ("list_office.index", N_("名单目录")),
    ("rulebook.rules", N_("规则表")),
    ("document_office.index", N_("文书管理")),
    ("text_office.index", N_("文书模板")),
    ("holidays.years", N_("放假安排")),
    ("notices.show", N_("消息")),
)
ADMIN = (
    (GrantKind.CLERK, "repairs.window", N_("窗口代填修复")),
    (GrantKind.CLERK, "list_exits.window", N_("窗口代填移出")),
    (GrantKind.CLERK, "objections.window", N_("窗口代提异议")),
    (GrantKind.CLERK, "reports.window", N_("信用报告")),
    (GrantKind.CLERK, "supervision.board", N_("督办")),
    (GrantKind.LEAD, "supervision.board", N_("督办")),
    (GrantKind.HEAD, "supervision.board", N_("督办")),
    (GrantKind.HANDLER, "supervision.board", N_("督办")),
    (GrantKind.AUDITOR, "supervision.board", N_("督办")),
    (GrantKind.CLERK, "objection_office.silent", N_("异议督办")),
    (GrantKind.LEAD, "objection_office.silent", N_("异议督办")),
    (GrantKind.HEAD, "objection_office.silent", N_("异议督办")),
    (GrantKind.HEAD, "claims.sharing", N_("自动分办")),
    (GrantKind.LEAD, "claims.sharing", N_("自动分办")),
    (GrantKind.HANDLER, "objection_office.figures", N_("异议统计")),
    (GrantKind.HANDLER, "listings.start", N_("列入名单")),
    (GrantKind.HANDLER, "list_exits.index", N_("移出名单")),
    (GrantKind.HEAD, "list_exits.index", N_("移出名单")),
    (GrantKind.CLERK, "training_office.index", N_("培训班")),
    (GrantKind.CLERK, "petitions.index", N_("待确认的来件")),
    (GrantKind.CLERK, "clusters.index", N_("代办线索")),
    (GrantKind.LEAD, "training_office.index", N_("培训班")),
    (GrantKind.LEAD, "petitions.index", N_("待确认的来件")),
    (GrantKind.LEAD, "reports.window", N_("信用报告")),
    (GrantKind.LEAD, "clusters.index", N_("代办线索")),
    (GrantKind.SECURITY_ADMIN, "admin.people", N_("账户与权限")),
    (GrantKind.SYSTEM_ADMIN, "admin.units", N_("单位名册")),
    (GrantKind.SYSTEM_ADMIN, "rulebook.rules", N_("规则表")),
    (GrantKind.SYSTEM_ADMIN, "sync_targets.listed", N_("同步对象名册")),
    (GrantKind.SYSTEM_ADMIN, "holidays.years", N_("放假安排")),
    (GrantKind.AUDITOR, "reports.window", N_("信用报告")),
    (GrantKind.AUDITOR, "records.index", N_("信息报送")),
    (GrantKind.AUDITOR, "measures.board", N_("联合奖惩措施")),
    (GrantKind.AUDITOR, "figures.show", N_("办件统计")),
    (GrantKind.AUDITOR, "list_office.index", N_("名单目录")),
    (GrantKind.AUDITOR, "document_office.index", N_("文书管理")),
    (GrantKind.AUDITOR, "text_office.index", N_("文书模板")),
    (GrantKind.AUDITOR, "stand_ins.index", N_("外出代办")),
    (GrantKind.AUDITOR, "admin.log", N_("审计记录")),
)


def entries(actor: Actor = ANYBODY) -> list[Entry]:
    """The navigation of this reader."""
    wanted = list(PUBLIC)
    if actor.subject_ids():
        wanted = [*PUBLIC[:1], *SUBJECT, *PUBLIC[2:]]
    if any(actor.holds(kind) for kind in HANDLING):
        wanted = list(STAFF)
    wanted += [(endpoint, title) for kind, endpoint, title in ADMIN if actor.holds(kind)]
    return [
        Entry(title, url_for(endpoint), request.endpoint == endpoint, count_of(endpoint, actor))
        for endpoint, title in dict.fromkeys(wanted)
    ]


def count_of(endpoint: str, actor: Actor) -> int | None:
    """What waits behind a link; nothing is shown where nothing waits."""
    if actor.person_id is None:
        return None
    if endpoint == "stand_ins.index":
        return len(actor.standing_in) or None
    if endpoint == "measures.board":
        return measure_lists.waiting(db.session(), actor) or None
    if endpoint == "document_office.index":
        return proposals.count_to_decide(db.session(), actor) or None
    return notices.unread(db.session(), actor.person_id) or None if endpoint == "notices.show" else None
