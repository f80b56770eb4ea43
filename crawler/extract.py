"""Page bytes -> article. Pure: nothing here can open a socket.

One lxml parse is shared by everything. Order of trust: what the page states (structured.py), trafilatura's extraction,
JSON-LD's articleBody as referee; then furniture.py.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import trafilatura
from lxml import etree, html

from crawler import boxes, embedded, furniture, language, metadata, paragraphs, pruning, structured
from crawler.canonical import host_of, safe_link
from crawler.text import clean, cut, decode, plain, printable
from crawler.wire import Unreadable
from store.records import Entry

PAGE_CAP = 4 * 1024 * 1024  # bytes; the door stops at the same size
ELEMENTS = 30_000  # real news pages stay below 15,000; trafilatura's time is quadratic in some of them
TEXT_CAP = 200_000  # characters of one article
LEAD = 1000
LEAST = 40  # characters; anything shorter is a caption, not an article
LINKS = 40

# The page's own extraction must be this much shorter than JSON-LD's articleBody to be overruled by it.
_REFEREE = 0.6
# Both libraries log a warning for each page that they give up on; the caller counts those by name.
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PARSER = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)


class ExtractError(Unreadable):
    """Raised when a page yields no article, from extract.

    `reason`: "empty" (no bytes), "too large", "not a page" (a picture, a PDF) or "no text" (a video, a script, a wall).
    """


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article as its page tells it. `text` has one paragraph a line; `links` are the body's outward links.

    `reserved`: the publisher reserved mining or snippets (title and link only); `max_snippet` is the longest excerpt
    allowed in characters, None where nothing is stated. `published_raw` are the page's own words.
    """

    title: str
    text: str
    lead: str = ""
    author: str = ""
    published: datetime | None = None
    published_raw: str = ""
    language: str = ""
    canonical_url: str = ""
    reserved: bool = False
    max_snippet: int | None = None
    links: tuple[str, ...] = ()


def extract(
    body: bytes, *, url: str, content_type: str = "", encoding: str = "", zone: str = "UTC", hint: Entry | None = None
) -> Extracted:
    """Read the article on the page at `url`.

    `encoding` and `zone` are the source's; `hint` is what the feed said, used where the page is silent. Raises
    ExtractError; the caller then falls back to the feed's own text.
    """
    if not body.strip():
        raise ExtractError("empty")
    if len(body) > PAGE_CAP:
        raise ExtractError("too large", f"{len(body)} bytes")
    tree = _parsed(decode(body, content_type=content_type, hint=encoding).text)
    said, metas = structured.json_ld(tree), structured.metas(tree)
    reserved, limit = structured.reservation(metas)
    title = metadata.title_of(tree, said, metas, url) or (hint.title if hint else "")
    author = metadata.author_of(tree, said, metas)
    canonical_url = metadata.canonical_of(tree, metas, url)
    html_language = language.base(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    text = _text(tree, said, metas, url, title)
    author = author or metadata.signature(text) or (hint.author if hint else "")
    published, raw = metadata.date_of(tree, said, metas, url, zone, _visible_start(tree))
    if published is None and hint is not None:
        published, raw = hint.published, hint.published_raw
    declared = (
        html_language
        or (said.languages[0] if said.languages else "")
        or structured.first(metas, ("og:locale", "content-language"))
    )
    if len(text) < LEAST and not reserved:
        raise ExtractError("no text", title[:80])
    return Extracted(
        title=title,
        text=text,
        lead=_lead(said, metas, text),
        author=author,
        published=published,
        published_raw=raw,
        language=language.guess(f"{title}\n{text}", declared or (hint.language if hint else "")),
        canonical_url=canonical_url,
        reserved=reserved,
        max_snippet=limit,
        links=_outward(tree, url, text),
    )


def _parsed(text: str) -> Any:
    """The page's tree. Raises ExtractError for what is no page at all, or too many elements to look through."""
    source = _XML_DECLARATION.sub("", text.replace("\0", ""))
    if "<" not in source:
        raise ExtractError("not a page", "no markup")
    try:
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=_PARSER)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as exc:
        raise ExtractError("not a page", str(exc)[:80]) from exc
    return tree


def _text(tree: Any, said: structured.Structured, metas: dict[str, list[str]], url: str, title: str) -> str:
    """The article's paragraphs: trafilatura's, unless JSON-LD shows that it missed most of them."""
    found = _extracted(tree, url)
    if paragraphs.overruled(found, second := paragraphs.best_group(tree)):
        found = "\n".join(second)
    elif boxes.overruled(found, third := boxes.best_box(tree), tree):
        found = "\n".join(third)
    printed = metadata.printed_titles(tree, said, metas, title)
    own = furniture.without_furniture(found, printed)
    told = max((plain(_paragraphs(body), TEXT_CAP) for body in said.bodies), key=len, default="")
    told = furniture.without_furniture(told, printed)
    chosen = told if len(told) > 200 and len(own) < _REFEREE * len(told) else own
    if len(chosen) < LEAST:
        chosen = furniture.without_furniture("\n".join(embedded.paragraphs(tree)), printed) or chosen
    lines = (" ".join(line.split()) for line in printable(chosen).split("\n"))
    return cut("\n".join(line for line in lines if line), TEXT_CAP)


def _paragraphs(body: str) -> str:
    """JSON-LD bodies are plain text or markup; some put two spaces or a bare full stop where paragraphs met."""
    return body if "<" in body else body.replace("&", "&amp;")


def _extracted(tree: Any, url: str) -> str:
    if sum(1 for _ in tree.iter()) > ELEMENTS:
        return _flat(tree)
    document = trafilatura.bare_extraction(
        pruning.prune(tree), url=url, fast=True, with_metadata=False, include_comments=False, include_tables=False
    )
    return str(getattr(document, "text", "") or "")


def _flat(tree: Any) -> str:
    """The paragraphs of a page with too many elements to weigh, as they come."""
    lines, size = [], 0
    for element in tree.iter("p"):
        line = " ".join(element.text_content().split())
        size += len(line) + 1
        if size > TEXT_CAP:
            break
        lines.append(line)
    return "\n".join(line for line in lines if line)


def _visible_start(tree: Any) -> str:
    """The first visible words around the headline, where a date usually stands."""
    start = next(iter(tree.iter("h1")), None)
    place = start.getparent() if start is not None and start.getparent() is not None else tree.find("body")
    return structured.inner_text(place) if place is not None else ""


def _lead(said: structured.Structured, metas: dict[str, list[str]], text: str) -> str:
    """The publisher's own summary, else the first paragraph that is a sentence."""
    stated = (
        structured.first(metas, ("og:description", "description", "twitter:description"))
        or (said.descriptions or ("",))[0]
    )
    lead = clean(stated, LEAD)
    if len(lead) >= LEAST:
        return lead
    return next((cut(line, LEAD) for line in text.split("\n") if len(line) >= LEAST), lead)


def _outward(tree: Any, url: str, text: str) -> tuple[str, ...]:
    """Links to other sites from paragraphs that are in the article, each once: a rewrite often links its origin."""
    own = host_of(url)
    found: dict[str, None] = {}
    for anchor in tree.iter("a"):
        href = anchor.get("href") or ""
        if not href.startswith(("http://", "https://", "//")) or len(found) >= LINKS:
            continue
        link = safe_link(href, url)
        if link is None or host_of(link) == own:
            continue
        words = " ".join(anchor.text_content().split())
        if len(words) > 1 and words in text and _in_prose(anchor, text):
            found[link] = None
    return tuple(found)


def _in_prose(anchor: Any, text: str) -> bool:
    parent = anchor.getparent()
    while parent is not None and parent.tag not in ("p", "li", "div", "td", "blockquote", "article", "section"):
        parent = parent.getparent()
    if parent is None:
        return False
    start = " ".join(parent.text_content().split())[:40]
    return bool(start) and start in text
