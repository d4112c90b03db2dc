"""The translation catalogues: everything that people read is said in every language, and said whole."""

import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo, write_mo

from scripts import messages

CATALOGUES = sorted(messages.TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))
PLACE = re.compile(r"%(?:\((?P<name>\w+)\))?[sd%]")
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
# English texts that quote Chinese on purpose.
# Chinese words that an English sentence quotes, because they are to be typed or stand so in a file.
QUOTES = (
    "张某", "国庆节", "临时放假", "自然人", "个体工商户", "法人及非法人组织", "暂扣许可证件", "吊销许可证件", "长期",
    "平台设定值", "其他-", "；", "2月5日至11日", "单选题", "多选题", "判断题", "对", "错",
    "题型,题目,选项A,选项B,选项C,选项D,答案,解析", "信用修复法规要点（2027 年第一期）",
    "《某某管理办法》（某某令第 1 号）", "市场监管总局令第44号", "不公开",
)  # fmt: skip
QUOTED = re.compile(f"“(?:{'|'.join(QUOTES)})”|《[^》]*》|国办发〔2020〕49号")


def named_in(path: Path) -> str:
    return path.parent.parent.name


@pytest.fixture(scope="module")
def source():
    return messages.extracted()


@pytest.fixture(params=CATALOGUES, ids=named_in)
def catalogue(request):
    return messages.stored(request.param)


def originals(message):
    return (message.id,) if isinstance(message.id, str) else message.id


def places(text):
    return {match["name"] for match in PLACE.finditer(text)}


def test_there_is_an_english_catalogue():
    assert "en" in [named_in(path) for path in CATALOGUES]


def test_messages_are_found_in_code_templates_rules_and_texts(source):
    for known in ("受理", "办件号", "受理单位审核承诺书", "违反信用承诺认定书"):
        assert source.get(known), f"“{known}” was not extracted"


def test_every_message_is_translated(source, catalogue):
    missing = [
        message.id
        for message in source
        if message.id and (not (kept := catalogue.get(message.id)) or messages.is_untranslated(kept))
    ]
    assert not missing, "Run `python -m scripts.messages`, then translate these: " + "; ".join(
        map(str, missing)
    )


def test_no_translation_is_kept_that_nobody_says(source, catalogue):
    unused = [message.id for message in catalogue if message.id and not source.get(message.id)]
    assert not unused, f"Run `python -m scripts.messages` to take these out: {unused}"
    assert not catalogue.obsolete


def test_a_translation_has_the_same_places_as_its_message(catalogue):
    differing = [
        (message.id, text)
        for message in catalogue
        for text in messages.texts(message)
        if message.id and places(text) != places(originals(message)[0])
    ]
    assert not differing


def test_a_translation_begins_and_ends_its_lines_as_babel_asks(catalogue):
    assert [(message.id, list(errors)) for message, errors in catalogue.check()] == []


def test_the_english_texts_have_no_chinese_characters():
    english = messages.stored(messages.TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po")
    left = [
        text
        for message in english
        for text in messages.texts(message)
        if message.id and CHINESE.search(QUOTED.sub("", text))
    ]
    assert not left


def test_a_catalogue_compiles_and_reads_back(catalogue):
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    read_back = read_mo(compiled)
    assert [one.string for one in read_back if one.id == "受理"] == [catalogue.get("受理").string]


def test_an_update_that_finds_nothing_new_changes_nothing(tmp_path, source):
    kept = CATALOGUES[0]
    copy = tmp_path / named_in(kept) / "LC_MESSAGES" / "messages.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(kept.read_bytes())
    messages.update(copy, source)
    first = copy.read_bytes()
    messages.update(copy, source)
    assert copy.read_bytes() == first
