"""What the crawl and its parser process tell each other, as plain JSON values. Imports no parser."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from store.records import Entry


class Unreadable(Exception):
    """Raised when a body does not hold what it was read as. `reason` is one of few words, `detail` for the operator."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Document:
    """A feed, a sitemap or a section page as it was read: what a crawl uses of feeds.Feed and sitemaps.Sitemap.

    `total` counts every item, `dropped` those past the limit or unusable, `unchanged` those that were left out
    because their fingerprint was known. `whole` is False where the body broke off. `children` are the sitemaps of an
    index.
    """

    entries: tuple[Entry, ...]
    total: int = 0
    dropped: int = 0
    unchanged: int = 0
    whole: bool = True
    language: str = ""
    fingerprints: tuple[str, ...] = ()
    ttl: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    changed: tuple[datetime | None, ...] = ()  # when each of the children last did, as far as the index says


def plain(value: Any) -> Any:
    """What JSON has no notation for: an instant, or a record with its fields (dataclasses.asdict would copy each)."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    raise TypeError(f"not to be told to the other side: {value!r}")


def entry(values: dict[str, Any]) -> Entry:
    """An entry from plain values."""
    return Entry(**{**values, "published": _moment(values.get("published"))})


def document(values: dict[str, Any]) -> Document:
    """A document from the plain values of a feed or a sitemap."""
    return Document(
        entries=tuple(entry(each) for each in values["entries"]),
        total=values["total"],
        dropped=values["dropped"],
        unchanged=values.get("unchanged", 0),
        whole=values["whole"],
        language=values.get("language", ""),
        fingerprints=tuple(values.get("fingerprints", ())),
        ttl=values.get("ttl"),
        skip_hours=tuple(values.get("skip_hours", ())),
        skip_days=tuple(values.get("skip_days", ())),
        children=tuple(url for url, _ in values.get("children", ())),
        changed=tuple(_moment(at) for _, at in values.get("children", ())),
    )


def page(values: dict[str, Any]) -> dict[str, Any]:
    """The fields of extract.Extracted, with its date as a date."""
    return {**values, "published": _moment(values.get("published"))}


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
