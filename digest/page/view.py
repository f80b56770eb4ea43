"""Pure: an item of an issue -> the strings and classes that the templates place. HTML, text and web share them."""

from __future__ import annotations

from dataclasses import dataclass

from digest.issue.issue import Issue, Item, Key, Outlet, Report, Section, Telling
from digest.page import words
from store.records import SIDES

NBSP_DOT = "\u00a0· "  # no line begins with a dot


@dataclass(frozen=True, slots=True)
class Name:
    """An outlet's name with what stands beside it. `lang` is "" where the name is in Latin letters."""

    name: str
    lang: str
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """Somebody's headline, in its language. `tags` is the concept line under a foreign one."""

    title: str
    lang: str
    href: str
    tags: str
    wide: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One side's mark: `css` is its colour class, "ink" where it did not speak."""

    css: str
    glyph: str
    word: str
    number: str
    shape: str  # whose shape it is, for its size: the three glyphs are drawn unequally large; "" of a question mark


@dataclass(frozen=True, slots=True)
class RowView:
    mark: Mark
    headline: Headline | None
    outlet: Name | None
    time: str
    note: str
    also: tuple[Name, ...]
    more: int
    reach: str
    spoke: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    story: int
    long: bool
    lead: bool
    about: str
    update: str
    headline: Headline
    outlet: Name
    place: str
    time: str
    summary: str
    rewrites: str
    bar: tuple[tuple[str, int], ...]
    marks: tuple[Mark, ...]
    elsewhere: str
    span: str
    rows: tuple[RowView, ...]
    others: tuple[Name, ...]
    others_more: int
    quiet: str
    outlets: int
    reports: str
    compare: str


@dataclass(frozen=True, slots=True)
class SectionView:
    key: Key
    title: str
    sub: str
    items: tuple[Item, ...]


def lang_of(text: str, language: str) -> str:
    """The `lang` that a name needs in an English page: "" where it is in Latin letters."""
    if text.isascii():
        return ""
    return "zh-Hans" if language == "zh" else language


def name_of(outlet: Outlet, href: str = "") -> Name:
    return Name(outlet.name, lang_of(outlet.name, outlet.language), words.ownership(outlet), href)


def headline_view(report: Report) -> Headline:
    """A headline; `lang` is "" in the language of the page around it."""
    own = report.language.split("-")[0] == words.LANGUAGE
    lang = "" if own else "zh-Hans" if report.language == "zh" else report.language
    tags = f"mentions: {NBSP_DOT.join(report.mentions)}" if report.mentions else ""
    return Headline(report.title, lang, report.url, tags, report.language.split("-")[0] == "zh")


def mark_of(telling: Telling) -> Mark:
    side = telling.side
    number = str(telling.outlets) if telling.spoke else "0" if telling.state == "silent" else "not known"
    return Mark(
        side if telling.spoke else "ink",
        words.glyph(telling),
        words.NAMES[side],
        number,
        "" if telling.state == "unknown" else side,
    )


def _row(telling: Telling, issue: Issue) -> RowView:
    mark = mark_of(telling)
    if telling.state != "told":
        return RowView(mark, None, None, "", words.quiet(telling), (), 0, "", telling.spoke)
    report, today = telling.report, issue.local_date
    outlet = report.outlet if report else telling.above
    at = report.published if report else telling.above_at
    note = "" if report else "The headline above."
    if report and report.rewritten:
        note = f"A rewrite{' crediting ' + report.rewrites if report.rewrites else ''}, not a report of its own."
    return RowView(
        mark,
        headline_view(report) if report else None,
        name_of(outlet) if outlet else None,
        words.clock(at, today) if at else "",
        note,
        tuple(name_of(r.outlet, r.url) for r in telling.also),
        max(0, telling.outlets - 1 - len(telling.also)),
        words.reach(telling),
        True,
    )


def bar_of(item: Item) -> tuple[tuple[str, int], ...]:
    """Coverage as (class, percent): outlets by side, elsewhere last; the percents add up to 100."""
    counts = [(t.side, t.outlets) for t in item.tellings if t.spoke]
    counts += [("XX", item.elsewhere_outlets)] if item.elsewhere_outlets else []
    total = sum(n for _, n in counts)
    shares = [max(1, round(100 * n / total)) for _, n in counts]
    shares[shares.index(max(shares))] += 100 - sum(shares)
    return tuple((css, share) for (css, _), share in zip(counts, shares, strict=True))


def item_view(item: Item, issue: Issue, key: Key, base: str | None) -> ItemView:
    """One item as section `key` shows it. `base` is the web's address, None where no reader can reach it."""
    head, today = item.headline, issue.local_date
    first, latest = words.clock(item.first, today), words.clock(item.latest, today)
    quiet = words.quiet_sides(item.tellings)
    reports = "1 report" if item.outlets == 1 else f"{item.outlets} outlets"
    if 0 < item.texts < item.outlets:
        reports += f", {words.count(item.texts, 'independent report')}"
    return ItemView(
        story=item.story,
        long=key in ("all", "two", "two-open"),
        lead=key == "all",
        about=words.about(item.edges),
        update=words.update(item.update) if item.update else "",
        headline=headline_view(head),
        outlet=name_of(head.outlet),
        place=words.place(head.outlet),
        time=words.clock(head.published, today),
        summary=item.summary,
        rewrites=head.rewrites if head.rewritten else "",
        bar=bar_of(item),
        marks=tuple(mark_of(t) for t in item.tellings),
        elsewhere=f"elsewhere {item.elsewhere_outlets}" if item.elsewhere_outlets else "",
        span=first if first == latest else f"first {first}, latest {latest}",
        rows=tuple(_row(t, issue) for t in item.tellings),
        others=tuple(name_of(r.outlet, r.url) for r in item.elsewhere),
        others_more=item.elsewhere_outlets - len(item.elsewhere),
        quiet=quiet,
        outlets=item.outlets,
        reports=reports,
        compare="" if base is None else f"{base}/stories/{item.story}",
    )


def _elsewhere_in_issue(issue: Issue, section: Section, more: str) -> str:
    """Where the other stories of a section's kind stand, so that every total adds up; "" where all are here."""
    brief = issue.section("brief")
    in_brief = sum(1 for i in brief.items if i.kind == section.key) if brief and section.key != "brief" else 0
    beyond = sum(1 for s in issue.sections for i in s.beyond if i.kind == section.key)
    parts = [f"{in_brief} in brief below"] if in_brief else []
    parts += [f"{beyond} more {more}"] if beyond else []
    return f"{len(section.items)} here, {words.listed(parts)}." if parts and section.key != "brief" else ""


def sections_view(issue: Issue, more: str) -> tuple[SectionView, ...]:
    """The sections that are printed. `more` says where the rest stands: "on the web", "not printed", "at the end"."""
    views = []
    for section in issue.sections:
        if section.items:
            title, sub = words.TITLES[section.key]
            note = _elsewhere_in_issue(issue, section, more)
            views.append(SectionView(section.key, title, " ".join(p for p in (sub, note) if p), section.items))
    return tuple(views)


def numbers(issue: Issue) -> tuple[tuple[int, str], ...]:
    """The four figures under the masthead."""
    stories, outlets = issue.stories, issue.outlets
    return (
        (stories, "story" if stories == 1 else "stories"),
        (outlets, "outlet" if outlets == 1 else "outlets"),
        (issue.told_by(len(SIDES)), "told by all three"),
        (issue.alone(), "by one side only"),
    )


def glance(issue: Issue) -> tuple[Item, ...]:
    """The stories told in full, in their order; where there is none, those of one side."""
    full = tuple(i for s in issue.sections if s.key in ("all", "two", "two-open") for i in s.items)
    return full or tuple(i for s in issue.sections if s.key != "brief" for i in s.items)


def beyond(issue: Issue) -> tuple[Item, ...]:
    """What is in the issue but not in the mail, best first."""
    return tuple(i for s in issue.sections for i in s.beyond)


def health(issue: Issue) -> tuple[tuple[Name, str], ...]:
    """The sources that were not read well, each with its reason."""
    return tuple((name_of(u.outlet), words.unread(u)) for u in issue.readings.unread)


def legend() -> tuple[tuple[str, str, str], ...]:
    """(class, mark, word) of the three capitals."""
    return tuple((side, words.FULL[side], words.NAMES[side]) for side in SIDES)
