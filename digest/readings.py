"""Each article is read once: what stories and copies are told by is kept in the store and taken from there again.

What was kept is good for as long as the article's words, the lexicon, the outlets' names and the rules of reading are
the same (`digest/stories/shelf.py`); else the article is read anew from its text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, Engine

from config import VERSION, Config
from digest.stories import shelf, weaving
from digest.stories import thresholds as at
from digest.stories.copies import Print
from digest.stories.credits import Credit, Names, credited
from digest.stories.ledger import Hashing
from digest.stories.ledger import filed as filed_as
from digest.stories.reading import Features, Item, read
from digest.stories.signing import Signed, sign
from store import articles, readings
from store.db import reading
from store.readings import Known, Reading
from store.records import Article, Lexicon, Source
from topics.concepts import Matcher


@dataclass(frozen=True, slots=True)
class Reader:
    """What articles are read with. `name` changes where any of it does."""

    matcher: Matcher
    names: Names
    sources: Mapping[str, Source]
    name: str

    @classmethod
    def of(cls, config: Config, sources: Mapping[str, Source]) -> Reader:
        rows = config.lexicon_rows()
        matcher = Matcher(Lexicon.of(rows))
        outlets = sorted({source.name for source in sources.values()})
        called = sorted((id, source.name) for id, source in sources.items())
        name = shelf.reader(VERSION, rows, called, [(key, value) for key, value in vars(at).items() if key.isupper()])
        return cls(matcher, weaving.names(outlets, matcher), sources, name)

    def outlet(self, source_id: str) -> str:
        source = self.sources.get(source_id)
        return source.name if source else source_id

    def made_of(self, article: Article | Known) -> str:
        """The key of what is read of an article."""
        words = (article.title, article.lead, article.text_sha256, article.language, self.outlet(article.source_id))
        return shelf.key(*words, str(article.reserved), reader=self.name)

    def item(self, article: Article | Known) -> Item:
        """An article as stories see it; without its text where that is not at hand."""
        return Item(
            id=article.id,
            title=article.title,
            lead="" if article.reserved else article.lead,
            text=article.text if isinstance(article, Article) and not article.reserved else "",
            language=article.language.split("-")[0],
            at=article.published,
            outlet=self.outlet(article.source_id),
            source_id=article.source_id,
            url=article.url,
        )


@dataclass(slots=True)
class Recalled:
    """All that is known of the articles of one run. `made` was read in this run and is to be kept. `words`: what each
    is found by; `shas`: the texts that they were read from."""

    items: list[Item] = field(default_factory=list)
    features: dict[int, Features] = field(default_factory=dict)
    words: dict[int, bytes] = field(default_factory=dict)
    prints: list[Print] = field(default_factory=list)
    shas: dict[int, str] = field(default_factory=dict)
    made: list[Reading] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Store:
    """The shelf of features: each is fetched when something new is like it."""

    engine: Engine

    def packed(self, ids: Sequence[int]) -> Mapping[int, bytes]:
        with reading(self.engine) as conn:
            return readings.features(conn, ids)


def recall(
    engine: Engine, conn: Connection, fresh: Sequence[Article], older: Collection[int], now: datetime, reader: Reader
) -> Recalled:
    """The `fresh` articles read, `older` ones as stories compare them, and recent texts that may be copies."""
    new = {article.id for article in fresh}
    found, hashing, store = Recalled(), Hashing(), _Store(engine)
    as_of = readings.updated(conn, new)
    for article in fresh:
        _read(article, reader, hashing, as_of.get(article.id), found)
    filed = readings.filed(conn, set(older) - new, reader.name)
    for id, row in filed.items():
        language = row.language.split("-")[0]
        found.features[id] = shelf.Kept.of(id, language, row.published, row.source_id, row.url, store)
        found.words[id], found.shas[id] = row.words, row.text_sha256
    stale: dict[int, Known | None] = dict.fromkeys(set(older) - new - filed.keys())
    window = timedelta(days=at.COPY_DAYS)
    first = min((article.published for article in fresh), default=now) - window
    for told in readings.for_copies(conn, first, now + window) if fresh else ():
        if told.id not in new and not _recognise(told, reader, found):
            stale[told.id] = told
    as_of = readings.updated(conn, stale)
    for id, article in articles.by_ids(conn, stale).items():
        story = id in older and id not in filed
        _read(
            article, reader, hashing, as_of.get(id), found, story=story, printed=stale[id] is not None, known=stale[id]
        )
    found.items.sort(key=lambda item: item.id)
    return found


def _recognise(known: Known, reader: Reader, found: Recalled) -> bool:
    """Take what copies are told by, where it is still good."""
    kept = known.reading
    if kept is None or kept.made_of != reader.made_of(known):
        return False
    signature, proof = np.frombuffer(kept.signature, "<u2"), np.frombuffer(kept.proof, "<u4")
    credit = Credit(kept.credit, kept.dateline) if kept.credit else None
    found.prints.append(_print(reader.item(known), Signed(signature, proof, kept.length), credit, known))
    return True


def _print(item: Item, signed: Signed, credit: Credit | None, known: Known | None) -> Print:
    place = known.place if known else None
    return Print(item.id, item.url, item.title, item.lead, "", item.outlet, item.at, signed, credit, place)


def _read(
    article: Article,
    reader: Reader,
    hashing: Hashing,
    as_of: tuple[datetime, str, str] | None,
    found: Recalled,
    *,
    story: bool = True,
    printed: bool = True,
    known: Known | None = None,
) -> None:
    """Read an article, for good. `as_of`: when it was last changed, with the title and the hash that it had then."""
    item = reader.item(article)
    features = shelf.shared(read(item, reader.matcher))
    signed, credit = sign(item.text or item.lead), credited(item.text, reader.names)
    words = filed_as(features, hashing)
    if story:
        found.items.append(item)
        found.features[item.id] = features
        found.words[item.id] = words
        found.shas[item.id] = article.text_sha256
    if printed:
        found.prints.append(_print(item, signed, credit, known))
    same = as_of is not None and as_of[1:] == (article.title, article.text_sha256)
    found.made.append(
        Reading(
            article_id=item.id,
            made_of=reader.made_of(article),
            features=shelf.packed(features),
            signature=signed.signature.astype("<u2").tobytes(),
            proof=signed.proof.astype("<u4").tobytes(),
            length=signed.length,
            credit=credit.name if credit else "",
            dateline=bool(credit and credit.dateline),
            words=words,
            reader=reader.name,
            as_of=as_of[0] if as_of and same else None,
        )
    )
