"""What the header and the footer lead to, for each kind of reader. Only rooms that stand are listed.

One table for everybody: each line says whose it is, and lies in a group of lines that belong together. The lines that
everybody needs all day lie in none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from flask import current_app, request
from markupsafe import Markup

from ..domain.people import ANYBODY, Actor, GrantKind
from ..domain.words import N_
from ..extensions import db
from ..services.waiting import Waiting, waiting
from .addresses import address
from .language import language

FOOTER = (
    ("lists.index", N_("名单公示")),
    ("figures.published", N_("统计月报")),
    ("holidays.table", N_("工作日和节假日")),
    ("api_document.docs", N_("接口说明")),
    ("public.accessibility", N_("无障碍说明")),
    ("public.privacy", N_("隐私说明")),
)
COUNTED = {
    "notices.show": "notices",
    "measures.board": "measures",
    "document_office.index": "proposals",
    "stand_ins.index": "absent",
}
"""Behind which links something may wait, and what of `Waiting` it is."""
MOST_DRAWN = 1024
MOST_FLAT = 8
"""A menu of so many lines is read at a glance and is not folded into groups."""

HANDLER, HEAD, CLERK, LEAD = GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD
AUDITOR, SYSTEM, SECURITY = GrantKind.AUDITOR, GrantKind.SYSTEM_ADMIN, GrantKind.SECURITY_ADMIN
PUBLIC, SUBJECT = "public", "subject"
"""Whoever handles no cases, and of these whoever acts for a subject."""
STAFF = (HANDLER, HEAD, CLERK, LEAD)
OFFICE = (CLERK, LEAD)
READERS = (*STAFF, AUDITOR)


@dataclass(frozen=True)
class Line:
    """A room of the menu, and whose it is: kinds of grants, PUBLIC or SUBJECT."""

    endpoint: str
    title: str
    who: tuple[str, ...]


MENU: tuple[tuple[str, tuple[Line, ...]], ...] = (
    (
        "",
        (
            Line("public.home", N_("首页"), (PUBLIC,)),
            Line("queues.show", N_("我的待办"), (SUBJECT,)),
            Line("queues.show", N_("待办队列"), STAFF),
            Line("notices.show", N_("消息"), (SUBJECT, *STAFF)),
        ),
    ),
    (
        N_("办理事项"),
        (
            Line("credit_file.index", N_("我的信用档案"), (SUBJECT,)),
            Line("commitments.items", N_("我要承诺"), (SUBJECT,)),
            Line("repairs.index", N_("信用修复"), (SUBJECT,)),
            Line("list_exits.index", N_("移出名单"), (SUBJECT,)),
            Line("objections.index", N_("异议"), (SUBJECT,)),
            Line("training.index", N_("修复培训"), (SUBJECT,)),
            Line("account.mandates", N_("经办人与授权"), (SUBJECT,)),
        ),
    ),
    (
        N_("分工与督办"),
        (
            Line("stand_ins.index", N_("外出代办"), READERS),
            Line("claims.sharing", N_("自动分办"), (HEAD, LEAD)),
            Line("supervision.board", N_("督办"), READERS),
            Line("objection_office.silent", N_("异议督办"), (HEAD, *OFFICE)),
            Line("clusters.index", N_("代办线索"), OFFICE),
        ),
    ),
    (
        N_("受理与发起"),
        (
            Line("petitions.index", N_("待确认的来件"), OFFICE),
            Line("repairs.window", N_("窗口代填修复"), (CLERK,)),
            Line("list_exits.window", N_("窗口代填移出"), (CLERK,)),
            Line("objections.window", N_("窗口代提异议"), (CLERK,)),
            Line("reports.window", N_("信用报告"), (*OFFICE, AUDITOR)),
            Line("listings.start", N_("列入名单"), (HANDLER,)),
            Line("list_exits.index", N_("移出名单"), (HANDLER, HEAD)),
        ),
    ),
    (
        N_("信息与措施"),
        (
            Line("records.index", N_("信息报送"), READERS),
            Line("exchange.index", N_("交换文件"), STAFF),
            Line("sync.tasks", N_("同步任务"), STAFF),
            Line("measures.board", N_("联合奖惩措施"), READERS),
        ),
    ),
    (
        N_("事项与文书"),
        (
            Line("office.items", N_("承诺事项"), STAFF),
            Line("training_office.index", N_("培训班"), OFFICE),
            Line("document_office.index", N_("文书管理"), READERS),
            Line("text_office.index", N_("文书模板"), READERS),
        ),
    ),
    (
        N_("规则与目录"),
        (
            Line("rulebook.rules", N_("规则表"), (*STAFF, SYSTEM)),
            Line("list_office.index", N_("名单目录"), READERS),
            Line("holidays.years", N_("放假安排"), (*STAFF, SYSTEM)),
        ),
    ),
    (
        N_("统计"),
        (
            Line("figures.show", N_("办件统计"), READERS),
            Line("objection_office.figures", N_("异议统计"), (HANDLER,)),
        ),
    ),
    (
        N_("系统管理"),
        (
            Line("admin.people", N_("账户与权限"), (SECURITY,)),
            Line("admin.systems", N_("系统账户"), (SECURITY,)),
            Line("admin.units", N_("单位名册"), (SYSTEM,)),
            Line("sync_targets.listed", N_("同步对象名册"), (SYSTEM,)),
            Line("admin.log", N_("审计记录"), (AUDITOR,)),
            Line("admin.calls", N_("接口调用"), (AUDITOR,)),
        ),
    ),
    (
        N_("公开信息"),
        (
            Line("public.guides", N_("办事指南"), (PUBLIC,)),
            Line("public.commitments", N_("承诺公示"), (PUBLIC,)),
            Line("publicity.index", N_("处罚与名单公示"), (PUBLIC,)),
            Line("lists.index", N_("名单公示"), (PUBLIC,)),
            Line("documents.verify", N_("文书验真"), (PUBLIC,)),
            Line("calculator.show", N_("期限计算"), (PUBLIC,)),
        ),
    ),
)


@dataclass(frozen=True)
class Entry:
    """One link of the navigation."""

    title: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Group:
    """Links under a heading that opens and closes; open at first when the reader is in one of these rooms."""

    title: str
    entries: tuple[Entry, ...]
    is_open: bool

    @property
    def count(self) -> int | None:
        """What waits behind all of its links; None where nothing does."""
        return sum(entry.count or 0 for entry in self.entries) or None


@dataclass(frozen=True)
class Menu:
    """The navigation of one page: the lines in sight all the time, and what small windows show when asked for."""

    top: tuple[Entry, ...]
    more: tuple[Entry | Group, ...]

    @property
    def count(self) -> int | None:
        """What waits behind `more`; None where nothing does."""
        return sum(each.count or 0 for each in self.more) or None


@dataclass(frozen=True)
class Place:
    """The page that is being drawn: its endpoint, its room, and where the site is mounted."""

    endpoint: str
    room: str
    mounted_at: str


def drawn(actor: Actor = ANYBODY) -> Markup:
    """The navigation of this reader in HTML, on the page that is being drawn."""
    mounted_at = request.environ.get("SCRIPT_NAME", "")
    place = Place(request.endpoint or "", request.blueprint or "", mounted_at)
    return _drawn(circles(actor), place, waiting(db.session(), actor), language())


@lru_cache(MOST_DRAWN)
def _drawn(whose: frozenset[str], place: Place, waits: Waiting, _language: str) -> Markup:
    """Drawn once for all who have the same kinds of rights on the same page, in one language, with as much waiting."""
    component = current_app.jinja_env.get_template("components/menu.html")
    return Markup(component.module.menu(menu(whose, place, waits)))  # type: ignore[attr-defined]


def footer() -> Markup:
    """The end of every page in HTML, which is the same for all readers."""
    return _footer(request.environ.get("SCRIPT_NAME", ""), language())


@lru_cache(MOST_DRAWN)
def _footer(_mounted_at: str, _language: str) -> Markup:
    component = current_app.jinja_env.get_template("components/footer.html")
    return Markup(component.module.footer(FOOTER))  # type: ignore[attr-defined]


def menu(whose: frozenset[str], place: Place, waits: Waiting) -> Menu:
    """The navigation of such a reader on a page. A group of one line needs no heading."""
    top: tuple[Entry, ...] = ()
    more: list[Entry | Group] = []
    groups = groups_of(whose)
    places = {line.endpoint for _, lines in groups for line in lines}
    here = place.endpoint if place.endpoint in places else f"{place.room}."
    for title, lines in groups:
        links = tuple(link_of(line, place, waits) for line in lines)
        if not title:
            top += links
        elif len(links) == 1:
            more += links
        else:
            more.append(Group(title, links, any(line.endpoint.startswith(here) for line in lines)))
    return Menu(top, tuple(more))


def circles(actor: Actor) -> frozenset[str]:
    """For whose lines this reader counts."""
    kinds: frozenset[str] = frozenset(grant.kind for grant in actor.grants)
    if not kinds.isdisjoint(STAFF):
        return kinds
    return kinds | ({PUBLIC, SUBJECT} if actor.subject_ids() else {PUBLIC})


@cache
def groups_of(whose: frozenset[str]) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """The groups with the lines of such a reader; a short menu is one group without a heading."""
    groups = [(title, tuple(_of(lines, whose))) for title, lines in MENU]
    is_short = sum(len(lines) for _, lines in groups) <= MOST_FLAT
    return tuple(("" if is_short else title, lines) for title, lines in groups if lines)


def _of(lines: Iterable[Line], whose: frozenset[str]) -> Iterable[Line]:
    return (line for line in lines if not whose.isdisjoint(line.who))


def link_of(line: Line, place: Place, waits: Waiting) -> Entry:
    """The link to a room on a page; nothing is counted where nothing waits."""
    count = getattr(waits, COUNTED[line.endpoint]) if line.endpoint in COUNTED else None
    return Entry(line.title, address(line.endpoint), place.endpoint == line.endpoint, count or None)
