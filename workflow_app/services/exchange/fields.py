"""The fields of the files that go out, as data: one table for each kind, in the order of the columns.

Commitments follow the list for their collection; the others take the codes of the national list of penalties (CF_) for what
it knows and codes of this platform (XF_ for repairs, MD_ for lists) for what it doesn't. Which column is filled from
where, and which can't be filled, is told in docs/exchange.md; a test holds both together.
"""

from dataclasses import dataclass

from ...domain.words import N_


@dataclass(frozen=True)
class Field:
    """One column: its code, its official name, and whether we can ever fill it."""

    code: str
    title: str
    is_filled: bool = True


COMMITMENTS, REPAIRS, LIST_ENTRIES, LIST_EXITS = "commitments", "repairs", "list_entries", "list_exits"
KINDS = {
    COMMITMENTS: N_("信用承诺"),
    REPAIRS: N_("信用修复"),
    LIST_ENTRIES: N_("名单列入"),
    LIST_EXITS: N_("名单移出"),
}
HOLDER = (
    Field("CF_XDR_MC", "行政相对人名称"),
    Field("CF_XDR_LB", "行政相对人类别"),
    Field("CF_XDR_SHXYM", "统一社会信用代码"),
    Field("CF_XDR_ZJLX", "自然人证件类型"),
    Field("CF_XDR_ZJHM", "自然人证件号码"),
)
SOURCE = (
    Field("CF_SJLY", "数据来源单位"),
    Field("CF_SJLYDM", "数据来源单位统一社会信用代码"),
    Field("BZ", "备注"),
)
ENTRY = (
    *HOLDER,
    Field("MD_MC", "名单名称"),
    Field("MD_LB", "名单类别"),
    Field("CF_WSH", "列入决定书文号"),
    Field("CF_JDRQ", "列入决定日期"),
    Field("CF_CFJG", "认定单位"),
    Field("CF_CFJGDM", "认定单位统一社会信用代码"),
    Field("MD_LRRQ", "列入日期"),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    COMMITMENTS: (
        Field("code", "承诺编码"),
        Field("subject_name", "承诺人名称"),
        Field("subject_category", "承诺人类别"),
        Field("subject_id", "承诺人代码"),
        Field("type", "承诺类型"),
        Field("reason", "承诺事由"),
        Field("content", "承诺内容"),
        Field("liability", "违诺责任"),
        Field("commitment_date", "承诺作出日期"),
        Field("valid_until", "承诺有效期"),
        Field("accept_unit", "承诺受理单位"),
        Field("accept_unit_uscc", "承诺受理单位代码"),
        Field("publication", "公开类型"),
        Field("remarks", "备注"),
        Field("fulfil_status", "承诺履行状态"),
        Field("unperformed", "未履行的承诺内容"),
        Field("liability_executed", "违诺责任追究内容"),
        Field("confirm_date", "履行状态认定日期"),
        Field("confirm_unit", "履行状态认定单位"),
        Field("confirm_unit_uscc", "履行状态认定单位代码"),
    ),
    REPAIRS: (
        *HOLDER,
        Field("XF_LB", "失信信息类别"),
        Field("CF_WSH", "行政处罚决定书文号"),
        Field("CF_WFXW", "违法行为类型"),
        Field("CF_CFLB", "处罚类别"),
        Field("CF_NR", "处罚内容"),
        Field("CF_JDRQ", "处罚决定日期"),
        Field("CF_YXQ", "处罚有效期", is_filled=False),
        Field("CF_GSJZQ", "公示截止期"),
        Field("CF_CFJG", "处罚机关"),
        Field("CF_CFJGDM", "处罚机关统一社会信用代码"),
        Field("XF_BH", "修复办件编号"),
        Field("XF_FS", "信用修复方式"),
        Field("XF_JDRQ", "修复决定日期"),
        Field("XF_GSRQ", "终止公示日期"),
        Field("XF_GXRQ", "停止共享日期"),
        Field("XF_CSRQ", "解除措施日期"),
        Field("XF_PJRQ", "更新评价日期"),
        Field("XF_WCRQ", "完成修复日期"),
        *SOURCE,
    ),
    LIST_ENTRIES: (
        *ENTRY,
        Field("CF_SY", "列入事由"),
        Field("CF_YJ", "列入依据"),
        Field("MD_CS", "惩戒或者激励措施"),
        Field("MD_JZRQ", "截止日期"),
        Field("MD_QD", "公布渠道"),
        *SOURCE,
    ),
    LIST_EXITS: (
        *ENTRY,
        Field("MD_YCRQ", "移出日期"),
        Field("MD_YCFS", "移出方式"),
        Field("MD_YCBH", "移出办件编号"),
        Field("MD_WCQK", "是否全部解除"),
        *SOURCE,
    ),
}
STANDARD_TYPES = {"ZMTD": "证明事项型", "ZDGS": "主动型"}
"""Where the list for the collection of commitments has another name for a type than the plan of the district."""
