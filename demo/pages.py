"""The invented outlets' article pages, in seven layouts and four charsets. Pure: a piece makes the bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from demo.feeds import FORMATS, encoded
from demo.outlets import Outlet, Piece

LAYOUTS = ("amp", "blog", "cable", "front", "newspaper", "portal", "regional", "soup")

# What stands around an article on any site, in three languages, so that extraction has furniture to leave out.
WORDS: Mapping[str, Mapping[str, object]] = json.loads(
    (resources.files("demo") / "words.json").read_text(encoding="utf-8")
)
MONTHS_RU = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def _environment() -> Environment:
    folder = resources.files("demo") / "templates"
    sources = {name: (folder / f"{name}.html").read_text(encoding="utf-8") for name in LAYOUTS}
    return Environment(loader=DictLoader(sources), autoescape=True, undefined=StrictUndefined)


ENVIRONMENT = _environment()


def _date_words(when: datetime, language: str) -> str:
    if language == "ru":
        return f"{when.day} {MONTHS_RU[when.month - 1]} {when.year}"
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when:%B} {when.day}, {when.year}"


def _linked_data(outlet: Outlet, piece: Piece, first: Piece, link: str) -> Markup:
    """The page's JSON-LD. A live blog says so, and keeps the time of its first version."""
    live = "/live" in piece.path or "onlajn" in piece.path
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if live else "NewsArticle",
        "headline": piece.title,
        "description": piece.lead,
        "datePublished": first.published.isoformat(),
        "dateModified": piece.published.isoformat(),
        "mainEntityOfPage": link,
        "publisher": {"@type": "Organization", "name": outlet.name},
    }
    if piece.author:
        data["author"] = [{"@type": "Person", "name": name} for name in piece.author.split(" and ")]
    # "</" would end the script element; JSON may write a slash as \/
    return Markup(json.dumps(data, ensure_ascii=False).replace("</", "<\\/"))  # noqa: S704


def canonical_path(piece: Piece) -> str:
    """Where the piece really lives: without tracking parameters, and for an AMP page its full version."""
    path = piece.path.partition("?")[0]
    return path.removeprefix("/amp") if path.startswith("/amp/") else path


def article(outlet: Outlet, site: str, piece: Piece, versions: Sequence[Piece], others: Sequence[Piece]) -> bytes:
    """The article page in its outlet's layout and charset. `versions`: this address's versions, oldest first."""
    amp = piece.path.startswith("/amp/")
    link = site + canonical_path(piece)
    page = ENVIRONMENT.get_template("amp" if amp else outlet.layout).render(
        outlet=outlet, piece=piece, link=link, words=WORDS[outlet.language],
        title=piece.title if outlet.name in piece.title else f"{piece.title} — {outlet.name}",
        others=[other for other in others if other.url != piece.url][:5],
        clock=piece.published.strftime("%Y-%m-%d %H:%M"), date_words=_date_words(piece.published, outlet.language),
        views=1000 + len(piece.body), linked_data=_linked_data(outlet, piece, versions[0], link),
    )
    return encoded(page, outlet.charset)


def front(outlet: Outlet, others: Sequence[Piece]) -> bytes:
    """The home page: headlines, and a link to the feed for those who look for one."""
    kind = "" if outlet.format == "news-sitemap" else FORMATS[outlet.format][1]
    page = ENVIRONMENT.get_template("front").render(outlet=outlet, others=others, feed_type=kind)
    return encoded(page, outlet.charset)
