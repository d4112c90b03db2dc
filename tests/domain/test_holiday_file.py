"""A holiday file is read whole or refused whole, with every line that is wrong and how to mend it."""

import json
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_app.domain import holiday_csv, holiday_file
from workflow_app.domain.calendar import Notice, built_in_notices
from workflow_app.domain.holiday_faults import BadFile

GOOD = """\
# year: 2027
# source: 国办发明电〔2026〕0 号（示例）
day,kind,name
2027-01-01..2027-01-03,off,元旦
2027-02-05..2027-02-11,off,春节
2027-01-30,working,
2027-02-20,working,
2027-04-03..2027-04-05,off,清明节
2027-05-01..2027-05-05,off,劳动节
2027-05-08,working,
2027-06-09,off,端午节
2027-09-15,off,中秋节
2027-10-01..2027-10-07,off,国庆节
2027-09-26,working,
2027-10-09,working,
"""
NOTICE = Notice(
    year=2027,
    off={
        date(2027, 1, 1): "元旦", date(2027, 1, 2): "元旦", date(2027, 1, 3): "元旦",
        date(2027, 2, 5): "春节", date(2027, 2, 6): "春节", date(2027, 2, 7): "春节", date(2027, 2, 8): "春节",
        date(2027, 2, 9): "春节", date(2027, 2, 10): "春节", date(2027, 2, 11): "春节",
        date(2027, 4, 3): "清明节", date(2027, 4, 4): "清明节", date(2027, 4, 5): "清明节",
        date(2027, 5, 1): "劳动节", date(2027, 5, 2): "劳动节", date(2027, 5, 3): "劳动节",
        date(2027, 5, 4): "劳动节", date(2027, 5, 5): "劳动节",
        date(2027, 6, 9): "端午节", date(2027, 9, 15): "中秋节",
        date(2027, 10, 1): "国庆节", date(2027, 10, 2): "国庆节", date(2027, 10, 3): "国庆节",
        date(2027, 10, 4): "国庆节", date(2027, 10, 5): "国庆节", date(2027, 10, 6): "国庆节",
        date(2027, 10, 7): "国庆节",
    },
    working=frozenset(
        {
            date(2027, 1, 30), date(2027, 2, 20), date(2027, 5, 8), date(2027, 9, 26), date(2027, 10, 9),
        }
    ),
    source="国办发明电〔2026〕0 号（示例）",
)  # fmt: skip


def told(content, name="2027.csv"):
    """What is said about a file that is refused: the line and the sentence of each fault."""
    if isinstance(content, str):
        content = content.encode("utf-8")
    with pytest.raises(BadFile) as refused:
        holiday_file.read(content, name)
    return [(fault.line, str(fault.sentence)) for fault in refused.value.faults]


def with_lines(*lines):
    """The good file with further lines, from line 16 on."""
    return GOOD + "\n".join(lines) + "\n"


def test_a_file_is_read_as_it_was_typed():
    assert holiday_file.read(GOOD.encode("utf-8"), "2027.csv") == NOTICE


def test_the_mark_of_a_chinese_spreadsheet_and_its_line_ends_do_not_matter():
    assert holiday_file.read(GOOD.replace("\n", "\r\n").encode("utf-8-sig"), "2027.csv") == NOTICE


def test_a_file_that_a_chinese_spreadsheet_wrote_is_read():
    rows = GOOD.replace("# year: 2027", "# 年份：2027年,,").replace("# source: ", "#来源：")
    rows = rows.replace("day,kind,name", "日期,类别,名称").replace("off", "放假").replace("working", "上班")
    rows = rows.replace("2027-02-20", "2027/2/20").replace("2027-05-08", "2027年5月8日") + ",,\n"
    assert holiday_file.read(rows.encode("utf-8-sig"), "2027.csv") == NOTICE


def test_days_may_be_copied_from_the_words_of_the_notice():
    rows = GOOD.replace("2027-02-05..2027-02-11", "2月5日（除夕、周五）至11日（周四）")
    rows = rows.replace("2027-01-30,", "1月30日（周六）,").replace(
        "2027-10-01..2027-10-07", "10月1日至10月7日"
    )
    assert holiday_file.read(rows.encode("utf-8"), "2027.csv") == NOTICE


def test_columns_may_stand_in_any_order_and_remarks_are_passed_over():
    rows = ["# year: 2027", "# 草稿", f"# source: {NOTICE.source}", "kind,day,name"]
    rows += [f"off,{day},{name}" for day, name in NOTICE.off.items()]
    rows += [f"working,{day}" for day in NOTICE.working]
    assert holiday_file.read("\n".join(rows).encode("utf-8"), "2027.csv") == NOTICE


def test_the_same_notice_is_read_from_json():
    days = [{"day": day.isoformat(), "kind": "off", "name": name} for day, name in NOTICE.off.items()]
    days += [{"day": day.isoformat(), "kind": "working"} for day in NOTICE.working]
    text = json.dumps({"year": 2027, "source": NOTICE.source, "days": days}, ensure_ascii=False)
    assert holiday_file.read(text.encode("utf-8"), "2027.json") == NOTICE
    assert holiday_file.read(text.encode("utf-8-sig"), "uploaded") == NOTICE


def test_the_open_holiday_data_is_read_as_it_is_published():
    days = [{"name": name, "date": day.isoformat(), "isOffDay": True} for day, name in NOTICE.off.items()]
    days += [{"name": "调休", "date": day.isoformat(), "isOffDay": False} for day in NOTICE.working]
    text = json.dumps({"$schema": "https://…", "year": 2027, "papers": [NOTICE.source], "days": days})
    assert holiday_file.read(text.encode("utf-8"), "2027.json") == NOTICE


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2027-10-08,of,国庆节", "不认识的类别“of”。请写 off（放假）或 working（上班）。"),
        (
            "2027-02-30,off,春节",
            "“2027-02-30”不是一个存在的日期。请写成 2027-02-05，连续几天写成 2027-02-05..2027-02-12。",
        ),
        (
            "2027-07-09..2027-07-05,off,校庆",
            "从 2027 年 7 月 9 日到 2027 年 7 月 5 日不对：先写前一天，再写后一天，一段最多 31 天。",
        ),
        (
            "2027-07-01..2027-08-01,off,校庆",
            "从 2027 年 7 月 1 日到 2027 年 8 月 1 日不对：先写前一天，再写后一天，一段最多 31 天。",
        ),
        ("2027-06-09,off,端午节", "2027 年 6 月 9 日在第 11 行已经写过。请删去其中一行。"),
        (
            "2027-04-04,working,",
            "2027 年 4 月 4 日既写了放假又写了上班（见第 8 行）。请按通知只留一种。",
        ),
        (
            "2026-12-31,off,元旦",
            "2026 年 12 月 31 日不是 2027 年的日子。请把它写进 2026 年自己的版本。",
        ),
        (
            "2027-07-05,working,",
            "2027 年 7 月 5 日不是周末，本来就上班，不必写成调休上班。请核对日期，或删去这一行。",
        ),
        (
            "2027-10-11..2027-10-12,off,国庆节",
            "“国庆节”中间断开：2027 年 10 月 8 日至 2027 年 10 月 10 日没有写。请补上，或改正日期、名称。",
        ),
        (
            "2027-06-11,off,端午节",
            "“端午节”中间断开：2027 年 6 月 10 日没有写。请补上，或改正日期、名称。",
        ),
        (
            "2027-07-05,off",
            "2027 年 7 月 5 日放假，但没有写节日名称。请在 name 一栏写上，例如“国庆节”。",
        ),
        (
            "2027-07-05,off,校\u202e庆",
            "2027 年 7 月 5 日的节日名称不能用。请写通知里的名称，不超过 40 个字，不含看不见的字符。",
        ),
        ("2027-07-05,off,校庆,又一栏", "这一行比表头多了几栏。名称里有逗号的，请用英文双引号括起来。"),
        ("# year: 2028", "“year”写了两次。请只留一行。"),
    ],
)
def test_a_wrong_line_is_told_with_its_number_and_how_to_mend_it(line, sentence):
    found = told(with_lines(line))
    assert (16, sentence) in found


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_lines():
    found = told(with_lines("2026-12-31,off,元旦", "2027-07-05,working", "x,y,z"))
    assert [line for line, _ in found] == [16, 17, 18, 18]


def test_a_statutory_day_that_is_missing_is_named():
    found = told(GOOD.replace("2027-05-01..2027-05-05", "2027-05-01,off,劳动节\n2027-05-03..2027-05-05"))
    assert (
        0,
        "缺少法定节日 2027 年 5 月 2 日（劳动节）。《全国年节及纪念日放假办法》规定这一天放假，请补上一行。",
    ) in found


def test_a_year_before_the_law_of_2024_is_not_held_to_its_days():
    text = "# year: 2024\n# source: 国办发明电\nday,kind,name\n2024-02-10..2024-02-17,off,春节\n"
    assert holiday_file.read(text.encode("utf-8"), "2024.csv").year == 2024


def test_a_holiday_at_the_end_of_december_belongs_to_the_next_new_year():
    text = with_lines("2027-12-31,off,元旦")
    assert date(2027, 12, 31) in holiday_file.read(text.encode("utf-8"), "2027.csv").off


def test_a_day_off_for_a_reason_of_its_own_may_come_twice():
    text = with_lines("2027-07-05,off,临时放假", "2027-08-09,off,临时放假")
    assert len(holiday_file.read(text.encode("utf-8"), "2027.csv").off) == 29


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [(0, "文件是空的。请写上年份、来源和每个放假、上班的日子。")]),
        (b"\xef\xbb\xbf \r\n", [(0, "文件是空的。请写上年份、来源和每个放假、上班的日子。")]),
        (
            GOOD.encode("gb18030"),
            [
                (
                    2,
                    "文件像是 GB18030（GBK）编码，从这一行起读不出来。请另存为 UTF-8（表格软件里选“CSV UTF-8”）。",
                )
            ],
        ),
        (
            GOOD.encode("utf-16"),
            [(1, "文件是 UTF-16 编码，读不出来。请另存为 UTF-8（表格软件里选“CSV UTF-8”）。")],
        ),
        (
            GOOD.encode("utf-16-le"),
            [(1, "文件是 UTF-16 编码，读不出来。请另存为 UTF-8（表格软件里选“CSV UTF-8”）。")],
        ),
        (
            GOOD.encode("utf-8") + b"2027-07-05,off,\xff\xff\n",
            [(16, "文件不是 UTF-8 编码，读不出来。请另存为 UTF-8（表格软件里选“CSV UTF-8”）。")],
        ),
        (
            b"PK\x03\x04" + b"\0" * 30,
            [(0, "这是电子表格文件，不能直接读取。请在表格软件里另存为“CSV UTF-8”再上传。")],
        ),
        (
            b"x" * 65537,
            [(0, "文件超过 64 KB。一年的放假安排只有几十行，请核对是否选错了文件。")],
        ),
    ],
)
def test_what_is_no_text_of_ours_is_refused(content, found):
    assert told(content) == found


def test_year_and_source_must_be_there():
    assert told("day,kind,name\n2027-07-05,off,校庆\n") == [
        (0, "没有写年份。请在文件开头加一行，例如：# year: 2027"),
        (0, "没有写来源。请在文件开头加一行，写明通知的名称、文号或网址：# source: …"),
    ]


@pytest.mark.parametrize("year", ["27", "二〇二七", "1999", "2300", "2027-2028"])
def test_a_year_is_four_digits(year):
    found = told(GOOD.replace("# year: 2027", f"# year: {year}"))
    assert (1, f"年份“{year}”不对。请写 2004 到 2199 之间的四位数字。") in found


def test_unknown_columns_are_named_and_nothing_is_guessed_from_them():
    assert told("# year: 2027\n# source: 示例\ndate of day,kind,name\n2027-07-05,off,校庆\n") == [
        (3, "不认识的栏目“date of day”。表头应是 day,kind,name（或：日期,类别,名称），用英文逗号分开。")
    ]
    assert told("# year: 2027\n# source: 示例\nday,kind\n2027-07-05,off\n") == [
        (3, "表头应有 day、kind、name 三栏（或：日期、类别、名称），每栏一次。")
    ]
    assert told("# year: 2027\n# source: 示例\n") == [(0, "没有表头。请在日期前面写一行：day,kind,name")]
    assert told("# year: 2027\n# source: 示例\nday,kind,name\n") == [
        (0, "文件里没有日子。请按通知写上每个放假和调休上班的日子。")
    ]


def test_a_fault_in_json_names_the_line_of_its_day():
    text = '{\n"year": 2024, "source": "示例",\n"days": [\n{"day": "2024-01-01", "kind": "off", "name": "元旦"},\n'
    text += '{"day": "2024-01-32", "kind": "off", "name": "元旦"},\n{"tag": 1}, 3]\n}'
    assert [line for line, _ in told(text, "2024.json")] == [5, 6, 6, 6, 6]


@pytest.mark.parametrize("text", ['{"year": 2027,}', "[", '{"year": 2027', '{"a": ' + "[" * 20000])
def test_json_that_is_none_is_refused_with_its_line(text):
    assert told(text, "2027.json") == [
        (1, "从这里起不是 JSON。请检查引号、逗号和括号是否成对，最后一项后面不要逗号。")
    ]


@pytest.mark.parametrize("text", ["[]", "3", '{"year": 2027}', '{"days": {}}'])
def test_json_of_another_shape_is_refused(text):
    assert told(text, "2027.json") == [
        (1, "JSON 应是一个对象，写明 year、source 和 days（日子的列表）。请按说明里的例子修改。")
    ]


def test_a_json_key_written_twice_is_refused():
    assert told('{"year": 2026, "year": 2027, "days": []}', "2027.json") == [
        (0, "“year”写了两次。请只留一行。")
    ]


def test_a_notice_is_written_as_a_file_with_runs_of_days():
    assert holiday_csv.write(NOTICE) == (
        "# year: 2027\n# source: 国办发明电〔2026〕0 号（示例）\nday,kind,name\n"
        "2027-01-01..2027-01-03,off,元旦\n2027-01-30,working,\n2027-02-05..2027-02-11,off,春节\n"
        "2027-02-20,working,\n2027-04-03..2027-04-05,off,清明节\n2027-05-01..2027-05-05,off,劳动节\n"
        "2027-05-08,working,\n2027-06-09,off,端午节\n2027-09-15,off,中秋节\n2027-09-26,working,\n"
        "2027-10-01..2027-10-07,off,国庆节\n2027-10-09,working,\n"
    )


@pytest.mark.parametrize("notice", built_in_notices()[-3:], ids=lambda notice: str(notice.year))
def test_a_built_in_notice_survives_writing_and_reading(notice):
    assert holiday_file.read(holiday_csv.write(notice).encode("utf-8"), "x.csv") == notice


PLACES = st.lists(st.integers(0, 364), max_size=8)
NAMES = st.text("校庆 ,\"'#：-x", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(PLACES, NAMES)
def test_whatever_is_entered_is_read_again_as_it_was(places, name):
    """Writing and reading lose nothing, whatever the extra days off and their name."""
    extra = {date(2027, 1, 1) + timedelta(days=place): name for place in places}
    extra = {
        day: name for day, name in extra.items() if day not in NOTICE.off | dict.fromkeys(NOTICE.working)
    }
    notice = Notice(2027, {**NOTICE.off, **extra}, NOTICE.working, NOTICE.source)
    assert holiday_file.read(holiday_csv.write(notice).encode("utf-8"), "x.csv") == notice


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_is_uploaded_is_read_or_refused(content):
    with suppress(BadFile):
        holiday_file.read(content, "x.csv")
