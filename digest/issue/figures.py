"""Pure: the quantities of a text for comparing: what was said, and in which numbers."""

from __future__ import annotations

import re

from topics.numbers import numbers

# Chinese sets no space before a figure, and a figure inside a word ("Su-57", "A14") is none.
_AFTER_HAN = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)")
# "24 November", "Nov. 24", "24 ноября", "11月24日", "24日": every report has its day, and it is no figure of the event.
_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[яй]|июн|июл|авг|"
    r"сен|окт|ноя|дек)\w*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?\s+\d{1,2}\b|(?:\d{1,2}月)?\d{1,2}[日号]"
    r"|\d{1,2}:\d\d",
    re.IGNORECASE,
)


def figures(text: str) -> frozenset[float]:
    """Every quantity, in one scale for all languages; years are none."""
    return numbers(_AFTER_HAN.sub(" ", text))


def figures_of_event(text: str) -> frozenset[float]:
    """Those that are no day and no hour."""
    return figures(_DAY.sub(" ", text))


def in_digits(text: str) -> frozenset[float]:
    """Those that are written in digits: of "two" and 两国 another language may make "both"."""
    return figures(text) - figures(re.sub(r"\d", "", text))
