"""What a page says of itself: JSON-LD, OpenGraph, meta tags, microdata. Pure; no prose is read here, see extract.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from crawler.tdm import directives
from crawler.text import clean

LD_CAP = 1_000_000  # characters of JSON-LD read from one page
_NODES = 400  # objects looked at in it
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")  # where an object keeps others
# schema.org types whose own headline, author and date are the page's
ARTICLE_TYPES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "AskPublicNewsArticle",
        "ReviewNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "SocialMediaPosting",
        "Report",
        "TechArticle",
        "ScholarlyArticle",
        "MedicalWebPage",
        "AdvertiserContentArticle",
        "SatiricalArticle",
        "Review",
    ]
)
_PAGE_TYPES = frozenset({"WebPage", "ItemPage", "VideoObject", "CreativeWork"})


@dataclass(frozen=True, slots=True)
class Structured:
    """The page's statements, each in order of trust; empty where it makes none."""

    headlines: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()


def json_ld(tree: Any) -> Structured:
    """Read every JSON-LD block of a parsed page; blocks that do not parse are skipped."""
    nodes = list(_nodes(tree))
    articles = [node for node in nodes if _types(node) & ARTICLE_TYPES]
    chosen = articles or [
        node for node in nodes if _types(node) & _PAGE_TYPES and ("headline" in node or "datePublished" in node)
    ]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    main = _main(chosen)
    return Structured(
        headlines=_all(main, ("headline", "name")),
        authors=tuple(name for node in main[:1] for name in _people(node.get("author") or node.get("creator"), by_id)),
        published=_all(main, ("datePublished", "dateCreated", "uploadDate")),
        bodies=_all(main, ("articleBody",)),
        descriptions=_all(main, ("description",)),
        languages=_all(main, ("inLanguage",)),
        publishers=tuple(name for node in main for name in _people(node.get("publisher"), by_id)),
    )


def _main(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The article first that says most: pages also describe teasers of other articles, which carry less."""
    weight = ("articleBody", "datePublished", "author", "headline", "mainEntityOfPage", "publisher", "dateModified")
    ranked = sorted(nodes, key=lambda node: -sum(key in node for key in weight))  # stable: document order among equals
    return ranked[:1]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of every block, outermost first, at most 400."""
    left = LD_CAP
    seen = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or not script.text:
            continue
        left -= len(script.text)
        if left < 0:
            return
        queue: list[Any] = [_parsed(script.text)]
        while queue and seen < _NODES:
            value = queue.pop(0)
            if isinstance(value, list):
                queue[:0] = value[:100]
            elif isinstance(value, dict):
                seen += 1
                yield value
                queue.extend(value[key] for key in _INNER if isinstance(value.get(key), dict | list))


_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


def _parsed(source: str) -> Any:
    for attempt in (source, _TRAILING_COMMA.sub("", _COMMENT.sub("", _COMMENT.sub("", source)))):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {kind.rpartition("/")[2] for kind in listed if isinstance(kind, str)}


def _all(nodes: Sequence[dict[str, Any]], keys: Sequence[str]) -> tuple[str, ...]:
    found = []
    for key in keys:
        for node in nodes:
            value = node.get(key)
            if isinstance(value, list) and value:
                value = "\n".join(part for part in value if isinstance(part, str)) or value[0]
            if isinstance(value, dict):
                value = value.get("@value") or value.get("name") or value.get("alternateName")
            if isinstance(value, str) and value.strip():
                found.append(value.strip())
    return tuple(found)


def _people(value: Any, by_id: dict[str, dict[str, Any]]) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        person = by_id.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one
        name = person.get("name") if isinstance(person, dict) else person
        for part in name if isinstance(name, list) else [name]:
            if isinstance(part, str) and part.strip():
                yield clean(part, 200)


# ------------------------------------------------------------------------------------------------------- meta tags


def metas(tree: Any) -> dict[str, list[str]]:
    """Every meta tag's content by its lower-case name, property or itemprop, in document order."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        if not content:
            continue
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name = (meta.get(attribute) or "").strip().lower()
            if name:
                found.setdefault(name, []).append(content)
    return found


def first(found: dict[str, list[str]], names: Sequence[str]) -> str:
    """The first content under the first of `names` that has any, or ""."""
    return next((found[name][0] for name in names if name in found), "")


def reservation(found: dict[str, list[str]]) -> tuple[bool, int | None]:
    """Whether the publisher reserves mining or snippets, and the longest snippet allowed (None: no limit stated).

    TDMRep (W3C community report, 2022) `tdm-reservation`; robots directives `noai`, `nosnippet`, `max-snippet:n`.
    """
    reserved = any(value.strip() == "1" for value in found.get("tdm-reservation", ()))
    limit: int | None = None
    for name in ("robots", "tripoint", "tripointbot"):
        for value in found.get(name, ()):
            now_reserved, now_limit = directives(value)
            reserved = reserved or now_reserved
            limit = now_limit if limit is None or (now_limit is not None and now_limit < limit) else limit
    return reserved or limit == 0, limit


def inner_text(element: Any) -> str:
    """An element's text on one line."""
    return clean(
        " ".join(etree.tostring(element, method="text", encoding="unicode", with_tail=False).split()).replace("<", " "),
        500,
    )
