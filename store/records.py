"""What the rooms hand to each other: frozen records, no behaviour beyond what follows from their own fields.

All times are aware UTC datetimes. All text is plain text, never markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

SIDES = ("US", "RU", "CN")  # Washington, Moscow, Beijing: always in this order
EDGES = ("CN-RU", "RU-US", "CN-US")  # what a story is about; coverage (who told it) is a separate field
LANGUAGES = ("en", "ru", "zh")


def side_of(country: str, ownership: str) -> str | None:
    """The side an outlet speaks from, or None for "elsewhere".

    An outlet in exile neither tells nor breaks a capital's silence, so it is elsewhere whatever its country.
    """
    return country if country in SIDES and ownership != "exiled" else None


@dataclass(frozen=True, slots=True)
class Concept:
    """One line of the lexicon: what it is called in three languages.

    Forms: a plain form matches as a whole word (en, ru) or as a substring (zh, longest match wins); a trailing ``*``
    makes it a prefix (Russian stems); a form with a capital matches only with that capital (``US`` never ``us``).
    """

    id: str
    kind: str
    country: str | None
    en: tuple[str, ...] = ()
    ru: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    label: str = ""
    edge: str | None = None
    broader: str = ""  # the id of a wider concept: who says "pollock" speaks of fish


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The operator's vocabulary, as a value: concepts, and forms whose presence hides a concept (exclusions)."""

    concepts: tuple[Concept, ...]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Lexicon:
        """Build from the plain rows that ``Config.lexicon_rows()`` gives (config imports nothing of ours)."""
        return cls(
            tuple(
                Concept(
                    id=r["id"],
                    kind=r["kind"],
                    country=r.get("country"),
                    label=r.get("label") or r["id"], edge=r.get("edge"), broader=r.get("broader") or "",
                    en=tuple(r.get("en", ())),
                    ru=tuple(r.get("ru", ())),
                    zh=tuple(r.get("zh", ())),
                )
                for r in rows
            )
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a text is about: the country scores, the edges between them, and the concepts found."""

    relevant: bool
    countries: Mapping[str, float]
    edges: tuple[str, ...]
    score: float
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """An outlet as the store knows it (a copy of the config's entry, so that old articles keep their label)."""

    id: str
    name: str
    country: str
    language: str
    ownership: str
    enabled: bool = True

    @property
    def side(self) -> str | None:
        return side_of(self.country, self.ownership)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed or sitemap says of one article; `url` is None where it says none, `text` the feed's own full text.

    `key` identifies the entry within its source: the guid when unique in it, else the link, else title and day.
    """

    key: str
    url: str | None
    title: str
    lead: str = ""
    text: str = ""
    author: str = ""
    published: datetime | None = None
    published_raw: str = ""
    language: str = ""
    guid: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """One page at one canonical URL, in its newest revision. `fetched` is when we first saw it."""

    id: int
    source_id: str
    url: str
    title: str
    lead: str
    text: str
    language: str
    author: str
    published: datetime
    published_raw: str
    fetched: datetime
    text_sha256: str
    relevant: bool
    edges: tuple[str, ...]
    about: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    origin: str = "page"  # page | feed: where `text` came from
    reserved: bool = False  # the publisher reserved text mining or snippets: title and link only
    revision: int = 1
    links: tuple[str, ...] = ()  # outward links of the article's body, for attribution


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as the store remembers it: what the source listed and what became of it.

    `outcome`: pending (its page is still to be read) | article | off topic | linkless | failed | quarantined.
    """

    source_id: str
    key: str
    url: str | None
    title: str
    lead: str
    language: str
    published: datetime | None
    first_seen: datetime
    last_seen: datetime
    outcome: str
    fingerprint: str = ""
    attempts: int = 0
    due: datetime | None = None
    article_id: int | None = None
    text: str = ""
    author: str = ""
    published_raw: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One feed, sitemap or section address of a source: when it is due and what its server last said.

    The validators are kept byte for byte (latin-1) and belong to `validators_url` alone. `interval` is in seconds.
    `state` holds what only crawler.schedule reads.
    """

    source_id: str
    url: str
    kind: str
    etag: str | None = None
    last_modified: str | None = None
    validators_url: str | None = None
    due: datetime | None = None
    interval: int | None = None
    failures: int = 0
    checked: datetime | None = None
    good: datetime | None = None
    newest: datetime | None = None
    entries_per_week: float | None = None
    health: str = "new"
    since: datetime | None = None
    error: str = ""
    moved_to: str | None = None
    moved_count: int = 0
    moved_since: datetime | None = None
    state: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Host:
    """What holds for a whole server, "scheme://host:port": its robots.txt and until when it wants to be left alone.

    `robots_status`: ok | allow | disallow.
    """

    host: str
    not_before: datetime | None = None
    robots: bytes | None = None
    robots_status: str | None = None
    robots_at: datetime | None = None
    state: Mapping[str, Any] = field(default_factory=dict)


GOOD = ("ok", "unchanged")  # outcomes of a fetch: a parsed 200, or a 304


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request that was made (or refused) for a source's feed or sitemap, and what came of it.

    `outcome`: ok | unchanged | empty | not a feed | truncated | too large | blocked | robots | refused | http N |
    timeout | dns | error.
    """

    source_id: str
    url: str
    at: datetime
    status: int | None
    outcome: str
    entries: int = 0
    new: int = 0
    newest: datetime | None = None
    error: str = ""

    @property
    def good(self) -> bool:
        return self.outcome in GOOD


@dataclass(frozen=True, slots=True)
class Reached:
    """How one feed or sitemap has answered up to an instant. `asked`: when it was asked last; `failing`: since when it
    has not given one good answer, None where the last answer was good.
    """

    source_id: str
    url: str
    asked: datetime
    failing: datetime | None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A body that could not be worked on, kept for whoever looks into it. `stage`: feed | sitemap | page; `size` in
    bytes."""

    source_id: str
    url: str
    stage: str
    at: datetime
    error: str
    size: int


@dataclass(frozen=True, slots=True)
class Copy:
    """An article's place in its copy group. `role`: original | copy | rewrite | own. `credits`: the outlet named."""

    article_id: int
    group: int | None
    role: str = "own"
    credits: str = ""


@dataclass(frozen=True, slots=True)
class Membership:
    """Why an article is in a story: the score and its parts, for `explain`."""

    article_id: int
    story_id: int
    score: float
    parts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """Articles about one event. `members` is sorted by publication time."""

    id: int
    created: datetime
    updated: datetime
    members: tuple[int, ...]
    edges: tuple[str, ...] = ()
    hidden: bool = False
    pinned: bool = False
    follows: int | None = None  # the story of the days before that this one goes on from


@dataclass(frozen=True, slots=True)
class Correction:
    """What an operator said of two articles: their stories are one ("merge"), or two ("split"). `left` < `right`."""

    kind: str
    left: int
    right: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered issue, the same for every reader. HTML and text hold LEAVE_SLOT and LISTED_SLOT at least once;
    the post splices the reader's own values in, the web replaces the whole footer."""

    subject: str
    preheader: str
    html: str
    text: str


LEAVE_SLOT = "@@TRIPOINT-LEAVE-URL@@"  # replaced per reader by the unsubscribe address
LISTED_SLOT = "@@TRIPOINT-LISTED@@"  # replaced per reader by "added by the operator on 3 March 2026"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who reads. `how` says truthfully how they came to be listed. `slot` is "HH:MM Zone/Name"."""

    id: int
    address: str
    edition: str
    slot: str
    state: str  # active | unsubscribed | suppressed
    added: datetime
    how: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One issue to one subscriber. `id` is the Message-ID's local part, so that a second copy can be folded."""

    id: str
    issue_id: int
    subscriber_id: int
    state: str  # queued | claimed | inflight | sent | deferred | failed | unknown | expired | skipped
    attempts: int
    next_try: datetime
    reply: str = ""
    sent: datetime | None = None
    copies: int = 0
