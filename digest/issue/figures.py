"""Pure: the quantities of a text for comparing: what was said, and in which numbers."""

from __future__ import annotations

import re

from topics.numbers import numbers, without_days


def figures_of_event(text: str) -> frozenset[float]:
    """Every quantity that is no year, no day and no hour, in one scale for all languages."""
    return numbers(without_days(text))


def in_digits(text: str) -> frozenset[float]:
    """Those that are written in digits, days too: of "two" and 两国 another language may make "both"."""
    return numbers(text) - numbers(re.sub(r"\d", "", text))
