"""Pure: an item of an issue -> the strings and classes that the templates place. HTML, text and web share them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from digest.issue.issue import Earlier, Issue, Item, Key, Outlet, Report, Section, Telling
from digest.page import words
from digest.page.fixed import fixed
from digest.page.tongue import ENGLISH, Tongue, speak
from store.records import SIDES

NBSP_DOT = "\u00a0· "  # no line begins with a dot


@dataclass(frozen=True, slots=True)
class Name:
    """An outlet's name with what stands beside it. `lang` is "" where the page's own language does."""

    name: str
    lang: str
    label: str
    href: str = ""
    beside: str = ""  # the label in the language's brackets


@dataclass(frozen=True, slots=True)
class Headline:
    """Somebody's headline, in its language. `tags` is the concept line under a foreign one; a machine's `translation`
    stands in its place."""

    title: str
    lang: str
    href: str
    tags: str
    wide: bool
    translation: str = ""


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
    more: str  # "2 more", "" for none
    reach: str
    spoke: bool
    lead: str = ""
    retitled: str = ""


@dataclass(frozen=True, slots=True)
class UsageView:
    """One side's word in its sentence."""

    css: str
    glyph: str
    side: str
    wording: str  # what the lexicon calls it, in an English page; "" elsewhere
    before: str
    term: str
    after: str
    lang: str
    outlet: Name
    distanced: bool


@dataclass(frozen=True, slots=True)
class ContrastView:
    subject: str
    usages: tuple[UsageView, ...]


@dataclass(frozen=True, slots=True)
class FollowsView:
    """The story before this one."""

    title: str
    lang: str
    href: str
    when: str


@dataclass(frozen=True, slots=True)
class ItemView:
    story: int
    long: bool
    lead: bool
    about: str
    pinned: bool
    update: str
    follows: FollowsView | None
    headline: Headline
    outlet: Name
    place: str
    time: str
    summary: str
    summary_lang: str
    rewrites: str
    credit: str  # the form of the line that says whose headline and text they are; its places are filled with markup
    credit_by: str
    sources: tuple[Name, ...]
    bar: tuple[tuple[str, int], ...]
    marks: tuple[Mark, ...]
    elsewhere: str
    span: str
    rows: tuple[RowView, ...]
    terms: tuple[ContrastView, ...]
    others: tuple[Name, ...]
    others_more: str
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


@dataclass(frozen=True, slots=True)
class Scene:
    """What every item of one page shares. `base` is the web's address, None where no reader can reach it."""

    issue: Issue
    base: str | None
    web: bool = False
    tongue: Tongue = ENGLISH
    words: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(issue: Issue, base: str | None, *, web: bool = False) -> Scene:
        tongue = speak(issue.language)
        return Scene(issue, base, web, tongue, fixed(tongue))


def tag_of(language: str) -> str:
    """The `lang` of a text: "zh-Hans" where only "zh" is known."""
    return "zh-Hans" if language == "zh" else language


def lang_of(text: str, language: str, t: Tongue = ENGLISH) -> str:
    """The `lang` that a name needs: "" in the page's own language, and of Latin letters in an English page."""
    own = language.split("-")[0] == t.language
    if text.isascii():
        return "" if t.language == "en" else "en"
    return "" if own else tag_of(language)


def foreign(language: str, t: Tongue = ENGLISH) -> str:
    """The `lang` that a sentence needs: "" in the page's own language."""
    return "" if language.split("-")[0] == t.language else tag_of(language)


def name_of(outlet: Outlet, href: str = "", t: Tongue = ENGLISH) -> Name:
    label = words.ownership(outlet, t)
    return Name(outlet.name, lang_of(outlet.name, outlet.language, t), label, href, t.brackets(label))


def headline_view(report: Report, t: Tongue = ENGLISH) -> Headline:
    """A headline; `lang` is "" in the language of the page around it."""
    dot = "、" if t.language == "zh" else NBSP_DOT
    tags = t.say("mentions: {labels}", labels=dot.join(report.mentions)) if report.mentions else ""
    wide = report.language.split("-")[0] == "zh"
    return Headline(report.title, foreign(report.language, t), report.url, tags, wide, report.translation)


def mark_of(telling: Telling, t: Tongue = ENGLISH) -> Mark:
    side = telling.side
    number = str(telling.outlets) if telling.spoke else "0" if telling.state == "silent" else fixed(t)["unknown"]
    return Mark(
        side if telling.spoke else "ink",
        words.glyph(telling),
        words.names(t)[side],
        number,
        "" if telling.state == "unknown" else side,
    )


def _note(report: Report | None, t: Tongue) -> str:
    """What must be said of a row's headline."""
    if report is None:
        return fixed(t)["above"]
    if not report.rewritten:
        return ""
    if report.rewrites:
        return t.say("A rewrite crediting {source}, not a report of its own.", source=report.rewrites)
    return t.say("A rewrite, not a report of its own.")


def _row(telling: Telling, scene: Scene) -> RowView:
    t, mark = scene.tongue, mark_of(telling, scene.tongue)
    if telling.state != "told":
        return RowView(mark, None, None, "", words.quiet(telling, t), (), "", "", telling.spoke)
    report = telling.report
    outlet = report.outlet if report else telling.above
    at = report.published if report else telling.above_at
    more = max(0, telling.outlets - 1 - len(telling.also))
    changed = report.retitled if report else 0
    return RowView(
        mark,
        headline_view(report, t) if report else None,
        name_of(outlet, t=t) if outlet else None,
        words.clock(at, scene.issue.local_date, t) if at else "",
        _note(report, t),
        tuple(name_of(r.outlet, r.url, t) for r in telling.also),
        words.more_outlets(more, t) if more else "",
        words.reach(telling, t, owners=more > 0),
        True,
        telling.lead if scene.web else "",
        t.many("headline changed once", "headline changed {n} times", changed) if changed else "",
    )


def bar_of(item: Item) -> tuple[tuple[str, int], ...]:
    """Coverage as (class, percent): outlets by side, elsewhere last; the percents add up to 100."""
    counts = [(t.side, t.outlets) for t in item.tellings if t.spoke]
    counts += [("XX", item.elsewhere_outlets)] if item.elsewhere_outlets else []
    return tuple(zip((css for css, _ in counts), shares([n for _, n in counts]), strict=True))


def shares(counts: list[int], whole: int = 100) -> list[int]:
    """`counts` as whole percents of `whole`, each at least 1; together exactly `whole`."""
    total = sum(counts)
    found = [max(1, round(whole * n / total)) for n in counts]
    found[found.index(max(found))] += whole - sum(found)
    return found


def _terms(item: Item, t: Tongue) -> tuple[ContrastView, ...]:
    """The lexicon's names of things are English: another page shows the words themselves."""
    english = t.language == "en"
    return tuple(
        ContrastView(
            c.subject if english else "",
            tuple(
                UsageView(
                    u.side,
                    words.FULL[u.side],
                    words.names(t)[u.side],
                    u.wording if english else "",
                    u.before,
                    u.term,
                    u.after,
                    foreign(u.report.language, t),
                    name_of(u.report.outlet, u.report.url, t),
                    u.distanced,
                )
                for u in c.usages
            ),
        )
        for c in item.terms
    )


def _follows(before: Earlier | None, scene: Scene) -> FollowsView | None:
    if before is None:
        return None
    t = scene.tongue
    when = t.say("issue of {day}", day=words.day(before.told, t)) if before.told else ""
    href = "" if scene.base is None else f"{scene.base}/stories/{before.story}"
    return FollowsView(before.title, foreign(before.language, t), href, t.brackets(when) if when else "")


def _credit(item: Item, w: Mapping[str, str]) -> str:
    if not item.summary:
        return w["headline"]
    return w[item.summary_kind]


def item_view(item: Item, key: Key, scene: Scene) -> ItemView:
    """One item as section `key` shows it."""
    t, head, today = scene.tongue, item.headline, scene.issue.local_date
    first, latest = words.clock(item.first, today, t), words.clock(item.latest, today, t)
    reports = t.many("{n} report", "{n} reports", 1) if item.outlets == 1 else words.outlets(item.outlets, t)
    if 0 < item.texts < item.outlets:
        reports += t.pause + words.independent(item.texts, t)
    beyond = item.elsewhere_outlets - len(item.elsewhere)
    return ItemView(
        story=item.story,
        long=key in ("all", "two", "two-open"),
        lead=key == "all",
        about=words.about(item.edges, t),
        pinned=item.pinned,
        update=words.update(item.update, t) if item.update else "",
        follows=_follows(item.follows, scene),
        headline=headline_view(head, t),
        outlet=name_of(head.outlet, t=t),
        place=words.place(head.outlet, t),
        time=words.clock(head.published, today, t),
        summary=item.summary,
        summary_lang=foreign(head.language, t) if item.summary_kind == "quoted" else "",
        rewrites=_rewrites(head, t),
        credit=_credit(item, scene.words),
        credit_by=item.summary_by,
        sources=tuple(name_of(outlet, t=t) for outlet in item.summary_from),
        bar=bar_of(item),
        marks=tuple(mark_of(telling, t) for telling in item.tellings),
        elsewhere=t.say("elsewhere {n}", n=item.elsewhere_outlets) if item.elsewhere_outlets else "",
        span=first if first == latest else t.say("first {first}, latest {latest}", first=first, latest=latest),
        rows=tuple(_row(telling, scene) for telling in item.tellings),
        terms=_terms(item, t),
        others=tuple(name_of(r.outlet, r.url, t) for r in item.elsewhere),
        others_more=words.more_outlets(beyond, t) if beyond > 0 else "",
        quiet=words.quiet_sides(item.tellings, t),
        outlets=item.outlets,
        reports=reports,
        compare="" if scene.base is None else f"{scene.base}/stories/{item.story}",
    )


def _rewrites(head: Report, t: Tongue) -> str:
    return t.say("a rewrite crediting {source}", source=head.rewrites) if head.rewritten and head.rewrites else ""


def _elsewhere_in_issue(issue: Issue, section: Section, web: bool, on_web: bool) -> str:
    """Where the other stories of a section's kind stand, so that every total adds up; "" where all are here."""
    if section.key == "brief":
        return ""
    t, brief = speak(issue.language), issue.section("brief")
    in_brief = sum(1 for i in brief.items if i.kind == section.key) if brief else 0
    beyond = sum(1 for s in issue.sections for i in s.beyond if i.kind == section.key)
    parts = [t.many("{n} in brief below", "{n} in brief below", in_brief)] if in_brief else []
    if beyond:
        parts.append(
            t.many("{n} more at the end", "{n} more at the end", beyond)
            if web
            else t.many("{n} more on the web", "{n} more on the web", beyond)
            if on_web
            else t.many("{n} more not printed", "{n} more not printed", beyond)
        )
    return t.say("{n} here, {others}.", n=len(section.items), others=t.listed(parts)) if parts else ""


def sections_view(scene: Scene) -> tuple[SectionView, ...]:
    """The sections that are printed."""
    views = []
    for section in scene.issue.sections:
        if section.items:
            title, sub = words.titles(scene.tongue)[section.key]
            note = _elsewhere_in_issue(scene.issue, section, scene.web, scene.base is not None)
            joint = "" if scene.tongue.language == "zh" else " "
            views.append(SectionView(section.key, title, joint.join(p for p in (sub, note) if p), section.items))
    return tuple(views)


def glance(issue: Issue) -> tuple[Item, ...]:
    """The stories told in full, in their order; where there is none, those of one side."""
    full = tuple(i for s in issue.sections if s.key in ("all", "two", "two-open") for i in s.items)
    return full or tuple(i for s in issue.sections if s.key != "brief" for i in s.items)


def beyond(issue: Issue) -> tuple[Item, ...]:
    """What is in the issue but not in the mail, best first."""
    return tuple(i for s in issue.sections for i in s.beyond)


def health(issue: Issue) -> tuple[tuple[Name, str], ...]:
    """The sources that were not read well, each with its reason; of one that is quoted all the same, from when."""
    t = speak(issue.language)
    quoted = {id for item in issue.every() for id in item.outlet_ids}
    rows = []
    for u in issue.readings.unread:
        why = words.unread(u, issue.local_date, t)
        if u.outlet.id in quoted:
            why = t.say("{reason}; quoted from an earlier reading", reason=why)
        rows.append((name_of(u.outlet, t=t), t.brackets(why)))
    return tuple(rows)


def legend(t: Tongue = ENGLISH) -> tuple[tuple[str, str, str], ...]:
    """(class, mark, word) of the three capitals."""
    return tuple((side, words.FULL[side], words.names(t)[side]) for side in SIDES)
