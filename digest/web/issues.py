"""`/`, `/issues/DATE`, `/issues/DATE/EDITION/SLOT`: the frozen issues, rendered from the object that was mailed."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from digest import hours
from digest.hours import slot_key
from digest.issue.issue import from_json
from digest.page.render import address, context, slot_path, subject, trusted
from digest.page.render import environment as page_templates
from digest.page.tongue import speak
from digest.page.words import long_date
from digest.web.paper import Paper, not_found, notice, paper_of, shown
from store import issues
from store.db import reading


def _page(found: issues.Frozen) -> Response:
    if found.state == "missed":
        return not_found(f"The issue of {found.local_date} did not come out; its stories are in the next one.")
    issue = from_json(found.content)
    body = trusted(page_templates().get_template("issue.html.j2").render(context(issue, "", web=True)))
    data = f"{address(issue, '')}.json"
    lang = speak(issue.language).lang
    response = shown("archive.html.j2", subject=subject(issue), body=body, data=data, lang=lang)
    ways = ("/feed.xml", "application/atom+xml"), (data, "application/json")
    response.headers["Link"] = ", ".join(f'<{href}>; rel="alternate"; type="{kind}"' for href, kind in ways)
    return response


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
    if not paper.config.editions:
        return notice("No issue yet", "No edition is configured.")
    edition = paper.config.editions[0]
    with reading(paper.engine) as conn:
        own = issues.newest(conn, edition.name, _own_slot(paper) or "", 1, states=("frozen", "empty"))
        found = own[0] if own else issues.latest(conn)
        day = hours.next_date(conn, edition, edition.default_slot, paper.clock())
    if found is not None:
        return _page(found)
    return notice("No issue yet", f"The first one closes on {long_date(day)} at {edition.default_slot.key}.")


def found_by_date(paper: Paper, date_: str) -> issues.Frozen | None:
    """The issue of the first edition's own slot on a date ("2026-11-24")."""
    day, editions = _day(date_), paper.config.editions
    if day is None or not editions:
        return None
    with reading(paper.engine) as conn:
        # An operator may have moved the hour since: then the edition's first slot of that day stands for it.
        own = issues.find(conn, _own_slot(paper) or "", day)
        return own or next(iter(issues.on(conn, day.isoformat(), editions[0].name)), None)


def found_by_slot(paper: Paper, date_: str, edition: str, slot: str) -> issues.Frozen | None:
    """The issue at the address `/issues/DATE/EDITION/SLOT`."""
    day = _day(date_)
    if day is None:
        return None
    with reading(paper.engine) as conn:
        there = issues.on(conn, day.isoformat(), edition)
    return next((found for found in there if slot_path(found.slot) == f"{edition}/{slot}"), None)


def by_date(request: Request) -> Response:
    """The issue of the first edition's own slot on a date."""
    found = found_by_date(paper_of(request), request.path_params["date"])
    return _page(found) if found else not_found("There is no issue of this date.")


def by_slot(request: Request) -> Response:
    """The issue of another slot: `/issues/2026-11-24/daily/0700-Europe_Moscow`."""
    params = request.path_params
    found = found_by_slot(paper_of(request), params["date"], params["edition"], params["slot"])
    return _page(found) if found else not_found("There is no issue of this date and slot.")
