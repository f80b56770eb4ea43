"""What an issue holds: sections, counts, coverage, silence, updates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from digest.issue.compose import WEEKLY_AGE, Limits, compose, move_beyond, without
from digest.issue.issue import Earlier, Issue, Item, Telling, from_json, to_json
from digest.issue.tellings import Label
from store.records import Article, Fetch, Reached
from tests.digest.paper import CLOSES, Day, normal

THREE = ("CN-RU", "RU-US", "CN-US")


def item(issue: Issue, story: int) -> Item:
    return next(i for i in issue.every() if i.story == story)


def keys(issue: Issue) -> dict[int, str]:
    return {i.story: s.key for s in issue.sections for i in s.items}


def test_each_story_stands_in_the_section_of_its_coverage() -> None:
    placed = keys(normal().issue())
    assert {placed[n] for n in (1, 2)} == {"all"}
    assert {placed[n] for n in (3, 4, 5)} == {"two"}
    assert {placed[n] for n in (6, 7, 8)} == {"one"}
    assert {placed[n] for n in (20, 21, 22, 23)} == {"brief"}  # told elsewhere only


def test_capitals_stand_in_the_same_order_always() -> None:
    for found in normal().issue().every():
        assert [t.side for t in found.tellings] == ["US", "RU", "CN"]


def test_about_and_coverage_are_two_things() -> None:
    ports = item(normal().issue(), 5)
    assert ports.edges == ("CN-US",)
    assert ports.told_by == ("US", "RU")


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


def test_an_exiled_outlet_neither_tells_nor_breaks_a_silence() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "A story")
    day.tell(1, "Вольный берег", "История")
    found = item(day.issue(), 1)
    assert found.told_by == ("US",)
    assert found.tellings[1].state == "silent"
    assert [r.outlet.name for r in found.elsewhere] == ["Вольный берег"]


def test_the_numbers_add_up() -> None:
    issue = normal().issue(limits=Limits(stories=2, one_sided=1, briefs=3))
    assert issue.stories == 12
    assert sum(len(s.items) + len(s.beyond) for s in issue.sections) == 12
    assert issue.told_by(3) == 2
    assert issue.silences() == 6


def test_a_side_that_was_not_read_is_not_called_silent() -> None:
    day = normal()
    day.failed |= {"长河日报": "http 503"}  # five of seven: 71 %
    issue = day.issue()
    beijing = issue.readings.side("CN")
    assert (beijing.read, beijing.watched, beijing.measurable) == (5, 7, False)
    assert item(issue, 5).tellings[2].state == "unknown"
    assert keys(issue)[5] == "two-open"
    assert keys(issue)[6] == "one-open"  # told by Moscow; Washington silent, Beijing not known
    assert keys(issue)[7] == "one"  # told by Beijing; both others measured


def told_twice(day: Day, story: int = 1, *, hours: float = 5) -> int:
    """A story that two outlets of Washington tell, each in its own words; the first article's id."""
    first = day.tell(story, "Harbor Wire", f"Story {story}", hours=hours)
    day.tell(story, "Bay Monitor", f"Story {story} in other words", hours=hours)
    return first


def test_of_what_one_report_alone_tells_no_silence_is_known() -> None:
    """Others may have told it in words that nobody can tie to a single report; a second one makes it an event."""
    day = Day()
    day.tell(1, "Harbor Wire", "A story", copy=1, role="original")
    day.tell(1, "Lakeside Post", "A story, reprinted", copy=1, role="copy", credits="Harbor Wire")
    day.tell(1, "Bay Monitor", "A story, retold", role="rewrite", credits="Harbor Wire")
    moscow = item(day.issue(), 1).tellings[1]
    assert (moscow.state, moscow.reason) == ("unknown", "alone")
    assert keys(day.issue()) == {1: "one-open"}
    day.tell(1, "Fjordposten", "The story, from elsewhere")
    assert keys(day.issue()) == {1: "one"}


@pytest.mark.parametrize(("watched", "failed", "silent"), [(7, 1, True), (7, 2, False), (5, 0, True), (4, 0, False)])
def test_silence_needs_four_fifths_and_five(watched: int, failed: int, silent: bool) -> None:
    day = Day()
    chinese = [s for s in day.sources.values() if s.side == "CN"]
    for source in chinese[watched:]:
        del day.sources[source.id]
    day.failed = {s.name: "timeout" for s in chinese[:failed]}
    day.tell(1, "Harbor Wire", "A story")
    day.tell(1, "Хроника дня", "История")
    assert item(day.issue(), 1).tellings[2].state == ("silent" if silent else "unknown")


def missing(since: timedelta | None, fault: str = "timeout", **changes: object) -> Telling:
    """Beijing's row where one of its seven outlets has failed for so long (None: it was never asked before)."""
    day = Day()
    day.failed = {"海港晚报": fault}
    reached = [r for r in day.reached() if r.failing is None]
    if since is not None:
        day.since = CLOSES - since
        reached = day.reached()
    told_twice(day)
    return item(day.issue(reached=reached, **changes), 1).tellings[2]


@pytest.mark.parametrize("fault", ["timeout", "blocked", "http 410", "empty"])
def test_one_outlet_that_stopped_answering_less_than_a_week_ago_forbids_its_sides_silence(fault: str) -> None:
    week = timedelta(days=7)
    for since in (timedelta(hours=1), timedelta(days=6, hours=23), None):
        beijing = missing(since, fault)
        assert (beijing.state, beijing.reason, beijing.missed) == ("unknown", "missed", ("海港晚报",))
        assert (beijing.read, beijing.watched) == (6, 7)
    for since in (week, timedelta(days=40)):  # known to be out: a silence is one of the six others
        beijing = missing(since, fault)
        assert (beijing.state, beijing.missed, beijing.read) == ("silent", (), 6)


def test_other_sides_and_stories_told_there_do_not_mind_the_missed_outlet() -> None:
    day = normal()
    day.since = CLOSES - timedelta(hours=2)
    issue = day.issue()
    assert {u.outlet.name for u in issue.readings.unread} == {"海港晚报", "Strait Gazette"}
    assert [s.measurable for s in issue.readings.sides] == [True, True, False]
    assert keys(issue)[1] == "all" and keys(issue)[5] == "two-open" and keys(issue)[4] == "two"
    assert from_json(to_json(issue)) == issue


@pytest.mark.parametrize(("age", "reason"), [(timedelta(days=4), "missed"), (timedelta(days=7), "")])
def test_a_feed_that_froze_lately_forbids_and_one_without_news_for_a_week_does_not(
    age: timedelta, reason: str
) -> None:
    day = Day()
    told_twice(day)
    frozen = {day.outlet("海港晚报"): CLOSES - age}
    beijing = item(day.issue(newest=frozen), 1).tellings[2]
    assert (beijing.read, beijing.reason) == (6, reason)


@pytest.mark.parametrize(
    ("asked", "failing", "reason"),
    [
        (timedelta(days=2), None, "missed"),  # it was well when asked last
        (timedelta(days=2), timedelta(days=5), "missed"),
        (timedelta(days=2), timedelta(days=8), ""),
        (timedelta(days=70), timedelta(days=70), ""),  # it said 410 then, for good
        (timedelta(days=70), None, "missed"),  # nobody asked since
        (None, None, "missed"),  # added a minute ago
    ],
)
def test_an_outlet_that_was_not_asked_is_out_only_where_it_was_for_a_week(
    asked: timedelta | None, failing: timedelta | None, reason: str
) -> None:
    day = Day()
    told_twice(day)
    id = day.outlet("海港晚报")
    reached = [r for r in day.reached() if r.source_id != id]
    if asked is not None:
        reached.append(Reached(id, "feed", CLOSES - asked, CLOSES - failing if failing else None))
    fetches = [f for f in day.fetches() if f.source_id != id]
    assert item(day.issue(fetches=fetches, reached=reached), 1).tellings[2].reason == reason


def test_of_an_outlets_addresses_each_counts_alone() -> None:
    """A feed that has been dead for months does not forbid a silence, though the outlet is never read well; the day on
    which its other feed fails too it does."""
    day = Day()
    told_twice(day)
    id, hour = day.outlet("海港晚报"), CLOSES - timedelta(hours=1)
    dead = Fetch(id, "dead", hour, 404, "http 404")
    reached = [*day.reached(), Reached(id, "dead", hour, CLOSES - timedelta(days=60))]
    beijing = item(day.issue(fetches=[*day.fetches(), dead], reached=reached), 1).tellings[2]
    assert (beijing.state, beijing.read) == ("silent", 6)
    day.failed, day.since = {"海港晚报": "timeout"}, CLOSES - timedelta(hours=9)
    reached = [*day.reached(), reached[-1]]
    beijing = item(day.issue(fetches=[*day.fetches(), dead], reached=reached), 1).tellings[2]
    assert (beijing.state, beijing.missed) == ("unknown", ("海港晚报",))


def test_an_article_enters_a_slot_once_and_old_ones_never() -> None:
    day = Day()
    first = day.tell(1, "Harbor Wire", "A story")
    day.tell(2, "Harbor Wire", "An old story", hours=73)
    assert keys(day.issue()) == {1: "one-open"}
    day.told = {first: date(2026, 11, 23)}
    assert day.issue().empty


def test_what_was_fetched_after_the_close_is_not_told() -> None:
    day = Day()
    id = day.tell(1, "Harbor Wire", "A story", hours=1)
    day.articles[id] = replace(day.articles[id], fetched=CLOSES + timedelta(seconds=1))
    assert day.issue().empty


def test_a_story_returns_as_an_update_with_what_is_new() -> None:
    day = Day()
    first = day.tell(1, "Harbor Wire", "A story", hours=30, copy=1, role="original")
    day.tell(1, "Lakeside Post", "A story, reprinted", hours=3, copy=1, role="copy", credits="Harbor Wire")
    day.told = {first: date(2026, 11, 23)}
    assert day.issue().empty  # a reprint of what was told is nothing new
    day.tell(1, "长河日报", "新消息", hours=2)
    found = item(day.issue(), 1)
    assert found.update is not None
    assert (found.update.since, found.update.reports, found.update.sides) == (date(2026, 11, 23), 1, ("CN",))
    assert found.told_by == ("US", "CN")


def test_a_side_that_told_it_before_is_not_silent_now() -> None:
    day = Day()
    first = day.tell(1, "Хроника дня", "История", hours=30)
    day.told = {first: date(2026, 11, 23)}
    day.tell(1, "Harbor Wire", "A story", hours=2)
    assert item(day.issue(), 1).tellings[1].state == "earlier"


def test_a_poisoned_article_costs_itself_and_a_poisoned_story_is_counted() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "A story")
    day.tell(1, "Bay Monitor", "Another title", url="javascript:alert(1)")
    day.tell(2, "Bay Monitor", "\u202e\ud800\n", url="https://x.example/")
    issue = day.issue()
    assert [i.story for i in issue.every()] == [1]
    assert issue.dropped == 1
    assert "javascript" not in str(to_json(issue))


def test_only_the_editions_edges_are_told_and_hidden_stories_are_not() -> None:
    day = normal()
    material = day.material()
    hidden = [replace(s, hidden=s.id == 3) for s in material.stories]
    assert {3, 6} <= set(keys(compose(material, day.frame(edges=("CN-RU",)))))
    assert 4 not in keys(compose(material, day.frame(edges=("CN-RU",))))
    assert 3 not in keys(compose(replace(material, stories=hidden), day.frame()))


def test_the_issue_survives_json_and_the_same_material_gives_the_same_issue() -> None:
    issue = normal().issue()
    assert from_json(to_json(issue)) == issue
    assert normal().issue() == issue


def test_no_article_is_quoted_over_the_limit() -> None:
    day = Day()
    for n, name in enumerate(("Harbor Wire", "Potomac Ledger", "Polar Courier", "Great River Daily")):
        day.tell(n, name, f"Story {n}", text="A very long sentence that goes on " * 40)
        day.tell(n, "Fjordposten", f"Story {n} again", text="Short. " * 200)
    assert all(len(i.summary) <= 280 for i in day.issue().every())


def test_a_reserved_article_is_not_quoted() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "A story", text="One sentence of it. And another one.", reserved=True)
    day.tell(1, "Хроника дня", "История")
    assert item(day.issue(), 1).summary == ""


def test_moving_beyond_keeps_every_story_and_the_first_one() -> None:
    issue = normal().issue()
    steps, smaller = 0, move_beyond(issue)
    while smaller is not None:
        assert smaller.stories == issue.stories
        last, smaller = smaller, move_beyond(smaller)
        steps += 1
    assert [i.story for i in last.printed()] == [1]
    assert steps == 11
    assert without(issue, 3).stories == 11


class Doubt:
    """A side that listed something which may be any story."""

    def __init__(self, answer: bool = True) -> None:
        self.answer = answer
        self.asked: list[set[int]] = []

    def may_tell(self, articles: Sequence[Article]) -> bool:
        self.asked.append({a.id for a in articles})
        return self.answer


def test_a_possible_match_forbids_the_silence() -> None:
    issue = normal().issue(listening={"RU": Doubt()})
    moscow = item(issue, 4).tellings[1]
    assert (moscow.state, moscow.reason) == ("unknown", "possible match")
    assert keys(issue)[4] == "two-open"
    assert item(issue, 5).tellings[2].state == "silent"  # nothing of Beijing was in doubt


def test_a_side_is_asked_with_the_reports_of_each_story_it_did_not_tell() -> None:
    moscow = Doubt(answer=False)
    day = normal()
    assert item(day.issue(listening={"RU": moscow}), 4).tellings[1].state == "silent"
    assert set(day.stories[4][1]) in moscow.asked
    assert not any(set(day.stories[1][1]) & asked for asked in moscow.asked)  # that one Moscow told


def test_every_stale_or_unasked_source_is_named_with_its_reason() -> None:
    day = normal()
    stale = day.outlet("Bay Monitor")
    fetches = [f for f in day.fetches() if f.source_id != day.outlet("Radio Taiga")]
    issue = day.issue(newest={stale: CLOSES - timedelta(days=9)}, fetches=fetches)
    reasons = {u.outlet.name: u.reason for u in issue.readings.unread}
    assert reasons == {
        "Bay Monitor": "stale",
        "Radio Taiga": "not asked",
        "海港晚报": "timeout",
        "Strait Gazette": "http 503",
    }
    assert issue.readings.read == issue.readings.total - 4


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


def test_a_side_that_told_it_long_ago_is_not_silent() -> None:
    day = Day()
    day.tell(1, "长河日报", "旧闻", hours=100)  # too old to be news, and never told in this slot
    day.tell(1, "Harbor Wire", "A story", hours=2)
    beijing = item(day.issue(), 1).tellings[2]
    assert (beijing.state, beijing.outlets) == ("earlier", 1)
    assert item(day.issue(), 1).update is None


def test_a_weekly_issue_tells_its_week_and_measures_no_silence_of_older_events() -> None:
    day = Day()
    told_twice(day, 1, hours=120)
    told_twice(day, 2, hours=20)
    issue = compose(day.material(), day.frame(age=WEEKLY_AGE))
    assert keys(issue) == {1: "one-open", 2: "one"}
    assert {t.reason for t in item(issue, 1).tellings if t.state == "unknown"} == {"older"}


def test_no_silence_is_known_of_a_story_that_began_before_what_is_listened_to() -> None:
    """A side may have told its beginning, in a report that was woven elsewhere; what it listed then is not kept."""
    day = Day()
    began = day.tell(1, "Harbor Wire", "Talks begin", hours=80)
    day.tell(1, "Bay Monitor", "Delegations leave Tromsen without paper", hours=2, text="Nobody smiled on the way out.")
    day.told = {began: date(2026, 11, 21)}
    assert {t.reason for t in item(day.issue(), 1).tellings if t.state == "unknown"} == {"older"}


def test_a_follow_up_names_the_story_it_goes_on_from_and_when_it_was_told() -> None:
    day = Day()
    before = day.tell(1, "Harbor Wire", "Talks begin in Tromsen", hours=30)
    day.tell(2, "Harbor Wire", "Talks end in Tromsen", hours=2)
    day.told = {before: date(2026, 11, 23)}
    material = day.material()
    yesterday, today = material.stories
    for follows, hidden, expected in (
        (1, False, Earlier(1, "Talks begin in Tromsen", "en", date(2026, 11, 23))),
        (1, True, None),
        (None, False, None),
        (77, False, None),
    ):
        followed = {1: replace(yesterday, hidden=hidden)}
        changed = replace(material, stories=[replace(today, follows=follows)], followed=followed)
        assert item(compose(changed, day.frame()), 2).follows == expected
    never = replace(material, stories=[replace(today, follows=1)], followed={1: yesterday}, told={})
    assert item(compose(never, day.frame()), 2).follows == Earlier(1, "Talks begin in Tromsen", "en", None)
