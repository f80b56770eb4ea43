"""Pure: where a story stands in an issue, or why it does not: what `explain` and a story's page say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from digest.issue.compose import Frame, Material
from digest.issue.issue import Issue, Item, Key, Rank
from store.records import Story

Absence = Literal["hidden", "other edges", "old", "told", "nothing new", "unprintable"]


class Place(NamedTuple):
    """Where a story stands: section, place in it (from 1) of how many; `beyond`: only on the web."""

    section: Key
    number: int
    of: int
    beyond: bool
    item: Item


def place(issue: Issue, story: int) -> Place | None:
    """Where `story` stands in `issue`, or None."""
    for section in issue.sections:
        for beyond, items in ((False, section.items), (True, section.beyond)):
            for number, item in enumerate(items, 1):
                if item.story == story:
                    return Place(section.key, number, len(items), beyond, item)
    return None


def absence(story: Story, material: Material, frame: Frame) -> Absence:
    """Why a story that is not in the issue of `frame` is not in it."""
    if story.hidden:
        return "hidden"
    if not set(story.edges) & set(frame.edges):
        return "other edges"
    fresh = [id for id in _young(story, material, frame) if id not in material.told]
    if fresh:
        return "nothing new" if any(id in material.told for id in story.members) else "unprintable"
    return "told" if any(id in material.told for id in story.members) else "old"


def _young(story: Story, material: Material, frame: Frame) -> Iterator[int]:
    for id in story.members:
        article = material.articles.get(id)
        if article and frame.closes - frame.age < article.published <= frame.closes and article.fetched <= frame.closes:
            yield id


def parts(rank: Rank) -> tuple[tuple[str, float], ...]:
    """What a rank is made of, in words, the largest first."""
    named = (
        ("who told it independently", rank.coverage),
        ("how fresh it is", rank.freshness),
        ("how much of the paper's subject it is about", rank.edges),
        ("how different those are who told it", rank.diversity),
    )
    return tuple(sorted(named, key=lambda part: -part[1]))


def in_words(rank: Rank) -> str:
    """ "7.3: 5.4 for who told it independently, 1.1 for how fresh it is, ...": one line."""
    return f"{rank.score:g}: " + ", ".join(f"{value:g} for {name}" for name, value in parts(rank))
