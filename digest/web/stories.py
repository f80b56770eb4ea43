"""`/stories/ID`: one story as it stands now: side by side, who told it when, whose text is whose, and why it ranks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.issue.ranking import rank_of
from digest.issue.reasons import parts
from digest.issue.tellings import (
    Voice,
    headline_of,
    independent_texts,
    outlet_ids,
    printable,
    report_of,
    span,
)
from digest.page import words
from digest.page.render import slot_path
from digest.page.view import headline_view
from digest.publish import labels as concept_labels
from digest.web.columns import Desk, columns
from digest.web.paper import Paper, ear_of, not_found, paper_of, shown
from digest.web.texts import roles as roles_of
from digest.web.texts import texts
from digest.web.timeline import SHAPES, lanes, moments
from store import articles, issues, revisions, sources, stories
from store.db import reading
from store.records import EDGES, Copy, Story

MEANING = {  # of a rank's parts, beside their numbers
    "who told it independently": "two for each side with a report of its own, a little more for each further report; "
    "reprints of one text count once, rewrites not at all",
    "how fresh it is": "two for a report of this minute, half of it after a day",
    "how much of the paper's subject it is about": "a half for each of the relations it is about",
    "how different those are who told it": "a quarter for each further kind of ownership and each further language",
}


def _voices(conn: Connection, story: Story) -> list[Voice]:
    known = articles.by_ids(conn, story.members)
    outlets, copies = sources.all(conn), stories.copies(conn, story.members)
    found = [
        Voice(known[id], outlets[known[id].source_id], copies.get(id, Copy(id, None)))
        for id in story.members
        if id in known and known[id].source_id in outlets
    ]
    return [voice for voice in found if printable(voice)]


def _page(request: Request, conn: Connection, story: Story) -> Response:
    paper = paper_of(request)
    now, labels = paper.clock(), concept_labels(paper.config)
    voices = _voices(conn, story)
    if story.hidden or not voices:
        return not_found("There is nothing to show of this story.")
    ids, roles = [v.article.id for v in voices], roles_of(voices)
    trails, edited = revisions.headlines(conn, ids), revisions.edited(conn, ids)
    desk = Desk(now.date(), labels, roles, trails, edited)
    sides = columns(voices, desk, lambda: ear_of(request).at(conn, now))
    first, latest = (words.clock(at, now.date()) for at in span(voices))
    edges = [e for e in EDGES if e in story.edges]
    rank = rank_of(voices, (), edges, now)
    return shown(
        "story.html.j2",
        head=headline_view(report_of(headline_of(voices, words.LANGUAGE), words.LANGUAGE, labels)),
        about=words.about(edges),
        counts=_counts(voices),
        span=first if first == latest else f"first {first}, latest {latest}",
        sides=sides,
        lanes=lanes(voices, sides, now),
        shapes=SHAPES,
        moments=moments(voices, roles, now),
        texts=texts(voices, now.date()),
        rank=rank.score,
        parts=[(name, value, MEANING[name]) for name, value in parts(rank)],
        issues=_issues(conn, story.id),
        before=_other(paper, conn, story.follows),
    )


def _counts(voices: Sequence[Voice]) -> str:
    counts = (words.count(len(voices), "article"), words.outlets(len(outlet_ids(voices))))
    return f"{' by '.join(counts)}, {words.count(independent_texts(voices), 'independent report')}"


def _other(paper: Paper, conn: Connection, id: int | None) -> dict[str, object] | None:
    """The story that this one follows, as a link."""
    other = stories.by_ids(conn, [id]).get(id) if id is not None else None
    voices = _voices(conn, other) if other is not None and not other.hidden else []
    if other is None or not voices:
        return None
    head = headline_of(voices, words.LANGUAGE)
    view = headline_view(report_of(head, words.LANGUAGE, concept_labels(paper.config)))
    when = words.clock(span(voices)[1], paper.clock().date())
    return {"href": f"/stories/{other.id}", "head": view, "when": when}


def _issues(conn: Connection, story: int) -> list[dict[str, str]]:
    return [
        {
            "href": f"/issues/{day}/{slot_path(slot)}",
            "date": words.long_date(date.fromisoformat(day)),
            "slot": slot,
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
            return RedirectResponse(f"/stories/{found.id}", 301, headers={"Cache-Control": "max-age=3600"})
        return _page(request, conn, found)
