"""What tests ask of an issue."""

from __future__ import annotations

from digest.issue.issue import Issue, Item


def item(issue: Issue, story: int) -> Item:
    return next(i for i in issue.every() if i.story == story)


def keys(issue: Issue) -> dict[int, str]:
    return {i.story: s.key for s in issue.sections for i in s.items}
