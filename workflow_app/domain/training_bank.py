"""The questions of a bank: what one must be, and a file of them read with everything that is wrong in it.

A file is CSV (one question a line, answers as letters) or TOML (`[[question]]` tables). It is taken whole or not at all,
so all faults are told at once, each with its line. Nothing is mended silently: a wrong answer key fails honest people.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .intake import delimited
from .intake.faults import Fault, Unreadable
from .intake.formulas import as_sent
from .refusals import Refused
from .words import N_, Sentence

KINDS = {"single": N_("单选题"), "multiple": N_("多选题"), "true_false": N_("判断题")}
RIGHT, WRONG = "对", "错"
LETTERS = "ABCDEF"
FEWEST_OPTIONS = 2
LONGEST, LONGEST_OPTION, MOST_QUESTIONS, MOST_BYTES = 1000, 300, 1000, 1_000_000

TITLES = {
    "kind": N_("题型"),
    "asked": N_("题目"),
    "options": N_("选项"),
    "answer": N_("答案"),
    "why": N_("解析"),
}
COLUMNS = {"题型": "kind", "题目": "asked", "答案": "answer", "解析": "why"} | {
    f"选项{letter}": f"option_{letter.lower()}" for letter in LETTERS
}
KIND_WORDS = {
    "单选题": "single", "单选": "single", "多选题": "multiple", "多选": "multiple", "判断题": "true_false", "判断": "true_false",
}  # fmt: skip
NO_HEADER = N_("没有找到表头。"), N_("第一行请写：题型,题目,选项A,选项B,选项C,选项D,答案,解析。")
TOO_LARGE = N_("文件太大。题库文件最大 1 MB、1000 道题。"), N_("请分成几个文件导入。")
UNREADABLE = N_("文件里的文字读不出来。"), N_("请用表格软件打开后另存为“CSV UTF-8”，再重新导入。")
NO_TOML = N_("文件不是有效的 TOML。"), N_("请检查引号和方括号是否成对。")
EMPTY = N_("文件里没有题目。"), N_("请按模板填写后再导入。")
AGAIN = N_("改好以后请再选一次文件。")


@dataclass(frozen=True)
class Draft:
    """A question as it was written. `answer` holds the places of the right options, counted from 0."""

    kind: str
    asked: str
    options: tuple[str, ...]
    answer: tuple[int, ...]
    why: str = ""


@dataclass(frozen=True)
class Bank:
    """What a file held: the questions, or everything that keeps it out."""

    drafts: tuple[Draft, ...]
    faults: tuple[Fault, ...]


def problems(draft: Draft) -> Iterator[tuple[str, Sentence, Sentence]]:
    """Everything wrong with one question: the part it is about, what is wrong, and how to mend it."""
    if draft.kind not in KINDS:
        yield "kind", Sentence(N_("题型没有写，或者不认识。")), Sentence(N_("请写单选题、多选题或者判断题。"))
    if not draft.asked:
        yield "asked", Sentence(N_("题目是空的。")), Sentence(N_("请写上题目。"))
    yield from _too_long(draft)
    yield from _bad_options(draft)
    if draft.kind in KINDS:
        yield from _bad_answer(draft)


def _too_long(draft: Draft) -> Iterator[tuple[str, Sentence, Sentence]]:
    texts = [("asked", draft.asked, LONGEST), ("why", draft.why, LONGEST)]
    texts += [("options", option, LONGEST_OPTION) for option in draft.options]
    for part, text, most in texts:
        if len(text) > most:
            told = Sentence(N_("有 %(count)s 个字，最多 %(most)s 个字。"), count=len(text), most=most)
            yield part, told, Sentence(N_("请缩短。"))
        if any(not sign.isprintable() and sign != "\n" for sign in text):
            yield part, Sentence(N_("里面有看不见的字符。")), Sentence(N_("请删去后重新输入。"))


def _bad_options(draft: Draft) -> Iterator[tuple[str, Sentence, Sentence]]:
    if draft.kind == "true_false":
        return
    if len(draft.options) < FEWEST_OPTIONS:
        yield "options", Sentence(N_("选项不到两个。")), Sentence(N_("请至少写选项 A 和选项 B。"))
    if len(draft.options) > len(LETTERS):
        yield "options", Sentence(N_("选项超过六个。")), Sentence(N_("请合并或者删去一些，最多到选项 F。"))
    if any(not option for option in draft.options):
        yield (
            "options",
            Sentence(N_("选项中间有空着的。")),
            Sentence(N_("请从选项 A 起依次填写，中间不要空。")),
        )
    filled = [option for option in draft.options if option]
    if len(set(filled)) < len(filled):
        yield "options", Sentence(N_("有两个选项一样。")), Sentence(N_("请改掉其中一个。"))


def _bad_answer(draft: Draft) -> Iterator[tuple[str, Sentence, Sentence]]:
    if not draft.answer:
        how = (
            N_("请写“对”或者“错”。")
            if draft.kind == "true_false"
            else N_("请写选项的字母，例如 B 或者 ACD。")
        )
        yield "answer", Sentence(N_("答案没有写，或者读不出来。")), Sentence(how)
    elif any(place >= len(draft.options) for place in draft.answer):
        yield "answer", Sentence(N_("答案里有不存在的选项。")), Sentence(N_("请核对答案的字母和选项。"))
    elif draft.kind == "multiple" and len(draft.answer) < FEWEST_OPTIONS:
        told = N_("多选题只有一个正确答案。")
        yield "answer", Sentence(told), Sentence(N_("请补上其他正确的选项，或者改成单选题。"))
    elif draft.kind != "multiple" and len(draft.answer) > 1:
        told = N_("单选题有几个正确答案。")
        yield "answer", Sentence(told), Sentence(N_("请只留一个，或者改成多选题。"))


def answer_of(kind: str, written: str) -> tuple[int, ...]:
    """The places of the right options in what somebody wrote: 对 or 错, or letters. Empty when it can't be read."""
    plain = re.sub(r"[\s,，、;；]", "", written).upper()
    plain = plain.translate({0xFF21 + place: letter for place, letter in enumerate(LETTERS)})
    if kind == "true_false":
        meant = {RIGHT: 0, "正确": 0, "TRUE": 0, "A": 0, WRONG: 1, "错误": 1, "FALSE": 1, "B": 1}
        return (meant[plain],) if plain in meant else ()
    if not plain or any(letter not in LETTERS for letter in plain):
        return ()
    return tuple(sorted({LETTERS.index(letter) for letter in plain}))


def letters(answer: Sequence[int]) -> str:
    """The places of the right options as people write them: ACD."""
    return "".join(LETTERS[place] for place in answer)


def read(content: bytes, name: str) -> Bank:
    """The questions in a file. What is wrong with the file as a whole is a fault without a line."""
    try:
        found = _found(content, name)
    except Unreadable as unreadable:
        return Bank((), (Fault(0, "", unreadable.problem, unreadable.mend),))
    except Refused as refused:
        return Bank((), (Fault(0, "", refused.sentence, Sentence(AGAIN)),))
    faults = [
        Fault(line, TITLES[part], problem, mend)
        for line, draft in found
        for part, problem, mend in problems(draft)
    ]
    return Bank(tuple(draft for _, draft in found), (*faults, *_asked_twice(found)))


def _found(content: bytes, name: str) -> list[tuple[int, Draft]]:
    if len(content) > MOST_BYTES:
        raise Unreadable(*TOO_LARGE)
    found = list(_of_toml(content) if name.lower().endswith(".toml") else _of_csv(content))
    if len(found) > MOST_QUESTIONS:
        raise Unreadable(*TOO_LARGE)
    if not found:
        raise Unreadable(*EMPTY)
    return found


def _asked_twice(found: Sequence[tuple[int, Draft]]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for line, draft in found:
        before = first.setdefault(draft.asked, line)
        if draft.asked and before != line:
            problem = Sentence(N_("和第 %(line)s 行是同一道题。"), line=before)
            yield Fault(line, TITLES["asked"], problem, Sentence(N_("请删去其中一道。")))


def _of_csv(content: bytes) -> Iterator[tuple[int, Draft]]:
    columns: list[str] | None = None
    for line, cells in _lines(content):
        typed = [as_sent(cell).strip() for cell in cells]
        if not any(typed):
            continue
        if columns is None:
            columns = [COLUMNS.get(re.sub(r"\s", "", cell), "") for cell in typed]
            if not {"kind", "asked", "answer"} <= set(columns):
                raise Unreadable(*NO_HEADER)
            continue
        row = {column: cell for column, cell in zip(columns, typed, strict=False) if column}
        yield line, _draft(row, [row.get(f"option_{letter.lower()}", "") for letter in LETTERS])


def _lines(content: bytes) -> Iterator[delimited.Line]:
    """The rows under the delimiter that finds most columns in the first one."""
    encodings = delimited.encodings_of(content)
    if not encodings:
        raise Unreadable(*UNREADABLE)

    def width(sign: str) -> int:
        return len(next(delimited.rows(content, encodings[0], delimiter=sign), (0, []))[1])

    return delimited.rows(content, encodings[0], delimiter=max(delimited.DELIMITERS, key=width))


def _of_toml(content: bytes) -> Iterator[tuple[int, Draft]]:
    try:
        text = content.decode("utf-8-sig")
        tables = tomllib.loads(text).get("question")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Unreadable(*NO_TOML) from None
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise Unreadable(*EMPTY)
    begins = [
        at
        for at, line in enumerate(text.splitlines(), start=1)
        if re.match(r"\s*\[\[\s*question\s*\]\]", line)
    ]
    for place, table in enumerate(tables):
        written = table.get("options", [])
        options = [str(option).strip() for option in written] if isinstance(written, list) else []
        row = {part: _as_text(table.get(part, "")) for part in ("kind", "asked", "answer", "why")}
        yield begins[place] if place < len(begins) else 0, _draft(row, options)


def _as_text(value: Any) -> str:
    """What stands for a part: several letters may be a list, right and wrong may be true and false."""
    if isinstance(value, bool):
        return RIGHT if value else WRONG
    return "".join(map(str, value)) if isinstance(value, list) else str(value).strip()


def _draft(row: dict[str, str], options: list[str]) -> Draft:
    kind = KIND_WORDS.get(row.get("kind", ""), row.get("kind", ""))
    while options and not options[-1]:
        options = options[:-1]
    if kind == "true_false":
        options = [RIGHT, WRONG]
    answer = answer_of(kind, row.get("answer", ""))
    return Draft(kind, row.get("asked", ""), tuple(options), answer, row.get("why", ""))
