"""Which of a page's statements to believe: its title, author, date, canonical address. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from htmldate import find_date

from crawler import headline
from crawler.canonical import canonical, host_of, safe_link
from crawler.dates import parse as parse_date
from crawler.furniture import folded
from crawler.headline import SEPARATOR
from crawler.structured import Structured, first, inner_text
from crawler.text import clean, cut

TITLE = 300
AUTHOR = 200

_TITLE_METAS = (
    "og:title",
    "twitter:title",
    "dc.title",
    "dcterms.title",
    "parsely-title",
    "sailthru.title",
    "title",
    "headline",
)
_AUTHOR_METAS = (
    "author", "article:author_name", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator",
    "article:author", "og:article:author", "cxenseparse:author", "mediator_author",
)  # fmt: skip
_DATE_METAS = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "parsely-pub-date",
    "publishdate", "publish-date", "publish_date", "pubdate", "publication_date", "published_time", "published_at",
    "article:published", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date",
    "dc.date.created", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "originalpublicationdate",
    "article_date_original", "firstpublished", "ptime", "mediator_published_time", "bt:pubdate",
    "article.published", "displaydate", "date", "weibo: article:create_at", "iso-8601-publish-date", "pdate",
)  # fmt: skip


def title_of(tree: Any, said: Structured, metas: dict[str, list[str]], url: str = "") -> str:
    """The headline: the page's own statement (JSON-LD, then OpenGraph, then the title tag), freed of the site's name.

    The first heading takes its place where one begins with the other (the statement was cut off or decorated), and
    where the statement is the search engines' only. `url` names the outlet, whose own habit goes before (headline.py).
    """
    headings = [text for h1 in tree.iter("h1") if (text := inner_text(h1)) and len(text) > 1][:6]
    tag = clean(_title_tag(tree), TITLE)
    site = clean(first(metas, ("og:site_name", "application-name", "al:ios:app_name")), 100)
    shared = first(metas, _TITLE_METAS[:1])
    raw = (*said.headlines[:1], shared, first(metas, _TITLE_METAS[1:]), tag)
    if shared and headline.shares_its_headline(host_of(url)):
        raw = (shared, *raw)
    stated = [text for text in (clean(one, TITLE) for one in raw) if text and folded(text) != folded(site)]
    if not stated:
        return cut(headings[0], TITLE) if headings else tag
    share = 0.5 if stated[0] == tag else 0.0  # many title tags begin with the site's name, and so do first headings
    for heading in headings:
        if _begins_alike(folded(heading), folded(stated[0]), share):
            return cut(heading, TITLE)
    if headings and said.headlines[:1] and _for_search_only(folded(stated[0]), folded(tag), headings[0], shared):
        return cut(headings[0], TITLE)
    return without_site(stated[0], site, [*headings, *stated[1:]])


def _for_search_only(stated: str, tag: str, heading: str, shared: str) -> bool:
    """True if JSON-LD and title tag say one thing, and what is printed and shared is another: the headline.

    Newsrooms write a second, plainer headline for search engines, which read just these two places.
    """
    return tag.startswith(stated) and folded(heading) == folded(shared) != stated


def printed_titles(tree: Any, said: Structured, metas: dict[str, list[str]], title: str) -> list[str]:
    """Every form of the headline that the page prints: for finding it again at the start of the text."""
    headings = [inner_text(heading) for heading in (list(tree.iter("h1")) or list(tree.iter("h2")))[:6]]
    return [title, *headings, *said.headlines[:1], first(metas, ("og:title",)), first(metas, ("twitter:title",))]


def _begins_alike(heading: str, stated: str, share: float) -> bool:
    """True if one begins with the other, by no accident; a heading must be at least `share` of what is stated."""
    if min(len(heading), len(stated)) < 12:
        return False
    return heading.startswith(stated) or (stated.startswith(heading) and len(heading) >= share * len(stated))


def without_site(title: str, site: str, others: Iterable[str]) -> str:
    """`title` without a site's name at its end or start: one that is `site`, or that no other statement repeats."""
    pieces = SEPARATOR.split(title)
    if len(pieces) < 2:
        return title
    known = [folded(other) for other in others]
    marks = list(SEPARATOR.finditer(title))
    head, tail = title[: marks[-1].start()].strip(), title[marks[-1].end() :].strip()
    short_tail = len(tail) <= 40 and len(tail) < len(head)
    if site and (folded(tail) in folded(site) or folded(site) in folded(tail)) and short_tail:
        return without_site(head, site, others)
    if (
        short_tail
        and len(folded(head)) > 12
        and (folded(head) in known or (len(tail.split()) <= 3 and not any(folded(tail) in other for other in known)))
    ):
        return head
    return title


def _title_tag(tree: Any) -> str:
    found = tree.find(".//head/title")
    if found is None:
        found = tree.find(".//title")
    return (found.text_content() if found is not None else "") or ""


# ---------------------------------------------------------------------------------------------------------- author

_BYLINE = re.compile(
    r"^\s*author\s+(?=\S)|^\s*(?:written |reported |posted |published |story |words |text |analysis |opinion |review )?"
    r"(?:by|von|par|por|di|av|door|af|od|автор(?:ы)?|текст|作者|记者|記者|文|撰文)\s*[:：|]?\s+(?=\S)"
    r"|^(?:作者|记者|記者|文|撰文|автор(?:ы)?)\s*[/:：|]\s*",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"https?:|www\.|@|\d{2}|^.$|^[\W\d_]*$|^(?:admin(?:istrator)?|editor(?:s|ial)?|staff|unknown|anonymous|none|null|guest"
    r"|author|no author|webmaster|redaktion|root|user)$|\b(?:profile|edit|shares?|follow|photo|image|getty|reports)\b",
    re.IGNORECASE,
)
_NOISE = re.compile(r"https?://\S+|\([^()]{0,40}\)|\bImage:.*$", re.IGNORECASE)
_JOINT = re.compile(
    r"\s*(?:,(?!\s*(?:jr|sr|phd|md|esq|ii|iii|iv)\b)|;|\||/|、|，|\band\b|\bund\b|\bog\b|\boch\b|\bet\b|\by\b|\be\b|\bи\b|&|\bwith\b|\n)\s*",
    re.IGNORECASE,
)


def _classed(*names: str) -> str:
    """An XPath for elements whose class contains any of `names`."""
    return ".//*[" + " or ".join(f'contains(@class,"{name}")' for name in names) + "]"


_BYLINE_PLACES = (
    './/*[@rel="author"]',
    './/*[@itemprop="author"]//*[@itemprop="name"]',
    './/*[@itemprop="author"]',
    _classed("author-name", "author__name", "authorName", "byline-name", "byline__name"),
    _classed("byline", "article-author", "article__author", "post-author"),
    './/*[@class="author" or @id="author" or @id="byline"]',
)  # fmt: skip


def author_of(tree: Any, said: Structured, metas: dict[str, list[str]]) -> str:
    """Who wrote it, as "Name, Name", or "". JSON-LD, then meta tags, then bylines that the page marks as such."""
    house = {folded(name) for name in (*said.publishers, first(metas, ("og:site_name",)))}
    stated = list(_names(said.authors)) or list(
        _names(value for name in _AUTHOR_METAS for value in metas.get(name, ()))
    )
    if stated and not all(folded(name) in house for name in stated):
        return cut(", ".join(stated), AUTHOR)
    for place in _BYLINE_PLACES:
        marked = (inner_text(element)[:200] for element in tree.xpath(place)[:8])
        names = [name for name in _names(marked) if len(name.split()) <= 5]
        if names:
            return cut(", ".join(names[:6]), AUTHOR)
    return cut(", ".join(stated), AUTHOR)


_SIGNED = re.compile(
    r"^(?:(?:written|reported|story|text|posted) by|by|автор(?:ы)?|текст|作者|撰文|文|本报记者|记者|記者)"
    r"\s*[:：/|]?\s*(?=\S)(.{2,50})$",
    re.IGNORECASE,
)


def signature(text: str) -> str:
    """The author that the article's first or last lines name ("Written by X", "Автор: X", "作者：X"), or ""."""
    lines = text.split("\n")
    for line in (*lines[:3], *lines[:-7:-1]):
        if (found := _SIGNED.match(line.strip(" ()（）"))) and not found[1].rstrip().endswith((".", "。", "?", "!")):
            return cut(", ".join(list(_names([found[1]]))[:4]), AUTHOR)
    return ""


def _names(values: Iterable[str]) -> Iterator[str]:
    """Single names out of byline strings: prefixes and roles taken off, each once, at most twelve."""
    seen: set[str] = set()
    for value in values:
        text = _NOISE.sub(" ", clean(value, 300))
        for part in _JOINT.split(_BYLINE.sub("", text)):
            name = _BYLINE.sub("", part).strip(" .,:;|/·•-–—\"'")
            if 1 < len(name) <= 60 and not _NOT_A_NAME.search(name) and folded(name) not in seen and len(seen) < 12:
                seen.add(folded(name))
                yield name


# ------------------------------------------------------------------------------------------------------------ date


def date_of(
    tree: Any, said: Structured, metas: dict[str, list[str]], url: str, zone: str, lead_in: str
) -> tuple[datetime | None, str]:
    """When it was published, and the words that say so. Statements first, then <time>, the address, visible text.

    A day alone takes its hour from the visible text, where that names the same day.
    """
    for raw in _stated_dates(tree, said, metas):
        if (parsed := _plausible(parse_date(raw, zone=zone))) is not None:
            return _to_the_hour(parsed, clean(raw, 100), zone, lead_in)
    if (found := _IN_URL.search(urlsplit(url).path)) and (
        parsed := _plausible(parse_date("-".join(found.groups()), zone=zone))
    ):
        return _to_the_hour(parsed, "-".join(found.groups()), zone, lead_in)
    for found in _IN_TEXT.finditer(lead_in):
        if (parsed := _plausible(parse_date(found[0], zone=zone))) is not None:
            return parsed, clean(found[0], 100)
    return _searched(tree, zone)


def _to_the_hour(day: datetime, raw: str, zone: str, lead_in: str) -> tuple[datetime, str]:
    if ":" in raw:
        return day, raw
    for found in _IN_TEXT.finditer(lead_in):
        parsed = parse_date(found[0], zone=zone) if ":" in found[0] else None
        if parsed is not None and timedelta() <= parsed - day < timedelta(days=1):
            return parsed, clean(found[0], 100)
    return day, raw


def _stated_dates(tree: Any, said: Structured, metas: dict[str, list[str]]) -> Iterator[str]:
    yield from said.published
    for name in _DATE_METAS:
        yield from metas.get(name, ())
    for element in tree.xpath('.//*[@itemprop="datePublished" or @pubdate]'):
        yield element.get("content") or element.get("datetime") or inner_text(element)[:80]
    times = [element for element in tree.iter("time") if element.get("datetime")]
    yield from (str(element.get("datetime")) for element in times[:1])


_IN_URL = re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})[/-]?(\d{2})(?=[/_.-]|$)")
_ENGLISH_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_IN_TEXT = re.compile(
    r"\d{1,2}\s+[а-я]{3,8}\s+20\d{2}(?:\s*г\.?)?(?:,?\s+(?:в\s+)?\d{1,2}:\d{2})?"
    r"|20\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日(?:\s*\d{1,2}[:：]\d{2})?"
    r"|20\d{2}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?|\d{1,2}\.\d{1,2}\.20\d{2}(?:,?\s+\d{1,2}:\d{2})?"
    rf"|{_ENGLISH_MONTH} \d{{1,2}},? 20\d{{2}}"
    r"(?:,?\s+(?:at\s+)?\d{1,2}:\d{2}(?:\s?[aApP]\.?[mM]\.?)?(?:\s[A-Z]{2,4})?)?"
    rf"|\d{{1,2}} {_ENGLISH_MONTH},? 20\d{{2}}(?:,?\s+\d{{1,2}}:\d{{2}})?"
)


def _plausible(parsed: datetime | None) -> datetime | None:
    """Years that a news page can have; templates are full of 1970 and 0001."""
    return parsed if parsed is not None and 1990 <= parsed.year <= 2200 else None


def _searched(tree: Any, zone: str) -> tuple[datetime | None, str]:
    """The last resort: a search through the whole page for a day. `find_date` is given a tree and fetches nothing."""
    try:
        day = find_date(
            tree, original_date=True, extensive_search=False, url=None, outputformat="%Y-%m-%d", max_date="2200-12-31"
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None, ""
    return (_plausible(parse_date(day, zone=zone)), day) if day else (None, "")


# --------------------------------------------------------------------------------------------------------- address


def canonical_of(tree: Any, metas: dict[str, list[str]], url: str) -> str:
    """Where the article says it lives, as it may be fetched and printed: its canonical link where that stays on the
    page's site, else `url`. Not the identity: that has https and no "www", where the host may not answer.

    A canonical link to another site, or to the home page, is ignored: one is a claim to somebody else's article, the
    other a common template fault that would fold all of an outlet's articles into one.
    """
    own = canonical(url) or url
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for stated in (*links[:1], first(metas, ("og:url",))):
        link = safe_link(stated or "", url)
        identity = canonical(link) if link else None
        home = bool(identity) and urlsplit(identity).path == "/" and urlsplit(own).path != "/"
        if link and identity and _same_site(identity, own) and not home:
            return link
    return safe_link(url) or url


def _same_site(one: str, other: str) -> bool:
    a, b = host_of(one).split("."), host_of(other).split(".")
    shared = min(len(a), len(b))
    return (shared >= 2 and a[-shared:] == b[-shared:]) or a == b
