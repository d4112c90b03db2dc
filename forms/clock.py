"""What is asked when somebody acts on the clock of a case: the reason, in words that those concerned will read."""

from forms.fields import HouseForm, Paragraph, needed
from workflow_app.domain.words import N_


def reason(sentence: str) -> Paragraph:
    """The field for the reason of an act on the clock."""
    return Paragraph(N_("理由（当事人会看到）"), [needed(sentence)], most=500)


class PauseForm(HouseForm):
    """What is waited for, say a test or an appraisal; the paper goes with it as a file."""

    clock_reason = reason(N_("请写明为什么暂停计时，例如委托了哪项检测、由谁承担。"))


class ResumeForm(HouseForm):
    """Why the clock runs again."""

    is_for_many = True

    clock_reason = reason(N_("请写明为什么恢复计时，例如检测结果何时收到。"))


class ExtendForm(HouseForm):
    """Why the case needs longer."""

    is_for_many = True

    clock_reason = reason(N_("请写明为什么需要延长，哪些核查还没有完成。"))


class RestartForm(HouseForm):
    """What was done again, so that the period starts anew."""

    clock_reason = reason(N_("请写明为什么重新起算，例如何时、以何种方式重新送达。"))
