"""Thirty manners, scored from the servers' own logs of a simulated week with the default spacing (see week.py).

What webmasters ask of feed readers: rachelbythebay.com/w/feed, m.earth.org.uk, RFC 9110, 9111, 9309 and 3229.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from config import VERSION
from digest.web.app import build
from store import db
from tests.crawler.conftest import base_config
from tests.digest.web.served import served

ROOT = Path(__file__).resolve().parent.parent.parent
MONDAY = datetime.fromisoformat("2026-11-23T00:00:00+00:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TICK = timedelta(minutes=20)  # a poll is made at the first tick after it is due
Line = dict[str, Any]


@dataclass(frozen=True)
class Log:
    """What the servers of the week wrote down, and what the store held in the end."""

    told: dict[str, Any]

    @cached_property
    def lines(self) -> list[Line]:
        return [{**line, "at": datetime.fromisoformat(line["at"])} for line in self.told["lines"]]

    def of(self, host: str, path: str = "") -> list[Line]:
        return [line for line in self.lines if line["host"] == host and line["path"].startswith(path)]

    def feeds(self) -> Iterator[list[Line]]:
        """The requests for each feed that answers for itself."""
        for host, path in sorted({(line["host"], line["path"]) for line in self.lines}):
            if path.endswith(".xml"):
                yield self.of(host, path)

    def gaps(self, host: str, path: str, *, forced: bool = False) -> list[timedelta]:
        return gaps(line for line in self.of(host, path) if forced or not self.by_force(line))

    def by_force(self, line: Line) -> bool:
        """Whether the operator asked for it with --force."""
        return bool(self.told["forced"] <= line["at"].isoformat() <= self.told["forced until"])


def gaps(lines: Iterable[Line]) -> list[timedelta]:
    return [after["at"] - before["at"] for before, after in pairwise(lines)]


def sends(line: Line, name: str) -> str | None:
    found: str | None = line["headers"].get(name)
    return found


CHECKS: dict[int, Callable[[Log], bool]] = {}


def check(number: int) -> Callable[[Callable[[Log], bool]], Callable[[Log], bool]]:
    def kept(rule: Callable[[Log], bool]) -> Callable[[Log], bool]:
        CHECKS[number] = rule
        return rule

    return kept


def conditional(line: Line) -> bool:
    return sends(line, "if-none-match") is not None or sends(line, "if-modified-since") is not None


@check(1)
def one_unconditional_request(log: Log) -> bool:
    """Of each feed that ever gave a validator for a whole body."""
    for lines in log.feeds():
        good = [n for n, line in enumerate(lines) if line["status"] == 200 and line["host"] != "torn"]
        told = bool(good) and bool({"etag", "last-modified"} & set(lines[good[0]]["sent"]))
        if told and not all(conditional(line) for line in lines[good[0] + 1 :]):
            return False
    return True


def copied(log: Log, host: str, path: str, sent: str, given: str) -> bool:
    """Whether each request repeats, byte for byte, what the last 200 gave."""
    known, told = None, 0
    for line in log.of(host, path):
        if sends(line, sent) != known:
            return False
        told += known is not None
        if line["status"] == 200:
            known = line["sent"].get(given)
    return told > 5


@check(2)
def etags_byte_for_byte(log: Log) -> bool:
    return copied(log, "harbor", "/odd.xml", "if-none-match", "etag")


@check(3)
def dates_byte_for_byte(log: Log) -> bool:
    invented = [line for line in log.of("hand") if sends(line, "if-modified-since")]
    quiet = copied(log, "quiet", "/constant.xml", "if-modified-since", "last-modified")
    return quiet and not invented and copied(log, "harbor", "/odd.xml", "if-modified-since", "last-modified")


@check(4)
def both_validators(log: Log) -> bool:
    return all(sends(line, "if-none-match") and sends(line, "if-modified-since") for line in odd(log)[1:])


def odd(log: Log) -> list[Line]:
    return log.of("harbor", "/odd.xml")


@check(5)
def validators_belong_to_their_address(log: Log) -> bool:
    after = log.of("renamed", "/after.xml")
    return len(after) > 5 and not conditional(after[0]) and not any(map(conditional, log.of("moved", "/old.xml")))


@check(6)
def validators_refreshed_by_a_304(log: Log) -> bool:
    sent = [sends(line, "if-none-match") for line in log.of("quiet", "/refreshed.xml")]
    return sent[:2] == [None, '"first"'] and set(sent[2:]) == {'"second"'}


@check(7)
def no_validators_of_broken_bodies(log: Log) -> bool:
    sent = [sends(line, "if-none-match") or "" for line in log.of("torn")]
    return any(sent) and not any("torn" in tag or "html" in tag for tag in sent)


def never_sooner(log: Log, host: str, path: str, least: timedelta, most: timedelta) -> bool:
    """Every gap at least `least`, and none longer than `most`, the jitter and one tick."""
    found = log.gaps(host, path)
    return len(found) >= 5 and min(found) >= least and max(found) <= most * 1.1 + TICK


@check(8)
def never_sooner_than_asked(log: Log) -> bool:
    waits = {"/max-age": 2, "/year": 24, "/expires": 3, "/ttl": 4, "/period": 3, "/later": 3}
    asked = (never_sooner(log, "cached", f"{path}.xml", n * HOUR, n * HOUR) for path, n in waits.items())
    every = all(min(log.gaps(lines[0]["host"], lines[0]["path"]), default=DAY) >= HOUR for lines in once(log))
    return all(asked) and every


def once(log: Log) -> list[list[Line]]:
    """The feeds that are asked once a poll: all but the redirect to itself."""
    return [lines for lines in log.feeds() if lines[0]["path"] != "/round.xml"]


@check(9)
def jitter_upward_only(log: Log) -> bool:
    return min(log.gaps("harbor", "/odd.xml")) >= HOUR and min(log.gaps("hand", "/feed.xml")) >= 6 * HOUR


@check(10)
def a_storm_of_restarts_asks_nothing(log: Log) -> bool:
    return {state for state, _ in log.told["storm"]} == {"not due"} and all(
        gap >= HOUR for lines in once(log) for gap in gaps(line for line in lines if not log.by_force(line))
    )


@check(11)
def adapted_to_the_pace(log: Log) -> bool:
    """A feed with news every three hours is asked hourly, one with nothing new twice a day."""
    return len(odd(log)) > 90 and len(log.of("quiet", "/constant.xml")) < 7 * 5


@check(12)
def a_last_poll_before_the_issue_closes(log: Log) -> bool:
    """20 minutes before 07:00 UTC, however seldom the feed is asked."""
    days = {
        line["at"].date()
        for line in log.of("quiet", "/constant.xml")
        if timedelta() <= line["at"] - line["at"].replace(hour=6, minute=40, second=0) < 20 * MINUTE
    }
    return len(days) >= 6


def held(log: Log, host: str, status: int, until: Callable[[Line], datetime]) -> bool:
    """Whether the whole host was left alone from each such answer until then, and asked again later."""
    answered = [line for line in log.of(host) if line["status"] == status]
    quiet = all(not (line["at"] < other["at"] < until(line)) for line in answered for other in log.of(host))
    return bool(answered) and quiet and log.of(host, "/b.xml")[-1]["at"] > until(answered[-1])


@check(13)
def retry_after_for_the_host(log: Log) -> bool:
    seconds = held(log, "seconds", 429, lambda line: line["at"] + timedelta(seconds=14400))
    return seconds and held(log, "date", 503, lambda line: MONDAY + 3.3 * DAY)


@check(14)
def errors_back_off(log: Log) -> bool:
    """Doubled with each failure, up to a day."""
    found = gaps([line for line in log.of("failing", "/feed.xml") if line["status"] == 500])
    doubled = all(min(before * 1.6, DAY) <= after <= DAY * 1.1 + TICK for before, after in pairwise(found))
    return len(found) >= 5 and doubled


@check(15)
def gone_is_gone(log: Log) -> bool:
    """Even with --force."""
    return [line["status"] for line in log.of("gone", "/feed.xml")].count(410) == 1


@check(16)
def missing_and_forbidden_are_asked_daily(log: Log) -> bool:
    found = [log.gaps(name, "/feed.xml") for name in ("missing", "wall")]
    return all(len(waits) >= 5 and min(waits) >= DAY for waits in found)


@check(17)
def permanent_moves_are_learned(log: Log) -> bool:
    old, new = log.of("moved", "/old.xml"), log.of("moved", "/new.xml")
    learned = 3 <= len(old) < len(new) and old[-1]["at"] - old[0]["at"] >= DAY and old[-1]["at"] < new[-1]["at"]
    return learned and len(log.of("moved", "/away.xml")) == len(log.of("moved", "/stay.xml"))


@check(18)
def redirects_end(log: Log) -> bool:
    polls: list[int] = []
    for n, line in enumerate(lines := log.of("moved", "/round.xml")):
        if n and line["at"] - lines[n - 1]["at"] < 5 * MINUTE:
            polls[-1] += 1
        else:
            polls.append(1)
    return len(polls) > 3 and max(polls) <= 6


@check(19)
def accepts_compression(log: Log) -> bool:
    return {sends(line, "accept-encoding") for line in log.lines} == {"gzip, br"}


@check(20)
def accepts_feeds(log: Log) -> bool:
    types = ("application/rss+xml", "application/atom+xml", "application/feed+json")
    return all(kind in (sends(line, "accept") or "") for line in log.lines for kind in types)


@check(21)
def one_name_with_an_address(log: Log) -> bool:
    (agent,) = {sends(line, "user-agent") for line in log.lines}
    return re.fullmatch(rf"Tripoint/{re.escape(VERSION)} \(\+https?://\S+/bot(; [^)]+)?\)", agent or "") is not None


@check(22)
def nothing_that_tracks_or_spoils_caches(log: Log) -> bool:
    told = {name for line in log.lines for name in line["headers"]}
    return not told & {"cookie", "referer", "range"} and not any("?" in line["path"] for line in log.lines)


@check(23)
def one_connection_and_spacing(log: Log) -> bool:
    """Also where an answer takes longer than the spacing, and with a Crawl-delay; first polls spread over the hour."""
    hosts = {line["host"] for line in log.lines}
    spaced = all(gap.total_seconds() >= (20 if host == "delayed" and n else 5)
                 for host in hosts for n, gap in enumerate(gaps(log.of(host))))  # fmt: skip
    after = zip(log.of("slow"), gaps(log.of("slow")), strict=False)
    slow = all(gap.total_seconds() >= 8 for line, gap in after if line["path"] != "/robots.txt")
    return spaced and slow and set(log.told["most"].values()) == {1} and spread(log)


def spread(log: Log) -> bool:
    """Nothing holds all hosts to one minute: on the last day the polls fall on every tick of the hour."""
    last = [line["at"] for line in log.lines if line["at"] > MONDAY + 6 * DAY]
    return {at.minute // 20 for at in last} == {0, 1, 2}


@check(24)
def robots_by_rfc_9309(log: Log) -> bool:
    """Asked for first, and within a day before every request; unreachable closes the host; news are heeded; and so are
    rules that are found after five redirects, behind an editor's mark, and within the first 500 KiB."""
    for host in {line["host"] for line in log.lines}:
        asked = None
        for line in log.of(host):
            if line["path"] == "/robots.txt":
                asked = line["at"]
            elif asked is None or line["at"] - asked > DAY + MINUTE:
                return False
    forbidden = [line for name in ("closed", "bent", "marked", "lengthy") for line in log.of(name, "/feed")]
    forbidden += log.of("delayed", "/no/")
    read = {line["path"] for line in log.of("bent")} == {"/robots.txt", *(f"/{n}" for n in range(1, 6))}
    changed = log.of("changing", "/feed.xml")
    return read and not forbidden and len(changed) > 5 and changed[-1]["at"] < MONDAY + 4 * DAY


@check(25)
def deltas(log: Log) -> bool:
    """A-IM goes with If-None-Match only; what a 226 leaves out is not taken for removed."""
    paired = all(bool(sends(line, "a-im")) == (sends(line, "if-none-match") is not None) for line in log.lines)
    given = [line for line in log.of("delta", "/feed.xml") if line["status"] == 226]
    hours = int((given[-1]["at"] - MONDAY) / HOUR)
    return paired and len(given) > 5 and log.told["entries"]["delta-feed"] == hours + 12


@check(26)
def no_hub_behind_our_back(log: Log) -> bool:
    """WebSub is optional and off: no hub is contacted, and polling goes on."""
    return len(log.of("hub", "/feed.xml")) > 20 and not log.of("hub", "/hub")


@check(27)
def hours_and_days_to_skip(log: Log) -> bool:
    later = log.of("skipping", "/feed.xml")[1:]
    return len(later) > 10 and all(line["at"].hour >= 6 and line["at"].strftime("%A") != "Saturday" for line in later)


@check(28)
def each_page_once(log: Log) -> bool:
    asked = [line["path"] for line in log.of("harbor", "/news/")]
    return len(asked) > 50 and len(asked) == len(set(asked))


@check(29)
def two_sources_share_one_request(log: Log) -> bool:
    both = log.told["entries"]["twin"] == log.told["entries"]["harbor-odd"] > 50
    return both and min(log.gaps("harbor", "/odd.xml")) >= HOUR


@check(30)
def by_hand_by_the_same_clock(log: Log) -> bool:
    """And it says so; --force asks once more, conditionally, and never a closed host."""
    forced = [line for line in log.lines if log.by_force(line)]
    said = {state for state, _ in log.told["by hand"]} == {"not due"}
    return said and [(line["host"], conditional(line)) for line in forced if line["path"] == "/feed.xml"] == [
        ("hand", True)
    ]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    folder = tmp_path_factory.mktemp("week")
    command = [sys.executable, "-m", "tests.crawler.week", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Log(json.loads((folder / "week.json").read_text(encoding="utf-8")))


def test_thirty_manners_of_a_week(log: Log) -> None:
    failed = [f"{number} {rule.__name__}" for number, rule in sorted(CHECKS.items()) if not rule(log)]
    print(f"{len(CHECKS) - len(failed)}/{len(CHECKS)}")
    assert len(CHECKS) == 30 and failed == []


def test_nothing_of_the_week_went_unanswered(log: Log) -> None:
    assert log.told["unanswered"] == 0


def test_the_page_that_our_name_leads_to_says_who_we_are(tmp_path: Path, log: Log) -> None:
    config = base_config().model_copy(update={"folder": tmp_path})
    engine = db.open_store(f"sqlite:///{tmp_path}/bot.db", create=True)
    with served(build(config, engine, clock=lambda: MONDAY)) as client:
        shown = client.get("/bot")
    engine.dispose()
    assert shown.status_code == 200 and (sends(log.lines[0], "user-agent") or "-") in shown.text
