"""What is asked when a credit report is issued or opened: for whom, for what, and how that user is reached.

Shape only: who may have a report issued is decided in `services.reports.reports`.
"""

from wtforms import BooleanField

from forms.fields import HouseForm, Line, needed
from workflow_app.domain.words import N_, Sentence


class ReportForm(HouseForm):
    """A report for one user and one purpose."""

    given_to = Line(
        N_("交给谁"),
        [needed(N_("请填写报告交给谁。自己留存的，填自己的名称。"))],
        most=100,
        description=Sentence(N_("写单位全称，印在报告上。自己留存的，填自己的名称。")),
    )
    purpose = Line(
        N_("用途"),
        [needed(N_("请填写报告的用途，例如“申请贷款”。"))],
        most=100,
        description=Sentence(N_("例如：申请贷款、参加投标、申请补贴。印在报告上。")),
    )
    contact = Line(
        N_("对方联系方式"),
        most=100,
        description=Sentence(
            N_("电话或者邮箱。不印在报告上，只有信用办能看到；以后报告里的信息有更正时，用来告知对方。")
        ),
    )


class WindowReportForm(ReportForm):
    """The same at the window, where a clerk answers for who came."""

    has_checked = BooleanField(
        Sentence(N_("已核对来人的身份证件；不是本人或者法定代表人的，已核对主体出具的授权委托书。")),
        [needed(N_("请核对来人的身份证件和授权，并勾选确认。"))],
    )


class WhyForm(HouseForm):
    """Why somebody opens the report of a natural person."""

    why = Line(
        N_("为什么打开"),
        [needed(N_("请写明为什么打开这份报告，例如“本人到窗口要求打印”。"))],
        most=100,
        description=Sentence(N_("自然人的信用报告，每次打开都记入审计记录。")),
    )
