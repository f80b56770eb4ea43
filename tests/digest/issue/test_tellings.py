"""How each side told a story: its reports, reprints and owners, and whom its headline stands for."""

from __future__ import annotations

from digest.issue.tellings import Label
from tests.digest.issue.asked import item
from tests.digest.paper import Day, normal


def test_capitals_stand_in_the_same_order_always() -> None:
    for found in normal().issue().every():
        assert [t.side for t in found.tellings] == ["US", "RU", "CN"]


def test_reprints_are_told_apart_from_reports() -> None:
    washington = item(normal().issue(), 1).tellings[0]
    assert (washington.outlets, washington.texts, washington.agency) == (5, 2, "Harbor Wire")


def test_the_ownership_of_each_sides_outlets_is_counted() -> None:
    washington, moscow, beijing = item(normal().issue(), 1).tellings
    assert washington.mix == (("private", 4), ("nonprofit", 1))
    assert (moscow.mix, beijing.mix) == ((("state", 2), ("private", 1)), (("private", 1), ("state", 1)))


def test_a_rewrite_is_never_an_independent_report() -> None:
    day = Day()
    day.tell(
        1, "Bay Monitor", "CNN: inspectors get visas", role="rewrite", credits="CNN", text="As CNN reports, visas came."
    )
    day.tell(1, "Harbor Wire", "Inspectors get their visas", text="Forty-two inspectors may travel from Monday.")
    found = item(day.issue(), 1)
    assert (found.outlets, found.texts) == (2, 1)
    assert found.headline.outlet.name == "Harbor Wire"


def test_only_a_rewrite_is_printed_as_one() -> None:
    day = Day()
    day.tell(
        1, "Bay Monitor", "CNN: inspectors get visas", role="rewrite", credits="CNN", text="As CNN reports, visas came."
    )
    head = item(day.issue(), 1).headline
    assert (head.rewritten, head.rewrites) == (True, "CNN")


def test_a_side_speaks_in_the_editions_language_where_it_can() -> None:
    found = item(normal().issue(), 1)
    moscow, beijing = found.tellings[1], found.tellings[2]
    assert moscow.report is not None and moscow.report.outlet.name == "Polar Courier"
    assert moscow.report.mentions == ()
    assert beijing.report is not None and beijing.report.language == "zh"
    assert beijing.report.mentions == ("the Arctic",)


def test_the_headline_above_is_not_printed_again_in_its_row() -> None:
    found = item(normal().issue(), 4)
    washington = found.tellings[0]
    assert washington.report is None
    assert washington.above is not None and washington.above.name == "Capital Courant"


def test_a_story_of_one_side_names_each_of_its_outlets_once() -> None:
    day = Day()
    text = "Forty-two inspectors may travel from Monday."
    day.tell(1, "Harbor Wire", "Inspectors get visas", text=text, copy=1, role="original")
    day.tell(1, "Bay Monitor", "Visas for inspectors", text=text, copy=1, role="copy", credits="Harbor Wire")
    washington = item(day.issue(), 1).tellings[0]
    assert washington.report is None and washington.above is not None
    assert [washington.above.name, *(r.outlet.name for r in washington.also)] == ["Harbor Wire", "Bay Monitor"]


def test_people_and_things_are_mentioned_before_deeds() -> None:
    day = Day()
    day.tell(1, "长河日报", "标题", concepts=("sign", "xi", "unknown", "gas"))
    labels = {"sign": Label(2, "agreements"), "gas": Label(1, "gas"), "xi": Label(0, "Xi Jinping")}
    assert item(day.issue(labels=labels), 1).headline.mentions == ("Xi Jinping", "gas", "agreements")


def test_deeds_are_mentioned_only_where_little_else_can_be() -> None:
    labels = {"gas": Label(1, "gas"), "xi": Label(0, "Xi Jinping")}
    labels |= {"say": Label(5, "statements"), "up": Label(5, "rise")}
    for concepts, mentioned in (
        (("say", "xi", "up", "gas"), ("Xi Jinping", "gas")),
        (("say", "xi", "up"), ("Xi Jinping", "statements")),
        (("say", "up"), ("statements", "rise")),
    ):
        day = Day()
        day.tell(1, "长河日报", "标题", concepts=concepts)
        assert item(day.issue(labels=labels), 1).headline.mentions == mentioned
