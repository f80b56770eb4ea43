"""A headline, the name of the site that is appended to it, and the habits of outlets that write two. Pure."""

from __future__ import annotations

import re

from crawler.furniture import folded

# Separators between a headline and a site's name, most telling first.
SEPARATOR = re.compile(
    r"\s+[|·•»::–—-]\s+|\s*[|_｜丨]\s*|\s+::\s+|(?<=[\u4e00-\u9fff])[-_–—－](?=[\u4e00-\u9fff]{2,12}$)"
)


def without_outlet(title: str, outlet: str) -> str:
    """`title` without the outlet's own name, which many feeds append: it says nothing and would count as a word."""
    marks = list(SEPARATOR.finditer(title))
    if not marks or not outlet:
        return title
    head, tail = title[: marks[-1].start()].strip(), title[marks[-1].end() :].strip()
    return head if head and folded(tail) == folded(outlet) else title


# Outlets with one headline for search engines (JSON-LD, the title tag, often the heading) and another for people
# (og:title), by domain. Nothing on the page tells which of the two the outlet takes for its headline.
SHARED = frozenset(
    [
        "businessinsider.de",
        "euronews.com",
        "express.co.uk",
        "mirror.co.uk",
        "nrk.no",
        "spiegel.de",
        "standard.co.uk",
        "tagesanzeiger.ch",
        "zdfheute.de",
    ]
)


def shares_its_headline(host: str) -> bool:
    """Whether the outlet at `host` has its headline in og:title, whatever JSON-LD says."""
    labels = host.split(".")
    return any(".".join(labels[start:]) in SHARED for start in range(len(labels)))
