"""What stands on the page for a field is what the library would write, letter by letter."""

import pytest
from markupsafe import Markup
from wtforms import BooleanField, FileField, HiddenField, IntegerField, RadioField
from wtforms.fields import SelectChoice
from wtforms.meta import DefaultMeta
from wtforms.widgets import TextArea, html_params

from forms import elements
from forms.fields import HouseForm, LegalDay, Line, Paragraph, Secret, needed

SAID = {"class": "input", "aria-describedby": "x-hint", "data_max": 3, "autofocus": True, "readonly": False}


class Asking(HouseForm):
    """One field of each kind."""

    name = Line("名称", [needed("请填写名称。")], most=20)
    reason = Paragraph("理由", [needed("请填写理由。")])
    day = LegalDay("日期")
    secret = Secret("密码")
    agreed = BooleanField("同意", default=True)
    count = IntegerField("件数")
    paper = FileField("材料")
    place = HiddenField(default="3")
    way = RadioField("方式", choices=[SelectChoice("a", "甲"), SelectChoice("b", "乙")], default="b")


def fields():
    """The fields of a filled form; of radios each choice."""
    form = Asking(data={"name": '海河"示范"<店>', "reason": "一\n二 & <三>"})
    return [*(field for field in form if field.name != "way"), *form["way"]]


@pytest.mark.parametrize("said", [{}, SAID, {"value": Markup('a"b')}, {"class_": "a&b'\"", "rows": 4}])
def test_every_field_is_written_as_the_library_writes_it(said):
    for own, theirs in zip(fields(), fields(), strict=True):
        if own.name == "reason":
            theirs.widget = TextArea()
        assert own(**said) == DefaultMeta().render_field(theirs, said)


@pytest.mark.parametrize("said", [{}, SAID, {"id": Markup('a"b'), "x": None, "for_": "<y>'\"&"}])
def test_attributes_are_written_as_the_library_writes_them(said):
    assert elements.attributes(**said) == html_params(**said)
