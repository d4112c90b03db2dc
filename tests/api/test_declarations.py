"""What anybody may read of the platform itself: its workflows, and the rules with their sources."""

from tests.api.machine import Machine
from tests.web.conftest import District


def test_anybody_reads_the_workflows_as_they_are_declared(district: District) -> None:
    nobody = Machine(district)
    listed = nobody.get("/workflows").json
    assert [each["name"] for each in listed["items"]] == [
        "commitment", "objection", "repair", "training", "listing", "list_exit",
    ]  # fmt: skip
    told = nobody.get("/workflows/commitment").json
    assert (told["title"], told["prefix"]) == ("信用承诺", "CM")
    assert told["states"][0] == {"name": "draft", "title": "草稿", "ended": False, "deadline": "CM-01"}
    accept = next(step for step in told["steps"] if step["name"] == "accept")
    assert (accept["from"], accept["to"], accept["title"]) == ("signed", "active", "受理")
    assert "handler" in accept["who"]
    assert nobody.get("/workflows/repairs").status_code == 404
    assert (
        nobody.get("/workflows", headers={"Accept-Language": "en"}).json["items"][0]["title"]
        == "Credit commitment"
    )


def test_anybody_reads_the_rules_of_a_day_and_a_place(district: District) -> None:
    nobody = Machine(district)
    told = nobody.get("/rules?on=2026-11-20&place=120102").json
    rules = {rule["id"]: rule for rule in told["items"]}
    assert rules["CM-02"]["unit"] == "WORKING_DAY"
    assert rules["CM-02"]["valid_to"] is None
    assert told["next"] is None
    assert list(rules) == sorted(rules)
    wrong = nobody.get("/rules?on=yesterday&place=12")
    assert wrong.status_code == 422
    assert wrong.json["fields"] == {
        "on": "这一项应是日期，写成 2026-09-18 的样子。",
        "place": "应是六位数字的行政区划代码，例如 120102。",
    }
    assert nobody.get("/rules?when=2026-11-20").json["fields"] == {
        "when": "接口说明里没有这一项，请核对名称。"
    }
