"""`/stories/ID`: one story as it stands now: side by side, who told it when, whose text is whose, and why it ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.issue.issue import Telling
from digest.issue.ranking import rank_of
from digest.issue.reasons import in_words
from digest.issue.silence import Watch
from digest.issue.summary import quotation
from digest.issue.tellings import (
    Label,
    Voice,
    central,
    headline_of,
    independent_texts,
    outlet_ids,
    printable,
    report_of,
    span,
)
from digest.page import words
from digest.page.render import slot_path
from digest.page.view import Headline, Mark, Name, headline_view, mark_of, name_of
from digest.publish import labels as concept_labels
from digest.publish import watch
from digest.web.paper import Paper, not_found, paper_of, shown
from store import articles, issues, sources, stories
from store.db import reading
from store.records import EDGES, SIDES, Copy, Story


@dataclass(frozen=True, slots=True)
class Told:
    """One article in its column."""

    headline: Headline
    outlet: Name
    time: str
    at: str
    role: str
    revised: str
    quote: str


@dataclass(frozen=True, slots=True)
class Column:
    """One side, or elsewhere."""

    css: str
    glyph: str
    word: str
    note: str
    reports: tuple[Told, ...]


def _role(voice: Voice, originals: Mapping[int, str], reprints: Mapping[int, int]) -> str:
    """Whose text it is, in words; "" for a report of the outlet's own that nobody reprinted."""
    copy = voice.copy
    if copy.role == "rewrite":
        return f"a rewrite crediting {copy.credits}" if copy.credits else "a rewrite"
    if copy.group is None:
        return ""
    if copy.role == "copy":
        origin = originals.get(copy.group) or copy.credits
        return f"reprint of {origin}" if origin else "a shared text"
    return f"reprinted by {words.count(reprints.get(copy.group, 0), 'outlet')}" if reprints.get(copy.group) else ""


def _voices(conn: Connection, story: Story) -> list[Voice]:
    known = articles.by_ids(conn, story.members)
    outlets, copies = sources.all(conn), stories.copies(conn, story.members)
    found = [
        Voice(known[id], outlets[known[id].source_id], copies.get(id, Copy(id, None)))
        for id in story.members
        if id in known and known[id].source_id in outlets
    ]
    return [voice for voice in found if printable(voice)]


def _told(voice: Voice, role: str, today: date, labels: Mapping[str, Label]) -> Told:
    article, report = voice.article, report_of(voice, words.LANGUAGE, labels)
    revised = words.count(article.revision - 1, "revision") if article.revision > 1 else ""
    # A reprint's words stand with the original already.
    quote = "" if article.reserved or voice.copy.role == "copy" else quotation(article.text, article.lead)
    return Told(
        headline_view(report),
        name_of(report.outlet),
        words.clock(article.published, today),
        article.published.isoformat(),
        role,
        revised,
        quote,
    )


def _columns(
    voices: Sequence[Voice], roles: Mapping[int, str], listening: Watch, today: date, labels: Mapping[str, Label]
) -> list[Column]:
    columns = []
    for side in (*SIDES, None):
        own = central([v for v in voices if v.side == side])
        reports = tuple(_told(v, roles[v.article.id], today, labels) for v in own)
        if side is None:
            if reports:
                columns.append(Column("mut", "", "Elsewhere", "", reports))
            continue
        telling = _telling(side, len(own), voices, listening)
        mark: Mark = mark_of(telling)
        columns.append(Column(mark.css, mark.glyph, mark.word, "" if own else words.quiet(telling), reports))
    return columns


def _telling(side: str, n: int, voices: Sequence[Voice], listening: Watch) -> Telling:
    """The side as the issue's rule sees it: its silence is said only where it was measured."""
    health = listening.readings.side(side)
    if n:
        return Telling(side, "told", outlets=n, read=health.read, watched=health.watched)
    state, reason = listening.verdict(side, [v.article for v in voices])
    silent = state == "silent"
    return Telling(side, "silent" if silent else "unknown", read=health.read, watched=health.watched, reason=reason)


def _page(paper: Paper, conn: Connection, story: Story) -> Response:
    now = paper.clock()
    voices = _voices(conn, story)
    if story.hidden or not voices:
        return not_found("There is nothing to show of this story.")
    labels, today = concept_labels(paper.config), now.date()
    originals = {v.copy.group: v.source.name for v in voices if v.copy.role == "original" and v.copy.group is not None}
    reprints: dict[int, int] = {}
    for v in voices:
        if v.copy.role == "copy" and v.copy.group is not None:
            reprints[v.copy.group] = reprints.get(v.copy.group, 0) + 1
    roles = {v.article.id: _role(v, originals, reprints) for v in voices}
    sides = _columns(voices, roles, watch(paper.config, conn, now), today, labels)
    head = headline_view(report_of(headline_of(voices, words.LANGUAGE), words.LANGUAGE, labels))
    first, latest = (words.clock(at, today) for at in span(voices))
    texts, outlets = independent_texts(voices), outlet_ids(voices)
    counts = f"{words.count(len(voices), 'article')} by {words.count(len(outlets), 'outlet')}"
    counts += f", {words.count(texts, 'independent report')}"
    rank = (
        "A rank is the sum of who told a story independently (reprints of one text count once, rewrites not at all), "
        "how fresh it is, how much of the paper's subject it is about, and how different those are who told it. "
        f"This one: {in_words(rank_of(voices, (), [e for e in EDGES if e in story.edges], now))}."
    )
    return shown(
        "story.html.j2",
        head=head,
        about=words.about([e for e in EDGES if e in story.edges]),
        counts=counts,
        span=first if first == latest else f"first {first}, latest {latest}",
        sides=sides,
        timeline=_timeline(voices, roles, today),
        rank=rank,
        issues=_issues(conn, story.id),
    )


def _timeline(voices: Sequence[Voice], roles: Mapping[int, str], today: date) -> list[dict[str, str]]:
    rows = []
    for v in sorted(voices, key=lambda v: (v.article.published, v.article.id)):
        side, name = v.side, name_of(report_of(v, words.LANGUAGE, {}).outlet)
        rows.append(
            {
                "time": words.clock(v.article.published, today),
                "css": side or "mut",
                "glyph": words.FULL[side] if side else "",
                "word": words.NAMES[side] if side else f"Elsewhere ({name.label})",
                "outlet": name.name,
                "lang": name.lang,
                "role": roles[v.article.id],
            }
        )
    return rows


def _issues(conn: Connection, story: int) -> list[dict[str, str]]:
    return [
        {
            "href": f"/issues/{day}/{slot_path(slot)}",
            "date": words.long_date(date.fromisoformat(day)),
            "articles": words.count(n, "new article"),
        }
        for slot, day, n in issues.of_story(conn, story)
    ]


def story(request: Request) -> Response:
    """The live page of a story; one that was merged into another leads there."""
    paper, id = paper_of(request), request.path_params["id"]
    if id >= 2**63:
        return not_found("There is no such story.")
    with reading(paper.engine) as conn:
        found = stories.by_ids(conn, [id]).get(id)
        if found is None:
            return not_found("There is no such story.")
        if found.id != id:
            return RedirectResponse(f"/stories/{found.id}", 301)
        return _page(paper, conn, found)
