"""Why an article is in its story, in words and in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digest.stories.clusters import Gathered
from digest.stories.similarity import Score

_WORDS = {
    "meaning": "meaning (model)",
    "words": "shared words",
    "headline": "shared headline words",
    "concepts": "shared subjects",
    "names": "shared names",
    "figures": "shared figures",
    "time": "nearness in time",
    "parties": "same parties",
    "link": "tie across languages",
    "copy": "prints the same text",
    "first": "first report of its group",
    "same page or operator": "the same page, or an operator's decision",
}


def membership(story: Gathered, article_id: int) -> Score:
    """The score that placed the article in its cluster, with the tie of its cluster to the story's other languages."""
    for cluster in story.clusters:
        score = cluster.why.get(article_id)
        if score is not None:
            ids = cluster.ids()
            ties = [value for left, right, value in story.links if left in ids or right in ids]
            parts: dict[str, float] = {**score.parts, **({"link": max(ties)} if ties else {})}
            return Score(round(score.value, 4), parts)
    return Score(0.0)


def in_words(score: float, parts: Mapping[str, Any]) -> str:
    """ "0.61: meaning (model) 0.71, shared words 0.44, same parties 1.0": one line for `stories explain`."""
    shown = [f"{_WORDS[name]} {value}" for name, value in parts.items() if name in _WORDS]
    return f"{score:.2f}: {', '.join(shown)}" if shown else f"{score:.2f}"
