"""What an address was seen to be -> the entry of sources.toml that would read it, and what a person must say. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args
from urllib.parse import urlsplit

from config import Source
from config.addresses import named
from config.countries import COUNTRIES
from config.load import proposed_id
from config.schema import Ownership
from crawler import schedule
from crawler.canonical import canonical
from crawler.dates import zoneless
from crawler.discover import language_of
from crawler.look import Look, Sight

# Two-letter domains that are sold to everybody: they tell nothing of a country
_SOLD = frozenset(
    (  # noqa: SIM905 - one a line would be 40 lines
        "ac ai am cc cd co dj fm ga gg gl gq im io la ly me ml ms mu nu pw sc sh so st tk to tv vc ws"
    ).split()
)
_DOMAINS = {"uk": "GB", "su": "RU", "xn--p1ai": "RU", "xn--fiqs8s": "CN", "xn--fiqz9s": "CN", "xn--j1amh": "UA",
            "gov": "US", "mil": "US", "hk": "CN", "mo": "CN"}  # fmt: skip
_SPOKEN = {"ru": "RU", "zh": "CN"}  # a guess to ask about, never to write: Russian and Chinese are written everywhere
ZONES = {
    "RU": "Europe/Moscow", "CN": "Asia/Shanghai", "TW": "Asia/Taipei", "JP": "Asia/Tokyo", "KR": "Asia/Seoul",
    "SG": "Asia/Singapore", "IN": "Asia/Kolkata", "UA": "Europe/Kyiv", "BY": "Europe/Minsk", "GB": "Europe/London",
    "DE": "Europe/Berlin", "FR": "Europe/Paris", "IT": "Europe/Rome", "ES": "Europe/Madrid", "PL": "Europe/Warsaw",
    "TR": "Europe/Istanbul", "IL": "Asia/Jerusalem", "QA": "Asia/Qatar", "AE": "Asia/Dubai", "VN": "Asia/Ho_Chi_Minh",
}  # fmt: skip
OWNERSHIP = get_args(Ownership)
_GOVERNMENT = re.compile(r"(?:^|\.)(?:gov|mil)(?:\.[a-z]{2})?$")
_NOISE = re.compile(
    r"\s*(?:[-–—|:»]\s*)?(?:\b(?:rss|atom)(?:\s*(?:feed|2\.0|1\.0))?|\bfeed|\ball news|\blatest news|\bhome ?page)\s*$",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What the operator said himself; "" for what he left to us."""

    id: str = ""
    name: str = ""
    country: str = ""
    language: str = ""
    ownership: str = ""
    private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """`row` is the entry, in the order of its keys. `asks` are questions to a person, `remarks` what was found amiss.

    `guess` is a country that the language alone suggests: to ask about, never to write.
    """

    row: dict[str, Any]
    asks: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    guess: str = ""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A source that is known already. `same_feed`: the address itself is; else only its domain is."""

    source: Source
    address: str
    same_feed: bool


def duplicate(sources: Iterable[Source], urls: Iterable[str]) -> Duplicate | None:
    """The known source that reads one of `urls` (where redirects led included), or that owns their domain."""
    whole = list(sources)
    wanted = [url for url in dict.fromkeys(urls) if url]
    identities = {canonical(url): url for url in wanted}
    for source in whole:
        for address in (*source.feeds, *source.sitemaps, *source.sections):
            if canonical(address) in identities:
                return Duplicate(source, address, True)
    for source in whole:
        for url in wanted:
            host = _bare(urlsplit(url).hostname or "")
            homes = {_bare(urlsplit(address).hostname or "") for address in (*source.feeds, *source.sitemaps)}
            if host in homes or any(host == domain or host.endswith("." + domain) for domain in source.domains):
                return Duplicate(source, url, False)
    return None


def _bare(host: str) -> str:
    return re.sub(r"^(?:www|feeds?|rss|m)\.", "", host.lower())


def propose(
    sight: Sight, found: Look, home: Look | None, given: Given, known: Iterable[Source], at: datetime
) -> Proposal:
    """The entry for a feed or sitemap. `home` is the look of the outlet's page where one was typed."""
    host = urlsplit(sight.url).hostname or ""
    domains = _domains(found, host)
    language = given.language or language_of(found, home.language if home else "")
    asks, remarks = [], list(_remarks(sight, found, at))
    country, guess = given.country or country_of(domains[0]) or country_of(host), ""
    if not country:
        guess = _SPOKEN.get(language, "")
        asks.append(
            f"which country is the outlet's? Its address does not say; it writes {language or 'an unknown language'}"
        )
    ownership = given.ownership or ("government" if _GOVERNMENT.search(domains[0]) else "private")
    if not given.ownership:
        others = ", ".join(kind for kind in OWNERSHIP if kind != ownership)
        asks.append(f"is its ownership {ownership}? Else say --ownership {others}")
    key = "feeds" if found.kind == "feed" else "sitemaps"
    # Where it moved for good is the address to keep; a passing redirect is not
    ids = {source.id: source for source in known}
    row: dict[str, Any] = {
        "id": given.id or proposed_id({key: [f"https://{domains[0]}/"]}, ids),
        "name": given.name or _name(found, home, domains[0]),
        "country": country, "language": language or "en", "ownership": ownership,
        key: [sight.moved or sight.asked], "domains": list(domains),
    }  # fmt: skip
    stamps = [entry.published_raw for entry in found.entries if entry.published_raw]
    zone = ZONES.get(country)
    if stamps and zone and sum(map(zoneless, stamps)) * 2 > len(stamps):
        row["timezone"] = zone
        remarks.append(f"its dates name no time zone; they are read as {zone}")
    if sight.reserved or found.reserved or (home is not None and home.reserved):
        row["full_text"] = False
    row |= _ports(sight, given)
    newest = f", newest item {found.newest:%Y-%m-%d %H:%M}" if found.newest else ", no dates"
    row["note"] = f"{at:%Y-%m-%d}: {'feed' if found.kind == 'feed' else 'sitemap'} read, {found.total} items{newest}"
    return Proposal(row, tuple(asks), tuple(remarks), guess)


def _ports(sight: Sight, given: Given) -> dict[str, Any]:
    parts = urlsplit(sight.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if (parts.hostname or "", port) in map(named, given.private):
        return {"allow_private_hosts": list(given.private)}
    return {"ports": [port]} if port not in (80, 443) else {}


def _domains(found: Look, host: str) -> list[str]:
    """The hosts that its articles lie on: those of one entry in five or more, else the feed's own."""
    hosts = Counter(_bare(urlsplit(entry.url).hostname or "") for entry in found.entries if entry.url)
    frequent = [name for name, times in hosts.most_common(3) if name and times * 5 >= hosts.total()]
    return frequent or [_bare(host)]


def country_of(host: str) -> str:
    """The country that a host's last part names, or ""."""
    last = host.rsplit(".", 1)[-1].lower()
    if last in _DOMAINS:
        return _DOMAINS[last]
    return last.upper() if last.upper() in COUNTRIES and last not in _SOLD and last != "eu" else ""


def _name(found: Look, home: Look | None, domain: str) -> str:
    """What the outlet calls itself: without "RSS" and such, at most 80 characters; its domain where it says nothing."""
    for title in (found.title, home.title if home else ""):
        name = re.split(r"\s+[|»·]\s+|\s+[-–—]\s+(?=\S+\s*$)", title)[0] if len(title) > 40 else title
        while (shorter := _NOISE.sub("", name).strip(" -–—|:»")) != name:
            name = shorter
        if name and not name.startswith(("http://", "https://")):
            return name[:80].strip()
    return domain


def _remarks(sight: Sight, found: Look, at: datetime) -> Iterable[str]:
    if found.newest is None:
        yield "its entries have no dates: they will come from the pages"
    elif at - found.newest > schedule.STALE:
        yield f"STALE: its newest item is of {found.newest:%Y-%m-%d}, {(at - found.newest).days} days ago"
    elif found.newest > at + timedelta(minutes=10):
        yield f"its newest item is dated in the future ({found.newest:%Y-%m-%d %H:%M} UTC): `sources doctor` tells more"
    if sight.hops and not sight.moved:
        yield f"a redirect that may not last leads to {sight.url}"
    elif sight.moved:
        yield f"it moved for good to {sight.moved}, which is the address that is kept"
    if not found.whole:
        yield "the document broke off; what it held was read"
    if sight.reserved or found.reserved:
        yield "its publisher reserves text and data mining: headline and link only (full_text = false)"
    if found.repaired:
        yield f"its characters needed repair (read as {found.encoding})"
