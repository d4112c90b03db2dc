"""The rules table that comes with the program, and the table that is refused."""

import hashlib
from datetime import date
from importlib import resources

import pytest

from workflow_app.domain import rules
from workflow_app.domain.rule import AREAS
from workflow_app.domain.rules import Unit, built_in
from workflow_app.domain.words import Sentence

TODAY = date(2026, 11, 21)
HEDONG = "120102"

IDS = """
CL-01 CL-02 CL-03 CL-04 CL-05 CL-06
RP-00 RP-01 RP-02 RP-03 RP-04 RP-05 RP-06 RP-07 RP-08 RP-09 RP-10 RP-11 RP-12 RP-13 RP-14 RP-15 RP-16 RP-17 DR-01
OB-01 OB-02 OB-03 OB-04 OB-05 OB-06 OB-06-EXT OB-07 OB-08 OB-09 OB-10 OB-11 OB-11-MAX OB-12 OB-13 OB-14 OB-15
CM-01 CM-02 CM-03 CM-04 CM-05 CM-05-EXT CM-06 CM-07 CM-08
TR-01 TR-02 TR-03 TR-04
LE-01 LE-02 LE-03 LE-04-SAMR LE-04-WAGE LE-04-SAFETY LE-04-TAX
LE-05-SAMR LE-05-WAGE LE-05-SAFETY LE-05-TAX LE-06 LE-07 LE-08 LE-09 LE-10 LE-11 LE-12 LE-12-SITE LE-13 LE-14
SG-01 SG-02 SG-02-SEND SG-02-SHOW RM-01 RM-02 LG-01 LG-01-KEPT LG-02 LG-03 LG-04
ES-01 DC-01 EX-01
"""

IN_HEDONG = """
CL-01 3 month V2 | CL-02 1 year V2 | CL-03 3 month V2 | CL-04 1 year V2 | CL-05 3 year V2
RP-00 0 calendar_day V2 | RP-01 1 working_day I | RP-02 3 working_day V2 | RP-03 10 working_day I
RP-04 7 working_day I | RP-05 10 working_day V2 | RP-06 7 working_day ? | RP-07 1 working_day I
RP-08 3 working_day I | RP-10 3 year R | RP-11 0 calendar_day V2 | RP-12 3 working_day V
RP-13 7 working_day V2 | RP-14 3 working_day V2 | RP-15 5 working_day V
RP-16 5 working_day I | RP-17 5 working_day I | DR-01 30 calendar_day I
OB-01 1 working_day I | OB-02 2 working_day I | OB-03 10 working_day I | OB-04 3 working_day I
OB-05 1 working_day I | OB-06 5 working_day I | OB-06-EXT 3 working_day I | OB-07 1 working_day I
OB-08 1 working_day I | OB-09 10 working_day I | OB-10 10 working_day I | OB-11 10 working_day I
OB-12 3 working_day I | OB-13 20 calendar_day V | OB-14 3 working_day I | OB-15 90 calendar_day I
CM-01 30 calendar_day I | CM-02 3 working_day I | CM-03 10 working_day I | CM-04 7 working_day I
CM-05 15 working_day I | CM-05-EXT 7 working_day I | CM-06 5 working_day I | CM-07 5 working_day I | CM-08 7 working_day I
TR-01 10 working_day I | TR-02 3 working_day I | TR-03 2 count I | TR-04 5 working_day I
LE-01 5 working_day R | LE-02 5 working_day R | LE-03 20 working_day R
LE-04-SAMR 3 year R | LE-04-WAGE 3 year V2 | LE-04-SAFETY 3 year V2 | LE-04-TAX 3 year R
LE-05-SAMR 1 year V2 | LE-05-WAGE 6 month V2 | LE-05-SAFETY 12 month V2 | LE-05-TAX 6 month R
LE-06 7 working_day V2 | LE-07 3 working_day R | LE-08 7 working_day I | LE-09 12 month I
LE-10 6 month I | LE-11 30 calendar_day V2 | LE-12 2 working_day R | LE-12-SITE 3 working_day V2
LE-13 5 working_day I | LE-14 20 working_day I
SG-01 7 working_day P | SG-02 20 working_day V | SG-02-SEND 10 working_day V | SG-02-SHOW 10 working_day V
RM-01 60 calendar_day V | RM-02 6 month V | LG-01 6 month V | LG-01-KEPT 60 month I | LG-02 3 year V
LG-03 5 year V | LG-04 5 year I | ES-01 3 working_day I | EX-01 3 working_day I
"""

ELSEWHERE = """
310000 OB-01 1 | 440100 OB-02 2 | 410000 OB-04 3 | 370000 OB-04 3 | 310000 OB-04 5 | 310000 OB-05 2
310000 OB-06 5 | 440300 OB-06 2 | 440300 OB-06-EXT 3 | 410000 OB-09 7 | 370000 OB-09 7 | 330000 OB-09 20
330000 OB-11 5 | 330000 OB-11-MAX 20 | 310000 OB-12 3 | 370000 OB-12 3 | 410000 OB-12 1
110000 SG-01 7 | 440300 LG-04 5
"""


def entries(table):
    return [entry.split() for line in table.strip().splitlines() for entry in line.split("|")]


def test_every_id_of_the_rules_table_is_there_and_no_other():
    assert sorted(built_in().ids) == sorted(IDS.split())


@pytest.mark.parametrize(("rule_id", "value", "unit", "evidence"), entries(IN_HEDONG))
def test_a_rule_of_the_district_has_its_value_and_its_evidence(rule_id, value, unit, evidence):
    rule = built_in().rule(rule_id, on=TODAY, place=HEDONG)
    assert (rule.value, rule.unit, rule.evidence) == (int(value), Unit(unit), evidence)


@pytest.mark.parametrize(("place", "rule_id", "value"), entries(ELSEWHERE))
def test_a_rule_of_another_place_was_read_in_its_own_text(place, rule_id, value):
    rule = built_in().rule(rule_id, on=TODAY, place=place[:4] + "01")
    assert (rule.place, rule.value, rule.evidence) == (place, int(value), "V")


def test_reports_say_how_long_they_last_from_the_day_on_which_their_text_does():
    since = built_in().rule("DC-01", on=date(2026, 11, 23), place=HEDONG)
    assert (since.value, since.unit, since.evidence) == (3, Unit.MONTH, "I")
    assert not built_in().of("DC-01")[0].is_in_force(date(2026, 11, 22))


def test_a_principle_has_no_value():
    for rule_id in ("CL-06", "RP-09"):
        rule = built_in().rule(rule_id, on=TODAY, place=HEDONG)
        assert (rule.value, rule.unit, rule.period) == (None, Unit.NONE, Sentence("没有固定期限"))


@pytest.mark.parametrize(
    ("rule_id", "before", "after"),
    [
        ("CL-01", "3 个月", "3 个月"),
        ("CL-02", "1 年", "1 年"),
        ("CL-03", "3 年", "3 个月"),
        ("CL-04", "3 年", "1 年"),
        ("CL-05", "3 年", "3 年"),
    ],
)
def test_the_publicity_periods_change_on_the_first_of_april_2026(rule_id, before, after):
    old = built_in().rule(rule_id, on=date(2026, 3, 31), place=HEDONG)
    new = built_in().rule(rule_id, on=date(2026, 4, 1), place=HEDONG)
    assert (str(old.period), str(new.period)) == (before, after)
    assert "第58号" in old.instrument
    assert "第36号" in new.instrument


def test_the_longest_of_several_periods_was_read_in_the_old_order_only():
    assert built_in().rule("CL-06", on=date(2026, 3, 31), place=HEDONG).is_confirmed
    assert not built_in().rule("CL-06", on=date(2026, 4, 1), place=HEDONG).is_confirmed


def test_no_publicity_period_is_known_before_the_old_order():
    with pytest.raises(KeyError, match="CL-01"):
        built_in().rule("CL-01", on=date(2023, 4, 30), place=HEDONG)


def test_early_exit_is_decided_faster_since_christmas_2025():
    assert built_in().rule("LE-06", on=date(2025, 12, 24), place=HEDONG).value == 15
    assert built_in().rule("LE-06", on=date(2025, 12, 25), place=HEDONG).value == 7


def test_a_rule_of_one_place_does_not_reach_another():
    with pytest.raises(KeyError, match="OB-11-MAX"):
        built_in().rule("OB-11-MAX", on=TODAY, place=HEDONG)


def test_an_unknown_rule_is_a_key_error():
    with pytest.raises(KeyError, match="XX-01"):
        built_in().rule("XX-01", on=TODAY, place=HEDONG)


def test_the_rules_in_force_are_one_per_id_the_narrower_place_first():
    in_shanghai = {rule.id: rule for rule in built_in().in_force(on=TODAY, place="310101")}
    assert in_shanghai["OB-04"].value == 5
    assert in_shanghai["CM-02"].value == 3
    assert "OB-11-MAX" not in in_shanghai


@pytest.mark.parametrize(
    ("rule_id", "confirmed"),
    [
        ("RM-01", True),
        ("RP-02", True),
        ("RP-04", False),
        ("RP-06", False),
        ("RP-09", False),
        ("RP-10", False),
        ("OB-01", False),
        ("SG-01", False),
    ],
)
def test_only_what_was_read_in_the_law_or_a_report_of_it_is_confirmed(rule_id, confirmed):
    assert built_in().rule(rule_id, on=TODAY, place=HEDONG).is_confirmed is confirmed


def test_what_people_read_in_the_table_is_chinese():
    for rule in built_in().rules:
        for text in (
            rule.title,
            rule.starts_when,
            rule.suspended_when,
            rule.on_expiry,
            rule.note,
            rule.instrument,
        ):
            assert not text or any("\u4e00" <= character <= "\u9fff" for character in text), rule
            assert "%" not in text, rule


DIGESTS = {
    "2026-11-21": "f0950132c0dabd30befa2b601ef00846505a6f241461d54ae33f5d4138338719",
    "2026-11-22": "70f00d8f6aeea6fc85fd9d7438451318e70ca00db2e66bf227a1750b1fbc7c4f",
    "2026-11-23": "cdf855bfd872d3b6b9f6a0812e68598b528050aefa10de62f1b5408699049efa",
    "2026-11-24": "56098849eca433fa5342b7aa7e5be4ed39d3f91bf372219de9a86a293809efb1",
}


def test_a_pack_that_was_published_never_changes():
    folder = resources.files(rules.__name__.rpartition(".")[0]) / "rulepacks"
    found = {
        version: hashlib.sha256((folder / f"{version}.csv").read_bytes()).hexdigest()
        for version in rules.versions()
    }
    assert found == DIGESTS, "add a new file with a new version, and type its digest here"


def test_new_clocks_run_under_the_newest_pack():
    assert rules.LATEST == rules.versions()[-1] == built_in().version == "2026-11-24"


def test_an_old_pack_is_still_there_for_the_clocks_that_run_under_it():
    old, new = built_in("2026-11-21"), built_in("2026-11-24")
    assert {rule.version for rule in old.rules} == {"2026-11-21"}
    assert (len(old.rules), len(new.rules)) == (104, 115)
    assert new.ids - old.ids == {
        "CM-05-EXT",
        "DC-01",
        "DR-01",
        "ES-01",
        "EX-01",
        "LE-13",
        "LE-14",
        "OB-14",
        "OB-15",
        "RP-16",
        "RP-17",
    }


def test_a_version_that_never_was_is_a_key_error():
    with pytest.raises(KeyError, match="no rule pack 2026-11-20"):
        built_in("2026-11-20")


def test_every_part_of_the_work_has_a_name_that_people_read():
    assert {rule.workflow for rule in built_in().rules} == set(AREAS)
