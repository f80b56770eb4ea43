"""What an invented outlet offers to feed readers: RSS 2.0, Atom, RDF (RSS 1.0), JSON Feed or a news sitemap. Pure.

Each function takes the outlet, the address of its site ("http://127.0.0.1:PORT") and the standing pieces, newest first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from demo.outlets import Outlet, Piece

LOCALES = {"en": "en-us", "ru": "ru", "zh": "zh-cn"}


def _link(site: str, piece: Piece) -> str:
    return escape(site + piece.path)


def _guid(site: str, piece: Piece) -> str:
    """The outlet's guid. One that is an address moves with the site, as it would on a real host."""
    is_address = piece.guid.startswith("http") and "?" not in piece.guid
    return site + piece.path.partition("?")[0] if is_address else piece.guid


def _changed(pieces: Sequence[Piece]) -> datetime:
    return pieces[0].published if pieces else datetime(2020, 1, 1, tzinfo=UTC)


def _rss_item(site: str, piece: Piece, date: str, *, full: bool) -> str:
    link, guid = _link(site, piece), _guid(site, piece)
    lines = [
        f"<title>{escape(piece.title)}</title>",
        f"<link>{link}</link>",
        f'<guid isPermaLink="{"true" if guid.startswith(site) else "false"}">{escape(guid)}</guid>',
        f"<pubDate>{date}</pubDate>",
        f"<description>{escape(piece.lead)}</description>",
    ]
    if piece.author:
        lines.append(f"<dc:creator>{escape(piece.author)}</dc:creator>")
    if full:
        body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.paragraphs)
        lines.append(f"<content:encoded><![CDATA[{body}]]></content:encoded>")
    return "<item>" + "".join(lines) + "</item>"


def _rss_with(outlet: Outlet, site: str, items: Sequence[str], built: str) -> str:
    return (
        f'<?xml version="1.0" encoding="{outlet.charset}"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>{escape(outlet.name)}</title><link>{site}/</link><description>{escape(outlet.name)}</description>"
        f"<language>{LOCALES[outlet.language]}</language><lastBuildDate>{built}</lastBuildDate>"
        f'<atom:link href="{site}{outlet.reads}" rel="self" type="application/rss+xml"/>\n'
        + "\n".join(items) + "\n</channel></rss>\n"
    )


def rss(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> str:
    """RSS 2.0 with RFC 822 dates and leads."""
    items = [_rss_item(site, piece, format_datetime(piece.published), full=False) for piece in pieces]
    return _rss_with(outlet, site, items, format_datetime(_changed(pieces)))


def rss_full(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> str:
    """RSS 2.0 as blog software makes it, with the whole text in content:encoded."""
    items = [_rss_item(site, piece, format_datetime(piece.published), full=True) for piece in pieces]
    return _rss_with(outlet, site, items, format_datetime(_changed(pieces)))


def rss_local(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> str:
    """RSS 2.0 as an old portal makes it: the date is the clock on the office wall, without a zone."""
    items = [_rss_item(site, piece, piece.published.strftime("%Y-%m-%d %H:%M:%S"), full=False) for piece in pieces]
    return _rss_with(outlet, site, items, _changed(pieces).strftime("%Y-%m-%d %H:%M:%S"))


def atom(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> str:
    """Atom (RFC 4287)."""
    entries = []
    for piece in pieces:
        author = f"<author><name>{escape(piece.author)}</name></author>" if piece.author else ""
        entries.append(
            f'<entry><title>{escape(piece.title)}</title><link rel="alternate" href="{_link(site, piece)}"/>'
            f"<id>{escape(_guid(site, piece))}</id><published>{piece.published.isoformat()}</published>"
            f"<updated>{piece.published.isoformat()}</updated>{author}<summary>{escape(piece.lead)}</summary></entry>"
        )
    return (
        f'<?xml version="1.0" encoding="{outlet.charset}"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{LOCALES[outlet.language]}">\n'
        f"<title>{escape(outlet.name)}</title><id>{escape(outlet.home)}</id>"
        f"<updated>{_changed(pieces).isoformat()}</updated>"
        f'<link rel="self" href="{site}{outlet.reads}"/><link rel="alternate" href="{site}/"/>\n'
        f"<author><name>{escape(outlet.name)}</name></author>\n" + "\n".join(entries) + "\n</feed>\n"
    )


def rdf(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> str:
    """RSS 1.0 in RDF, dated by Dublin Core."""
    order = "".join(f'<rdf:li rdf:resource="{_link(site, piece)}"/>' for piece in pieces)
    items = "\n".join(
        f'<item rdf:about="{_link(site, piece)}"><title>{escape(piece.title)}</title><link>{_link(site, piece)}</link>'
        f"<description>{escape(piece.lead)}</description><dc:date>{piece.published.isoformat()}</dc:date></item>"
        for piece in pieces
    )
    return (
        f'<?xml version="1.0" encoding="{outlet.charset}"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<channel rdf:about="{site}{outlet.reads}"><title>{escape(outlet.name)}</title><link>{site}/</link>'
        f"<description>{escape(outlet.name)}</description><dc:language>{outlet.language}</dc:language>"
        f"<items><rdf:Seq>{order}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )


def json_feed(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> str:
    """JSON Feed 1.1 (jsonfeed.org)."""
    items = [
        {
            "id": _guid(site, piece), "url": site + piece.path, "title": piece.title, "summary": piece.lead,
            "content_text": piece.lead, "date_published": piece.published.isoformat(),
            **({"authors": [{"name": piece.author}]} if piece.author else {}),
        }
        for piece in pieces
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "home_page_url": f"{site}/",
            "feed_url": site + outlet.reads, "language": LOCALES[outlet.language], "items": items}
    return json.dumps(head, ensure_ascii=False, indent=1)


def news_sitemap(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> str:
    """A news sitemap (sitemaps.org 0.9 with the sitemap-news 0.9 extension): address, date and headline, no lead."""
    urls = "\n".join(
        f"<url><loc>{_link(site, piece)}</loc><lastmod>{piece.published.isoformat()}</lastmod>"
        "<news:news><news:publication>"
        f"<news:name>{escape(outlet.name)}</news:name><news:language>{outlet.language}</news:language></news:publication>"
        f"<news:publication_date>{piece.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(piece.title)}</news:title></news:news></url>"
        for piece in pieces
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}\n</urlset>\n'
    )


FORMATS: dict[str, tuple[Callable[[Outlet, str, Sequence[Piece]], str], str]] = {
    "atom": (atom, "application/atom+xml"),
    "json": (json_feed, "application/feed+json"),
    "news-sitemap": (news_sitemap, "application/xml"),
    "rdf": (rdf, "application/rdf+xml"),
    "rss": (rss, "application/rss+xml"),
    "rss-full": (rss_full, "application/rss+xml"),
    "rss-local": (rss_local, "text/xml"),
}


def encoded(text: str, charset: str) -> bytes:
    """`text` as the outlet's server sends it. What the charset lacks becomes a character reference.

    A page that says gb2312 holds GBK characters in practice (the dash, the middle dot), so we send what browsers
    read it as (WHATWG Encoding: the label gb2312 means GBK).
    """
    return text.encode({"gb2312": "gbk"}.get(charset, charset), errors="xmlcharrefreplace")


def feed(outlet: Outlet, site: str, pieces: Sequence[Piece]) -> tuple[bytes, str]:
    """The outlet's feed or sitemap as bytes, and its Content-Type."""
    write, kind = FORMATS[outlet.format]
    charset = "utf-8" if outlet.format in ("json", "news-sitemap") else outlet.charset
    return encoded(write(outlet, site, pieces), charset), kind
