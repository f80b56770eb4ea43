"""`/method`: how the paper is made, in sentences that are true of this installation's config."""

from __future__ import annotations

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from config import Config
from digest.issue.ranking import HALF_LIFE
from digest.issue.silence import LEAST, OUT, SHARE, STALE, WINDOW
from digest.issue.summary import QUOTE
from digest.page import words
from digest.page.tongue import ENGLISH
from digest.web.paper import paper_of, shown
from store.records import SIDES, side_of


def _hours(span: timedelta) -> int:
    return int(span.total_seconds() // 3600)


def _watched(config: Config) -> list[str]:
    """ "Washington 18", ..., "elsewhere 9": how many outlets of each side are read."""
    sides = [side_of(source.country, source.ownership) for source in config.sources if source.enabled]
    named = [f"{words.NAMES[side]} {sides.count(side)}" for side in SIDES]
    return [*named, f"elsewhere {sides.count(None)}"]


def _worded(config: Config) -> list[str]:
    """Who words what. A machine is named wherever it wrote something, in every issue."""
    summary, translation = config.summary, config.translation
    by = f" ({summary.model})" if summary.model else ""
    lines = [
        "A story’s text is the opening of its own report, quoted; no machine writes any."
        if summary.engine == "extractive"
        else f"A story’s text may be written by a machine{by} from the reports of the sides that told it. It is "
        "checked for numbers and names that no report has, marked wherever it stands, and otherwise left out for the "
        "report’s own opening."
    ]
    lines.append(
        "A headline in another language is not translated; beneath it stands what it mentions."
        if translation.engine == "tags"
        else "Beneath a headline in another language stands a machine’s translation, marked as such."
    )
    return lines


def method(request: Request) -> Response:
    """The page."""
    config = paper_of(request).config
    return shown(
        "method.html.j2",
        watched=ENGLISH.listed(_watched(config)),
        total=sum(source.enabled for source in config.sources),
        interval=config.politeness.interval,
        text=config.keep.text,
        quote=QUOTE,
        share=round(100 * SHARE[0] / SHARE[1]),
        least=LEAST,
        window=_hours(WINDOW),
        stale=_hours(STALE),
        out=OUT.days,
        half_life=_hours(HALF_LIFE),
        worded=_worded(config),
    )
