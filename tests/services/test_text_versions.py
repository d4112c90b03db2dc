"""Which version of a text is used when, what one changes in another, how often each was used, and how it looks.

The versions of the tests are typed here; everything said about the house's own texts is said about all of them.
"""

from datetime import date

import pytest

from tests.factories import NOW, RULEBOOK, case_in
from workflow_app.domain.differing import Kind
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.services.documents import documents, text_changes, text_samples, text_versions, texts
from workflow_app.services.documents.kinds import KINDS
from workflow_app.services.documents.text_changes import Change
from workflow_app.services.documents.text_versions import Standing
from workflow_app.services.documents.texts import Text

TODAY = date(2026, 9, 18)
BODY = """{#
  reason 承诺事由。
#}
{{ subject_name }}（代码：{{ subject_code }}）：

## 一、承诺内容

{% for condition in conditions %}
1. {{ condition }}
{% endfor %}
{% if statement and not withdrawal_reason %}

补充承诺：{{ statement }}
{% endif %}

承诺期限自{{ valid_from }}起，期限届满后核查。

| 项目 | 内容 |
| --- | --- |
| 事由 | {{ reason }} |
"""


def version(number, from_on, to=None, *, body=BODY, title="信用承诺书", law=("甲法",), more=()):
    names = (
        "subject_name",
        "subject_code",
        "conditions",
        "statement",
        "withdrawal_reason",
        "valid_from",
        "reason",
        *more,
    )
    return Text(
        "letter_trial",
        number,
        title,
        law,
        date.fromisoformat(from_on),
        to and date.fromisoformat(to),
        names,
        body,
        "0",
    )


def told(*versions):
    """The stretches as (version or nothing, first day, day before which it ends)."""
    return [
        (stretch.text and stretch.text.version, str(stretch.from_on), str(stretch.before or ""))
        for stretch in text_versions.stretches(versions)
    ]  # fmt: skip


def test_a_version_is_used_until_a_newer_one_begins_or_its_own_end_and_a_gap_is_told():
    assert told(version(1, "2026-04-01")) == [(1, "2026-04-01", "")]
    assert told(version(1, "2026-04-01", "2026-12-01"), version(2, "2026-12-01")) == [
        (1, "2026-04-01", "2026-12-01"), (2, "2026-12-01", ""),
    ]  # fmt: skip
    # Never ended: the newer one takes over all the same, as when a document is issued.
    assert told(version(1, "2026-04-01"), version(2, "2026-11-01")) == [
        (1, "2026-04-01", "2026-11-01"), (2, "2026-11-01", ""),
    ]  # fmt: skip
    # A trial of three months between, and a month without any.
    assert told(version(1, "2026-04-01", "2026-12-01"), version(2, "2026-06-01", "2026-09-01"), version(3, "2027-01-01")) == [
        (1, "2026-04-01", "2026-06-01"), (2, "2026-06-01", "2026-09-01"), (1, "2026-09-01", "2026-12-01"),
        (None, "2026-12-01", "2027-01-01"), (3, "2027-01-01", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "day", ["2026-03-31", "2026-04-01", "2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01"]
)
def test_the_page_names_the_very_version_that_a_document_would_take(sqlite, day):
    on = date.fromisoformat(day)
    with sqlite.reading() as session:
        entries = text_versions.every(session, today=TODAY)
    for entry in entries:
        try:
            taken = texts.current(entry.id, on=on)
        except Refused:
            taken = None
        assert entry.on(on) == taken, entry.id


def test_every_text_of_the_house_has_a_use_an_area_and_no_day_without_a_version(sqlite):
    with sqlite.reading() as session:
        entries = {entry.id: entry for entry in text_versions.every(session, today=TODAY)}
    assert set(entries) == {text.id for text in texts.library()}
    assert {entry.id for entry in entries.values() if not entry.kind} == {
        "complaint_letter",
        "correction_letter",
    }
    assert {entry.kind for entry in entries.values()} - {""} == set(KINDS)
    assert entries["list_exit_notice"].kind == "repair_notice"
    assert entries["letter_repair"].kind == "commitment_letter"
    assert {entry.area for entry in entries.values()} == set(text_versions.AREAS)
    assert [
        entry.id for entry in entries.values() if any(stretch.text is None for stretch in entry.stretches)
    ] == []
    assert entries["letter_proactive"].next_file == "forms/commitment/letter_proactive.v3.md"
    assert [version.standing for version in entries["letter_proactive"].versions] == [
        Standing.PLANNED,
        Standing.IN_FORCE,
    ]
    with pytest.raises(KeyError, match="no document is made of the text letterhead"):
        text_versions.kind_of("letterhead")


def test_standing_follows_the_day(sqlite):
    """Version 2 of the proactive letter takes over on 2026-12-01."""
    with sqlite.reading() as session:
        entry = text_versions.one(session, "letter_proactive", today=date(2026, 12, 1))
        with pytest.raises(NotYours):
            text_versions.one(session, "letter_of_nobody", today=TODAY)
    assert [found.standing for found in entry.versions] == [Standing.IN_FORCE, Standing.PAST]
    assert entry.planned is None
    assert entry.on(date(2026, 11, 30)).version == 1
    assert entry.on(date(2026, 3, 31)) is None
    with pytest.raises(NotYours):
        entry.version(3)


def test_documents_are_counted_under_the_version_they_were_issued_under(sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "signed", sqlite.world, house)
        before = text_versions.one(session, "letter_proactive", today=TODAY).issued
        text = texts.get("letter_proactive", 1)
        values = {sample.name: sample.value for sample in text_samples.of(text)}
        for seq in (101, 102):
            documents.number_document(
                session, kind="commitment_letter", case=case, event_seq=seq, text=text, values=values,
                particulars=documents.Particulars("甲", "乙", "丙", "丁", "戊"), rulebook=RULEBOOK, now=NOW,
            )  # fmt: skip
        entry = text_versions.one(session, "letter_proactive", today=TODAY)
        assert entry.issued == before + 2
        assert entry.version(1).issued.last_on == TODAY
        assert entry.version(2).issued.count == 0
        (same,) = (
            each for each in text_versions.every(session, today=TODAY) if each.id == "letter_proactive"
        )
        assert same == entry
        assert {item.letter for item in text_versions.items(session, case.item.letter, today=TODAY)} == {
            case.item.letter
        }


def test_a_body_is_read_in_plain_words_without_the_notes_of_its_drafters():
    assert text_changes.paragraphs(version(1, "2026-04-01")) == [
        "〔主体名称〕（代码：〔主体代码（已隐去部分）〕）：", "【小标题】一、承诺内容", "［逐条列出：承诺内容，逐条］", "1. 〔这一条〕",
        "［逐条结束］", "［如果：补充承诺，并且没有：撤回理由］", "补充承诺：〔补充承诺〕", "［条件结束］",
        "承诺期限自〔承诺期限的第一日〕起，期限届满后核查。", "| 项目 | 内容 |", "| 事由 | 〔承诺事由〕 |",
    ]  # fmt: skip
    in_a_row = version(
        1,
        "2026-04-01",
        body="{% for title, unit in honours %}{{ unit }}{% endfor %}{{ row[1] }}{% if not loop.last %}；{% endif %}{% if score == 'x' %}1{% elif reply %}2{% else %}3{% endif %}",
    )
    assert text_changes.paragraphs(in_a_row) == [
        "［逐条列出：守信信息，逐条］〔第2项〕［逐条结束］〔第2项〕［如果：不是最后一条］；［条件结束］［如果：成绩是'x'］1［否则，如果：陈述申辩］2［否则］3［条件结束］"
    ]


def test_a_comparison_marks_words_paragraphs_and_what_stands_around_them():
    body = (
        BODY.replace("期限届满后核查。", "期限届满后逐条核查。")
        .replace("## 一、承诺内容\n", "")
        .replace("| 事由", "\n不收取任何费用，也没有授权代办。\n\n| 事由")
    )
    body = body.replace("{{ reason }}", "{{ degree }}")
    new = version(
        2, "2026-12-01", title="信用承诺书（新）", law=("甲法", "乙法"), body=body, more=("degree",)
    )
    found = text_changes.between(version(1, "2026-04-01"), new)
    paragraphs = [
        one for passage in found.passages for one in passage.paragraphs if one.change is not Change.SAME
    ]
    assert [(one.change, [(piece.kind, piece.text) for piece in one.pieces]) for one in paragraphs] == [
        (Change.REMOVED, [(Kind.OLD, "【小标题】一、承诺内容")]),
        (Change.CHANGED, [(Kind.BOTH, "承诺期限自〔承诺期限的第一日〕起，期限届满后"), (Kind.NEW, "逐条"), (Kind.BOTH, "核查。")]),
        (Change.ADDED, [(Kind.NEW, "不收取任何费用，也没有授权代办。")]),
        (Change.CHANGED, [(Kind.BOTH, "| 事由 | 〔"), (Kind.OLD, "承诺事由"), (Kind.NEW, "履行程度"), (Kind.BOTH, "〕 |")]),
    ]  # fmt: skip
    assert [title for title, _ in found.around] == ["标题", "法律依据", "要填入的内容"]
    assert [(piece.kind, piece.text) for piece in found.around[1][1]] == [
        (Kind.BOTH, "甲法；"),
        (Kind.NEW, "乙法；"),
    ]
    assert [passage.is_folded for passage in found.passages if passage.is_same] == [False, True, False]
    same = text_changes.between(
        version(1, "2026-04-01"), version(2, "2026-12-01", body=BODY.replace("事由。", "为什么。"))
    )
    assert same.is_empty


def test_no_word_of_a_new_version_is_lost_in_a_comparison():
    """For every text of the house that has two versions: both can be read whole out of the pieces."""
    library = texts.library()
    pairs = [
        (old, new)
        for old in library
        for new in library
        if old.id == new.id and old.version + 1 == new.version
    ]
    assert {old.id for old, _ in pairs} >= {"letter_proactive", "credit_report"}
    for old, new in pairs:
        found = text_changes.between(old, new)
        assert not found.is_empty
        lines = [one for passage in found.passages for one in passage.paragraphs]
        for text, other in ((old, Kind.NEW), (new, Kind.OLD)):
            said = ["".join(piece.text for piece in one.pieces if piece.kind is not other) for one in lines]
            assert [line for line in said if line] == text_changes.paragraphs(text)


def test_every_placeholder_of_every_text_has_a_name_and_a_sample_and_no_sample_is_left_over():
    used = {name for text in texts.library() for name in text.placeholders}
    assert set(text_samples.stated()["placeholders"]) == used
    for text in texts.library():
        samples = text_samples.of(text)
        assert [sample.name for sample in samples] == list(text.placeholders)
        assert all(sample.label and sample.in_words for sample in samples)
    placeholders = {text.id: set() for text in texts.library()}
    for text in texts.library():
        placeholders[text.id] |= set(text.placeholders)
    for part in ("texts", "names"):
        own = text_samples.stated()[part].items()
        assert [text_id for text_id, values in own if not set(values) <= placeholders[text_id]] == []
    assert text_samples.labels("training_certificate")["class_title"] == "培训班名称"
    assert text_samples.labels("repair_decision")["class_title"] == "失信信息类别"


def test_every_text_of_the_house_prints_with_its_samples_and_nothing_that_could_be_taken_for_real():
    for text in texts.library():
        kind = text_versions.kind_of(text.id)
        sheet = (
            text_samples.sheet(text, kind, on=text.in_force_from, rulebook=RULEBOOK)
            if kind
            else text_samples.body(text)
        )
        said = sheet.striptags()
        assert "示例" in said, text.id
        assert "验真码：" not in said, text.id
        if kind:
            assert text.title in said
            assert "（签署后自动编号）" in said
            # DC-01: three months, from the third version on. Nothing else expires.
            assert ("有效期至" in said) == (kind == "credit_report" and text.version >= 3), text.id
