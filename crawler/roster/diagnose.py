"""What is wrong with a source, why, and which keys of its entry put it right. Pure: values in, findings out."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from config import Source
from crawler.canonical import canonical
from crawler.look import Look, Sight
from crawler.roster.shift import label, shifted
from crawler.schedule import STALE
from store.records import Endpoint, Listed, Quarantined

REVIEW = timedelta(days=180)  # after which a restriction is to be looked up again
FEW = 5  # entries: fewer show no habit
_CHARSETS = {"RU": "windows-1251", "BY": "windows-1251", "UA": "windows-1251", "CN": "gb18030", "TW": "big5hkscs",
             "JP": "cp932", "KR": "cp949"}  # fmt: skip
_KEYS = {"feed": "feeds", "sitemap": "sitemaps", "section": "sections"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a source. `fix` are the keys of its entry that put it right; empty where no key does.

    `serious`: it is read badly or not at all; else it is read, and this is worth knowing.
    """

    source_id: str
    what: str
    why: str
    fix: Mapping[str, Any] = field(default_factory=dict)
    serious: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """What the store knows of one source. `emptied` says why its articles look so, "" where they do not."""

    entries: tuple[Listed, ...] = ()  # of the last two weeks, newest first
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    quarantined: tuple[Quarantined, ...] = ()
    emptied: str = ""


def diagnose(source: Source, sights: Sequence[Sight], history: History, now: datetime) -> list[Finding]:
    """Everything that is to be said of one source, the serious first. `sights` are its addresses as they are now."""
    found = [*restriction(source, now), *stored(source, history)]
    for sight in sights:
        found.extend(one(source, sight, history, now))
    if not source.enabled:  # that remedy it has already
        found = [replace(each, fix={}) if each.fix == {"enabled": False} else each for each in found]
    return sorted(found, key=lambda finding: not finding.serious)


def one(source: Source, sight: Sight, history: History, now: datetime) -> Iterator[Finding]:
    """What one look at one address tells."""
    if sight.look is None:
        yield unread(source, sight)
        return
    if sight.moved and sight.moved != sight.asked:
        why = f"{sight.asked} moved for good to {sight.moved}"
        yield Finding(source.id, "moved", why, _instead(source, sight, sight.moved), serious=False)
    yield from frozen(source, sight, now)
    if sight.kind != "section":
        yield from charset(source, sight.look)
        yield from dates(source, sight, history, now)
        yield from doubles(source, sight.look)
        yield from elsewhere(source, sight.look)


# -- whether it can be read -------------------------------------------------------------------------------------------


def unread(source: Source, sight: Sight) -> Finding:
    """Why an address gave nothing, and what is left to do."""
    off: dict[str, Any] = {"enabled": False}
    where = sight.asked if sight.asked == sight.url else f"{sight.asked} (which led to {sight.url})"
    match sight.outcome:
        case "not a feed" | "not a sitemap":
            why = f"{where} answers, but {sight.error}; its feed may have been given up"
            return Finding(source.id, "no feed", why, off)
        case "blocked":
            area = "; it may answer from another country" if sight.status in (403, 451) else ""
            return Finding(source.id, "blocked", f"{where}: {sight.error}{area}. A refusal is not evaded", off)
        case "robots":
            consent = "; with the outlet's consent, obey_robots_for_feeds = false reads a feed all the same"
            return Finding(source.id, "robots", f"{where}: {sight.error}{consent if sight.kind == 'feed' else ''}", off)
        case "http 404" | "http 410":
            return Finding(source.id, "gone", f"{where}: {sight.error}", off)
        case "dns":
            why = f"{where}: {sight.error}; where no other is found either, it is this machine's network"
            return Finding(source.id, "gone", why, off)
        case "refused" if "not a public address" in sight.error:
            fix = {"allow_private_hosts": [_place(sight.url)]}
            return Finding(source.id, "private", f"{where}: {sight.error}", fix)
        case "held":
            return Finding(source.id, "held", f"{where}: {sight.error}", serious=False)
        case "empty" | "truncated" | "unsafe" | "too large":
            return Finding(source.id, sight.outcome, f"{where}: {sight.error or 'nothing came'}", off)
    why = f"{where}: {sight.error or sight.outcome}. It is asked again by itself; nothing in its entry would help"
    return Finding(source.id, "no answer", why)


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def frozen(source: Source, sight: Sight, now: datetime) -> Iterator[Finding]:
    """Nothing in it, or nothing new for a week: it answers, but nobody feeds it."""
    look, off = sight.look, {"enabled": False}
    assert look is not None
    if look.kind == "index":
        return
    if sight.kind == "section" and not look.entries:
        why = f"{sight.url} shows no headlines: its layout changed, or its links are made by a script"
        yield Finding(source.id, "no headlines", why, off)
    elif look.kind == "page" and sight.kind != "section":
        why = f"{sight.asked} is a web page{f' titled {look.title!r}' if look.title else ''}, no feed and no sitemap"
        yield Finding(source.id, "no feed", why, off)
    elif not look.entries:
        yield Finding(source.id, "empty", f"{sight.asked} lists nothing", off)
    elif look.newest is not None and now - look.newest > STALE:
        days = (now - look.newest).days
        what = "frozen" if days > 30 else "stale"
        why = f"{sight.asked} answers, but its newest item is of {look.newest:%Y-%m-%d}, {days} days ago"
        yield Finding(source.id, what, why, off)


def better(source: Source, sights: Sequence[Sight], found: Sight) -> Finding | None:
    """Whether another address of the same site should be read instead: newer than all that are, by a day or more."""
    if found.look is None or not found.look.lists:
        return None
    had = max((s.look.newest for s in sights if s.look is not None and s.look.newest is not None), default=None)
    newest = found.look.newest
    if had is not None and (newest is None or newest - had < timedelta(days=1)):
        return None
    key = "feeds" if found.look.kind == "feed" else "sitemaps"
    fix: dict[str, Any] = {key: [found.moved or found.asked]}
    fix |= {other: [] for other in ("feeds", "sitemaps", "sections") if other != key and getattr(source, other)}
    when = f"newest item {newest:%Y-%m-%d %H:%M}" if newest else "without dates"
    return Finding(source.id, "better address", f"{found.asked} lists {found.look.total} items, {when}", fix)


# -- whether it is read rightly ---------------------------------------------------------------------------------------


def charset(source: Source, look: Look) -> Iterator[Finding]:
    """Characters that were lost or put right on the way."""
    titles = "".join(entry.title for entry in look.entries)
    if titles.count("\ufffd") * 200 > len(titles):
        fix = {"encoding": _CHARSETS[source.country]} if source.country in _CHARSETS else {}
        fix = {} if fix.get("encoding") == source.encoding else fix
        why = f"characters of its headlines are lost; it was read as {look.encoding}"
        yield Finding(source.id, "wrong charset", why, fix)
    elif look.declared and not titles.isascii() and _family(look.declared) != _family(look.encoding):
        why = f"it declares {look.declared} and is {look.encoding}; it is read rightly, and the key makes that sure"
        fix = {} if source.encoding == look.encoding or look.encoding == "utf-8" else {"encoding": look.encoding}
        yield Finding(source.id, "charset", why, fix, serious=False)
    elif look.repaired:
        yield Finding(source.id, "charset", "damaged characters were mended on the way", serious=False)


def _family(name: str) -> str:
    """A charset's name as the web means it: gb2312 pages hold GB 18030, latin-1 pages hold windows-1252."""
    try:
        plain = codecs.lookup(name).name
    except LookupError:
        return name
    same = {"gb2312": "gb18030", "gbk": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252", "big5": "big5hkscs",
            "euc_kr": "cp949", "shift_jis": "cp932"}  # fmt: skip
    return same.get(plain, plain)


def dates(source: Source, sight: Sight, history: History, now: datetime) -> Iterator[Finding]:
    """Stamps that are missing, that name no zone, or that cannot be true."""
    look = sight.look
    assert look is not None
    if not look.entries or look.kind == "index":
        return
    stated = [entry for entry in look.entries if entry.published]
    if not stated:
        fix = {} if source.full_text else {"full_text": True}
        why = "its entries have no dates"
        why += "; they come from the pages" if source.full_text else ", and no page is read"
        yield Finding(source.id, "no dates", why, fix, serious=not source.full_text)
        return
    lags = [(row.published, row.first_seen) for row in _after_first(history.entries) if row.published]
    endpoint = history.endpoints.get(sight.asked)
    wait = timedelta(seconds=endpoint.interval) if endpoint is not None and endpoint.interval else timedelta(hours=1)
    seen = [(entry.published, min(now, sight.modified or now)) for entry in stated if entry.published]
    off = shifted(seen, lags, wait)
    named = label(source, [entry.published_raw for entry in stated], off or timedelta(), now)
    if off is not None:
        hours = f"{abs(off) / timedelta(hours=1):g} h"
        why = f"its dates are {hours} {'late: some lie in the future' if off > timedelta() else 'early'}; {named.why}"
        yield Finding(source.id, "shifted dates", why, named.fix)
    elif named.zoneless and source.timezone == "UTC" and named.fix:
        why = f"its dates name no zone and are read as UTC; {named.why}"
        yield Finding(source.id, "zone-less dates", why, named.fix)


def _after_first(entries: Sequence[Listed]) -> list[Listed]:
    """The entries that appeared while the source was being watched: those of the first reading are of any age."""
    first = min((entry.first_seen for entry in entries), default=None)
    return [entry for entry in entries if first is not None and entry.first_seen > first + timedelta(minutes=5)]


def doubles(source: Source, look: Look) -> Iterator[Finding]:
    """Links that lead to one page, and guids that name several entries."""
    links = Counter(canonical(entry.url) for entry in look.entries if entry.url)
    if links and links.total() >= FEW and len(links) * 5 < links.total() * 4:
        target, times = links.most_common(1)[0]
        why = f"{times} of its {links.total()} entries lead to the same page ({target}): no article can be read there"
        yield Finding(source.id, "one link for many", why, {"full_text": False})
    linkless = sum(entry.url is None for entry in look.entries)
    if linkless * 2 > len(look.entries):
        why = f"{linkless} of its {len(look.entries)} entries have no link that can be followed"
        yield Finding(source.id, "no links", why, {"enabled": False})
    if look.repeated:
        why = f"{look.repeated} of its entries share a guid with one of another link; their links identify them"
        yield Finding(source.id, "guids not unique", why, serious=False)


def elsewhere(source: Source, look: Look) -> Iterator[Finding]:
    """Articles that lie on hosts which the entry does not name."""
    hosts = Counter((urlsplit(entry.url).hostname or "").removeprefix("www.") for entry in look.entries if entry.url)
    if not source.domains or hosts.total() < FEW:
        return
    strange = [h for h, n in hosts.items() if n * 2 > hosts.total() and not _within(h, source.domains)]
    if strange:
        why = f"most of its articles lie on {strange[0]}, which is none of its domains"
        yield Finding(source.id, "other domain", why, {"domains": [*source.domains, *strange]}, serious=False)


def _within(host: str, domains: Iterable[str]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


# -- what the store and the entry itself tell -------------------------------------------------------------------------


def restriction(source: Source, now: datetime) -> Iterator[Finding]:
    """A restriction that nobody has looked up for half a year."""
    if not source.restricted_in:
        return
    last = source.restriction_date
    if last is not None and now.date() - last <= REVIEW:
        return
    when = f"last looked up on {last}, {(now.date() - last).days} days ago" if last else "never looked up"
    why = f"restricted in {', '.join(source.restricted_in)} ({source.restriction_source or 'no source named'}), {when}"
    yield Finding(source.id, "restriction to review", why, {"restriction_date": now.date()}, serious=source.enabled)


def stored(source: Source, history: History) -> Iterator[Finding]:
    """What earlier crawls noted: pages closed or emptied, bytes that were put aside, moves that were learned."""
    if history.emptied:
        yield Finding(source.id, "layout change", history.emptied, {"full_text": False})
    met = [entry for entry in history.entries if entry.outcome in ("article", "failed", "pending")]
    tried = [entry for entry in met if entry.attempts or entry.error]
    closed = [entry for entry in tried if "refused us" in entry.error or "bot wall" in entry.error]
    if len(tried) >= FEW and len(closed) * 2 > len(tried):
        why = f"its server refused {len(closed)} of its last {len(tried)} pages: the feed alone can be read"
        yield Finding(source.id, "pages closed", why, {"full_text": False})
    for kept in history.quarantined:
        endpoint = history.endpoints.get(kept.url)
        if endpoint is not None and endpoint.good is not None and endpoint.good > kept.at:
            continue  # it has been read since
        fix: dict[str, Any] = {"full_text": False} if kept.stage == "page" else {"enabled": False}
        why = f"{kept.url} ({kept.size:,} bytes kept since {kept.at:%Y-%m-%d}): {kept.error}"
        yield Finding(source.id, "quarantined", why, fix, serious=kept.stage != "page")
    for each in history.endpoints.values():
        learned = each.state.get("url")
        if learned:
            fix = _instead(source, Sight(source.id, each.kind, each.url, each.url, "ok"), str(learned))
            yield Finding(source.id, "moved", f"{each.url} is read at {learned} by now", fix, serious=False)


def _instead(source: Source, sight: Sight, address: str) -> dict[str, Any]:
    """The list that holds an address, with another one in its place."""
    key = _KEYS.get(sight.kind, "feeds")
    return {key: [address if url == sight.asked else url for url in getattr(source, key)]}
