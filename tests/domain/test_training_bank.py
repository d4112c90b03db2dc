"""A file of questions: what is taken from it, and everything that keeps it out, line by line."""

import pytest

from workflow_app.domain.training_bank import Draft, answer_of, letters, read

HEAD = "题型,题目,选项A,选项B,选项C,答案,解析\n"
TOML = """
[[question]]
kind = "multiple"
asked = "哪些要先做到？"
options = ["纠正", "履行义务", "交钱"]
answer = ["A", "B"]

[[question]]
kind = "true_false"
asked = "培训是自愿的。"
answer = true
why = "不是修复的条件。"
"""


def told(bank):
    """Line, part and what is wrong."""
    return [(fault.line, fault.column, str(fault.problem)) for fault in bank.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_the_encodings_that_spreadsheets_write(encoding):
    text = (
        HEAD
        + "单选题,要交费吗？,要,不要,,B,不收费。\n\n判断题,培训是自愿的。,,,,对,\n多选,先做什么？,纠正,履行,交钱,a、b,\n"
    )
    assert read(text.encode(encoding), "题.csv").drafts == (
        Draft("single", "要交费吗？", ("要", "不要"), (1,), "不收费。"),
        Draft("true_false", "培训是自愿的。", ("对", "错"), (0,)),
        Draft("multiple", "先做什么？", ("纠正", "履行", "交钱"), (0, 1)),
    )


def test_a_semicolon_may_part_the_cells():
    assert len(read((HEAD + "单选题,要吗？,要,不要,,B,\n").replace(",", ";").encode(), "题.csv").drafts) == 1


def test_toml_is_read_too():
    assert read(TOML.encode(), "题.TOML").drafts == (
        Draft("multiple", "哪些要先做到？", ("纠正", "履行义务", "交钱"), (0, 1)),
        Draft("true_false", "培训是自愿的。", ("对", "错"), (0,), "不是修复的条件。"),
    )


def test_every_fault_is_told_at_once_with_its_line():
    rows = [
        "问答题,为什么？,一,二,,A,", "单选题,,要,不要,,A,", "单选题,一个选项？,要,,,A,", "单选题,没有答案？,要,不要,,,",
        "单选题,答案在外？,要,不要,,D,", "单选题,两个答案？,要,不要,,AB,", "多选题,一个答案？,要,不要,,A,", "判断题,怎样？,,,,也许,",
        "单选题,空了一格？,要,,不要,A,", "单选题,一样的？,要,要,,A,", "单选题,一样的？,要,不要,,A,",
    ]  # fmt: skip
    bank = read((HEAD + "\n".join(rows)).encode(), "题.csv")
    assert told(bank) == [
        (2, "题型", "题型没有写，或者不认识。"),
        (3, "题目", "题目是空的。"),
        (4, "选项", "选项不到两个。"),
        (5, "答案", "答案没有写，或者读不出来。"),
        (6, "答案", "答案里有不存在的选项。"),
        (7, "答案", "单选题有几个正确答案。"),
        (8, "答案", "多选题只有一个正确答案。"),
        (9, "答案", "答案没有写，或者读不出来。"),
        (10, "选项", "选项中间有空着的。"),
        (11, "选项", "有两个选项一样。"),
        (12, "题目", "和第 11 行是同一道题。"),
    ]


def test_a_fault_in_toml_has_the_line_of_its_question():
    assert told(read(TOML.replace('"A", "B"', '"A"').encode(), "题.toml")) == [
        (2, "答案", "多选题只有一个正确答案。")
    ]


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "1.csv", "文件里没有题目。请按模板填写后再导入。"),
        ("题目,答案\n一,A\n".encode(), "1.csv", "没有找到表头。第一行请写：题型,题目,选项A,选项B,选项C,选项D,答案,解析。"),
        (HEAD.encode(), "1.csv", "文件里没有题目。请按模板填写后再导入。"),
        (b"[[question]\n", "1.toml", "文件不是有效的 TOML。请检查引号和方括号是否成对。"),
        (b"question = 5\n", "1.toml", "文件里没有题目。请按模板填写后再导入。"),
        (b"a" * 1_000_001, "1.csv", "文件太大。题库文件最大 1 MB、1000 道题。请分成几个文件导入。"),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_read_says_what_to_do(content, name, sentence):
    assert [str(fault.sentence) for fault in read(content, name).faults] == [sentence]


def test_too_many_questions_are_refused_whole():
    rows = "".join(f"判断题,第 {n} 题,,,,对,\n" for n in range(1001))
    assert read((HEAD + rows).encode(), "题.csv").drafts == ()


def test_what_was_disarmed_for_a_spreadsheet_is_read_as_it_was_sent():
    (draft,) = read((HEAD + "单选题,选哪个？,'=1+1,二,,A,\n").encode(), "题.csv").drafts
    assert draft.options == ("=1+1", "二")


@pytest.mark.parametrize(
    ("kind", "written", "places"),
    [
        ("single", "b", (1,)), ("multiple", "ＡＣ", (0, 2)), ("multiple", "C, A, A", (0, 2)), ("single", "G", ()),
        ("true_false", "错误", (1,)), ("true_false", "是", ()), ("single", "", ()),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_people_write_it(kind, written, places):
    assert answer_of(kind, written) == places


def test_places_are_written_as_letters():
    assert letters((0, 2, 3)) == "ACD"
