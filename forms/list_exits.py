"""What a unit is asked about an entry on a list outside any case: a legal restriction, and the word of the head about it."""

from wtforms.validators import ValidationError

from forms.fields import HouseForm, LegalDay, OneOf, Paragraph, needed
from workflow_app.domain.words import N_, Sentence

RESTRICT, LIFT = "restrict", "lift"
WHAT = {RESTRICT: N_("记一个限制期"), LIFT: N_("解除现有的限制期")}
NOTE, REFUSE = "note", "refuse"
DECISIONS = {NOTE: N_("确认"), REFUSE: N_("不同意")}


class RestrictionForm(HouseForm):
    """Until when a legal restriction runs, why and by which provision; or that it is over."""

    what = OneOf(N_("要做什么"), WHAT, N_("请选择是记限制期，还是解除。"))
    until_on = LegalDay(N_("限制期的最后一日（解除时不填）"))
    because = Paragraph(N_("理由"), [needed(N_("请写明限制的内容，或者为什么解除。"))], most=240)
    basis = Paragraph(N_("法律依据"), [needed(N_("请写明依据的法律、法规，写到条款。"))], most=240)

    def validate_until_on(self, field: LegalDay) -> None:
        """A restriction has an end, and what is over has none."""
        if self.what.data == RESTRICT and field.data is None:
            raise ValidationError(Sentence(N_("请填写限制期的最后一日，也就是法律规定的限制届满之日。")))


class RestrictionDecisionForm(HouseForm):
    """The second person's word."""

    decision = OneOf(N_("您的意见"), DECISIONS, N_("请选择确认或者不同意。"))
    why = Paragraph(N_("不同意的理由"), most=500)
