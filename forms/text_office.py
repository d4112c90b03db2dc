"""What the pages of texts ask: on which day. Read by GET, so that the answer has an address of its own."""

from forms.fields import HouseForm, LegalDay
from workflow_app.domain.words import N_


class OnDayForm(HouseForm):
    """The day for which a text is looked up; none means today."""

    on = LegalDay(N_("在哪一天出具"))
