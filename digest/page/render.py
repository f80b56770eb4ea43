"""An issue -> a page: HTML for every mail client, and its text twin.

`fit` keeps the page within its budget and drops, with a count, an item that cannot be rendered; the footer never falls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import css_inline
from jinja2 import Environment, TemplateError
from markupsafe import Markup

from digest.issue.compose import move_beyond, without
from digest.issue.issue import Issue, Item
from digest.issue.plain import plain
from digest.page import made, twin, view, words
from digest.page.chart import chart_text, chart_view
from digest.page.made import preheader
from digest.page.made import subject as subject
from digest.page.press import Press, built_in
from digest.page.press import soft as soft
from digest.page.press import trusted as trusted
from digest.page.view import Scene
from store.records import LEAVE_SLOT, LISTED_SLOT, Page

# Bytes of HTML, 90,000 with what is written in for each reader: Gmail clips at about 102 KB and hides the footer.
HARD = 89_000
# Bytes of both parts as they travel (quoted-printable writes a Cyrillic letter in six): with headers, 130 KB.
TRAVELLING = 126_000
LARGEST = 8_000  # bytes: no item takes more, so that never one too many is moved
UNREAD = 12  # sources named as not read; the rest is a number
# What one item may raise while it is rendered: it costs that item, never the issue.
POISON = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, TemplateError)
_KEPT_CLASS = re.compile(r"\.([A-Za-z][A-Za-z0-9]*)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One story rendered in the form its section wants."""

    view: view.ItemView
    html: Markup


def environment() -> Environment:
    """The built-in HTML templates."""
    return built_in().html


def stylesheet(name: str) -> str:
    """`page`, `phone` or `dark` with the palette filled in."""
    return built_in().stylesheet(name)


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


def piece(item: Item, key: str, scene: Scene, press: Press) -> Piece:
    """Render one item in the form of section `key`. Raises one of POISON when it cannot be."""
    section = scene.issue.section(key)
    v = view.item_view(item, section.key if section else "brief", scene)
    form = "long" if v.long else "brief" if key == "brief" else "single"
    html = press.macro(form, scene.web)(v, scene.words)
    html.encode("utf-8")  # a lone surrogate would stop the whole page later
    return Piece(v, html)


def _sections(scene: Scene, press: Press) -> list[dict[str, object]]:
    shown = view.sections_view(scene)
    if scene.web and view.beyond(scene.issue):
        shown = (*shown, view.SectionView("brief", scene.words["also"], "", view.beyond(scene.issue)))
    sections = []
    for s in shown:
        pieces = [piece(item, s.key, scene, press) for item in s.items]
        html = Markup("").join(p.html for p in pieces)
        long = s.key in ("all", "two", "two-open")
        sections.append({"view": s, "long": long, "views": [p.view for p in pieces], "html": html})
    return sections


def _unread(scene: Scene) -> dict[str, object]:
    """The sources that were not read well, as the HTML and as the text name them."""
    unread, t = view.health(scene.issue), scene.tongue
    named = unread if scene.web else unread[:UNREAD]
    beyond = len(unread) - len(named)
    rest = t.many("{n} more", "{n} more", beyond) if beyond else ""
    text = t.comma.join([name.name + reason for name, reason in named] + ([rest] if rest else []))
    return {"unread": named, "unread_more": rest, "unread_text": text}


def context(issue: Issue, base: str | None, *, web: bool = False, press: Press | None = None) -> dict[str, object]:
    """Everything that both twins show, computed once. `web`: the page is on the web itself, where all of it stands."""
    press, scene = press or built_in(), Scene.of(issue, base, web=web)
    glance = [view.item_view(item, "brief", scene) for item in view.glance(issue)]
    glance_macro = press.macro("glance", web)
    more = "" if web else made.more(issue, len(view.beyond(issue)), base is not None)
    return {
        "w": scene.words,
        "lang": scene.tongue.lang,
        "issue": issue,
        "date": words.long_date(issue.local_date, scene.tongue),
        "dateline": made.dateline(issue),
        "closed": made.closed(issue),
        "warnings": words.warnings(issue, scene.tongue),
        "no_silence": made.no_silence(issue),
        "numbers": made.numbers(issue),
        "legend": view.legend(scene.tongue),
        "chart": chart_view(issue),
        "sections": _sections(scene, press),
        "glance": Markup("").join(glance_macro(v, scene.words) for v in glance),
        "glance_views": glance,
        "more": more,
        "more_href": address(issue, base) if more and base is not None else "",
        "made": made.made(issue),
        **_unread(scene),
    }


def _tidy(html: str, kept: frozenset[str]) -> str:
    """Without classes that no kept rule names, and without spaces that inlining left in styles."""

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


@dataclass(frozen=True, slots=True)
class Edition:
    """What a page needs besides the issue."""

    base: str | None
    postal_address: str
    press: Press

    def foot(self, issue: Issue) -> dict[str, object]:
        return {
            "web_href": "" if self.base is None else address(issue, self.base),
            "leave": LEAVE_SLOT,
            "listed": LISTED_SLOT,
            "postal_address": plain(self.postal_address),
        }


def markup(issue: Issue, shared: dict[str, object], edition: Edition) -> str:
    """The page before its styles are written into its tags: what it should look like wherever it is opened."""
    press = edition.press
    body = trusted(press.html.get_template("issue.html.j2").render(shared))
    styles = {f"css_{name}": trusted(press.stylesheet(name, issue.language)) for name in ("page", "phone", "dark")}
    return press.html.get_template("mail.html.j2").render(
        {**shared, **edition.foot(issue), **styles},
        body=body,
        subject=subject(issue),
        preheader=preheader(issue),
    )


def inlined(html: str, issue: Issue, press: Press) -> str:
    """`markup` as it is mailed."""
    inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)
    kept = "".join(press.stylesheet(name, issue.language) for name in ("phone", "dark"))
    return _tidy(inliner.inline(html), frozenset(_KEPT_CLASS.findall(kept)))


def _text(issue: Issue, shared: dict[str, object], edition: Edition) -> str:
    scene = Scene.of(issue, edition.base)
    lines = twin.Lines(scene.words)
    text = edition.press.plain.get_template("mail.txt.j2").render(
        {**shared, **edition.foot(issue), "glance": shared["glance_views"]},
        heading=twin.heading,
        chart_text=chart_text(issue),
        counts=twin.counts,
        credit=lines.credit,
        names=lines.names,
        single=lines.single,
        quoted=lines.quoted,
        usage=lines.usage,
    )
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def without_poison(issue: Issue, base: str | None, press: Press) -> Issue:
    """The issue without the items that cannot be rendered; each is counted."""
    for section in issue.sections:
        for item in (*section.items, *section.beyond):
            try:
                piece(item, section.key, Scene.of(issue, base), press)
            except POISON:
                issue = without(issue, item.story)
    return issue


def travelling(text: str) -> int:
    """The bytes of `text` as quoted-printable: three for each that is no plain ASCII, and a soft break per line."""
    raw = text.encode()
    odd = sum(byte > 126 or byte == 61 for byte in raw)
    return (len(raw) + 2 * odd) * 76 // 73


def _less(issue: Issue, excess: int) -> Issue | None:
    """The issue with as many items moved to the web as surely must be; None when none is left to move."""
    smaller = move_beyond(issue)
    for _ in range(excess // LARGEST):
        smaller = (smaller and move_beyond(smaller)) or smaller
    return smaller


def _fitted(issue: Issue, edition: Edition, hard: int) -> tuple[Issue, Page]:
    """The issue as it can be printed and its page: the lowest ranks go to the web until it is within its bytes."""
    issue = without_poison(issue, edition.base, edition.press)
    while True:
        shared = context(issue, edition.base, press=edition.press)
        html = inlined(markup(issue, shared, edition), issue, edition.press)
        text = _text(issue, shared, edition)
        # On its way an item weighs about twice, and it stands in the text too: a third is on the safe side.
        excess = max(len(html.encode()) - hard, (travelling(html) + travelling(text) - TRAVELLING) // 3)
        smaller = _less(issue, excess) if excess > 0 else None
        if smaller is None:
            return issue, Page(subject(issue), preheader(issue), html, text)
        issue = smaller


def fit(
    issue: Issue, *, public_url: str, postal_address: str = "", hard: int = HARD, press: Press | None = None
) -> tuple[Issue, Page]:
    """The issue as it can be printed and its page. See `overrides.fit` for a page in an operator's templates."""
    return _fitted(issue, Edition(reachable(public_url), postal_address, press or built_in()), hard)


def render(issue: Issue, *, public_url: str, postal_address: str = "") -> Page:
    """The page of `issue`. See `fit` for the issue that it really shows."""
    return fit(issue, public_url=public_url, postal_address=postal_address)[1]
