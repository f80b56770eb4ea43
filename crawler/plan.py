"""Who is read now, and who is not and why: decided before any request is made."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from config import Config, Source
from crawler import door, schedule
from crawler.canonical import host_of, safe_link
from crawler.task import CrawlOptions, Job, Target
from store.records import Endpoint, Host


class CrawlError(Exception):
    """Raised when a crawl cannot be begun as asked: an unknown name, an unusable address, options that contradict."""


@dataclass(frozen=True, slots=True)
class NotDue:
    """An address that is not asked now. `until` is None for never."""

    source_id: str
    url: str
    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The targets of a crawl, the sources made up for addresses in no config, and those that are not due."""

    targets: tuple[Target, ...]
    adhoc: tuple[Source, ...] = ()
    not_due: tuple[NotDue, ...] = ()
    selected: tuple[str, ...] = ()  # every source that was meant, due or not

    def job(self, config: Config, options: CrawlOptions, now: datetime) -> Job:
        return Job(config, now, options, self.targets, self.adhoc, float(config.politeness.deadline))


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows: endpoints by (source, url), hosts by name, and the sources with pages still to be read."""

    endpoints: Mapping[tuple[str, str], Endpoint] = field(default_factory=dict)
    hosts: Mapping[str, Host] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()


def named(words: Iterable[str]) -> list[str]:
    """The targets of the command line, with each @FILE replaced by its lines. Raises CrawlError."""
    found: list[str] = []
    for word in words:
        if not word.startswith("@"):
            found.append(word)
            continue
        try:
            lines = Path(word[1:]).expanduser().read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as exc:
            raise CrawlError(f"cannot read the list {word[1:]}: {exc}") from exc
        listed = [line for raw in lines if (line := re.sub(r"(^|\s)#.*", "", raw).strip())]
        if not listed:
            raise CrawlError(f"the list {word[1:]} names nothing")  # never all sources, which no name would mean
        found.extend(listed)
    return found


def addresses(source: Source) -> list[tuple[str, str]]:
    """(kind, address) of everything that a source is read from."""
    kinds = (("feed", source.feeds), ("sitemap", source.sitemaps), ("section", source.sections))
    return [(kind, url) for kind, urls in kinds for url in urls]


def plan(config: Config, words: Sequence[str], options: CrawlOptions, known: Known, now: datetime) -> Plan:
    """Decide what is read. Raises CrawlError for what cannot be understood."""
    wanted: list[tuple[Source, str, str]] = []  # source, kind, url
    typed: list[str] = []
    if not words:
        wanted = [(s, kind, url) for s in config.sources if s.enabled for kind, url in addresses(s)]
    for word in words:
        source = config.source(word)
        if source is not None:
            wanted.extend((source, kind, url) for kind, url in addresses(source))
        elif "://" in word:
            matches = [(s, kind, url) for s in config.sources for kind, url in addresses(s) if url == word]
            wanted.extend(matches)
            typed.extend([] if matches else [_usable(word)])
        else:
            near = difflib.get_close_matches(word, [s.id for s in config.sources], n=1)
            hint = f" (did you mean {near[0]!r}?)" if near else "; an address begins with http:// or https://"
            raise CrawlError(f"no source is called {word!r}{hint}")
    if options.country:
        wanted = [entry for entry in wanted if entry[0].country == options.country]
        if not wanted and not typed:
            raise CrawlError(f"no {'enabled ' if not words else ''}source of the country {options.country}")
    wanted = list({(source.id, url): (source, kind, url) for source, kind, url in wanted}.values())
    due, waiting = _due(wanted, options, known, now)
    selected = tuple(dict.fromkeys(source.id for source, _, _ in wanted))
    pages = [Target("", "pages", (id,)) for id in selected if id in known.unread and options.replay is None]
    adhoc, shown = _typed(config, typed)
    return Plan((*due, *pages, *shown), adhoc, waiting, selected)


def _usable(word: str) -> str:
    link = safe_link(word)
    if link is None:
        raise CrawlError(f"not an http or https address that may be fetched: {word}")
    return link


def _due(
    wanted: Iterable[tuple[Source, str, str]], options: CrawlOptions, known: Known, now: datetime
) -> tuple[tuple[Target, ...], tuple[NotDue, ...]]:
    """The addresses to ask now, one target for each however many sources name it, and the others."""
    due: dict[tuple[str, str], list[str]] = {}
    waiting: list[NotDue] = []
    for source, kind, url in wanted:
        endpoint = known.endpoints.get((source.id, url)) or Endpoint(source.id, url, kind)
        host = known.hosts.get(door.host_key(schedule.address(endpoint)))
        held = host.not_before if host is not None else None
        wait = None if options.replay else schedule.wait(endpoint, held, now, force=options.force)
        if wait is None:
            due.setdefault((kind, url), []).append(source.id)
        else:
            waiting.append(NotDue(source.id, url, wait.reason, wait.until))
    return tuple(Target(url, kind, tuple(ids)) for (kind, url), ids in due.items()), tuple(waiting)


def _typed(config: Config, urls: Iterable[str]) -> tuple[tuple[Source, ...], tuple[Target, ...]]:
    """A target for each address in no config, under the source of its host, or one made up for it."""
    adhoc: dict[str, Source] = {}
    targets: list[Target] = []
    for url in dict.fromkeys(urls):
        source = _of_host(config, url)
        if source is None:
            host = host_of(url) or "address"
            id = re.sub(r"[^a-z0-9]+", "-", f"{host}-{urlsplit(url).port or ''}".lower()).strip("-")[:60] or "address"
            id = id if config.source(id) is None else f"{id}-x"
            source = adhoc.setdefault(
                id, Source(id=id, name=host[:80], country="XX", feeds=(url,), enabled=False, full_text=True)
            )
        targets.append(Target(url, "any", (source.id,)))
    return tuple(adhoc.values()), tuple(targets)


def _of_host(config: Config, url: str) -> Source | None:
    """The configured source whose host this is."""
    place = door.where(url)
    for source in config.sources:
        if any(door.where(address) == place for _, address in addresses(source)):
            return source
    host = place[0].removeprefix("www.")
    return next((source for source in config.sources if host in source.domains), None)
