"""What is asked when somebody proposes to revoke or replace a document, and of the second person who decides.

Shape only: whether the document may end, for which reasons and by whom, is judged by `services.documents.proposals`.
"""

from collections.abc import Mapping

from wtforms import HiddenField
from wtforms.fields import SelectChoice

from forms.fields import HouseForm, OneOf, Paragraph, needed
from workflow_app.domain.words import N_, Sentence


class EndForm(HouseForm):
    """Why a document is to be revoked or replaced. Which reasons there are is filled in at the edge with `offer`."""

    reason = OneOf(N_("原因"), {}, N_("请选择原因，核验这份文书的人会看到。"))
    why = Paragraph(
        N_("具体理由"), [needed(N_("请写明具体理由，持有人会原样看到。"))], most=500,
        description=Sentence(N_("原样告诉持有人和确认的人，不对外公开。写明事实和凭据。")),
    )  # fmt: skip

    def offer(self, titles: Mapping[str, str]) -> "EndForm":
        """The reasons to choose from, by their codes."""
        self.reason.choices = [SelectChoice(code, Sentence(title)) for code, title in titles.items()]
        return self


class DecisionForm(HouseForm):
    """The second person's word; `seen` is the sign of the new certificate that was shown."""

    seen = HiddenField()
    why = Paragraph(
        N_("不同意的理由"), most=500, description=Sentence(N_("同意的不用填写。提出的人会看到。"))
    )
