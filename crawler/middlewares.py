"""The door's place in Scrapy: each request, and each hop of a redirect, passes these on its way out and back."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler import door, robots, tdm
from crawler.resolver import GuardResolver
from crawler.verdict import Refusal, of_failure

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MIB = 2**20
AT_HAND = 500  # hosts whose rules are kept as they were parsed: ten kilobytes each, and a crawl has thousands of hosts
FEED_SIZE, PAGE_SIZE = 8 * MIB, 4 * MIB
PERMANENT = (301, 308)
MOVED = (*PERMANENT, 302, 303, 307)
CONDITIONS = frozenset({b"If-None-Match", b"If-Modified-Since"})
# Headers that a server may send several times (RFC 9110 5.3); a line of X-Robots-Tag may be for another robot
LISTS = {"cache-control": b", ", "x-robots-tag": b"\n"}


def headers_of(response: Response) -> dict[str, str]:
    """Header names in lower case, values byte for byte (latin-1)."""
    found = {name.decode("latin-1").lower(): values for name, values in response.headers.items() if values}
    return {
        name: (LISTS[name].join(values) if name in LISTS else values[-1]).decode("latin-1")
        for name, values in found.items()
    }


class Door:
    """Refuses what may not be asked for, and gives each server one connection at a time."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Door:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider: Any = self.crawler.spider
        grant = request.meta.get("grant") or getattr(spider, "grant_of_shell", None) or door.Grant()
        hops = request.meta.get("hops", ())
        reason = door.refusal(request.url, grant, via=hops[-1][1] if hops else None, private=GuardResolver.allowed)
        if reason is not None:
            raise Refusal("refused", reason)
        key = door.host_key(request.url)
        request.meta["download_slot"] = key
        request.meta.setdefault("download_maxsize", PAGE_SIZE)
        conditional = request.meta.get("conditions")
        if conditional:
            url, values = conditional
            for name, value in values.items():
                if url == request.url:
                    request.headers[name] = value.encode("latin-1")
                else:
                    request.headers.pop(name, None)


class Redirects:
    """Follows up to five redirects, each judged like a new request; refuses answers in several content encodings."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Redirects:
        return cls()

    def process_response(self, request: Request, response: Response) -> Request | Response:
        layers = [
            part.strip()
            for value in response.headers.getlist("Content-Encoding")
            for part in value.split(b",")
            if part.strip().lower() not in (b"", b"identity")
        ]
        if len(layers) > 1:
            raise Refusal("refused", "more than one content encoding")
        if response.status == 304 and not CONDITIONS & set(request.headers):
            # As a success it would make a source count as read that never gave a word
            raise Refusal("http 304", "its server says that nothing changed, though it was asked for everything")
        location = response.headers.get("Location")
        if response.status not in MOVED or not location:
            return response
        hops = (*request.meta.get("hops", ()), (response.status, request.url))
        if len(hops) > door.REDIRECTS:
            raise Refusal("refused", f"more than {door.REDIRECTS} redirects")
        target = door.target(request.url, location)
        if target is None:
            raise Refusal("refused", "a redirect to something that is no http or https address")
        follow: Request = request.replace(url=target, dont_filter=True)
        follow.meta["hops"] = hops
        follow.meta.pop("download_slot", None)
        if door.host_key(target) != door.host_key(request.url):
            for name in request.meta.get("own_headers", ()):  # configured for the source's own server only
                follow.headers.pop(name, None)
        return follow


def moved_for_good(response: Response) -> str | None:
    """The address that an unbroken chain of 301 and 308 led to, or None."""
    hops = response.meta.get("hops", ())
    return response.url if hops and all(status in PERMANENT for status, _ in hops) else None


Rules = TypeVar("Rules")


class OncePerHost(ABC, Generic[Rules]):
    """Asks each host for one document in a crawl: whoever comes meanwhile waits for that answer."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._asking: dict[str, asyncio.Task[Rules]] = {}
        self._rules: dict[str, Rules] = {}  # of the hosts that were come to last: the store tells of the others again
        self._only_here: dict[str, Rules] = {}  # what is in no store

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def of_host(self, request: Request) -> Rules:
        """What the host of `request` said."""
        key = door.host_key(request.url)
        if key in self._only_here:
            return self._only_here[key]
        if key in self._asking:
            return await asyncio.shield(self._asking[key])  # one who gives up takes nothing from the others
        known = self._rules.pop(key) if key in self._rules else self.stored(key)
        if known is not None:
            return self._at_hand(key, known)
        self._asking[key] = asyncio.create_task(self._asked(key, request))
        return await asyncio.shield(self._asking[key])

    def _at_hand(self, key: str, rules: Rules) -> Rules:
        self._rules[key] = rules  # the last one now
        if len(self._rules) > AT_HAND:
            del self._rules[next(iter(self._rules))]
        return rules

    async def _asked(self, key: str, request: Request) -> Rules:
        try:
            rules, kept = await self.found(key, request)
            if kept:
                return self._at_hand(key, rules)
            return self._only_here.setdefault(key, rules)
        finally:
            del self._asking[key]

    @abstractmethod
    def stored(self, key: str) -> Rules | None:
        """What the store knows of this host."""

    @abstractmethod
    async def found(self, key: str, request: Request) -> tuple[Rules, bool]:
        """What this host says now, and whether the store will tell it again."""

    async def ask(self, url: str, request: Request, size: int) -> Response:
        """Ask the host of `request` for `url`, by the same door and with its grant. Raises what a download does."""
        assert self.crawler.engine is not None
        # "robots": what a recording does not hold is then a 404
        meta = {
            "grant": request.meta.get("grant"), "download_maxsize": size, "kind": "robots",
            "no_robots": url == robots.robots_url(request.url),
        }  # fmt: skip
        asked = Request(url, meta=meta, callback=NO_CALLBACK, dont_filter=True)
        return await self.crawler.engine.download_async(asked)


class Robots(OncePerHost[robots.Rules]):
    """Asks each host for its rules once a day, keeps them in the store, and obeys them."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._why: dict[str, Refusal] = {}  # hosts whose rules brought no answer at all

    async def process_request(self, request: Request) -> None:
        if request.meta.get("no_robots"):
            return
        rules = await self.of_host(request)
        if rules.delay:
            self._slow_down(request.meta["download_slot"], rules.delay)
        if not rules.allow(request.url):
            key = door.host_key(request.url)
            if key in self._why:
                raise Refusal(self._why[key].outcome, f"{self._why[key]} (asked for its robots.txt)")
            if rules.status == "disallow":
                raise Refusal(
                    "robots unreachable", "its robots.txt cannot be read, which forbids everything (RFC 9309)"
                )
            raise Refusal("robots", "its robots.txt forbids this address")

    def stored(self, key: str) -> robots.Rules | None:
        spider: Any = self.crawler.spider
        stored = spider.stored_robots(key) if hasattr(spider, "stored_robots") else None
        return robots.read(stored.robots_status, stored.robots or b"") if stored is not None else None

    async def found(self, key: str, request: Request) -> tuple[robots.Rules, bool]:
        spider: Any = self.crawler.spider
        try:
            response = await self.ask(robots.robots_url(request.url), request, PAGE_SIZE)
        except Exception as exc:  # whatever went wrong on the way: the rules are unreachable
            refused = GuardResolver.refused.get(door.where(request.url))
            self._why[key] = Refusal(*of_failure(exc, refused))
            return robots.read("disallow", b""), False
        status, body = robots.status_of(response.status), response.body[: robots.SIZE]
        kept = hasattr(spider, "learned_robots") and spider.learned_robots(key, status, body if status == "ok" else b"")
        return robots.read(status, body), bool(kept)

    def _slow_down(self, slot: str, delay: float) -> None:
        """Honour a Crawl-delay that is longer than our own spacing."""
        assert self.crawler.engine is not None
        downloader: Any = self.crawler.engine.downloader
        delay = max(delay, self.crawler.settings.getfloat("DOWNLOAD_DELAY"))
        downloader.per_slot_settings[slot] = {"delay": delay, "concurrency": 1, "jitter": 0}
        if slot in downloader.slots:
            downloader.slots[slot].delay = delay


class Reservations(OncePerHost[tuple[tdm.Rule, ...]]):
    """Asks each host whose pages are read, once a day, what of them it reserves from text mining, and notes it."""

    async def process_request(self, request: Request) -> None:
        if request.meta.get("kind") != "page":
            return
        request.meta["reserved"] = tdm.reserves(await self.of_host(request), request.url)
        if request.meta["reserved"] and request.meta["page"][1].title:  # else the page is asked for its title only
            raise Refusal("reserved", "its server reserves its pages from text mining")

    def stored(self, key: str) -> tuple[tdm.Rule, ...] | None:
        spider: Any = self.crawler.spider
        found: tuple[tdm.Rule, ...] | None = spider.stored_reservations(key)
        return found

    async def found(self, key: str, request: Request) -> tuple[tuple[tdm.Rule, ...], bool]:
        spider: Any = self.crawler.spider
        try:
            response = await self.ask(tdm.address(request.url), request, tdm.SIZE)
        except Exception:  # whatever went wrong on the way: nothing was said, which reserves nothing (section 4)
            return (), False
        rules = tdm.read(response.body) if response.status == 200 else ()
        told = response.status < 500 and response.status != 429
        return rules, told and bool(spider.learned_reservations(key, rules))
