"""Might one of these entries tell this story? Asked before a silence is printed, so a doubt means yes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal, TypeVar

from digest.stories import thresholds as at
from digest.stories.pool import Pool, Told
from digest.stories.reading import Features
from digest.stories.similarity import Similarity, fullness

Home = Literal["shared", "alone"]  # an entry's story: others tell it too, or its own side alone does
T = TypeVar("T")
_SPOKEN = 8  # articles of a story that stand for it: the first ones, which set the subject, and the newest


class Listening:
    """One side's entries, asked about every story; by all that was read of each.

    `entries` and `companions` are places in the pool. Companions are what others told in one story with an entry: a
    side that spoke may hide in a part that the story was wrongly kept from, and there a companion, of another country
    but of the asker's language, gives it away sooner than its own words do. `homes`: where an entry stands, for those
    that stand in a story. Two texts that both have a vector are judged by it, else by the lexicon and their words.

    How near is near depends on what is known of an entry. One that others tell too has its event, and must come as near
    as would tie it to this one as well. What nobody outside its side was found to tell may be the link that was missed:
    less is asked, and across languages without vectors very little. Of an article that is a headline alone half is
    asked, for the rest of what it tells was not read.

    What others tell too is no doubt at all where its story and the one asked about are plainly two: where each holds
    together twice as firmly as anything between them does. Two parts of one event are as near to each other as each is
    in itself. `stories`: entry or companion -> the story that it stands in.
    """

    def __init__(
        self,
        pool: Pool,
        entries: Sequence[int],
        companions: Sequence[int] = (),
        homes: Mapping[int, Home] | None = None,
        stories: Mapping[int, int] | None = None,
    ) -> None:
        self.pool = pool
        self.entries = frozenset(entries)
        self.companions = frozenset(companions)
        self.homes = homes or {}
        self.stories = stories or {}
        self._inside: dict[int, list[int]] = defaultdict(list)
        for place, story in sorted(self.stories.items()):
            self._inside[story].append(place)
        self._strangers = [place for place in entries if self.homes.get(place) == "alone"]

    def may_tell(self, articles: Sequence[Told]) -> bool:
        """Whether an entry comes near enough to any of the story's articles."""
        return self.heard(articles) is not None

    def heard(self, articles: Sequence[Told]) -> Told | None:
        """The first entry, or companion of one, that comes near enough to any of the story's articles."""
        if not self.entries:
            return None
        told = [self.pool.asked(article) for article in _ends(articles)]
        for one in told:
            for place in self._near(one):
                if not self._another_event(place, told):
                    return self.pool.texts[place]
        return None

    def _near(self, told: Features) -> Iterator[int]:
        """The places that come near enough to one article, entries first."""
        entries, companions = self.pool.nearest(told, (self.entries, self.companions))
        unread = [place for place in self._strangers if not self._meant(told, place)]
        for place in dict.fromkeys([*entries, *unread, *companions]):
            by_meaning = self._meant(told, place)
            if self._near_by_meaning(told, place) if by_meaning else self._near_by_words(told, place):
                yield place

    def _another_event(self, place: int, told: Sequence[Features]) -> bool:
        """Whether a place's story is plainly not that of `told`, by the vectors of both."""
        story = self.stories.get(place)
        if story is None or self.homes.get(place) == "alone" or place not in self.pool.vectors:
            return False
        known = [n for n in self._inside[story] if n in self.pool.vectors]
        theirs = [self.pool.features[n] for n in dict.fromkeys([place, *_ends(known)])]
        ours = [f for f in told if f.id in self.pool.vectors]
        between = max((self._meant_share(x, y) for x in ours for y in theirs), default=math.inf)
        return min(self._firmest(ours), self._firmest(theirs)) >= at.POSSIBLE_FIRMER * between

    def _firmest(self, texts: Sequence[Features]) -> float:
        return max((self._meant_share(x, y) for x, y in combinations(texts, 2)), default=0.0)

    def _meant_share(self, left: Features, right: Features) -> float:
        return _share(self.pool.understanding, left, right)

    def _meant(self, told: Features, place: int) -> bool:
        return told.id in self.pool.vectors and place in self.pool.vectors

    def _near_by_meaning(self, told: Features, place: int) -> bool:
        other, home = self.pool.features[place], self.homes.get(place)
        if place not in self.entries:
            asked = at.POSSIBLE_MEANT_THROUGH
        else:
            asked = at.POSSIBLE_MEANT if home == "shared" else at.POSSIBLE_MEANT_ALONE
            asked *= _worth(told, other)
        if self._meant_share(told, other) >= asked:
            return True
        headline = place in self.entries and fullness(told, other) < at.HEADLINE_BELOW
        return headline and self._near_by_words(told, place)  # too short to be sure of what it means

    def _near_by_words(self, told: Features, place: int) -> bool:
        similarity, other, home = self.pool.similarity, self.pool.features[place], self.homes.get(place)
        share = _share(similarity, told, other)
        if place not in self.entries:
            return share >= at.POSSIBLE_THROUGH and _in_common(similarity, told, other)
        if home == "alone" and told.language != other.language and not self._meant(told, place):
            return share >= at.POSSIBLE_UNTIED
        asked = at.POSSIBLE_SHARED if home == "shared" else at.POSSIBLE
        # Off topic there are a thousand headlines a day, and of a thousand some share a word with anything.
        asked *= _worth(told, other) if home else 1.0
        return share >= asked and _in_common(similarity, told, other)


def _ends(many: Sequence[T]) -> Sequence[T]:
    """The first and the newest, as many as stand for a story."""
    half = _SPOKEN // 2
    return many if len(many) <= _SPOKEN else [*many[:half], *many[-half:]]


def _worth(told: Features, other: Features) -> float:
    """What is asked of two texts, as a share of what is asked of full ones: less where one is little but a headline."""
    return at.HEADLINE_HEARD + (1 - at.HEADLINE_HEARD) * min(1.0, fullness(told, other) / at.HEADLINE_BELOW)


def _share(similarity: Similarity, left: Features, right: Features) -> float:
    """How much of what would make them one story two texts reach, within a language or across."""
    if left.language == right.language:
        return similarity.within(left, right).value / at.JOIN[similarity.name]
    return similarity.across(left, right).value / at.LINK[similarity.name]


def _in_common(similarity: Similarity, left: Features, right: Features) -> bool:
    """Across languages and without a model: is there a subject in common, or two names?"""
    if left.language == right.language:
        return True
    parts = similarity.across(left, right).parts
    return parts["concepts"] >= at.POSSIBLE_SUBJECTS or parts["names"] >= at.POSSIBLE_NAMES
