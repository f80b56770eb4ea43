"""From an address that somebody typed to the entry that would read it: what `sources add` does before it writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from config import Config, Source
from config.across import inside
from config.addresses import named
from config.load import proposed_id
from crawler import door, tdm
from crawler.canonical import safe_link
from crawler.discover import oddity
from crawler.look import Look, Sight, best
from crawler.roster.around import around
from crawler.roster.probe import Ask, probe
from crawler.roster.propose import Duplicate, Given, Proposal, duplicate, propose

Progress = Callable[[int, int, str], None]


class AddError(Exception):
    """Raised when an address cannot become a source, from find; the message says why and what to try."""


class NotAnAddress(AddError):
    """Raised when an address is none that may be asked, from find, before anything is."""


@dataclass(frozen=True, slots=True)
class Found:
    """The feed or sitemap that would be read, and the entry for it; `known` where it is nobody new.

    `others` are further addresses that its site names, not asked for.
    """

    sight: Sight
    look: Look
    proposal: Proposal
    known: Duplicate | None
    others: tuple[str, ...] = ()
    reserved: bool = False


def find(config: Config, typed: str, given: Given, *, now: datetime, progress: Progress) -> Found:
    """Look at `typed`, and where it is a page at the feeds and sitemaps that its site names. Raises AddError."""
    url = _address(typed)
    source = _stand_in(url, given)
    known = duplicate(config.sources, [url])
    if known is not None and (known.same_feed or not given.id):
        return Found(_unseen(url), Look("feed"), Proposal({}), known)
    sight = next(iter(probe(config, [Ask(source, url)], now=now, progress=progress)), None)
    if sight is None or sight.look is None:
        raise AddError(_no_answer(sight, url, given))
    if sight.look.lists:
        return _found(config, sight, None, (), given, now, progress)
    seen = around(config, source, sight, now=now, progress=progress)
    good = best(seen)
    if good is None:
        raise AddError(_nothing_there(sight, seen))
    others = tuple(address for address in (*sight.look.feeds, *sight.sitemaps) if address != good.asked)
    home = sight.look if sight.look.kind == "page" else None
    return _found(config, good, home, tuple(dict.fromkeys(others))[:6], given, now, progress)


def _found(
    config: Config, sight: Sight, home: Look | None, others: tuple[str, ...], given: Given, now: datetime,
    progress: Progress,
) -> Found:  # fmt: skip
    look = sight.look
    assert look is not None
    known = duplicate(config.sources, [sight.asked, sight.url])
    source, rules = _stand_in(sight.asked, given), tdm.address(_article(look) or sight.url)
    asks = [Ask(source, rules)] if door.refusal(rules, door.Grant.of([source])) is None else []
    rights = probe(config, asks, now=now, progress=progress)
    reserved = any(one.look is not None and one.look.reserved for one in rights)
    look = replace(look, reserved=look.reserved or reserved)
    proposal = propose(sight, look, home, given, config.sources, now)
    return Found(sight, look, proposal, known, others, look.reserved or sight.reserved)


def _article(look: Look) -> str:
    return next((entry.url for entry in look.entries if entry.url), "")


def _address(typed: str) -> str:
    """The address that was meant. Raises NotAnAddress for what can be none, or is no outlet's."""
    word = typed.strip()
    if word.startswith("feed:"):
        word = word.removeprefix("feed:").removeprefix("//")
    if "://" not in word:
        word = f"https://{word}"
    url = safe_link(word)
    host = urlsplit(url).hostname or "" if url else ""
    if url is None or ("." not in host and ":" not in host and host != "localhost"):
        raise NotAnAddress(f"{typed}: not an http or https address")
    why = oddity(url)
    if why is not None:
        raise NotAnAddress(f"{typed}: {why}")
    return url


def _stand_in(url: str, given: Given) -> Source:
    """The source as which an address is looked at: it may use the port that was typed, and what was allowed by name."""
    host, port = door.where(url)
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    allowed = (host, port) in map(named, given.private)
    if inside(host) and not allowed:
        raise NotAnAddress(
            f"{host} is not a public address, and is not asked. If it is a server of your own, say so to the port: "
            f"--allow-private {place}"
        )
    id = proposed_id({"feeds": [url]}, {})
    return Source(
        id=id, name=host[:80], country="XX", feeds=(url,), ports=() if port in (80, 443) or allowed else (port,),
        allow_private_hosts=given.private,
    )  # fmt: skip


def _unseen(url: str) -> Sight:
    return Sight("", "any", url, url, "ok")


def _no_answer(sight: Sight | None, url: str, given: Given) -> str:
    if sight is None:
        return f"{url}: no answer came in time"
    where = f"{url}: " if sight.url == url else f"{url} led to {sight.url}: "
    if "not a public address" in sight.error and not given.private:
        host, port = door.where(sight.url)
        return f"{where}{sight.error}. If it is a server of your own, say so to the port: --allow-private {host}:{port}"
    if sight.outcome == "blocked":
        return f"{where}{sight.error}: it cannot be read from here, and a source that refuses us is not evaded"
    return f"{where}{sight.error or sight.outcome}"


def _nothing_there(sight: Sight, tried: Sequence[Sight]) -> str:
    look = sight.look
    assert look is not None
    if look.kind in ("sitemap", "index"):
        return (
            f"{sight.url} is a sitemap without headlines: only its pages could tell what they are about. "
            f"Look for a news sitemap (its robots.txt may name one), or read a section page: sections = [...]"
        )
    named = f"{len(look.feeds)} feeds that it names" if look.feeds else "the usual places"
    reasons = "; ".join(f"{urlsplit(one.asked).path}: {_why_not(one)}" for one in tried[:6])
    return (
        f"{sight.url} is a web page, and no feed or news sitemap was found ({named} and robots.txt were tried: "
        f"{reasons or 'it names none'}). If it lists articles, read it as a page: sections = [\"{sight.url}\"]"
    )


def _why_not(sight: Sight) -> str:
    if sight.look is None:
        return sight.error or sight.outcome
    return {"page": "a web page", "index": "an index of sitemaps", "sitemap": "no headlines"}.get(
        sight.look.kind, "it lists nothing"
    )
