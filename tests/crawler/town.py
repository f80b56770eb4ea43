"""Servers of a simulated week: what each answers at which hour. Every host has a port of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime

from tests.crawler.outlet_server import Answer, OutletServer, Seen, Writer, feed, item, page, redirect, rss, whole
from tests.crawler.simulated import CLOCK, MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TALKS = "China and the United States resume trade talks in Geneva"
SENTENCE = "Chinese and American negotiators met in Geneva on Tuesday to discuss tariffs, for the first time since May."
BEFORE = 12  # items that a busy feed lists, one an hour
SLOW_ANSWER = 8.0  # seconds
Script = Callable[[Seen], Answer]


class Host(OutletServer):
    """The scripted server, in the loop of the week itself."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pages, self.seen, self.answers = {"/robots.txt": Answer(status=404)}, [], []
        self.clock = CLOCK.now
        self.open_now = self.open_most = 0
        self._tasks = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"

    async def _accepted(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        try:
            await super()._accepted(reader, writer)
        finally:
            self.open_now -= 1


def hours() -> int:
    return int(CLOCK.seconds // 3600)


def day() -> float:
    return CLOCK.seconds / 86400


def stamp(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def cakes(count: int = BEFORE, every: int = 1, extra: str = "") -> bytes:
    """A feed with an item for each of the last hours; nothing that we read further."""
    now = hours() // every * every
    items = [
        item(f"Cake number {hour}", f"http://cakes.example/{hour}", guid=str(hour), date=stamp(MONDAY + hour * HOUR))
        for hour in range(now, now - count * every, -every)
    ]
    return rss(*items, extra=extra)


def busy(extra: str = "", **headers: str | Callable[[], str]) -> Script:
    """A feed with something new every hour, and an ETag for each state."""

    def answer(seen: Seen) -> Answer:
        tag = f'"{hours()}"'
        if seen.headers.get("if-none-match") == tag:
            return Answer(status=304, headers={"ETag": tag})
        told = {name: value if isinstance(value, str) else value() for name, value in headers.items()}
        return feed(cakes(extra=extra), ETag=tag, Date=stamp(CLOCK.now()), **told)

    return answer


def odd(host: Host) -> Script:
    """News every three hours, each with a page; a weak ETag and a date that only a byte-for-byte copy matches."""

    def answer(seen: Seen) -> Answer:
        number = hours() // 3
        tag, modified = f'W/"odd;, {number}\'/="', f"Mon, 23-Nov-26 {number % 24:02}:00:00 gmt"
        if seen.headers.get("if-none-match") == tag and seen.headers.get("if-modified-since") == modified:
            return Answer(status=304, headers={"ETag": tag, "Last-Modified": modified})
        items = []
        for each in range(number, max(number - 5, -1), -1):
            host.pages[f"/news/{each}.html"] = page(f"{TALKS}, round {each}", f"Round {each}. {SENTENCE}", SENTENCE)
            date = stamp(MONDAY + each * 3 * HOUR)
            title = f"{TALKS}, round {each}"
            items.append(item(title, f"{host.url}/news/{each}.html", guid=str(each), date=date, lead=SENTENCE))
        return feed(rss(*items), ETag=tag, Last_Modified=modified)

    return answer


def constant(seen: Seen) -> Answer:
    """Never anything new, and only a date to know it by."""
    modified = "Sun, 22 Nov 2026 09:00:00 GMT"
    if seen.headers.get("if-modified-since") == modified:
        return Answer(status=304)
    return feed(rss(item("Opened", "http://quiet.example/1", guid="1", date=modified)), Last_Modified=modified)


def refreshed(seen: Seen) -> Answer:
    """A 304 that brings another ETag, which is the one to send from then on."""
    known = seen.headers.get("if-none-match")
    if known == '"first"':
        return Answer(status=304, headers={"ETag": '"second"'})
    if known == '"second"':
        return Answer(status=304)
    return feed(cakes(3), ETag='"first"')


def delta(seen: Seen) -> Answer:
    """RFC 3229: to one who knows an earlier state, only what came since."""
    tag = f'"{hours()}"'
    known = seen.headers.get("if-none-match", "")
    if known == tag:
        return Answer(status=304, headers={"ETag": tag})
    if known and seen.headers.get("a-im") == "feed":
        count = hours() - int(known.strip('"'))
        return Answer(
            cakes(count), 226, {"IM": "feed", "ETag": tag, "Content-Type": "application/rss+xml"}
        )
    return feed(cakes(), ETag=tag)


def turning(first: Script, *later: tuple[float, Script]) -> Script:
    """Answers that change with the day of the week: (from that day on, the answer)."""

    def answer(seen: Seen) -> Answer:
        current = first
        for since, script in later:
            if day() >= since:
                current = script
        return current(seen)

    return answer


def saying(status: int, **headers: str) -> Script:
    return lambda seen: Answer(status=status, headers={k.replace("_", "-"): v for k, v in headers.items()})


def torn(seen: Seen) -> Answer:
    """Breaks off in the middle of an item, with an ETag of its own each time."""
    return feed(cakes()[:-150], ETag=f'"torn-{hours()}"', Last_Modified=stamp(CLOCK.now()))


def html(seen: Seen) -> Answer:
    return Answer(b"<html>maintenance</html>", headers={"ETag": '"html"', "Content-Type": "text/html"})


def slowly(host: Host) -> Callable[[Seen, Writer], object]:
    """A busy feed whose answer takes longer than the spacing."""

    async def answer(seen: Seen, writer: Writer) -> None:
        given = busy()(seen)
        await asyncio.sleep(SLOW_ANSWER)
        host.answers.append((seen, given))
        writer.write(whole(Answer(given.body, given.status, {**given.headers, "Connection": "close"})))
        await writer.drain()

    return answer


UPDATED = (
    '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>'
    '<sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">8</sy:updateFrequency>'
)
LENGTHY = b"User-agent: *\n" + b"# nothing to read\n" * 25_000 + b"Disallow: /feed.xml\n" + b"# more\n" * 100_000
SKIPPING = "<skipHours>" + "".join(f"<hour>{hour}</hour>" for hour in range(6)) + "</skipHours>"
SKIPPING += "<skipDays><day>Saturday</day></skipDays>"


async def built() -> dict[str, Host]:
    """Every server of the town, running."""
    names = (
        "harbor", "quiet", "cached", "seconds", "date", "failing", "gone", "missing", "wall", "moved", "delayed",
        "closed", "changing", "delta", "skipping", "torn", "hub", "slow", "hand", "renamed", "bent", "marked",
        "lengthy",
    )  # fmt: skip
    town = {name: Host(name) for name in names}
    for host in town.values():
        await host.start()
    page_of: dict[tuple[str, str], object] = {
        ("harbor", "/odd.xml"): odd(town["harbor"]),
        ("quiet", "/constant.xml"): constant,
        ("quiet", "/refreshed.xml"): refreshed,
        ("cached", "/max-age.xml"): busy(Cache_Control="public, max-age=7200"),
        ("cached", "/year.xml"): busy(Cache_Control="max-age=31536000"),
        ("cached", "/expires.xml"): busy(Expires=lambda: stamp(CLOCK.now() + 3 * HOUR)),
        ("cached", "/ttl.xml"): busy("<ttl>240</ttl>"),
        ("cached", "/period.xml"): busy(UPDATED),
        ("cached", "/later.xml"): busy(Retry_After="10800"),
        ("seconds", "/a.xml"): turning(busy(), (2, saying(429, Retry_After="14400")), (2.3, busy())),
        ("seconds", "/b.xml"): busy(),
        ("date", "/a.xml"): turning(
            busy(), (3, saying(503, Retry_After=stamp(MONDAY + 3.3 * DAY))), (3.3, busy())
        ),
        ("date", "/b.xml"): busy(),
        ("failing", "/feed.xml"): turning(busy(), (1, saying(500)), (5.5, busy())),
        ("gone", "/feed.xml"): turning(busy(), (2, saying(410))),
        ("missing", "/feed.xml"): saying(404),
        ("wall", "/feed.xml"): saying(403),
        ("moved", "/old.xml"): lambda seen: redirect("/new.xml", 301),
        ("moved", "/new.xml"): busy(),
        ("moved", "/away.xml"): lambda seen: redirect("/stay.xml", 302),
        ("moved", "/stay.xml"): busy(),
        ("moved", "/round.xml"): lambda seen: redirect("/round.xml", 302),
        ("delayed", "/robots.txt"): lambda seen: Answer(b"User-agent: tripoint\nCrawl-delay: 20\nDisallow: /no/\n"),
        ("delayed", "/a.xml"): busy(),
        ("delayed", "/b.xml"): busy(),
        ("delayed", "/no/feed.xml"): busy(),
        ("closed", "/robots.txt"): saying(500),
        ("closed", "/feed.xml"): busy(),
        ("changing", "/robots.txt"): turning(
            saying(404), (3, lambda seen: Answer(b"User-agent: *\nDisallow: /feed.xml\n"))
        ),
        ("changing", "/feed.xml"): busy(),
        ("bent", "/robots.txt"): lambda seen: redirect("/1"),
        **{("bent", f"/{n}"): (lambda seen, n=n: redirect(f"/{n + 1}", 301)) for n in range(1, 5)},
        ("bent", "/5"): lambda seen: Answer(b"User-agent: *\nDisallow: /feed.xml\n"),
        ("bent", "/feed.xml"): busy(),
        ("marked", "/robots.txt"): lambda seen: Answer(b"\xef\xbb\xbfUser-agent: Tripoint/0.1\r\nDisallow: /feed.xml"),
        ("marked", "/feed.xml"): busy(),
        ("lengthy", "/robots.txt"): lambda seen: Answer(LENGTHY),
        ("lengthy", "/feed.xml"): busy(),
        ("delta", "/feed.xml"): delta,
        ("skipping", "/feed.xml"): busy(SKIPPING),
        ("torn", "/feed.xml"): turning(torn, (0.5, html), (1, busy()), (2, torn), (3, html), (4, busy())),
        ("hub", "/hub"): saying(202),
        ("slow", "/a.xml"): slowly(town["slow"]),
        ("slow", "/b.xml"): slowly(town["slow"]),
        ("hand", "/feed.xml"): busy(),
        ("renamed", "/before.xml"): refreshed,
        ("renamed", "/after.xml"): refreshed,
    }  # fmt: skip
    for (name, path), script in page_of.items():
        town[name].pages[path] = script  # type: ignore[assignment]
    hub = f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="hub" href="{town["hub"].url}/hub"/>'
    town["hub"].pages["/feed.xml"] = busy(hub)
    return town
