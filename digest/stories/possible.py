"""Might one of these entries tell this story? Asked before a silence is printed, so a doubt means yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from digest.stories import thresholds as at
from digest.stories.similarity import ConceptSimilarity, Features, Item, engine, read
from topics.concepts import Matcher

_NOON = datetime(2000, 1, 1, tzinfo=UTC)  # entries of the last 72 h are as near in time as an issue knows


class Told(Protocol):
    """What is asked of an article or an entry."""

    @property
    def title(self) -> str: ...
    @property
    def lead(self) -> str: ...
    @property
    def language(self) -> str: ...


def possible_match(matcher: Matcher, articles: Sequence[Told], entries: Sequence[Told]) -> bool:
    """Whether an entry comes near enough to any of the story's articles; titles and leads only, no model."""
    told = [_features(matcher, n, article) for n, article in enumerate(articles)]
    listed = [_features(matcher, len(told) + n, entry) for n, entry in enumerate(entries)]
    similarity = engine([*told, *listed], matcher)
    return any(_near(similarity, a, b) for b in listed for a in told)


def _features(matcher: Matcher, number: int, text: Told) -> Features:
    language = text.language.split("-")[0]
    return read(Item(number, text.title, text.lead, "", language, _NOON), matcher)


def _near(similarity: ConceptSimilarity, left: Features, right: Features) -> bool:
    if left.language == right.language:
        return similarity.within(left, right).value >= at.POSSIBLE * at.JOIN[similarity.name]
    return similarity.across(left, right).value >= at.POSSIBLE * at.LINK[similarity.name]
