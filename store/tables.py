"""Every table, in SQLAlchemy Core. A change here needs a migration in `migrations/versions`; a test compares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Utc(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite has no zone to store, so both databases keep the naive UTC instant."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone may not be stored: {value!r}")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only an INTEGER primary key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))

# -- the outside world ------------------------------------------------------------------------------------------------

sources = Table(
    "sources", metadata,
    Column("id", String(80), primary_key=True),
    Column("name", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("language", String(16), nullable=False),
    Column("ownership", String(16), nullable=False),
    Column("enabled", Boolean, nullable=False),
)

# One row per feed or sitemap address: when it is due, what the server last said, and its validators byte for byte.
endpoints = Table(
    "endpoints", metadata,
    Column("source_id", String(80), ForeignKey("sources.id"), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("kind", String(12), nullable=False),  # feed | sitemap | section
    Column("etag", Text),
    Column("last_modified", Text),
    Column("validators_url", Text),  # the address the validators belong to; another address means none
    Column("due", Utc),
    Column("interval", Integer),  # seconds
    Column("failures", Integer, nullable=False, default=0),
    Column("checked", Utc),
    Column("good", Utc),  # last parsed 200, or 304
    Column("newest", Utc),  # newest item ever seen: staleness is judged by this, not by status
    Column("entries_per_week", Float),
    Column("health", String(16), nullable=False, default="new"),
    Column("since", Utc),
    Column("error", Text, nullable=False, default=""),
    Column("moved_to", Text),
    Column("moved_count", Integer, nullable=False, default=0),
    Column("moved_since", Utc),
    Column("state", JSON, nullable=False, default=dict),  # what only schedule.py reads
)

hosts = Table(
    "hosts", metadata,
    Column("host", String(260), primary_key=True),  # scheme://host:port
    Column("not_before", Utc),  # Retry-After holds for the whole host
    Column("robots", LargeBinary),
    Column("robots_status", String(24)),
    Column("robots_at", Utc),
    Column("state", JSON, nullable=False, default=dict),
)

fetches = Table(
    "fetches", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("source_id", String(80), nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("status", Integer),
    Column("outcome", String(24), nullable=False),
    Column("entries", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("newest", Utc),
    Column("error", Text, nullable=False, default=""),
    Index("ix_fetches_source_id_at", "source_id", "at"),
)

articles = Table(
    "articles", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("source_id", String(80), ForeignKey("sources.id"), nullable=False),
    Column("identity", Text, nullable=False),  # the canonical address, with scheme, www, tracking and AMP folded
    Column("url", Text, nullable=False),  # the address as a reader may follow it
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),
    Column("language", String(16), nullable=False),
    Column("author", Text, nullable=False, default=""),
    Column("published", Utc, nullable=False),
    Column("published_raw", Text, nullable=False, default=""),
    Column("fetched", Utc, nullable=False),
    Column("updated", Utc, nullable=False),  # newest revision
    Column("text_sha256", String(64), nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("edges", JSON, nullable=False, default=list),
    Column("about", JSON, nullable=False, default=list),
    Column("concepts", JSON, nullable=False, default=list),
    Column("origin", String(8), nullable=False, default="page"),
    Column("reserved", Boolean, nullable=False, default=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("links", JSON, nullable=False, default=list),
    Column("replayed", Boolean, nullable=False, default=False),
    Column("etag", Text),  # of the page, byte for byte: it is asked for again only if it changed
    Column("last_modified", Text),
    UniqueConstraint("identity"),
    Index("ix_articles_published", "published"),
    Index("ix_articles_fetched", "fetched"),
)

revisions = Table(
    "revisions", metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("title", Text, nullable=False),
    Column("text_sha256", String(64), nullable=False),
)

# What each source has listed. Off-topic entries keep title and lead for 72 h: a silence is checked against them.
entries = Table(
    "entries", metadata,
    Column("source_id", String(80), ForeignKey("sources.id"), primary_key=True),
    Column("key", String(64), primary_key=True),  # sha256 of the entry's identity
    Column("url", Text),
    Column("title", Text, nullable=False, default=""),
    Column("lead", Text, nullable=False, default=""),
    Column("language", String(16), nullable=False, default=""),
    Column("published", Utc),
    Column("first_seen", Utc, nullable=False),
    Column("last_seen", Utc, nullable=False),
    Column("text", Text, nullable=False, default=""),  # the feed's own, kept while the page is still to be read
    Column("author", Text, nullable=False, default=""),
    Column("published_raw", Text, nullable=False, default=""),
    Column("outcome", String(24), nullable=False),  # pending | article | off topic | linkless | failed | quarantined
    Column("fingerprint", String(64), nullable=False, default=""),  # of title and lead: has the entry changed?
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", Utc),  # of a pending entry: when its page may be asked for (again)
    Column("error", Text, nullable=False, default=""),
    Column("article_id", Id, ForeignKey("articles.id")),
    Index("ix_entries_first_seen", "first_seen"),
    Index("ix_entries_last_seen", "last_seen"),
)

quarantine = Table(
    "quarantine", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("source_id", String(80), nullable=False),
    Column("url", Text, nullable=False),
    Column("stage", String(24), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("at", Utc, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("body", LargeBinary),
    UniqueConstraint("source_id", "url", "stage"),
)

# -- stories ----------------------------------------------------------------------------------------------------------

vectors = Table(
    "vectors", metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("model", String(64), primary_key=True),
    Column("text_sha256", String(64), nullable=False),
    Column("vector", LargeBinary, nullable=False),  # float16, little endian, not centred
)

# What was read of an article's words, so that the next run need not read them again; gone with the text.
readings = Table(
    "readings", metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("made_of", String(64), nullable=False),  # hash of the words and of what read them: is it still good?
    Column("features", LargeBinary, nullable=False),  # JSON, what stories compare
    Column("signature", LargeBinary, nullable=False),  # uint16, little endian: what copies are found by
    Column("proof", LargeBinary, nullable=False),  # uint32, little endian: what copies are proven by
    Column("length", Integer, nullable=False),  # of the text, in characters
    Column("credit", Text, nullable=False),  # the outlet that the text credits
    Column("dateline", Boolean, nullable=False),  # whether it does so in its dateline
    Column("words", LargeBinary),  # hashes and counts: what it is found by; none where an older version read it
    Column("reader", String(16)),  # what read the words
    Column("as_of", Utc),  # the article's `updated` as it was read
)

language_means = Table(
    "language_means", metadata,
    Column("model", String(64), primary_key=True),
    Column("language", String(16), primary_key=True),
    Column("n", Integer, nullable=False),
    Column("total", LargeBinary, nullable=False),  # float64 sum of n vectors
)

stories = Table(
    "stories", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("created", Utc, nullable=False),
    Column("updated", Utc, nullable=False),
    Column("edges", JSON, nullable=False, default=list),
    Column("hidden", Boolean, nullable=False, default=False),
    Column("pinned", Boolean, nullable=False, default=False),
    Column("merged_into", Id, ForeignKey("stories.id")),
    Column("follows", Id, ForeignKey("stories.id")),
)

members = Table(
    "members", metadata,
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("story_id", Id, ForeignKey("stories.id"), nullable=False, index=True),
    Column("cluster", Integer, nullable=False, default=0),  # the monolingual cluster inside the story
    Column("score", Float, nullable=False, default=0.0),
    Column("parts", JSON, nullable=False, default=dict),
    Column("engine", String(64), nullable=False, default=""),
    Column("woven", Utc, nullable=False),
    Column("text_sha256", String(64), nullable=False, default=""),  # the revision that was woven
    Column("copy_group", Id),
    Column("role", String(12), nullable=False, default="own"),  # original | copy | rewrite | own
    Column("credits", Text, nullable=False, default=""),
)

constraints = Table(
    "constraints", metadata,  # what an operator said: later runs never undo it
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("kind", String(8), nullable=False),  # merge | split
    Column("left_article", Id, ForeignKey("articles.id"), nullable=False),
    Column("right_article", Id, ForeignKey("articles.id"), nullable=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("left_article", "right_article"),
)

# -- the paper --------------------------------------------------------------------------------------------------------

issues = Table(
    "issues", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("edition", String(64), nullable=False),
    Column("slot", String(80), nullable=False),  # "daily 07:00 UTC"
    Column("local_date", String(10), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(12), nullable=False),  # frozen | empty | missed
    Column("closed", Utc, nullable=False),  # when the slot closed: the issue tells what was known then
    Column("frozen", Utc, nullable=False),
    Column("content", JSON, nullable=False),
    Column("subject", Text, nullable=False),
    Column("preheader", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("slot", "local_date"),
)

told = Table(
    "told", metadata,  # an article enters an issue of a slot once; a missed day loses nothing
    Column("slot", String(80), primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id"), primary_key=True),
    Column("issue_id", Id, ForeignKey("issues.id"), nullable=False, index=True),
    Column("story_id", Id, nullable=False),
)

wordings = Table(
    "wordings", metadata,  # what a machine answered, so that an issue that is made again is the same
    Column("key", String(64), primary_key=True),  # hash of the machine and of all that it was asked
    Column("answer", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

# -- the readers ------------------------------------------------------------------------------------------------------

subscribers = Table(
    "subscribers", metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("address", String(254), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("edition", String(64), nullable=False),
    Column("slot", String(80), nullable=False),
    Column("state", String(16), nullable=False),
    Column("added", Utc, nullable=False),
    Column("how", Text, nullable=False),
    Column("changed", Utc, nullable=False),
    UniqueConstraint("address", "edition"),
)

suppressions = Table(
    "suppressions", metadata,
    Column("address_hmac", String(64), primary_key=True),
    Column("reason", String(24), nullable=False),
    Column("at", Utc, nullable=False),
)

outbox = Table(
    "outbox", metadata,
    Column("id", String(48), primary_key=True),  # the Message-ID's local part: hash of issue and subscriber
    Column("issue_id", Id, ForeignKey("issues.id"), nullable=False),
    Column("subscriber_id", Id, ForeignKey("subscribers.id"), nullable=False),
    Column("local_date", String(10), nullable=False),  # no mail twice for one date, even after a change of slot
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("copies", Integer, nullable=False, default=0),  # mails begun and not refused: how many may have arrived
    Column("next_try", Utc, nullable=False),
    Column("lease", Utc),
    Column("holder", String(64), nullable=False, default=""),
    Column("queued", Utc, nullable=False),
    Column("sent", Utc),
    Column("reply", Text, nullable=False, default=""),
    UniqueConstraint("issue_id", "subscriber_id"),
    UniqueConstraint("subscriber_id", "local_date"),
    Index("ix_outbox_state_next_try", "state", "next_try"),
)

leases = Table(
    "leases", metadata,  # who does a job now: two schedulers by mistake do it once
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Utc, nullable=False),
)
