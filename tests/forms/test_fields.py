"""The shared fields: what is mended, what is refused and with which words."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict
from wtforms.fields import IntegerField, SelectChoice, SelectField

from forms.fields import (
    CitizenNumber,
    CreditCode,
    Email,
    HouseForm,
    LegalDay,
    Line,
    Login,
    Mobile,
    OneTimeCode,
    Paragraph,
    Secret,
    fit_to_publish,
    needed,
)


class EveryField(HouseForm):
    """One of each."""

    line = Line("名称", [needed("请填写名称。")], most=10)
    paragraph = Paragraph("事实")
    day = LegalDay("日期")
    mobile = Mobile("手机号")
    email = Email("邮箱")
    login = Login("登录名")
    code = CreditCode("代码")
    citizen = CitizenNumber("身份证")
    one_time = OneTimeCode("验证码")
    secret = Secret("密码")
    count = IntegerField("件数")
    kind = SelectField("类型", choices=[SelectChoice("a", "甲"), SelectChoice("b", "乙")])


def filled(**typed):
    form = EveryField(MultiDict({"line": "甲", "kind": "a", "count": "1"} | typed))
    form.validate()
    return form


def errors(**typed):
    return [str(error) for found in filled(**typed).errors.values() for error in found]


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("line", "  𠮷㛃䶮 ", "𠮷㛃䶮"),
        ("line", "海河\u200b示范\ufeff", "海河示范"),
        ("paragraph", "第一行\r\n第二行\t完", "第一行\n第二行\t完"),
        ("day", "2026-09-18", date(2026, 9, 18)),
        ("day", "2026年9月18日", date(2026, 9, 18)),
        ("day", "２０２６/９/１８", date(2026, 9, 18)),
        ("day", "20260918", date(2026, 9, 18)),
        ("day", "", None),
        ("mobile", "+86 138-0000-0009", "13800000009"),
        ("login", " Zhang.San@A ", "zhang.san@a"),
        ("code", "9135 0100 m000 100y 43", "91350100M000100Y43"),
        ("citizen", "11010519491231002x", "11010519491231002X"),
        ("one_time", " 123 456 ", "123456"),
        ("secret", " a b ", " a b "),
    ],
)
def test_what_is_beyond_doubt_is_mended(name, typed, stored):
    form = filled(**{name: typed})
    assert form.errors == {}
    assert form[name].data == stored


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("line", "", "请填写名称。"),
        ("line", "   ", "请填写名称。"),
        ("line", "一二三四五六七八九十一", "“名称”最多 10 个字，现在有 11 个，请删去 1 个字。"),
        ("line", "张\u202e三", "“名称”的第 2 个字符看不见或无法识别，请删去它前后的内容重新输入。"),
        ("line", "张\n三", "“名称”的第 2 个字符看不见或无法识别，请删去它前后的内容重新输入。"),
        ("paragraph", "事实\x00", "“事实”的第 3 个字符看不见或无法识别，请删去它前后的内容重新输入。"),
        ("paragraph", "x" * 2001, "“事实”最多 2000 个字，现在有 2001 个，请删去 1 个字。"),
        ("day", "2026-02-30", "“2026-02-30”不是一个存在的日期。请按“2026-09-18”的样子填写年、月、日。"),
        ("day", "明天", "“明天”不是一个存在的日期。请按“2026-09-18”的样子填写年、月、日。"),
        ("day", "0026-09-18", "年份不在 1900 至 2199 之间，请核对年份的四位数字。"),
        ("mobile", "02212345678", "手机号应为 11 位数字，以 13 至 19 开头，请核对是否多写或漏写。"),
        ("email", "a@b", "电子邮箱的格式不对，应类似 name@example.com，请核对。"),
        ("code", "91350100M000100Y44", "统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。"),
        ("count", "1.5", "请填写整数，不要带小数点和单位。"),
        ("kind", "c", "这一项不在可选范围内，请从列出的选项中重新选择。"),
    ],
)
def test_what_is_wrong_is_told_with_the_way_to_mend_it(name, typed, sentence):
    assert errors(**{name: typed}) == [sentence]


def test_a_password_is_never_sent_back_to_the_page():
    assert "geheim" not in str(filled(secret="geheim")["secret"]())


def test_a_field_tells_the_browser_how_long_it_may_be():
    assert 'maxlength="10"' in str(filled()["line"]())


class PublishedForm(HouseForm):
    """Something that everybody will read."""

    what = Paragraph("责任", [fit_to_publish])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("责令限期改正。", []),
        (
            "联系 13800000001 催办。",
            ["“责任”从第 4 个字起像是手机号，会向社会公示。请删去，姓名可以写成“张某”。"],
        ),
    ],
)
def test_what_will_be_published_holds_no_personal_data(typed, said):
    form = PublishedForm(MultiDict({"what": typed}))
    form.validate()
    assert [str(error) for error in form.what.errors] == said
