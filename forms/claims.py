"""What a head is asked: whether the unit shares out what comes in. To whom a case is given is asked as for many cases."""

from forms.fields import HouseForm, OneOf
from workflow_app.domain.words import N_

SHARING = {"yes": N_("自动分办"), "no": N_("不自动分办，由同事领取或由我分办")}


class SharingForm(HouseForm):
    """Whether cases are shared out."""

    sharing = OneOf(N_("新到的办件怎样分给经办人"), SHARING, N_("请选择是否自动分办。"))
