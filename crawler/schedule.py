"""When is a source due again, and what may be told to its server. Pure: endpoints in, endpoints out.

Sources of the rules: RFC 9111 (validators, freshness), RFC 9110 10.2.3 (Retry-After), the RSS 2.0 specification (ttl,
skipHours, skipDays), and what webmasters ask of feed readers (rachelbythebay.com/w/feed).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from store.records import Endpoint

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LONGEST = DAY  # a success is never followed by a longer wait, whatever max-age says
QUIET = timedelta(hours=12)  # a source that writes rarely is asked this often at least
PACE = 4  # polls for each entry that is expected
JITTER = 0.10  # of the wait, upward only: a poll at 59 minutes is impolite
FAILURE = timedelta(hours=1)  # doubled with each failure, up to a day
HOLD_SHORTEST, HOLD_LONGEST = timedelta(seconds=60), timedelta(days=7)  # of a Retry-After
LAST_POLL = timedelta(minutes=20)  # before a slot closes
MOVES = 3  # good parses at the same new address, over at least a day, before a move is believed
STALE = timedelta(days=7)  # newest item older than this: the feed answers, but nobody feeds it
SLOW = 10.0  # seconds for one answer
AHEAD = timedelta(hours=1)  # what was noted later than this from now was noted by a clock that ran ahead
VALIDATOR = 1024  # characters; a longer one would come back to us as a 431 for ever
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
DAILY = ("blocked", "http 404", "robots")  # asked again tomorrow, never sooner
# A server that takes our conditions ill must be asked without them once, or it would be asked in vain for ever
UNCONDITIONAL = ("http 400", "http 412", "http 431")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to one poll, and what the parser made of it.

    `outcome` is that of records.Fetch. `headers` have lower-case names. `permanent` is the address that an unbroken
    chain of 301 and 308 led to, or None. `whole` is False where the body was cut off. `new` counts entries never seen
    before.
    """

    at: datetime
    outcome: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    permanent: str | None = None
    whole: bool = True
    listed: int = 0
    new: int = 0
    pace: float | None = None  # entries a week, as the document's dates say
    newest: datetime | None = None
    ttl: int | None = None  # minutes
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    seconds: float = 0.0
    error: str = ""


def address(endpoint: Endpoint) -> str:
    """The address to ask: the configured one, or where it moved for good."""
    return str(endpoint.state.get("url") or endpoint.url)


def conditions(endpoint: Endpoint, url: str) -> dict[str, str]:
    """The conditional headers for a request to `url`: its validators byte for byte, if they are its own."""
    if endpoint.validators_url != url:
        return {}
    found = {}
    if endpoint.etag is not None:
        found["If-None-Match"] = endpoint.etag
        found["A-IM"] = "feed"  # RFC 3229 10.5.3: only together with If-None-Match
    if endpoint.last_modified is not None:
        found["If-Modified-Since"] = endpoint.last_modified
    return found


@dataclass(frozen=True, slots=True)
class Wait:
    """Why an endpoint is not asked now, and when it will be. `until` is None for never."""

    reason: str
    until: datetime | None


def due(endpoint: Endpoint, now: datetime) -> datetime | None:
    """When an address is asked again; None for at once, also where a clock that ran ahead has put it off."""
    return None if endpoint.checked is not None and endpoint.checked > now + AHEAD else endpoint.due


def holds(until: datetime | None, now: datetime) -> bool:
    """Whether a host is to be left alone still. Nobody is heeded longer than a week: more is a clock's fault."""
    return until is not None and now < until <= now + HOLD_LONGEST + AHEAD


def wait(endpoint: Endpoint, held: datetime | None, now: datetime, *, force: bool = False) -> Wait | None:
    """None where the endpoint may be asked now. `held` is its host's Retry-After.

    `force` overrides our own interval and back-off only: a 410, a block and a Retry-After stand.
    """
    if endpoint.health == "gone":
        return Wait("gone: the server said 410, for good", None)
    if holds(held, now):
        return Wait("its server asked to be left alone (Retry-After)", held)
    when = due(endpoint, now)
    if when is None or when <= now:
        return None
    if endpoint.health == "blocked":
        return Wait("blocked: its server refused us; not evaded", when)
    return None if force else Wait("not due", when)


def after(endpoint: Endpoint, answer: Answer, *, interval: timedelta, closings: Iterable[datetime] = ()) -> Endpoint:
    """The endpoint after one poll: when it is due again, what is remembered, how it is.

    `interval` is the operator's or the default; `closings` are the next instants at which an issue closes.
    """
    if answer.outcome in ("ok", "unchanged"):
        return _after_success(endpoint, answer, interval, closings)
    return _after_failure(endpoint, answer)


def _after_success(endpoint: Endpoint, answer: Answer, interval: timedelta, closings: Iterable[datetime]) -> Endpoint:
    rate = _rate(endpoint, answer)
    newest = max((stamp for stamp in (endpoint.newest, answer.newest) if stamp is not None), default=None)
    state = dict(endpoint.state)
    for name, value in (
        ("read", answer.at.isoformat()),  # a 304 says that what was listed then still is
        ("ttl", answer.ttl),
        ("skip_hours", list(answer.skip_hours)),
        ("skip_days", list(answer.skip_days)),
    ):
        if answer.outcome == "ok":
            state[name] = value
    waited = max(interval, _adapted(rate, interval))
    asked = _asked(answer, state)
    due = answer.at + _jittered(max(waited, asked), endpoint.url)
    due = _in_time(due, answer.at + max(interval, asked), closings)
    due = _outside(due, state)
    moved = _moved(endpoint, answer, state)
    health = _health(newest, answer, bool(state.get("url")))
    etag, modified, belongs = _validators(endpoint, answer)
    return replace(
        moved, etag=etag, last_modified=modified, validators_url=belongs, due=due,
        interval=int(waited.total_seconds()), failures=0, checked=answer.at, good=answer.at,
        newest=newest, entries_per_week=rate, health=health, error="", state=state,
        since=endpoint.since if endpoint.health == health else answer.at,
    )  # fmt: skip


def _validators(endpoint: Endpoint, answer: Answer) -> tuple[str | None, str | None, str | None]:
    """Those of the newest body that parsed whole, byte for byte; a 304 keeps and may refresh them (RFC 9111 4.3.4)."""
    etag, modified = (_kept(answer.headers.get(name)) for name in ("etag", "last-modified"))
    if answer.outcome == "unchanged":
        etag = etag if etag is not None else endpoint.etag
        modified = modified if modified is not None else endpoint.last_modified
        return etag, modified, endpoint.validators_url
    if not answer.whole or not answer.listed:  # some feeds stand empty for a minute while they are written
        return endpoint.etag, endpoint.last_modified, endpoint.validators_url
    return etag, modified, answer.url


def _kept(validator: str | None) -> str | None:
    return validator if validator is not None and len(validator) <= VALIDATOR else None


def _rate(endpoint: Endpoint, answer: Answer) -> float | None:
    """Entries a week, smoothed over a week of polls."""
    if endpoint.entries_per_week is None or endpoint.good is None:
        return answer.pace if answer.outcome == "ok" else None
    passed = max((answer.at - endpoint.good) / WEEK, 1e-6)
    weight = 1 - math.exp(-passed)
    return endpoint.entries_per_week * (1 - weight) + (answer.new / passed) * weight


def pace(stamps: Iterable[datetime], at: datetime) -> float | None:
    """Entries a week, as their dates tell: those of the last week, over a week or the shorter time that they span."""
    past = sorted(stamp for stamp in stamps if stamp <= at)
    recent = [stamp for stamp in past if at - stamp <= WEEK]
    if not past:
        return None
    span = WEEK if len(recent) < len(past) or not recent else max(at - recent[0], DAY / 4)
    return len(recent) * (WEEK / span)


def _adapted(rate: float | None, interval: timedelta) -> timedelta:
    """The wait that fits the source's pace."""
    if rate is None:
        return interval
    return min(WEEK / max(rate * PACE, 1e-6), max(QUIET, interval)) if rate > 0 else max(QUIET, interval)


def _asked(answer: Answer, state: Mapping[str, object]) -> timedelta:
    """The wait that server and feed ask for: max-age, Expires, ttl and updatePeriod; at most a day."""
    ttl = state.get("ttl")
    asked = timedelta(minutes=ttl) if isinstance(ttl, int) and ttl > 0 else timedelta()
    control = answer.headers.get("cache-control", "").lower()
    stored = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,12})", control)
    if stored and "no-store" not in control and "no-cache" not in control:
        asked = max(asked, timedelta(seconds=min(int(stored[1]), LONGEST.total_seconds())))
    elif not stored and (expires := http_date(answer.headers.get("expires", ""))):
        asked = max(asked, expires - (http_date(answer.headers.get("date", "")) or answer.at))
    if hold := retry_after(answer.headers.get("retry-after"), answer.at):
        asked = max(asked, hold)
    return min(asked, LONGEST)


def _jittered(waited: timedelta, url: str) -> timedelta:
    share = int.from_bytes(hashlib.sha256(url.encode()).digest()[:4], "big") / 2**32
    return waited * (1 + JITTER * share)


def _in_time(due: datetime, soonest: datetime, closings: Iterable[datetime]) -> datetime:
    """A poll that would miss a closing issue by a little is made 20 minutes before it, if that is not too soon."""
    for closing in sorted(closings):
        last = closing - LAST_POLL
        if soonest <= last < due:
            return last
    return due


def _outside(due: datetime, state: Mapping[str, object]) -> datetime:
    """The first instant from `due` on that is in no hour or day (UTC) which the feed asks to skip."""
    hours, days = state.get("skip_hours") or (), state.get("skip_days") or ()
    assert isinstance(hours, (list, tuple)) and isinstance(days, (list, tuple))
    skipped = {str(day).strip().lower() for day in days}
    for _ in range(24 * 8):
        if due.hour not in hours and due.strftime("%A").lower() not in skipped:
            return due
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due  # it asks to skip everything: that cannot be meant


def _moved(endpoint: Endpoint, answer: Answer, state: dict[str, object]) -> Endpoint:
    """Believe a permanent move after three good answers at the same new address over at least a day; never a 302."""
    target = answer.permanent
    if target is None or target == address(endpoint):
        return replace(endpoint, moved_to=None, moved_count=0, moved_since=None)
    if target != endpoint.moved_to:
        return replace(endpoint, moved_to=target, moved_count=1, moved_since=answer.at)
    count, since = endpoint.moved_count + 1, endpoint.moved_since or answer.at
    if count >= MOVES and answer.at - since >= DAY:
        state["url"] = target
        return replace(endpoint, moved_to=None, moved_count=0, moved_since=None)
    return replace(endpoint, moved_count=count, moved_since=since)


def _health(newest: datetime | None, answer: Answer, moved: bool) -> str:
    if answer.outcome == "ok" and not answer.listed:
        return "empty"
    if newest is not None and answer.at - newest > STALE:
        return "stale"
    if answer.seconds > SLOW:
        return "slow"
    return "moved" if moved else "ok"


def _after_failure(endpoint: Endpoint, answer: Answer) -> Endpoint:
    failures = endpoint.failures + 1
    state = dict(endpoint.state)
    held = retry_after(answer.headers.get("retry-after"), answer.at) or timedelta()
    if answer.outcome in ("http 404", "http 410") and state.pop("url", None):
        health, due = "failing", answer.at + FAILURE  # the learned address is gone: back to the configured one
    elif answer.outcome == "http 410":
        health, due = "gone", NEVER
    elif answer.outcome in DAILY:
        health = "failing" if answer.outcome == "http 404" else "blocked"
        due = answer.at + max(_jittered(DAY, endpoint.url), held)
    else:
        health = answer.outcome if answer.outcome in ("empty", "not a feed") else "failing"
        backed_off = min(FAILURE * 2 ** min(failures - 1, 5), DAY)
        due = answer.at + max(_jittered(backed_off, endpoint.url), held)
    if answer.outcome in UNCONDITIONAL:
        endpoint = replace(endpoint, etag=None, last_modified=None, validators_url=None)
    return replace(
        endpoint, due=due, failures=failures, checked=answer.at, health=health, error=answer.error or answer.outcome,
        since=endpoint.since if endpoint.health == health else answer.at, state=state,
        interval=int((due - answer.at).total_seconds()) if due != NEVER else None,
    )  # fmt: skip


def host_hold(status: int | None, headers: Mapping[str, str], at: datetime, failures: int) -> datetime | None:
    """Until when a whole host is left alone after a 429 or 503: as it asks, else an hour, doubled with each failure."""
    if status not in (429, 503):
        return None
    asked = retry_after(headers.get("retry-after"), at)
    if asked is None and status == 503:
        return None  # an ordinary outage: the endpoint's own back-off is enough
    return at + (asked or min(FAILURE * 2 ** min(failures, 5), DAY))


def retry_after(value: str | None, at: datetime) -> timedelta | None:
    """The wait that a Retry-After asks for, between a minute and seven days; None for none or nonsense."""
    if value is None:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{1,20}", text):
        asked = timedelta(seconds=min(int(text), int(HOLD_LONGEST.total_seconds())))
    elif (stamp := http_date(text)) is not None:
        asked = stamp - at
    else:
        return None
    return min(max(asked, HOLD_SHORTEST), HOLD_LONGEST)


def http_date(value: str) -> datetime | None:
    """An HTTP date (RFC 9110 5.6.7) as an aware UTC datetime, or None."""
    try:
        stamp = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).astimezone(UTC)


def closings(slots: Iterable[tuple[str, str]], now: datetime) -> list[datetime]:
    """The next instants, today and tomorrow, at which slots ("HH:MM", zone) close."""
    found = []
    for clock, zone in slots:
        hour, minute = map(int, clock.split(":"))
        local = now.astimezone(ZoneInfo(zone))
        for days in (0, 1):
            at = local.replace(hour=hour, minute=minute, second=0, microsecond=0) + timedelta(days=days)
            if at.astimezone(UTC) > now:
                found.append(at.astimezone(UTC))
    return sorted(found)
