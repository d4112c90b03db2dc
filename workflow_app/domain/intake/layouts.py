"""The columns of the two tables, as data: 行政处罚 (CF_*) and 行政许可 (XK_*).

Codes and widths are those seen in working platforms of 双公示, stars too; the national notice's own list of lengths
and required columns is to be confirmed (待核实). For licences no stars were seen: what a licence cannot be without is
required. Names of the 2016 tables are still recognised.
"""

from .columns import Column, Kind, Layout

_NAME, _LONG = 200, 10_000


def _subject(prefix: str) -> tuple[Column, ...]:
    """Whom a decision concerns: the same columns in both tables."""
    xdr = f"{prefix}_XDR_"
    return (
        Column(xdr + "MC", "行政相对人名称", Kind.TEXT, True, _NAME, (f"{prefix}_XDR",)),
        Column(
            xdr + "LB", "行政相对人类别", Kind.SUBJECT, True, 100, (f"{prefix}_XDR_TYPE", "行政相对人类型")
        ),
        Column(xdr + "SHXYM", "行政相对人代码_1(统一社会信用代码)", Kind.UNIT_CODE, False, 18,
               ("统一社会信用代码", "相对人代码_1", "行政相对人代码_1", "相对人统一社会信用代码")),
        Column(xdr + "GSZC", "行政相对人代码_2(工商注册号)", Kind.TEXT, False, 50,
               (f"{prefix}_XDR_GSDJ", "工商注册号", "工商登记码", "行政相对人代码_2")),
        Column(xdr + "ZZJG", "行政相对人代码_3(组织机构代码)", Kind.TEXT, False, 32,
               (f"{prefix}_XDR_ZDM", "组织机构代码", "行政相对人代码_3")),
        Column(xdr + "SWDJ", "行政相对人代码_4(税务登记号)", Kind.TEXT, False, 32,
               ("税务登记号", "行政相对人代码_4")),
        Column(xdr + "SYDW", "行政相对人代码_5(事业单位证书号)", Kind.TEXT, False, 120,
               ("事业单位证书号", "行政相对人代码_5")),
        Column(xdr + "SHZZ", "行政相对人代码_6(社会组织登记证号)", Kind.TEXT, False, 50,
               ("社会组织登记证号", "行政相对人代码_6")),
        Column(f"{prefix}_FRDB", "法定代表人", Kind.TEXT, False, 50,
               (f"{prefix}_FR", f"{prefix}_FDDB", "法定代表人姓名")),
        Column(f"{prefix}_FR_ZJLX", "法定代表人证件类型", Kind.TEXT, False, 64),
        Column(f"{prefix}_FR_ZJHM", "法定代表人证件号码", Kind.TEXT, False, 64,
               (f"{prefix}_FR_SFZH", "法定代表人身份证号", "法定代表人身份证号码")),
        Column(xdr + "ZJLX", "自然人证件类型", Kind.TEXT, False, 64, ("证件类型",)),
        Column(xdr + "ZJHM", "自然人证件号码", Kind.TEXT, False, 64,
               (f"{prefix}_XDR_SFZ", "证件号码", "自然人身份证号", "居民身份证号")),
    )  # fmt: skip


PENALTIES = Layout(
    "行政处罚",
    (
        *_subject("CF"),
        Column("CF_WSH", "行政处罚决定书文号", Kind.TEXT, True, 128, ("处罚决定书文号", "决定书文号")),
        Column("CF_WFXW", "违法行为类型", Kind.TEXT, True, 4000),
        Column("CF_SY", "违法事实", Kind.TEXT, True, _LONG, ("处罚事由",)),
        Column("CF_YJ", "处罚依据", Kind.TEXT, True, _LONG),
        Column("CF_CFLB", "处罚类别", Kind.PENALTY_KINDS, True, 400, ("CF_CFLB1", "处罚种类")),
        Column("CF_NR", "处罚内容", Kind.TEXT, True, _LONG, ("CF_JG", "处罚结果")),
        Column("CF_NR_FK", "罚款金额（万元）", Kind.AMOUNT, False, 40, ("罚款金额",)),
        Column("CF_NR_WFFF", "没收违法所得、没收非法财物的金额（万元）", Kind.AMOUNT, False, 40,
               ("没收违法所得、没收非法财物的金额",)),
        Column("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", Kind.TEXT, False, 200),
        Column("CF_JDRQ", "处罚决定日期", Kind.DAY, True, 40),
        Column("CF_YXQ", "处罚有效期", Kind.LAST_DAY, True, 40),
        Column("CF_GSJZQ", "公示截止期", Kind.DAY, False, 40, ("公示截止日期",)),
        Column("CF_CFJG", "处罚机关", Kind.TEXT, True, _NAME, ("CF_XZJG",)),
        Column("CF_CFJGDM", "处罚机关统一社会信用代码", Kind.UNIT_CODE, True, 18),
        Column("CF_SJLY", "数据来源单位", Kind.TEXT, True, _NAME),
        Column("CF_SJLYDM", "数据来源单位统一社会信用代码", Kind.UNIT_CODE, True, 18),
        Column("BZ", "备注", Kind.TEXT, False, 4000),
    ),
)  # fmt: skip

LICENCES = Layout(
    "行政许可",
    (
        *_subject("XK"),
        Column("XK_XKWS", "行政许可决定文书名称", Kind.TEXT, False, 64, ("许可决定文书名称", "XK_XMMC")),
        Column("XK_WSH", "行政许可决定文书号", Kind.TEXT, True, 128, ("行政许可决定书文号", "许可决定文书号")),
        Column("XK_XKLB", "许可类别", Kind.TEXT, True, 256, ("XK_SPLB", "审批类别")),
        Column("XK_XKZS", "许可证书名称", Kind.TEXT, False, 64),
        Column("XK_XKBH", "许可编号", Kind.TEXT, False, 64, ("许可证编号",)),
        Column("XK_NR", "许可内容", Kind.TEXT, True, 4000),
        Column("XK_JDRQ", "许可决定日期", Kind.DAY, True, 40),
        Column("XK_YXQZ", "有效期自", Kind.DAY, False, 40),
        Column("XK_YXQZI", "有效期至", Kind.LAST_DAY, True, 40, ("XK_JZQ", "许可截止期")),
        Column("XK_XKJG", "许可机关", Kind.TEXT, True, _NAME, ("XK_XZJG",)),
        Column("XK_XKJGDM", "许可机关统一社会信用代码", Kind.UNIT_CODE, True, 18),
        Column("XK_ZT", "当前状态", Kind.TEXT, False, 16),
        Column("XK_LYDW", "数据来源单位", Kind.TEXT, True, _NAME),
        Column("XK_LYDWDM", "数据来源单位统一社会信用代码", Kind.UNIT_CODE, True, 18),
        Column("BZ", "备注", Kind.TEXT, False, 4000),
    ),
)  # fmt: skip
