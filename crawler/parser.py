"""The killable half of the crawl: `python -m crawler.parser` turns bytes into entries and articles, one at a time.

Asked on stdin with a JSON line and as many bytes as it names, answers with a JSON line on stdout. It has no socket and
writes no file; a body that kills it costs that body only (crawler.parsing restarts it). What it may take:
see limits.py.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from lxml import etree

from crawler import limits
from crawler.feeds import read_feed
from crawler.sitemaps import read_sitemap
from crawler.wire import Unreadable, entry, plain


def answer(ask: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The parsed body as `wire.plain` tells it, or {"error": reason, "detail": ...}."""
    kind = ask.pop("kind")
    try:
        if kind == "any":
            return _whatever(ask, body)
        return {"kind": kind, kind: _READERS[kind](ask, body)}
    except Unreadable as exc:
        return {"kind": kind, "error": exc.reason, "detail": exc.detail}


def _feed(ask: dict[str, Any], body: bytes) -> Any:
    seen = frozenset(ask.get("seen") or ())
    return read_feed(body, **_named(ask), seen_fingerprints=seen)


def _sitemap(ask: dict[str, Any], body: bytes) -> Any:
    return read_sitemap(body, **_named(ask))


def _page(ask: dict[str, Any], body: bytes) -> Any:
    from crawler.extract import extract  # half of this process's start: most polls lead to no page

    hint = ask.get("hint")
    return extract(body, **_named(ask), hint=entry(hint) if hint else None)


def _look(ask: dict[str, Any], body: bytes) -> Any:
    from crawler import discover

    return discover.look(body, **_named(ask))


def _trial(ask: dict[str, Any], body: bytes) -> bool:
    """Whether a tree can be made of a section page, as Scrapy's selectors are about to: 40,000 attributes on one tag
    cost libxml2 four seconds, a million an hour."""
    with suppress(etree.LxmlError, ValueError):  # no page at all: that is found out where its headlines are looked for
        etree.fromstring(body, parser=etree.HTMLParser(recover=True, encoding="utf-8", huge_tree=True))
    return True


_READERS = {"feed": _feed, "sitemap": _sitemap, "page": _page, "look": _look, "trial": _trial}


def _named(ask: dict[str, Any]) -> dict[str, Any]:
    return {name: ask[name] for name in ("url", "content_type", "encoding", "zone")}


def _whatever(ask: dict[str, Any], body: bytes) -> dict[str, Any]:
    """A body of unknown kind: a feed, a sitemap, or else a page."""
    for kind in ("feed", "sitemap"):
        try:
            return {"kind": kind, kind: _READERS[kind](ask, body)}
        except Unreadable:
            continue
    return {"kind": "page", "page": _page(ask, body)}


def serve(asks: BinaryIO, answers: BinaryIO) -> None:
    """Answer until the asker hangs up."""
    while line := asks.readline():
        ask = json.loads(line)
        body = asks.read(ask.pop("size"))
        limits.hold_cpu(limits.TRIAL if ask["kind"] == "trial" else limits.CPU)
        answers.write(json.dumps(answer(ask, body), default=plain).encode("ascii") + b"\n")
        answers.flush()


def main() -> None:
    """Keep stdout for answers: what a library prints goes to stderr."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limits.hold_memory()
    gc.freeze()  # what is loaded by now stays: it need not be looked through again and again
    gc.set_threshold(1_000, 20, 50)  # default 700, 10, 10; a document that refers to itself is few objects, many bytes
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
