"""`/`, `/issues/DATE`, `/issues/DATE/EDITION/SLOT`: the frozen issues, rendered from the object that was mailed."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from digest.issue import slots
from digest.issue.issue import from_json
from digest.page.render import context, slot_path, subject, trusted
from digest.page.render import environment as page_templates
from digest.page.words import long_date
from digest.publish import slot_key
from digest.web.paper import Paper, not_found, notice, paper_of, shown
from store import issues
from store.db import reading


def _page(found: issues.Frozen) -> Response:
    if found.state == "missed":
        return not_found(f"The issue of {found.local_date} did not come out; its stories are in the next one.")
    issue = from_json(found.content)
    body = trusted(page_templates().get_template("issue.html.j2").render(context(issue, "", web=True)))
    return shown("archive.html.j2", subject=subject(issue), body=body)


def _own_slot(paper: Paper) -> str | None:
    """The default slot of the first edition."""
    editions = paper.config.editions
    return slot_key(editions[0], editions[0].default_slot) if editions else None


def _day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw) if len(raw) == 10 else None
    except ValueError:
        return None


def latest(request: Request) -> Response:
    """The newest issue of the first edition's own slot, or of any."""
    paper = paper_of(request)
    with reading(paper.engine) as conn:
        found = issues.latest(conn, _own_slot(paper)) or issues.latest(conn)
    if found is not None:
        return _page(found)
    if not paper.config.editions:
        return notice("No issue yet", "No edition is configured.")
    edition = paper.config.editions[0]
    day = slots.next_date(edition.default_slot, paper.clock(), edition.weekday)
    return notice("No issue yet", f"The first one closes on {long_date(day)} at {edition.default_slot.key}.")


def by_date(request: Request) -> Response:
    """The issue of the first edition's own slot on a date."""
    paper, day = paper_of(request), _day(request.path_params["date"])
    editions = paper.config.editions
    if day is not None and editions:
        with reading(paper.engine) as conn:
            # An operator may have moved the hour since: then the edition's first slot of that day stands for it.
            found = issues.find(conn, _own_slot(paper) or "", day) or next(
                iter(issues.on(conn, day.isoformat(), editions[0].name)), None
            )
        if found is not None:
            return _page(found)
    return not_found("There is no issue of this date.")


def by_slot(request: Request) -> Response:
    """The issue of another slot: `/issues/2026-11-24/daily/0700-Europe_Moscow`."""
    paper, day = paper_of(request), _day(request.path_params["date"])
    wanted = f"{request.path_params['edition']}/{request.path_params['slot']}"
    if day is not None:
        with reading(paper.engine) as conn:
            all_ = issues.on(conn, day.isoformat(), request.path_params["edition"])
        for found in all_:
            if slot_path(found.slot) == wanted:
                return _page(found)
    return not_found("There is no issue of this date and slot.")
