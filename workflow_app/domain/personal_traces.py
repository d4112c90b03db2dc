"""Traces of natural persons in free text: what may not be shown when a penalty is published, found before it is.

Publishing a penalty hides a natural person's home address, contact, identity number, bank account, health and the
names of third persons (市场监督管理行政处罚信息公示规定第六条). A machine finds the usual shapes and never all; what it
finds blocks the release and is named. Names already hidden as 张某 or 张* are no traces. Codes of organisations stay.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from .identifiers import parse_citizen_id, parse_uscc
from .masking import HIDDEN
from .refusals import Refused
from .words import N_


class Personal(StrEnum):
    """The kinds of personal field."""

    CITIZEN_ID = "citizen_id"
    MOBILE = "mobile"
    EMAIL = "email"
    BANK_ACCOUNT = "bank_account"
    ADDRESS = "address"
    HEALTH = "health"
    NAME = "name"


TITLES = {
    Personal.CITIZEN_ID: N_("身份证号码"),
    Personal.MOBILE: N_("手机号"),
    Personal.EMAIL: N_("电子邮箱"),
    Personal.BANK_ACCOUNT: N_("银行账号"),
    Personal.ADDRESS: N_("家庭住址"),
    Personal.HEALTH: N_("健康状况"),
    Personal.NAME: N_("自然人姓名"),
}


@dataclass(frozen=True)
class Trace:
    """One place in a text; `start` and `end` count characters from 0, half-open."""

    kind: Personal
    start: int
    end: int


# Surnames that are also everyday words (应、向、于、安、常 …) are left out: they would block plain sentences.
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳鲍史"
    "唐费廉薛雷贺倪汤殷罗毕郝邬乐傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄米戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭"
    "梅盛林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房解丁邓洪包左石崔吉龚程邢裴陆翁荀甄封储靳段焦侯宁仇甘武刘景詹龙叶司黎溥白"
    "怀蒲邰索赖卓屠池乔闻党翟谭贡姬申扶冉宰桑桂牛寿扈燕冀尚庄晏柴瞿阎慕连易廖庾步耿弘寇东欧沃师巩聂晁勾敖融冷辛阚简饶"
    "曾丰游盖桓俟候佟付肖闫覃岳帅"
)
_COMPOUND = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|端木|南宫"
_NAME = rf"(?:(?:{_COMPOUND})(?![某×＊*])[一-龥㐀-䶿]{{1,2}}|[{SURNAMES}](?![某×＊*])[一-龥㐀-䶿]{{1,2}})"
_ROLES = (
    "消费者|投诉人|举报人|顾客|患者|病人|当事人|申请人|驾驶员|司机|证人|受害人|被害人|员工|职工|工人|从业人员|业主|住户|学员|学生|家长|"
    "负责人|经营者|联系人|经办人"
)
_STOP = r"(?=[，,。.；;、：:（(）)\s]|$|的|于|在|称|向|未|因|与|和|等|为|现|手机|电话|身份证|住|先生|女士|同志|投诉|举报|反映|申请|购买|就诊|签字|签名)"
_ID = r"(?<![0-9A-Za-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"

_SHAPES: tuple[tuple[Personal, re.Pattern[str]], ...] = (
    (Personal.CITIZEN_ID, re.compile(_ID)),
    (
        Personal.MOBILE,
        re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![0-9A-Za-z])"),
    ),
    (
        Personal.EMAIL,
        re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ),
    (
        Personal.BANK_ACCOUNT,
        re.compile(r"(?:银行|账号|帐号|账户|帐户|卡号)[^\d，。；,;]{0,12}(?P<trace>\d(?:[ -]?\d){11,22})"),
    ),
    (Personal.BANK_ACCOUNT, re.compile(r"(?<![0-9A-Za-z])62\d{14}(?:\d{3})?(?![0-9A-Za-z])")),
    (
        Personal.ADDRESS,
        re.compile(r"(?:家庭住址|家庭地址|户籍地址|户籍所在地|现住址|现住|住址)[:：为是在]?(?P<trace>[^，。；,;\s]{4,60})"),
    ),
    (
        Personal.ADDRESS,
        re.compile(r"[^，。；,;：:\s]{0,20}\d+(?:号楼|栋|幢)[^，。；,;\s]{0,4}?\d+(?:单元|门)\d*[^，。；,;\s]{0,2}?\d*(?:室|号)?"),
    ),
    (Personal.HEALTH, re.compile(r"(?:患有|确诊为|被诊断为|诊断为)[一-龥]{2,12}")),
    (Personal.NAME, re.compile(rf"(?:{_ROLES})[:：为是]?(?P<trace>{_NAME}){_STOP}")),
    (Personal.NAME, re.compile(rf"(?P<trace>{_NAME})(?=[，,（(]\s*(?:男|女)[，,）)])")),
    (Personal.NAME, re.compile(rf"(?P<trace>{_NAME})(?=先生|女士|[（(]?(?:公民)?身份(?:证|号码))")),
)  # fmt: skip


def traces(text: str, *, known_names: Iterable[str] = ()) -> tuple[Trace, ...]:
    """Every trace in `text`, in order. `known_names` are those of natural persons who must not stand in it."""
    found = sorted(
        {*_by_shape(text), *_by_name(text, known_names)}, key=lambda trace: (trace.start, -trace.end)
    )
    kept: list[Trace] = []
    for trace in found:
        if not kept or trace.start >= kept[-1].end:
            kept.append(trace)
    return tuple(kept)


def without_traces(text: str, *, known_names: Iterable[str] = ()) -> str:
    """The text with a fixed mark in the place of every trace, so that not even its length is told."""
    told, after = "", 0
    for trace in traces(text, known_names=known_names):
        told += text[after : trace.start] + HIDDEN
        after = trace.end
    return told + text[after:]


def _by_shape(text: str) -> Iterator[Trace]:
    for kind, shape in _SHAPES:
        for match in shape.finditer(text):
            part = "trace" if "trace" in shape.groupindex else 0
            if kind is not Personal.CITIZEN_ID or not _is_organisation(match[0]):
                yield Trace(kind, match.start(part), match.end(part))


def _is_organisation(number: str) -> bool:
    """Eighteen digits may also be the credit code of an organisation, which is public."""
    return _reads(parse_uscc, number) and not _reads(parse_citizen_id, number)


def _reads(parse: Callable[[str], str], number: str) -> bool:
    try:
        parse(number)
    except Refused:
        return False
    return True


def _by_name(text: str, names: Iterable[str]) -> Iterator[Trace]:
    for name in names:
        if len(name.strip()) >= 2:
            for match in re.finditer(re.escape(name.strip()), text):
                yield Trace(Personal.NAME, match.start(), match.end())
