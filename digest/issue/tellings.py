"""Pure: how one side told a story: whose headline stands for it, who else told it, and in how many texts really."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from digest.issue.issue import Report, Telling
from digest.issue.plain import link, plain
from digest.issue.silence import Watch, outlet_of
from store.records import SIDES, Article, Copy, Source

ALSO = 3  # outlets named after the first one; the rest is a number
MENTIONS = 4  # concept tags under a foreign headline
TELLING = 2  # tags that say whom or what it is about; with so many, what anybody may do ("statements") is left out
VAGUE = 5  # the rank from which on a label is of that kind
FOREMOST = 6  # concepts of an article that its mentions are chosen among
COMPARED = 48  # reports that each report's nearness is measured to: 5,000 of one event cost no more than a few hundred


@dataclass(frozen=True, slots=True)
class Voice:
    """An article with everything about it that a row needs; `retitled`: how often its headline was changed."""

    article: Article
    source: Source
    copy: Copy
    retitled: int = 0

    @property
    def side(self) -> str | None:
        return self.source.side

    @property
    def independent(self) -> bool:
        """Not a rewrite of somebody else's report, and not a reprint."""
        return self.copy.role in ("own", "original")

    @property
    def text_key(self) -> str | None:
        return text_key(self.copy, self.source.id)


def text_key(copy: Copy, outlet: str) -> str | None:
    """What makes two reports the same text: the copy group, else the outlet; None for a rewrite."""
    if copy.role == "rewrite":
        return None
    return f"group {copy.group}" if copy.group is not None else f"outlet {outlet}"


def independent_texts(voices: Iterable[Voice]) -> int:
    """Independent reports: the copies of one text count once, rewrites never."""
    return len({key for key in (voice.text_key for voice in voices) if key})


def base(language: str) -> str:
    """ "zh-Hans" -> "zh"."""
    return language.split("-")[0].lower()


def central(voices: Sequence[Voice]) -> list[Voice]:
    """`voices`, the most central first: independent before copied, nearest to the others by concepts, then earliest."""
    half = COMPARED // 2
    compared = voices if len(voices) <= COMPARED else [*voices[:half], *voices[-half:]]
    subjects = [(voice, frozenset(voice.article.concepts)) for voice in compared]

    def nearness(voice: Voice) -> float:
        mine = frozenset(voice.article.concepts)
        others = [theirs for other, theirs in subjects if other is not voice]
        return math.fsum(len(mine & theirs) / len(mine | theirs) for theirs in others if mine | theirs)

    def order(v: Voice) -> tuple[bool, bool, float, datetime, int]:
        rewrite = v.copy.role == "rewrite"
        return (not v.independent, rewrite, -round(nearness(v), 6), v.article.published, v.article.id)

    return sorted(voices, key=order)


class Label(NamedTuple):
    """What a concept is called on the page; the lowest rank is named first."""

    rank: int
    text: str


def mentions(article: Article, labels: Mapping[str, Label]) -> tuple[str, ...]:
    """What an article under a foreign headline is about: of what it names first, by rank, then in its order."""
    first = [labels[c] for c in article.concepts if c in labels][:FOREMOST]  # further down stand examples and asides
    known = sorted(first, key=lambda label: label.rank)
    telling = [label for label in known if label.rank < VAGUE]
    named = telling if len(telling) >= TELLING else known[:TELLING]
    return tuple(dict.fromkeys(plain(label.text, 40) for label in named))[:MENTIONS]


def headline(voice: Voice) -> str:
    """The article's title as one line."""
    return plain(voice.article.title)


def printable(voice: Voice) -> bool:
    """Has the article a headline, and an address that may stand as a link?"""
    return link(voice.article.url) is not None and bool(headline(voice))


def report_of(voice: Voice, language: str, labels: Mapping[str, Label]) -> Report:
    """The article as an edition in `language` cites it. Raises ValueError for one without headline or usable link."""
    article = voice.article
    url, title = link(article.url), headline(voice)
    if url is None or not title:
        raise ValueError(f"article {article.id} has no {'headline' if url else 'usable link'}")
    rewritten = voice.copy.role == "rewrite"
    return Report(
        article=article.id,
        title=title,
        language=plain(article.language, 16) or "und",
        url=url,
        published=article.published,
        outlet=outlet_of(voice.source),
        mentions=() if base(article.language) == language else mentions(article, labels),
        rewrites=plain(voice.copy.credits, 60) if rewritten else "",
        rewritten=rewritten,
        retitled=voice.retitled,
    )


def _agency(voices: Sequence[Voice]) -> str:
    """Whose text the copies of a side are, where they are all one: the original's outlet, else the one credited."""
    groups = {v.copy.group for v in voices if v.copy.group is not None}
    if len(groups) != 1:
        return ""
    return next((plain(v.copy.credits, 60) for v in voices if v.copy.role == "copy" and v.copy.credits), "") or next(
        (plain(v.source.name, 60) for v in voices if v.copy.role == "original"), ""
    )


def one_per_outlet(voices: Iterable[Voice]) -> list[Voice]:
    """The first of each outlet, in the order given."""
    return list({voice.source.id: voice for voice in reversed(list(voices))}.values())[::-1]


@dataclass(frozen=True, slots=True)
class Row:
    """What `telling` needs besides the side's own voices."""

    language: str
    labels: Mapping[str, Label]
    headline: Voice
    story: Sequence[Voice]
    sides: frozenset[str]  # of all that told it, now or before, "elsewhere" left out
    watch: Watch

    @property
    def alone(self) -> bool:
        """Does the headline's side tell the story alone? Then the headline stands for its row too."""
        return self.sides == {self.headline.side}


def telling(side: str, fresh: Sequence[Voice], earlier: Sequence[Voice], row: Row) -> Telling:
    """One side's row: what it tells in this issue, or told before, or whether its silence was measured."""
    health = row.watch.readings.side(side)
    everyone = [*fresh, *earlier]
    outlets, texts = len({v.source.id for v in everyone}), independent_texts(everyone)
    if not everyone:
        return row.watch.quiet(side, [v.article for v in row.story], independent_texts(row.story))
    if not fresh:
        return Telling(
            side, "earlier", outlets=outlets, texts=texts, read=health.read, watched=health.watched, mix=mix(everyone)
        )
    ranked = central(fresh)
    own = [v for v in ranked if base(v.article.language) == row.language]
    # The headline above the rows is never printed twice: another article of the side speaks where there is one.
    title = headline(row.headline)
    others = [v for v in (*own, *ranked) if v is not row.headline and headline(v) != title]
    above = row.headline.source if row.headline.side == side else None
    spoken = any(base(v.article.language) == row.language for v in others)
    chosen = None if above and (row.alone or not spoken) else (others or ranked)[0]
    lead = chosen.source.id if chosen else above.id if above else ""
    rest = [v for v in one_per_outlet([*own, *ranked]) if v.source.id != lead]
    return Telling(
        side,
        "told",
        report=report_of(chosen, row.language, row.labels) if chosen else None,
        above=outlet_of(above) if above and not chosen else None,
        above_at=row.headline.article.published if above and not chosen else None,
        also=tuple(report_of(v, row.language, row.labels) for v in rest[:ALSO]),
        outlets=outlets,
        texts=texts,
        agency=_agency(everyone) if texts < outlets else "",
        read=health.read,
        watched=health.watched,
        mix=mix(everyone),
    )


def mix(voices: Iterable[Voice]) -> tuple[tuple[str, int], ...]:
    """(ownership, outlets of that kind), the most frequent first, then by name."""
    counted = Counter({voice.source.id: voice.source.ownership for voice in voices}.values())
    return tuple(sorted(counted.items(), key=lambda kind: (-kind[1], kind[0])))


def tellings(fresh: Sequence[Voice], earlier: Sequence[Voice], row: Row) -> tuple[Telling, ...]:
    """The three rows, Washington, Moscow, Beijing, always in that order."""
    return tuple(
        telling(side, [v for v in fresh if v.side == side], [v for v in earlier if v.side == side], row)
        for side in SIDES
    )


def elsewhere(fresh: Sequence[Voice], row: Row) -> tuple[Report, ...]:
    """One report of each outlet outside the three sides, exiled ones among them."""
    voices = one_per_outlet(central([v for v in fresh if v.side is None]))
    return tuple(report_of(v, row.language, row.labels) for v in voices[:ALSO])


def span(voices: Sequence[Voice]) -> tuple[datetime, datetime]:
    """When the first and the latest of `voices` were published."""
    times = [v.article.published for v in voices]
    return min(times), max(times)


def outlet_ids(voices: Iterable[Voice]) -> tuple[str, ...]:
    """The distinct outlets, sorted."""
    return tuple(sorted({v.source.id for v in voices}))


def headline_of(voices: Sequence[Voice], language: str, tired: Mapping[str, int] | None = None) -> Voice:
    """Whose headline stands over the story and is quoted: the most central report in the edition's language that may be
    quoted; then one that may not; then a rewrite; an original in another language last. An outlet that stands over
    many stories already (`tired`: source id -> how many) gives way where another of the same worth can stand there."""
    ranked = central(voices)
    own = [v for v in ranked if base(v.article.language) == language]
    reports = [v for v in own if v.copy.role != "rewrite"]
    quotable = [v for v in reports if not v.article.reserved and (v.article.text.strip() or v.article.lead.strip())]
    best = quotable or reports or own or ranked
    alike = [v for v in best if v.independent] or best
    return min(alike, key=lambda v: (tired or {}).get(v.source.id, 0))  # the first of the least tired
