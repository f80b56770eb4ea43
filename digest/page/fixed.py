"""The words that do not depend on an issue: what the templates print as it stands. Pure.

The templates themselves hold no words, so that one set of them speaks every language, an operator's overrides too.
A value with {places} is filled by the template, where a place takes markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from digest.page.tongue import ENGLISH, Tongue


@cache
def fixed(t: Tongue = ENGLISH) -> Mapping[str, str]:
    """The words by the names that the templates know them by."""
    marks = {"comma": t.comma, "pause": t.pause, "gap": t.manner.gap}
    return {**marks, **_frame(t), **_story(t), **_end(t)}


def _frame(t: Tongue) -> dict[str, str]:
    return {
        "tagline": t.say("The day as told in Washington, Moscow and Beijing"),
        "weekly": t.say("The week as told in Washington, Moscow and Beijing"),
        "utc": t.say("all times UTC"),
        "browser": t.say("Read in a browser"),
        "care": t.say("Read this issue with care."),
        "empty": t.say(
            "No story between China, Russia and the United States was found that this paper had not told before."
        ),
        "glance": t.say("At a glance"),
        "glance_key": t.say("Marks: who told it. Figures: how many outlets."),
        "silent": t.say("no report found"),
        "unknown": t.say("not known"),
        "chart": t.say("Who told how much, and when"),
        "chart_key": t.say("Reports of this issue’s stories by side and day; the first and the last day in part."),
        "chart_day": t.say("Day"),
        "chart_bar": t.say("Reports"),
    }


def _story(t: Tongue) -> dict[str, str]:
    return {
        "also": t.say("Also in this issue"),
        "elsewhere": t.say("Elsewhere"),
        "renewed": t.say("Update:"),
        "pinned": t.say("pinned by the editor"),
        "follows": t.say("Follows: {headline}"),
        "compare": t.say("compare"),
        "above": t.say("The headline above."),
        "translation": t.say("machine translation"),
        "differ": t.say("Words that differ:"),
        "distanced": t.say("as others call it"),
        "quoted": t.say("Headline and text quoted from {outlet}, {place}, {time}"),
        "headline": t.say("Headline quoted from {outlet}, {place}, {time}"),
        "translated": t.say(
            "Headline quoted from {outlet}, {place}, {time}; its opening translated by a machine ({by})"
        ),
        "written": t.say(
            "Headline quoted from {outlet}, {place}, {time}; summary written by a machine ({by}) from {sources}, "
            "checked for numbers and names"
        ),
    }


def _end(t: Tongue) -> dict[str, str]:
    return {
        "how": t.say("How this was made"),
        "unread": t.say("Not read well: {sources}."),
        "listed": t.say("You get this mail because your address was {listed}."),
        "untracked": t.say("It has no tracking pixel, and its links are not counted."),
        "leave": t.say("Unsubscribe"),
    }
