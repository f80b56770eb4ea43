"""Look at configured sources once, without touching their schedule: what `sources check` and `sources doctor` ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from sqlalchemy import Engine

from config import Config, Source
from crawler import door, layout, schedule
from crawler.look import Sight, best
from crawler.plan import addresses
from crawler.roster.around import around
from crawler.roster.diagnose import Finding, History, better, diagnose, one
from crawler.roster.probe import Ask, probe
from store import db, history, sources
from store.records import Endpoint

Progress = Callable[[int, int, str], None]


class Unreachable(Exception):
    """Raised when not one of several sources answered at all, from check and examine: this machine's network is ill.

    What the store alone tells is in `findings`.
    """

    def __init__(self, findings: Mapping[str, list[Finding]] | None = None) -> None:
        super().__init__("no source could be reached: check this machine's network")
        self.findings = dict(findings or {})


REMEMBERED = timedelta(days=14)
UNREAD = ("no feed", "frozen", "stale", "empty", "gone", "no answer", "no headlines")  # another address may help
_NETWORK = ("dns", "timeout", "error")


@dataclass(frozen=True, slots=True)
class Checked:
    """One address of a source as it is now; `health` is "ok" or what is seriously wrong, `why` in plain words."""

    source: Source
    sight: Sight
    health: str
    why: str

    @property
    def bad(self) -> bool:
        return self.health not in ("ok", "held")


def check(
    config: Config, chosen: Sequence[Source], engine: Engine | None, *, now: datetime, progress: Progress
) -> list[Checked]:
    """Ask each address of the sources once, in their order. Raises Unreachable."""
    seen = look_at(config, chosen, _endpoints(engine), _holds(engine, chosen), now=now, progress=progress)
    if unreachable(seen):
        raise Unreachable
    rows = []
    for source in chosen:
        for sight in seen.get(source.id, ()):
            found = list(one(source, sight, History(), now))
            worst = next((finding for finding in found if finding.serious), None)
            held = next((finding for finding in found if finding.what == "held"), None)
            health = worst.what if worst is not None else "held" if held is not None else "ok"
            rows.append(Checked(source, sight, health, "; ".join(finding.why for finding in found)))
    return rows


def examine(
    config: Config, chosen: Sequence[Source], engine: Engine | None, *, now: datetime, progress: Progress
) -> dict[str, list[Finding]]:
    """Source id -> what is wrong with it, the serious first. A disabled source is asked only where it is alone.

    Raises Unreachable.
    """
    asked = [source for source in chosen if source.enabled or len(chosen) == 1]
    seen = look_at(config, asked, _endpoints(engine), _holds(engine, asked), now=now, progress=progress)
    past = _history(engine, chosen, now)
    if unreachable(seen):
        raise Unreachable({s.id: diagnose(s, (), past.get(s.id, History()), now) for s in chosen})
    found = {s.id: diagnose(s, seen.get(s.id, ()), past.get(s.id, History()), now) for s in chosen}
    lost = [source for source in asked if any(finding.what in UNREAD for finding in found[source.id])]
    for id, finding in _alternatives(config, lost, seen, now, progress).items():
        # The better address is the remedy: switching the outlet off is none any more
        kept = [replace(old, fix={}) if old.what in UNREAD else old for old in found[id]]
        found[id] = [finding, *kept]
    return found


def unreachable(seen: Mapping[str, Sequence[Sight]]) -> bool:
    """Whether not one of several sources answered at all: then it is this machine's network that is ill."""
    all_ = [sight for sights in seen.values() for sight in sights]
    return len(seen) > 1 and all(sight.status is None and sight.outcome in _NETWORK for sight in all_)


def look_at(
    config: Config, chosen: Iterable[Source], endpoints: Mapping[tuple[str, str], Endpoint],
    holds: Mapping[str, datetime], *, now: datetime, progress: Progress,
) -> dict[str, list[Sight]]:  # fmt: skip
    """Source id -> its addresses as they are now. Who asked to be left alone, or refused us today, is not asked."""
    seen: dict[str, list[Sight]] = {}
    asks = []
    for source in chosen:
        seen[source.id] = []
        for kind, url in addresses(source):
            endpoint = endpoints.get((source.id, url)) or Endpoint(source.id, url, kind)
            wait = schedule.wait(endpoint, holds.get(door.host_key(url)), now, force=True)
            if wait is None:
                asks.append(Ask(source, url, kind))
                continue
            outcome = {"gone": "http 410", "blocked": "blocked"}.get(endpoint.health, "held")
            error = endpoint.error if outcome == "blocked" else wait.reason
            until = f", until {wait.until:%Y-%m-%d %H:%M} UTC" if wait.until else ""
            seen[source.id].append(Sight(source.id, kind, url, url, outcome, f"{error} (not asked again{until})"))
    for sight in probe(config, asks, now=now, progress=progress):
        seen[sight.source_id].append(sight)
    answered = {(sight.source_id, sight.asked) for sights in seen.values() for sight in sights}
    for ask in asks:
        if (ask.source.id, ask.url) not in answered:
            error = "no answer came in time"
            seen[ask.source.id].append(Sight(ask.source.id, ask.kind, ask.url, ask.url, "timeout", error))
    return seen


def _alternatives(
    config: Config, lost: Sequence[Source], seen: Mapping[str, Sequence[Sight]], now: datetime, progress: Progress
) -> dict[str, Finding]:
    """A better address of each source that is not read, where its home page or its robots.txt names one."""
    homes = probe(config, [Ask(source, home(source)) for source in lost], now=now, progress=progress)
    pages = {sight.source_id: sight for sight in homes if sight.look is not None}
    known = {url for source in config.sources for _, url in addresses(source)}
    found: dict[str, Finding] = {}
    for source in lost:
        page = pages.get(source.id)
        if page is None or page.look is None or page.look.kind != "page":
            continue
        newest = best(around(config, source, page, now=now, progress=progress, but=known))
        finding = better(source, seen.get(source.id, ()), newest) if newest is not None else None
        if finding is not None:
            found[source.id] = finding
    return found


def home(source: Source) -> str:
    """The outlet's own page: of the first domain it names, else of the server that it is read from."""
    first = next((url for _, url in addresses(source)), "")
    host = urlsplit(first).hostname or ""
    if source.domains and not any(host == domain or host.endswith("." + domain) for domain in source.domains):
        return f"https://{source.domains[0]}/"
    return urljoin(first, "/")


# -- what the store knows; nothing where there is none ----------------------------------------------------------------


def _endpoints(engine: Engine | None) -> dict[tuple[str, str], Endpoint]:
    if engine is None:
        return {}
    with db.reading(engine) as conn:
        return sources.endpoints(conn)


def _holds(engine: Engine | None, chosen: Iterable[Source]) -> dict[str, datetime]:
    if engine is None:
        return {}
    names = {door.host_key(url) for source in chosen for _, url in addresses(source)}
    with db.reading(engine) as conn:
        found = sources.hosts(conn, names)
    return {name: host.not_before for name, host in found.items() if host.not_before is not None}


def _history(engine: Engine | None, chosen: Iterable[Source], now: datetime) -> dict[str, History]:
    if engine is None:
        return {}
    with db.reading(engine) as conn:
        emptied, aside, known = layout.suspects(conn, now), history.quarantined(conn), sources.endpoints(conn)
        return {
            source.id: History(
                tuple(history.entries_since(conn, source.id, now - REMEMBERED)),
                {url: endpoint for (id, url), endpoint in known.items() if id == source.id and _current(source, url)},
                tuple(one for one in aside if one.source_id == source.id),
                emptied.get(source.id, ""),
            )
            for source in chosen
        }


def _current(source: Source, url: str) -> bool:
    return any(url == address for _, address in addresses(source))
