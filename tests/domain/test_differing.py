"""What differs between two wordings: words as wholes, nothing lost, and never slow."""

from time import monotonic

from hypothesis import given
from hypothesis import strategies as some

from workflow_app.domain.differing import Kind, Piece, differences


def told(old, new):
    """The pieces as somebody would write them: [-gone-], {+come+}."""
    marks = {Kind.BOTH: "{}", Kind.OLD: "[-{}-]", Kind.NEW: "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in differences(old, new))


def test_a_character_that_changed_is_pointed_at():
    assert told("门店没有明码标价。", "门店没有逐项明码标价。") == "门店没有{+逐项+}明码标价。"


def test_amounts_and_numbers_differ_as_wholes():
    assert told("罚款 0.3 万元", "罚款 0.5 万元") == "罚款 [-0.3-]{+0.5+} 万元"


def test_what_has_little_in_common_is_set_against_each_other_whole():
    assert told("一般", "轻微") == "[-一般-]{+轻微+}"
    assert told("未按规定公示价格", "销售过期食品") == "[-未按规定公示价格-]{+销售过期食品+}"


def test_nothing_on_one_side_leaves_the_other():
    assert differences("", "2026-05-20") == (Piece(Kind.NEW, "2026-05-20"),)
    assert differences("2026-05-20", "") == (Piece(Kind.OLD, "2026-05-20"),)
    assert differences("", "") == ()
    assert differences("罚款", "罚款") == (Piece(Kind.BOTH, "罚款"),)


@given(some.text("的一了0.3 万元，\n", max_size=60), some.text("的一了0.5 万元，\n", max_size=60))
def test_both_wordings_can_be_read_out_of_the_pieces(old, new):
    found = differences(old, new)
    assert "".join(piece.text for piece in found if piece.kind != Kind.NEW) == old
    assert "".join(piece.text for piece in found if piece.kind != Kind.OLD) == new


def test_wordings_made_to_be_slow_are_not():
    words = "".join(chr(0x4E00 + number % 97) for number in range(4000))
    start = monotonic()
    differences(words, words[1:] + "完")
    differences(words[:700], words[350:1050])
    assert monotonic() - start < 1
