"""What the figures about objections ask: the period. Shape only; both days belong to it."""

from wtforms.fields import Field
from wtforms.validators import ValidationError

from forms.fields import HouseForm, LegalDay, needed
from workflow_app.domain.words import N_, Sentence


class PeriodForm(HouseForm):
    """From the one day to the other."""

    since = LegalDay(N_("提出日期自"), [needed(N_("请填写从哪一天起，例如 2026-01-01。"))])
    until = LegalDay(N_("至（含当天）"), [needed(N_("请填写到哪一天止，例如 2026-12-31。"))])

    def validate_until(self, field: Field) -> None:
        """The period does not end before it begins."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(Sentence(N_("结束的日期早于开始的日期，请对调或者改正。")))
