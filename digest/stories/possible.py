"""Might one of these entries tell this story? Asked before a silence is printed, so a doubt means yes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from digest.stories import thresholds as at
from digest.stories.pool import Pool, Told
from digest.stories.reading import Features
from digest.stories.similarity import Similarity, fullness

Home = Literal["shared", "alone"]  # an entry's story: others tell it too, or its own side alone does
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
    """

    def __init__(
        self,
        pool: Pool,
        entries: Sequence[int],
        companions: Sequence[int] = (),
        homes: Mapping[int, Home] | None = None,
    ) -> None:
        self.pool = pool
        self.entries = frozenset(entries)
        self.companions = frozenset(companions)
        self.homes = homes or {}
        self._strangers = [place for place in entries if self.homes.get(place) == "alone"]

    def may_tell(self, articles: Sequence[Told]) -> bool:
        """Whether an entry comes near enough to any of the story's articles."""
        return self.heard(articles) is not None

    def heard(self, articles: Sequence[Told]) -> Told | None:
        """The first entry, or companion of one, that comes near enough to any of the story's articles."""
        if not self.entries:
            return None
        half = _SPOKEN // 2
        spoken = articles if len(articles) <= _SPOKEN else [*articles[:half], *articles[-half:]]
        found = (place for article in spoken for place in self._near(article))
        return next((self.pool.texts[place] for place in found), None)

    def _near(self, article: Told) -> Iterator[int]:
        """The places that come near enough to one article, entries first."""
        told = self.pool.asked(article)
        entries, companions = self.pool.nearest(told, (self.entries, self.companions))
        unread = [place for place in self._strangers if not self._meant(told, place)]
        for place in dict.fromkeys([*entries, *unread, *companions]):
            by_meaning = self._meant(told, place)
            if self._near_by_meaning(told, place) if by_meaning else self._near_by_words(told, place):
                yield place

    def _meant(self, told: Features, place: int) -> bool:
        return told.id in self.pool.vectors and place in self.pool.vectors

    def _near_by_meaning(self, told: Features, place: int) -> bool:
        other, home = self.pool.features[place], self.homes.get(place)
        if place not in self.entries:
            asked = at.POSSIBLE_MEANT_THROUGH
        else:
            asked = at.POSSIBLE_MEANT if home == "shared" else at.POSSIBLE_MEANT_ALONE
            asked *= _worth(told, other)
        if _share(self.pool.understanding, told, other) >= asked:
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
