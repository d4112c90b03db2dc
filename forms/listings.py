"""What is asked to begin a listing: which list, and the code and the name of the subject. The lists are the edge's."""

from collections.abc import Mapping

from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from forms.fields import HouseForm, Line, needed, parsed_by, tidy_code
from workflow_app.domain.identifiers import parse_code
from workflow_app.domain.words import N_, Sentence

CHOOSE = N_("请选择列入哪个名单。")


class StartForm(HouseForm):
    """The list and the subject; both stay as they are once the draft is open."""

    list_key = RadioField(Sentence(N_("列入哪个名单")), [InputRequired(Sentence(CHOOSE))], choices=[])
    code = Line(
        N_("统一社会信用代码（个人填身份证号码）"),
        [needed(N_("请填写代码。只有名称、没有代码的，不能列入名单。")), parsed_by(parse_code)],
        most=60,
        filters=(tidy_code,),
        description=Sentence(N_("照营业执照或者处罚决定书逐位填写，系统会核对校验码。")),
    )
    name = Line(
        N_("主体名称（个人填姓名）"),
        [needed(N_("请填写主体名称，要与代码登记的名称完全一致。"))],
        description=Sentence(N_("填写登记的全称。名称和代码都对得上，才能开始办理。")),
    )

    def offer(self, lists: Mapping[str, str]) -> None:
        """The lists by key and name; where there is only one it stands chosen."""
        self["list_key"].choices = [SelectChoice(key, name) for key, name in lists.items()]
        if len(lists) == 1 and not self["list_key"].raw_data:
            self["list_key"].data = next(iter(lists))
