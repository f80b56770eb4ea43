"""When an issue says that a side is silent, and when and why that nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from digest.issue.compose import WEEKLY_AGE, compose
from digest.issue.issue import Telling, from_json, to_json
from store.records import Article, Fetch, Reached
from tests.digest.issue.asked import item, keys
from tests.digest.paper import CLOSES, Day, normal


def test_an_exiled_outlet_neither_tells_nor_breaks_a_silence() -> None:
    day = Day()
    day.tell(1, "Harbor Wire", "A story")
    day.tell(1, "Вольный берег", "История")
    found = item(day.issue(), 1)
    assert found.told_by == ("US",)
    assert found.tellings[1].state == "silent"
    assert [r.outlet.name for r in found.elsewhere] == ["Вольный берег"]


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


def missing(since: timedelta | None, fault: str) -> Telling:
    """Beijing's row where one of its seven outlets has failed for so long (None: it was never asked before)."""
    day = Day()
    day.failed = {"海港晚报": fault}
    reached = [r for r in day.reached() if r.failing is None]
    if since is not None:
        day.since = CLOSES - since
        reached = day.reached()
    told_twice(day)
    return item(day.issue(reached=reached), 1).tellings[2]


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
def test_a_feed_that_froze_lately_forbids_and_one_without_news_for_a_week_does_not(age: timedelta, reason: str) -> None:
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


def test_a_side_that_told_it_before_is_not_silent_now() -> None:
    day = Day()
    first = day.tell(1, "Хроника дня", "История", hours=30)
    day.told = {first: date(2026, 11, 23)}
    day.tell(1, "Harbor Wire", "A story", hours=2)
    assert item(day.issue(), 1).tellings[1].state == "earlier"


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
