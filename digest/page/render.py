"""An issue -> a page: HTML for every mail client, and its text twin. Pure but for reading the templates at import.

`fit` keeps the page within its budget and drops, with a count, an item that cannot be rendered; the footer never falls.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from digest.issue.compose import move_beyond, without
from digest.issue.issue import Issue, Item
from digest.issue.plain import plain, shorten
from digest.page import palette, twin, view, words
from store.records import LEAVE_SLOT, LISTED_SLOT, Page

# Bytes of HTML, 90,000 with what is written in for each reader: Gmail clips at about 102 KB and hides the footer.
HARD = 89_000
LARGEST = 8_000  # bytes: no item takes more, so that never one too many is moved
SUBJECT = 70  # characters; longer ones are cut by phones
UNREAD = 12  # sources named as not read; the rest is a number
# What one item may raise while it is rendered: it costs that item, never the issue.
POISON = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, TemplateError)
_ENDLESS = re.compile(r"[^\s\u2e80-\u9fff\uff00-\uffef]{25,}")
_KEPT_CLASS = re.compile(r"\.([A-Za-z][A-Za-z0-9]*)")


def soft(text: str) -> str:
    """`text` with invisible break points in words that no column could hold (a phone's holds about 24 letters)."""
    return _ENDLESS.sub(lambda match: "\u200b".join(re.findall(".{1,12}", match[0])), text)


@cache
def environment() -> Environment:
    """The HTML templates: autoescape whatever a file is called (select_autoescape says no to .j2)."""
    env = Environment(loader=PackageLoader("digest.page"), autoescape=True, undefined=StrictUndefined)
    env.filters["soft"] = soft
    return env


@cache
def _plain_environment() -> Environment:
    # Text and stylesheets only: nothing rendered here is ever taken for markup.
    env = Environment(autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    env.loader = PackageLoader("digest.page")
    env.filters.update(wrap=twin.wrap, hang=twin.hang)
    return env


@cache
def stylesheet(name: str) -> str:
    """`page`, `phone` or `dark` with the palette filled in."""
    return (
        _plain_environment()
        .get_template(f"{name}.css.j2")
        .render(c=palette.LIGHT, d=palette.DARK, sans=palette.SANS, serif=palette.SERIF, zh=palette.ZH)
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """One story rendered in the form its section wants."""

    view: view.ItemView
    html: Markup


def reachable(public_url: str) -> str | None:
    """The public address without its last slash, or None when it is this machine's own: no reader could open it."""
    host = urlsplit(public_url).hostname or ""
    return None if host in ("localhost", "::1", "") or host.startswith("127.") else public_url.rstrip("/")


def slot_path(slot: str) -> str:
    """ "daily 07:00 Europe/Moscow" as two steps of a path: "daily/0700-Europe_Moscow"."""
    edition, hour, zone = slot.split(" ", 2)
    return f"{edition}/{hour.replace(':', '')}-{zone.replace('/', '_')}"


def address(issue: Issue, base: str) -> str:
    """Where the web shows this issue: edition and slot by name, so that every slot has one address."""
    return f"{base}/issues/{issue.local_date.isoformat()}/{slot_path(issue.slot)}"


def subject(issue: Issue) -> str:
    """`Tripoint 24 Nov: ` and the first headline, at most 70 characters, cut at a word."""
    first = next(issue.printed(), None)
    head = first.headline.title if first else "no new story"
    return shorten(plain(f"{issue.title} {words.short_date(issue.local_date)}: {head}"), SUBJECT)


def preheader(issue: Issue) -> str:
    """The second headline and the counts: what a mailbox shows after the subject."""
    printed = list(issue.printed())
    counts = f"{words.count(issue.stories, 'story', 'stories')} from {words.count(issue.outlets, 'outlet')}."
    if not printed:
        read = issue.readings
        return f"{read.read} of {words.count(read.total, 'source')} were read."
    return f"Also: {shorten(printed[1].headline.title, 110)} – {counts}" if len(printed) > 1 else counts


def closed(issue: Issue) -> str:
    """ "closed Tuesday 07:00", or that the issue was frozen before its hour."""
    at = words.clock(issue.closes, issue.local_date)
    return f"{'frozen early at' if issue.early else 'closed'} {at}"


def made(issue: Issue) -> list[str]:
    """How the issue came to be, in sentences that are true of it."""
    r = issue.readings
    sides = ", ".join(f"{words.NAMES[s.side]} {s.read} of {s.watched}" for s in r.sides)
    told = f" {words.count(issue.articles, 'new article')} told these stories." if issue.articles else ""
    lines = [
        f"{r.read} of {words.count(r.total, 'source')} were read well in the last 24 hours ({sides}).{told}",
        "Headlines and texts are quoted from the outlet named beside them; nothing is rewritten or translated. A "
        "line “mentions” names what an article in another language is about.",
        "“No report found” means none in the sources we read, not that none exists. Where too few were read, or an "
        "item could not be checked, the side is “not known”. Outlets in exile are counted elsewhere.",
    ]
    if issue.dropped:
        was = "was" if issue.dropped == 1 else "were"
        lines.append(f"{words.count(issue.dropped, 'story', 'stories')} could not be printed and {was} left out.")
    return lines


@cache
def _macros(web: bool) -> Any:
    return environment().get_template("item.html.j2").make_module({"web": web})


def _macro(name: str, web: bool) -> Callable[[view.ItemView], Markup]:
    macro: Callable[[view.ItemView], Markup] = getattr(_macros(web), name)
    return macro


def trusted(text: str) -> Markup:
    """What our own templates made, where everything from outside is escaped already."""
    return Markup(text)  # noqa: S704


def piece(item: Item, issue: Issue, key: str, base: str | None, *, web: bool = False) -> Piece:
    """Render one item in the form of section `key`. Raises one of POISON when it cannot be."""
    section = issue.section(key)
    v = view.item_view(item, issue, section.key if section else "brief", base)
    html = _macro("long" if v.long else "brief" if key == "brief" else "single", web)(v)
    html.encode("utf-8")  # a lone surrogate would stop the whole page later
    return Piece(v, html)


def _more(issue: Issue, base: str | None) -> tuple[str, str]:
    """The line that says what is not printed, and where it leads; ("", "") when everything is."""
    n = len(view.beyond(issue))
    if not n:
        return "", ""
    stories = words.count(n, "more story", "more stories")
    if base is not None:
        return f"{stories} of this issue on the web", address(issue, base)
    return f"{stories} of this issue {'is' if n == 1 else 'are'} not printed here.", ""


def context(issue: Issue, base: str | None, *, web: bool = False) -> dict[str, object]:
    """Everything that both twins show, computed once. `web`: the page is on the web itself, where all of it stands."""
    glance_macro = _macro("glance", web)
    shown = view.sections_view(issue, "at the end" if web else "not printed" if base is None else "on the web")
    if web and view.beyond(issue):
        shown = (*shown, view.SectionView("brief", "Also in this issue", "", view.beyond(issue)))
    sections = []
    for s in shown:
        pieces = [piece(item, issue, s.key, base, web=web) for item in s.items]
        sections.append(
            {
                "view": s,
                "long": s.key in ("all", "two", "two-open"),
                "views": [p.view for p in pieces],
                "html": Markup("").join(p.html for p in pieces),
            }
        )
    glance = [view.item_view(item, issue, "brief", base) for item in view.glance(issue)]
    more, more_href = ("", "") if web else _more(issue, base)
    unread = view.health(issue)
    named = unread if web else unread[:UNREAD]
    text = ", ".join(f"{n.name} ({reason})" for n, reason in named)
    rest = len(unread) - len(named)
    return {
        "issue": issue,
        "date": words.long_date(issue.local_date),
        "minutes": words.minutes(issue),
        "closed": closed(issue),
        "warnings": words.warnings(issue),
        "numbers": view.numbers(issue),
        "legend": view.legend(),
        "sections": sections,
        "glance": Markup("").join(glance_macro(v) for v in glance),
        "glance_views": glance,
        "more": more,
        "more_href": more_href,
        "made": made(issue),
        "unread": named,
        "unread_more": rest,
        "unread_text": text + (f" and {rest} more" if rest else ""),
    }


def _tidy(html: str) -> str:
    """Without classes that no kept rule names, and without spaces that inlining left in styles."""
    kept = set(_KEPT_CLASS.findall(stylesheet("phone") + stylesheet("dark")))

    def classes(match: re.Match[str]) -> str:
        names = [name for name in match[1].split() if name in kept]
        return f' class="{" ".join(names)}"' if names else ""

    def styles(match: re.Match[str]) -> str:
        return ' style="' + re.sub(r"\s*([:;,])\s*", r"\1", match[1]).rstrip(";") + '"'

    def tag(match: re.Match[str]) -> str:  # in text "<" is escaped, so this meets tags only
        return re.sub(r' style="([^"]*)"', styles, re.sub(r' class="([^"]*)"', classes, match[0]))

    html = re.sub(r"<[a-z][^<>]*>", tag, re.sub("</?tbody>", "", html))
    return re.sub(
        r"\n\s*\n+", "\n", html.replace(' data-css-inline="keep"', "").replace("<!DOCTYPE html>", "<!doctype html>")
    )


def _html(issue: Issue, shared: dict[str, object], base: str | None, postal_address: str) -> str:
    env = environment()
    body = trusted(env.get_template("issue.html.j2").render(shared))
    page = env.get_template("mail.html.j2").render(
        lang=words.LANGUAGE,
        issue=issue,
        body=body,
        subject=subject(issue),
        preheader=preheader(issue),
        web_href="" if base is None else address(issue, base),
        css=trusted(stylesheet("page")),
        css_phone=trusted(stylesheet("phone")),
        css_dark=trusted(stylesheet("dark")),
        leave=LEAVE_SLOT,
        listed=LISTED_SLOT,
        postal_address=plain(postal_address),
    )
    inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
    return _tidy(inliner.inline(page))


def _text(issue: Issue, shared: dict[str, object], base: str | None, postal_address: str) -> str:
    template = _plain_environment().get_template("mail.txt.j2")
    text = template.render(
        {**shared, "glance": shared["glance_views"]},
        web_href="" if base is None else address(issue, base),
        leave=LEAVE_SLOT,
        listed=LISTED_SLOT,
        postal_address=plain(postal_address),
        counts=twin.counts,
        credit=twin.credit,
        names=twin.names,
        single=twin.single,
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def without_poison(issue: Issue, base: str | None) -> Issue:
    """The issue without the items that cannot be rendered; each is counted."""
    for section in issue.sections:
        for item in (*section.items, *section.beyond):
            try:
                piece(item, issue, section.key, base)
            except POISON:
                issue = without(issue, item.story)
    return issue


def _less(issue: Issue, excess: int) -> Issue | None:
    """The issue with as many items moved to the web as surely must be; None when none is left to move."""
    smaller = move_beyond(issue)
    for _ in range(excess // LARGEST):
        smaller = (smaller and move_beyond(smaller)) or smaller
    return smaller


def fit(issue: Issue, *, public_url: str, postal_address: str = "", hard: int = HARD) -> tuple[Issue, Page]:
    """The issue as it can be printed and its page: the lowest ranks go to the web until it is within `hard` bytes."""
    base = reachable(public_url)
    issue = without_poison(issue, base)
    while True:
        shared = context(issue, base)
        html = _html(issue, shared, base, postal_address)
        excess = len(html.encode()) - hard
        smaller = _less(issue, excess) if excess > 0 else None
        if smaller is None:
            return issue, Page(subject(issue), preheader(issue), html, _text(issue, shared, base, postal_address))
        issue = smaller


def render(issue: Issue, *, public_url: str, postal_address: str = "") -> Page:
    """The page of `issue`. See `fit` for the issue that it really shows."""
    return fit(issue, public_url=public_url, postal_address=postal_address)[1]
