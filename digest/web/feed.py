"""`/feed.xml`: the issues of the first edition as an Atom feed (RFC 4287); `/issues/….json`: an issue as data.

Both render the frozen issue that was mailed, and answer a reader that has the newest version with 304.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from lxml import etree
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from config import VERSION, Config
from config.schema import Edition
from digest.hours import slot_key
from digest.issue.issue import Issue, from_json, to_json
from digest.page.fixed import fixed
from digest.page.render import address, context, subject
from digest.page.tongue import speak
from digest.web.cached import fresh_or_304
from digest.web.issues import found_by_date, found_by_slot
from digest.web.paper import environment, not_found, paper_of
from store import issues
from store.db import reading

NEWEST = 14  # issues in the feed: who looks in once a fortnight misses none
ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ISSUES = UUID("6f0a4ad8-5d0e-5c5e-9a3c-2f6f1d0e7b11")  # the name space of the issues' ids; never to be changed
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def _text(value: str) -> str:
    """`value` without the characters that no XML document may hold, escaped or not."""
    return _NO_XML.sub("", value)


def _stamp(at: datetime) -> str:
    """RFC 3339, as RFC 4287 3.3 wants it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def entry_id(found: issues.Frozen) -> str:
    """The same for ever, wherever the web moves to: made from what freezing fixed, as a mail's Message-ID is."""
    return uuid5(ISSUES, f"{found.slot}\n{found.local_date}\n{found.frozen.astimezone(UTC).isoformat()}").urn


def feed_id(config: Config, edition: Edition) -> str:
    """Made from the feed's address: who subscribes to another address subscribes to another feed."""
    return uuid5(NAMESPACE_URL, f"{config.web.public_url.rstrip('/')}/feed.xml#{edition.name}").urn


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}", {k: _text(v) for k, v in attributes.items()})
    element.text = _text(text) or None
    return element


def _content(issue: Issue, base: str) -> str:
    """The issue as plain, semantic HTML: a feed reader takes away our styles, so that it rests on none."""
    template = environment().get_template("entry.html.j2")
    return template.render({**context(issue, base, web=True), "base": base})


def _entry(feed: etree._Element, found: issues.Frozen, issue: Issue, base: str) -> None:
    entry = etree.SubElement(feed, f"{{{ATOM}}}entry", {LANG: issue.language})
    _add(entry, "id", entry_id(found))
    _add(entry, "title", subject(issue))
    _add(entry, "updated", _stamp(found.frozen))
    _add(entry, "published", _stamp(found.frozen))
    _add(entry, "link", rel="alternate", type="text/html", href=address(issue, base))
    _add(entry, "link", rel="related", type="application/json", href=f"{address(issue, base)}.json")
    _add(entry, "summary", found.page.preheader)
    _add(entry, "content", _content(issue, base), type="html")


def atom(config: Config, edition: Edition, rows: Sequence[issues.Frozen], begun: datetime) -> bytes:
    """The feed. `begun` dates one that has no issue yet; an issue that no longer can be read is left out."""
    base = config.web.public_url.rstrip("/")
    feed = etree.Element(f"{{{ATOM}}}feed", {LANG: edition.language}, nsmap={None: ATOM})
    _add(feed, "id", feed_id(config, edition))
    _add(feed, "title", edition.title)
    words = fixed(speak(edition.language))
    _add(feed, "subtitle", words["weekly" if edition.frequency == "weekly" else "tagline"])
    _add(feed, "updated", _stamp(max((row.frozen for row in rows), default=begun)))
    _add(_add(feed, "author"), "name", edition.title)
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{base}/feed.xml")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{base}/")
    _add(feed, "generator", "Tripoint", version=VERSION)
    for row in rows:
        try:
            issue = from_json(row.content)
        except ValidationError:
            continue  # the page of that date says that something broke; the other issues are not lost for it
        _entry(feed, row, issue, base)
    return bytes(etree.tostring(feed, encoding="utf-8", xml_declaration=True))


def feed(request: Request) -> Response:
    """The newest issues of the first edition, one for each date."""
    paper = paper_of(request)
    if not paper.config.editions:
        return not_found("No edition is configured, so that there is no feed.")
    edition = paper.config.editions[0]
    with reading(paper.engine) as conn:
        rows = issues.newest(conn, edition.name, slot_key(edition, edition.default_slot), NEWEST)
    midnight = paper.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    body = atom(paper.config, edition, rows, midnight)
    updated = rows[0].frozen if rows else None
    return fresh_or_304(request, Response(body, media_type="application/atom+xml"), updated)


def _json(request: Request, found: issues.Frozen | None) -> Response:
    if found is None or found.state == "missed":
        return not_found("There is no issue of this date and slot.")
    # Written anew from the object, so that an issue frozen by an older version has every field that is documented.
    return fresh_or_304(request, JSONResponse(to_json(from_json(found.content))), found.frozen)


def by_date(request: Request) -> Response:
    """`/issues/2026-11-24.json`: what `/issues/2026-11-24` shows, as data."""
    return _json(request, found_by_date(paper_of(request), request.path_params["date"]))


def by_slot(request: Request) -> Response:
    """`/issues/2026-11-24/daily/0700-UTC.json`."""
    params = request.path_params
    return _json(request, found_by_slot(paper_of(request), params["date"], params["edition"], params["slot"]))
